/* The program on a folder of frames: tuples a second, processors kept busy, memory. */
#include <stdio.h>
#include <string.h>

#include "tests/bench.h"

#define MAX_RUNS 5
#define LONG_ENOUGH_S 30 /* no more runs after this */

static const bench_way ways[] = {
    { "folder, two threads", "2", "folder", "1", "openmp" },
    { "folder, `--png-level 0`, two threads", "2", "folder", "0", "openmp" },
    { "`--format null`, two threads", "2", "null", "1", "openmp" },
    { "folder, one thread", "1", "folder", "1", "openmp" },
};
enum { WAYS = sizeof ways / sizeof *ways };

/* Each run has a folder of its own, which stays until the table is made: ext4 passes over what was removed in the last
 * seconds whenever it looks for room for a file, so that a run right after thousands of files went takes 5 ms longer
 * for each tuple. */
bench_usage bench_run(const bench_options *o, const char *dir, const bench_way *w, int i)
{
    char frames[4096], poses[4096], out[4096], name[32];

    snprintf(name, sizeof name, "out-%d", i);
    snprintf(frames, sizeof frames, "%s", bench_path(dir, "frames"));
    snprintf(poses, sizeof poses, "%s", bench_path(dir, "handheld.csv"));
    snprintf(out, sizeof out, "%s", bench_path(dir, name));

    const char *const argv[] = { o->program,   "--scenenet",
                                 frames,       "--poses",
                                 poses,        "--poses-per-exposure",
                                 "30",         "--frames-per-trajectory",
                                 "all",        "--threads",
                                 w->threads,   "--format",
                                 w->format,    "--png-level",
                                 w->png_level, "--backend",
                                 w->back_end,  "--quiet",
                                 "--output",   out,
                                 NULL };
    return bench_process(argv, 1, NULL, NULL);
}

static void print_row(const char *name, int n_tuples, const bench_usage *u)
{
    printf("| %s | %d | %.2f | %.2f | %.1f | %.0f %% | ", name, n_tuples, n_tuples / u->wall_s, u->wall_s,
           1e3 * u->work_s / n_tuples, 100 * u->work_s / u->wall_s);
    if (u->peak_mb > 0)
        printf("%.0f |\n", u->peak_mb);
    else
        printf("- |\n");
    fflush(stdout);
}

static void print_head(const char *what)
{
    printf(
        "| %s | tuples | tuples/s | wall, s | processor time per tuple, ms | processor share | peak memory, "
        "MB |\n|---|---|---|---|---|---|---|\n",
        what);
}

void bench_print_runs(const bench_options *o)
{
    static const int tuples[] = { [BENCH_TINY] = 4, [BENCH_QUICK] = 30, [BENCH_FULL] = 300 };
    static const int most[] = { [BENCH_TINY] = 1, [BENCH_QUICK] = 1, [BENCH_FULL] = MAX_RUNS };
    const bench_size size = o->extent == BENCH_TINY ? (bench_size){ 64, 48, 1 } : (bench_size){ 320, 240, 1 };
    const int n = tuples[o->extent];
    double wall_s[WAYS][MAX_RUNS], work_s[WAYS][MAX_RUNS], peak_mb[WAYS][MAX_RUNS];
    char title[128], dir[4096];
    double began_s;
    int times = 0;

    snprintf(dir, sizeof dir, "%s", bench_path(o->dir, "runs"));
    bench_input_make(o, dir, size, 16, n, 4);
    began_s = bench_wall_s();
    do {
        for (int k = 0; k < WAYS; k++) {
            const bench_usage u = bench_run(o, dir, &ways[k], WAYS * times + k);

            wall_s[k][times] = u.wall_s;
            work_s[k][times] = u.work_s;
            peak_mb[k][times] = u.peak_mb;
        }
    } while (++times < most[o->extent] && bench_wall_s() - began_s < LONG_ENOUGH_S);
    snprintf(title, sizeof title, "program, %dx%d, 30 poses, six outputs", size.width, size.height);
    print_head(title);
    for (int k = 0; k < WAYS; k++) {
        const bench_usage u = { bench_median(wall_s[k], times), bench_median(work_s[k], times),
                                bench_median(peak_mb[k], times) };

        print_row(ways[k].name, n, &u);
    }
    printf("\n");
    bench_remove(dir);
}

static void print_large(const bench_options *o, bench_size size, int n)
{
    static const bench_way two = { "", "2", "null", "1", "openmp" };
    char name[128], dir[4096];
    bench_usage u;

    snprintf(dir, sizeof dir, "%s", bench_path(o->dir, "large"));
    bench_input_make(o, dir, size, 1, n, 1);
    u = bench_run(o, dir, &two, 0);
    snprintf(name, sizeof name, "%dx%d, two threads, %s", size.width, size.height,
             n > 1 ? "two frames" : "one frame");
    print_row(name, n, &u);
    bench_remove(dir);
}

void bench_print_memory(const bench_options *o)
{
    const bench_size size =
        o->extent == BENCH_FULL ? (bench_size){ 4032, 3024, 1 } : (bench_size){ 128, 96, 1 };

    if (o->extent == BENCH_QUICK)
        return;
    print_head("large frames, 30 poses, `--format null`");
    print_large(o, size, 1);
    print_large(o, size, 2);
    printf("\n");
}
