/* One long run of the program: how fast it stays, and what it holds. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bench.h"

#define SAMPLES_PER_FRAME 10
#define N_DISTINCT 12
#define LOOK_EVERY_S 0.25
#define ROWS 15

typedef struct look {
    double t_s, resident_mb;
    int64_t done;
} look;

typedef struct history {
    look *looks; /* owned */
    size_t n, room;
} history;

static void note(void *user, double t_s, double resident_mb, int64_t done)
{
    history *l = user;

    if (l->n == l->room) {
        l->room = l->room ? 2 * l->room : 1024;
        l->looks = realloc(l->looks, l->room * sizeof *l->looks);
        if (!l->looks)
            bench_stop("no memory");
    }
    l->looks[l->n++] = (look){ t_s, resident_mb, done };
}

static bench_usage run(const bench_options *o, history *l)
{
    char frames[4096], poses[4096], out[4096], limit[32], samples[16];

    snprintf(frames, sizeof frames, "%s", bench_path(o->long_dir, "frames"));
    snprintf(poses, sizeof poses, "%s", bench_path(o->long_dir, "handheld.csv"));
    snprintf(out, sizeof out, "%s", bench_path(o->long_dir, "out"));
    snprintf(limit, sizeof limit, "%lld", (long long)o->long_n);
    snprintf(samples, sizeof samples, "%d", SAMPLES_PER_FRAME);

    const char *const argv[] = { o->program, "--scenenet",
                                 frames,     "--poses",
                                 poses,      "--poses-per-exposure",
                                 "30",       "--frames-per-trajectory",
                                 "all",      "--samples-per-frame",
                                 samples,    "--limit",
                                 limit,      "--threads",
                                 "2",        "--format",
                                 o->format,  "--progress",
                                 "always",   "--output",
                                 out,        NULL };

    return bench_process(argv, LOOK_EVERY_S, note, l);
}

static void print_usage(const bench_options *o, const bench_usage *u)
{
    const double n = (double)o->long_n;

    printf("| tuples, `--format %s`, two threads | wall, s | tuples/s | processor time per tuple, ms | "
           "processor "
           "share | peak memory, MB |\n"
           "|---|---|---|---|---|---|\n| %.0f | %.1f | %.1f | %.1f | %.0f %% | %.0f |\n\n",
           o->format, n, u->wall_s, n / u->wall_s, 1e3 * u->work_s / n, 100 * u->work_s / u->wall_s,
           u->peak_mb);
}

/* Evenly spaced looks; the rate is that since the row before. */
static void print_curve(const history *l)
{
    const look *before = NULL;

    printf(
        "| after, s | tuples | tuples/s since the line before | resident memory, MB |\n|---|---|---|---|\n");
    for (size_t row = 1; row <= ROWS; row++) {
        const look *at = &l->looks[(l->n - 1) * row / ROWS];
        const double done = (double)(at->done - (before ? before->done : 0));
        const double t_s = at->t_s - (before ? before->t_s : 0);

        if (t_s <= 0)
            continue;
        printf("| %.1f | %lld | %.1f | %.1f |\n", at->t_s, (long long)at->done, done / t_s, at->resident_mb);
        before = at;
    }
    printf("\n");
}

/* Memory over time: a line from 0 to the peak. */
static void draw_curve(const char *path, const history *l, const bench_usage *u)
{
    const double x = 640 / u->wall_s, y = 200 / u->peak_mb;
    FILE *f = fopen(path, "w");

    if (!f)
        bench_stop("%s: %s", path, strerror(errno));
    fprintf(f,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 760 290\" width=\"760\" height=\"290\" "
            "role=\"img\"\n     aria-label=\"resident memory over time\">\n"
            "  <style>text { font: 15px \"DejaVu Sans\", Verdana, Helvetica, Arial, sans-serif; fill: #222 "
            "}</style>\n"
            "  <rect width=\"760\" height=\"290\" rx=\"8\" fill=\"#f7f7f3\"/>\n"
            "  <text x=\"24\" y=\"30\">resident memory, MB, over %.0f s</text>\n"
            "  <path d=\"M80 50V250H720\" stroke=\"#888\" fill=\"none\"/>\n"
            "  <text x=\"70\" y=\"55\" text-anchor=\"end\">%.0f</text>\n"
            "  <text x=\"70\" y=\"255\" text-anchor=\"end\">0</text>\n"
            "  <path stroke=\"#1f5fa8\" stroke-width=\"2\" fill=\"none\" d=\"",
            u->wall_s, u->peak_mb);
    for (size_t i = 0, step = 1 + l->n / 640; i < l->n; i += step)
        fprintf(f, "%s%.1f %.1f", i ? " " : "M", 80 + x * l->looks[i].t_s, 250 - y * l->looks[i].resident_mb);
    fprintf(f, "\"/>\n</svg>\n");
    if (fclose(f))
        bench_stop("%s: %s", path, strerror(errno));
}

void bench_print_long(const bench_options *o)
{
    const bench_size size = o->extent == BENCH_TINY ? (bench_size){ 64, 48, 1 } : (bench_size){ 320, 240, 1 };
    history l = { .n = 0 };
    bench_usage u;

    bench_input_make(o, o->long_dir, size, 16, (o->long_n + SAMPLES_PER_FRAME - 1) / SAMPLES_PER_FRAME,
                     N_DISTINCT);
    u = run(o, &l);
    print_usage(o, &u);
    print_curve(&l);
    if (o->svg)
        draw_curve(o->svg, &l, &u);
    free(l.looks);
}
