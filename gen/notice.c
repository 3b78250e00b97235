/* What was assumed of a dataset's inputs and may be wrong. */
#include "gen/dataset.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Faster than this, on average over the trace, moves no camera that is held, driven or flown to take pictures
 * indoors: a trace in millimetres is a thousand times as fast. */
#define BS_FAST_M_S 30.0

/* Adds a line to the notice; what does not fit any more is left out. */
static void BS_PRINTF(2, 3) notice(bs_dataset *ds, const char *fmt, ...)
{
    const size_t used = strlen(ds->notice);
    va_list ap;

    if (used + 2 >= sizeof ds->notice)
        return;
    if (used)
        strcat(ds->notice, "\n");
    va_start(ap, fmt);
    vsnprintf(ds->notice + strlen(ds->notice), sizeof ds->notice - strlen(ds->notice), fmt, ap);
    va_end(ap);
}

/* Metres a second between the rows of the trace: their mean, over intervals that are no gap. */
static double mean_speed(const bs_dataset *ds)
{
    const bs_trace_info *info = ds->plan.trace;
    double way_m = 0, time_s = 0;
    int64_t t0, t1;
    bs_pose p, q;

    bs_trace_row(ds->trace, 0, &t0, &p);
    for (size_t i = 1; i < info->rows; i++) {
        bs_trace_row(ds->trace, i, &t1, &q);
        if (t1 - t0 <= info->max_gap_ns) {
            way_m += hypot(hypot(q.t_m[0] - p.t_m[0], q.t_m[1] - p.t_m[1]), q.t_m[2] - p.t_m[2]);
            time_s += (double)(t1 - t0) / 1e9;
        }
        t0 = t1;
        p = q;
    }
    return time_s > 0 ? way_m / time_s : 0;
}

/* Traces in other units than metres and seconds read well and make nonsense: they are told by what no camera
 * does. */
static void notice_units(bs_dataset *ds)
{
    const double interval_s = (double)ds->plan.trace->median_interval_ns / 1e9, speed = mean_speed(ds);

    if (ds->plan.trace->median_interval_ns > ds->opt.exposure_max_ns / 2)
        notice(ds,
               "rows of the trace are %.3g s apart and exposures at most %.3g s long: how the camera moved "
               "between two rows is not known; is the trace's time in seconds?",
               interval_s, (double)ds->opt.exposure_max_ns / 1e9);
    if (speed > BS_FAST_M_S)
        notice(ds, "the trace moves at %.3g m/s on average: are its positions in metres?", speed);
}

void bs_dataset_write_notice(bs_dataset *ds)
{
    const bs_dataset_options *o = &ds->opt;
    if (ds->plan.camera_guessed)
        notice(ds,
               "no intrinsics given: taking a focal length of %g px (the larger side) and the middle of the "
               "image; --camera or --intrinsics to say better",
               ds->plan.camera.fx);
    if (o->source == BS_SOURCE_SCENENET && bs_dataset_own_camera(ds) && o->depth_zero == BS_ZERO_AUTO)
        notice(ds, "a depth of 0 is taken as infinitely far, as SceneNet has it; for real frames, whose 0 is "
                   "a hole, "
                   "give --depth-zero unknown");
    if (o->response == BS_RESPONSE_AUTO && o->source == BS_SOURCE_SCENENET &&
        ds->plan.response == BS_RESPONSE_SRGB)
        notice(ds, "frames in SceneNet's layout with a camera or missing depth of their own are taken as "
                   "sRGB photos; "
                   "--response scenenet for the renderer's");
    notice_units(ds);
    if (ds->plan.trace->imu && !ds->camera_file.has_mount)
        notice(ds,
               "the IMU's axes are taken for the camera's (x right, y down, z forward): --camera FILE with "
               "T_imu_cam says how the camera sits on it");
    for (const char *n = ds->plan.trace->imu ? ds->plan.trace->imu->notes : ""; *n;) {
        const int len = (int)strcspn(n, "\n");

        notice(ds, "%.*s", len, n);
        n += len + (n[len] == '\n');
    }
    for (int i = 0; i < o->n_splits; i++) {
        int used = 0;

        for (size_t t = 0; t < ds->plan.n_trajectories; t++)
            used = used || ds->split_of[t] == i;
        if (!used)
            notice(ds, "no trajectory falls into split %s: too few of them (%zu)", o->splits[i].name,
                   ds->plan.n_trajectories);
    }
    ds->plan.notice = *ds->notice ? ds->notice : NULL;
}
