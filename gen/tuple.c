/* One sample of the plan: its frame read, its motion drawn, its files made. */
#include "gen/dataset.h"

#include <math.h>
#include <stdlib.h>

#include "gen/synth_measure.h"

int bs_worker_create(const bs_dataset *ds, bs_worker *w, bs_err *err)
{
    int rc = BS_OK;

    *w = (bs_worker){ .frame_index = SIZE_MAX };
    for (int m = 0; rc == BS_OK && m < BS_MEMBERS; m++) {
        w->files.of_frame[m] = SIZE_MAX;
        rc = bs_hasher_create(&w->hasher[m], err);
    }
    return rc ? rc : bs_synth_create_on(ds->cuda, &w->synth, err);
}

void bs_worker_free(bs_worker *w)
{
    bs_synth_destroy(&w->synth);
    bs_motion_free(&w->motion);
    bs_frame_destroy(&w->frame);
    bs_frame_scratch_free(&w->scratch);
    for (int m = 0; m < BS_MEMBERS; m++) {
        bs_bytes_free(&w->files.member[m]);
        bs_hasher_destroy(&w->hasher[m]);
        bs_png_scratch_free(&w->png[m]);
    }
    bs_noisy_free(&w->noisy);
    bs_bytes_free(&w->line);
}

/* The range of inverse depth that the frame measured: what the auto pose count has to reckon with. */
static void find_range(bs_worker *w, int threads)
{
    const size_t n = (size_t)w->frame.camera.width * (size_t)w->frame.camera.height;
    float nearest_m, farthest_m;

    bs_range(w->frame.depth_m.px, n, threads, &nearest_m, &farthest_m);
    w->inv_lo = nearest_m <= farthest_m ? 1 / (double)farthest_m : (double)INFINITY; /* of none */
    w->inv_hi = nearest_m <= farthest_m ? 1 / (double)nearest_m : 0;
}

static int read_frame(const bs_dataset *ds, size_t index, int threads, bs_worker *w, bs_err *err)
{
    int rc;

    if (w->frame_index == index)
        return BS_OK;
    w->frame_index = SIZE_MAX;
    rc = bs_source_read_into(ds->source, index, &w->frame, &w->scratch, err);
    if (rc != BS_OK)
        return rc;
    w->frame_index = index;
    find_range(w, threads);
    if (ds->opt.blur_max_px > 0)
        bs_depth_grid_make(w->frame.depth_m.px, w->frame.camera.width, w->frame.camera.height, &w->grid);
    return BS_OK;
}

static int blur(const bs_dataset *ds, int64_t key, int threads, bs_worker *w, bs_err *err)
{
    const bs_synth_options opt = { .response = ds->plan.response,
                                   .gamma = ds->opt.gamma,
                                   .method = ds->opt.method,
                                   .inpaint = ds->opt.inpaint,
                                   .interpolation = ds->opt.interpolation,
                                   .cleanup = ds->plan.cleanup,
                                   .noise_peak = ds->opt.noise_peak,
                                   .seed = ds->opt.seed,
                                   .sample = (uint64_t)key,
                                   .kernel_only = !(ds->opt.emit & (BS_EMIT_BLUR | BS_EMIT_MASK)),
                                   .threads = threads,
                                   .no_linear = 1 };
    const bs_motion *m = &w->motion;
    const bs_synth_input in = { .camera = w->frame.camera,
                                .rgb = w->frame.rgb.px,
                                .depth_m = w->frame.depth_m.px,
                                .shutter = m->shutter,
                                .T_anchor_cam = m->T_anchor_cam,
                                .n_poses = m->n,
                                .T_anchor_first = m->T_anchor_first,
                                .T_anchor_last = m->T_anchor_last,
                                .when = m->when,
                                .T_frame_anchor = &m->sequence.T_frame_anchor,
                                .T_frame_span = m->sequence.T_frame_span,
                                .n_span = m->sequence.n_span,
                                .span_id =
                                    m->sequence.n_span ? (uint64_t)bs_sequence_of(&ds->opt, key) + 1 : 0,
                                .frame_id = (uint64_t)w->frame_index + 1 };

    return bs_synth_run(w->synth, &in, &opt, &w->tuple, err);
}

/* Depth as the dataset keeps it: whole millimetres, 0 unknown, 65535 farther than that.  In the place where
 * the frame's own units were, which nobody needs any more. */
static int encode_depth(const bs_dataset *ds, bs_worker *w, bs_err *err)
{
    const int width = w->frame.camera.width, height = w->frame.camera.height;
    const float *depth_m = w->tuple.depth_m ? w->tuple.depth_m : w->frame.depth_m.px;
    uint16_t *depth_mm = w->scratch.units.px;

    for (size_t i = 0; i < (size_t)width * (size_t)height; i++) {
        const float mm = depth_m[i] * 1000.0f + 0.5f; /* of which the whole ones count */
        const float least = mm > 1.0f ? mm : 1.0f;
        const int whole = (int)(least < 65535.0f ? least : 65535.0f);

        depth_mm[i] = (uint16_t)(mm == mm ? whole : 0);
    }
    return bs_encode_png16(depth_mm, width, height, 1, ds->opt.png_level, &w->png[BS_MEMBER_DEPTH],
                           &w->files.member[BS_MEMBER_DEPTH], err);
}

/* A kernel; floats are written from where they are. */
static int encode_kernel(const bs_dataset *ds, const float *kernel, int member, bs_worker *w, bs_err *err)
{
    const int width = w->tuple.width, height = w->tuple.height;
    bs_files *f = &w->files;
    bs_bytes *out = &f->member[member];

    switch (ds->opt.kernel_format) {
    case BS_KERNEL_NPY16:
        return bs_encode_npy_f16(kernel, width, height, 2, out, err);
    case BS_KERNEL_FLO:
        return bs_encode_flo(kernel, width, height, out, err);
    case BS_KERNEL_KITTI:
        return bs_encode_kitti(kernel, width, height, ds->opt.png_level, &w->png[member], out, err);
    case BS_KERNEL_NPY:
        break;
    }
    f->more[member] = kernel;
    f->n_more[member] = 2 * (size_t)width * (size_t)height * sizeof *kernel;
    return bs_encode_npy_f32_head(width, height, 2, out, err);
}

static int encode(const bs_dataset *ds, int64_t key, int member, bs_worker *w, bs_err *err)
{
    const bs_tuple *t = &w->tuple;
    bs_bytes *out = &w->files.member[member];

    switch (member) {
    case BS_MEMBER_BLUR:
        return bs_encode_png8(t->blur, t->width, t->height, 3, ds->opt.png_level, &w->png[member], out, err);
    case BS_MEMBER_SHARP:
        return bs_encode_png8(t->sharp ? t->sharp : w->frame.rgb.px, t->width, t->height, 3,
                              ds->opt.png_level, &w->png[member], out, err);
    case BS_MEMBER_KERNEL:
        return encode_kernel(ds, t->kernel, member, w, err);
    case BS_MEMBER_DEPTH:
        return encode_depth(ds, w, err);
    case BS_MEMBER_MASK:
        return bs_encode_png8(t->mask, t->width, t->height, 1, ds->opt.png_level, &w->png[member], out, err);
    case BS_MEMBER_KERNEL_NOISY:
        return encode_kernel(ds, w->noisy.kernel, member, w, err);
    default:
        return bs_describe_tuple(ds, key, w, out, err);
    }
}

/* Whether a member is the frame's own, whatever the motion: then all its samples have the same file. */
static int is_of_frame(const bs_worker *w, int member)
{
    return (member == BS_MEMBER_SHARP && !w->tuple.sharp) || (member == BS_MEMBER_DEPTH && !w->tuple.depth_m);
}

/* A member and its checksum; kept from the sample before where that is the same. */
static int fill(const bs_dataset *ds, int64_t key, int member, bs_worker *w, bs_err *err)
{
    bs_files *f = &w->files;
    const int of_frame = is_of_frame(w, member);
    int rc;

    if (of_frame && f->of_frame[member] == w->frame_index)
        return BS_OK;
    f->of_frame[member] = SIZE_MAX;
    f->member[member].n = 0;
    rc = encode(ds, key, member, w, err);
    rc = rc ? rc
            : bs_hasher_sum(w->hasher[member], f->member[member].data, f->member[member].n, f->more[member],
                            f->n_more[member], &f->sum[member], err);
    if (rc == BS_OK && of_frame)
        f->of_frame[member] = w->frame_index;
    return rc;
}

/* All members, each by one thread. */
static int fill_all(const bs_dataset *ds, int64_t key, int threads, bs_worker *w, bs_err *err)
{
    bs_err why[BS_MEMBERS] = { { 0 } };
    int rc[BS_MEMBERS] = { 0 };

    (void)threads; /* without OpenMP there is one */
#pragma omp parallel for schedule(dynamic, 1) num_threads(threads) if (threads > 1)
    for (int m = 0; m < BS_MEMBERS; m++)
        if (ds->opt.emit & (1u << m))
            rc[m] = fill(ds, key, m, w, &why[m]);
    for (int m = 0; m < BS_MEMBERS; m++)
        if (rc[m] != BS_OK)
            return bs_fail(err, rc[m], "%s", why[m].text);
    return BS_OK;
}

int bs_tuple_make(const bs_dataset *ds, int64_t key, int threads, bs_worker *w, bs_err *err)
{
    const bs_motion_source from = { ds->trace, ds->has_shake ? &ds->shake : NULL };
    int rc = read_frame(ds, bs_dataset_used(ds, key)->frame, threads, w, err);

    rc = rc ? rc
            : bs_motion_draw(&ds->opt, &from, (uint64_t)bs_sequence_of(&ds->opt, key),
                             bs_sequence_index(&ds->opt, key), &w->frame.camera, &w->grid, w->inv_lo,
                             w->inv_hi, &w->motion, err);
    rc = rc ? rc : blur(ds, key, threads, w, err);
    if (rc == BS_OK && ds->opt.emit & BS_EMIT_KERNEL_NOISY)
        rc = bs_noisy_make(ds, key, threads, w, err);
    rc = rc ? rc : fill_all(ds, key, threads, w, err);
    w->line.n = 0;
    return rc ? rc : bs_describe_line(ds, key, w, &w->line, err);
}
