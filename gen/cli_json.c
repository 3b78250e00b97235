#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "gen/cli.h"

#define MAX_SKIPS 100

/* Bytes of the UTF-8 character at 's', or 0 if there is none (Unicode 15, table 3-7). */
static size_t utf8_length(const unsigned char *s)
{
    const size_t n = s[0] < 0x80   ? 1
                     : s[0] < 0xc2 ? 0
                     : s[0] < 0xe0 ? 2
                     : s[0] < 0xf0 ? 3
                     : s[0] < 0xf5 ? 4
                                   : 0;

    for (size_t i = 1; i < n; i++)
        if ((s[i] & 0xc0) != 0x80)
            return 0;
    if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) || (s[0] == 0xf0 && s[1] < 0x90) ||
        (s[0] == 0xf4 && s[1] > 0x8f))
        return 0;
    return n;
}

/* A file name is any bytes, a JSON text is UTF-8: each byte that does not fit becomes U+FFFD. */
static void add_text(cJSON *to, const char *key, const char *text)
{
    const unsigned char *s = (const unsigned char *)text;
    char *clean = text ? malloc(3 * strlen(text) + 1) : NULL, *c = clean;

    if (!clean) {
        cJSON_AddNullToObject(to, key);
        return;
    }
    while (*s) {
        const size_t n = utf8_length(s);

        memcpy(c, n ? (const char *)s : "\xef\xbf\xbd", n ? n : 3);
        c += n ? n : 3;
        s += n ? n : 1;
    }
    *c = '\0';
    cJSON_AddStringToObject(to, key, clean);
    free(clean);
}

static void add_number(cJSON *to, const char *key, double v)
{
    cJSON_AddNumberToObject(to, key, v);
}

static void add_response(cJSON *to, const bs_dataset_plan *p, double gamma)
{
    char text[32];

    snprintf(text, sizeof text, "gamma:%.9g", gamma);
    add_text(to, "response",
             p->response == BS_RESPONSE_GAMMA ? text : bs_cli_word_in_force("response", p->response));
}

static void add_plan(cJSON *to, const bs_dataset_plan *p, double gamma)
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
    add_response(o, p, gamma);
    add_text(o, "depth_zero", bs_cli_word_in_force("depth-zero", p->depth_zero));
    add_number(o, "trace_rows", (double)p->trace->rows);
    add_number(o, "trace_seconds", 1e-9 * (double)(p->trace->end_ns - p->trace->start_ns));
    add_number(o, "trace_hz", 1e9 / (double)p->trace->median_interval_ns);
    add_number(o, "trace_gaps", (double)p->trace->n_stretches - 1);
    add_text(o, "backend", p->backend);
    add_text(o, "notice", p->notice);
}

static void add_skips(cJSON *to, const bs_dataset *ds, size_t n_skips)
{
    cJSON *list = cJSON_AddArrayToObject(to, "skipped");

    for (size_t i = 0; i < n_skips && i < MAX_SKIPS; i++) {
        const bs_dataset_skip skip = bs_dataset_get_skip(ds, i);
        cJSON *o = cJSON_CreateObject();

        add_text(o, "input", skip.input);
        add_text(o, "reason", skip.reason);
        cJSON_AddItemToArray(list, o);
    }
}

static cJSON *make_json(const bs_cli_outcome *out)
{
    const bs_dataset_summary *s = &out->sum;
    const int planned_only = out->cli->dry_run && !out->code;
    cJSON *o = cJSON_CreateObject();

    add_text(o, "status", planned_only ? "planned" : bs_cli_status_word(out->status));
    add_number(o, "exit", out->status);
    add_text(o, "output", out->cli->opt.format == BS_FORMAT_NULL ? NULL : out->cli->opt.output);
    add_number(o, "planned", out->plan ? (double)out->plan->n_tuples : 0);
    add_number(o, "made", (double)s->made);
    add_number(o, "kept", (double)s->kept);
    add_number(o, "lost", (double)s->lost);
    add_number(o, "n_skipped", (double)s->n_skips);
    add_skips(o, out->ds, s->n_skips);
    add_number(o, "seconds", out->seconds);
    add_number(o, "tuples_per_s", out->seconds > 0 ? (double)s->made / out->seconds : 0);
    add_number(o, "bytes", (double)s->bytes);
    add_number(o, "mean_px", s->mean_px);
    add_number(o, "max_px", s->max_px);
    add_text(o, "error", out->error);
    if (out->plan)
        add_plan(o, out->plan, out->cli->opt.gamma);
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
