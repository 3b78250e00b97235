#include <string.h>

#include "imu/trace_internal.h"

const char *const bs_field_names[BS_N_STATE_FIELDS] = { "timestamp", "tx", "ty", "tz", "qx", "qy",
                                                        "qz",        "qw", "vx", "vy", "vz" };

static const char *const logs_of_imus[] = { "GYROFLOW IMU LOG", "CAMERA IMU LOG" };

/* A line under examination. */
typedef struct candidate {
    const char *path;
    size_t line;
    const char *text;
    bs_header header;
} candidate;

/* The unit of a column, unless it is one that is read. */
static int check_unit(const candidate *c, const bs_name *name, bs_err *err)
{
    const bs_quoted shown = bs_quote(name->unit, strlen(name->unit));

    if (!name->unit[0] || name->what < 0 || name->what > BS_FIELD_Z)
        return BS_OK;
    if (name->what == BS_FIELD_TIME && bs_time_power(name->unit) != 9 && bs_time_power(name->unit) != 0)
        return bs_fail(err, BS_EFORMAT, "%s:%zu: times are in [%s]: expected seconds [s] or nanoseconds [ns]",
                       c->path, c->line, shown.text);
    if (name->what != BS_FIELD_TIME && !bs_is_one_of(name->unit, "m metres meters meter"))
        return bs_fail(err, BS_EFORMAT, "%s:%zu: positions are in [%s]: expected metres [m]", c->path,
                       c->line, shown.text);
    return BS_OK;
}

static int is_speed(const char *unit)
{
    return !strcmp(unit, "m s^-1") || !strcmp(unit, "m/s");
}

static int raw_imu(const candidate *c, const char *what, size_t n, bs_err *err)
{
    return bs_fail(err, BS_EFORMAT,
                   "%s:%zu: these are raw readings of an IMU (\"%s\"): expected poses, with the "
                   "columns " BS_WANTED_COLUMNS,
                   c->path, c->line, bs_quote(what, n).text);
}

static int unknown(const candidate *c, bs_err *err)
{
    return bs_fail(err, BS_EFORMAT,
                   "%s:%zu: not a pose trace: expected the header " BS_WANTED_COLUMNS ", a EuRoC header "
                   "(#timestamp [ns], p_RS_R_x [m], ..., q_RS_z []), TUM rows of eight numbers separated by "
                   "blanks, or the readings of an IMU (timestamp,gx,gy,gz,ax,ay,az); found \"%s\"",
                   c->path, c->line, bs_quote(c->text, strlen(c->text)).text);
}

/* Each field must have one column; the first that has none, or several, is named. */
static int check_fields(const candidate *c, bs_err *err)
{
    for (int i = 0; i < BS_N_FIELDS; i++)
        if (c->header.has[i] != 1)
            return bs_fail(err, BS_EFORMAT,
                           "%s:%zu: the header has %s column for %s: expected " BS_WANTED_COLUMNS
                           "; found \"%s\"",
                           c->path, c->line, c->header.has[i] ? "more than one" : "no", bs_field_names[i],
                           bs_quote(c->text, strlen(c->text)).text);
    return BS_OK;
}

/* A trace without header: eight numbers separated by blanks can only be TUM's; nothing else is guessed at. */
static int headerless(const candidate *c, bs_columns *out, bs_err *err)
{
    *out = (bs_columns){ .separator = ' ', .time_power = 9, .names = bs_field_names };
    memset(out->field_of, -1, sizeof out->field_of);
    for (const char *p = c->text; p; out->n++) {
        bs_span s;

        p = bs_next_column(p, out->separator, &s);
        if (out->n < BS_N_FIELDS)
            out->field_of[out->n] = (signed char)out->n;
    }
    return out->n == BS_N_FIELDS ? BS_OK : unknown(c, err);
}

/* The columns of a pose that the header names. */
static int use_header(const candidate *c, bs_trace_kind *kind, bs_columns *out, bs_err *err)
{
    const bs_header *h = &c->header;
    int rc;

    *kind = h->has[BS_FIELD_X] && h->euroc ? BS_TRACE_EUROC
            : h->separator == ' '          ? BS_TRACE_TUM
                                           : BS_TRACE_CSV;
    *out = (bs_columns){ .separator = h->separator,
                         .time_power = *kind == BS_TRACE_EUROC ? 0 : 9,
                         .header_line = h->line,
                         .n = h->n,
                         .names = bs_field_names };
    memset(out->field_of, -1, sizeof out->field_of);
    for (size_t i = 0; i < h->n && i < BS_MAX_COLUMNS; i++) {
        const bs_name *name = &h->column[i];

        if ((rc = check_unit(c, name, err)))
            return rc;
        if (name->what == BS_FIELD_TIME && name->unit[0])
            out->time_power = bs_time_power(name->unit);
        if (name->what >= 0 && name->what < BS_N_FIELDS)
            out->field_of[i] = (signed char)name->what;
        else if (name->what >= BS_NAME_VELOCITY && (!name->unit[0] || is_speed(name->unit)))
            out->field_of[i] = (signed char)(name->what - BS_NAME_VELOCITY + BS_FIELD_VX);
    }
    return check_fields(c, err);
}

/* The first column of a raw IMU trace, or NULL. */
static const bs_span *imu_column(const bs_header *h)
{
    for (size_t i = 0; i < h->n && i < BS_MAX_COLUMNS; i++)
        if (h->column[i].what >= BS_NAME_GYRO && h->column[i].what < BS_NAME_VELOCITY)
            return &h->column[i].as_written;
    return NULL;
}

int bs_header_read(const char *path, size_t line, const char *text, bs_trace_kind *kind, bs_columns *out,
                   int *found, bs_err *err)
{
    candidate c = { .path = path, .line = line, .text = text };
    const bs_span *imu;

    for (size_t i = 0; i < sizeof logs_of_imus / sizeof logs_of_imus[0]; i++)
        if (!strncmp(text, logs_of_imus[i], strlen(logs_of_imus[i])))
            return raw_imu(&c, logs_of_imus[i], strlen(logs_of_imus[i]), err);
    if (bs_scan_decimal(text)) {
        *found = 2;
        *kind = BS_TRACE_TUM;
        return headerless(&c, out, err);
    }
    *found = bs_header_find(line, text, &c.header);
    if (!*found)
        return BS_OK;
    imu = imu_column(&c.header);
    for (int i = 0; i < BS_N_FIELDS; i++)
        if (!c.header.has[i] && imu)
            return raw_imu(&c, imu->s, imu->n, err);
    if (!c.header.known)
        return unknown(&c, err);
    return use_header(&c, kind, out, err);
}
