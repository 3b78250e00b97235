#include "gen/motion.h"

#include <stdlib.h>

#include "homography/sensor_px.h"
#include "homography/views.h"

/* Instants at which the path of the auto pose count is followed: two for each row of the trace, within these
 * bounds. */
#define BS_PATH_MIN 32
#define BS_PATH_MAX 1024

/* Uniform in [0, 1), 53 bits. */
static double unit53(uint32_t hi, uint32_t lo)
{
    return (double)((((uint64_t)hi << 32) | lo) >> 11) * 0x1p-53;
}

static int draw_exposure(const bs_dataset_options *opt, const bs_trace *trace, uint64_t sample,
                         bs_exposure *ex, bs_err *err)
{
    const bs_random r = bs_draw(opt->seed, sample, BS_DRAW_EXPOSURE, 0);
    const int64_t span = opt->exposure_max_ns - opt->exposure_min_ns;
    const int64_t length = opt->exposure_min_ns + (int64_t)(unit53(r.v[0], r.v[1]) * ((double)span + 1));

    if (!opt->has_start)
        return bs_exposure_place(trace, length, unit53(r.v[2], r.v[3]), ex, err);
    ex->start_ns = bs_trace_describe(trace)->origin_ns + opt->start_ns;
    ex->length_ns = length;
    return bs_exposure_check(trace, ex, err);
}

static int fit(bs_motion *m, int n, bs_err *err)
{
    void *t, *p, *w;

    if (n <= m->capacity)
        return BS_OK;
    t = realloc(m->t_ns, (size_t)n * sizeof *m->t_ns);
    m->t_ns = t ? t : m->t_ns;
    p = realloc(m->T_anchor_cam, (size_t)n * sizeof *m->T_anchor_cam);
    m->T_anchor_cam = p ? p : m->T_anchor_cam;
    w = realloc(m->when, (size_t)n * sizeof *m->when);
    m->when = w ? w : m->when;
    if (!t || !p || !w)
        return bs_fail(err, BS_ENOMEM, "no memory for %d poses", n);
    m->capacity = n;
    return BS_OK;
}

/* 'n' instants of the exposure and the poses there. */
static int place(const bs_trace *trace, bs_placement placement, int n, bs_motion *m, bs_err *err)
{
    int rc = fit(m, n, err);

    if (rc != BS_OK)
        return rc;
    for (int i = 0; i < n; i++) {
        m->t_ns[i] = bs_exposure_instant_ns(&m->exposure, placement, n, i);
        m->when[i] = m->exposure.length_ns
                         ? (double)(m->t_ns[i] - m->exposure.start_ns) / (double)m->exposure.length_ns
                         : 0;
    }
    m->n = n;
    return bs_exposure_poses(trace, m->anchor_ns, m->t_ns, n, m->T_anchor_cam, err);
}

static int count_poses(const bs_dataset_options *opt, const bs_trace *trace, const bs_camera *cam,
                       double inv_lo, double inv_hi, bs_motion *m, int *n, bs_err *err)
{
    const int64_t rows = m->exposure.length_ns / bs_trace_describe(trace)->median_interval_ns;
    int steps = rows < BS_PATH_MAX / 2 ? (int)(2 * rows) : BS_PATH_MAX, rc;

    steps = steps < BS_PATH_MIN ? BS_PATH_MIN : steps;
    rc = place(trace, BS_PLACEMENT_ENDPOINTS, steps + 1, m, err);
    return rc ? rc
              : bs_poses_needed(cam, m->T_anchor_cam, steps, inv_lo, inv_hi, opt->max_step_px,
                                opt->placement == BS_PLACEMENT_ENDPOINTS, BS_MAX_POSES, n, err);
}

int bs_motion_draw(const bs_dataset_options *opt, const bs_trace *trace, uint64_t sample,
                   const bs_camera *cam, double inv_lo, double inv_hi, bs_motion *m, bs_err *err)
{
    int n = opt->n_poses, rc = draw_exposure(opt, trace, sample, &m->exposure, err);
    int64_t ends[2];
    bs_pose T[2];

    if (rc != BS_OK)
        return rc;
    m->anchor_ns = bs_exposure_anchor_ns(&m->exposure, opt->anchor);
    rc = bs_trace_pose_at(trace, m->anchor_ns, &m->T_world_anchor, err);
    if (rc == BS_OK && n == 0)
        rc = count_poses(opt, trace, cam, inv_lo, inv_hi, m, &n, err);
    rc = rc ? rc : place(trace, opt->placement, n, m, err);
    /* Between the instants at which the path was followed it may bend: the bound holds for the poses
     * themselves. */
    while (rc == BS_OK) {
        m->max_step_px = bs_poses_max_step(cam, m->T_anchor_cam, m->n, inv_lo, inv_hi);
        if (opt->n_poses || m->max_step_px <= opt->max_step_px || n >= BS_MAX_POSES)
            break;
        rc = place(trace, opt->placement, ++n, m, err);
    }
    ends[0] = m->exposure.start_ns;
    ends[1] = m->exposure.start_ns + m->exposure.length_ns;
    rc = rc ? rc : bs_exposure_poses(trace, m->anchor_ns, ends, 2, T, err);
    if (rc != BS_OK)
        return rc;
    m->T_anchor_first = T[0];
    m->T_anchor_last = T[1];
    return BS_OK;
}

void bs_motion_free(bs_motion *m)
{
    free(m->t_ns);
    free(m->T_anchor_cam);
    free(m->when);
    *m = (bs_motion){ 0 };
}
