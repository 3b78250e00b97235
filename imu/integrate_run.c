#include <stdlib.h>
#include <string.h>

#include "imu/attitude.h"
#include "imu/integrate_internal.h"
#include "imu/rotation.h"

/* Gravity in the world of the poses: what the accelerometer reads there on the mean, less the gain in
 * speed. */
static void gravity_by_poses(bs_run *run)
{
    const double time_s = bs_seconds_between(run->states[0].t_ns, run->states[run->n - 1].t_ns);
    double f[3];

    if (run->n < 2)
        return;
    for (size_t i = 0; i < run->n; i++) {
        bs_quat_rotate(run->states[i].T_world_body.q, run->rows[i].accel_m_s2, f);
        for (int k = 0; k < 3; k++)
            run->gravity_m_s2[k] -= f[k] / (double)run->n;
    }
    for (int k = 0; k < 3; k++)
        run->gravity_m_s2[k] += (run->reference[run->n - 1].v_m_s[k] - run->reference[0].v_m_s[k]) / time_s;
}

static int follow_poses(const bs_run *run, bs_err *err)
{
    double(*q)[4] = malloc(run->n * sizeof *q); /* smaller than the states, which fit */
    int rc;

    if (!q)
        return bs_fail(err, BS_ENOMEM, "no memory for the attitude at %zu rows", run->n);
    for (size_t i = 0; i < run->n; i++)
        memcpy(q[i], run->reference[i].T_world_body.q, sizeof q[i]);
    rc = bs_attitude_follow(run->states, run->n, q, BS_POSES_WIDTH_S, err);
    free(q);
    return rc;
}

int bs_run_integrate(bs_run *run, const bs_imu_summary *sum, bs_err *err)
{
    const int gravity = sum->has_accel && !sum->gravity_removed;
    int rc = BS_OK;

    bs_attitude_turn(run->rows, run->states, run->n);
    if (run->reference)
        rc = follow_poses(run, err);
    else if (gravity)
        rc = bs_attitude_level(run->rows, run->states, run->n, err);
    if (rc || (!sum->has_accel && !run->reference)) /* which turns on the spot */
        return rc;
    if (run->reference && gravity)
        gravity_by_poses(run);
    else
        run->gravity_m_s2[2] = -sum->gravity_m_s2;
    return bs_run_move(run, sum->velocity, err);
}
