#include <math.h>
#include <stdlib.h>

#include "imu/imu_internal.h"
#include "imu/rotation.h"

/* Windows that are looked at, spread over the file, and rows in one at least. */
#define MAX_WINDOWS 100
#define LEAST_WINDOWS 3
#define LEAST_ROWS 10
#define WINDOW_NS 1000000000

/* What is left of the accelerations' mean where they are turned by the right rates, and by some that are
 * 57 times those.  Measured on a helicopter and on simulated hands: 0.97 or more, and 0.31 to 0.48. */
#define LEAST_LEFT 0.9
#define MOST_LEFT 0.6

/*
 * How long the mean of the accelerations of 'n' rows is in a world that turns with 'scale' times the
 * rates, for 1 of their mean length: gravity stays where it is there.
 */
static double left_of_mean(const bs_imu_sample *rows, size_t n, double scale)
{
    double q[4] = { 0, 0, 0, 1 }, sum[3] = { 0 }, length = 0, turn[4], v[3];

    for (size_t i = 0; i < n; i++) {
        bs_quat_rotate(q, rows[i].accel_m_s2, v);
        for (int k = 0; k < 3; k++)
            sum[k] += v[k];
        length += bs_norm(v);
        if (i + 1 == n)
            break;
        for (int k = 0; k < 3; k++)
            v[k] = scale * 0.5e-9 * (double)(rows[i + 1].t_ns - rows[i].t_ns) *
                   (rows[i].gyro_rad_s[k] + rows[i + 1].gyro_rad_s[k]);
        bs_rotation_exp(v, turn);
        bs_quat_mul(q, turn, q);
        bs_quat_normalise(q);
    }
    return length > 0 ? bs_norm(sum) / length : 1;
}

static int compare_doubles(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double median(double *v, size_t n)
{
    qsort(v, n, sizeof *v, compare_doubles);
    return v[n / 2];
}

int bs_imu_check_turn(const bs_imu_sensor *s, bs_err *err)
{
    const bs_imu_table *t = s->table;
    double as_read[MAX_WINDOWS], as_degrees[MAX_WINDOWS], mean = 0;
    char how[BS_IMU_HOW];
    size_t n = 0;

    for (size_t w = 0, begin = 0, end; w < MAX_WINDOWS && begin < t->n; w++, begin = end) {
        const size_t spread = (size_t)((double)t->n / MAX_WINDOWS * (double)w);

        begin = begin > spread ? begin : spread;
        for (end = begin + 1; end < t->n && t->rows[end].t_ns - t->rows[begin].t_ns <= WINDOW_NS; end++)
            ;
        if (end == t->n || end - begin < LEAST_ROWS)
            continue;
        as_read[n] = left_of_mean(t->rows + begin, end - begin, 1);
        as_degrees[n++] = left_of_mean(t->rows + begin, end - begin, BS_DEGREE);
    }
    if (n < LEAST_WINDOWS || median(as_read, n) > MOST_LEFT || median(as_degrees, n) < LEAST_LEFT)
        return BS_OK;
    for (size_t i = 0; i < t->n; i++)
        mean += bs_norm(t->rows[i].gyro_rad_s) / (double)t->n;
    bs_imu_say_unit(s, "deg/s", how);
    return bs_fail(
        err, BS_EFORMAT,
        "%s: by its rates, %.3g rad/s on average, up turns to anywhere; with a 57th of them it stays up: "
        "these look like deg/s: %s",
        s->path, mean, how);
}
