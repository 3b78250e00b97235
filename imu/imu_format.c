#include <string.h>

#include "imu/imu_internal.h"

static const char *const reading_names[BS_N_READINGS] = { "timestamp", "gx", "gy", "gz", "ax", "ay", "az" };

static const bs_imu_unit rad_s = { "rad/s", 1, 0 };
static const bs_imu_unit m_s2 = { "m/s^2", 1, 0 };

/* A whole number of nanoseconds that a clock would show a second after it was started, or later. */
#define LEAST_STAMP_NS 1000000000

/* A stamp in nanoseconds, also one that lost its digits: the row's reader says what became of it. */
static int is_stamp(bs_span s)
{
    int64_t t_ns;
    double v;

    if (bs_parse_integer_ns(s.s, &t_ns) == s.s + s.n)
        return t_ns >= LEAST_STAMP_NS;
    return s.n && bs_parse_number(s.s, &v) == s.s + s.n && v >= 1e15;
}

static bs_imu_format empty_format(char separator)
{
    bs_imu_format f = { .columns = { .separator = separator, .names = reading_names },
                        .gyro_unit = rad_s,
                        .accel_unit = m_s2 };

    memset(f.columns.field_of, -1, sizeof f.columns.field_of);
    return f;
}

/* Files without header are recognised by their number of columns and where the stamp is. */
static bs_imu_line recognise_row(const char *text, bs_imu_format *out)
{
    bs_span column[8];
    size_t n = 0, used = 0;

    *out = empty_format(strchr(text, ',') ? ',' : strchr(text, ';') ? ';' : ' ');
    for (const char *p = text; p && n < sizeof column / sizeof column[0]; n++) {
        p = bs_next_column(p, out->columns.separator, &column[n]);
        if (column[n].n)
            used = n + 1;
    }
    out->columns.n = used;
    if (used != BS_N_READINGS || !is_stamp(column[0]))
        return BS_LINE_OTHER;
    out->name = "EuRoC";
    out->has_gyro = out->has_accel = 1;
    for (int i = 0; i < BS_N_READINGS; i++)
        out->columns.field_of[i] = (signed char)i;
    return BS_LINE_ROW;
}

/* A header under examination. */
typedef struct candidate {
    const char *path;
    const char *text;
    bs_header header;
    int gyro, accel; /* BS_NAME_... that are its rates and accelerations, or -1 */
} candidate;

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
    } else if (name->what >= c->gyro && name->what < c->gyro + 3) {
        if (!bs_imu_gyro_unit(name->unit, &f->gyro_unit))
            return bs_fail(err, BS_EFORMAT, "%s:%zu: rates are in [%s]: expected [rad/s] or [deg/s]", c->path,
                           c->header.line, shown.text);
    } else if (name->what >= c->accel && name->what < c->accel + 3) {
        if (!bs_imu_accel_unit(name->unit, &f->accel_unit))
            return bs_fail(err, BS_EFORMAT, "%s:%zu: accelerations are in [%s]: expected [m/s^2] or [g]",
                           c->path, c->header.line, shown.text);
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

/* What the header's names say about the rows. */
static int use_header(const candidate *c, bs_imu_format *out, bs_err *err)
{
    const bs_header *h = &c->header;
    int rc;

    *out = empty_format(h->separator);
    out->name = name_of(c);
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
        else if (c->gyro >= 0 && what >= c->gyro && what < c->gyro + 3)
            out->columns.field_of[i] = (signed char)(BS_READING_GYRO + what - c->gyro);
        else if (c->accel >= 0 && what >= c->accel && what < c->accel + 3)
            out->columns.field_of[i] = (signed char)(BS_READING_ACCEL + what - c->accel);
    }
    return BS_OK;
}

int bs_imu_recognise(const char *path, size_t line, const char *text, bs_imu_line *what, bs_imu_format *out,
                     bs_err *err)
{
    candidate c = { .path = path, .text = text, .gyro = -1, .accel = -1 };
    int poses = 1;

    if (bs_scan_decimal(text)) {
        *what = recognise_row(text, out);
        return BS_OK;
    }
    if (!bs_header_find(line, text, &c.header)) {
        *what = BS_LINE_COMMENT;
        return BS_OK;
    }
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
    *what = poses || (c.gyro < 0 && c.accel < 0) ? BS_LINE_OTHER : BS_LINE_HEADER;
    return *what == BS_LINE_OTHER ? BS_OK : use_header(&c, out, err);
}
