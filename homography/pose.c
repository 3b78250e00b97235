#include "homography/pose.h"

#include <math.h>

/* Below this angle (radians, between quaternions) slerp's sin(angle) loses digits; the chord is then exact
 * to 1e-13, far below what any trace resolves. */
#define BS_SLERP_MIN_ANGLE 1e-6

static void quat_mul(const double a[4], const double b[4], double out[4])
{
    out[0] = a[3] * b[0] + a[0] * b[3] + a[1] * b[2] - a[2] * b[1];
    out[1] = a[3] * b[1] - a[0] * b[2] + a[1] * b[3] + a[2] * b[0];
    out[2] = a[3] * b[2] + a[0] * b[1] - a[1] * b[0] + a[2] * b[3];
    out[3] = a[3] * b[3] - a[0] * b[0] - a[1] * b[1] - a[2] * b[2];
}

static void quat_normalise(double q[4])
{
    const double n = sqrt(q[0] * q[0] + q[1] * q[1] + q[2] * q[2] + q[3] * q[3]);

    for (int i = 0; i < 4; i++)
        q[i] /= n;
}

static void rotate(const double R[9], const double v[3], double out[3])
{
    for (int r = 0; r < 3; r++)
        out[r] = R[3 * r] * v[0] + R[3 * r + 1] * v[1] + R[3 * r + 2] * v[2];
}

bs_pose bs_pose_identity(void)
{
    return (bs_pose){ .q = { 0, 0, 0, 1 }, .t_m = { 0, 0, 0 } };
}

void bs_pose_rotation(const bs_pose *T_a_b, double R[9])
{
    const double x = T_a_b->q[0], y = T_a_b->q[1], z = T_a_b->q[2], w = T_a_b->q[3];

    R[0] = 1 - 2 * (y * y + z * z);
    R[1] = 2 * (x * y - w * z);
    R[2] = 2 * (x * z + w * y);
    R[3] = 2 * (x * y + w * z);
    R[4] = 1 - 2 * (x * x + z * z);
    R[5] = 2 * (y * z - w * x);
    R[6] = 2 * (x * z - w * y);
    R[7] = 2 * (y * z + w * x);
    R[8] = 1 - 2 * (x * x + y * y);
}

/* Shepperd 1978: of the four ways to take the square root, the one that cancels least. */
bs_pose bs_pose_from_rotation(const double R[9], const double t_m[3])
{
    const double trace = R[0] + R[4] + R[8];
    int i = 3; /* w */
    bs_pose out = { .t_m = { t_m[0], t_m[1], t_m[2] } };

    for (int k = 0; k < 3; k++)
        if (R[4 * k] > (i == 3 ? trace : R[4 * i]))
            i = k;
    if (i == 3) {
        out.q[0] = R[7] - R[5];
        out.q[1] = R[2] - R[6];
        out.q[2] = R[3] - R[1];
        out.q[3] = 1 + trace;
    } else {
        const int j = (i + 1) % 3, k = (i + 2) % 3;

        out.q[i] = 1 + R[4 * i] - R[4 * j] - R[4 * k];
        out.q[j] = R[3 * j + i] + R[3 * i + j];
        out.q[k] = R[3 * k + i] + R[3 * i + k];
        out.q[3] = R[3 * k + j] - R[3 * j + k];
    }
    quat_normalise(out.q);
    return out;
}

bs_pose bs_pose_mul(const bs_pose *T_a_b, const bs_pose *T_b_c)
{
    double R[9], t[3];
    bs_pose out;

    bs_pose_rotation(T_a_b, R);
    rotate(R, T_b_c->t_m, t);
    for (int i = 0; i < 3; i++)
        out.t_m[i] = t[i] + T_a_b->t_m[i];
    quat_mul(T_a_b->q, T_b_c->q, out.q);
    quat_normalise(out.q);
    return out;
}

bs_pose bs_pose_inverse(const bs_pose *T_a_b)
{
    double R[9], t[3];
    bs_pose out = { .q = { -T_a_b->q[0], -T_a_b->q[1], -T_a_b->q[2], T_a_b->q[3] } };

    bs_pose_rotation(&out, R);
    rotate(R, T_a_b->t_m, t);
    for (int i = 0; i < 3; i++)
        out.t_m[i] = -t[i];
    return out;
}

bs_pose bs_pose_interpolate(const bs_pose *p, const bs_pose *q, double s)
{
    const double dot = p->q[0] * q->q[0] + p->q[1] * q->q[1] + p->q[2] * q->q[2] + p->q[3] * q->q[3];
    const double sign = dot < 0 ? -1 : 1;
    const double angle = acos(fmin(1.0, fabs(dot)));
    double a = 1 - s, b = s;
    bs_pose out;

    if (s <= 0)
        return *p;
    if (s >= 1)
        return *q;
    if (angle > BS_SLERP_MIN_ANGLE) {
        a = sin((1 - s) * angle) / sin(angle);
        b = sin(s * angle) / sin(angle);
    }
    for (int i = 0; i < 4; i++)
        out.q[i] = a * p->q[i] + sign * b * q->q[i];
    quat_normalise(out.q);
    for (int i = 0; i < 3; i++)
        out.t_m[i] = (1 - s) * p->t_m[i] + s * q->t_m[i];
    return out;
}
