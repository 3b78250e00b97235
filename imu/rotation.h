/*
 * imu/rotation.h - rotations as quaternions and as rotation vectors, and the few sums of 3-vectors they need;
 * not installed.
 *
 * A rotation vector points along the axis; its length is the angle, radians.  Quaternions as in
 * homography/pose.h: x y z w, unit length, R_a_b.  A body that turns at w (body axes) changes by
 * R' = R [w]x, so that a step appends on the right: R(t + h) = R(t) exp(h w).
 */
#ifndef BS_ROTATION_H
#define BS_ROTATION_H

#include <math.h>

/*
 * The quaternion of a rotation vector.  Only + - * / and sqrt: the same bits whatever the C library, which
 * the rows of an integrated trace, and with them a dataset's fingerprint, rest on.
 */
void bs_rotation_exp(const double v[3], double q[4]);

/* The shortest rotation vector of a quaternion. */
void bs_rotation_log(const double q[4], double v[3]);

/* out = a b; out may be a or b.  Not normalised. */
void bs_quat_mul(const double a[4], const double b[4], double out[4]);

void bs_quat_normalise(double q[4]);

/* out = R v, and the other way: out = R^T v.  out may be v. */
void bs_quat_rotate(const double q[4], const double v[3], double out[3]);
void bs_quat_rotate_back(const double q[4], const double v[3], double out[3]);

/*
 * What turns the derivative of a rotation vector into a rate, inverted: for R = R0 exp(v) with body rate w,
 * v' = Jr(v)^-1 w.  |v| < pi.
 */
void bs_rotation_vector_rate(const double v[3], const double w[3], double out[3]);

static inline void bs_cross(const double a[3], const double b[3], double out[3])
{
    out[0] = a[1] * b[2] - a[2] * b[1];
    out[1] = a[2] * b[0] - a[0] * b[2];
    out[2] = a[0] * b[1] - a[1] * b[0];
}

static inline double bs_dot(const double a[3], const double b[3])
{
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

static inline double bs_norm(const double a[3])
{
    return sqrt(bs_dot(a, a));
}

#endif /* BS_ROTATION_H */
