/* What of a dataset is finished, and whether it is this one. */
#include "gen/dataset.h"
#include "gen/spread.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

static void add_word(char *list, size_t n, const char *word)
{
    const size_t used = strlen(list);

    snprintf(list + used, n - used, "%s%s", used ? ", " : "", word);
}

/* The members of object 'a' that 'b' does not have with the same value, and the other way round. */
static void list_differences(const cJSON *a, const cJSON *b, char *list, size_t n)
{
    const cJSON *m;

    cJSON_ArrayForEach (m, a)
        if (strcmp(m->string, "limit") &&
            !cJSON_Compare(m, cJSON_GetObjectItemCaseSensitive(b, m->string), 1))
            add_word(list, n, m->string);
    cJSON_ArrayForEach (m, b)
        if (strcmp(m->string, "limit") && !cJSON_HasObjectItem(a, m->string))
            add_word(list, n, m->string);
}

/* A dataset may grow: a later limit may be higher or gone, but what is there must not be left over. */
static int limit_shrinks(const cJSON *old, const cJSON *new)
{
    const int64_t had = bs_json_int(cJSON_GetObjectItem(old, "options"), "limit");
    const int64_t has = bs_json_int(cJSON_GetObjectItem(new, "options"), "limit"); /* -1: none */

    return has >= 0 && (had < 0 || has < had);
}

/* The seed of a description that is JSON, in whole digits: cJSON's doubles do not tell large ones apart. */
static uint64_t seed_of(const bs_bytes *text)
{
    uint64_t seed = 0;

    for (size_t i = 0; i + 7 < text->n; i++) /* the last one: a split may be called "seed" */
        if (!memcmp(text->data + i, "\"seed\":", 7))
            seed = strtoull((const char *)text->data + i + 7, NULL, 10);
    return seed;
}

static cJSON *parse(const bs_bytes *text)
{
    return cJSON_ParseWithLength((const char *)text->data, text->n);
}

/* Names what differs between the dataset that is there and the one to be made; empty if nothing does. */
static void compare(const cJSON *old, const cJSON *new, char *list, size_t n)
{
    static const char *const whole[] = { "version", "camera", "inputs" };

    *list = 0;
    list_differences(cJSON_GetObjectItem(old, "options"), cJSON_GetObjectItem(new, "options"), list, n);
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++)
        if (!cJSON_Compare(cJSON_GetObjectItem(old, whole[i]), cJSON_GetObjectItem(new, whole[i]), 1))
            add_word(list, n, whole[i]);
}

static int clear(bs_output *o, const cJSON *old, bs_err *err)
{
    const cJSON *split = cJSON_GetObjectItem(cJSON_GetObjectItem(old, "options"), "split"), *m;
    const char *names[BS_MAX_SPLITS];
    int n = 0;

    cJSON_ArrayForEach (m, split)
        if (n < BS_MAX_SPLITS)
            names[n++] = m->string;
    return bs_output_clear(o, names, n, err);
}

static const char *made_by(const cJSON *description)
{
    const char *name = cJSON_GetStringValue(cJSON_GetObjectItem(description, "made_by"));

    return name ? name : "";
}

/* Reads the dataset.json that is there into '*old' (NULL if it is damaged), and refuses it unless it is of
 * this dataset, or ours and to be overwritten. */
static int settle(const bs_dataset *ds, const bs_output *o, cJSON **old, bs_err *err)
{
    const char *dir = ds->opt.output;
    bs_bytes there = { 0 }, text = { 0 };
    cJSON *new = NULL;
    char list[512] = "";
    int rc = bs_output_read(o, "dataset.json", &there, err);

    rc = rc ? rc : bs_describe_dataset(ds, NULL, 1, &text, err);
    if (rc == BS_OK) {
        *old = parse(&there);
        new = parse(&text);
    }
    if (*old && strcmp(made_by(*old), "blursynth")) {
        rc = bs_fail(err, BS_ECONFIG, "%s/dataset.json was not made by blursynth; give another folder", dir);
    } else if (rc == BS_OK && !*old && !ds->opt.overwrite) {
        rc = bs_fail(err, BS_ECONFIG,
                     "%s/dataset.json is damaged, so nobody can tell whether this is the same dataset; use "
                     "another folder, or --overwrite to start anew",
                     dir);
    } else if (rc == BS_OK && !ds->opt.overwrite) {
        compare(*old, new, list, sizeof list);
        if (!*list && seed_of(&there) != seed_of(&text))
            add_word(list, sizeof list, "seed");
        if (limit_shrinks(*old, new))
            add_word(list, sizeof list, "limit");
        if (*list)
            rc = bs_fail(err, BS_ECONFIG,
                         "%s was made with another configuration (differs in: %s); use another folder, or "
                         "--overwrite to start anew",
                         dir, list);
    }
    cJSON_Delete(new);
    bs_bytes_free(&there);
    bs_bytes_free(&text);
    return rc;
}

/* What is there; '*old' belongs to the caller. */
static int look(const bs_dataset *ds, bs_output_state *state, cJSON **old, bs_err *err)
{
    bs_output *o = NULL;
    int rc = bs_output_look(ds->opt.output, state, err);

    if (rc == BS_OK && *state == BS_OUTPUT_FOREIGN)
        rc = bs_fail(err, BS_ECONFIG, "%s is not empty and holds no dataset.json; give another folder",
                     ds->opt.output);
    if (rc == BS_OK && *state == BS_OUTPUT_DATASET) {
        rc = bs_output_view(ds->opt.output, &o, err);
        rc = rc ? rc : settle(ds, o, old, err);
    }
    bs_output_close(&o);
    return rc;
}

int bs_manifest_check(const bs_dataset *ds, bs_err *err)
{
    bs_output_state state;
    cJSON *old = NULL;
    const int rc = look(ds, &state, &old, err);

    cJSON_Delete(old);
    return rc;
}

/* Whether the limit has grown: what the folder says of itself has to follow before tuples do. */
static int is_other(const cJSON *old, const bs_bytes *text)
{
    cJSON *new = parse(text);
    const int other =
        !cJSON_Compare(cJSON_GetObjectItem(old, "options"), cJSON_GetObjectItem(new, "options"), 1);

    cJSON_Delete(new);
    return other;
}

int bs_manifest_claim(bs_dataset *ds, bs_output **out, bs_err *err)
{
    bs_output_state state;
    bs_output *o = NULL;
    bs_bytes text = { 0 };
    cJSON *old = NULL;
    int rc = look(ds, &state, &old, err);

    rc = rc ? rc : bs_describe_dataset(ds, NULL, 1, &text, err);
    rc = rc ? rc : bs_output_open(ds->opt.output, &o, err);
    if (rc == BS_OK && state == BS_OUTPUT_DATASET && ds->opt.overwrite)
        rc = clear(o, old, err);
    if (rc == BS_OK && (state == BS_OUTPUT_ABSENT || ds->opt.overwrite || is_other(old, &text)))
        rc = bs_output_write_synced(o, "dataset.json", text.data, text.n, err);
    cJSON_Delete(old);
    bs_bytes_free(&text);
    if (rc == BS_OK)
        *out = o;
    else
        bs_output_close(&o);
    return rc;
}

typedef struct collector {
    bs_output_file *metadata[BS_MAX_SPLITS + 1]; /* the last one: no splits */
    bs_output_file *skipped;
    const bs_dataset *ds;
    bs_spread *spread; /* of the blur of all tuples, whichever run made them */
    int64_t lines;
    cJSON *skip; /* the last skip line, not written yet: the next shard may go on with it */
    int rc;
    bs_err *err;
} collector;

static int flush_skip(collector *c)
{
    bs_bytes line = { 0 };
    int rc = BS_OK;

    if (c->skip)
        rc = bs_describe_skip(bs_json_text(c->skip, "input"), bs_json_text(c->skip, "reason"),
                              bs_json_int(c->skip, "tuples"), &line, c->err);
    if (c->skip && rc == BS_OK)
        rc = bs_output_append(c->skipped, line.data, line.n, c->err);
    cJSON_Delete(c->skip);
    c->skip = NULL;
    bs_bytes_free(&line);
    return rc;
}

/* A frame whose samples lie in two shards is one input: its lines become one. */
static int take_skip(collector *c, const cJSON *line)
{
    int64_t tuples = bs_json_int(line, "tuples");

    if (c->skip && !strcmp(bs_json_text(c->skip, "input"), bs_json_text(line, "input")))
        tuples += bs_json_int(c->skip, "tuples");
    else
        c->rc = flush_skip(c);
    cJSON_Delete(c->skip);
    c->skip = cJSON_Duplicate(line, 1);
    if (c->rc == BS_OK && !c->skip)
        c->rc = bs_fail(c->err, BS_ENOMEM, "no memory for the list of skipped inputs");
    if (c->skip)
        cJSON_SetNumberValue(cJSON_GetObjectItem(c->skip, "tuples"), (double)tuples);
    return c->rc == BS_OK;
}

static int take_line(void *user, const cJSON *line, const char *raw, size_t n)
{
    collector *c = user;
    int split = BS_MAX_SPLITS;

    if (c->lines++ == 0)
        return 1;
    if (cJSON_HasObjectItem(line, "input"))
        return take_skip(c, line);
    for (int i = 0; i < c->ds->opt.n_splits; i++)
        if (!strcmp(bs_json_text(line, "split"), c->ds->opt.splits[i].name))
            split = i;
    bs_spread_add(c->spread, cJSON_GetNumberValue(cJSON_GetObjectItem(line, "mean_px")));
    c->rc = bs_output_append(c->metadata[split], raw, n, c->err);
    return c->rc == BS_OK;
}

static int begin_all(collector *c, bs_output *o)
{
    const bs_dataset *ds = c->ds;
    char path[BS_SPLIT_NAME + 32];
    int rc = bs_output_begin(o, "__meta__/skipped.jsonl", &c->skipped, c->err);

    for (int i = 0; rc == BS_OK && i < ds->opt.n_splits; i++) {
        snprintf(path, sizeof path, "%s/metadata.jsonl", ds->opt.splits[i].name);
        rc = bs_output_begin(o, path, &c->metadata[i], c->err);
    }
    if (rc == BS_OK && !ds->opt.n_splits)
        rc = bs_output_begin(o, "metadata.jsonl", &c->metadata[BS_MAX_SPLITS], c->err);
    return rc;
}

/* Inputs that discovery could not use cost no planned tuple, and stand before those that reading lost. */
static int write_discovery_skips(collector *c)
{
    bs_bytes line = { 0 };
    int rc = BS_OK;

    for (size_t i = 0; rc == BS_OK && i < bs_source_n_skips(c->ds->source); i++) {
        const bs_skip *s = bs_source_skip(c->ds->source, i);

        line.n = 0;
        rc = bs_describe_skip(s->input, s->reason, 0, &line, c->err);
        rc = rc ? rc : bs_output_append(c->skipped, line.data, line.n, c->err);
    }
    bs_bytes_free(&line);
    return rc;
}

int bs_manifest_finish(const bs_dataset *ds, bs_output *o, const bs_dataset_summary *sum, bs_err *err)
{
    const int64_t shards = (ds->plan.n_tuples + ds->opt.shard_size - 1) / ds->opt.shard_size;
    collector c = { .ds = ds, .err = err };
    bs_dataset_summary all = *sum;
    bs_bytes text = { 0 };
    char path[64];

    c.rc = bs_spread_create(&c.spread, err);
    c.rc = c.rc ? c.rc : begin_all(&c, o);
    c.rc = c.rc ? c.rc : write_discovery_skips(&c);
    for (int64_t s = 0; c.rc == BS_OK && s < shards; s++) {
        bs_marker_path(s, path, sizeof path);
        text.n = 0;
        c.lines = 0;
        c.rc = bs_output_read(o, path, &text, err);
        if (c.rc == BS_OK && !bs_marker_each_line(&text, take_line, &c) && c.rc == BS_OK)
            c.rc = bs_fail(err, BS_EIO, "%s/%s is damaged; run the same command again", ds->opt.output, path);
    }
    text.n = 0;
    c.rc = c.rc ? c.rc : flush_skip(&c);
    if (c.rc == BS_OK)
        bs_spread_tell(c.spread, &ds->opt, &all.spread);
    c.rc = c.rc ? c.rc : bs_describe_dataset(ds, &all, 1, &text, err);
    c.rc = c.rc ? c.rc : bs_output_finish(&c.skipped, err);
    for (int i = 0; i <= BS_MAX_SPLITS; i++)
        if (c.rc == BS_OK && c.metadata[i])
            c.rc = bs_output_finish(&c.metadata[i], err);
    c.rc = c.rc ? c.rc : bs_output_write_synced(o, "dataset.json", text.data, text.n, err);
    c.rc = c.rc ? c.rc : bs_output_sync(o, err);
    cJSON_Delete(c.skip);
    bs_spread_destroy(&c.spread);
    bs_output_abandon(&c.skipped);
    for (int i = 0; i <= BS_MAX_SPLITS; i++)
        bs_output_abandon(&c.metadata[i]);
    bs_bytes_free(&text);
    return c.rc;
}
