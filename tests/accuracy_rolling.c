/*
 * How much accuracy a rolling shutter costs.
 *
 * The main kinds' motions, each over the time of a whole capture, so that nothing moves farther from the sharp
 * frame than it does in the tables of a global shutter.  Lines see a part of it; a shorter blur hides less of
 * what interpolation does to a picture, and so each figure stands beside that of a global shutter with the
 * same exposures: ACC_BANDS pictures, each blurred by the poses of the middle line of one band, of which that
 * band is taken and measured against the truth for these poses.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/accuracy_extra.h"
#include "tests/accuracy_table.h"

#ifdef _OPENMP
#include <omp.h>
#endif

#define ACC_BANDS 12

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

/* What one capture reaches: PSNR of the rolling shutter, and of the global ones. */
typedef struct figures {
    double db[2][ACC_REGIONS], kernel_p99_px;
} figures;

static bs_tuple run(bs_synth *synth, const bs_synth_input *in)
{
    bs_synth_options opt = { 0 };
    bs_err err = { 0 };
    bs_tuple t;

#ifdef _OPENMP
    opt.threads = omp_get_max_threads();
#endif
    if (bs_synth_run(synth, in, &opt, &t, &err)) {
        fprintf(stderr, "accuracy: %s\n", err.text);
        exit(1);
    }
    return t;
}

/* Copies what lies on lines 'from' to before 'to'. */
static void copy_lines(const acc_case *c, int from, int to, const uint8_t *rgb, uint8_t *out)
{
    const int by_row = c->shutter <= BS_SHUTTER_BOTTOM_UP;

    for (size_t i = 0; i < c->n_px; i++) {
        const int line = (int)(by_row ? i / (size_t)c->camera.width : i % (size_t)c->camera.width);

        if (line >= from && line < to)
            memcpy(&out[3 * i], &rgb[3 * i], 3);
    }
}

/* The picture that global shutters make of a case in bands. */
static void run_bands(bs_synth *synth, const acc_case *c, uint8_t *out)
{
    bs_pose *pose = acc_alloc((size_t)c->n_poses, sizeof *pose);

    for (int from = 0, to; from < c->lines; from = to) {
        bs_synth_input in = acc_input(c);

        /* The poses are equal within a band and only there. */
        for (to = from + 1;
             to < c->lines && !memcmp(&c->T_ref_first[from], &c->T_ref_first[to], sizeof *pose);)
            to++;
        for (int i = 0; i < c->n_poses; i++)
            pose[i] = c->T_ref_cam[i * c->lines + from];
        in.shutter = BS_SHUTTER_GLOBAL;
        in.T_anchor_cam = pose;
        in.T_anchor_first = &c->T_ref_first[from];
        in.T_anchor_last = &c->T_ref_last[from];
        copy_lines(c, from, to, run(synth, &in).blur, out);
    }
    free(pose);
}

static void measure(bs_synth *synth, const acc_kind *kind, uint32_t seed, const rolling *how,
                    const acc_setup *setup, double share, figures *f)
{
    acc_setup s = *setup;
    acc_case *c;
    bs_synth_input in;
    bs_tuple t;
    uint8_t *rgb;

    s.shutter = how->shutter;
    s.readout = (double)how->readout_ms / how->exposure_ms;
    c = acc_case_create(kind, seed, &s);
    in = acc_input(c);
    t = run(synth, &in);
    for (acc_region r = 0; r < ACC_REGIONS; r++)
        f->db[0][r] += share * acc_psnr(c, t.blur, r);
    f->kernel_p99_px = fmax(f->kernel_p99_px, acc_kernel_p99(c, t.kernel));
    acc_case_destroy(&c);
    s.n_bands = ACC_BANDS;
    c = acc_case_create(kind, seed, &s);
    rgb = acc_alloc(3 * c->n_px, 1);
    run_bands(synth, c, rgb);
    for (acc_region r = 0; r < ACC_REGIONS; r++)
        f->db[1][r] += share * acc_psnr(c, rgb, r);
    free(rgb);
    acc_case_destroy(&c);
}

static void print_figures(const figures *f)
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

int acc_rolling(bs_synth *synth, int n_seeds, const acc_setup *setup, const char *only)
{
    printf("| inside / visible / uncovered | rolling | global, the same exposures | kernel error p99, px |\n"
           "|---|---|---|---|\n");
    for (int k = 0; k < CAPTURES; k++)
        for (int i = 0; i < acc_n_main; i++) {
            figures f = { { { 0 } }, 0 };

            if (only && strcmp(only, acc_main[i].name) != 0)
                continue;
            fprintf(stderr, "accuracy: %s, %s\n", captures[k].direction, acc_main[i].name);
            for (int seed = 1; seed <= n_seeds; seed++)
                measure(synth, &acc_main[i], (uint32_t)seed, &captures[k], setup, 1.0 / n_seeds, &f);
            printf("| %d ms readout %s, %d ms exposure, %s |", captures[k].readout_ms, captures[k].direction,
                   captures[k].exposure_ms, acc_main[i].name);
            print_figures(&f);
            fflush(stdout);
        }
    return 0;
}
