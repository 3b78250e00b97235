/* The loop over samples: shard by shard, the samples of a frame on one thread, everything in order on
 * disk. */
#include "gen/dataset.h"
#include "gen/spread.h"

#include <stdlib.h>
#include <string.h>

#ifdef _OPENMP
#include <omp.h>
#endif

/* What became of a sample of the shard in hand. */
enum { SAMPLE_MISSING, SAMPLE_MADE, SAMPLE_KEPT /* by an earlier run */ };

typedef struct sample_result {
    int made;   /* SAMPLE_* */
    int coarse; /* its poses are farther apart than asked for */
    double mean_px, max_px;
    bs_bytes line; /* metadata line; or, where its frame could not be used, the reason as a string */
} sample_result;

/* Samples [begin, end) of one frame inside the shard: one thread's piece of work. */
typedef struct unit {
    int64_t begin, end;
} unit;

typedef struct run {
    bs_dataset *ds;
    const bs_dataset_watch *watch;
    bs_dataset_summary *sum;
    bs_output *out;     /* NULL for BS_FORMAT_NULL */
    bs_spread *spread;  /* of the blur of what this run makes */
    bs_worker *workers; /* [threads] */
    int threads;
    sample_result *results; /* [shard_size] */
    unit *units;
    int64_t n_units, done, lost;
    int rc; /* the first failure that ends the run */
    bs_err *err;
} run;

static int thread_number(void)
{
#ifdef _OPENMP
    return omp_get_thread_num();
#else
    return 0;
#endif
}

static int default_threads(void)
{
#ifdef _OPENMP
    return omp_get_num_procs();
#else
    return 1;
#endif
}

static int should_stop(const run *r)
{
    int rc;

#pragma omp atomic read
    rc = r->rc;
    return rc != BS_OK || (r->watch && r->watch->stop && *r->watch->stop);
}

/* Everything below that changes what threads share happens inside one critical section. */
static void report(run *r, int64_t made, int64_t lost)
{
    r->done += made + lost;
    r->lost += lost;
    if (r->watch && r->watch->progress)
        r->watch->progress(r->watch->user, r->done, r->ds->plan.n_tuples, r->lost);
}

static void end_run(run *r, int rc, const bs_err *why)
{
    if (r->rc != BS_OK)
        return;
#pragma omp atomic write
    r->rc = rc;
    bs_fail(r->err, rc, "%s", why->text);
}

static int write_files(const run *r, int64_t key, const bs_worker *w, int64_t *bytes, bs_err *err)
{
    int rc = BS_OK;

    for (int m = 0; rc == BS_OK && m < BS_MEMBERS; m++) {
        const bs_bytes *file = &w->files.member[m];
        char path[128];

        if (!(r->ds->opt.emit & (1u << m)))
            continue;
        *bytes += (int64_t)file->n;
        bs_member_path(r->ds, key, m, path, sizeof path);
        if (r->out)
            rc = bs_output_write(r->out, path, file->data, file->n, err);
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

/* How many samples of the unit from 'key' on are not there. */
static int64_t missing(const run *r, const unit *u, int64_t key)
{
    int64_t n = 0;

    for (; key < u->end; key++)
        n += r->results[key % r->ds->opt.shard_size].made == SAMPLE_MISSING;
    return n;
}

/* The rest of a unit cannot be made: its frame is bad.  The reason waits in the sample's line. */
static void lose(run *r, const unit *u, int64_t key, bs_err *why)
{
    const bs_dataset *ds = r->ds;
    const char *input = bs_source_frame_name(ds->source, bs_dataset_used(ds, key)->frame);
    sample_result *result = &r->results[key % ds->opt.shard_size];
    bs_err failed = { 0 };
    int rc;

    strip_path(why->text, ds->opt.source_dir);
    result->line.n = 0;
    rc = bs_bytes_append(&result->line, why->text, strlen(why->text) + 1, &failed);
#pragma omp critical(bs_run)
    {
        rc = rc ? rc : bs_dataset_note_skip(r->ds, input, why->text, &failed);
        if (rc != BS_OK)
            end_run(r, rc, &failed);
        report(r, 0, missing(r, u, key));
    }
}

/* One sample; 0 if the unit ends here. */
static int make(run *r, const unit *u, int64_t key, int inner_threads, bs_worker *w)
{
    sample_result *result = &r->results[key % r->ds->opt.shard_size];
    bs_err why = { 0 };
    int64_t bytes = 0;
    int rc;

    if (result->made)
        return 1;
    rc = bs_tuple_make(r->ds, key, inner_threads, w, &why);
    if ((rc == BS_EIO || rc == BS_EFORMAT) && !r->ds->opt.strict) {
        lose(r, u, key, &why);
        return 0;
    }
    rc = rc ? rc : write_files(r, key, w, &bytes, &why);
    result->line.n = 0;
    rc = rc ? rc : bs_bytes_append(&result->line, w->line.data, w->line.n, &why);
    result->made = rc == BS_OK ? SAMPLE_MADE : SAMPLE_MISSING;
    result->coarse = !r->ds->opt.n_poses && w->motion.max_step_px > r->ds->opt.max_step_px;
    result->mean_px = w->tuple.mean_px;
    result->max_px = w->tuple.max_px;
#pragma omp critical(bs_run)
    {
        if (rc != BS_OK) {
            end_run(r, rc, &why);
        } else {
            r->sum->bytes += bytes;
            report(r, 1, 0);
        }
    }
    return rc == BS_OK;
}

/* Pieces of work: the samples of a frame together, so that it is read once; or, where there are fewer pieces
 * than threads, the frames of a sequence, whose layers are built once; or each sample for itself. */
static void find_units(run *r, int64_t first, int64_t last)
{
    int64_t per_unit = r->ds->opt.samples_per_frame * r->ds->opt.frames_per_sequence;

    if ((last - 1) / per_unit - first / per_unit + 1 < r->threads)
        per_unit = r->ds->opt.frames_per_sequence;
    if ((last - 1) / per_unit - first / per_unit + 1 < r->threads)
        per_unit = 1;
    r->n_units = 0;
    for (int64_t key = first; key < last;) {
        const int64_t next = (key / per_unit + 1) * per_unit;
        const int64_t end = next < last ? next : last;

        r->units[r->n_units++] = (unit){ key, end };
        key = end;
    }
}

/* One line for a frame that failed at sample i of the shard, for all its samples there that are missing;
 * however they were shared out among threads. */
static int add_skip(const run *r, int64_t first, int64_t i, int64_t n, bs_bytes *lines, bs_err *err)
{
    const bs_dataset *ds = r->ds;
    const bs_used *used = bs_dataset_used(ds, first + i);
    int64_t tuples = 0;

    for (int64_t k = i; k < n && bs_dataset_used(ds, first + k) == used; k++)
        tuples += r->results[k].made == SAMPLE_MISSING;
    for (int64_t k = i - 1; k >= 0 && bs_dataset_used(ds, first + k) == used; k--)
        if (r->results[k].made == SAMPLE_MISSING)
            return BS_OK; /* told there */
    return bs_describe_skip(bs_source_frame_name(ds->source, used->frame),
                            (const char *)r->results[i].line.data, tuples, lines, err);
}

/* The lines of a shard's samples in order of key; 'all': skip lines too. */
static int collect(const run *r, int64_t first, int64_t n, int all, bs_bytes *lines, int64_t *made,
                   bs_err *err)
{
    int rc = BS_OK;

    *made = 0;
    for (int64_t i = 0; rc == BS_OK && i < n; i++) {
        const sample_result *s = &r->results[i];

        if (s->made)
            rc = bs_bytes_append(lines, s->line.data, s->line.n, err);
        else if (all && s->line.n)
            rc = add_skip(r, first, i, n, lines, err);
        *made += s->made != SAMPLE_MISSING;
    }
    return rc;
}

static int commit(run *r, int64_t shard, int64_t first, int64_t n)
{
    bs_bytes lines = { 0 };
    int64_t made;
    int rc = collect(r, first, n, 1, &lines, &made, r->err);

    if (rc == BS_OK && r->out)
        rc = bs_manifest_commit(r->ds, r->out, shard, &lines, made, n - made, r->err);
    bs_bytes_free(&lines);
    return rc;
}

/* The run ends inside the shard: what is made of it is kept for the next one.  If that cannot be written
 * either, the reason why the run ends is the one to tell. */
static void leave_part(run *r, int64_t shard, int64_t first, int64_t n)
{
    bs_bytes lines = { 0 };
    int64_t made;
    bs_err ignored = { 0 };

    if (r->out && collect(r, first, n, 0, &lines, &made, &ignored) == BS_OK && made)
        bs_manifest_leave_part(r->ds, r->out, shard, &lines, made, &ignored);
    bs_bytes_free(&lines);
}

/* A tuple of the shard in hand that an earlier run has made. */
static int keep(void *user, int64_t key, const char *line, size_t n)
{
    run *r = user;
    sample_result *s = &r->results[key % r->ds->opt.shard_size];

    s->made = SAMPLE_KEPT;
    s->line.n = 0;
    r->rc = bs_bytes_append(&s->line, line, n, r->err);
    return r->rc == BS_OK;
}

/* Sums in order of key, so that they are the same whichever thread made which sample. */
static void add_up(run *r, int64_t n)
{
    for (int64_t i = 0; i < n; i++) {
        const sample_result *s = &r->results[i];

        if (s->made != SAMPLE_MADE)
            continue;
        r->sum->made++;
        r->sum->coarse += s->coarse;
        r->sum->mean_px += s->mean_px;
        bs_spread_add(r->spread, s->mean_px);
        r->sum->max_px = s->max_px > r->sum->max_px ? s->max_px : r->sum->max_px;
    }
}

/* Everything of the shard that is not there yet. */
static void make_missing(run *r, int64_t first, int64_t last)
{
    int outer, inner;

    find_units(r, first, last);
    /* Fewer samples than threads: better all threads inside each image. */
    outer = r->n_units >= r->threads ? r->threads : 1;
    inner = outer == 1 ? r->threads : 1;
#pragma omp parallel for schedule(dynamic, 1) num_threads(outer) if (outer > 1)
    for (int64_t i = 0; i < r->n_units; i++)
        for (int64_t key = r->units[i].begin; key < r->units[i].end; key++)
            if (should_stop(r) || !make(r, &r->units[i], key, inner, &r->workers[thread_number()]))
                break;
    if (r->rc == BS_OK && should_stop(r))
        r->rc = bs_fail(r->err, BS_EINTERRUPT, "stopped; run the same command again to continue");
}

static void make_shard(run *r, int64_t shard, int64_t first, int64_t last)
{
    int64_t kept = 0;
    int marked = 0, rc = BS_OK;

    for (int64_t i = 0; i < last - first; i++) {
        r->results[i].made = SAMPLE_MISSING;
        r->results[i].line.n = 0;
    }
    if (r->out)
        rc = bs_manifest_take(r->ds, r->out, shard, keep, r, &marked, r->err);
    r->rc = r->rc ? r->rc : rc;
    for (int64_t i = 0; i < last - first; i++)
        kept += r->results[i].made == SAMPLE_KEPT;
    r->sum->kept += kept;
    if (kept)
        report(r, kept, 0);
    if (r->rc != BS_OK || (marked && kept == last - first))
        return;
    make_missing(r, first, last);
    if (r->rc == BS_OK)
        r->rc = commit(r, shard, first, last - first);
    else
        leave_part(r, shard, first, last - first);
    add_up(r, last - first);
}

static int run_shards(run *r)
{
    const int64_t planned = r->ds->plan.n_tuples, size = r->ds->opt.shard_size;

    for (int64_t shard = 0; r->rc == BS_OK && shard * size < planned; shard++)
        make_shard(r, shard, shard * size, (shard + 1) * size < planned ? (shard + 1) * size : planned);
    return r->rc;
}

static int prepare(run *r)
{
    const bs_dataset *ds = r->ds;
    const int64_t n = ds->opt.shard_size < ds->plan.n_tuples ? ds->opt.shard_size : ds->plan.n_tuples;
    int rc = bs_spread_create(&r->spread, r->err);

    if (rc != BS_OK)
        return rc;
    r->results = calloc((size_t)n, sizeof *r->results);
    r->units = calloc((size_t)n, sizeof *r->units);
    r->workers = calloc((size_t)r->threads, sizeof *r->workers);
    if (!r->results || !r->units || !r->workers)
        return bs_fail(r->err, BS_ENOMEM, "no memory for %lld samples and %d threads", (long long)n,
                       r->threads);
    for (int i = 0; rc == BS_OK && i < r->threads; i++)
        rc = bs_worker_create(&r->workers[i], r->err);
    return rc;
}

static void clean_up(run *r)
{
    const bs_dataset *ds = r->ds;
    const int64_t n = ds->opt.shard_size < ds->plan.n_tuples ? ds->opt.shard_size : ds->plan.n_tuples;

    for (int i = 0; r->workers && i < r->threads; i++)
        bs_worker_free(&r->workers[i]);
    for (int64_t i = 0; r->results && i < n; i++)
        bs_bytes_free(&r->results[i].line);
    free(r->workers);
    free(r->results);
    free(r->units);
    bs_spread_destroy(&r->spread);
    bs_output_close(&r->out);
}

int bs_dataset_run(bs_dataset *ds, const bs_dataset_watch *watch, bs_dataset_summary *sum, bs_err *err)
{
    run r = { .ds = ds, .watch = watch, .sum = sum, .err = err };

    *sum = (bs_dataset_summary){ 0 };
    r.threads = ds->opt.threads ? ds->opt.threads : default_threads();
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
