/* What a dataset says about itself, as JSON, and the parts of it that its tuples say as well. */
#include "gen/describe.h"
#include "gen/json_add.h"
#include "gen/json_text.h"
#include "gen/spread.h"

const char *const bs_source_names[] = { "none", "scenenet", "tum", "rgbd" };
const char *const bs_zero_names[] = { "auto", "far", "unknown" };
const char *const bs_cleanup_names[] = { "auto", "on", "off" };
static const char *const inpaint_names[] = { "background", "telea", "ns", "none" };
static const char *const method_names[] = { "first-hit", "scatter" };
static const char *const interpolation_names[] = { "bilinear", "bicubic" };
static const char *const response_names[] = { "auto", "srgb", "linear", "gamma", "scenenet", "none" };
static const char *const kernel_names[] = { "npy", "npy16", "flo", "kitti" };
static const char *const format_names[] = { "folder", "null" };

void bs_describe_camera(cJSON *o, const bs_camera *cam)
{
    cJSON *c = cJSON_AddObjectToObject(o, "camera");

    cJSON_AddNumberToObject(c, "width", cam->width);
    cJSON_AddNumberToObject(c, "height", cam->height);
    cJSON_AddNumberToObject(c, "fx", cam->fx);
    cJSON_AddNumberToObject(c, "fy", cam->fy);
    cJSON_AddNumberToObject(c, "cx", cam->cx);
    cJSON_AddNumberToObject(c, "cy", cam->cy);
}

void bs_describe_noise(cJSON *o, double peak)
{
    cJSON *n = cJSON_AddObjectToObject(o, "noise");

    cJSON_AddStringToObject(n, "model", peak > 0 ? "poisson" : "none");
    if (peak > 0)
        cJSON_AddNumberToObject(n, "peak_electrons", peak);
}

void bs_describe_method(cJSON *o, const bs_dataset *ds)
{
    const int scatter = ds->opt.method == BS_METHOD_SCATTER; /* copies whole pixels, whatever was asked for */

    cJSON_AddStringToObject(o, "method", method_names[ds->opt.method]);
    cJSON_AddStringToObject(o, "inpaint", inpaint_names[ds->plan.inpaint]);
    cJSON_AddStringToObject(o, "interpolation",
                            scatter ? "nearest" : interpolation_names[ds->opt.interpolation]);
}

void bs_describe_response(cJSON *o, const bs_dataset *ds)
{
    cJSON_AddStringToObject(o, "response", response_names[ds->plan.response]);
    if (ds->plan.response == BS_RESPONSE_GAMMA)
        cJSON_AddNumberToObject(o, "gamma", ds->opt.gamma);
}

/* Every option that a byte of the dataset depends on, under its name on the command line. */
static void add_options(cJSON *root, const bs_dataset *ds, int with_limit)
{
    const bs_dataset_options *p = &ds->opt;
    cJSON *o = cJSON_AddObjectToObject(root, "options");
    cJSON *emit, *split;

    cJSON_AddStringToObject(o, "source", bs_source_names[p->source]);
    if (p->source == BS_SOURCE_RGBD) {
        cJSON_AddNumberToObject(o, "depth-scale", p->depth_scale);
        cJSON_AddStringToObject(o, "depth-kind", p->depth_kind == BS_DEPTH_RAY ? "ray" : "z");
    }
    cJSON_AddStringToObject(o, "depth-zero", bs_zero_names[ds->plan.depth_zero]);
    cJSON_AddStringToObject(o, "depth-cleanup", bs_cleanup_names[ds->plan.cleanup]);
    bs_describe_motion_options(o, ds);
    if (p->frames_per_trajectory)
        bs_json_add_int(o, "frames-per-trajectory", p->frames_per_trajectory);
    else
        cJSON_AddStringToObject(o, "frames-per-trajectory", "all");
    bs_json_add_int(o, "samples-per-frame", p->samples_per_frame);
    if (p->limit && with_limit)
        bs_json_add_int(o, "limit", p->limit);
    bs_describe_method(o, ds);
    bs_describe_response(o, ds);
    bs_describe_noise(o, p->noise_peak);
    bs_describe_imu_model(o, ds);
    cJSON_AddStringToObject(o, "format", format_names[p->format]);
    bs_json_add_int(o, "shard-size", p->shard_size);
    emit = cJSON_AddArrayToObject(o, "emit");
    for (int m = 0; m < BS_MEMBERS; m++)
        if (p->emit & (1u << m))
            cJSON_AddItemToArray(emit, cJSON_CreateString(bs_member_folder(m)));
    cJSON_AddStringToObject(o, "kernel-format", kernel_names[p->kernel_format]);
    cJSON_AddNumberToObject(o, "png-level", p->png_level);
    split = cJSON_AddObjectToObject(o, "split");
    for (int i = 0; i < p->n_splits; i++)
        cJSON_AddNumberToObject(split, p->splits[i].name, p->splits[i].weight);
    bs_json_add_uint(o, "seed", p->seed);
}

int bs_describe_dataset(const bs_dataset *ds, const bs_dataset_summary *sum, int with_limit, bs_bytes *out,
                        bs_err *err)
{
    cJSON *root = cJSON_CreateObject(), *part;
    char hex[BS_SHA256_HEX];

    cJSON_AddStringToObject(root, "made_by", "blursynth");
    cJSON_AddStringToObject(root, "version", bs_version());
    add_options(root, ds, with_limit);
    bs_describe_camera(root, &ds->plan.camera);
    part = cJSON_AddObjectToObject(root, "inputs");
    bs_sha256_hex(&ds->inputs, hex);
    cJSON_AddStringToObject(part, "fingerprint", hex);
    bs_json_add_uint(part, "trajectories", ds->plan.n_trajectories);
    bs_json_add_uint(part, "frames", ds->plan.n_frames_used);
    if (sum) {
        part = cJSON_AddObjectToObject(root, "counts");
        bs_json_add_int(part, "planned", ds->plan.n_tuples);
        bs_json_add_int(part, "made", sum->made + sum->kept);
        bs_json_add_int(part, "lost_to_bad_input", sum->lost);
        bs_json_add_uint(part, "inputs_skipped", sum->n_skips);
        bs_spread_describe(part, &sum->spread, bs_spread_has_target(&ds->opt));
    }
    return bs_json_print(root, 1, out, err);
}
