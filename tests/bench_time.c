/* Clocks, medians, and the end. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "tests/bench.h"

/* What takes longer is not repeated. */
#define TOO_LONG_S 10

static double now_s(clockid_t clock)
{
    struct timespec t;

    clock_gettime(clock, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

double bench_wall_s(void)
{
    return now_s(CLOCK_MONOTONIC);
}

double bench_work_s(void)
{
    return now_s(CLOCK_THREAD_CPUTIME_ID);
}

static int by_size(const void *a, const void *b)
{
    const double u = *(const double *)a, v = *(const double *)b;

    return (u > v) - (u < v);
}

double bench_median(double *v, int n)
{
    qsort(v, (size_t)n, sizeof *v, by_size);
    return (v[(n - 1) / 2] + v[n / 2]) / 2;
}

int bench_again(const bench_options *o, int n, double began_s)
{
    static const double long_enough_s[] = { [BENCH_TINY] = 0, [BENCH_QUICK] = 0.6, [BENCH_FULL] = 2 };
    static const int at_least[] = { [BENCH_TINY] = 1, [BENCH_QUICK] = 3, [BENCH_FULL] = 3 };
    const double t_s = bench_wall_s() - began_s;

    if (n < at_least[o->extent])
        return n == 0 || t_s < TOO_LONG_S;
    return n < BENCH_MAX_REPS && t_s < long_enough_s[o->extent];
}

void bench_stop(const char *fmt, ...)
{
    va_list args;

    fflush(stdout);
    fputs("bench: ", stderr);
    va_start(args, fmt);
    vfprintf(stderr, fmt, args);
    va_end(args);
    fputc('\n', stderr);
    exit(1);
}
