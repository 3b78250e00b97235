#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "imu/integrate.h"
#include "imu/trace_internal.h"

/* A recorder that loses a few rows still tells the motion between; one that is silent for longer does not.
 * Hand shake has little power above 20 Hz, a period of 50 ms: five intervals at the usual 100 Hz. */
#define DEFAULT_GAP_INTERVALS 5

/* How far a quaternion made in memory may be off unit length: rounding, and no more. */
#define MAX_LENGTH_ERROR 1e-6

/* The 'k'-th smallest of 'n' numbers, which it moves about: Hoare's quickselect. */
static int64_t select_int64(int64_t *v, size_t n, size_t k)
{
    size_t low = 0, high = n - 1;

    while (low < high) {
        const int64_t pivot = v[low + (high - low) / 2];
        size_t i = low, j = high;

        for (;; i++, j--) {
            while (v[i] < pivot)
                i++;
            while (v[j] > pivot)
                j--;
            if (i >= j)
                break;
            const int64_t swap = v[i];

            v[i] = v[j];
            v[j] = swap;
        }
        if (k <= j)
            high = j;
        else
            low = j + 1;
    }
    return v[k];
}

static int find_median(bs_trace *tr, bs_err *err)
{
    const size_t n = tr->info.rows - 1;
    int64_t *interval = malloc(n * sizeof *interval); /* rows fit in memory, and are larger */

    if (!interval)
        return bs_fail(err, BS_ENOMEM, "%s: no memory for %zu intervals", tr->path, n);
    for (size_t i = 0; i < n; i++)
        interval[i] = tr->rows[i + 1].t_ns - tr->rows[i].t_ns;
    tr->info.median_interval_ns = select_int64(interval, n, (n - 1) / 2);
    free(interval);
    return BS_OK;
}

static int find_stretches(bs_trace *tr, bs_err *err)
{
    size_t n = 1;

    for (size_t i = 0; i + 1 < tr->info.rows; i++)
        n += bs_trace_is_gap(tr, i) != 0;
    tr->stretches = malloc(n * sizeof *tr->stretches);
    if (!tr->stretches)
        return bs_fail(err, BS_ENOMEM, "%s: no memory for %zu stretches", tr->path, n);
    n = 0;
    tr->stretches[0].start_ns = tr->rows[0].t_ns;
    for (size_t i = 0; i + 1 < tr->info.rows; i++)
        if (bs_trace_is_gap(tr, i)) {
            tr->stretches[n++].end_ns = tr->rows[i].t_ns;
            tr->stretches[n].start_ns = tr->rows[i + 1].t_ns;
        }
    tr->stretches[n++].end_ns = tr->info.end_ns;
    tr->info.stretches = tr->stretches;
    tr->info.n_stretches = n;
    return BS_OK;
}

/* Brings 'q' to unit length, of which it must be but for rounding. */
static int unit_length(double q[4])
{
    const double n = sqrt(q[0] * q[0] + q[1] * q[1] + q[2] * q[2] + q[3] * q[3]);

    if (!(fabs(n - 1) <= MAX_LENGTH_ERROR))
        return 0;
    for (int i = 0; i < 4; i++)
        q[i] /= n;
    return 1;
}

static int finite3(const double v[3])
{
    return isfinite(v[0]) && isfinite(v[1]) && isfinite(v[2]);
}

static int check_options(const bs_trace_options *opt, bs_err *err)
{
    bs_pose mount = opt->T_body_cam;

    if (opt->max_gap_ns < 0)
        return bs_fail(err, BS_EINVAL,
                       "the longest gap to bridge is %g s: expected a positive time, or 0 for the default",
                       1e-9 * (double)opt->max_gap_ns);
    if (opt->shift_ns > BS_MAX_TIME_NS || opt->shift_ns < -BS_MAX_TIME_NS)
        return bs_fail(err, BS_EINVAL, "the clocks are %g s apart: expected less than 4.6e9 s",
                       1e-9 * (double)opt->shift_ns);
    if (opt->has_mount && (!unit_length(mount.q) || !finite3(mount.t_m)))
        return bs_fail(
            err, BS_EINVAL,
            "the camera's pose on the body has the quaternion %g %g %g %g and the position %g %g %g "
            "m: expected finite numbers and a quaternion of unit length",
            mount.q[0], mount.q[1], mount.q[2], mount.q[3], mount.t_m[0], mount.t_m[1], mount.t_m[2]);
    return BS_OK;
}

/* What the rows and the options say, but for what the rows are. */
static int fill(bs_trace *tr, const bs_trace_options *opt, bs_err *err)
{
    bs_trace_info *info = &tr->info;
    int rc;

    info->origin_ns = tr->rows[0].t_ns;
    for (size_t i = 0; i < info->rows; i++)
        tr->rows[i].t_ns -= opt->shift_ns;
    info->start_ns = tr->rows[0].t_ns;
    info->end_ns = tr->rows[info->rows - 1].t_ns;
    tr->has_mount = opt->has_mount;
    tr->T_body_cam = opt->T_body_cam;
    if (tr->has_mount)
        unit_length(tr->T_body_cam.q);
    if ((rc = find_median(tr, err)))
        return rc;
    if (opt->max_gap_ns)
        info->max_gap_ns = opt->max_gap_ns;
    else if (info->median_interval_ns <= INT64_MAX / DEFAULT_GAP_INTERVALS)
        info->max_gap_ns = DEFAULT_GAP_INTERVALS * info->median_interval_ns;
    else
        info->max_gap_ns = INT64_MAX;
    return find_stretches(tr, err);
}

int bs_trace_build(const char *name, bs_trace_kind kind, bs_state *rows, size_t n, int has_rates,
                   const bs_trace_options *opt, bs_trace **out, bs_err *err)
{
    const bs_trace_options defaults = { 0 };
    bs_trace *tr = calloc(1, sizeof *tr);
    int rc = BS_OK;

    if (tr)
        tr->rows = rows;
    else
        free(rows);
    if (!tr || !(tr->path = malloc(strlen(name) + 1)))
        rc = bs_fail(err, BS_ENOMEM, "%s: no memory for a trace", name);
    else {
        strcpy(tr->path, name);
        tr->info.kind = kind;
        tr->info.rows = n;
        tr->has_rates = has_rates;
        opt = opt ? opt : &defaults;
        if (!(rc = check_options(opt, err)))
            rc = fill(tr, opt, err);
    }
    if (rc)
        bs_trace_close(&tr);
    else
        *out = tr;
    return rc;
}

static int check_row(const char *name, bs_state *rows, size_t i, int has_rates, bs_err *err)
{
    bs_state *r = &rows[i];

    if (r->t_ns > BS_MAX_TIME_NS || r->t_ns < -BS_MAX_TIME_NS || (i && r->t_ns <= rows[i - 1].t_ns))
        return bs_fail(err, BS_EINVAL, "%s: row %zu: %lld ns: expected times that increase, below 4.6e18 ns",
                       name, i, (long long)r->t_ns);
    if (!unit_length(r->T_world_body.q) || !finite3(r->T_world_body.t_m))
        return bs_fail(err, BS_EINVAL,
                       "%s: row %zu: expected a quaternion of unit length and a finite position", name, i);
    if (has_rates && (!finite3(r->v_m_s) || !finite3(r->w_rad_s)))
        return bs_fail(err, BS_EINVAL, "%s: row %zu: expected a finite velocity and a finite rate", name, i);
    return BS_OK;
}

int bs_trace_from_rows(const char *name, bs_trace_kind kind, const bs_state *rows, size_t n, int has_rates,
                       const bs_trace_options *opt, bs_trace **out, bs_err *err)
{
    bs_state *copy;
    int rc = BS_OK;

    if (n < 2)
        return bs_fail(err, BS_EINVAL, "%s: %zu rows: expected at least two", name, n);
    copy = n <= SIZE_MAX / sizeof *copy ? malloc(n * sizeof *copy) : NULL;
    if (!copy)
        return bs_fail(err, BS_ENOMEM, "%s: no memory for %zu rows", name, n);
    memcpy(copy, rows, n * sizeof *copy);
    for (size_t i = 0; !rc && i < n; i++)
        rc = check_row(name, copy, i, has_rates, err);
    if (rc) {
        free(copy);
        return rc;
    }
    return bs_trace_build(name, kind, copy, n, has_rates, opt, out, err);
}

int bs_trace_open(const char *path, const bs_trace_options *opt, bs_trace **out, bs_err *err)
{
    const bs_trace_options defaults = { 0 };
    bs_trace_kind kind = BS_TRACE_CSV;
    bs_state *rows = NULL;
    bs_imu *imu = NULL;
    size_t n = 0;
    int rc;

    opt = opt ? opt : &defaults;
    if ((rc = check_options(opt, err)) || (rc = bs_imu_read(path, &opt->imu, &imu, err)))
        return rc;
    if (imu) {
        rc = bs_trace_from_imu(imu, opt, out, err);
        bs_imu_free(&imu);
        return rc;
    }
    if ((rc = bs_rows_read(path, &kind, &rows, &n, NULL, err))) {
        free(rows);
        return rc;
    }
    return bs_trace_build(path, kind, rows, n, 0, opt, out, err);
}

void bs_trace_close(bs_trace **tr)
{
    if (!tr || !*tr)
        return;
    if ((*tr)->imu)
        free((*tr)->imu->rests);
    free((*tr)->imu);
    free((*tr)->stretches);
    free((*tr)->rows);
    free((*tr)->path);
    free(*tr);
    *tr = NULL;
}

const bs_trace_info *bs_trace_describe(const bs_trace *tr)
{
    return &tr->info;
}
