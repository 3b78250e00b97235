/* The plan: which frames, which splits, how many tuples, and what they are made from. */
#include "gen/dataset.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "homography/sensor_px.h"

/* Frames of each trajectory, spread evenly over it, in generation order. */
static int choose_frames(bs_dataset *ds, bs_err *err)
{
    const int64_t wanted = ds->opt.frames_per_trajectory;
    const size_t n_trajectories = bs_source_n_trajectories(ds->source);
    size_t found = 0, n = 0;
    int64_t per_frame;

    for (size_t t = 0; t < n_trajectories; t++)
        found += bs_source_trajectory(ds->source, t)->n_frames;
    ds->used = malloc(found * sizeof *ds->used);
    if (!ds->used)
        return bs_fail(err, BS_ENOMEM, "no memory for a plan of %zu frames", found);
    for (size_t t = 0; t < n_trajectories; t++) {
        const bs_trajectory *tr = bs_source_trajectory(ds->source, t);
        const size_t take = wanted && (size_t)wanted < tr->n_frames ? (size_t)wanted : tr->n_frames;

        for (size_t i = 0; i < take; i++) /* the middles of 'take' equal parts */
            ds->used[n++] =
                (bs_used){ tr->first_frame + (2 * i + 1) * tr->n_frames / (2 * take), (uint32_t)t };
    }
    ds->plan.n_trajectories = n_trajectories;
    ds->plan.n_frames_found = found;
    ds->plan.n_frames_used = n;
    per_frame = ds->opt.samples_per_frame * ds->opt.frames_per_sequence;
    ds->plan.n_tuples = (int64_t)n > INT64_MAX / per_frame ? INT64_MAX : (int64_t)n * per_frame;
    if (ds->opt.limit && ds->plan.n_tuples > ds->opt.limit)
        ds->plan.n_tuples = ds->opt.limit;
    if (ds->plan.n_tuples > 100000000)
        return bs_fail(err, BS_EINVAL,
                       "%" PRId64 " tuples; a dataset holds at most 100000000 (keys have eight digits)",
                       ds->plan.n_tuples);
    return BS_OK;
}

/* A trajectory's split depends on its name and the seed alone: adding trajectories moves none. */
static int assign_splits(bs_dataset *ds, bs_err *err)
{
    double total = 0;

    ds->split_of = calloc(ds->plan.n_trajectories, sizeof *ds->split_of);
    if (!ds->split_of)
        return bs_fail(err, BS_ENOMEM, "no memory for %zu trajectories", ds->plan.n_trajectories);
    for (int i = 0; i < ds->opt.n_splits; i++)
        total += ds->opt.splits[i].weight;
    for (size_t t = 0; ds->opt.n_splits && t < ds->plan.n_trajectories; t++) {
        const char *name = bs_source_trajectory(ds->source, t)->name;
        bs_sha256 sum;
        uint64_t id = 0;
        double at;
        int split = 0, rc = bs_sha256_of(name, strlen(name), &sum, err);

        if (rc != BS_OK)
            return rc;
        for (int i = 0; i < 8; i++)
            id = id << 8 | sum.byte[i];
        at = total * ((double)bs_draw(ds->opt.seed, id, BS_DRAW_SPLIT, 0).v[0] + 0.5) / 4294967296.0;
        while (split + 1 < ds->opt.n_splits && at >= ds->opt.splits[split].weight)
            at -= ds->opt.splits[split++].weight;
        ds->split_of[t] = (int8_t)split;
    }
    return BS_OK;
}

/* Adds bytes to a chain of checksums: the sum so far stands for all that went before, so memory stays
 * bounded. */
static int chain(bs_bytes *text, const void *data, size_t n, bs_sha256 *sum, bs_err *err)
{
    int rc = bs_bytes_append(text, data, n, err);

    if (rc != BS_OK || text->n < 1 << 16)
        return rc;
    rc = bs_sha256_of(text->data, text->n, sum, err);
    text->n = 0;
    return rc ? rc : bs_bytes_append(text, sum->byte, sizeof sum->byte, err);
}

/* What the dataset is made from: the rows of a recorded trace (made motion is in the options), and the
 * names of photos and depth files in order. */
static int fingerprint(bs_dataset *ds, bs_err *err)
{
    bs_bytes text = { 0 };
    int rc = BS_OK;

    for (size_t i = 0; rc == BS_OK && !ds->has_shake && i < ds->plan.trace->rows; i++) {
        int64_t t_ns;
        bs_pose p;

        bs_trace_row(ds->trace, i, &t_ns, &p);
        rc = chain(&text, &t_ns, sizeof t_ns, &ds->inputs, err);
        rc = rc ? rc : chain(&text, p.q, sizeof p.q, &ds->inputs, err);
        rc = rc ? rc : chain(&text, p.t_m, sizeof p.t_m, &ds->inputs, err);
    }
    for (size_t i = 0; rc == BS_OK && i < ds->plan.n_frames_used; i++) {
        const char *photo = bs_source_frame_name(ds->source, ds->used[i].frame);
        const char *depth = bs_source_depth_name(ds->source, ds->used[i].frame);

        rc = chain(&text, photo, strlen(photo) + 1, &ds->inputs, err);
        rc = rc ? rc : chain(&text, depth, strlen(depth) + 1, &ds->inputs, err);
    }
    rc = rc ? rc : bs_sha256_of(text.data, text.n, &ds->inputs, err);
    text.n = 0;
    rc = rc ? rc : bs_describe_dataset(ds, NULL, 0, &text, err);
    rc = rc ? rc : bs_sha256_of(text.data, text.n, &ds->config, err);
    bs_bytes_free(&text);
    return rc;
}

static int64_t estimate_bytes(const bs_dataset *ds)
{
    static const double per_px[BS_MEMBERS] = {
        1.8, 1.5, 8, 1.0, 0.1, 0, 8
    }; /* measured on photos, PNG level 1 */
    const double px = (double)ds->plan.camera.width * ds->plan.camera.height;
    double sum = 600; /* metadata line */

    for (int m = 0; m < BS_MEMBERS; m++)
        if (ds->opt.emit & (1u << m))
            sum += m == BS_MEMBER_META ? 8000 : px * per_px[m];
    if (ds->opt.kernel_format == BS_KERNEL_NPY16 || ds->opt.kernel_format == BS_KERNEL_KITTI)
        sum -= 4 * px * (!!(ds->opt.emit & BS_EMIT_KERNEL) + !!(ds->opt.emit & BS_EMIT_KERNEL_NOISY));
    return (int64_t)sum;
}

int bs_plan_make(bs_dataset *ds, bs_err *err)
{
    int rc = choose_frames(ds, err);

    rc = rc ? rc : assign_splits(ds, err);
    rc = rc ? rc : fingerprint(ds, err);
    ds->plan.bytes_per_tuple = estimate_bytes(ds);
    return rc;
}
