/* The threads that make samples: pieces of shards in order, one after the other, until none is left. */
#include "cuda/seat.h"
#include "gen/pipeline.h"

#include <stdlib.h>
#include <string.h>

/* One thread, and the piece in its hands. */
typedef struct hand {
    bs_run *r;
    pthread_t thread;
    bs_worker worker;
    int inner_threads; /* inside an image */
    bs_shard *shard;   /* NULL: none */
    int64_t key, end;
} hand;

struct bs_crew {
    bs_run *r;
    int n;     /* started */
    hand *all; /* [n_workers] */
};

static int write_files(const bs_run *r, int64_t key, const bs_worker *w, int64_t *bytes, bs_err *err)
{
    int rc = BS_OK;

    for (int m = 0; rc == BS_OK && m < BS_MEMBERS; m++) {
        const bs_bytes *file = &w->files.member[m];
        char path[128];

        if (!(r->ds->opt.emit & (1u << m)))
            continue;
        *bytes += (int64_t)(file->n + w->files.n_more[m]);
        bs_member_path(r->ds, key, m, path, sizeof path);
        if (r->out)
            rc = bs_output_write_two(r->out, path, file->data, file->n, w->files.more[m], w->files.n_more[m],
                                     err);
    }
    return rc;
}

/* A reason as it is kept: without the path of the machine that the run happened on.  Only where a path can
 * begin: the folder may be called "s". */
static void strip_path(char *text, const char *dir)
{
    size_t n = strlen(dir);

    while (n > 1 && dir[n - 1] == '/')
        n--;
    for (char *at = text; *at; at++)
        if ((at == text || at[-1] == ' ') && !strncmp(at, dir, n) && at[n] == '/' && at[n + 1])
            memmove(at, at + n + 1, strlen(at + n + 1) + 1);
}

/* The rest of a piece cannot be made: its frame is bad. */
static void lose(hand *h, bs_err *why)
{
    bs_run *r = h->r;
    bs_err failed = { 0 };
    int64_t n = 0;

    strip_path(why->text, r->ds->opt.source_dir);
    if (bs_shard_say(h->shard, h->key, why->text, strlen(why->text) + 1, &failed) != BS_OK)
        bs_run_fail(r, failed.code, &failed);
    for (; h->key < h->end; h->key++)
        n += bs_shard_result(h->shard, h->key)->made == BS_SAMPLE_MISSING;
    bs_run_report(r, 0, n);
}

/* What has become of the sample in hand, with the lock held. */
static void take_in(hand *h, int rc, int64_t bytes, bs_err *why)
{
    const bs_dataset_options *opt = &h->r->ds->opt;
    bs_sample_result *result = bs_shard_result(h->shard, h->key);
    const bs_worker *w = &h->worker;

    if ((rc == BS_EIO || rc == BS_EFORMAT) && !opt->strict) {
        lose(h, why);
        return;
    }
    rc = rc ? rc : bs_shard_say(h->shard, h->key, w->line.data, w->line.n, why);
    if (rc != BS_OK) {
        bs_run_fail(h->r, rc, why);
        return;
    }
    result->made = BS_SAMPLE_MADE;
    result->coarse = !opt->n_poses && w->motion.max_step_px > opt->max_step_px;
    result->mean_px = w->tuple.mean_px;
    result->max_px = w->tuple.max_px;
    h->r->sum->bytes += bytes;
    h->key++;
    bs_run_report(h->r, 1, 0);
}

/* The next piece of the first shard that has one; 0: there is none now. */
static int take_piece(hand *h)
{
    bs_run *r = h->r;

    for (int64_t i = r->closed; i < r->opened; i++) {
        bs_shard *s = r->open[i % r->n_open_max];

        if (bs_shard_take(r, s, &h->key, &h->end)) {
            h->shard = s;
            pthread_cond_signal(&r->progress);
            return 1;
        }
    }
    return 0;
}

/* The next sample to make, with the lock held; 0 if this thread is done. */
static int find_work(hand *h)
{
    bs_run *r = h->r;

    while (!bs_run_should_stop(r)) {
        while (h->shard && h->key < h->end && bs_shard_result(h->shard, h->key)->made)
            h->key++;
        if (h->shard && h->key < h->end)
            return 1;
        if (h->shard) {
            h->shard->in_hand--;
            h->shard = NULL;
            pthread_cond_signal(&r->progress);
        }
        if (take_piece(h))
            continue;
        if (r->opened == r->n_shards)
            return 0;
        pthread_cond_wait(&r->work, &r->lock);
    }
    pthread_cond_signal(&r->progress);
    return 0;
}

static void *work(void *user)
{
    hand *h = user;
    bs_run *r = h->r;

    pthread_mutex_lock(&r->lock);
    while (find_work(h)) {
        bs_err why = { 0 };
        int64_t bytes = 0;
        int rc;

        pthread_mutex_unlock(&r->lock);
        if (r->ds->cuda)
            bs_cuda_begin(r->ds->cuda);
        rc = bs_tuple_make(r->ds, h->key, h->inner_threads, &h->worker, &why);
        rc = rc ? rc : write_files(r, h->key, &h->worker, &bytes, &why);
        if (r->ds->cuda)
            bs_cuda_end(r->ds->cuda);
        pthread_mutex_lock(&r->lock);
        take_in(h, rc, bytes, &why);
    }
    pthread_mutex_unlock(&r->lock);
    return NULL;
}

int bs_crew_start(bs_run *r, bs_crew **out, bs_err *err)
{
    bs_crew *c = calloc(1, sizeof *c);
    int rc = BS_OK;

    if (c)
        c->all = calloc((size_t)r->n_workers, sizeof *c->all);
    if (!c || !c->all) {
        free(c);
        return bs_fail(err, BS_ENOMEM, "no memory for %d threads", r->n_workers);
    }
    c->r = r;
    for (int i = 0; rc == BS_OK && i < r->n_workers; i++, c->n++) {
        hand *h = &c->all[i];

        h->r = r;
        h->inner_threads = r->threads / r->n_workers + (i < r->threads % r->n_workers);
        h->inner_threads = h->inner_threads > 1 ? h->inner_threads : 1;
        rc = bs_worker_create(r->ds, &h->worker, err);
        if (rc == BS_OK && pthread_create(&h->thread, NULL, work, h))
            rc = bs_fail(err, BS_ENOMEM, "the system gives no more than %d of %d threads", i, r->n_workers);
        if (rc != BS_OK) {
            bs_worker_free(&h->worker);
            break;
        }
    }
    *out = c;
    return rc;
}

void bs_crew_join(bs_crew **crew)
{
    bs_crew *c = *crew;

    if (!c)
        return;
    for (int i = 0; i < c->n; i++) {
        pthread_join(c->all[i].thread, NULL);
        bs_worker_free(&c->all[i].worker);
    }
    free(c->all);
    free(c);
    *crew = NULL;
}
