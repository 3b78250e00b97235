/*
 * Each step of the pipeline by itself, on frames and motion that a dataset really has: the library's internal
 * functions are called one by one, with what bs_tuple_make() had made of the tuple.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "gen/dataset.h"
#include "gen/decode.h"
#include "gen/encode.h"
#include "homography/sensor.h"
#include "homography/kernel.h"
#include "homography/views.h"
#include "homography/warp.h"
#include "tests/bench.h"

#define N_POSES 30
#define N_FRAMES 4

/* Steps of bs_tuple_make() up to LINE, what it takes in all, and what comes after it. */
enum {
    JPEG,
    PNG16,
    TO_Z,
    MOTION,
    LIGHT,
    COMPLETE,
    PARALLAX,
    LAYERS,
    BLUR,
    EXPOSE,
    KERNEL,
    LINEARITY,
    ENCODE,
    ENCODE_LAST = ENCODE + BS_MEMBER_META,
    SHA256,
    LINE,
    WHOLE,
    WRITE,
    STEPS
};

/* WHOLE has none: it is shown as what the others leave of it. */
static const char *const names[STEPS] = {
    [JPEG] = "decode JPEG",
    [PNG16] = "decode 16-bit PNG",
    [TO_Z] = "read a frame, but for decoding",
    [MOTION] = "motion: exposure and poses",
    [LIGHT] = "light of the frame",
    [COMPLETE] = "depth completed",
    [PARALLAX] = "parallax",
    [LAYERS] = "background layer",
    [BLUR] = "blur",
    [EXPOSE] = "noise and response",
    [KERNEL] = "kernel map",
    [LINEARITY] = "linearity of the kernel",
    [ENCODE + BS_MEMBER_BLUR] = "encode blur",
    [ENCODE + BS_MEMBER_SHARP] = "encode sharp",
    [ENCODE + BS_MEMBER_KERNEL] = "encode kernel",
    [ENCODE + BS_MEMBER_DEPTH] = "encode depth",
    [ENCODE + BS_MEMBER_MASK] = "encode mask",
    [ENCODE + BS_MEMBER_META] = "encode meta",
    [SHA256] = "SHA-256 of all six",
    [LINE] = "line of metadata",
    [WRITE] = "write six files",
};

typedef struct stages {
    bs_dataset *ds;
    bs_worker w;
    bench_case *b; /* memory for layers and what comes before them */
    float *kernel;
    uint8_t *rgb;
    bs_bytes file;
    bs_output *out;
    double mark, took_s[STEPS];
    bs_err err;
} stages;

static void check(const stages *s, int rc)
{
    if (rc != BS_OK)
        bench_stop("%s", s->err.text);
}

static void tick(stages *s, int step)
{
    const double now = bench_work_s();

    s->took_s[step] += now - s->mark;
    s->mark = bench_work_s();
}

static void time_reading(stages *s, size_t frame)
{
    const bs_source *src = s->ds->source;
    bs_rgb8 photo = { 0 };
    bs_gray16 depth = { 0 };
    bs_frame whole = { 0 };
    char path[2][4096];

    snprintf(path[0], sizeof path[0], "%s",
             bench_path(s->ds->opt.source_dir, bs_source_frame_name(src, frame)));
    snprintf(path[1], sizeof path[1], "%s",
             bench_path(s->ds->opt.source_dir, bs_source_depth_name(src, frame)));
    s->mark = bench_work_s();
    check(s, bs_photo_read(path[0], &photo, &s->err));
    tick(s, JPEG);
    check(s, bs_depth_png_read(path[1], &depth, &s->err));
    tick(s, PNG16);
    check(s, bs_source_read(src, frame, &whole, &s->err));
    tick(s, TO_Z);
    bs_rgb8_destroy(&photo);
    bs_gray16_destroy(&depth);
    bs_frame_destroy(&whole);
}

static void time_motion(stages *s, int64_t key)
{
    const bs_dataset *ds = s->ds;
    const bs_motion_source from = { ds->trace, NULL };
    bs_worker *w = &s->w;

    w->motion.chosen = 0;
    s->mark = bench_work_s();
    check(s, bs_motion_draw(&ds->opt, &from, (uint64_t)key, 0, &w->frame.camera, &w->grid, w->inv_lo,
                            w->inv_hi, &w->motion, &s->err));
    tick(s, MOTION);
}

static void time_blur(stages *s, int64_t key)
{
    const bs_frame *f = &s->w.frame;
    const bs_motion *m = &s->w.motion;
    bench_case *b = s->b;
    float lo = INFINITY, hi = 0;

    s->mark = bench_work_s();
    bs_decode(&b->response, f->rgb.px, 3 * b->c->n_px, 1, b->light);
    tick(s, LIGHT);
    check(s, bs_depth_complete(b->builder, f->depth_m.px, b->inv_depth, b->measured, &s->err));
    tick(s, COMPLETE);
    for (size_t i = 0; i < b->c->n_px; i++) {
        lo = b->inv_depth[i] < lo ? b->inv_depth[i] : lo;
        hi = b->inv_depth[i] > hi ? b->inv_depth[i] : hi;
    }
    for (int i = 0; i < m->n; i++)
        b->views[i] = bs_view_make(&f->camera, &m->T_anchor_cam[i]);
    bs_views_parallax(&f->camera, m->shutter, b->views, m->n, (double)lo, (double)hi, b->parallax, b->reach);
    tick(s, PARALLAX);
    bench_case_layers(b);
    tick(s, LAYERS);
    bench_case_warp(b, 1);
    tick(s, BLUR);
    bs_expose(&b->response, b->blur, f->camera.width, f->camera.height, s->ds->opt.noise_peak,
              s->ds->opt.seed, (uint64_t)key, 1, s->rgb);
    tick(s, EXPOSE);
}

static void time_kernel(stages *s)
{
    const bs_frame *f = &s->w.frame;
    const bs_motion *m = &s->w.motion;
    double worst;

    s->mark = bench_work_s();
    check(s, bs_kernel_map(&f->camera, m->shutter, m->T_anchor_first, m->T_anchor_last, s->b->inv_depth, 1,
                           s->kernel, &s->err));
    tick(s, KERNEL);
    check(s,
          bs_kernel_linearity_error(&f->camera, m->shutter, m->T_anchor_cam, m->when, m->n, m->T_anchor_first,
                                    m->T_anchor_last, s->b->inv_depth, 1, &worst, &s->err));
    tick(s, LINEARITY);
}

static int encode(stages *s, int64_t key, int member)
{
    const bs_tuple *t = &s->w.tuple;
    const int level = s->ds->opt.png_level;

    switch (member) {
    case BS_MEMBER_BLUR:
        return bs_encode_png8(t->blur, t->width, t->height, 3, level, &s->w.png[member], &s->file, &s->err);
    case BS_MEMBER_SHARP:
        return bs_encode_png8(s->w.frame.rgb.px, t->width, t->height, 3, level, &s->w.png[member], &s->file,
                              &s->err);
    case BS_MEMBER_KERNEL:
        return bs_encode_npy_f32(t->kernel, t->width, t->height, 2, &s->file, &s->err);
    case BS_MEMBER_DEPTH:
        return bs_encode_png16(s->w.scratch.units.px, t->width, t->height, 1, level, &s->w.png[member],
                               &s->file, &s->err);
    case BS_MEMBER_MASK:
        return bs_encode_png8(t->mask, t->width, t->height, 1, level, &s->w.png[member], &s->file, &s->err);
    default:
        return bs_describe_tuple(s->ds, key, &s->w, &s->file, &s->err);
    }
}

static void time_encoding(stages *s, int64_t key)
{
    for (int m = 0; m <= BS_MEMBER_META; m++) {
        s->file.n = 0;
        s->mark = bench_work_s();
        check(s, encode(s, key, m));
        tick(s, ENCODE + m);
    }
    s->mark = bench_work_s();
    for (int m = 0; m <= BS_MEMBER_META; m++)
        check(s,
              bs_sha256_of(s->w.files.member[m].data, s->w.files.member[m].n, &s->w.files.sum[m], &s->err));
    tick(s, SHA256);
    s->file.n = 0;
    check(s, bs_describe_line(s->ds, key, &s->w, &s->file, &s->err));
    tick(s, LINE);
}

static void time_writing(stages *s, int64_t key)
{
    s->mark = bench_work_s();
    for (int m = 0; m <= BS_MEMBER_META; m++) {
        char path[128];

        bs_member_path(s->ds, key, m, path, sizeof path);
        check(s, bs_output_write(s->out, path, s->w.files.member[m].data, s->w.files.member[m].n, &s->err));
    }
    tick(s, WRITE);
}

/* All steps of one tuple. */
static void time_tuple(stages *s, int64_t key)
{
    s->w.frame_index = SIZE_MAX; /* read again */
    s->w.motion.chosen = 0;
    s->mark = bench_work_s();
    check(s, bs_tuple_make(s->ds, key, 1, &s->w, &s->err));
    tick(s, WHOLE);
    time_reading(s, bs_dataset_used(s->ds, key)->frame);
    time_motion(s, key);
    time_blur(s, key);
    time_kernel(s);
    time_encoding(s, key);
    time_writing(s, key);
}

static void open_dataset(stages *s, const char *dir)
{
    char frames[4096], poses[4096];
    bs_dataset_options opt;

    snprintf(frames, sizeof frames, "%s", bench_path(dir, "frames"));
    snprintf(poses, sizeof poses, "%s", bench_path(dir, "handheld.csv"));
    bs_dataset_defaults(&opt);
    opt.source = BS_SOURCE_SCENENET;
    opt.source_dir = frames;
    opt.poses = poses;
    opt.n_poses = N_POSES;
    opt.frames_per_trajectory = 0;
    check(s, bs_dataset_open(&opt, &s->ds, &s->err));
}

static void open_stages(stages *s, const char *dir, bench_size size)
{
    *s = (stages){ .mark = 0 };
    open_dataset(s, dir);
    check(s, bs_worker_create(s->ds, &s->w, &s->err));
    check(s, bs_output_open(bench_path(dir, "out"), &s->out, &s->err));
    s->b = bench_case_create(1, size, N_POSES);
    check(s, bs_response_make(s->ds->plan.response, 0, &s->b->response, &s->err));
    s->kernel = acc_alloc(2 * s->b->c->n_px, sizeof *s->kernel);
    s->rgb = acc_alloc(3 * s->b->c->n_px, 1);
}

static void close_stages(stages *s)
{
    bs_output_close(&s->out);
    bs_worker_free(&s->w);
    bs_dataset_close(&s->ds);
    bench_case_destroy(&s->b);
    bs_bytes_free(&s->file);
    free(s->kernel);
    free(s->rgb);
}

static void print_row(const char *name, double s, double all_s)
{
    printf("| %s | %.2f | %.1f %% |\n", name, 1e3 * s, 100 * s / all_s);
}

static void print_steps(const double *s)
{
    const double all = s[WHOLE] + s[WRITE];
    double sum = 0;

    for (int i = 0; i < WHOLE; i++) {
        print_row(names[i], s[i], all);
        sum += s[i];
    }
    print_row("all else: masks, means, copies", s[WHOLE] - sum, all);
    print_row(names[WRITE], s[WRITE], all);
    print_row("all of it", all, all);
    printf("\n");
}

void bench_print_stages(const bench_options *o)
{
    const bench_size size = o->extent == BENCH_TINY ? (bench_size){ 64, 48, 1 } : (bench_size){ 320, 240, 1 };
    double took[STEPS][BENCH_MAX_REPS], median_s[STEPS], began_s;
    char dir[4096];
    stages s;
    int n = 0;

    snprintf(dir, sizeof dir, "%s", bench_path(o->dir, "stages"));
    bench_input_make(o, dir, size, 16, N_FRAMES, N_FRAMES);
    open_stages(&s, dir, size);
    for (began_s = bench_wall_s(); bench_again(o, n, began_s); n++) {
        for (int i = 0; i < STEPS; i++)
            s.took_s[i] = 0;
        for (int64_t key = 0; key < N_FRAMES; key++)
            time_tuple(&s, key);
        s.took_s[TO_Z] -= s.took_s[JPEG] + s.took_s[PNG16];
        for (int i = 0; i < STEPS; i++)
            took[i][n] = s.took_s[i] / N_FRAMES;
    }
    for (int i = 0; i < STEPS; i++)
        median_s[i] = bench_median(took[i], n);
    printf("| step, %dx%d, %d poses, one thread (%s) | ms per tuple | share |\n|---|---|---|\n", size.width,
           size.height, N_POSES, bs_isa_names[bench_variant()]);
    print_steps(median_s);
    close_stages(&s);
    bench_remove(dir);
}
