#include <stdlib.h>

#include "imu/integrate_internal.h"

/* The velocity at row 'i' of the stretch of rows from 'first' to 'last'. */
static void slope_of_positions(bs_state *rows, size_t first, size_t last, size_t i)
{
    const size_t n = last - first + 1;
    const size_t a = n < 3 || i == first ? first : i == last ? last - 2 : i - 1;
    const bs_state *x = &rows[a], *y = n > 1 ? x + 1 : x, *z = n > 2 ? y + 1 : y;
    bs_slope c = { 0, 0 };

    if (n == 2)
        c.before = 1 / bs_seconds_between(x->t_ns, y->t_ns);
    else if (n > 2)
        c = bs_slope_of(bs_seconds_between(x->t_ns, y->t_ns), bs_seconds_between(y->t_ns, z->t_ns),
                        (int)(i - a));
    for (int k = 0; k < 3; k++)
        rows[i].v_m_s[k] = c.before * (y->T_world_body.t_m[k] - x->T_world_body.t_m[k]) +
                           c.after * (z->T_world_body.t_m[k] - y->T_world_body.t_m[k]);
}

static void differentiate(bs_trace *tr)
{
    for (size_t first = 0, last; first < tr->info.rows; first = last + 1) {
        for (last = first; last + 1 < tr->info.rows && !bs_trace_is_gap(tr, last); last++)
            ;
        for (size_t i = first; i <= last; i++)
            slope_of_positions(tr->rows, first, last, i);
    }
}

int bs_reference_open(const bs_trace_options *opt, bs_trace **out, bs_err *err)
{
    const char *path = opt->velocity_poses;
    bs_trace_kind kind = BS_TRACE_CSV;
    bs_state *rows = NULL;
    bs_trace *tr = NULL;
    int velocity = 0, rc;
    size_t n = 0;

    if (!path)
        return bs_fail(err, BS_EINVAL, "velocities are to come from a trace of poses: expected its file");
    if ((rc = bs_rows_read(path, &kind, &rows, &n, &velocity, err))) {
        free(rows);
        return rc;
    }
    if ((rc = bs_trace_build(path, kind, rows, n, 0, NULL, &tr, err)))
        return rc;
    if (!velocity)
        differentiate(tr);
    *out = tr;
    return BS_OK;
}

int bs_reference_at(const bs_trace *poses, int64_t t_ns, bs_state *out)
{
    const bs_state *a, *b;
    double s;
    size_t row;

    if (bs_trace_locate(poses, t_ns, &row, NULL))
        return 0;
    a = b = &poses->rows[row];
    if (a->t_ns != t_ns)
        b++;
    s = a == b ? 0 : (double)(t_ns - a->t_ns) / (double)(b->t_ns - a->t_ns);
    out->t_ns = t_ns;
    out->T_world_body = bs_pose_interpolate(&a->T_world_body, &b->T_world_body, s);
    for (int k = 0; k < 3; k++)
        out->v_m_s[k] = (1 - s) * a->v_m_s[k] + s * b->v_m_s[k];
    return 1;
}

static int no_overlap(const bs_imu *imu, const bs_trace *poses, bs_err *err)
{
    const bs_trace_info *p = &poses->info;

    return bs_fail(
        err, BS_EINVAL,
        "%s: no poses at the times of %s: they run from %.3f s to %.3f s, the readings from %.3f s to "
        "%.3f s: expected both by the same clock",
        poses->path, imu->path, 1e-9 * (double)p->start_ns, 1e-9 * (double)p->end_ns,
        1e-9 * (double)imu->rows[0].t_ns, 1e-9 * (double)imu->rows[imu->n - 1].t_ns);
}

int bs_reference_take(const bs_trace_options *opt, bs_imu *imu, bs_state **reference, bs_err *err)
{
    bs_trace *poses = NULL;
    size_t kept = 0;
    int rc;

    if ((rc = bs_reference_open(opt, &poses, err)))
        return rc;
    *reference = imu->n <= SIZE_MAX / sizeof **reference ? malloc(imu->n * sizeof **reference) : NULL;
    if (!*reference)
        rc = bs_fail(err, BS_ENOMEM, "%s: no memory for %zu rows", imu->path, imu->n);
    for (size_t i = 0; !rc && i < imu->n; i++)
        if (bs_reference_at(poses, imu->rows[i].t_ns, &(*reference)[kept]))
            imu->rows[kept++] = imu->rows[i];
    if (!rc && kept < 2)
        rc = no_overlap(imu, poses, err);
    if (!rc)
        imu->n = kept;
    bs_trace_close(&poses);
    return rc;
}
