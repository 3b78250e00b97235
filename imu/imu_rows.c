#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "imu/imu_internal.h"

typedef struct reader {
    bs_lines in;
    bs_imu_format *format;
    bs_imu_table *table;
} reader;

void bs_imu_table_free(bs_imu_table *t)
{
    free(t->rows);
    free(t->line);
    *t = (bs_imu_table){ 0 };
}

static int grow(const char *path, bs_imu_table *t, bs_err *err)
{
    const size_t capacity = t->capacity ? 2 * t->capacity : 4096;
    void *p;

    if (capacity > SIZE_MAX / sizeof *t->rows)
        return bs_fail(err, BS_ENOMEM, "%s: no memory for %zu rows", path, capacity);
    if ((p = realloc(t->rows, capacity * sizeof *t->rows)))
        t->rows = p;
    if (p && (p = realloc(t->line, capacity * sizeof *t->line)))
        t->line = p;
    if (!p)
        return bs_fail(err, BS_ENOMEM, "%s: no memory for %zu rows", path, capacity);
    t->capacity = capacity;
    return BS_OK;
}

static int add_row(const char *path, bs_imu_table *t, const bs_imu_sample *row, size_t line, bs_err *err)
{
    int rc;

    if (t->n == t->capacity && (rc = grow(path, t, err)))
        return rc;
    t->line[t->n] = line;
    t->rows[t->n++] = *row;
    return BS_OK;
}

static int parse_row(const bs_place *at, const bs_imu_format *f, const char *text, bs_imu_sample *row,
                     bs_err *err)
{
    bs_span field[BS_N_READINGS];
    int rc;

    *row = (bs_imu_sample){ 0 };
    if ((rc = bs_row_split(at, text, field, err)) ||
        (rc = bs_row_time(at, field[BS_READING_TIME], &row->t_ns, err)))
        return rc;
    for (int i = 0; f->has_gyro && i < 3; i++)
        if ((rc = bs_row_number(at, BS_READING_GYRO + i, field[BS_READING_GYRO + i], &row->gyro_rad_s[i],
                                err)))
            return rc;
    for (int i = 0; f->has_accel && i < 3; i++)
        if ((rc = bs_row_number(at, BS_READING_ACCEL + i, field[BS_READING_ACCEL + i], &row->accel_m_s2[i],
                                err)))
            return rc;
    return BS_OK;
}

static int read_row(reader *r, const char *text, bs_err *err)
{
    const bs_place at = { r->in.path, r->in.line, &r->format->columns };
    bs_imu_table *t = r->table;
    bs_imu_sample row;
    int rc;

    if ((rc = parse_row(&at, r->format, text, &row, err)))
        return rc;
    if (t->n && (rc = bs_row_order(&at, row.t_ns, t->rows[t->n - 1].t_ns, t->line[t->n - 1], err)))
        return rc;
    return add_row(r->in.path, t, &row, r->in.line, err);
}

/* Lines up to the first row; '*text' is it, or NULL if there is none. */
static int find_rows(reader *r, const char **text, bs_err *err)
{
    bs_imu_line what = BS_LINE_COMMENT;
    int rc;

    do {
        if ((rc = bs_lines_next(&r->in, text, err)) || !*text)
            return rc;
        rc = bs_imu_recognise(r->in.path, r->in.line, *text, &what, r->format, err);
    } while (!rc && what == BS_LINE_COMMENT);
    if (what == BS_LINE_OTHER)
        r->format->name = NULL;
    return rc || what != BS_LINE_HEADER ? rc : bs_lines_next(&r->in, text, err);
}

static int read_all(reader *r, bs_err *err)
{
    const char *text;
    int rc;

    if ((rc = find_rows(r, &text, err)) || !r->format->name)
        return rc;
    for (; text; rc = bs_lines_next(&r->in, &text, err)) {
        if (rc || (*text != '#' && (rc = read_row(r, text, err))))
            return rc;
    }
    if (!rc && r->table->n < 2)
        return bs_fail(err, BS_EFORMAT, "%s: holds %s: expected a trace of at least two rows of readings",
                       r->in.path, r->table->n ? "one row" : "no row");
    return rc;
}

int bs_imu_rows_read(const char *path, bs_imu_format *format, bs_imu_table *t, bs_err *err)
{
    reader *r = NULL;
    locale_t plain = (locale_t)0, before;
    FILE *f = fopen(path, "rb");
    int rc;

    *t = (bs_imu_table){ 0 };
    *format = (bs_imu_format){ 0 };
    if (!f)
        return bs_fail(err, BS_EIO, "%s: cannot be opened: %s", path, strerror(errno));
    r = calloc(1, sizeof *r);
    plain = newlocale(LC_NUMERIC_MASK, "C", (locale_t)0);
    if (!r || !plain) {
        rc = bs_fail(err, BS_ENOMEM, "%s: no memory to read it", path);
        goto done;
    }
    *r = (reader){ .in = { .f = f, .path = path }, .format = format, .table = t };
    /* Of this thread only: strtod must take a point for a point in a German host program, too. */
    before = uselocale(plain);
    rc = read_all(r, err);
    uselocale(before);
done:
    if (plain)
        freelocale(plain);
    free(r);
    fclose(f);
    return rc;
}
