#include "tests/imu_motion.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "imu/rotation.h"

static const double two_pi = 6.28318530717958647693;

const motion motion_shake = {
    .position = { { { 0.0002, 9, 0.3 }, { 0.002, 1, 1 }, { 0.006, 0.4, 2 } },
                  { { 0.0003, 10, 1.3 }, { 0.003, 0.8, 0 }, { 0.004, 0.5, 4 } },
                  { { 0.0001, 11, 2.3 }, { 0.002, 0.9, 3 }, { 0.005, 0.45, 1 } } },
    .angle = { { { 0.0005, 11, 0.1 }, { 0.004, 0.9, 1.7 }, { 0.01, 0.5, 0.2 } },
               { { 0.0008, 9, 1.1 }, { 0.003, 1, 2.7 }, { 0.02, 0.4, 2.2 } },
               { { 0.0004, 10, 2.1 }, { 0.002, 0.8, 0.7 }, { 0.01, 0.45, 1.2 } } },
};

const motion motion_brisk = {
    .position = { { { 0.001, 9, 0.3 }, { 0.08, 1.5, 1 }, { 0.1, 0.4, 2 } },
                  { { 0.001, 10, 1.3 }, { 0.05, 1.8, 0 }, { 0.15, 0.5, 4 } },
                  { { 0.001, 11, 2.3 }, { 0.03, 2.1, 3 }, { 0.1, 0.45, 1 } } },
    .angle = { { { 0.003, 11, 0.1 }, { 0.15, 1.5, 1.7 }, { 0.3, 0.5, 0.2 } },
               { { 0.003, 9, 1.1 }, { 0.1, 1.9, 2.7 }, { 0.2, 0.4, 2.2 } },
               { { 0.003, 10, 2.1 }, { 0.12, 1.2, 0.7 }, { 0.3, 0.45, 1.2 } } },
};

/* Sum of waves and its first two derivatives. */
static void sum_waves(const motion_wave w[MOTION_WAVES], double t, double out[3])
{
    out[0] = out[1] = out[2] = 0;
    for (int i = 0; i < MOTION_WAVES; i++) {
        const double k = two_pi * w[i].hz, at = k * t + w[i].phase;

        out[0] += w[i].amplitude * sin(at);
        out[1] += w[i].amplitude * k * cos(at);
        out[2] -= w[i].amplitude * k * k * sin(at);
    }
}

bs_state motion_state(const motion *m, double t)
{
    double yaw[3], pitch[3], roll[3], p[3];
    bs_state s = { .t_ns = (int64_t)llround(1e9 * t) };

    sum_waves(m->angle[0], t, yaw);
    sum_waves(m->angle[1], t, pitch);
    sum_waves(m->angle[2], t, roll);
    bs_quat_mul((double[]){ 0, 0, sin(0.5 * yaw[0]), cos(0.5 * yaw[0]) },
                (double[]){ 0, sin(0.5 * pitch[0]), 0, cos(0.5 * pitch[0]) }, s.T_world_body.q);
    bs_quat_mul(s.T_world_body.q, (double[]){ sin(0.5 * roll[0]), 0, 0, cos(0.5 * roll[0]) },
                s.T_world_body.q);
    s.w_rad_s[0] = roll[1] - yaw[1] * sin(pitch[0]);
    s.w_rad_s[1] = pitch[1] * cos(roll[0]) + yaw[1] * sin(roll[0]) * cos(pitch[0]);
    s.w_rad_s[2] = -pitch[1] * sin(roll[0]) + yaw[1] * cos(roll[0]) * cos(pitch[0]);
    for (int k = 0; k < 3; k++) {
        sum_waves(m->position[k], t, p);
        s.T_world_body.t_m[k] = p[0];
        s.v_m_s[k] = p[1];
    }
    return s;
}

bs_imu_sample motion_reading(const motion *m, double t)
{
    const bs_state s = motion_state(m, t);
    bs_imu_sample out = { .t_ns = s.t_ns };
    double p[3], f[3];

    for (int k = 0; k < 3; k++) {
        sum_waves(m->position[k], t, p);
        f[k] = p[2] + (k == 2 ? MOTION_GRAVITY : 0);
        out.gyro_rad_s[k] = s.w_rad_s[k];
    }
    bs_quat_rotate_back(s.T_world_body.q, f, out.accel_m_s2);
    return out;
}

bs_imu *motion_imu(const motion *m, size_t n, int64_t interval_ns)
{
    bs_imu *imu = calloc(1, sizeof *imu);

    imu->format = "simulated";
    imu->path = malloc(10);
    strcpy(imu->path, "simulated");
    imu->has_accel = 1;
    imu->n = n;
    imu->rows = malloc(n * sizeof *imu->rows);
    for (size_t i = 0; i < n; i++) {
        imu->rows[i] = motion_reading(m, 1e-9 * (double)((int64_t)i * interval_ns));
        imu->rows[i].t_ns = (int64_t)i * interval_ns;
    }
    return imu;
}

motion_error motion_compare(const bs_pose *a0, const bs_pose *a1, const bs_pose *b0, const bs_pose *b1)
{
    const bs_pose a_back = bs_pose_inverse(a0), b_back = bs_pose_inverse(b0);
    const bs_pose a = bs_pose_mul(&a_back, a1), b = bs_pose_mul(&b_back, b1), b_inv = bs_pose_inverse(&b);
    const bs_pose off = bs_pose_mul(&b_inv, &a);
    double v[3], d[3];

    bs_rotation_log(off.q, v);
    for (int k = 0; k < 3; k++)
        d[k] = a.t_m[k] - b.t_m[k];
    return (motion_error){ .turn_deg = 360 / two_pi * bs_norm(v), .way_m = bs_norm(d) };
}
