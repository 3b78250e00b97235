/* Blur and background layer beside cv::remap; and how the blur grows with poses and threads. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bench.h"
#include "tests/bench_remap.h"

#define N_POSES 30

/* Pictures below this many pixels: cv::remap is over soon and repeated until it has made so many, and the
 * first run is not counted. */
#define SMALL_PX 2000000

typedef struct figures {
    double blur_ns, remap_ns, ratio; /* ns per pixel, and pose */
    double layers_ms, layers_poses;  /* of the background layer; and how many poses take as long */
} figures;

typedef struct rival {
    float *x, *y;
    uint8_t *out;
    int times;
} rival;

static rival rival_create(const bench_case *b)
{
    const size_t n = b->c->n_px;
    rival r = { .x = acc_alloc(n, sizeof *r.x),
                .y = acc_alloc(n, sizeof *r.y),
                .out = acc_alloc(3 * n, 1),
                .times = n < SMALL_PX ? (int)(SMALL_PX / n) : 1 };

    bench_case_map(b, r.x, r.y);
    return r;
}

static void rival_destroy(rival *r)
{
    free(r->x);
    free(r->y);
    free(r->out);
}

/* Seconds for one picture; NaN without OpenCV. */
static double time_remap(const bench_case *b, rival *r)
{
    const double t = bench_work_s();

    if (!bench_remap_version())
        return NAN;
    for (int i = 0; i < r->times; i++)
        if (!bench_remap(b->c->sharp, b->c->camera.width, b->c->camera.height, r->x, r->y, r->out))
            bench_stop("cv::remap failed");
    return (bench_work_s() - t) / r->times;
}

static double time_warp(bench_case *b)
{
    const double t = bench_work_s();

    bench_case_warp(b, 1);
    return bench_work_s() - t;
}

static double time_layers(bench_case *b)
{
    const double t = bench_work_s();

    bench_case_layers(b);
    return bench_work_s() - t;
}

/* One after the other, again and again, so that what slows the machine down slows all of them. */
static figures measure(const bench_options *o, bench_case *b)
{
    double blur[BENCH_MAX_REPS], layers[BENCH_MAX_REPS], remap[BENCH_MAX_REPS];
    double ratio[BENCH_MAX_REPS], poses[BENCH_MAX_REPS];
    const double n_px = (double)b->c->n_px, began_s = bench_wall_s();
    rival r = rival_create(b);
    int n = 0;

    if (b->c->n_px < SMALL_PX)
        time_warp(b);
    for (; bench_again(o, n, began_s); n++) {
        blur[n] = time_warp(b) / b->n_poses;
        remap[n] = time_remap(b, &r);
        layers[n] = time_layers(b);
        ratio[n] = blur[n] / remap[n];
        poses[n] = layers[n] / blur[n];
    }
    rival_destroy(&r);
    return (figures){ .blur_ns = 1e9 * bench_median(blur, n) / n_px,
                      .remap_ns = 1e9 * bench_median(remap, n) / n_px,
                      .ratio = bench_median(ratio, n),
                      .layers_ms = 1e3 * bench_median(layers, n),
                      .layers_poses = bench_median(poses, n) };
}

static void print_row(bench_size size, int kind, const figures *f)
{
    printf("| %dx%d | %s | %s | %.2f | ", size.width, size.height, bench_kind_names[kind],
           bs_isa_names[bench_variant()], f->blur_ns);
    if (isnan(f->ratio))
        printf("no OpenCV | no OpenCV");
    else
        printf("%.2f | %.2f", f->remap_ns, f->ratio);
    printf(" | %.1f | %.1f |\n", f->layers_ms, f->layers_poses);
    fflush(stdout);
}

/* A row for the variant in force, or one for each. */
static void print_case(const bench_options *o, bench_size size, int kind)
{
    const int is_all = o->variant && !strcmp(o->variant, "all");
    bench_case *b = bench_case_create(kind, size, N_POSES);

    for (int i = is_all ? 0 : (int)bench_variant(); i < BS_ISAS; i++) {
        if (!bs_isa_runs((bs_isa)i))
            continue;
        bench_use_variant((bs_isa)i);

        const figures f = measure(o, b);

        print_row(size, kind, &f);
        if (!is_all)
            break;
    }
    bench_case_destroy(&b);
}

void bench_print_blur(const bench_options *o)
{
    static const bench_size all[] = {
        { 320, 240, 1 }, { 640, 480, 1 }, { 1920, 1080, 1 }, { 4032, 3024, 4 }
    };
    static const bench_size tiny = { 64, 48, 1 };
    const int n = o->extent == BENCH_FULL ? 4 : 1;

    printf("| blur, one thread, %d poses | scene | variant | blur, ns per pixel and pose | cv::remap, ns per "
           "pixel | blur / remap | background layer, ms | background layer, poses |\n",
           N_POSES);
    printf("|---|---|---|---|---|---|---|---|\n");
    for (int i = 0; i < n; i++)
        for (int kind = 0; kind < BENCH_KINDS; kind++)
            print_case(o, o->extent == BENCH_TINY ? tiny : all[i], kind);
    printf("\n");
}

/* On the clock, since threads are compared. */
static double time_threads(bench_case *b, int threads)
{
    const double t = bench_wall_s();

    bench_case_warp(b, threads);
    return bench_wall_s() - t;
}

static void print_threads(const bench_options *o, bench_size size)
{
    double one[BENCH_MAX_REPS], two[BENCH_MAX_REPS], ratio[BENCH_MAX_REPS];
    bench_case *b = bench_case_create(1, size, N_POSES);
    const double began_s = bench_wall_s();
    int n = 0;

    time_threads(b, 2);
    for (; bench_again(o, n, began_s); n++) {
        one[n] = time_threads(b, 1);
        two[n] = time_threads(b, 2);
        ratio[n] = one[n] / two[n];
    }
    printf("| %dx%d | %.2f | %.2f | %.2f |\n", size.width, size.height, 1e3 * bench_median(one, n),
           1e3 * bench_median(two, n), bench_median(ratio, n));
    fflush(stdout);
    bench_case_destroy(&b);
}

static void print_poses(const bench_options *o, bench_size size, int n_poses)
{
    double blur[BENCH_MAX_REPS];
    bench_case *b = bench_case_create(1, size, n_poses);
    const double began_s = bench_wall_s();
    int n = 0;

    time_warp(b);
    while (bench_again(o, n, began_s))
        blur[n++] = time_warp(b);

    const double s = bench_median(blur, n);

    printf("| %d | %.2f | %.2f |\n", n_poses, 1e3 * s, 1e9 * s / n_poses / (double)b->c->n_px);
    fflush(stdout);
    bench_case_destroy(&b);
}

void bench_print_scaling(const bench_options *o)
{
    static const int n_poses[] = { 8, 30, 60, 120, 240 };
    const bench_size size = o->extent == BENCH_TINY ? (bench_size){ 64, 48, 1 } : (bench_size){ 320, 240, 1 };
    const int n = o->extent == BENCH_FULL ? 5 : 3;

    printf("| poses, room, %dx%d, one thread | blur, ms | ns per pixel and pose |\n|---|---|---|\n",
           size.width, size.height);
    for (int i = 0; i < n; i++)
        print_poses(o, size, n_poses[i]);
    printf("\n| threads, room, %d poses | one, ms | two, ms | one / two |\n|---|---|---|---|\n", N_POSES);
    print_threads(o, size);
    if (o->extent == BENCH_FULL)
        print_threads(o, (bench_size){ 1920, 1080, 1 });
    printf("\n");
}
