/* A dataset before it is made: its inputs opened and checked. */
#include "gen/dataset.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gen/scatter.h"

/* Faster than this, on average over the trace, moves no camera that is held, driven or flown to take pictures
 * indoors: a trace in millimetres is a thousand times as fast. */
#define BS_FAST_M_S 30.0

/* Whether the user said what the lens is. */
static int own_camera(const bs_dataset *ds)
{
    return ds->opt.has_intrinsics || ds->camera_file.has_intrinsics;
}

static int open_camera(bs_dataset *ds, bs_err *err)
{
    const bs_dataset_options *o = &ds->opt;
    int rc = o->camera_file ? bs_camera_file_read(o->camera_file, &ds->camera_file, err) : BS_OK;

    if (rc == BS_OK && o->has_intrinsics && ds->camera_file.has_intrinsics)
        return bs_fail(err, BS_EINVAL, "--intrinsics and %s both say the focal length: give one of them",
                       o->camera_file);
    if (!o->has_shutter) {
        ds->opt.shutter = ds->camera_file.has_readout ? ds->camera_file.shutter : BS_SHUTTER_GLOBAL;
        ds->opt.readout_ns = ds->camera_file.readout_ns;
    }
    rc = rc ? rc : bs_dataset_check_shutter(&ds->opt, err);
    return rc ? rc : bs_sequence_check(&ds->opt, err);
}

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

/* Copies a string that the caller only lent; NULL stays NULL. */
static int own(const char *lent, const char **owned, bs_err *err)
{
    *owned = lent ? strdup(lent) : NULL;
    return lent && !*owned ? bs_fail(err, BS_ENOMEM, "no memory for the options") : BS_OK;
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
    rc = own(text, &ds->opt.poses, err);
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
    const bs_trace_options to = { .max_gap_ns = o->max_gap_ns,
                                  .imu = o->imu,
                                  .velocity = o->velocity,
                                  .velocity_poses = o->velocity_poses,
                                  .has_mount = ds->camera_file.has_mount,
                                  .T_body_cam = ds->camera_file.T_imu_cam,
                                  .shift_ns = ds->camera_file.time_shift_ns,
                                  .has_gyro_bias = o->has_gyro_bias,
                                  .gyro_bias_rad_s = { o->gyro_bias_rad_s[0], o->gyro_bias_rad_s[1],
                                                       o->gyro_bias_rad_s[2] } };
    const int rc = bs_trace_open(o->poses, &to, &ds->trace, err);

    if (rc != BS_OK)
        return rc;
    ds->plan.trace = bs_trace_describe(ds->trace);
    return check_span(ds, o->exposure_max_ns, err);
}

static int open_source(bs_dataset *ds, bs_err *err)
{
    const bs_dataset_options *o = &ds->opt;
    bs_source_options so = { .kind = o->source,
                             .dir = o->source_dir,
                             .depth_scale = o->depth_scale,
                             .depth_kind = o->depth_kind,
                             .depth_zero = o->depth_zero,
                             .has_camera = own_camera(ds) };
    int rc;

    if (o->has_intrinsics)
        so.camera = (bs_camera){ .fx = o->fx, .fy = o->fy, .cx = o->cx, .cy = o->cy };
    else
        so.camera = ds->camera_file.camera;
    rc = bs_source_open(&so, &ds->source, err);
    if (rc != BS_OK)
        return rc;
    ds->plan.camera = bs_source_camera(ds->source);
    ds->plan.camera_guessed = bs_source_camera_guessed(ds->source);
    ds->plan.depth_zero = o->depth_zero != BS_ZERO_AUTO     ? o->depth_zero
                          : o->source == BS_SOURCE_SCENENET ? BS_ZERO_FAR
                                                            : BS_ZERO_UNKNOWN;
    /* Only a sensor has holes: where 0 says "far", depth was rendered and is not to be touched. */
    ds->plan.cleanup = o->cleanup != BS_CLEANUP_AUTO            ? o->cleanup
                       : ds->plan.depth_zero == BS_ZERO_UNKNOWN ? BS_CLEANUP_ON
                                                                : BS_CLEANUP_OFF;
    return BS_OK;
}

/*
 * SceneNet's own frames carry its renderer's tone curve; real frames put into its layout do not, and are
 * known by a camera of their own or by depth that can be missing.
 */
static void choose_response(bs_dataset *ds)
{
    const bs_dataset_options *o = &ds->opt;
    const int own = own_camera(ds) || ds->plan.depth_zero == BS_ZERO_UNKNOWN;

    ds->plan.response = o->response;
    if (o->response == BS_RESPONSE_AUTO)
        ds->plan.response = o->source == BS_SOURCE_SCENENET && !own ? BS_RESPONSE_SCENENET : BS_RESPONSE_SRGB;
}

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
               "poses are %.3g s apart and exposures at most %.3g s long: motion between two poses is a "
               "straight "
               "line; is the trace's time in seconds?",
               interval_s, (double)ds->opt.exposure_max_ns / 1e9);
    if (speed > BS_FAST_M_S)
        notice(ds, "the trace moves at %.3g m/s on average: are its positions in metres?", speed);
}

/* What was assumed and may be wrong, a sentence a line. */
static void write_notice(bs_dataset *ds)
{
    const bs_dataset_options *o = &ds->opt;
    if (ds->plan.camera_guessed)
        notice(ds,
               "no intrinsics given: taking a focal length of %g px (the larger side) and the middle of the "
               "image; --camera or --intrinsics to say better",
               ds->plan.camera.fx);
    if (o->source == BS_SOURCE_SCENENET && own_camera(ds) && o->depth_zero == BS_ZERO_AUTO)
        notice(ds, "a depth of 0 is taken as infinitely far, as SceneNet has it; for real frames, whose 0 is "
                   "a hole, "
                   "give --depth-zero unknown");
    if (o->response == BS_RESPONSE_AUTO && o->source == BS_SOURCE_SCENENET &&
        ds->plan.response == BS_RESPONSE_SRGB)
        notice(ds, "frames in SceneNet's layout with a camera or missing depth of their own are taken as "
                   "sRGB photos; "
                   "--response scenenet for the renderer's");
    notice_units(ds);
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

int bs_dataset_note_skip(bs_dataset *ds, const char *input, const char *reason, bs_err *err)
{
    bs_skip_note note;

    /* A frame whose samples lie in two shards fails once in each, with few others in between. */
    for (size_t i = ds->n_skips; i > 0 && i + 64 > ds->n_skips; i--)
        if (!strcmp(ds->skips[i - 1].input, input))
            return BS_OK;
    note = (bs_skip_note){ strdup(input), strdup(reason) };
    if (ds->n_skips == ds->skips_capacity) {
        const size_t capacity = ds->skips_capacity ? 2 * ds->skips_capacity : 64;
        bs_skip_note *skips = realloc(ds->skips, capacity * sizeof *skips);

        if (skips) {
            ds->skips = skips;
            ds->skips_capacity = capacity;
        }
    }
    if (!note.input || !note.reason || ds->n_skips == ds->skips_capacity) {
        free(note.input);
        free(note.reason);
        return bs_fail(err, BS_ENOMEM, "no memory for the list of skipped inputs");
    }
    ds->skips[ds->n_skips++] = note;
    return BS_OK;
}

static int own_options(bs_dataset *ds, const bs_dataset_options *opt, bs_err *err)
{
    bs_dataset_options *mine = &ds->opt;
    int rc;

    *mine = *opt;
    mine->source_dir = mine->poses = mine->output = mine->camera_file = NULL;
    mine->velocity_poses = mine->imu.accel_path = mine->imu_noise = NULL;
    rc = own(opt->source_dir, &mine->source_dir, err);
    rc = rc ? rc : own(opt->poses, &mine->poses, err);
    rc = rc ? rc : own(opt->velocity_poses, &mine->velocity_poses, err);
    rc = rc ? rc : own(opt->imu.accel_path, &mine->imu.accel_path, err);
    rc = rc ? rc : own(opt->imu_noise, &mine->imu_noise, err);
    rc = rc ? rc : own(opt->output, &mine->output, err);
    return rc ? rc : own(opt->camera_file, &mine->camera_file, err);
}

/* The inputs, the quick one first, and what follows from them. */
static int open_inputs(bs_dataset *ds, bs_err *err)
{
    int rc = open_camera(ds, err);

    rc = rc ? rc : bs_shake_is(ds->opt.poses) ? open_shake(ds, err) : open_trace(ds, err);
    rc = rc ? rc : open_source(ds, err);
    if (rc == BS_OK && !ds->has_shake) /* again: now the number of lines is known, and with it the readout */
        rc = check_span(ds, bs_motion_span_ns(&ds->opt, &ds->plan.camera, ds->opt.exposure_max_ns), err);
    if (rc != BS_OK)
        return rc;
    ds->plan.blur_min_px = ds->opt.blur_min_px;
    ds->plan.blur_max_px = ds->opt.blur_max_px;
    choose_response(ds);
    ds->plan.inpaint = bs_inpaint_in_force(ds->opt.method, ds->opt.inpaint);
    for (size_t i = 0; rc == BS_OK && i < bs_source_n_skips(ds->source); i++) {
        const bs_skip *s = bs_source_skip(ds->source, i);

        rc = bs_dataset_note_skip(ds, s->input, s->reason, err);
    }
    ds->plan.n_skips = ds->n_skips;
    if (rc == BS_OK && ds->opt.strict && ds->n_skips)
        rc = bs_fail(err, BS_EFORMAT, "%s: %s", ds->skips[0].input, ds->skips[0].reason);
    rc = rc ? rc : bs_plan_make(ds, err);
    if (rc == BS_OK)
        write_notice(ds);
    return rc;
}

int bs_dataset_open(const bs_dataset_options *opt, bs_dataset **out, bs_err *err)
{
    bs_dataset *ds;
    int rc;

    if (opt->source == BS_SOURCE_NONE || !opt->source_dir)
        return bs_fail(err, BS_EINVAL, "no frames: give --scenenet, --tum or --rgbd and a folder");
    if (!opt->poses)
        return bs_fail(err, BS_EINVAL, "no motion: give --poses and a trace file");
    if (!opt->output && opt->format != BS_FORMAT_NULL)
        return bs_fail(err, BS_EINVAL, "no output folder: give --output");
    ds = calloc(1, sizeof *ds);
    if (!ds)
        return bs_fail(err, BS_ENOMEM, "no memory for a dataset");
    rc = own_options(ds, opt, err);
    rc = rc ? rc : bs_dataset_check(opt, err);
    if (rc == BS_OK && opt->imu_noise) {
        rc = bs_imu_noise_parse(opt->imu_noise, &ds->imu_noise, err);
        ds->opt.emit |= BS_EMIT_KERNEL_NOISY;
    }
    ds->plan.backend = "openmp";
    rc = rc ? rc : open_inputs(ds, err);
    if (rc == BS_OK && ds->opt.format == BS_FORMAT_FOLDER)
        rc = bs_manifest_check(ds, err);
    if (rc == BS_OK)
        *out = ds;
    else
        bs_dataset_close(&ds);
    return rc;
}

void bs_dataset_close(bs_dataset **dataset)
{
    bs_dataset *ds = *dataset;

    if (!ds)
        return;
    for (size_t i = 0; i < ds->n_skips; i++) {
        free(ds->skips[i].input);
        free(ds->skips[i].reason);
    }
    free(ds->skips);
    free(ds->used);
    free(ds->split_of);
    bs_source_close(&ds->source);
    bs_trace_close(&ds->trace);
    free((char *)ds->opt.source_dir);
    free((char *)ds->opt.poses);
    free((char *)ds->opt.output);
    free((char *)ds->opt.camera_file);
    free((char *)ds->opt.velocity_poses);
    free((char *)ds->opt.imu.accel_path);
    free((char *)ds->opt.imu_noise);
    free(ds);
    *dataset = NULL;
}

const bs_dataset_plan *bs_dataset_get_plan(const bs_dataset *ds)
{
    return &ds->plan;
}

bs_dataset_skip bs_dataset_get_skip(const bs_dataset *ds, size_t i)
{
    return (bs_dataset_skip){ ds->skips[i].input, ds->skips[i].reason };
}
