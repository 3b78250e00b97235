#include <stdlib.h>

#include "imu/imu_internal.h"

/* Neighbouring rows so many usual intervals apart have a gap between them, as in a trace of poses. */
#define GAP_INTERVALS 5

/* Sensors of one recorder differ in rate, but not by more than this. */
#define MAX_RATE_RATIO 10

/* Of so many intervals, spread over the file, the median is taken. */
#define SAMPLED_INTERVALS 1001

static int compare_int64(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

int64_t bs_imu_usual_interval(const bs_imu_table *t)
{
    const size_t all = t->n - 1, n = all < SAMPLED_INTERVALS ? all : SAMPLED_INTERVALS;
    int64_t interval[SAMPLED_INTERVALS];

    for (size_t i = 0; i < n; i++) {
        const size_t row = n < all ? i * (all / n) : i;

        interval[i] = t->rows[row + 1].t_ns - t->rows[row].t_ns;
    }
    qsort(interval, n, sizeof *interval, compare_int64);
    return interval[(n - 1) / 2];
}

static double seconds(int64_t t_ns)
{
    return 1e-9 * (double)t_ns;
}

static int check_clocks(const char *gyro_path, const bs_imu_table *gyro, const char *accel_path,
                        const bs_imu_table *accel, bs_err *err)
{
    const int64_t first = gyro->rows[0].t_ns, last = gyro->rows[gyro->n - 1].t_ns;
    const int64_t accel_first = accel->rows[0].t_ns, accel_last = accel->rows[accel->n - 1].t_ns;

    if (accel_first < last && first < accel_last)
        return BS_OK;
    return bs_fail(
        err, BS_EFORMAT,
        "%s: its times, from %.3f to %.3f s, are not those of the gyroscope in %s, from %.3f to %.3f s: "
        "expected files of one recording and one clock",
        accel_path, seconds(accel_first), seconds(accel_last), gyro_path, seconds(first), seconds(last));
}

static int check_intervals(const char *gyro_path, int64_t gyro_ns, const char *accel_path, int64_t accel_ns,
                           bs_err *err)
{
    if (accel_ns / MAX_RATE_RATIO <= gyro_ns && gyro_ns / MAX_RATE_RATIO <= accel_ns)
        return BS_OK;
    return bs_fail(
        err, BS_EFORMAT,
        "%s: a row every %g ms, where the gyroscope in %s has one every %g ms: expected rates that "
        "differ by less than %d times",
        accel_path, 1e-6 * (double)accel_ns, gyro_path, 1e-6 * (double)gyro_ns, MAX_RATE_RATIO);
}

/* Adds the acceleration at the row's time, between rows 'a' and 'b'. */
static void add_between(const bs_imu_sample *a, const bs_imu_sample *b, bs_imu_sample *row)
{
    const double part = (double)(row->t_ns - a->t_ns) / (double)(b->t_ns - a->t_ns);

    for (int k = 0; k < 3; k++)
        row->accel_m_s2[k] += a->accel_m_s2[k] + part * (b->accel_m_s2[k] - a->accel_m_s2[k]);
}

int bs_imu_pair(const char *gyro_path, bs_imu_table *gyro, const char *accel_path, const bs_imu_table *accel,
                bs_err *err)
{
    size_t kept = 0, k = 0;
    int64_t accel_ns;
    int rc = check_clocks(gyro_path, gyro, accel_path, accel, err);

    if (rc)
        return rc;
    accel_ns = bs_imu_usual_interval(accel);
    if ((rc = check_intervals(gyro_path, bs_imu_usual_interval(gyro), accel_path, accel_ns, err)))
        return rc;
    for (size_t i = 0; i < gyro->n; i++) {
        bs_imu_sample row = gyro->rows[i];
        const bs_imu_sample *a = accel->rows;

        while (k + 2 < accel->n && a[k + 1].t_ns <= row.t_ns)
            k++;
        a += k;
        if (row.t_ns < a[0].t_ns || row.t_ns > a[1].t_ns)
            continue;
        if (a[1].t_ns - a[0].t_ns > GAP_INTERVALS * accel_ns && row.t_ns != a[0].t_ns &&
            row.t_ns != a[1].t_ns)
            continue;
        add_between(&a[0], &a[1], &row);
        gyro->line[kept] = gyro->line[i];
        gyro->rows[kept++] = row;
    }
    gyro->n = kept;
    if (kept < 2)
        return bs_fail(err, BS_EFORMAT,
                       "%s: its times are those of %s rows of the gyroscope in %s: expected two "
                       "or more",
                       accel_path, kept ? "one" : "no", gyro_path);
    return BS_OK;
}
