#include "tests/scene_parts.h"

#include <math.h>

#define PI 3.14159265358979323846

/* A camera at 'p' whose z axis points along 'd' and whose x axis is level. */
static bs_pose look(const double p[3], const double d[3])
{
    const double yaw = atan2(d[0], d[2]), pitch = -atan2(d[1], sqrt(d[0] * d[0] + d[2] * d[2]));
    const bs_pose about_y = { .q = { 0, sin(yaw / 2), 0, cos(yaw / 2) }, .t_m = { p[0], p[1], p[2] } };
    const bs_pose about_x = { .q = { sin(pitch / 2), 0, 0, cos(pitch / 2) } };

    return bs_pose_mul(&about_y, &about_x);
}

bs_pose scene_view(int k, int n)
{
    const double turn = 4.8 * k; /* trajectories start at different places of the path */
    const double a = 0.42 * n + turn;
    const double p[3] = { 0.60 * sin(a), -0.22 + 0.08 * sin(1.3 * a + 1), -0.15 + 0.35 * sin(0.7 * a + 2) };
    const double target[3] = { 0.95 * sin(0.6 * a + 2.2 * k), 0.38 + 0.15 * sin(0.9 * a), 2.8 };
    const double d[3] = { target[0] - p[0], target[1] - p[1], target[2] - p[2] };

    return look(p, d);
}

/* One degree of freedom: four slow and five fast sines of seeded frequency and phase, which share the speeds
 * 'slow' and 'fast' (root mean square). */
static double sway(uint32_t seed, uint32_t axis, double slow, double fast, double t_s)
{
    double sum = 0;

    for (uint32_t i = 0; i < 9; i++) {
        const int tremor = i >= 4;
        const double share = tremor ? fast * sqrt(2.0 / 5) : slow * sqrt(2.0 / 4);
        const double u = tremor ? (i - 4 + scene_hash01(seed, axis, i, 41)) / 5
                                : (i + scene_hash01(seed, axis, i, 41)) / 4;
        const double omega = 2 * PI * (tremor ? 4 + 6 * u : 0.3 + 0.7 * u);

        sum += share / omega * sin(omega * t_s + 2 * PI * scene_hash01(seed, axis, i, 42));
    }
    return sum;
}

bs_pose scene_handheld(uint32_t seed, double t_s)
{
    double w[3];
    bs_pose T = bs_pose_identity();

    for (uint32_t i = 0; i < 3; i++) {
        T.t_m[i] = sway(seed, i, 0.12, 0.08, t_s);
        w[i] = sway(seed, 3 + i, 0.22, 0.22, t_s) * (i == 2 ? 0.7 : 1);
    }
    /* The rotation vector's quaternion. */
    const double angle = sqrt(w[0] * w[0] + w[1] * w[1] + w[2] * w[2]);

    for (int i = 0; i < 3; i++)
        T.q[i] = angle > 0 ? sin(angle / 2) * w[i] / angle : 0;
    T.q[3] = cos(angle / 2);
    return T;
}
