/*
 * bench - what a blurred picture costs, as Markdown on standard output (docs/benchmarks.md).
 *
 * Each table is made in a process of its own, so that the memory of what it starts can be told from what was
 * held for the tables before.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/bench.h"
#include "tests/bench_remap.h"

static const struct {
    const char *name;
    void (*print)(const bench_options *o);
} tables[] = {
    { "blur", bench_print_blur },     { "tuple", bench_print_tuple }, { "scaling", bench_print_scaling },
    { "stages", bench_print_stages }, { "runs", bench_print_runs },   { "memory", bench_print_memory },
    { "device", bench_print_device },
};
enum { TABLES = sizeof tables / sizeof *tables };

static const char usage[] =
    "usage: bench --program BLURSYNTH --sample MAKE_SAMPLE [options]   times, as Markdown\n"
    "  --quick          smallest pictures only, in half a minute\n"
    "  --tiny           whether it works at all: the numbers mean nothing\n"
    "  --only TABLE     blur, tuple, scaling, stages, runs, memory or device\n"
    "  --variant NAME   of the blur, in blur, scaling and stages: plain, avx2, avx512; or all, in blur "
    "alone\n"
    "  --long DIR N     instead: N tuples of 320x240 pixels in one run, made in DIR, which is kept\n"
    "  --format FORMAT  of the long run: folder or null (default folder)\n"
    "  --svg FILE       a drawing of the long run's memory\n"
    "  --device-once    instead: one batch by a CUDA device, to be looked at with its tools\n";

#ifdef __clang__
#define COMPILER "" /* it says its name */
#else
#define COMPILER "gcc "
#endif

static void print_machine(void)
{
    char line[256], name[256] = "unknown processor";
    double load[1] = { 0 };
    FILE *f = fopen("/proc/cpuinfo", "r");

    while (f && fgets(line, sizeof line, f))
        if (sscanf(line, "model name : %255[^\n]", name) == 1)
            break;
    if (f)
        fclose(f);
    f = fopen("/proc/loadavg", "r");
    if (f && fscanf(f, "%lf", load) != 1)
        load[0] = 0;
    if (f)
        fclose(f);
    printf("%s, %ld processors, %s, OpenCV %s; load before the run %.1f\n\n", name,
           sysconf(_SC_NPROCESSORS_ONLN), COMPILER __VERSION__,
           bench_remap_version() ? bench_remap_version() : "none", load[0]);
    fflush(stdout);
}

/* In a process of its own; 1 if it failed. */
static int print_table(const bench_options *o, int table)
{
    int status;
    pid_t pid;

    fprintf(stderr, "bench: %s\n", tables[table].name);
    pid = fork();
    if (pid < 0)
        bench_stop("fork: %s", strerror(errno));
    if (pid == 0) {
        if (o->variant && strcmp(o->variant, "all") != 0)
            bench_use_variant(bench_variant_named(o->variant));
        tables[table].print(o);
        exit(fflush(stdout) != 0);
    }
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            bench_stop("waitpid: %s", strerror(errno));
    return !WIFEXITED(status) || WEXITSTATUS(status) != 0;
}

static int print_tables(bench_options *o)
{
    const char *tmp = getenv("TMPDIR");
    char dir[4096];
    int bad = 0;

    snprintf(dir, sizeof dir, "%s/blursynth-bench-XXXXXX", tmp && *tmp ? tmp : "/tmp");
    if (!mkdtemp(dir))
        bench_stop("%s: %s", dir, strerror(errno));
    o->dir = dir;
    for (int i = 0; i < TABLES && !bad; i++)
        if (!o->only || !strcmp(o->only, tables[i].name))
            bad = print_table(o, i);
    bench_remove(dir);
    return bad;
}

static int is_table(const char *name)
{
    for (int i = 0; i < TABLES; i++)
        if (!strcmp(tables[i].name, name))
            return 1;
    return 0;
}

/* 0 if the command line is not understood. */
static int parse(int argc, char **argv, bench_options *o)
{
    static const struct option options[] = {
        { "quick", 0, NULL, 'q' },  { "tiny", 0, NULL, 't' },    { "only", 1, NULL, 'o' },
        { "long", 1, NULL, 'l' },   { "program", 1, NULL, 'p' }, { "sample", 1, NULL, 's' },
        { "format", 1, NULL, 'f' }, { "variant", 1, NULL, 'v' }, { "svg", 1, NULL, 'g' },
        { "device-once", 0, NULL, 'd' },
        { NULL, 0, NULL, 0 },
    };
    char *end;
    int c;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1)
        switch (c) {
        case 'q':
            o->extent = BENCH_QUICK;
            break;
        case 't':
            o->extent = BENCH_TINY;
            break;
        case 'o':
            o->only = optarg;
            break;
        case 'l':
            o->long_dir = optarg;
            break;
        case 'p':
            o->program = optarg;
            break;
        case 's':
            o->sample = optarg;
            break;
        case 'f':
            o->format = optarg;
            break;
        case 'v':
            o->variant = optarg;
            break;
        case 'g':
            o->svg = optarg;
            break;
        case 'd':
            o->is_device_once = 1;
            break;
        default:
            return 0;
        }
    if (o->long_dir && optind < argc) {
        o->long_n = strtoll(argv[optind++], &end, 10);
        if (*end)
            return 0;
    }
    return optind == argc && (o->is_device_once || (o->program && o->sample)) && (!o->only || is_table(o->only)) &&
           (!o->long_dir || (o->long_n > 0 && o->long_n <= 100000000));
}

int main(int argc, char **argv)
{
    bench_options o = { .extent = BENCH_FULL, .format = "folder" };

    if (!parse(argc, argv, &o)) {
        fputs(usage, stderr);
        return 2;
    }
    if (o.is_device_once) {
        bench_device_once();
        return 0;
    }
    print_machine();
    if (!o.long_dir)
        return print_tables(&o);
    bench_print_long(&o);
    return 0;
}
