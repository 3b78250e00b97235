/* The table of what accuracy a rolling shutter costs. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tests/accuracy_extra.h"

typedef struct rolling {
    const char *direction;
    bs_shutter shutter;
    int readout_ms, exposure_ms;
} rolling;

static const rolling captures[] = {
    { "top-down", BS_SHUTTER_TOP_DOWN, 15, 50 },     { "bottom-up", BS_SHUTTER_BOTTOM_UP, 15, 15 },
    { "left-right", BS_SHUTTER_LEFT_RIGHT, 30, 30 }, { "right-left", BS_SHUTTER_RIGHT_LEFT, 15, 30 },
    { "top-down", BS_SHUTTER_TOP_DOWN, 30, 10 },
};
enum { CAPTURES = sizeof captures / sizeof *captures };

static void print_figures(const acc_rolling_figures *f)
{
    printf(" ");
    for (int g = 0; g < 2; g++) {
        for (acc_region r = 0; r < ACC_REGIONS; r++)
            if (isnan(f->db[g][r]))
                printf("%s-", r ? " / " : "");
            else
                printf("%s%.1f", r ? " / " : "", f->db[g][r]);
        printf(" | ");
    }
    printf("%.4f |\n", f->kernel_p99_px);
}

/* Sums of what is there, and how much that is. */
typedef struct sums {
    acc_rolling_figures f;
    int n[ACC_REGIONS];
} sums;

static void add(sums *s, const acc_rolling_figures *f)
{
    for (acc_region r = 0; r < ACC_REGIONS; r++) {
        if (isnan(f->db[0][r]) || isnan(f->db[1][r]))
            continue;
        s->f.db[0][r] += f->db[0][r];
        s->f.db[1][r] += f->db[1][r];
        s->n[r]++;
    }
    s->f.kernel_p99_px = fmax(s->f.kernel_p99_px, f->kernel_p99_px);
}

static acc_rolling_figures mean(const sums *s)
{
    acc_rolling_figures f = s->f;

    for (acc_region r = 0; r < ACC_REGIONS; r++) {
        f.db[0][r] = s->n[r] ? f.db[0][r] / s->n[r] : NAN;
        f.db[1][r] = s->n[r] ? f.db[1][r] / s->n[r] : NAN;
    }
    return f;
}

static acc_rolling_figures measure(bs_synth *synth, const acc_kind *kind, const rolling *how, int n_seeds,
                                   const acc_setup *setup)
{
    sums over_seeds = { 0 };
    acc_setup s = *setup;

    fprintf(stderr, "accuracy: %s, %s\n", how->direction, kind->name);
    s.shutter = how->shutter;
    s.readout = (double)how->readout_ms / how->exposure_ms;
    for (int seed = 1; seed <= n_seeds; seed++) {
        const acc_rolling_figures f = acc_measure_rolling(synth, kind, (uint32_t)seed, &s);

        add(&over_seeds, &f);
    }
    return mean(&over_seeds);
}

static void print_row(const rolling *how, const char *name, const acc_rolling_figures *f)
{
    printf("| %d ms readout %s, %d ms exposure | %s |", how->readout_ms, how->direction, how->exposure_ms,
           name);
    print_figures(f);
    fflush(stdout);
}

int acc_rolling(bs_synth *synth, int n_seeds, const acc_setup *setup, const char *only)
{
    printf(
        "| inside / visible / uncovered | | rolling | global, the same exposures | kernel error p99, px |\n"
        "|---|---|---|---|---|\n");
    for (int k = 0; k < CAPTURES; k++) {
        sums over_kinds = { 0 };
        acc_rolling_figures f;

        for (int i = 0; i < acc_n_main; i++) {
            if (only && strcmp(only, acc_main[i].name) != 0)
                continue;
            f = measure(synth, &acc_main[i], &captures[k], n_seeds, setup);
            add(&over_kinds, &f);
            print_row(&captures[k], acc_main[i].name, &f);
        }
        f = mean(&over_kinds);
        print_row(&captures[k], "mean", &f);
    }
    return 0;
}
