#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "imu/imu_internal.h"

/* Nothing that carries a camera turns faster than this; few gyroscopes reach beyond 35 rad/s. */
#define MAX_RATE_RAD_S 50.0

/* Nor, for longer than a throw, on average faster than this: one and a half turns a second. */
#define MAX_MEAN_RATE_RAD_S 10.0
#define THROWN_NS 1000000000

/* Fifty times what the usual sensors reach, and what would overflow later is far beyond. */
#define MAX_ACCEL_M_S2 10000.0

/* What an accelerometer reads in its quietest moments, m/s^2: wide, for it may never have been at rest. */
#define LEAST_GRAVITY_M_S2 6.0
#define MOST_GRAVITY_M_S2 14.0

/* Below this nothing is left of gravity. */
#define NO_GRAVITY_M_S2 0.5

/* Readings are averaged over this long to see how large they are at rest. */
#define QUIET_NS 200000000

/* A window of time: how much the readings scatter in it, and how long their mean is. */
typedef struct window {
    double scatter, length;
} window;

static int compare_windows(const void *a, const void *b)
{
    const window *x = a, *y = b;

    return (x->scatter > y->scatter) - (x->scatter < y->scatter);
}

static int compare_lengths(const void *a, const void *b)
{
    const window *x = a, *y = b;

    return (x->length > y->length) - (x->length < y->length);
}

/* The window of rows from 'begin' to 'end'; differences from its first row keep the sums small. */
static window measure(const bs_imu_sensor *s, size_t begin, size_t end)
{
    const double *first = bs_imu_numbers(s, begin), n = (double)(end - begin);
    double sum[3] = { 0 }, squares = 0, mean[3];
    window w;

    for (size_t i = begin; i < end; i++)
        for (int k = 0; k < 3; k++) {
            const double d = bs_imu_numbers(s, i)[k] - first[k];

            sum[k] += d;
            squares += d * d;
        }
    w.scatter = squares / n;
    for (int k = 0; k < 3; k++) {
        w.scatter -= sum[k] / n * (sum[k] / n);
        mean[k] = first[k] + sum[k] / n;
    }
    w.length = sqrt(mean[0] * mean[0] + mean[1] * mean[1] + mean[2] * mean[2]);
    return w;
}

/*
 * The row after the window that begins at 'begin', which is whole if one follows without a pause: a lone
 * row in front of a gap or the end does not scatter, and would pass for the quietest of all.
 */
static size_t window_end(const bs_imu_table *t, size_t begin, int *whole)
{
    const int64_t begin_ns = t->rows[begin].t_ns;
    size_t end = begin + 1;

    while (end < t->n && t->rows[end].t_ns - begin_ns < QUIET_NS)
        end++;
    *whole = end < t->n && t->rows[end].t_ns - begin_ns < 2 * (int64_t)QUIET_NS;
    return end;
}

/* The median of the quietest tenth of the windows; those that are cut short count where there are no
 * others. */
int bs_imu_length_at_rest(const bs_imu_sensor *s, double *out, bs_err *err)
{
    const bs_imu_table *t = s->table;
    window *windows = malloc(t->n * sizeof *windows); /* rows fit in memory, and are larger */
    size_t n = 0, n_whole = 0, tenth;
    int whole;

    if (!windows)
        return bs_fail(err, BS_ENOMEM, "%s: no memory to look at %zu rows", s->path, t->n);
    for (size_t begin = 0, end; begin < t->n; begin = end) {
        window w;

        end = window_end(t, begin, &whole);
        w = measure(s, begin, end);
        if (whole) { /* to the front */
            windows[n] = windows[n_whole];
            windows[n_whole++] = w;
        } else {
            windows[n] = w;
        }
        n++;
    }
    n = n_whole ? n_whole : n;
    qsort(windows, n, sizeof *windows, compare_windows);
    tenth = (n + 9) / 10;
    qsort(windows, tenth, sizeof *windows, compare_lengths);
    *out = s->scale * windows[tenth / 2].length;
    free(windows);
    return BS_OK;
}

void bs_imu_say_unit(const bs_imu_sensor *s, const char *other, char out[BS_IMU_HOW])
{
    const char *gyro = s->is_gyro ? other : s->other_unit, *accel = s->is_gyro ? s->other_unit : other;

    if (s->unit.named)
        snprintf(out, BS_IMU_HOW, "correct the unit in the header");
    else
        snprintf(out, BS_IMU_HOW, "say so with --imu-units %s%s%s", gyro, accel ? "," : "",
                 accel ? accel : "");
}

/* The first row with a number beyond 'most', and which of its three; 0 if there is none. */
static int find_beyond(const bs_imu_sensor *s, double most, size_t *row, int *axis)
{
    for (*row = 0; *row < s->table->n; ++*row)
        for (*axis = 0; *axis < 3; ++*axis)
            if (fabs(bs_imu_numbers(s, *row)[*axis]) > most)
                return 1;
    return 0;
}

static int check_mean_rate(const bs_imu_sensor *s, bs_err *err)
{
    const bs_imu_table *t = s->table;
    double mean = 0;
    char how[BS_IMU_HOW];

    for (size_t i = 0; i < t->n; i++) {
        const double *w = bs_imu_numbers(s, i);

        mean += s->scale * sqrt(w[0] * w[0] + w[1] * w[1] + w[2] * w[2]) / (double)t->n;
    }
    if (mean * s->unit.si <= MAX_MEAN_RATE_RAD_S || t->rows[t->n - 1].t_ns - t->rows[0].t_ns <= THROWN_NS)
        return BS_OK;
    bs_imu_say_unit(s, "deg/s", how);
    return bs_fail(err, BS_EFORMAT, "%s: rates of %.3g %s on average: expected a mean below %g rad/s; %s%s",
                   s->path, mean, s->unit.name, MAX_MEAN_RATE_RAD_S,
                   s->unit.si == 1 ? "these look like deg/s: " : "they must be in rad/s or deg/s: ", how);
}

int bs_imu_check_rates(const bs_imu_sensor *s, bs_err *err)
{
    const double most = MAX_RATE_RAD_S / bs_imu_to_si(s);
    size_t row, other_row;
    int axis, other_axis, degrees;
    char how[BS_IMU_HOW];

    if (!find_beyond(s, most, &row, &axis))
        return check_mean_rate(s, err);
    degrees = s->unit.si == 1 && !find_beyond(s, most / BS_DEGREE, &other_row, &other_axis);
    bs_imu_say_unit(s, "deg/s", how);
    return bs_fail(err, BS_EFORMAT, "%s:%zu: g%c = %g %s: expected rates below %g rad/s; %s%s", s->path,
                   s->table->line[row], "xyz"[axis], s -> scale *bs_imu_numbers(s, row)[axis], s -> unit.name,
                   MAX_RATE_RAD_S,
                   degrees ? "these look like deg/s: " : "they must be in rad/s or deg/s: ", how);
}

int bs_imu_check_accelerations(const bs_imu_sensor *s, bs_err *err)
{
    size_t row;
    int axis;

    if (!find_beyond(s, MAX_ACCEL_M_S2 / bs_imu_to_si(s), &row, &axis))
        return BS_OK;
    return bs_fail(err, BS_EFORMAT, "%s:%zu: a%c = %g %s: expected accelerations below %g m/s^2", s->path,
                   s->table->line[row], "xyz"[axis], s -> scale *bs_imu_numbers(s, row)[axis], s -> unit.name,
                   MAX_ACCEL_M_S2);
}

int bs_imu_check_gyro_is_one(const bs_imu_sensor *s, bs_err *err)
{
    double length = 0;
    int rc = bs_imu_length_at_rest(s, &length, err);

    if (rc || fabs(length - BS_STANDARD_GRAVITY) > 0.5)
        return rc;
    return bs_fail(
        err, BS_EFORMAT,
        "%s: at rest these rates have length %.3g, as gravity has in m/s^2: this looks like the file "
        "of an accelerometer; expected that of the gyroscope",
        s->path, length);
}

int bs_imu_check_gravity(const bs_imu_sensor *s, double length, bs_err *err)
{
    const double a_m_s2 = length * s->unit.si;
    const char *other = s->unit.si == 1 ? "g" : "m/s2", *what;
    char how[BS_IMU_HOW];

    if (a_m_s2 >= LEAST_GRAVITY_M_S2 && a_m_s2 <= MOST_GRAVITY_M_S2)
        return BS_OK;
    bs_imu_say_unit(s, other, how);
    if (a_m_s2 < NO_GRAVITY_M_S2) {
        what = "gravity seems to have been removed: ";
        strcpy(how, "give readings with gravity, or leave them out and have the rotation alone");
    } else if (s->unit.si == 1 ? length > 0.6 && length < 1.5
                               : length > LEAST_GRAVITY_M_S2 && length < MOST_GRAVITY_M_S2) {
        what = s->unit.si == 1 ? "these look like g: " : "these look like m/s^2: ";
    } else if (length > 600 && length < 1400) {
        what = "these look like cm/s^2 or thousandths of g: ";
        strcpy(how, "bring them to m/s^2 or g");
    } else {
        what = "they must be in m/s^2 or g: ";
    }
    return bs_fail(err, BS_EFORMAT,
                   "%s: at rest its accelerations have length %.3g %s where gravity has %.3g; %s%s", s->path,
                   length, s->unit.name, BS_STANDARD_GRAVITY / s->unit.si, what, how);
}
