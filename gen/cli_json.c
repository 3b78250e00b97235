#include <cjson/cJSON.h>
#include <string.h>

#include "gen/cli.h"
#include "gen/json_text.h"

#define MAX_SKIPS 100

static void add_number(cJSON *to, const char *key, double v)
{
    cJSON_AddNumberToObject(to, key, v);
}

static void add_response(cJSON *to, const bs_dataset_plan *p, double gamma)
{
    char text[32];

    snprintf(text, sizeof text, "gamma:%.9g", gamma);
    bs_json_add_text(to, "response",
                     p->response == BS_RESPONSE_GAMMA ? text : bs_cli_word_in_force("response", p->response));
}

/* What is asked of motion: null where nothing is. */
static void add_motion(cJSON *o, const bs_dataset_plan *p, const bs_dataset_options *opt)
{
    const int rolls = p->shutter != BS_SHUTTER_GLOBAL, wants = p->blur_max_px > 0;

    bs_json_add_text(o, "shutter", rolls ? "rolling" : "global");
    if (rolls) {
        add_number(o, "readout_s", 1e-9 * (double)p->readout_ns);
        bs_json_add_text(o, "readout_direction", bs_shutter_direction(p->shutter));
    }
    add_number(o, "frames_per_sequence", (double)opt->frames_per_sequence);
    if (opt->frames_per_sequence > 1)
        add_number(o, "frame_interval_s", 1e-9 * (double)opt->frame_interval_ns);
    cJSON_AddItemToObject(o, "wanted_px",
                          wants ? cJSON_CreateDoubleArray((double[]){ p->blur_min_px, p->blur_max_px }, 2)
                                : cJSON_CreateNull());
    bs_json_add_text(o, "imu_noise", opt->imu_noise);
}

static void add_plan(cJSON *to, const bs_dataset_plan *p, const bs_dataset_options *opt)
{
    cJSON *o = cJSON_AddObjectToObject(to, "plan");

    add_number(o, "trajectories", (double)p->n_trajectories);
    add_number(o, "frames_found", (double)p->n_frames_found);
    add_number(o, "frames_used", (double)p->n_frames_used);
    add_number(o, "tuples", (double)p->n_tuples);
    add_number(o, "bytes", (double)p->n_tuples * (double)p->bytes_per_tuple);
    add_number(o, "width", p->camera.width);
    add_number(o, "height", p->camera.height);
    add_number(o, "fx", p->camera.fx);
    add_number(o, "fy", p->camera.fy);
    add_number(o, "cx", p->camera.cx);
    add_number(o, "cy", p->camera.cy);
    cJSON_AddBoolToObject(o, "camera_guessed", p->camera_guessed);
    add_response(o, p, opt->gamma);
    bs_json_add_text(o, "method", bs_cli_word_in_force("method", (int)opt->method));
    if (opt->method == BS_METHOD_FIRST_HIT) /* scatter copies pixels */
        bs_json_add_text(o, "interpolation", bs_cli_word_in_force("interpolation", (int)opt->interpolation));
    bs_json_add_text(o, "inpaint", bs_cli_word_in_force("inpaint", p->inpaint));
    bs_json_add_text(o, "depth_zero", bs_cli_word_in_force("depth-zero", p->depth_zero));
    bs_json_add_text(o, "depth_cleanup", bs_cli_word_in_force("depth-cleanup", p->cleanup));
    bs_json_add_text(o, "made_by", p->made_by);
    if (!p->made_by) {
        add_number(o, "trace_rows", (double)p->trace->rows);
        add_number(o, "trace_seconds", 1e-9 * (double)(p->trace->end_ns - p->trace->start_ns));
        add_number(o, "trace_hz", 1e9 / (double)p->trace->median_interval_ns);
        add_number(o, "trace_gaps", (double)p->trace->n_stretches - 1);
    }
    add_motion(o, p, opt);
    bs_json_add_text(o, "backend", p->backend);
    bs_json_add_text(o, "backend_why", p->backend_why);
    bs_json_add_text(o, "notice", p->notice);
}

static void add_skips(cJSON *to, const bs_dataset *ds, size_t n_skips)
{
    cJSON *list = cJSON_AddArrayToObject(to, "skipped");

    for (size_t i = 0; i < n_skips && i < MAX_SKIPS; i++) {
        const bs_dataset_skip skip = bs_dataset_get_skip(ds, i);
        cJSON *o = cJSON_CreateObject();

        bs_json_add_text(o, "input", skip.input);
        bs_json_add_text(o, "reason", skip.reason);
        cJSON_AddItemToArray(list, o);
    }
}

/* The distribution of blur over the tuples made, or null. */
static void add_spread(cJSON *to, const bs_blur_spread *s, int has_target)
{
    cJSON *o = s->n ? cJSON_AddObjectToObject(to, "blur") : cJSON_AddNullToObject(to, "blur"), *histogram;

    if (!s->n)
        return;
    add_number(o, "p10_px", s->p10_px);
    add_number(o, "p50_px", s->p50_px);
    add_number(o, "p90_px", s->p90_px);
    add_number(o, "bin_px", s->bin_px);
    histogram = cJSON_AddArrayToObject(o, "histogram");
    for (int i = 0; i < s->n_bins; i++)
        cJSON_AddItemToArray(histogram, cJSON_CreateNumber((double)s->histogram[i]));
    if (has_target)
        add_number(o, "off_target", (double)s->off_target);
}

static cJSON *make_json(const bs_cli_outcome *out)
{
    const bs_dataset_summary *s = &out->sum;
    const int planned_only = out->cli->dry_run && !out->code;
    cJSON *o = cJSON_CreateObject();

    bs_json_add_text(o, "status", planned_only ? "planned" : bs_cli_status_word(out->status));
    add_number(o, "exit", out->status);
    bs_json_add_text(o, "output", out->cli->opt.format == BS_FORMAT_NULL ? NULL : out->cli->opt.output);
    add_number(o, "planned", out->plan ? (double)out->plan->n_tuples : 0);
    add_number(o, "made", (double)s->made);
    add_number(o, "kept", (double)s->kept);
    add_number(o, "lost", (double)s->lost);
    add_number(o, "n_skipped", (double)s->n_skips);
    add_skips(o, out->ds, s->n_skips);
    add_number(o, "seconds", out->seconds);
    add_number(o, "tuples_per_s", out->seconds > 0 ? (double)s->made / out->seconds : 0);
    add_number(o, "bytes", (double)s->bytes);
    add_number(o, "coarse", (double)s->coarse);
    add_number(o, "mean_px", s->mean_px);
    add_number(o, "max_px", s->max_px);
    add_spread(o, &s->spread,
               out->plan && out->plan->blur_max_px > 0 && out->cli->opt.frames_per_sequence <= 1);
    bs_json_add_text(o, "error", out->error);
    if (out->plan)
        add_plan(o, out->plan, &out->cli->opt);
    return o;
}

int bs_cli_print_json(FILE *to, const bs_cli_outcome *out, bs_err *err)
{
    cJSON *o = make_json(out);
    char *text = o ? cJSON_PrintUnformatted(o) : NULL;
    const int rc = text ? BS_OK : bs_fail(err, BS_ENOMEM, "no memory for the JSON summary");

    if (text)
        fprintf(to, "%s\n", text);
    cJSON_free(text);
    cJSON_Delete(o);
    return rc;
}
