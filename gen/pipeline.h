/*
 * gen/pipeline.h - the run of a dataset, as its parts share it.  Internal to gen/.
 *
 *   pipeline.c         the caller's thread: opens shards ahead of the workers, commits them in order
 *   pipeline_worker.c  the workers: each decodes, blurs, encodes and writes samples, whatever their shard
 *   pipeline_shard.c   a shard: what is there of it, what becomes of its samples, what is left on disk
 *
 * Workers wait for nothing but work: a shard on its way to the disk keeps the caller's thread busy, not
 * them.  In flight are the frame of each worker and, of samples that are done, a line of text for each
 * until their shard is committed; n_open_max bounds how many shards wait.
 */
#ifndef BS_PIPELINE_H
#define BS_PIPELINE_H

#include <pthread.h>

#include "gen/dataset.h"
#include "gen/spread.h"

/* What became of a sample. */
enum { BS_SAMPLE_MISSING, BS_SAMPLE_MADE, BS_SAMPLE_KEPT /* by an earlier run */ };

typedef struct bs_sample_result {
    int made;   /* BS_SAMPLE_* */
    int coarse; /* its poses are farther apart than asked for */
    double mean_px, max_px;
    size_t text_at, n_text; /* in the shard's text: its metadata line; or, where its frame could not be used,
                               the reason as a string */
} bs_sample_result;

/* Samples first to last - 1 of the plan, which are committed together. */
typedef struct bs_shard {
    int64_t index, first, last;
    int64_t next;              /* the first sample that no worker has been given */
    int in_hand;               /* pieces of it that workers are at */
    int is_marked;             /* its commit marker is there and sound */
    bs_sample_result *results; /* [last - first], owned */
    bs_bytes text;             /* lines and reasons in the order they came */
} bs_shard;

typedef struct bs_run {
    bs_dataset *ds;
    const bs_dataset_watch *watch;
    bs_dataset_summary *sum;
    bs_output *out;    /* NULL for BS_FORMAT_NULL */
    bs_spread *spread; /* of the blur of what this run makes */
    int64_t piece;     /* samples that one worker makes in a row, at most: those that share a frame */
    int n_workers, threads;
    int64_t n_shards;

    /* What follows, and the shards it points to, is shared and guarded by 'lock'. */
    pthread_mutex_t lock;
    pthread_cond_t work;     /* told to workers: there may be work, or there will be none */
    pthread_cond_t progress; /* told to the caller's thread: a piece was given away or is done */
    int64_t opened, closed;  /* shards closed to opened - 1 are open */
    bs_shard **open;         /* [n_open_max] of them, by index modulo n_open_max; owned */
    int64_t n_open_max;
    int64_t done, lost; /* samples */
    int rc;             /* the first failure that ends the run */
    bs_err *err;
} bs_run;

/* All with the lock held, unless said otherwise. */

/* Whether the run is to end before it is done. */
int bs_run_should_stop(const bs_run *r);

/* Ends the run, unless something else has. */
void bs_run_fail(bs_run *r, int rc, const bs_err *why);

/* Counts samples and tells the watch. */
void bs_run_report(bs_run *r, int64_t made, int64_t lost);

/* pipeline_worker.c: threads that make samples until none is left or the run ends.  Without the lock.
 * BS_ENOMEM: not all could be started; those that were are to be joined even so. */
typedef struct bs_crew bs_crew;
int bs_crew_start(bs_run *r, bs_crew **out, bs_err *err);
void bs_crew_join(bs_crew **crew);

/* ---- pipeline_shard.c */

/* Sample 'key' of an open shard. */
static inline bs_sample_result *bs_shard_result(const bs_shard *s, int64_t key)
{
    return &s->results[key - s->first];
}

/* Without the lock: the shard as an earlier run left it. */
int bs_shard_open(const bs_run *r, int64_t index, bs_shard **out, bs_err *err);
void bs_shard_free(bs_shard **s);

/* The next piece for a worker: samples '*begin' to '*end' - 1, the first of them missing; 0 if none is
 * left. */
int bs_shard_take(const bs_run *r, bs_shard *s, int64_t *begin, int64_t *end);

/* How many pieces are left, at most. */
int64_t bs_shard_pieces(const bs_run *r, const bs_shard *s);

/* All samples are made, kept or lost. */
int bs_shard_is_done(const bs_shard *s);

/* Notes what is said of sample 'key': its metadata line, or why it is lost. */
int bs_shard_say(bs_shard *s, int64_t key, const void *text, size_t n, bs_err *err);

int64_t bs_shard_count(const bs_shard *s, int made);

/* Without the lock, of a shard that is done, or that no worker is at any more. */

/* Commits it, unless it was found committed and whole. */
int bs_shard_commit(const bs_run *r, bs_shard *s, bs_err *err);

/* Leaves what this run has made of it for the next one.  If that cannot be written either, the reason why the
 * run ends is the one to tell. */
void bs_shard_leave_part(const bs_run *r, bs_shard *s);

/* Adds what this run did to the summary and the list of skipped inputs, in order of key: the same whichever
 * thread made which sample. */
int bs_shard_add_up(bs_run *r, const bs_shard *s, bs_err *err);

#endif /* BS_PIPELINE_H */
