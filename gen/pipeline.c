/* The run of a dataset: who works on what, shards opened ahead of the work and committed behind it, in
 * order. */
#include "cuda/seat.h"
#include "gen/pipeline.h"

#include <stdlib.h>

#include <unistd.h>

#ifdef _OPENMP
#include <omp.h>
#endif

/*
 * What a worker takes for each pixel of its frame (docs/benchmarks.md says for what), and what a thread may take:
 * where images are so large that one for each thread would take more, fewer are worked on at a time, and
 * threads share one.  Two threads have two frames of 3840x2160 in hand, and one of 4032x3024.
 */
#define WORKER_BYTES_PER_PX 125.0
#define CLEANUP_BYTES_PER_PX 34.0
#define SEQUENCE_BYTES_PER_PX 40.0
#define NOISY_BYTES_PER_PX 8.0
#define THREAD_BYTES 1073741824.0

/* Pieces of work for each thread below which a frame's samples are shared out: the last pieces would leave
 * the other threads idle. */
#define PIECES_PER_THREAD 4

static int default_threads(void)
{
#ifdef _OPENMP
    return omp_get_num_procs(); /* those that this process may use */
#else
    const long n = sysconf(_SC_NPROCESSORS_ONLN);

    return n > 0 ? (int)n : 1;
#endif
}

int bs_run_should_stop(const bs_run *r)
{
    return r->rc != BS_OK || (r->watch && r->watch->stop && *r->watch->stop);
}

void bs_run_fail(bs_run *r, int rc, const bs_err *why)
{
    if (r->rc == BS_OK)
        r->rc = bs_fail(r->err, rc, "%s", why->text);
}

void bs_run_report(bs_run *r, int64_t made, int64_t lost)
{
    r->done += made + lost;
    r->lost += lost;
    if (r->watch && r->watch->progress)
        r->watch->progress(r->watch->user, r->done, r->ds->plan.n_tuples, r->lost);
}

static int64_t count_pieces(const bs_run *r)
{
    return (r->ds->plan.n_tuples + r->piece - 1) / r->piece;
}

/* The samples of a frame together, so that it is read once; or, where there are few frames, those of a
 * sequence, whose layers are built once; or each sample for itself. */
static void choose_piece(bs_run *r)
{
    const bs_dataset_options *opt = &r->ds->opt;

    r->piece = opt->samples_per_frame * opt->frames_per_sequence;
    if (count_pieces(r) < (int64_t)PIECES_PER_THREAD * r->threads)
        r->piece = opt->frames_per_sequence;
    if (count_pieces(r) < r->threads)
        r->piece = 1;
}

static double bytes_per_px(const bs_dataset *ds)
{
    return WORKER_BYTES_PER_PX + (ds->plan.cleanup == BS_CLEANUP_ON ? CLEANUP_BYTES_PER_PX : 0) +
           (ds->opt.frames_per_sequence > 1 ? SEQUENCE_BYTES_PER_PX : 0) +
           (ds->opt.emit & BS_EMIT_KERNEL_NOISY ? NOISY_BYTES_PER_PX : 0);
}

/* Where a device blurs, this many workers share a thread: one works while others wait for the device. */
#define WORKERS_PER_THREAD 4

/* How many frames are worked on at a time; the threads are dealt out among them. */
static void choose_workers(bs_run *r)
{
    const bs_camera *cam = &r->ds->plan.camera;
    const double frame_bytes = bytes_per_px(r->ds) * cam->width * cam->height;
    const double fit = r->threads * THREAD_BYTES / frame_bytes;

    const int most = r->ds->cuda ? WORKERS_PER_THREAD * r->threads : r->threads;

    r->n_workers = fit >= most ? most : fit >= 1 ? (int)fit : 1;
    if (count_pieces(r) < r->n_workers)
        r->n_workers = (int)count_pieces(r);
    if (r->ds->cuda)
        bs_cuda_share(r->ds->cuda, r->threads);
    r->n_open_max = 2 * (int64_t)r->n_workers + 2;
}

/* Pieces that wait for a worker. */
static int64_t count_waiting(const bs_run *r)
{
    int64_t n = 0;

    for (int64_t i = r->closed; i < r->opened; i++)
        n += bs_shard_pieces(r, r->open[i % r->n_open_max]);
    return n;
}

/* Opens the next shard; the lock is given up meanwhile, as below. */
static void open_next(bs_run *r)
{
    const int64_t index = r->opened;
    bs_shard *s = NULL;
    bs_err err = { 0 };
    int64_t kept;
    int rc;

    pthread_mutex_unlock(&r->lock);
    rc = bs_shard_open(r, index, &s, &err);
    pthread_mutex_lock(&r->lock);
    if (rc != BS_OK) {
        bs_run_fail(r, rc, &err);
        return;
    }
    kept = bs_shard_count(s, BS_SAMPLE_KEPT);
    r->sum->kept += kept;
    r->open[index % r->n_open_max] = s;
    r->opened++;
    if (kept)
        bs_run_report(r, kept, 0);
    pthread_cond_broadcast(&r->work);
}

/* Brings the first open shard to the disk, or what there is of it if the run ends inside. */
static void close_first(bs_run *r)
{
    bs_shard **s = &r->open[r->closed % r->n_open_max];
    const int is_done = r->rc == BS_OK && bs_shard_is_done(*s);
    bs_err err = { 0 };
    int rc = BS_OK, summed;

    pthread_mutex_unlock(&r->lock);
    if (is_done)
        rc = bs_shard_commit(r, *s, &err);
    if (!is_done || rc != BS_OK)
        bs_shard_leave_part(r, *s);
    summed = bs_shard_add_up(r, *s, &err);
    rc = rc ? rc : summed;
    pthread_mutex_lock(&r->lock);
    bs_shard_free(s);
    r->closed++;
    if (rc != BS_OK)
        bs_run_fail(r, rc, &err);
    else if (!is_done && r->rc == BS_OK)
        r->rc = bs_fail(r->err, BS_EINTERRUPT, "stopped; run the same command again to continue");
}

/* Shards are opened while too little work waits, and closed as they are done, until all are or the run ends. */
static void see_to_shards(bs_run *r)
{
    while (r->closed < r->n_shards && !bs_run_should_stop(r)) {
        const int64_t n_open = r->opened - r->closed;

        if (r->opened < r->n_shards && n_open < r->n_open_max && count_waiting(r) < r->n_workers)
            open_next(r);
        else if (n_open && bs_shard_is_done(r->open[r->closed % r->n_open_max]))
            close_first(r);
        else
            pthread_cond_wait(&r->progress, &r->lock);
    }
    pthread_cond_broadcast(&r->work);
}

static int run_shards(bs_run *r)
{
    bs_crew *crew = NULL;
    bs_err err = { 0 };
    const int rc = bs_crew_start(r, &crew, &err);

    pthread_mutex_lock(&r->lock);
    if (rc != BS_OK)
        bs_run_fail(r, rc, &err);
    see_to_shards(r);
    pthread_mutex_unlock(&r->lock);
    bs_crew_join(&crew);
    pthread_mutex_lock(&r->lock);
    while (r->closed < r->opened)
        close_first(r);
    if (r->rc == BS_OK && r->closed < r->n_shards)
        r->rc = bs_fail(r->err, BS_EINTERRUPT, "stopped; run the same command again to continue");
    pthread_mutex_unlock(&r->lock);
    return r->rc;
}

static int prepare(bs_run *r)
{
    const bs_dataset *ds = r->ds;
    int rc;

    r->threads = ds->opt.threads ? ds->opt.threads : default_threads();
    r->n_shards = (ds->plan.n_tuples + ds->opt.shard_size - 1) / ds->opt.shard_size;
    choose_piece(r);
    choose_workers(r);
    pthread_mutex_init(&r->lock, NULL); /* none of the three fails on Linux */
    pthread_cond_init(&r->work, NULL);
    pthread_cond_init(&r->progress, NULL);
    rc = bs_spread_create(&r->spread, r->err);
    if (rc != BS_OK)
        return rc;
    r->open = calloc((size_t)r->n_open_max, sizeof *r->open);
    return r->open ? BS_OK : bs_fail(r->err, BS_ENOMEM, "no memory for the list of shards");
}

static void clean_up(bs_run *r)
{
    free(r->open);
    pthread_cond_destroy(&r->progress);
    pthread_cond_destroy(&r->work);
    pthread_mutex_destroy(&r->lock);
    bs_spread_destroy(&r->spread);
    bs_output_close(&r->out);
}

int bs_dataset_run(bs_dataset *ds, const bs_dataset_watch *watch, bs_dataset_summary *sum, bs_err *err)
{
    bs_run r = { .ds = ds, .watch = watch, .sum = sum, .err = err };

    *sum = (bs_dataset_summary){ 0 };
    r.rc = prepare(&r);
    if (r.rc == BS_OK && ds->opt.format == BS_FORMAT_FOLDER)
        r.rc = bs_manifest_claim(ds, &r.out, err);
    if (r.rc == BS_OK)
        r.rc = run_shards(&r);
    sum->lost = r.lost;
    sum->n_skips = ds->n_skips;
    if (sum->made)
        sum->mean_px /= (double)sum->made;
    if (r.spread)
        bs_spread_tell(r.spread, &ds->opt, &sum->spread);
    if (r.rc == BS_OK && r.out)
        r.rc = bs_manifest_finish(ds, r.out, sum, err);
    if (r.rc == BS_OK && sum->lost == ds->plan.n_tuples) {
        const bs_skip_note *why = &ds->skips[ds->plan.n_skips < ds->n_skips ? ds->plan.n_skips : 0];

        r.rc = bs_fail(err, BS_EFORMAT, "none of the %lld planned tuples could be made; for one, %s: %s",
                       (long long)sum->lost, why->input, why->reason);
    }
    clean_up(&r);
    return r.rc;
}
