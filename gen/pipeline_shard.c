/* A shard of a run: what is there of it, what becomes of its samples, what is left on disk. */
#include "gen/pipeline.h"

#include <stdlib.h>
#include <string.h>

int bs_shard_say(bs_shard *s, int64_t key, const void *text, size_t n, bs_err *err)
{
    bs_sample_result *result = bs_shard_result(s, key);
    const int rc = bs_bytes_append(&s->text, text, n, err);

    if (rc == BS_OK) {
        result->text_at = s->text.n - n;
        result->n_text = n;
    }
    return rc;
}

static const char *text_of(const bs_shard *s, const bs_sample_result *result)
{
    return (const char *)s->text.data + result->text_at;
}

int64_t bs_shard_count(const bs_shard *s, int made)
{
    int64_t n = 0;

    for (int64_t key = s->first; key < s->last; key++)
        n += bs_shard_result(s, key)->made == made;
    return n;
}

typedef struct keeper {
    bs_shard *s;
    int rc;
    bs_err *err;
} keeper;

/* A tuple that an earlier run has made. */
static int keep(void *user, int64_t key, const char *line, size_t n)
{
    keeper *k = user;

    bs_shard_result(k->s, key)->made = BS_SAMPLE_KEPT;
    k->rc = bs_shard_say(k->s, key, line, n, k->err);
    return k->rc == BS_OK;
}

static void skip_kept(bs_shard *s)
{
    while (s->next < s->last && bs_shard_result(s, s->next)->made)
        s->next++;
}

int bs_shard_open(const bs_run *r, int64_t index, bs_shard **out, bs_err *err)
{
    const int64_t size = r->ds->opt.shard_size, end = (index + 1) * size;
    bs_shard *s = calloc(1, sizeof *s);
    keeper k = { .s = s, .err = err };
    int rc = BS_OK;

    if (s) {
        s->index = index;
        s->first = s->next = index * size;
        s->last = end < r->ds->plan.n_tuples ? end : r->ds->plan.n_tuples;
        s->results = calloc((size_t)(s->last - s->first), sizeof *s->results);
    }
    if (!s || !s->results)
        rc = bs_fail(err, BS_ENOMEM, "no memory for a shard of %lld samples", (long long)size);
    if (rc == BS_OK && r->out)
        rc = bs_manifest_take(r->ds, r->out, index, keep, &k, &s->is_marked, err);
    rc = rc ? rc : k.rc;
    if (rc == BS_OK) {
        skip_kept(s);
        *out = s;
    }
    if (rc != BS_OK)
        bs_shard_free(&s);
    return rc;
}

void bs_shard_free(bs_shard **s)
{
    if (!*s)
        return;
    free((*s)->results);
    bs_bytes_free(&(*s)->text);
    free(*s);
    *s = NULL;
}

int bs_shard_take(const bs_run *r, bs_shard *s, int64_t *begin, int64_t *end)
{
    int64_t stop;

    if (s->next == s->last)
        return 0;
    stop = (s->next / r->piece + 1) * r->piece;
    *begin = s->next;
    *end = s->next = stop < s->last ? stop : s->last;
    skip_kept(s);
    s->in_hand++;
    return 1;
}

int64_t bs_shard_pieces(const bs_run *r, const bs_shard *s)
{
    return s->next < s->last ? (s->last - 1) / r->piece - s->next / r->piece + 1 : 0;
}

int bs_shard_is_done(const bs_shard *s)
{
    return s->next == s->last && !s->in_hand;
}

/* One line for a frame that failed at sample 'key', for all its samples in the shard that are missing; however
 * they were shared out among threads. */
static int add_skip(const bs_run *r, const bs_shard *s, int64_t key, bs_bytes *lines, bs_err *err)
{
    const bs_dataset *ds = r->ds;
    const bs_used *used = bs_dataset_used(ds, key);
    int64_t tuples = 0;

    for (int64_t k = key; k < s->last && bs_dataset_used(ds, k) == used; k++)
        tuples += bs_shard_result(s, k)->made == BS_SAMPLE_MISSING;
    for (int64_t k = key - 1; k >= s->first && bs_dataset_used(ds, k) == used; k--)
        if (bs_shard_result(s, k)->made == BS_SAMPLE_MISSING)
            return BS_OK; /* told there */
    return bs_describe_skip(bs_source_frame_name(ds->source, used->frame),
                            text_of(s, bs_shard_result(s, key)), tuples, lines, err);
}

/* The lines of a shard's samples in order of key; 'all': skip lines too. */
static int collect(const bs_run *r, const bs_shard *s, int all, bs_bytes *lines, bs_err *err)
{
    int rc = BS_OK;

    for (int64_t key = s->first; rc == BS_OK && key < s->last; key++) {
        const bs_sample_result *result = bs_shard_result(s, key);

        if (result->made)
            rc = bs_bytes_append(lines, text_of(s, result), result->n_text, err);
        else if (all && result->n_text)
            rc = add_skip(r, s, key, lines, err);
    }
    return rc;
}

int bs_shard_commit(const bs_run *r, bs_shard *s, bs_err *err)
{
    const int64_t lost = bs_shard_count(s, BS_SAMPLE_MISSING);
    bs_bytes lines = { 0 };
    int rc = BS_OK;

    if (!r->out || (s->is_marked && bs_shard_count(s, BS_SAMPLE_KEPT) == s->last - s->first))
        return BS_OK;
    rc = collect(r, s, 1, &lines, err);
    if (rc == BS_OK)
        rc = bs_manifest_commit(r->ds, r->out, s->index, &lines, s->last - s->first - lost, lost, err);
    bs_bytes_free(&lines);
    return rc;
}

void bs_shard_leave_part(const bs_run *r, bs_shard *s)
{
    const int64_t made = s->last - s->first - bs_shard_count(s, BS_SAMPLE_MISSING);
    bs_bytes lines = { 0 };
    bs_err ignored = { 0 };

    if (!r->out || !bs_shard_count(s, BS_SAMPLE_MADE))
        return; /* what is on disk says it all */
    if (collect(r, s, 0, &lines, &ignored) == BS_OK)
        bs_manifest_leave_part(r->ds, r->out, s->index, &lines, made, &ignored);
    bs_bytes_free(&lines);
}

int bs_shard_add_up(bs_run *r, const bs_shard *s, bs_err *err)
{
    bs_dataset_summary *sum = r->sum;
    int rc = BS_OK;

    for (int64_t key = s->first; rc == BS_OK && key < s->last; key++) {
        const bs_sample_result *result = bs_shard_result(s, key);
        const char *input = bs_source_frame_name(r->ds->source, bs_dataset_used(r->ds, key)->frame);

        if (!result->made && result->n_text)
            rc = bs_dataset_note_skip(r->ds, input, text_of(s, result), err);
        if (result->made != BS_SAMPLE_MADE)
            continue;
        sum->made++;
        sum->coarse += result->coarse;
        sum->mean_px += result->mean_px;
        bs_spread_add(r->spread, result->mean_px);
        sum->max_px = result->max_px > sum->max_px ? result->max_px : sum->max_px;
    }
    return rc;
}
