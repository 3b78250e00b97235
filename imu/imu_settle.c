#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "imu/imu_internal.h"

/* Smaller ranges than these no sensor has; quantised readings at rest repeat their extremes, too. */
#define LEAST_GYRO_RANGE_RAD_S 4.0
#define LEAST_ACCEL_RANGE_M_S2 19.0

/* IMUs write a row in 100 us to 100 ms; a wrong unit is a thousand times off. */
#define LEAST_INTERVAL_NS 10000
#define MOST_INTERVAL_NS 1000000000

/* Rows in succession at the very same extreme, from which on it is taken for the end of the range. */
#define FLAT_ROWS 3

void bs_imu_note(char *notice, const char *fmt, ...)
{
    const size_t n = strlen(notice);
    va_list args;

    va_start(args, fmt);
    if (n + 2 < BS_ERR_TEXT) {
        if (n)
            strcpy(notice + n, "\n");
        vsnprintf(notice + n + (n > 0), BS_ERR_TEXT - n - (n > 0), fmt, args);
    }
    va_end(args);
}

/* The highest or lowest reading of an axis, and the longest run of rows that have it. */
typedef struct extreme {
    double value;
    size_t first, run, longest; /* row where the longest run begins; rows of the present and longest run */
} extreme;

static void follow(extreme *e, double v, size_t row, int up)
{
    if (row == 0 || (up ? v > e->value : v < e->value))
        *e = (extreme){ .value = v, .first = row, .run = 1, .longest = 1 };
    else if (v != e->value)
        e->run = 0;
    else if (++e->run > e->longest) {
        e->longest = e->run;
        e->first = row + 1 - e->run;
    }
}

/* Readings that stay at their extreme left the sensor's range: what it measured then is not known. */
static void note_saturation(const bs_imu_sensor *s, char *notice)
{
    const double least = (s->is_gyro ? LEAST_GYRO_RANGE_RAD_S : LEAST_ACCEL_RANGE_M_S2) / bs_imu_to_si(s);

    for (int k = 0; k < 3; k++) {
        extreme e[2] = { { 0 } };

        for (size_t i = 0; i < s->table->n; i++)
            for (int up = 0; up < 2; up++)
                follow(&e[up], bs_imu_numbers(s, i)[k], i, up);
        for (int up = 0; up < 2; up++)
            if (e[up].longest >= FLAT_ROWS && fabs(e[up].value) >= least && e[0].value < e[1].value)
                bs_imu_note(
                    notice,
                    "%s:%zu: %c%c stays at its %s, %g %s, for %zu rows: the sensor's range seems to end "
                    "there, and motion beyond it is lost",
                    s->path, s->table->line[e[up].first], s->is_gyro ? 'g' : 'a', "xyz"[k],
                    up ? "highest" : "lowest", s->scale * e[up].value, s->unit.name, e[up].longest);
    }
}

const char *bs_imu_accel_option(const bs_imu_options *opt)
{
    return opt->accel_unit == BS_ACCEL_AUTO ? NULL : opt->accel_unit == BS_ACCEL_G ? "g" : "m/s2";
}

/* A unit that the file does not name. */
static void set_unit(int (*find)(const char *text, bs_imu_unit *out), const char *text, bs_imu_unit *out)
{
    find(text, out);
    out->named = 0;
}

/* The units that the caller knows, where the file says nothing. */
static void use_options(const bs_imu_options *opt, bs_imu_format *f)
{
    if (!f->gyro_unit.named && opt->gyro_unit)
        set_unit(bs_imu_gyro_unit, opt->gyro_unit == BS_GYRO_DEG_S ? "deg/s" : "rad/s", &f->gyro_unit);
    if (!f->accel_unit.named && opt->accel_unit) {
        set_unit(bs_imu_accel_unit, opt->accel_unit == BS_ACCEL_G ? "g" : "m/s^2", &f->accel_unit);
        f->accel_by_size = 0;
    }
}

static int settle_accel(bs_imu_format *f, bs_imu_sensor *s, char *notice, bs_err *err)
{
    double length = 0;
    int rc = BS_OK;

    if (!f->gravity_removed)
        rc = bs_imu_length_at_rest(s, &length, err);
    if (!rc && f->accel_by_size && length < 3)
        set_unit(bs_imu_accel_unit, "g", &f->accel_unit);
    s->unit = f->accel_unit;
    if (!rc && !f->gravity_removed)
        rc = bs_imu_check_gravity(s, length, err);
    if (!rc)
        rc = bs_imu_check_accelerations(s, err);
    if (!rc)
        note_saturation(s, notice);
    return rc;
}

static int settle_gyro(const bs_imu_format *f, const bs_imu_sensor *s, char *notice, bs_err *err)
{
    int rc = bs_imu_check_rates(s, err);

    if (!rc && !f->has_accel && !f->gyro_unit.named)
        rc = bs_imu_check_gyro_is_one(s, err);
    if (!rc)
        note_saturation(s, notice);
    return rc;
}

static void convert(const bs_imu_format *f, double v[3], double factor)
{
    const double raw[3] = { v[0], v[1], v[2] };

    for (int i = 0; i < 3; i++)
        v[i] = f->sign[i] * factor * raw[f->axis[i]];
}

/* Times in another unit than they were taken for leave rows absurdly far apart, or close. */
static void note_interval(const bs_imu_file *f, char *notice)
{
    const int64_t usual_ns = bs_imu_usual_interval(&f->table);

    if (usual_ns < LEAST_INTERVAL_NS || usual_ns > MOST_INTERVAL_NS)
        bs_imu_note(
            notice,
            "%s: a row every %g s is not what an IMU writes: if its times are in another unit, name it in "
            "the header, as in timestamp [ms]",
            f->path, 1e-9 * (double)usual_ns);
}

int bs_imu_settle(bs_imu_file *f, const bs_imu_options *opt, char *notice, bs_err *err)
{
    bs_imu_format *format = &f->format;
    bs_imu_table *accel = format->typed ? &f->accel : &f->table;
    bs_imu_sensor s;
    int rc;

    use_options(opt, format);
    note_interval(f, notice);
    if (format->has_gyro) {
        s = (bs_imu_sensor){
            f->path, &f->table, 1, fabs(format->gyro_scale), format->gyro_unit, bs_imu_accel_option(opt)
        };
        if ((rc = settle_gyro(format, &s, notice, err)))
            return rc;
        for (size_t i = 0; i < f->table.n; i++)
            convert(format, f->table.rows[i].gyro_rad_s, format->gyro_scale * format->gyro_unit.si);
    }
    if (format->has_accel) {
        s = (bs_imu_sensor){
            f->path, accel, 0, fabs(format->accel_scale), format->accel_unit, format->gyro_unit.name
        };
        if ((rc = settle_accel(format, &s, notice, err)))
            return rc;
        for (size_t i = 0; i < accel->n; i++)
            convert(format, accel->rows[i].accel_m_s2, format->accel_scale * format->accel_unit.si);
    }
    return BS_OK;
}
