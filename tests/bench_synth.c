/* Whole tuples in memory: beside the literal method, and a large one. */
#include <stdio.h>

#include "tests/bench.h"
#include "tests/bench_remap.h"

/* What datasets are made with unless another is asked for. */
#define NOISE_PEAK 5000

static double time_synth(bs_synth *s, const bench_case *b, bs_method method)
{
    const bs_synth_options opt = { .method = method,
                                   .inpaint =
                                       method == BS_METHOD_SCATTER ? BS_INPAINT_TELEA : BS_INPAINT_BACKGROUND,
                                   .noise_peak = NOISE_PEAK,
                                   .threads = 1 };
    bs_synth_input in;
    bs_err err = { 0 };
    bs_tuple out;

    bench_case_input(b, &in);

    const double t = bench_work_s();

    if (bs_synth_run(s, &in, &opt, &out, &err) != BS_OK)
        bench_stop("%s", err.text);
    return bench_work_s() - t;
}

static bs_synth *create_synth(void)
{
    bs_synth *s = NULL;
    bs_err err = { 0 };

    if (bs_synth_create(&s, &err) != BS_OK)
        bench_stop("%s", err.text);
    return s;
}

static void print_pair(const bench_options *o, bench_size size, int kind)
{
    double ours[BENCH_MAX_REPS], literal[BENCH_MAX_REPS], ratio[BENCH_MAX_REPS];
    bench_case *b = bench_case_create(kind, size, 30);
    bs_synth *s = create_synth();
    const int is_there = bench_remap_version() != NULL;
    const double began_s = bench_wall_s();
    int n = 0;

    time_synth(s, b, BS_METHOD_FIRST_HIT);
    for (; bench_again(o, n, began_s); n++) {
        ours[n] = time_synth(s, b, BS_METHOD_FIRST_HIT);
        literal[n] = is_there ? time_synth(s, b, BS_METHOD_SCATTER) : 0;
        ratio[n] = literal[n] / ours[n];
    }
    printf("| %s | %.2f | ", bench_kind_names[kind], 1e3 * bench_median(ours, n));
    if (is_there)
        printf("%.1f | %.1f |\n", 1e3 * bench_median(literal, n), bench_median(ratio, n));
    else
        printf("no OpenCV | no OpenCV |\n");
    fflush(stdout);
    bs_synth_destroy(&s);
    bench_case_destroy(&b);
}

static void print_large(const bench_options *o)
{
    double ours[BENCH_MAX_REPS];

    printf("| 1920x1080, 61 poses, one thread | s per tuple |\n|---|---|\n");
    for (int kind = 0; kind < BENCH_KINDS; kind++) {
        bench_case *b = bench_case_create(kind, (bench_size){ 1920, 1080, 1 }, 61);
        bs_synth *s = create_synth();
        const double began_s = bench_wall_s();
        int n = 0;

        while (bench_again(o, n, began_s))
            ours[n++] = time_synth(s, b, BS_METHOD_FIRST_HIT);
        printf("| %s | %.2f |\n", bench_kind_names[kind], bench_median(ours, n));
        fflush(stdout);
        bs_synth_destroy(&s);
        bench_case_destroy(&b);
    }
    printf("\n");
}

void bench_print_tuple(const bench_options *o)
{
    const bench_size size = o->extent == BENCH_TINY ? (bench_size){ 64, 48, 1 } : (bench_size){ 320, 240, 1 };

    printf("| tuple in memory, %dx%d, 30 poses, one thread | first-hit, ms | literal method, ms | "
           "literal / first-hit |\n|---|---|---|---|\n",
           size.width, size.height);
    for (int kind = 0; kind < BENCH_KINDS; kind++)
        print_pair(o, size, kind);
    printf("\n");
    if (o->extent == BENCH_FULL)
        print_large(o);
}
