/*
 * How many poses, and where in the exposure: PSNR over both.
 *
 * Two measures.  Against the ray caster's continuous exposure, the 8-bit picture as users get it: there the
 * curve ends where the blur's own errors begin.  Against the library's blur of very many poses, before it is
 * rounded to 8 bits: the error of placing poses and nothing else.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "homography/views.h"
#include "tests/accuracy_extra.h"
#include "tests/accuracy_table.h"
#include "tests/scene_truth.h"

#ifdef _OPENMP
#include <omp.h>
#endif

/* The ray caster's continuous exposure: 240 middles, two rays in each, all at different places. */
static const acc_setup continuous = { 320, 240, 240, BS_PLACEMENT_MIDPOINT, 32, 2, BS_SHUTTER_GLOBAL, 0, 0 };

enum { MANY = 721, LIMIT = 4096, PATH = 512 };

static const int counts[ACC_CURVE_POINTS] = { 3, 5, 7, 11, 15, 21, 31, 45, 61, 91 };

static bs_tuple blur(bs_synth *synth, const acc_case *c, bs_placement placement, int n)
{
    bs_synth_input in = acc_input(c);
    bs_synth_options opt = { 0 };
    bs_pose *pose = acc_alloc((size_t)n, sizeof *pose);
    double *when = acc_alloc((size_t)n, sizeof *when);
    bs_err err = { 0 };
    bs_tuple out;

#ifdef _OPENMP
    opt.threads = omp_get_max_threads();
#endif
    acc_instants(placement, n, when);
    for (int i = 0; i < n; i++)
        pose[i] = acc_pose(c, when[i]);
    in.T_anchor_cam = pose;
    in.when = when;
    in.n_poses = n;
    if (bs_synth_run(synth, &in, &opt, &out, &err) != BS_OK) {
        fprintf(stderr, "accuracy: %s\n", err.text);
        exit(1);
    }
    free(pose);
    free(when);
    return out;
}

/* What 'auto' would choose for steps of at most one pixel. */
static int poses_needed(const acc_case *c, bs_placement placement)
{
    double inv_lo = INFINITY, inv_hi = 0;
    bs_pose path[PATH + 1];
    bs_err err = { 0 };
    int n = 0;

    for (int i = 0; i <= PATH; i++)
        path[i] = acc_pose(c, i / (double)PATH);
    for (size_t i = 0; i < c->n_px; i++) {
        inv_lo = fmin(inv_lo, 1 / (double)c->depth_m[i]);
        inv_hi = fmax(inv_hi, 1 / (double)c->depth_m[i]);
    }
    if (bs_poses_needed(&c->camera, BS_SHUTTER_GLOBAL, 1, path, PATH, inv_lo, inv_hi, 1.0,
                        placement == BS_PLACEMENT_ENDPOINTS, LIMIT, &n, &err) != BS_OK) {
        fprintf(stderr, "accuracy: %s\n", err.text);
        exit(1);
    }
    return n;
}

/* PSNR of light against light, in sRGB values that are not rounded. */
static double light_psnr(const acc_case *c, const float *a, const float *b)
{
    double sum = 0, n = 0;

    for (size_t i = 0; i < c->n_px; i++)
        for (size_t k = 3 * i; k < 3 * i + 3 && !(c->doubt[i] & SCENE_OUTSIDE); k++) {
            const double d = acc_encode((double)a[k]) - acc_encode((double)b[k]);

            sum += d * d;
            n++;
        }
    return -10 * log10(fmax(sum / n, 1e-12));
}

static void measure(bs_synth *synth, const acc_case *c, acc_curve_data *d)
{
    const size_t n_bytes = 3 * c->n_px * sizeof(float);
    float *limit = acc_alloc(1, n_bytes);
    const double share = 1.0 / acc_n_main;

    memcpy(limit, blur(synth, c, BS_PLACEMENT_MIDPOINT, MANY).blur_linear, n_bytes);
    for (bs_placement p = 0; p < 2; p++) {
        const int n_auto = poses_needed(c, p);
        bs_tuple t;

        for (int i = 0; i < ACC_CURVE_POINTS; i++) {
            t = blur(synth, c, p, counts[i]);
            d->truth_db[p][i] += share * acc_psnr(c, t.blur, ACC_INSIDE);
            d->limit_db[p][i] += share * light_psnr(c, t.blur_linear, limit);
        }
        t = blur(synth, c, p, n_auto);
        d->auto_n[p] += share * n_auto;
        d->auto_truth_db[p] += share * acc_psnr(c, t.blur, ACC_INSIDE);
        d->auto_limit_db[p] += share * light_psnr(c, t.blur_linear, limit);
    }
    free(limit);
}

static void print_curve(const acc_curve_data *d)
{
    printf("| poses | midpoint | endpoints | midpoint, placing alone | endpoints, placing alone |\n"
           "|---|---|---|---|---|\n");
    for (int i = 0; i < ACC_CURVE_POINTS; i++)
        printf("| %d | %.1f | %.1f | %.1f | %.1f |\n", d->n_poses[i], d->truth_db[0][i], d->truth_db[1][i],
               d->limit_db[0][i], d->limit_db[1][i]);
    printf("| `auto`: %.0f, %.0f | %.1f | %.1f | %.1f | %.1f |\n\n", d->auto_n[0], d->auto_n[1],
           d->auto_truth_db[0], d->auto_truth_db[1], d->auto_limit_db[0], d->auto_limit_db[1]);
}

int acc_curve(bs_synth *synth, const char *svg)
{
    acc_curve_data d = { 0 };

    memcpy(d.n_poses, counts, sizeof counts);
    for (int i = 0; i < acc_n_main; i++) {
        acc_case *c = acc_case_create(&acc_main[i], 1, &continuous);

        fprintf(stderr, "accuracy: %s\n", acc_main[i].name);
        measure(synth, c, &d);
        acc_case_destroy(&c);
    }
    print_curve(&d);
    return svg ? acc_curve_draw(&d, svg) : 0;
}
