#include <math.h>
#include <string.h>

#include "imu/trace_internal.h"

int bs_row_split(const bs_place *at, const char *text, bs_span *field, bs_err *err)
{
    const bs_columns *c = at->columns;
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
                       at->path, at->line, n, c->n,
                       c->separator == ' '   ? "blanks"
                       : c->separator == ',' ? "commas"
                                             : "semicolons",
                       bs_quote(text, strlen(text)).text);
    if (used > c->n)
        return bs_fail(err, BS_EFORMAT,
                       "%s:%zu: %zu columns where %zu are expected (decimal commas? numbers need a "
                       "point): \"%s\"",
                       at->path, at->line, used, c->n, bs_quote(text, strlen(text)).text);
    return BS_OK;
}

static int bad_field(const bs_place *at, int field, bs_span s, const char *expected, bs_err *err)
{
    return bs_fail(err, BS_EFORMAT, "%s:%zu: %s \"%s\": expected %s", at->path, at->line,
                   at->columns->names[field], bs_quote(s.s, s.n).text, expected);
}

int bs_row_number(const bs_place *at, int field, bs_span s, double *out, bs_err *err)
{
    if (!s.n || bs_parse_number(s.s, out) != s.s + s.n)
        return bad_field(at, field, s, "a finite decimal number, e.g. -0.25 or 1.5e-3", err);
    if (!isfinite(*out))
        return bad_field(at, field, s, "a number that fits a double", err);
    return BS_OK;
}

/* Why a time could not be read. */
static int bad_time(const bs_place *at, bs_span s, bs_err *err)
{
    const int power = at->columns->time_power;

    if (!s.n || bs_scan_decimal(s.s) != s.s + s.n)
        return bad_field(at, 0, s,
                         power == 9   ? "decimal seconds"
                         : power == 6 ? "decimal milliseconds"
                         : power == 3 ? "decimal microseconds"
                                      : "whole nanoseconds",
                         err);
    if (power == 9)
        return bad_field(at, 0, s,
                         "seconds, below 4.6e9: if these are nanoseconds, give the column "
                         "the name timestamp [ns]",
                         err);
    if (power)
        return bad_field(at, 0, s, "a time below 4.6e9 seconds, in the unit that its column names", err);
    if (memchr(s.s, 'e', s.n) || memchr(s.s, 'E', s.n))
        return bad_field(at, 0, s,
                         "whole nanoseconds: the last digits of this time are lost, as when "
                         "a spreadsheet saves it; take the file as it was before",
                         err);
    return bad_field(at, 0, s,
                     "whole nanoseconds, below 4.6e18: if these are seconds, give the column "
                     "the name timestamp [s]",
                     err);
}

int bs_row_time(const bs_place *at, bs_span s, int64_t *t_ns, bs_err *err)
{
    const int power = at->columns->time_power;
    const char *end = power ? bs_parse_time_in(s.s, power, t_ns) : bs_parse_integer_ns(s.s, t_ns);

    if (!s.n || end != s.s + s.n || *t_ns > BS_MAX_TIME_NS || *t_ns < -BS_MAX_TIME_NS)
        return bad_time(at, s, err);
    return BS_OK;
}

/* A time in the unit of its file. */
static void print_time(const bs_place *at, int64_t t_ns, char out[40])
{
    const int power = at->columns->time_power;
    const long long t = (long long)(t_ns < 0 ? -t_ns : t_ns);
    long long unit = 1;

    for (int i = 0; i < power; i++)
        unit *= 10;
    if (power)
        snprintf(out, 40, "%s%lld.%0*lld", t_ns < 0 ? "-" : "", t / unit, power, t % unit);
    else
        snprintf(out, 40, "%lld", (long long)t_ns);
}

/* The shell command that would put the rows in order: only the user knows whether that is what is wrong. */
static void print_sort(const bs_columns *c, char *out, size_t n)
{
    const char *separator = c->separator == ',' ? "-t, " : c->separator == ';' ? "-t';' " : "";
    size_t column = 0;

    while (c->field_of[column] != 0)
        column++;
    snprintf(out, n, "(head -n %zu F; tail -n +%zu F | LC_ALL=C sort %s-k%zu,%zug) > SORTED", c->header_line,
             c->header_line + 1, separator, column + 1, column + 1);
}

int bs_row_order(const bs_place *at, int64_t t_ns, int64_t before_ns, size_t before_line, bs_err *err)
{
    char now[40], before[40], sort[120];

    if (t_ns > before_ns)
        return BS_OK;
    print_time(at, t_ns, now);
    print_time(at, before_ns, before);
    if (t_ns == before_ns)
        return bs_fail(err, BS_EFORMAT,
                       "%s:%zu: time %s is that of line %zu, too: expected one row for each time; "
                       "remove one of the two",
                       at->path, at->line, now, before_line);
    print_sort(at->columns, sort, sizeof sort);
    return bs_fail(err, BS_EFORMAT,
                   "%s:%zu: time %s is not later than %s on line %zu: expected rows in order of time; "
                   "to sort a file F: %s",
                   at->path, at->line, now, before, before_line, sort);
}
