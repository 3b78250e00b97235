#include "gen/wanted.h"

#include <math.h>

#include "gen/motion.h"
#include "homography/kernel.h"
#include "homography/sensor_px.h"

/* Made motion is not scaled beyond this: a hand that shakes a tenth as much or ten times as much is
 * another hand. */
#define SCALE_MIN (1.0 / 8)
#define SCALE_MAX 8.0

/* Near enough: a part of the wanted blur.  The grid itself is good to one in a hundred. */
#define CLOSE 0.002

/* Exposures of a sequence that are measured. */
#define EXPOSURES 8

/* Blur grows nearly in proportion to scale: few steps are needed. */
#define STEPS 12

/* ---- measuring ---- */

/* The poses of the grid's lines, where the line of the camera that is read first is at 't_ns'.  A line of
 * the grid is read when the middle of the lines that it stands for is. */
static int pose_lines(const bs_dataset_options *opt, const bs_trace *trace, const bs_motion *m,
                      const bs_camera *cam, const bs_depth_grid *grid, int64_t anchor_ns, int64_t t_ns,
                      bs_pose *T_anchor_cam, bs_err *err)
{
    const int lines = bs_shutter_lines(opt->shutter, cam->width, cam->height);
    const int n = bs_shutter_lines(opt->shutter, grid->width, grid->height);
    const int64_t last_ns = m->capture.length_ns - m->exposure.length_ns,
                  half_ns = opt->readout_ns / (2 * lines);
    int64_t at_ns[BS_GRID_W];

    for (int i = 0; i < n; i++) {
        const int k = 2 * bs_shutter_order(opt->shutter, n, i) + 1;
        const int64_t delay_ns = bs_shutter_delay_ns(opt->readout_ns, 2 * n, k) - half_ns;

        at_ns[i] = t_ns + (delay_ns < last_ns ? delay_ns : last_ns); /* rounding may go a nanosecond beyond */
    }
    return bs_exposure_poses(trace, anchor_ns, at_ns, n, T_anchor_cam, err);
}

/* Adds the lengths of the kernel of one depth, pixels, each times its share, to '*sum', and the shares to
 * '*all'. */
static int add_lengths(const bs_dataset_options *opt, const bs_camera *cam, const bs_depth_grid *grid,
                       int nearer, const bs_pose *first, const bs_pose *last, double *sum, double *all,
                       bs_err *err)
{
    const bs_camera coarse = bs_camera_scaled(cam, grid->width, grid->height);
    const double sx = (double)cam->width / grid->width, sy = (double)cam->height / grid->height;
    float kernel[2 * BS_GRID_W * BS_GRID_H];
    const int rc = bs_kernel_map(&coarse, opt->shutter, first, last, nearer ? grid->near_inv : grid->far_inv,
                                 1, kernel, err);

    for (int i = 0; rc == BS_OK && i < grid->width * grid->height; i++) {
        const double length = hypot(sx * (double)kernel[2 * i], sy * (double)kernel[2 * i + 1]);
        const double share = nearer ? (double)grid->near_share[i] : 1 - (double)grid->near_share[i];

        if (isnan(length))
            continue;
        *sum += share * length;
        *all += share;
    }
    return rc;
}

/* The mean length of the kernel over the frame that the exposure of 'm' on 'trace' gives, pixels; of a
 * sequence, the mean over some of its exposures, of which 'm' has the first. */
static int measure(const bs_dataset_options *opt, const bs_trace *trace, const bs_motion *m,
                   const bs_camera *cam, const bs_depth_grid *grid, double *mean_px, bs_err *err)
{
    const int64_t last = opt->frames_per_sequence - 1, steps = last < EXPOSURES ? last : EXPOSURES - 1;
    const int64_t anchor_ns = bs_exposure_anchor_ns(&m->capture, opt->anchor);
    double sum = 0, all = 0;
    int rc = BS_OK;

    for (int64_t i = 0; rc == BS_OK && i <= steps; i++) {
        const int64_t later_ns = (steps ? i * last / steps : 0) * opt->frame_interval_ns;
        const int64_t start_ns = m->exposure.start_ns + later_ns, end_ns = start_ns + m->exposure.length_ns;
        bs_pose first[BS_GRID_W], at_end[BS_GRID_W];

        rc = pose_lines(opt, trace, m, cam, grid, anchor_ns + later_ns, start_ns, first, err);
        rc = rc ? rc : pose_lines(opt, trace, m, cam, grid, anchor_ns + later_ns, end_ns, at_end, err);
        rc = rc ? rc : add_lengths(opt, cam, grid, 1, first, at_end, &sum, &all, err);
        rc = rc ? rc : add_lengths(opt, cam, grid, 0, first, at_end, &sum, &all, err);
    }
    *mean_px = all > 0 ? sum / all : 0;
    return rc;
}

/* How bad a blur is: the distance from the wanted one, and beyond every distance inside the range if
 * outside. */
static double badness(const bs_dataset_options *opt, double wanted_px, double px)
{
    const double outside = fmax(opt->blur_min_px * (1 - CLOSE) - px, px - opt->blur_max_px * (1 + CLOSE));

    return outside > 0 ? opt->blur_max_px + outside : fabs(px - wanted_px);
}

static double draw_wanted(const bs_dataset_options *opt, uint64_t sequence)
{
    const bs_random r = bs_draw(opt->seed, sequence, BS_DRAW_BLUR, 0);

    return opt->blur_min_px + (opt->blur_max_px - opt->blur_min_px) *
                                  ((double)(((uint64_t)r.v[0] << 32 | r.v[1]) >> 11) * 0x1p-53);
}

/* ---- recorded motion ---- */

/* The best of several exposures of the trace. */
static int choose_exposure(const bs_dataset_options *opt, const bs_trace *trace, uint64_t sequence,
                           const bs_camera *cam, const bs_depth_grid *grid, bs_motion *m, bs_err *err)
{
    double least = INFINITY;
    uint32_t best = 0;
    int rc = BS_OK;

    for (uint32_t attempt = 0; attempt < BS_SHAKE_ATTEMPTS && least > 0.5 * CLOSE * m->wanted_px; attempt++) {
        double px, bad;

        rc = bs_motion_expose(opt, trace, sequence, cam, attempt, m, err);
        rc = rc ? rc : measure(opt, trace, m, cam, grid, &px, err);
        if (rc != BS_OK)
            return rc;
        bad = badness(opt, m->wanted_px, px);
        if (bad < least) {
            least = bad;
            best = attempt;
        }
    }
    m->attempt = best;
    return bs_motion_expose(opt, trace, sequence, cam, best, m, err);
}

/* ---- made motion ---- */

/* The path at 'scale' as m->made, and the exposure on it. */
static int make_trace(const bs_dataset_options *opt, uint64_t sequence, const bs_camera *cam, double scale,
                      bs_motion *m, bs_err *err)
{
    int rc;

    bs_trace_close(&m->made);
    rc = bs_path_trace(&m->path, scale, opt->poses, &m->made, err);
    m->scale = scale;
    /* The path is as long as the exposure that the first attempt draws: it fits there in one place. */
    return rc ? rc : bs_motion_expose(opt, m->made, sequence, cam, 0, m, err);
}

static int make_path(const bs_dataset_options *opt, const bs_shake *shake, uint64_t sequence,
                     const bs_camera *cam, uint32_t attempt, bs_motion *m, bs_err *err)
{
    const int64_t length_ns = bs_motion_length_ns(opt, sequence, 0);

    m->attempt = attempt;
    return bs_shake_path(shake, opt->seed, sequence, attempt, length_ns,
                         bs_sequence_span_ns(opt, bs_motion_span_ns(opt, cam, length_ns)), &m->path, err);
}

/* Scales the path until its blur is the wanted one, or the scale at its end; '*px' is the blur. */
static int scale_path(const bs_dataset_options *opt, uint64_t sequence, const bs_camera *cam,
                      const bs_depth_grid *grid, bs_motion *m, double *px, bs_err *err)
{
    double scale = 1;

    for (int i = 0; i < STEPS; i++) {
        double next;
        int rc = make_trace(opt, sequence, cam, scale, m, err);

        rc = rc ? rc : measure(opt, m->made, m, cam, grid, px, err);
        if (rc != BS_OK)
            return rc;
        next = *px > 0 ? fmin(fmax(scale * m->wanted_px / *px, SCALE_MIN), SCALE_MAX) : SCALE_MAX;
        if (fabs(*px - m->wanted_px) <= CLOSE * m->wanted_px || next == scale)
            break;
        scale = next;
    }
    return BS_OK;
}

/* The best of several paths, each at its best scale. */
static int choose_path(const bs_dataset_options *opt, const bs_shake *shake, uint64_t sequence,
                       const bs_camera *cam, const bs_depth_grid *grid, bs_motion *m, bs_err *err)
{
    double least = INFINITY, best_scale = 1;
    uint32_t best = 0;
    int rc;

    for (uint32_t attempt = 0; attempt < BS_SHAKE_ATTEMPTS; attempt++) {
        double px, bad;

        rc = make_path(opt, shake, sequence, cam, attempt, m, err);
        rc = rc ? rc : scale_path(opt, sequence, cam, grid, m, &px, err);
        if (rc != BS_OK)
            return rc;
        bad = badness(opt, m->wanted_px, px);
        if (bad <= CLOSE * m->wanted_px)
            return BS_OK;
        if (bad < least) {
            least = bad;
            best = attempt;
            best_scale = m->scale;
        }
    }
    rc = make_path(opt, shake, sequence, cam, best, m, err);
    return rc ? rc : make_trace(opt, sequence, cam, best_scale, m, err);
}

int bs_motion_choose(const bs_dataset_options *opt, const bs_motion_source *from, uint64_t sequence,
                     const bs_camera *cam, const bs_depth_grid *grid, bs_motion *m, bs_err *err)
{
    const int wants = opt->blur_max_px > 0;
    int rc;

    m->wanted_px = wants ? draw_wanted(opt, sequence) : 0;
    m->attempt = 0;
    m->scale = 1;
    m->trace = from->trace;
    if (!from->shake)
        return wants ? choose_exposure(opt, from->trace, sequence, cam, grid, m, err)
                     : bs_motion_expose(opt, from->trace, sequence, cam, 0, m, err);
    if (wants) {
        rc = choose_path(opt, from->shake, sequence, cam, grid, m, err);
    } else {
        rc = make_path(opt, from->shake, sequence, cam, 0, m, err);
        rc = rc ? rc : make_trace(opt, sequence, cam, 1, m, err);
    }
    m->trace = m->made;
    return rc;
}
