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

int64_t bs_motion_span_ns(const bs_dataset_options *opt, const bs_camera *cam, int64_t length_ns)
{
    const int lines = bs_shutter_lines(opt->shutter, cam->width, cam->height);

    return length_ns + bs_shutter_delay_ns(opt->readout_ns, lines, lines - 1);
}

int64_t bs_motion_length_ns(const bs_dataset_options *opt, uint64_t sequence, uint32_t attempt)
{
    const bs_random r = bs_draw(opt->seed, sequence, BS_DRAW_EXPOSURE, attempt);
    const int64_t span = opt->exposure_max_ns - opt->exposure_min_ns;

    return opt->exposure_min_ns + (int64_t)(unit53(r.v[0], r.v[1]) * ((double)span + 1));
}

int bs_motion_expose(const bs_dataset_options *opt, const bs_trace *trace, uint64_t sequence,
                     const bs_camera *cam, uint32_t attempt, bs_motion *m, bs_err *err)
{
    const bs_random r = bs_draw(opt->seed, sequence, BS_DRAW_EXPOSURE, attempt);
    const int64_t length = bs_motion_length_ns(opt, sequence, attempt);
    const int64_t capture_ns = bs_motion_span_ns(opt, cam, length);
    bs_exposure all = { .length_ns = bs_sequence_span_ns(opt, capture_ns) };
    int rc;

    all.start_ns = bs_trace_describe(trace)->origin_ns + opt->start_ns;
    rc = opt->has_start ? bs_exposure_check(trace, &all, err)
                        : bs_exposure_place(trace, all.length_ns, unit53(r.v[2], r.v[3]), &all, err);
    m->capture = (bs_exposure){ all.start_ns, capture_ns };
    m->exposure = (bs_exposure){ all.start_ns, length };
    return rc;
}

/* 'array', or a larger one in its place, that holds 'n'; NULL, and it stays, if there is no memory. */
static void *grown(void *array, size_t have, size_t n, size_t size)
{
    return n <= have ? array : n > SIZE_MAX / size ? NULL : realloc(array, n * size);
}

/* Memory for 'n' poses of each line. */
static int fit(bs_motion *m, int n, int lines, bs_err *err)
{
    const size_t all = (size_t)n * (size_t)lines; /* at most 2^12 by 2^14 */
    int64_t *t = grown(m->t_ns, m->n_fit, (size_t)n, sizeof *t);
    double *w = grown(m->when, m->n_fit, (size_t)n, sizeof *w);
    bs_pose *p = grown(m->T_anchor_cam, m->poses_fit, all, sizeof *p);

    m->t_ns = t ? t : m->t_ns;
    m->when = w ? w : m->when;
    m->T_anchor_cam = p ? p : m->T_anchor_cam;
    if (!t || !p || !w)
        return bs_fail(err, BS_ENOMEM, "no memory for %d poses of %d lines", n, lines);
    m->n_fit = m->n_fit > (size_t)n ? m->n_fit : (size_t)n;
    m->poses_fit = m->poses_fit > all ? m->poses_fit : all;
    return BS_OK;
}

/* Memory for what each line has one of. */
static int fit_lines(bs_motion *m, int lines, bs_err *err)
{
    const size_t n = (size_t)lines;
    int64_t *d = grown(m->delay_ns, m->lines_fit, n, sizeof *d);
    int64_t *t = grown(m->line_t_ns, m->lines_fit, n, sizeof *t);
    bs_pose *p = grown(m->T_anchor_first, m->lines_fit, n, sizeof *p);
    bs_pose *q = grown(m->T_anchor_last, m->lines_fit, n, sizeof *q);

    m->delay_ns = d ? d : m->delay_ns;
    m->line_t_ns = t ? t : m->line_t_ns;
    m->T_anchor_first = p ? p : m->T_anchor_first;
    m->T_anchor_last = q ? q : m->T_anchor_last;
    if (!d || !t || !p || !q)
        return bs_fail(err, BS_ENOMEM, "no memory for the poses of %d lines", lines);
    m->lines_fit = m->lines_fit > n ? m->lines_fit : n;
    return BS_OK;
}

/* The shutter, and when each line begins. */
static int set_shutter(const bs_dataset_options *opt, const bs_camera *cam, bs_motion *m, bs_err *err)
{
    int rc;

    m->shutter = opt->shutter;
    m->readout_ns = opt->readout_ns;
    m->lines = bs_shutter_lines(opt->shutter, cam->width, cam->height);
    rc = fit_lines(m, m->lines, err);
    for (int i = 0; rc == BS_OK && i < m->lines; i++)
        m->delay_ns[i] =
            bs_shutter_delay_ns(opt->readout_ns, m->lines, bs_shutter_order(opt->shutter, m->lines, i));
    return rc;
}

/* The poses of all lines, where the line that is read first is at 't_ns'. */
static int pose_lines(const bs_trace *trace, int64_t t_ns, bs_motion *m, bs_pose *T_anchor_cam, bs_err *err)
{
    for (int i = 0; i < m->lines; i++)
        m->line_t_ns[i] = t_ns + m->delay_ns[i];
    return bs_exposure_poses(trace, m->anchor_ns, m->line_t_ns, m->lines, T_anchor_cam, err);
}

/* 'n' instants of each line's exposure and the poses there. */
static int place(const bs_trace *trace, bs_placement placement, int n, bs_motion *m, bs_err *err)
{
    int rc = fit(m, n, m->lines, err);

    for (int i = 0; rc == BS_OK && i < n; i++) {
        m->t_ns[i] = bs_exposure_instant_ns(&m->exposure, placement, n, i);
        m->when[i] = m->exposure.length_ns
                         ? (double)(m->t_ns[i] - m->exposure.start_ns) / (double)m->exposure.length_ns
                         : 0;
        rc = pose_lines(trace, m->t_ns[i], m, &m->T_anchor_cam[(size_t)i * (size_t)m->lines], err);
    }
    m->n = n;
    return rc;
}

/* 'n' poses evenly over the capture, of which nothing depends on lines. */
static int follow(const bs_trace *trace, int n, bs_motion *m, bs_err *err)
{
    int rc = fit(m, n, 1, err);

    if (rc != BS_OK)
        return rc;
    for (int i = 0; i < n; i++)
        m->t_ns[i] = bs_exposure_instant_ns(&m->capture, BS_PLACEMENT_ENDPOINTS, n, i);
    return bs_exposure_poses(trace, m->anchor_ns, m->t_ns, n, m->T_anchor_cam, err);
}

static int count_poses(const bs_dataset_options *opt, const bs_trace *trace, const bs_camera *cam,
                       double inv_lo, double inv_hi, bs_motion *m, int *n, bs_err *err)
{
    const int64_t rows = m->capture.length_ns / bs_trace_describe(trace)->median_interval_ns;
    const double exposed =
        m->capture.length_ns ? (double)m->exposure.length_ns / (double)m->capture.length_ns : 1;
    int steps = rows < BS_PATH_MAX / 2 ? (int)(2 * rows) : BS_PATH_MAX, rc;

    steps = steps < BS_PATH_MIN ? BS_PATH_MIN : steps;
    rc = follow(trace, steps + 1, m, err);
    return rc ? rc
              : bs_poses_needed(cam, m->shutter, exposed, m->T_anchor_cam, steps, inv_lo, inv_hi,
                                opt->max_step_px, opt->placement == BS_PLACEMENT_ENDPOINTS, BS_MAX_POSES, n,
                                err);
}

/* As many poses as are asked for or needed. */
static int place_poses(const bs_dataset_options *opt, const bs_trace *trace, const bs_camera *cam,
                       double inv_lo, double inv_hi, bs_motion *m, bs_err *err)
{
    int n = opt->n_poses, rc = n ? BS_OK : count_poses(opt, trace, cam, inv_lo, inv_hi, m, &n, err);

    rc = rc ? rc : place(trace, opt->placement, n, m, err);
    /* Between the instants at which the path was followed it may bend: the bound holds for the poses
     * themselves. */
    while (rc == BS_OK) {
        m->max_step_px = bs_poses_max_step(cam, m->shutter, m->T_anchor_cam, m->n, inv_lo, inv_hi);
        if (opt->n_poses || m->max_step_px <= opt->max_step_px || n >= BS_MAX_POSES)
            break;
        rc = place(trace, opt->placement, ++n, m, err);
    }
    return rc;
}

/* The way of the camera over the capture, four for each row of the trace within the bounds: between rows it
 * is all but straight, at a row it may bend. */
static int place_track(const bs_trace *trace, bs_motion *m, bs_err *err)
{
    const int64_t rows = m->capture.length_ns / bs_trace_describe(trace)->median_interval_ns;
    int n = rows < BS_TRACK_MAX / 4 - 1 ? 4 * (int)rows + 5 : BS_TRACK_MAX;

    m->n_track = 0;
    if (m->shutter == BS_SHUTTER_GLOBAL)
        return BS_OK;
    n = n > BS_TRACK_MIN ? n : BS_TRACK_MIN;
    for (int i = 0; i < n; i++)
        m->track_ns[i] = bs_exposure_instant_ns(&m->capture, BS_PLACEMENT_ENDPOINTS, n, i);
    m->n_track = n;
    return bs_exposure_poses(trace, m->anchor_ns, m->track_ns, n, m->T_anchor_track, err);
}

/* What all exposures of a sequence share, as its first one has it: chosen once, for that may take many
 * tries. */
static int choose(const bs_dataset_options *opt, const bs_motion_source *from, uint64_t sequence,
                  const bs_camera *cam, const bs_depth_grid *grid, bs_motion *m, bs_err *err)
{
    int rc;

    if (m->chosen != sequence + 1) {
        m->chosen = 0;
        rc = bs_motion_choose(opt, from, sequence, cam, grid, m, err);
        if (rc != BS_OK)
            return rc;
        m->chosen = opt->frames_per_sequence > 1 ? sequence + 1 : 0;
        m->first_exposure = m->exposure;
        m->first_capture = m->capture;
    }
    m->exposure = m->first_exposure;
    m->capture = m->first_capture;
    return BS_OK;
}

int bs_motion_draw(const bs_dataset_options *opt, const bs_motion_source *from, uint64_t sequence,
                   int64_t index, const bs_camera *cam, const bs_depth_grid *grid, double inv_lo,
                   double inv_hi, bs_motion *m, bs_err *err)
{
    int rc = choose(opt, from, sequence, cam, grid, m, err);
    const bs_trace *trace = m->trace;

    if (rc != BS_OK)
        return rc;
    m->capture.start_ns += index * opt->frame_interval_ns;
    m->exposure.start_ns = m->capture.start_ns;
    m->anchor_ns = bs_exposure_anchor_ns(&m->capture, opt->anchor);
    rc = bs_trace_pose_at(trace, m->anchor_ns, &m->T_world_anchor, err);
    rc = rc ? rc : bs_sequence_place(opt, trace, &m->capture, index, &m->sequence, err);
    rc = rc ? rc : set_shutter(opt, cam, m, err);
    rc = rc ? rc : place_poses(opt, trace, cam, inv_lo, inv_hi, m, err);
    rc = rc ? rc : pose_lines(trace, m->exposure.start_ns, m, m->T_anchor_first, err);
    rc = rc ? rc : pose_lines(trace, m->exposure.start_ns + m->exposure.length_ns, m, m->T_anchor_last, err);
    return rc ? rc : place_track(trace, m, err);
}

void bs_motion_free(bs_motion *m)
{
    free(m->t_ns);
    free(m->when);
    free(m->T_anchor_cam);
    free(m->T_anchor_first);
    free(m->T_anchor_last);
    free(m->delay_ns);
    free(m->line_t_ns);
    bs_path_free(&m->path);
    bs_trace_close(&m->made);
    bs_sequence_free(&m->sequence);
    *m = (bs_motion){ 0 };
}
