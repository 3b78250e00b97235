/* How wide the zero-mean rule's window is to be: what it loses of a hand's motion, and what it lets in. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "imu/attitude.h"
#include "imu/integrate_internal.h"
#include "imu/rotation.h"
#include "tests/imu_accuracy.h"

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* The median length, mm, of the way of velocities 'v' over windows; rows 1e-9 window_ns apart, or nearly. */
static double median_way_mm(const bs_state *rows, size_t n, double (*v)[3], int64_t window_ns)
{
    double(*p)[3] = calloc(n, sizeof *p), *way = malloc(n * sizeof *way), median;
    size_t found = 0;

    for (size_t i = 1; i < n; i++)
        for (int k = 0; k < 3; k++)
            p[i][k] = p[i - 1][k] +
                      0.5 * bs_seconds_between(rows[i - 1].t_ns, rows[i].t_ns) * (v[i - 1][k] + v[i][k]);
    for (size_t i = 0, j = 0; i < n; i++) {
        double d[3];

        while (j + 1 < n && rows[j].t_ns - rows[i].t_ns < window_ns)
            j++;
        for (int k = 0; k < 3; k++)
            d[k] = 1e3 * (p[j][k] - p[i][k]);
        if (rows[j].t_ns - rows[i].t_ns >= window_ns)
            way[found++] = bs_norm(d);
    }
    qsort(way, found, sizeof *way, compare);
    median = way[found / 2];
    free(p);
    free(way);
    return median;
}

/* The longest stretch of rows without a gap. */
static const bs_state *longest(const bs_trace *tr, size_t *n)
{
    size_t best = 0;

    *n = 0;
    for (size_t first = 0, last; first < tr->info.rows; first = last + 1) {
        for (last = first; last + 1 < tr->info.rows && !bs_trace_is_gap(tr, last); last++)
            ;
        if (last - first + 1 > *n) {
            *n = last - first + 1;
            best = first;
        }
    }
    return tr->rows + best;
}

double acc_way_lost_mm(const bs_trace *poses, double width_s, int64_t window_ns)
{
    size_t n;
    const bs_state *rows = longest(poses, &n);
    double(*v)[3] = malloc(n * sizeof *v), lost;

    for (size_t i = 0; i < n; i++)
        memcpy(v[i], rows[i].v_m_s, sizeof v[i]);
    if (width_s > 0)
        bs_smooth(rows, n, *v, 3, width_s, BS_SMOOTH_LINE, NULL);
    lost = median_way_mm(rows, n, v, window_ns);
    free(v);
    return lost;
}

double acc_way_of_poses_mm(const bs_trace *poses, int64_t window_ns)
{
    return acc_way_lost_mm(poses, 0, window_ns);
}

/* Velocities in body axes do not care for a world's heading: those of the run less those of the truth. */
static void body_difference(const bs_run *run, double (*ours)[3], double (*theirs)[3], double (*out)[3])
{
    for (size_t i = 0; i < run->n; i++) {
        double a[3], b[3];

        bs_quat_rotate_back(run->states[i].T_world_body.q, ours[i], a);
        bs_quat_rotate_back(run->reference[i].T_world_body.q, theirs[i], b);
        for (int k = 0; k < 3; k++)
            out[i][k] = a[k] - b[k];
    }
}

/* Rows of the readings that the truth covers, and the truth there. */
static size_t covered(bs_imu *imu, const bs_trace *truth, bs_state *reference)
{
    size_t n = 0;

    for (size_t i = 0; i < imu->n; i++)
        if (bs_reference_at(truth, imu->rows[i].t_ns, &reference[n]))
            imu->rows[n++] = imu->rows[i];
    return n;
}

double acc_way_drift_mm(const bs_imu *imu, const bs_trace *truth, double width_s, int64_t window_ns)
{
    bs_imu less = *imu;
    bs_state *states = calloc(imu->n, sizeof *states), *reference = malloc(imu->n * sizeof *reference);
    double(*v)[3] = malloc(imu->n * sizeof *v), (*slow)[3] = malloc(imu->n * sizeof *slow);
    double(*w)[3] = malloc(imu->n * sizeof *w), drift;
    bs_still *rests = NULL;
    size_t n_rests = 0;
    bs_run run = { .states = states, .reference = NULL };

    less.rows = malloc(imu->n * sizeof *less.rows);
    memcpy(less.rows, imu->rows, imu->n * sizeof *less.rows);
    bs_rests_find(&less, 25000000, &rests, &n_rests, NULL);
    bs_rests_unbias(&less, rests, n_rests);
    run.gravity_m_s2[2] = -bs_rests_gravity(rests, n_rests);
    run.rows = less.rows;
    run.n = covered(&less, truth, reference);
    for (size_t i = 0; i < run.n; i++)
        states[i].t_ns = less.rows[i].t_ns;
    bs_attitude_turn(run.rows, states, run.n);
    bs_attitude_level(run.rows, states, run.n, NULL);
    bs_run_move(&run, BS_VELOCITY_REST, NULL); /* no rests given: the integral as it is */
    run.reference = reference;
    for (int side = 0; side < 2; side++) {
        double(*x)[3] = side ? w : v;

        for (size_t i = 0; i < run.n; i++)
            memcpy(x[i], side ? reference[i].v_m_s : states[i].v_m_s, sizeof x[i]);
        memcpy(slow, x, run.n * sizeof *slow);
        bs_smooth(states, run.n, *slow, 3, width_s, BS_SMOOTH_LINE, NULL);
        for (size_t i = 0; i < run.n; i++)
            for (int k = 0; k < 3; k++)
                x[i][k] -= slow[i][k];
    }
    body_difference(&run, v, w, v);
    drift = median_way_mm(states, run.n, v, window_ns);
    free(less.rows);
    free(states);
    free(reference);
    free(v);
    free(w);
    free(slow);
    free(rests);
    return drift;
}
