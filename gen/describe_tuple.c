/* What a tuple says about itself, as JSON: its file, its line, and why it is not there. */
#include "gen/describe.h"
#include "gen/json_add.h"
#include "gen/json_text.h"

#include <inttypes.h>
#include <stdio.h>

static void add_statistics(cJSON *o, const bs_dataset *ds, const bs_worker *w)
{
    if (w->motion.wanted_px > 0)
        bs_json_add_rounded(o, "wanted_px", w->motion.wanted_px);
    bs_json_add_rounded(o, "mean_px", w->tuple.mean_px);
    bs_json_add_rounded(o, "max_px", w->tuple.max_px);
    bs_json_add_rounded(o, "linearity_error_px", w->tuple.linearity_error_px);
    bs_json_add_rounded(o, "max_step_px", w->motion.max_step_px);
    if (w->tuple.mask) /* nobody knows without an image */
        bs_json_add_rounded(o, "seen_share", w->tuple.seen_share);
    if (ds->opt.frames_per_sequence > 1)
        bs_json_add_rounded(o, "sharp_seen_share", w->tuple.sharp_seen_share);
}

int bs_describe_tuple(const bs_dataset *ds, int64_t key, const bs_worker *w, bs_bytes *out, bs_err *err)
{
    const bs_used *used = bs_dataset_used(ds, key);
    cJSON *root = cJSON_CreateObject(), *part;

    bs_json_add_int(root, "key", key);
    cJSON_AddStringToObject(root, "version", bs_version());
    part = cJSON_AddObjectToObject(root, "source");
    cJSON_AddStringToObject(part, "kind", bs_source_names[ds->opt.source]);
    bs_json_add_text(part, "trajectory", bs_source_trajectory(ds->source, used->trajectory)->name);
    bs_json_add_text(part, "photo", bs_source_frame_name(ds->source, used->frame));
    bs_json_add_text(part, "depth", bs_source_depth_name(ds->source, used->frame));
    cJSON_AddStringToObject(part, "depth_zero", bs_zero_names[ds->plan.depth_zero]);
    cJSON_AddStringToObject(part, "depth_cleanup", bs_cleanup_names[ds->plan.cleanup]);
    bs_describe_camera(root, &w->frame.camera);
    bs_describe_exposure(root, ds, &w->motion);
    bs_describe_choice(root, ds, &w->motion);
    bs_describe_sequence(root, ds, key, &w->motion);
    part = cJSON_AddObjectToObject(root, "blur");
    add_statistics(part, ds, w);
    bs_describe_method(root, ds);
    bs_describe_response(root, ds);
    bs_describe_noise(root, ds->opt.noise_peak);
    bs_describe_imu_draw(root, ds, w);
    bs_json_add_uint(root, "seed", ds->opt.seed);
    bs_describe_poses(root, &w->motion);
    return bs_json_print(root, 1, out, err);
}

/* Names that Hugging Face's loaders turn into images end in file_name; the others are paths. */
static const char *const path_keys[BS_MEMBERS] = { "file_name",        "sharp_file_name", "kernel_path",
                                                   "depth_path",       "mask_path",       "meta_path",
                                                   "kernel_noisy_path" };

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
    bs_json_add_int(root, "key", key);
    if (split >= 0)
        cJSON_AddStringToObject(root, "split", ds->opt.splits[split].name);
    bs_json_add_text(root, "source", bs_source_frame_name(ds->source, used->frame));
    bs_json_add_text(root, "trajectory", bs_source_trajectory(ds->source, used->trajectory)->name);
    if (ds->opt.frames_per_sequence > 1) {
        bs_json_add_int(root, "sequence", bs_sequence_of(&ds->opt, key));
        bs_json_add_int(root, "index", bs_sequence_index(&ds->opt, key));
    }
    bs_json_add_seconds(root, "exposure_s", w->motion.exposure.length_ns);
    bs_json_add_seconds(root, "start_s", w->motion.exposure.start_ns - ds->plan.trace->origin_ns);
    cJSON_AddNumberToObject(root, "n_poses", w->motion.n);
    add_statistics(root, ds, w);
    files = cJSON_AddObjectToObject(root, "files");
    for (int m = 0; m < BS_MEMBERS; m++)
        if (ds->opt.emit & (1u << m)) {
            cJSON *f = cJSON_AddObjectToObject(files, bs_member_folder(m));
            char hex[BS_SHA256_HEX];

            bs_json_add_uint(f, "bytes", w->files.member[m].n + w->files.n_more[m]);
            bs_sha256_hex(&w->files.sum[m], hex);
            cJSON_AddStringToObject(f, "sha256", hex);
        }
    return bs_json_print(root, 0, out, err);
}

int bs_describe_skip(const char *input, const char *reason, int64_t tuples, bs_bytes *out, bs_err *err)
{
    cJSON *root = cJSON_CreateObject();

    bs_json_add_text(root, "input", input);
    bs_json_add_text(root, "reason", reason);
    bs_json_add_int(root, "tuples", tuples);
    return bs_json_print(root, 0, out, err);
}
