#include "imu/rotation.h"

/* Half angles up to this go into the series, whose next term is then below 1e-19. */
#define SERIES_HALF_ANGLE 0.25

/* Below this angle the terms of Jr^-1 cancel; the series' next term is below 1e-17. */
#define SMALL_ANGLE 1e-2

void bs_quat_mul(const double a[4], const double b[4], double out[4])
{
    const double x = a[3] * b[0] + a[0] * b[3] + a[1] * b[2] - a[2] * b[1];
    const double y = a[3] * b[1] - a[0] * b[2] + a[1] * b[3] + a[2] * b[0];
    const double z = a[3] * b[2] + a[0] * b[1] - a[1] * b[0] + a[2] * b[3];
    const double w = a[3] * b[3] - a[0] * b[0] - a[1] * b[1] - a[2] * b[2];

    out[0] = x;
    out[1] = y;
    out[2] = z;
    out[3] = w;
}

void bs_quat_normalise(double q[4])
{
    const double square = q[0] * q[0] + q[1] * q[1] + q[2] * q[2] + q[3] * q[3];
    /* Where only rounding is to be taken back, one step of Newton's for 1 / sqrt is exact. */
    const double scale = fabs(square - 1) < 1e-8 ? 1.5 - 0.5 * square : 1 / sqrt(square);

    for (int i = 0; i < 4; i++)
        q[i] *= scale;
}

/* v + 2 w (u x v) + 2 u x (u x v), with 'w' = -w for the inverse. */
static void rotate(const double u[3], double w, const double v[3], double out[3])
{
    double c[3], d[3];

    bs_cross(u, v, c);
    bs_cross(u, c, d);
    for (int i = 0; i < 3; i++)
        out[i] = v[i] + 2 * (w * c[i] + d[i]);
}

void bs_quat_rotate(const double q[4], const double v[3], double out[3])
{
    rotate(q, q[3], v, out);
}

void bs_quat_rotate_back(const double q[4], const double v[3], double out[3])
{
    rotate(q, -q[3], v, out);
}

void bs_rotation_exp(const double v[3], double q[4])
{
    double half[3] = { 0.5 * v[0], 0.5 * v[1], 0.5 * v[2] }, x, s, c;
    int halvings = 0;

    while ((x = bs_dot(half, half)) > SERIES_HALF_ANGLE * SERIES_HALF_ANGLE) {
        for (int i = 0; i < 3; i++)
            half[i] *= 0.5;
        halvings++;
    }
    s = 1 - x / 6 * (1 - x / 20 * (1 - x / 42 * (1 - x / 72 * (1 - x / 110 * (1 - x / 156)))));
    c = 1 - x / 2 * (1 - x / 12 * (1 - x / 30 * (1 - x / 56 * (1 - x / 90 * (1 - x / 132)))));
    for (int i = 0; i < 3; i++)
        q[i] = s * half[i];
    q[3] = c;
    for (; halvings; halvings--) { /* each would double what the length is off */
        bs_quat_mul(q, q, q);
        bs_quat_normalise(q);
    }
}

void bs_rotation_log(const double q[4], double v[3])
{
    const double s = bs_norm(q), w = fabs(q[3]);
    const double scale = (q[3] < 0 ? -2 : 2) * (s > 1e-9 ? atan2(s, w) / s : 1 / w);

    for (int i = 0; i < 3; i++)
        v[i] = scale * q[i];
}

void bs_rotation_vector_rate(const double v[3], const double w[3], double out[3])
{
    const double x = bs_dot(v, v), angle = sqrt(x);
    const double k =
        angle < SMALL_ANGLE ? (1 + x / 60 * (1 + x / 42)) / 12 : (1 - 0.5 * angle / tan(0.5 * angle)) / x;
    double c[3], d[3];

    bs_cross(v, w, c);
    bs_cross(v, c, d);
    for (int i = 0; i < 3; i++)
        out[i] = w[i] + 0.5 * c[i] + k * d[i];
}
