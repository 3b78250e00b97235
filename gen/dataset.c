/* A dataset before it is made: its inputs opened and checked. */
#include "gen/dataset.h"

#include <stdlib.h>
#include <string.h>

#include "gen/scatter.h"

int bs_dataset_own_camera(const bs_dataset *ds)
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
    ds->plan.shutter = ds->opt.shutter;
    ds->plan.readout_ns = ds->opt.readout_ns;
    rc = rc ? rc : bs_dataset_check_shutter(&ds->opt, err);
    return rc ? rc : bs_sequence_check(&ds->opt, err);
}

static int open_source(bs_dataset *ds, bs_err *err)
{
    const bs_dataset_options *o = &ds->opt;
    bs_source_options so = { .kind = o->source,
                             .dir = o->source_dir,
                             .depth_scale = o->depth_scale,
                             .depth_kind = o->depth_kind,
                             .depth_zero = o->depth_zero,
                             .has_camera = bs_dataset_own_camera(ds) };
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
    const int own = bs_dataset_own_camera(ds) || ds->plan.depth_zero == BS_ZERO_UNKNOWN;

    ds->plan.response = o->response;
    if (o->response == BS_RESPONSE_AUTO)
        ds->plan.response = o->source == BS_SOURCE_SCENENET && !own ? BS_RESPONSE_SCENENET : BS_RESPONSE_SRGB;
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

int bs_dataset_own_text(const char *lent, const char **owned, bs_err *err)
{
    *owned = lent ? strdup(lent) : NULL;
    return lent && !*owned ? bs_fail(err, BS_ENOMEM, "no memory for the options") : BS_OK;
}

static int own_options(bs_dataset *ds, const bs_dataset_options *opt, bs_err *err)
{
    bs_dataset_options *mine = &ds->opt;
    int rc;

    *mine = *opt;
    mine->source_dir = mine->poses = mine->output = mine->camera_file = NULL;
    mine->velocity_poses = mine->imu.accel_path = mine->imu_noise = NULL;
    rc = bs_dataset_own_text(opt->source_dir, &mine->source_dir, err);
    rc = rc ? rc : bs_dataset_own_text(opt->poses, &mine->poses, err);
    rc = rc ? rc : bs_dataset_own_text(opt->velocity_poses, &mine->velocity_poses, err);
    rc = rc ? rc : bs_dataset_own_text(opt->imu.accel_path, &mine->imu.accel_path, err);
    rc = rc ? rc : bs_dataset_own_text(opt->imu_noise, &mine->imu_noise, err);
    rc = rc ? rc : bs_dataset_own_text(opt->output, &mine->output, err);
    return rc ? rc : bs_dataset_own_text(opt->camera_file, &mine->camera_file, err);
}

/* The inputs, the quick one first, and what follows from them. */
static int open_inputs(bs_dataset *ds, bs_err *err)
{
    int rc = open_camera(ds, err);

    rc = rc ? rc : bs_dataset_open_motion(ds, err);
    rc = rc ? rc : open_source(ds, err);
    rc = rc ? rc : bs_dataset_check_motion(ds, err); /* the number of lines is known now */
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
        bs_dataset_write_notice(ds);
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
    rc = rc ? rc : open_inputs(ds, err);
    rc = rc ? rc : bs_dataset_open_back_end(ds, err);
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
    if (ds->owns_cuda)
        bs_cuda_close(&ds->cuda);
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
