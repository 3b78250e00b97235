/* Where a dataset's motion comes from: a trace, or a generator. */
#include "gen/dataset.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Whether the trace can hold captures of 'capture_ns', the longest there can be, and a sequence of them. */
static int check_span(const bs_dataset *ds, int64_t capture_ns, bs_err *err)
{
    const bs_dataset_options *o = &ds->opt;
    const bs_exposure ex = { ds->plan.trace->origin_ns + o->start_ns, bs_sequence_span_ns(o, capture_ns) };
    const double longest_s = 1e-9 * (double)bs_exposure_longest_ns(ds->trace);

    if (o->has_start)
        return bs_exposure_check(ds->trace, &ex, err);
    if (bs_exposure_longest_ns(ds->trace) >= ex.length_ns)
        return BS_OK;
    if (o->frames_per_sequence > 1)
        return bs_fail(
            err, BS_EGAP,
            "%s: a sequence of %.6g s does not fit: the longest stretch of the trace without a gap "
            "is %.6g s; give fewer --frames-per-sequence, a shorter --frame-interval or a longer "
            "trace",
            o->poses, 1e-9 * (double)ex.length_ns, longest_s);
    if (capture_ns > o->exposure_max_ns)
        return bs_fail(err, BS_EGAP,
                       "%s: an exposure of %.6g s and a readout of %.6g s, %.6g s in all, do not fit: the "
                       "longest stretch of the trace without a gap is %.6g s; give a shorter --exposure or a "
                       "longer trace",
                       o->poses, 1e-9 * (double)o->exposure_max_ns, 1e-9 * (double)o->readout_ns,
                       1e-9 * (double)ex.length_ns, longest_s);
    return bs_fail(
        err, BS_EGAP,
        "%s: an exposure of %.6g s does not fit: the longest stretch of the trace without a gap is "
        "%.6g s; give a shorter --exposure or a longer trace",
        o->poses, 1e-9 * (double)o->exposure_max_ns, longest_s);
}

/* Made motion is as long as it needs to be, but for its rows: of the shortest and of the longest exposure. */
static int check_made_span(const bs_dataset *ds, bs_err *err)
{
    const bs_dataset_options *o = &ds->opt;
    const int64_t lengths[] = { o->exposure_min_ns, o->exposure_max_ns };
    int rc = BS_OK;

    for (int i = 0; rc == BS_OK && i < 2; i++) {
        const int64_t capture_ns = bs_motion_span_ns(o, &ds->plan.camera, lengths[i]);

        rc = bs_shake_check_length(&ds->shake, lengths[i], bs_sequence_span_ns(o, capture_ns), err);
    }
    return rc;
}

int bs_dataset_check_motion(const bs_dataset *ds, bs_err *err)
{
    const bs_camera *cam = &ds->plan.camera;

    return ds->has_shake ? check_made_span(ds, err)
                         : check_span(ds, bs_motion_span_ns(&ds->opt, cam, ds->opt.exposure_max_ns), err);
}

/* Motion that is made: an example of it stands for the trace. */
static int open_shake(bs_dataset *ds, bs_err *err)
{
    const int64_t length_ns = ds->opt.exposure_max_ns;
    char text[BS_SHAKE_TEXT];
    bs_path path = { 0 };
    int rc = bs_shake_parse(ds->opt.poses, &ds->shake, err);

    if (rc != BS_OK)
        return rc;
    ds->has_shake = 1;
    if (ds->shake.blur_max_px > 0) { /* checked to be what --blur says, if it says something */
        ds->opt.blur_min_px = ds->shake.blur_min_px;
        ds->opt.blur_max_px = ds->shake.blur_max_px;
    }
    bs_shake_text(&ds->shake, text);
    free((char *)ds->opt.poses);
    rc = bs_dataset_own_text(text, &ds->opt.poses, err);
    rc = rc ? rc : bs_shake_path(&ds->shake, ds->opt.seed, 0, 0, length_ns, length_ns, &path, err);
    rc = rc ? rc : bs_path_trace(&path, 1, text, &ds->trace, err);
    bs_path_free(&path);
    if (rc == BS_OK)
        ds->plan.trace = bs_trace_describe(ds->trace);
    ds->plan.made_by = ds->opt.poses;
    return rc;
}

/* The trace, and whether it can hold the exposures asked for. */
static int open_trace(bs_dataset *ds, bs_err *err)
{
    const bs_dataset_options *o = &ds->opt;
    bs_trace_options to = bs_dataset_trace_options(o);
    const char end = o->poses[strcspn(o->poses, "/.:")];
    int rc;

    /* A word that is no file was likely meant to be a generator. */
    if (end != '/' && end != '.' && access(o->poses, F_OK))
        return bs_fail(err, BS_EIO,
                       "%s: no such file, and no generator of motion: handheld, random-walk, spline",
                       o->poses);
    to.has_mount = ds->camera_file.has_mount;
    to.T_body_cam = ds->camera_file.T_imu_cam;
    to.shift_ns = ds->camera_file.time_shift_ns;
    rc = bs_trace_open(o->poses, &to, &ds->trace, err);
    if (rc != BS_OK)
        return rc;
    ds->plan.trace = bs_trace_describe(ds->trace);
    return check_span(ds, o->exposure_max_ns, err);
}

int bs_dataset_open_motion(bs_dataset *ds, bs_err *err)
{
    return bs_shake_is(ds->opt.poses) ? open_shake(ds, err) : open_trace(ds, err);
}
