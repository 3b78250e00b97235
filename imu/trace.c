#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "imu/trace_internal.h"

/* A recorder that loses a few rows still tells the motion between; one that is silent for longer does not.
 * Hand shake has little power above 20 Hz, a period of 50 ms: five intervals at the usual 100 Hz. */
#define DEFAULT_GAP_INTERVALS 5

static int compare_int64(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

static int find_median(bs_trace *tr, bs_err *err)
{
    const size_t n = tr->info.rows - 1;
    int64_t *interval = malloc(n * sizeof *interval); /* rows fit in memory, and are larger */

    if (!interval)
        return bs_fail(err, BS_ENOMEM, "%s: no memory for %zu intervals", tr->path, n);
    for (size_t i = 0; i < n; i++)
        interval[i] = tr->rows[i + 1].t_ns - tr->rows[i].t_ns;
    qsort(interval, n, sizeof *interval, compare_int64);
    tr->info.median_interval_ns = interval[(n - 1) / 2];
    free(interval);
    return BS_OK;
}

static int is_gap(const bs_trace *tr, size_t row)
{
    return tr->rows[row + 1].t_ns - tr->rows[row].t_ns > tr->info.max_gap_ns;
}

static int find_stretches(bs_trace *tr, bs_err *err)
{
    size_t n = 1;

    for (size_t i = 0; i + 1 < tr->info.rows; i++)
        n += is_gap(tr, i) != 0;
    tr->stretches = malloc(n * sizeof *tr->stretches);
    if (!tr->stretches)
        return bs_fail(err, BS_ENOMEM, "%s: no memory for %zu stretches", tr->path, n);
    n = 0;
    tr->stretches[0].start_ns = tr->rows[0].t_ns;
    for (size_t i = 0; i + 1 < tr->info.rows; i++)
        if (is_gap(tr, i)) {
            tr->stretches[n++].end_ns = tr->rows[i].t_ns;
            tr->stretches[n].start_ns = tr->rows[i + 1].t_ns;
        }
    tr->stretches[n++].end_ns = tr->info.end_ns;
    tr->info.stretches = tr->stretches;
    tr->info.n_stretches = n;
    return BS_OK;
}

static int fill(bs_trace *tr, const char *path, int64_t max_gap_ns, bs_err *err)
{
    bs_trace_info *info = &tr->info;
    int rc;

    tr->path = malloc(strlen(path) + 1);
    if (!tr->path)
        return bs_fail(err, BS_ENOMEM, "%s: no memory for a trace", path);
    strcpy(tr->path, path);
    if ((rc = bs_rows_read(path, &info->kind, &tr->rows, &info->rows, err)))
        return rc;
    info->origin_ns = info->start_ns = tr->rows[0].t_ns;
    info->end_ns = tr->rows[info->rows - 1].t_ns;
    if ((rc = find_median(tr, err)))
        return rc;
    if (max_gap_ns)
        info->max_gap_ns = max_gap_ns;
    else if (info->median_interval_ns <= INT64_MAX / DEFAULT_GAP_INTERVALS)
        info->max_gap_ns = DEFAULT_GAP_INTERVALS * info->median_interval_ns;
    else
        info->max_gap_ns = INT64_MAX;
    return find_stretches(tr, err);
}

int bs_trace_open(const char *path, const bs_trace_options *opt, bs_trace **out, bs_err *err)
{
    const int64_t max_gap_ns = opt ? opt->max_gap_ns : 0;
    bs_trace *tr;
    int rc;

    if (max_gap_ns < 0)
        return bs_fail(err, BS_EINVAL,
                       "the longest gap to bridge is %g s: expected a positive time, or 0 for the default",
                       1e-9 * (double)max_gap_ns);
    tr = calloc(1, sizeof *tr);
    if (!tr)
        return bs_fail(err, BS_ENOMEM, "%s: no memory for a trace", path);
    rc = fill(tr, path, max_gap_ns, err);
    if (rc)
        bs_trace_close(&tr);
    else
        *out = tr;
    return rc;
}

void bs_trace_close(bs_trace **tr)
{
    if (!tr || !*tr)
        return;
    free((*tr)->stretches);
    free((*tr)->rows);
    free((*tr)->path);
    free(*tr);
    *tr = NULL;
}

void bs_trace_row(const bs_trace *tr, size_t i, int64_t *t_ns, bs_pose *T_world_cam)
{
    *t_ns = tr->rows[i].t_ns;
    *T_world_cam = tr->rows[i].T_world_cam;
}

const bs_trace_info *bs_trace_describe(const bs_trace *tr)
{
    return &tr->info;
}

double bs_trace_seconds(const bs_trace *tr, int64_t t_ns)
{
    /* Halves first: 't_ns' may be any number, and so far away that the difference does not fit. */
    const int64_t half = t_ns / 2 - tr->info.start_ns / 2;

    return 1e-9 * (2.0 * (double)half + (double)(t_ns % 2 - tr->info.start_ns % 2));
}

int bs_trace_locate(const bs_trace *tr, int64_t t_ns, size_t *row, bs_err *err)
{
    size_t low = 0, high = tr->info.rows - 1;

    if (t_ns < tr->info.start_ns || t_ns > tr->info.end_ns)
        return bs_fail(err, BS_ERANGE,
                       "%s: %.9f s after the first row lies outside the trace, which is %.9f s long",
                       tr->path, bs_trace_seconds(tr, t_ns), bs_trace_seconds(tr, tr->info.end_ns));
    while (low < high) { /* the last row with a time not after 't_ns' */
        const size_t middle = high - (high - low) / 2;

        if (tr->rows[middle].t_ns <= t_ns)
            low = middle;
        else
            high = middle - 1;
    }
    if (tr->rows[low].t_ns != t_ns && is_gap(tr, low))
        return bs_fail(err, BS_EGAP,
                       "%s: %.9f s after the first row lies in a gap of the trace, from %.9f s to %.9f s",
                       tr->path, bs_trace_seconds(tr, t_ns), bs_trace_seconds(tr, tr->rows[low].t_ns),
                       bs_trace_seconds(tr, tr->rows[low + 1].t_ns));
    *row = low;
    return BS_OK;
}

int bs_pose_same(const bs_pose *a, const bs_pose *b)
{
    int equal = 1, opposite = 1;

    for (int i = 0; i < 4; i++) {
        equal &= a->q[i] == b->q[i];
        opposite &= a->q[i] == -b->q[i];
    }
    return (equal || opposite) && a->t_m[0] == b->t_m[0] && a->t_m[1] == b->t_m[1] && a->t_m[2] == b->t_m[2];
}

int bs_trace_pose_at(const bs_trace *tr, int64_t t_ns, bs_pose *T_world_cam, bs_err *err)
{
    const bs_row *a, *b;
    size_t row = 0;
    int rc;

    if ((rc = bs_trace_locate(tr, t_ns, &row, err)))
        return rc;
    a = &tr->rows[row];
    b = a + 1;
    /* A camera at rest is at rest in every bit, which slerp's rounding would not keep. */
    if (a->t_ns == t_ns || bs_pose_same(&a->T_world_cam, &b->T_world_cam))
        *T_world_cam = a->T_world_cam;
    else
        *T_world_cam = bs_pose_interpolate(&a->T_world_cam, &b->T_world_cam,
                                           (double)(t_ns - a->t_ns) / (double)(b->t_ns - a->t_ns));
    return BS_OK;
}
