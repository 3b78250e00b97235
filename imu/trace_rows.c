#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "imu/trace_internal.h"

/* A quaternion further off unit length than this was not written as one; normalising it would hide that its
 * columns are mixed up.  Files round to 4 digits at worst, which moves the length by 1e-4. */
#define MAX_LENGTH_ERROR 0.1

/* Below this a quaternion has no direction: all-zero rows are how some trackers say "lost". */
#define MIN_LENGTH 1e-6

/* Metres; farther than the moon is a mistake, and 1e300 would overflow downstream. */
#define MAX_POSITION_M 1e9

typedef struct reader {
    bs_lines in;
    bs_columns columns;
    bs_row *rows; /* owned until handed over */
    size_t n, capacity;
    size_t last_line; /* of the last row */
} reader;

static int split_row(const reader *r, const char *text, bs_span field[BS_N_FIELDS], bs_err *err)
{
    const bs_columns *c = &r->columns;
    size_t n = 0, used = 0;

    for (const char *p = text; p; n++) {
        bs_span s;

        p = bs_next_column(p, c->separator, &s);
        if (n < BS_MAX_COLUMNS && c->field_of[n] >= 0)
            field[c->field_of[n]] = s;
        if (s.n)
            used = n + 1;
    }
    if (n < c->n)
        return bs_fail(err, BS_EFORMAT, "%s:%zu: %zu columns where %zu are expected, separated by %s: \"%s\"",
                       r->in.path, r->in.line, n, c->n,
                       c->separator == ' '   ? "blanks"
                       : c->separator == ',' ? "commas"
                                             : "semicolons",
                       bs_quote(text, strlen(text)).text);
    if (used > c->n)
        return bs_fail(err, BS_EFORMAT,
                       "%s:%zu: %zu columns where %zu are expected (decimal commas? numbers need a "
                       "point): \"%s\"",
                       r->in.path, r->in.line, used, c->n, bs_quote(text, strlen(text)).text);
    return BS_OK;
}

static int bad_field(const reader *r, bs_field which, bs_span s, const char *expected, bs_err *err)
{
    return bs_fail(err, BS_EFORMAT, "%s:%zu: %s \"%s\": expected %s", r->in.path, r->in.line,
                   bs_field_names[which], bs_quote(s.s, s.n).text, expected);
}

static int parse_number(const reader *r, bs_field which, bs_span s, double *out, bs_err *err)
{
    if (!s.n || bs_parse_number(s.s, out) != s.s + s.n)
        return bad_field(r, which, s, "a finite decimal number, e.g. -0.25 or 1.5e-3", err);
    if (!isfinite(*out))
        return bad_field(r, which, s, "a number that fits a double", err);
    return BS_OK;
}

/* Why a time could not be read. */
static int bad_time(const reader *r, bs_span s, bs_err *err)
{
    if (!s.n || bs_scan_decimal(s.s) != s.s + s.n)
        return bad_field(r, BS_FIELD_TIME, s, r->columns.in_ns ? "whole nanoseconds" : "decimal seconds",
                         err);
    if (!r->columns.in_ns)
        return bad_field(r, BS_FIELD_TIME, s,
                         "seconds, below 4.6e9: if these are nanoseconds, give the column "
                         "the name timestamp [ns]",
                         err);
    if (memchr(s.s, 'e', s.n) || memchr(s.s, 'E', s.n))
        return bad_field(r, BS_FIELD_TIME, s,
                         "whole nanoseconds: the last digits of this time are lost, as when "
                         "a spreadsheet saves it; take the file as it was before",
                         err);
    return bad_field(r, BS_FIELD_TIME, s,
                     "whole nanoseconds, below 4.6e18: if these are seconds, give the column "
                     "the name timestamp [s]",
                     err);
}

static int parse_time(const reader *r, bs_span s, int64_t *t_ns, bs_err *err)
{
    const char *end = r->columns.in_ns ? bs_parse_integer_ns(s.s, t_ns) : bs_parse_time_ns(s.s, t_ns);

    if (!s.n || end != s.s + s.n || *t_ns > BS_MAX_TIME_NS || *t_ns < -BS_MAX_TIME_NS)
        return bad_time(r, s, err);
    return BS_OK;
}

/* A time as the file writes it. */
static void print_time(const reader *r, int64_t t_ns, char out[40])
{
    const long long t = (long long)(t_ns < 0 ? -t_ns : t_ns);

    if (r->columns.in_ns)
        snprintf(out, 40, "%lld", (long long)t_ns);
    else
        snprintf(out, 40, "%s%lld.%09lld", t_ns < 0 ? "-" : "", t / 1000000000, t % 1000000000);
}

/* The shell command that would put the rows in order: only the user knows whether that is what is wrong. */
static void print_sort(const reader *r, char *out, size_t n)
{
    const bs_columns *c = &r->columns;
    const char *separator = c->separator == ',' ? "-t, " : c->separator == ';' ? "-t';' " : "";
    size_t column = 0;

    while (c->field_of[column] != BS_FIELD_TIME)
        column++;
    snprintf(out, n, "(head -n %zu F; tail -n +%zu F | LC_ALL=C sort %s-k%zu,%zug) > SORTED", c->header_line,
             c->header_line + 1, separator, column + 1, column + 1);
}

static int check_order(const reader *r, int64_t t_ns, bs_err *err)
{
    char now[40], before[40], sort[120];

    if (!r->n || t_ns > r->rows[r->n - 1].t_ns)
        return BS_OK;
    print_time(r, t_ns, now);
    print_time(r, r->rows[r->n - 1].t_ns, before);
    if (t_ns == r->rows[r->n - 1].t_ns)
        return bs_fail(err, BS_EFORMAT,
                       "%s:%zu: time %s is that of line %zu, too: expected one row for each time; "
                       "remove one of the two",
                       r->in.path, r->in.line, now, r->last_line);
    print_sort(r, sort, sizeof sort);
    return bs_fail(err, BS_EFORMAT,
                   "%s:%zu: time %s is not later than %s on line %zu: expected rows in order of time; "
                   "to sort a file F: %s",
                   r->in.path, r->in.line, now, before, r->last_line, sort);
}

static int check_pose(const reader *r, bs_pose *p, bs_err *err)
{
    const double *q = p->q;
    const double length = sqrt(q[0] * q[0] + q[1] * q[1] + q[2] * q[2] + q[3] * q[3]);

    if (!(length >= MIN_LENGTH))
        return bs_fail(err, BS_EFORMAT,
                       "%s:%zu: a quaternion of length 0: expected length 1 (remove rows in which "
                       "tracking was lost)",
                       r->in.path, r->in.line);
    if (!(fabs(length - 1) <= MAX_LENGTH_ERROR))
        return bs_fail(err, BS_EFORMAT,
                       "%s:%zu: qx qy qz qw = %g %g %g %g has length %g: expected a quaternion, of "
                       "length 1",
                       r->in.path, r->in.line, q[0], q[1], q[2], q[3], length);
    for (int i = 0; i < 3; i++)
        if (fabs(p->t_m[i]) > MAX_POSITION_M)
            return bs_fail(err, BS_EFORMAT, "%s:%zu: %s = %g: expected a position in metres, below 1e9",
                           r->in.path, r->in.line, bs_field_names[BS_FIELD_X + i], p->t_m[i]);
    for (int i = 0; i < 4; i++)
        p->q[i] /= length;
    return BS_OK;
}

static int parse_row(const reader *r, const char *text, bs_row *row, bs_err *err)
{
    bs_span field[BS_N_FIELDS];
    double *const number[BS_N_FIELDS] = {
        NULL,
        &row->T_world_cam.t_m[0],
        &row->T_world_cam.t_m[1],
        &row->T_world_cam.t_m[2],
        &row->T_world_cam.q[0],
        &row->T_world_cam.q[1],
        &row->T_world_cam.q[2],
        &row->T_world_cam.q[3],
    };
    int rc;

    if ((rc = split_row(r, text, field, err)) || (rc = parse_time(r, field[BS_FIELD_TIME], &row->t_ns, err)))
        return rc;
    for (int i = BS_FIELD_X; i < BS_N_FIELDS; i++)
        if ((rc = parse_number(r, (bs_field)i, field[i], number[i], err)))
            return rc;
    if ((rc = check_order(r, row->t_ns, err)))
        return rc;
    return check_pose(r, &row->T_world_cam, err);
}

static int add_row(reader *r, const bs_row *row, bs_err *err)
{
    if (r->n == r->capacity) {
        const size_t capacity = r->capacity ? 2 * r->capacity : 1024;
        bs_row *rows = capacity <= SIZE_MAX / sizeof *rows ? realloc(r->rows, capacity * sizeof *rows) : NULL;

        if (!rows)
            return bs_fail(err, BS_ENOMEM, "%s: no memory for %zu rows", r->in.path, capacity);
        r->rows = rows;
        r->capacity = capacity;
    }
    r->rows[r->n++] = *row;
    r->last_line = r->in.line;
    return BS_OK;
}

static int read_all(reader *r, bs_err *err)
{
    int found = 0, rc;
    const char *text;
    bs_row row;

    while (!(rc = bs_lines_next(&r->in, &text, err)) && text) {
        if (!found) {
            rc = bs_header_read(r->in.path, r->in.line, text, &r->columns, &found, err);
            if (rc)
                return rc;
            if (found != 2)
                continue;
        }
        if (*text == '#')
            continue;
        if ((rc = parse_row(r, text, &row, err)) || (rc = add_row(r, &row, err)))
            return rc;
    }
    if (!rc && r->n < 2)
        return bs_fail(err, BS_EFORMAT,
                       "%s: %s: expected a trace of at least two poses, with the columns " BS_WANTED_COLUMNS,
                       r->in.path,
                       !r->in.line ? "the file is empty"
                       : r->n      ? "holds one row"
                                   : "holds no row");
    return rc;
}

int bs_rows_read(const char *path, bs_trace_kind *kind, bs_row **rows, size_t *n_rows, bs_err *err)
{
    reader *r = NULL;
    locale_t plain = (locale_t)0, before;
    FILE *f = fopen(path, "rb");
    int rc;

    *rows = NULL;
    if (!f)
        return bs_fail(err, BS_EIO, "%s: cannot be opened: %s", path, strerror(errno));
    r = calloc(1, sizeof *r);
    plain = newlocale(LC_NUMERIC_MASK, "C", (locale_t)0);
    if (!r || !plain) {
        rc = bs_fail(err, BS_ENOMEM, "%s: no memory to read it", path);
        goto done;
    }
    r->in.f = f;
    r->in.path = path;
    /* Of this thread only: strtod must take a point for a point in a German host program, too. */
    before = uselocale(plain);
    rc = read_all(r, err);
    uselocale(before);
    *kind = r->columns.kind;
    *rows = r->rows;
    *n_rows = r->n;
done:
    if (plain)
        freelocale(plain);
    free(r);
    fclose(f);
    return rc;
}
