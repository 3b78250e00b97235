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

/* Adds one seed's share. */
static void add(acc_rolling_figures *sum, const acc_rolling_figures *f, double share)
{
    for (acc_region r = 0; r < ACC_REGIONS; r++) {
        sum->db[0][r] += share * f->db[0][r];
        sum->db[1][r] += share * f->db[1][r];
    }
    sum->kernel_p99_px = fmax(sum->kernel_p99_px, f->kernel_p99_px);
}

int acc_rolling(bs_synth *synth, int n_seeds, const acc_setup *setup, const char *only)
{
    printf("| inside / visible / uncovered | rolling | global, the same exposures | kernel error p99, px |\n"
           "|---|---|---|---|\n");
    for (int k = 0; k < CAPTURES; k++)
        for (int i = 0; i < acc_n_main; i++) {
            acc_rolling_figures sum = { { { 0 } }, 0 };
            acc_setup s = *setup;

            if (only && strcmp(only, acc_main[i].name) != 0)
                continue;
            fprintf(stderr, "accuracy: %s, %s\n", captures[k].direction, acc_main[i].name);
            s.shutter = captures[k].shutter;
            s.readout = (double)captures[k].readout_ms / captures[k].exposure_ms;
            for (int seed = 1; seed <= n_seeds; seed++) {
                const acc_rolling_figures f = acc_measure_rolling(synth, &acc_main[i], (uint32_t)seed, &s);

                add(&sum, &f, 1.0 / n_seeds);
            }
            printf("| %d ms readout %s, %d ms exposure, %s |", captures[k].readout_ms, captures[k].direction,
                   captures[k].exposure_ms, acc_main[i].name);
            print_figures(&sum);
            fflush(stdout);
        }
    return 0;
}
