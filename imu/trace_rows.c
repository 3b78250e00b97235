#include <errno.h>
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
    bs_trace_kind kind;
    bs_columns columns;
    bs_state *rows; /* owned until handed over */
    size_t n, capacity;
    size_t last_line; /* of the last row */
    int n_fields;     /* that are read: BS_N_STATE_FIELDS with velocities */
} reader;

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

static int parse_row(const reader *r, const char *text, bs_state *row, bs_err *err)
{
    bs_span field[BS_N_STATE_FIELDS];
    double *const number[BS_N_STATE_FIELDS] = {
        NULL,
        &row->T_world_body.t_m[0],
        &row->T_world_body.t_m[1],
        &row->T_world_body.t_m[2],
        &row->T_world_body.q[0],
        &row->T_world_body.q[1],
        &row->T_world_body.q[2],
        &row->T_world_body.q[3],
        &row->v_m_s[0],
        &row->v_m_s[1],
        &row->v_m_s[2],
    };
    const bs_place at = { r->in.path, r->in.line, &r->columns };
    int rc;

    if ((rc = bs_row_split(&at, text, field, err)) ||
        (rc = bs_row_time(&at, field[BS_FIELD_TIME], &row->t_ns, err)))
        return rc;
    for (int i = BS_FIELD_X; i < r->n_fields; i++)
        if ((rc = bs_row_number(&at, i, field[i], number[i], err)))
            return rc;
    if (r->n && (rc = bs_row_order(&at, row->t_ns, r->rows[r->n - 1].t_ns, r->last_line, err)))
        return rc;
    return check_pose(r, &row->T_world_body, err);
}

static int add_row(reader *r, const bs_state *row, bs_err *err)
{
    if (r->n == r->capacity) {
        const size_t capacity = r->capacity ? 2 * r->capacity : 1024;
        bs_state *rows =
            capacity <= SIZE_MAX / sizeof *rows ? realloc(r->rows, capacity * sizeof *rows) : NULL;

        if (!rows)
            return bs_fail(err, BS_ENOMEM, "%s: no memory for %zu rows", r->in.path, capacity);
        r->rows = rows;
        r->capacity = capacity;
    }
    r->rows[r->n++] = *row;
    r->last_line = r->in.line;
    return BS_OK;
}

/* Whether each component has one column. */
static int has_velocity(const bs_columns *c)
{
    int columns[3] = { 0 };

    for (size_t i = 0; i < c->n && i < BS_MAX_COLUMNS; i++)
        if (c->field_of[i] >= BS_FIELD_VX)
            columns[c->field_of[i] - BS_FIELD_VX]++;
    return columns[0] == 1 && columns[1] == 1 && columns[2] == 1;
}

static int read_all(void *user, bs_err *err)
{
    reader *r = user;
    int found = 0, rc;
    const char *text;
    bs_state row = { 0 };

    while (!(rc = bs_lines_next(&r->in, &text, err)) && text) {
        if (!found) {
            rc = bs_header_read(r->in.path, r->in.line, text, &r->kind, &r->columns, &found, err);
            if (rc)
                return rc;
            if (r->n_fields > BS_N_FIELDS && !has_velocity(&r->columns))
                r->n_fields = BS_N_FIELDS;
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

int bs_rows_read(const char *path, bs_trace_kind *kind, bs_state **rows, size_t *n_rows, int *velocity,
                 bs_err *err)
{
    reader *r = NULL;
    FILE *f = fopen(path, "rb");
    int rc;

    *rows = NULL;
    if (!f)
        return bs_fail(err, BS_EIO, "%s: cannot be opened: %s", path, strerror(errno));
    r = calloc(1, sizeof *r);
    if (!r) {
        fclose(f);
        return bs_fail(err, BS_ENOMEM, "%s: no memory to read it", path);
    }
    r->in.f = f;
    r->in.path = path;
    r->n_fields = velocity ? BS_N_STATE_FIELDS : BS_N_FIELDS;
    rc = bs_read_plainly(path, read_all, r, err);
    *kind = r->kind;
    *rows = r->rows;
    *n_rows = r->n;
    if (velocity)
        *velocity = r->n_fields == BS_N_STATE_FIELDS;
    free(r);
    fclose(f);
    return rc;
}
