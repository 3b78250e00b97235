/* What a dataset and its tuples say about themselves, as JSON. */
#include "gen/dataset.h"
#include "gen/json_text.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

static const char *const source_names[] = { "none", "scenenet", "tum", "rgbd" };
static const char *const zero_names[] = { "auto", "far", "unknown" };
static const char *const cleanup_names[] = { "auto", "on", "off" };
static const char *const anchor_names[] = { "middle", "start", "end" };
static const char *const placement_names[] = { "midpoint", "endpoints" };
static const char *const inpaint_names[] = { "background", "telea", "ns", "none" };
static const char *const method_names[] = { "first-hit", "scatter" };
static const char *const interpolation_names[] = { "bilinear", "bicubic" };
static const char *const response_names[] = { "auto", "srgb", "linear", "gamma", "scenenet", "none" };
static const char *const kernel_names[] = { "npy", "npy16", "flo", "kitti" };
static const char *const format_names[] = { "folder", "null" };

/* 64-bit integers do not fit cJSON's doubles: nanosecond stamps lose their last digits. */
static void add_int(cJSON *o, const char *name, int64_t v)
{
    char text[32];

    snprintf(text, sizeof text, "%" PRId64, v);
    cJSON_AddRawToObject(o, name, text);
}

static void add_uint(cJSON *o, const char *name, uint64_t v)
{
    char text[32];

    snprintf(text, sizeof text, "%" PRIu64, v);
    cJSON_AddRawToObject(o, name, text);
}

/* Nanoseconds as decimal seconds, exactly. */
static void add_seconds(cJSON *o, const char *name, int64_t ns)
{
    char text[48];
    const uint64_t abs_ns = ns < 0 ? 0 - (uint64_t)ns : (uint64_t)ns;

    snprintf(text, sizeof text, "%s%" PRIu64 ".%09" PRIu64, ns < 0 ? "-" : "", abs_ns / 1000000000u,
             abs_ns % 1000000000u);
    cJSON_AddRawToObject(o, name, text);
}

/* Measured figures need no more than this, and no locale has a say in it; beyond 1e12 or NaN is null. */
static void add_rounded(cJSON *o, const char *name, double v)
{
    char text[48];

    if (!(fabs(v) < 1e12)) {
        cJSON_AddNullToObject(o, name);
        return;
    }
    snprintf(text, sizeof text, "%s%lld.%04lld", v < 0 ? "-" : "", llround(fabs(v) * 1e4) / 10000,
             llround(fabs(v) * 1e4) % 10000);
    cJSON_AddRawToObject(o, name, text);
}

static void add_camera(cJSON *o, const bs_camera *cam)
{
    cJSON *c = cJSON_AddObjectToObject(o, "camera");

    cJSON_AddNumberToObject(c, "width", cam->width);
    cJSON_AddNumberToObject(c, "height", cam->height);
    cJSON_AddNumberToObject(c, "fx", cam->fx);
    cJSON_AddNumberToObject(c, "fy", cam->fy);
    cJSON_AddNumberToObject(c, "cx", cam->cx);
    cJSON_AddNumberToObject(c, "cy", cam->cy);
}

static void add_pose(cJSON *o, const char *name, const bs_pose *p)
{
    cJSON *pose = cJSON_AddObjectToObject(o, name);

    cJSON_AddItemToObject(pose, "t_m", cJSON_CreateDoubleArray(p->t_m, 3));
    cJSON_AddItemToObject(pose, "q_xyzw", cJSON_CreateDoubleArray(p->q, 4));
}

static void add_noise(cJSON *o, double peak)
{
    cJSON *n = cJSON_AddObjectToObject(o, "noise");

    cJSON_AddStringToObject(n, "model", peak > 0 ? "poisson" : "none");
    if (peak > 0)
        cJSON_AddNumberToObject(n, "peak_electrons", peak);
}

/* How the moving camera's view is found, filled and sampled. */
static void add_method(cJSON *o, const bs_dataset *ds)
{
    const int scatter = ds->opt.method == BS_METHOD_SCATTER; /* copies whole pixels, whatever was asked for */

    cJSON_AddStringToObject(o, "method", method_names[ds->opt.method]);
    cJSON_AddStringToObject(o, "inpaint", inpaint_names[ds->plan.inpaint]);
    cJSON_AddStringToObject(o, "interpolation",
                            scatter ? "nearest" : interpolation_names[ds->opt.interpolation]);
}

static void add_response(cJSON *o, const bs_dataset *ds)
{
    cJSON_AddStringToObject(o, "response", response_names[ds->plan.response]);
    if (ds->plan.response == BS_RESPONSE_GAMMA)
        cJSON_AddNumberToObject(o, "gamma", ds->opt.gamma);
}

/* Prints and deletes '*o'. */
static int print(cJSON *o, int pretty, bs_bytes *out, bs_err *err)
{
    char *text = pretty ? cJSON_Print(o) : cJSON_PrintUnformatted(o);
    int rc;

    cJSON_Delete(o);
    if (!text)
        return bs_fail(err, BS_ENOMEM, "no memory for JSON");
    rc = bs_bytes_append(out, text, strlen(text), err);
    cJSON_free(text);
    return rc ? rc : bs_bytes_append(out, "\n", 1, err);
}

/* Every option that a byte of the dataset depends on, under its name on the command line. */
static void add_options(cJSON *root, const bs_dataset *ds, int with_limit)
{
    const bs_dataset_options *p = &ds->opt;
    cJSON *o = cJSON_AddObjectToObject(root, "options");
    cJSON *emit, *split, *range;

    cJSON_AddStringToObject(o, "source", source_names[p->source]);
    if (p->source == BS_SOURCE_RGBD) {
        cJSON_AddNumberToObject(o, "depth-scale", p->depth_scale);
        cJSON_AddStringToObject(o, "depth-kind", p->depth_kind == BS_DEPTH_RAY ? "ray" : "z");
    }
    cJSON_AddStringToObject(o, "depth-zero", zero_names[ds->plan.depth_zero]);
    cJSON_AddStringToObject(o, "depth-cleanup", cleanup_names[ds->plan.cleanup]);
    range = cJSON_AddObjectToObject(o, "exposure");
    add_seconds(range, "min", p->exposure_min_ns);
    add_seconds(range, "max", p->exposure_max_ns);
    if (p->has_start)
        add_seconds(o, "start", p->start_ns);
    cJSON_AddStringToObject(o, "anchor", anchor_names[p->anchor]);
    if (p->n_poses)
        cJSON_AddNumberToObject(o, "poses-per-exposure", p->n_poses);
    else
        cJSON_AddStringToObject(o, "poses-per-exposure", "auto");
    cJSON_AddNumberToObject(o, "max-step", p->max_step_px);
    cJSON_AddStringToObject(o, "pose-placement", placement_names[p->placement]);
    add_seconds(o, "max-gap", ds->plan.trace->max_gap_ns);
    if (p->frames_per_trajectory)
        add_int(o, "frames-per-trajectory", p->frames_per_trajectory);
    else
        cJSON_AddStringToObject(o, "frames-per-trajectory", "all");
    add_int(o, "samples-per-frame", p->samples_per_frame);
    if (p->limit && with_limit)
        add_int(o, "limit", p->limit);
    add_method(o, ds);
    add_response(o, ds);
    cJSON_AddStringToObject(o, "shutter", "global");
    add_noise(o, p->noise_peak);
    cJSON_AddStringToObject(o, "format", format_names[p->format]);
    add_int(o, "shard-size", p->shard_size);
    emit = cJSON_AddArrayToObject(o, "emit");
    for (int m = 0; m < BS_MEMBERS; m++)
        if (p->emit & (1u << m))
            cJSON_AddItemToArray(emit, cJSON_CreateString(bs_member_folder(m)));
    cJSON_AddStringToObject(o, "kernel-format", kernel_names[p->kernel_format]);
    cJSON_AddNumberToObject(o, "png-level", p->png_level);
    split = cJSON_AddObjectToObject(o, "split");
    for (int i = 0; i < p->n_splits; i++)
        cJSON_AddNumberToObject(split, p->splits[i].name, p->splits[i].weight);
    add_uint(o, "seed", p->seed);
}

int bs_describe_dataset(const bs_dataset *ds, const bs_dataset_summary *sum, int with_limit, bs_bytes *out,
                        bs_err *err)
{
    cJSON *root = cJSON_CreateObject(), *part;
    char hex[BS_SHA256_HEX];

    cJSON_AddStringToObject(root, "made_by", "blursynth");
    cJSON_AddStringToObject(root, "version", bs_version());
    add_options(root, ds, with_limit);
    add_camera(root, &ds->plan.camera);
    part = cJSON_AddObjectToObject(root, "inputs");
    bs_sha256_hex(&ds->inputs, hex);
    cJSON_AddStringToObject(part, "fingerprint", hex);
    add_uint(part, "trajectories", ds->plan.n_trajectories);
    add_uint(part, "frames", ds->plan.n_frames_used);
    if (sum) {
        part = cJSON_AddObjectToObject(root, "counts");
        add_int(part, "planned", ds->plan.n_tuples);
        add_int(part, "made", sum->made + sum->kept);
        add_int(part, "lost_to_bad_input", sum->lost);
        add_uint(part, "inputs_skipped", sum->n_skips);
    }
    return print(root, 1, out, err);
}

static void add_poses(cJSON *root, const bs_motion *m)
{
    cJSON *poses = cJSON_AddArrayToObject(root, "poses");

    for (int i = 0; i < m->n; i++) {
        cJSON *p = cJSON_CreateObject();

        add_int(p, "t_ns", m->t_ns[i]);
        cJSON_AddNumberToObject(p, "weight", 1.0 / m->n);
        add_pose(p, "T_anchor_cam", &m->T_anchor_cam[i]);
        cJSON_AddItemToArray(poses, p);
    }
}

static void add_exposure(cJSON *root, const bs_dataset *ds, const bs_motion *m)
{
    cJSON *e = cJSON_AddObjectToObject(root, "exposure");

    add_seconds(e, "length_s", m->exposure.length_ns);
    add_seconds(e, "start_s", m->exposure.start_ns - ds->plan.trace->origin_ns);
    add_int(e, "start_ns", m->exposure.start_ns);
    add_int(e, "end_ns", m->exposure.start_ns + m->exposure.length_ns);
    cJSON_AddStringToObject(e, "anchor", anchor_names[ds->opt.anchor]);
    add_int(e, "anchor_ns", m->anchor_ns);
    cJSON_AddStringToObject(e, "shutter", "global");
    cJSON_AddStringToObject(e, "pose_placement", placement_names[ds->opt.placement]);
    add_pose(e, "T_world_anchor", &m->T_world_anchor);
    add_pose(e, "T_anchor_first", &m->T_anchor_first);
    add_pose(e, "T_anchor_last", &m->T_anchor_last);
}

static void add_statistics(cJSON *o, const bs_worker *w)
{
    add_rounded(o, "mean_px", w->tuple.mean_px);
    add_rounded(o, "max_px", w->tuple.max_px);
    add_rounded(o, "linearity_error_px", w->tuple.linearity_error_px);
    add_rounded(o, "max_step_px", w->motion.max_step_px);
    add_rounded(o, "seen_share", w->tuple.seen_share);
}

int bs_describe_tuple(const bs_dataset *ds, int64_t key, const bs_worker *w, bs_bytes *out, bs_err *err)
{
    const bs_used *used = bs_dataset_used(ds, key);
    cJSON *root = cJSON_CreateObject(), *part;

    add_int(root, "key", key);
    cJSON_AddStringToObject(root, "version", bs_version());
    part = cJSON_AddObjectToObject(root, "source");
    cJSON_AddStringToObject(part, "kind", source_names[ds->opt.source]);
    bs_json_add_text(part, "trajectory", bs_source_trajectory(ds->source, used->trajectory)->name);
    bs_json_add_text(part, "photo", bs_source_frame_name(ds->source, used->frame));
    bs_json_add_text(part, "depth", bs_source_depth_name(ds->source, used->frame));
    cJSON_AddStringToObject(part, "depth_zero", zero_names[ds->plan.depth_zero]);
    cJSON_AddStringToObject(part, "depth_cleanup", cleanup_names[ds->plan.cleanup]);
    add_camera(root, &w->frame.camera);
    add_exposure(root, ds, &w->motion);
    part = cJSON_AddObjectToObject(root, "blur");
    add_statistics(part, w);
    add_method(root, ds);
    add_response(root, ds);
    add_noise(root, ds->opt.noise_peak);
    add_uint(root, "seed", ds->opt.seed);
    add_poses(root, &w->motion);
    return print(root, 1, out, err);
}

/* Names that Hugging Face's loaders turn into images end in file_name; the others are paths. */
static const char *const path_keys[BS_MEMBERS] = { "file_name",  "sharp_file_name", "kernel_path",
                                                   "depth_path", "mask_path",       "meta_path" };

int bs_describe_line(const bs_dataset *ds, int64_t key, const bs_worker *w, bs_bytes *out, bs_err *err)
{
    const bs_used *used = bs_dataset_used(ds, key);
    const int split = bs_dataset_split(ds, key);
    cJSON *root = cJSON_CreateObject(), *files;

    for (int m = 0; m < BS_MEMBERS; m++)
        if (ds->opt.emit & (1u << m)) {
            char path[64];

            snprintf(path, sizeof path, "%s/%08" PRId64 ".%s", bs_member_folder(m), key,
                     bs_member_extension(ds, m));
            cJSON_AddStringToObject(root, path_keys[m], path);
        }
    add_int(root, "key", key);
    if (split >= 0)
        cJSON_AddStringToObject(root, "split", ds->opt.splits[split].name);
    bs_json_add_text(root, "source", bs_source_frame_name(ds->source, used->frame));
    bs_json_add_text(root, "trajectory", bs_source_trajectory(ds->source, used->trajectory)->name);
    add_seconds(root, "exposure_s", w->motion.exposure.length_ns);
    add_seconds(root, "start_s", w->motion.exposure.start_ns - ds->plan.trace->origin_ns);
    cJSON_AddNumberToObject(root, "n_poses", w->motion.n);
    add_statistics(root, w);
    files = cJSON_AddObjectToObject(root, "files");
    for (int m = 0; m < BS_MEMBERS; m++)
        if (ds->opt.emit & (1u << m)) {
            cJSON *f = cJSON_AddObjectToObject(files, bs_member_folder(m));
            char hex[BS_SHA256_HEX];

            add_uint(f, "bytes", w->files.member[m].n);
            bs_sha256_hex(&w->files.sum[m], hex);
            cJSON_AddStringToObject(f, "sha256", hex);
        }
    return print(root, 0, out, err);
}

int bs_describe_skip(const char *input, const char *reason, int64_t tuples, bs_bytes *out, bs_err *err)
{
    cJSON *root = cJSON_CreateObject();

    bs_json_add_text(root, "input", input);
    bs_json_add_text(root, "reason", reason);
    add_int(root, "tuples", tuples);
    return print(root, 0, out, err);
}
