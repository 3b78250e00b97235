#include "imu/attitude.h"

#include <stdlib.h>

#include "imu/integrate_internal.h"
#include "imu/rotation.h"

/* Accelerations of a hand or a craft have no mean over this; the gyroscope's remaining drift, symmetric to
 * the middle of the window, hardly matters.  Measured (docs/imu.md): 8 s leaves 1.3 degrees, 16 s 0.6, 30 s
 * 0.5, which is the accelerometer's own bias. */
#define LEVEL_WIDTH_S 30.0

/* Below this the mean of the accelerometer has no direction. */
#define MIN_UP_M_S2 0.1

void bs_attitude_turn(const bs_imu_sample *rows, bs_state *states, size_t n)
{
    bs_reading p = bs_reading_of(rows, n, 0), q;
    double v[3], turn[4];

    states[0].T_world_body = bs_pose_identity();
    for (size_t i = 0;; i++) {
        for (int k = 0; k < 3; k++)
            states[i].w_rad_s[k] = p.w_rad_s[k];
        if (i + 1 == n)
            return;
        q = bs_reading_of(rows, n, i + 1);
        bs_step_turn(&p, &q, bs_seconds_between(rows[i].t_ns, rows[i + 1].t_ns), v);
        bs_rotation_exp(v, turn);
        bs_quat_mul(states[i].T_world_body.q, turn, states[i + 1].T_world_body.q);
        bs_quat_normalise(states[i + 1].T_world_body.q);
        p = q;
    }
}

/* The shortest turn from 'up' to z. */
static void turn_to_z(const double up[3], double q[4])
{
    const double length = bs_norm(up);

    q[0] = up[1];
    q[1] = -up[0];
    q[2] = 0;
    q[3] = length + up[2];
    if (q[3] < 1e-9 * length) /* upside down: about any level axis */
        q[0] = length;
    bs_quat_normalise(q);
}

int bs_attitude_level(const bs_imu_sample *rows, bs_state *states, size_t n, bs_err *err)
{
    double(*up)[3] = n <= SIZE_MAX / sizeof *up ? malloc(n * sizeof *up) : NULL;
    double world[4] = { 0, 0, 0, 1 }, seen[3], turn[4];
    int rc;

    if (!up)
        return bs_fail(err, BS_ENOMEM, "no memory for the attitude at %zu rows", n);
    for (size_t i = 0; i < n; i++)
        bs_quat_rotate(states[i].T_world_body.q, rows[i].accel_m_s2, up[i]);
    if (!(rc = bs_smooth(states, n, *up, 3, LEVEL_WIDTH_S, BS_SMOOTH_MEAN, err)))
        for (size_t i = 0; i < n; i++) {
            bs_quat_rotate(world, up[i], seen);
            if (bs_norm(seen) >= MIN_UP_M_S2) {
                turn_to_z(seen, turn);
                bs_quat_mul(turn, world, world);
                bs_quat_normalise(world);
            }
            bs_quat_mul(world, states[i].T_world_body.q, states[i].T_world_body.q);
        }
    free(up);
    return rc;
}

int bs_attitude_follow(bs_state *states, size_t n, double (*reference)[4], double width_s, bs_err *err)
{
    double(*off)[4] =
        reference; /* what takes the gyroscope's world to the reference's: slow, but for noise */
    int rc;

    for (size_t i = 0; i < n; i++) {
        const double *q = states[i].T_world_body.q;
        const double back[4] = { -q[0], -q[1], -q[2], q[3] };
        double dot = 0;

        bs_quat_mul(reference[i], back, off[i]);
        for (int k = 0; k < 4 && i; k++)
            dot += off[i][k] * off[i - 1][k];
        for (int k = 0; k < 4; k++) /* q and -q are one rotation; their mean is none */
            off[i][k] = dot < 0 ? -off[i][k] : off[i][k];
    }
    if ((rc = bs_smooth(states, n, *off, 4, width_s, BS_SMOOTH_LINE, err)))
        return rc;
    for (size_t i = 0; i < n; i++) {
        bs_quat_normalise(off[i]);
        bs_quat_mul(off[i], states[i].T_world_body.q, states[i].T_world_body.q);
        bs_quat_normalise(states[i].T_world_body.q);
    }
    return BS_OK;
}
