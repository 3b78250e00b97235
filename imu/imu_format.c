#include <string.h>

#include "imu/imu_internal.h"

static const char *const reading_names[BS_N_READINGS] = { "timestamp", "gx", "gy", "gz",
                                                          "ax",        "ay", "az", "type" };

/* The first line of gyroflow's logs. */
static const char *const log_lines[] = { "GYROFLOW IMU LOG", "CAMERA IMU LOG" };

bs_imu_format bs_imu_format_empty(char separator)
{
    bs_imu_format f = { .columns = { .separator = separator, .names = reading_names },
                        .gyro_unit = { "rad/s", 1, 0 },
                        .accel_unit = { "m/s^2", 1, 0 },
                        .gyro_scale = 1,
                        .accel_scale = 1,
                        .axis = { 0, 1, 2 },
                        .sign = { 1, 1, 1 },
                        .readout_direction = -1 };

    memset(f.columns.field_of, -1, sizeof f.columns.field_of);
    return f;
}

/* A header under examination. */
typedef struct candidate {
    const char *path;
    const char *text;
    bs_header header;
    int gyro, accel; /* BS_NAME_... that are its rates and accelerations, or -1 */
} candidate;

/* Whether a meaning is an axis of the group that begins with 'first', which may be -1 for none. */
static int is_in(int what, int first)
{
    return first >= 0 && what >= first && what < first + 3;
}

/* The unit of one axis, which must be that of the axes before it. */
static int unit_of_axis(const candidate *c, const bs_name *name, bs_imu_unit *unit, bs_err *err)
{
    const int gyro = is_in(name->what, c->gyro);
    const bs_quoted shown = bs_quote(name->unit, strlen(name->unit));
    const bs_imu_unit before = *unit;

    if (!(gyro ? bs_imu_gyro_unit : bs_imu_accel_unit)(name->unit, unit))
        return bs_fail(err, BS_EFORMAT, "%s:%zu: %s are in [%s]: expected %s", c->path, c->header.line,
                       gyro ? "rates" : "accelerations", shown.text,
                       gyro ? "[rad/s] or [deg/s]" : "[m/s^2] or [g]");
    if (before.named && before.si != unit->si)
        return bs_fail(err, BS_EFORMAT, "%s:%zu: %s are in %s and in %s: expected one unit for all axes",
                       c->path, c->header.line, gyro ? "rates" : "accelerations", before.name, unit->name);
    return BS_OK;
}

static int unit_of(const candidate *c, const bs_name *name, bs_imu_format *f, bs_err *err)
{
    const bs_quoted shown = bs_quote(name->unit, strlen(name->unit));

    if (!name->unit[0])
        return BS_OK;
    if (name->what == BS_FIELD_TIME) {
        f->columns.time_power = bs_time_power(name->unit);
        if (f->columns.time_power < 0)
            return bs_fail(err, BS_EFORMAT, "%s:%zu: times are in [%s]: expected [s], [ms], [us] or [ns]",
                           c->path, c->header.line, shown.text);
    } else if (is_in(name->what, c->gyro)) {
        return unit_of_axis(c, name, &f->gyro_unit, err);
    } else if (is_in(name->what, c->accel)) {
        return unit_of_axis(c, name, &f->accel_unit, err);
    }
    return BS_OK;
}

/* Three axes and one time, or a sentence. */
static int check_columns(const candidate *c, bs_err *err)
{
    static const char *const axes[] = { "x", "y", "z" };
    const int groups[] = { c->gyro, c->accel };

    if (c->header.has[BS_FIELD_TIME] != 1)
        return bs_fail(err, BS_EFORMAT,
                       "%s:%zu: the header has %s column for timestamp: expected " BS_WANTED_READINGS
                       "; found \"%s\"",
                       c->path, c->header.line, c->header.has[BS_FIELD_TIME] ? "more than one" : "no",
                       bs_quote(c->text, strlen(c->text)).text);
    for (int i = 0; i < 6; i++) {
        const int first = groups[i / 3], has = first < 0 ? 1 : c->header.has[first + i % 3];

        if (has != 1)
            return bs_fail(
                err, BS_EFORMAT,
                "%s:%zu: the header has %s column for axis %s of the %s: expected " BS_WANTED_READINGS
                "; found \"%s\"",
                c->path, c->header.line, has ? "more than one" : "no", axes[i % 3],
                i < 3 ? "gyroscope" : "accelerometer", bs_quote(c->text, strlen(c->text)).text);
    }
    return BS_OK;
}

/* Whether any axis of the group that begins with 'first' has a column. */
static int has_group(const bs_header *h, int first)
{
    return h->has[first] || h->has[first + 1] || h->has[first + 2];
}

static const char *name_of(const candidate *c)
{
    const bs_header *h = &c->header;

    if (h->euroc)
        return "EuRoC";
    if (c->gyro == BS_NAME_ALPHA)
        return "Stray Scanner";
    for (size_t i = 0; i < h->n && i < BS_MAX_COLUMNS; i++) {
        if (!strcmp(h->column[i].name, "unix time"))
            return "MarsLogger";
        if (!strncmp(h->column[i].name, "gyroscope ", 10))
            return "phyphox";
    }
    return "CSV";
}

/*
 * Stray Scanner writes what iOS measures: an acceleration of the other sign, for at rest, screen up, it is
 * (0, 0, -1) g.  Its earlier versions multiplied that by 9.81.
 */
static void use_stray_scanner(bs_imu_format *out)
{
    out->accel_scale = -1;
    out->accel_by_size = 1;
}

/* What the header's names say about the rows. */
static int use_header(const candidate *c, bs_imu_format *out, bs_err *err)
{
    const bs_header *h = &c->header;
    int rc;

    *out = bs_imu_format_empty(h->separator);
    out->name = name_of(c);
    if (c->gyro == BS_NAME_ALPHA)
        use_stray_scanner(out);
    out->columns.time_power = h->euroc ? 0 : 9;
    out->columns.header_line = h->line;
    out->columns.n = h->n;
    out->has_gyro = c->gyro >= 0;
    out->has_accel = c->accel >= 0;
    out->gravity_removed = c->accel == BS_NAME_LINEAR;
    if ((rc = check_columns(c, err)))
        return rc;
    for (size_t i = 0; i < h->n && i < BS_MAX_COLUMNS; i++) {
        const int what = h->column[i].what;

        if ((rc = unit_of(c, &h->column[i], out, err)))
            return rc;
        if (what == BS_FIELD_TIME)
            out->columns.field_of[i] = BS_READING_TIME;
        else if (is_in(what, c->gyro))
            out->columns.field_of[i] = (signed char)(BS_READING_GYRO + what - c->gyro);
        else if (is_in(what, c->accel))
            out->columns.field_of[i] = (signed char)(BS_READING_ACCEL + what - c->accel);
    }
    return BS_OK;
}

/* Whether the header is Sensor Logger's "time,seconds_elapsed,z,y,x"; no unit is named, nor the sensor. */
static int is_sensor_logger(const bs_header *h)
{
    return h->has[BS_NAME_ELAPSED] == 1 && h->has[BS_FIELD_TIME] == 1 && h->has[BS_FIELD_X] == 1 &&
           h->has[BS_FIELD_Y] == 1 && h->has[BS_FIELD_Z] == 1 && h->known == 4;
}

static int use_sensor_logger(const char *path, const bs_header *h, bs_imu_format *out, bs_err *err)
{
    const int gyro = bs_imu_named(path, "gyro");

    if (!gyro && !bs_imu_named(path, "accel") && !bs_imu_named(path, "gravity"))
        return bs_fail(err, BS_EFORMAT,
                       "%s:%zu: a file of Sensor Logger, which says only by its name what was measured: "
                       "expected Gyroscope.csv",
                       path, h->line);
    *out = bs_imu_format_empty(h->separator);
    out->name = "Sensor Logger";
    out->sensor_logger = 1;
    out->has_gyro = gyro;
    out->has_accel = !gyro;
    out->columns.header_line = h->line;
    out->columns.n = h->n;
    for (size_t i = 0; i < h->n && i < BS_MAX_COLUMNS; i++) {
        const int what = h->column[i].what;

        if (what == BS_FIELD_TIME)
            out->columns.field_of[i] = BS_READING_TIME;
        else if (what >= BS_FIELD_X && what <= BS_FIELD_Z)
            out->columns.field_of[i] =
                (signed char)((gyro ? BS_READING_GYRO : BS_READING_ACCEL) + what - BS_FIELD_X);
    }
    return BS_OK;
}

static int is_log(const char *text)
{
    for (size_t i = 0; i < sizeof log_lines / sizeof log_lines[0]; i++)
        if (!strncmp(text, log_lines[i], strlen(log_lines[i])))
            return 1;
    return 0;
}

int bs_imu_recognise(const char *path, size_t line, const char *text, bs_imu_line *what, bs_imu_format *out,
                     bs_err *err)
{
    candidate c = { .path = path, .text = text, .gyro = -1, .accel = -1 };
    int poses = 1;

    if (bs_scan_decimal(text)) {
        *what = bs_imu_recognise_row(path, text, out);
        return BS_OK;
    }
    *what = is_log(text) ? BS_LINE_LOG : BS_LINE_COMMENT;
    if (*what == BS_LINE_LOG || !bs_header_find(line, text, &c.header))
        return BS_OK;
    *what = BS_LINE_HEADER;
    if (is_sensor_logger(&c.header))
        return use_sensor_logger(path, &c.header, out, err);
    for (int i = 0; i < BS_N_FIELDS; i++)
        poses &= c.header.has[i] > 0;
    if (has_group(&c.header, BS_NAME_ACCEL))
        c.accel = BS_NAME_ACCEL;
    else if (has_group(&c.header, BS_NAME_LINEAR))
        c.accel = BS_NAME_LINEAR;
    if (has_group(&c.header, BS_NAME_GYRO))
        c.gyro = BS_NAME_GYRO;
    else if (has_group(&c.header, BS_NAME_ALPHA))
        c.gyro = BS_NAME_ALPHA;
    if (poses || (c.gyro < 0 && c.accel < 0)) {
        *what = BS_LINE_OTHER;
        return BS_OK;
    }
    return use_header(&c, out, err);
}
