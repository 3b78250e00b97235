/* The markers of shards: what is finished of each, and what an interrupted run left. */
#include "gen/dataset.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>

void bs_marker_path(int64_t shard, char *out, size_t n)
{
    snprintf(out, n, "__meta__/%06" PRId64 ".jsonl", shard);
}

static void part_path(int64_t shard, char *out, size_t n)
{
    snprintf(out, n, "__meta__/%06" PRId64 ".part.jsonl", shard);
}

int bs_marker_each_line(const bs_bytes *text,
                        int (*take)(void *user, const cJSON *line, const char *raw, size_t n), void *user)
{
    const char *p = (const char *)text->data, *end = text->n ? p + text->n : p;
    int going = 1;

    while (going && p < end) {
        const char *stop = memchr(p, '\n', (size_t)(end - p));
        cJSON *line = stop ? cJSON_ParseWithLength(p, (size_t)(stop - p)) : NULL;

        going = line && take(user, line, p, (size_t)(stop - p) + 1);
        cJSON_Delete(line);
        p = stop ? stop + 1 : end;
    }
    return going;
}

const char *bs_json_text(const cJSON *o, const char *name)
{
    const char *s = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(o, name));

    return s ? s : "";
}

int64_t bs_json_int(const cJSON *o, const char *name)
{
    const cJSON *m = cJSON_GetObjectItemCaseSensitive(o, name);

    return cJSON_IsNumber(m) ? (int64_t)m->valuedouble : -1;
}

typedef struct reader {
    const bs_dataset *ds;
    const bs_output *out;
    int64_t shard, lines;
    int (*keep)(void *user, int64_t key, const char *line, size_t n);
    void *user;
} reader;

/* Whether every file of a metadata line is there with its size. */
static int files_are_there(const reader *r, int64_t key, const cJSON *line)
{
    const cJSON *files = cJSON_GetObjectItem(line, "files");

    for (int m = 0; m < BS_MEMBERS; m++) {
        char path[128];

        if (!(r->ds->opt.emit & (1u << m)))
            continue;
        bs_member_path(r->ds, key, m, path, sizeof path);
        if (bs_output_size(r->out, path) !=
            bs_json_int(cJSON_GetObjectItem(files, bs_member_folder(m)), "bytes"))
            return 0;
    }
    return 1;
}

static int take(void *user, const cJSON *line, const char *raw, size_t n)
{
    reader *r = user;
    const int64_t key = bs_json_int(line, "key");
    char hex[BS_SHA256_HEX];

    if (r->lines++ == 0) {
        bs_sha256_hex(&r->ds->config, hex);
        return !strcmp(bs_json_text(line, "config"), hex);
    }
    if (key < 0 || key >= r->ds->plan.n_tuples || key / r->ds->opt.shard_size != r->shard ||
        !files_are_there(r, key, line))
        return 1; /* an input that failed, or a tuple that was lost: it is tried again */
    return r->keep(r->user, key, raw, n);
}

int bs_manifest_take(const bs_dataset *ds, const bs_output *o, int64_t shard,
                     int (*keep)(void *user, int64_t key, const char *line, size_t n), void *user,
                     int *marked, bs_err *err)
{
    reader r = { .ds = ds, .out = o, .shard = shard, .keep = keep, .user = user };
    bs_bytes text = { 0 };
    char path[64];
    int rc = BS_OK;

    bs_marker_path(shard, path, sizeof path);
    *marked = bs_output_size(o, path) >= 0;
    if (*marked)
        rc = bs_output_read(o, path, &text, err);
    if (rc == BS_OK && !bs_marker_each_line(&text, take, &r))
        *marked = 0; /* damaged, or of another configuration: to be written anew */
    part_path(shard, path, sizeof path);
    if (rc == BS_OK && bs_output_size(o, path) >= 0) { /* a run that went on from the marker left more */
        *marked = 0;
        text.n = 0;
        r.lines = 0;
        rc = bs_output_read(o, path, &text, err);
        if (rc == BS_OK)
            bs_marker_each_line(&text, take, &r); /* up to where it is damaged, if it is */
    }
    bs_bytes_free(&text);
    return rc;
}

/* A marker's head and lines, under 'path'; the tuples first: it must never promise what is not there. */
static int write_marker(const bs_dataset *ds, bs_output *o, const char *path, int64_t shard,
                        const bs_bytes *lines, int64_t made, int64_t lost, bs_err *err)
{
    bs_bytes text = { 0 };
    char hex[BS_SHA256_HEX];
    int rc = bs_output_sync(o, err);

    bs_sha256_hex(&ds->config, hex);
    rc = rc ? rc
            : bs_bytes_printf(&text, err,
                              "{\"shard\":%" PRId64 ",\"config\":\"%s\",\"made\":%" PRId64
                              ",\"lost\":%" PRId64 "}\n",
                              shard, hex, made, lost);
    rc = rc ? rc : bs_bytes_append(&text, lines->data, lines->n, err);
    rc = rc ? rc : bs_output_write_synced(o, path, text.data, text.n, err);
    bs_bytes_free(&text);
    return rc;
}

int bs_manifest_commit(const bs_dataset *ds, bs_output *o, int64_t shard, const bs_bytes *lines, int64_t made,
                       int64_t lost, bs_err *err)
{
    char path[64];
    int rc;

    bs_marker_path(shard, path, sizeof path);
    rc = write_marker(ds, o, path, shard, lines, made, lost, err);
    part_path(shard, path, sizeof path);
    return rc ? rc : bs_output_remove(o, path, err);
}

int bs_manifest_leave_part(const bs_dataset *ds, bs_output *o, int64_t shard, const bs_bytes *lines,
                           int64_t made, bs_err *err)
{
    char path[64];

    part_path(shard, path, sizeof path);
    return write_marker(ds, o, path, shard, lines, made, 0, err);
}
