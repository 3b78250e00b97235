#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "imu/imu_internal.h"

typedef struct reader {
    bs_lines in;
    bs_imu_file *file;
} reader;

/* What DeepGyro calls its sensors; 2 is a magnetometer. */
enum { TYPE_ACCEL = 1, TYPE_GYRO = 4 };

static void free_table(bs_imu_table *t)
{
    free(t->rows);
    free(t->line);
    *t = (bs_imu_table){ 0 };
}

void bs_imu_file_free(bs_imu_file *f)
{
    free_table(&f->table);
    free_table(&f->accel);
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

/* Times that count what is no power of ten, as some of gyroflow's logs have them. */
static int parse_ticks(const bs_place *at, double tick_ns, bs_span s, int64_t *t_ns, bs_err *err)
{
    double ticks;
    int rc = bs_row_number(at, BS_READING_TIME, s, &ticks, err);

    if (!rc && !(fabs(ticks * tick_ns) < (double)BS_MAX_TIME_NS))
        rc = bs_fail(err, BS_EFORMAT, "%s:%zu: time %g of %g s each: expected a time below 4.6e9 s", at->path,
                     at->line, ticks, 1e-9 * tick_ns);
    if (!rc)
        *t_ns = llround(ticks * tick_ns);
    return rc;
}

static int parse_vector(const bs_place *at, int first, const bs_span *field, double out[3], bs_err *err)
{
    int rc;

    for (int i = 0; i < 3; i++)
        if ((rc = bs_row_number(at, first + i, field[first + i], &out[i], err)))
            return rc;
    return BS_OK;
}

static int parse_row(const bs_place *at, const bs_imu_format *f, const bs_span *field, bs_imu_sample *row,
                     bs_err *err)
{
    const bs_span time = field[BS_READING_TIME];
    int rc;

    *row = (bs_imu_sample){ 0 };
    rc = f->tick_ns ? parse_ticks(at, f->tick_ns, time, &row->t_ns, err)
                    : bs_row_time(at, time, &row->t_ns, err);
    if (!rc && f->has_gyro)
        rc = parse_vector(at, BS_READING_GYRO, field, row->gyro_rad_s, err);
    if (!rc && f->has_accel && !f->typed)
        rc = parse_vector(at, BS_READING_ACCEL, field, row->accel_m_s2, err);
    return rc;
}

/* The table for a row of the sensor that it names, or NULL; numbers go where that sensor's belong. */
static bs_imu_table *table_of(bs_imu_file *f, bs_span sensor, bs_imu_sample *row)
{
    const int type = sensor.n == 1 ? *sensor.s - '0' : 0;

    if (type != TYPE_ACCEL)
        return type == TYPE_GYRO ? &f->table : NULL;
    memcpy(row->accel_m_s2, row->gyro_rad_s, sizeof row->accel_m_s2);
    memset(row->gyro_rad_s, 0, sizeof row->gyro_rad_s);
    return &f->accel;
}

static int read_row(reader *r, const char *text, bs_err *err)
{
    bs_imu_file *f = r->file;
    const bs_place at = { r->in.path, r->in.line, &f->format.columns };
    bs_span field[BS_N_READINGS];
    bs_imu_table *t = &f->table;
    bs_imu_sample row;
    int rc;

    if ((rc = bs_row_split(&at, text, field, err)) || (rc = parse_row(&at, &f->format, field, &row, err)))
        return rc;
    if (f->format.typed && !(t = table_of(f, field[BS_READING_SENSOR], &row)))
        return BS_OK;
    if (t->n && f->format.time_guessed && row.t_ns <= t->rows[t->n - 1].t_ns)
        return bs_fail(
            err, BS_EFORMAT,
            "%s:%zu: without a header the last of four columns is taken for the time, and here it is not "
            "later than in line %zu: expected rows of wx,wy,wz,t, or the header timestamp,gx,gy,gz",
            r->in.path, r->in.line, t->line[t->n - 1]);
    if (t->n && (rc = bs_row_order(&at, row.t_ns, t->rows[t->n - 1].t_ns, t->line[t->n - 1], err)))
        return rc;
    return add_row(r->in.path, t, &row, r->in.line, err);
}

/* Lines up to the first row; '*text' is it, or NULL if there is none. */
static int find_rows(reader *r, const char **text, bs_err *err)
{
    bs_imu_format *f = &r->file->format;
    bs_imu_line what;
    int rc;

    do {
        if ((rc = bs_lines_next(&r->in, text, err)) || !*text)
            return rc;
        if ((rc = bs_imu_recognise(r->in.path, r->in.line, *text, &what, f, err)))
            return rc;
    } while (what == BS_LINE_COMMENT);
    if (what == BS_LINE_OTHER)
        f->name = NULL;
    if (what == BS_LINE_LOG && (rc = bs_imu_gcsv_head(&r->in, f, err)))
        return rc;
    return what == BS_LINE_HEADER || what == BS_LINE_LOG ? bs_lines_next(&r->in, text, err) : BS_OK;
}

static int read_all(void *user, bs_err *err)
{
    reader *r = user;
    bs_imu_file *f = r->file;
    const char *text;
    int rc = find_rows(r, &text, err);

    if (rc || !f->format.name)
        return rc;
    for (; text; rc = bs_lines_next(&r->in, &text, err)) {
        if (rc || (*text != '#' && (rc = read_row(r, text, err))))
            return rc;
    }
    if (!rc && f->table.n < 2)
        return bs_fail(err, BS_EFORMAT, "%s: holds %s: expected a trace of at least two rows of readings",
                       r->in.path, f->table.n ? "one row" : "no row");
    f->format.has_accel &= !f->format.typed || f->accel.n >= 2;
    return rc;
}

int bs_imu_rows_read(const char *path, bs_imu_file *out, bs_err *err)
{
    reader *r = NULL;
    struct stat status;
    FILE *f;
    int rc;

    *out = (bs_imu_file){ .path = path };
    /* What comes through a pipe can be read once only, and opened once: it is left to the reader of poses. */
    if (!stat(path, &status) && !S_ISREG(status.st_mode))
        return BS_OK;
    if (!(f = fopen(path, "rb")))
        return bs_fail(err, BS_EIO, "%s: cannot be opened: %s", path, strerror(errno));
    r = calloc(1, sizeof *r);
    if (r) {
        *r = (reader){ .in = { .f = f, .path = path }, .file = out };
        rc = bs_read_plainly(path, read_all, r, err);
    } else {
        rc = bs_fail(err, BS_ENOMEM, "%s: no memory to read it", path);
    }
    free(r);
    fclose(f);
    return rc;
}
