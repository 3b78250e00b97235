/*
 * A rolling shutter beside a global one.
 *
 * A kind's motion takes the time of the whole capture, so that nothing moves farther from the sharp frame
 * than it does under a global shutter.  A line sees a part of it; a shorter blur hides less of what
 * interpolation does to a picture, and so the figures stand beside those of global shutters with the same
 * exposures: ACC_BANDS pictures, each blurred by the poses of the middle line of one band, of which that
 * band is taken and measured against the truth for these poses.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/accuracy.h"

#ifdef _OPENMP
#include <omp.h>
#endif

#define ACC_BANDS 12

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

/* PSNR of the picture that the library makes of a case, or that global shutters make of one in bands. */
static void measure(bs_synth *synth, const acc_case *c, double db[ACC_REGIONS], double *kernel_p99_px)
{
    uint8_t *rgb = acc_alloc(3 * c->n_px, 1);

    if (c->n_bands) {
        run_bands(synth, c, rgb);
    } else {
        const bs_synth_input in = acc_input(c);
        const bs_tuple t = run(synth, &in);

        memcpy(rgb, t.blur, 3 * c->n_px);
        *kernel_p99_px = acc_kernel_p99(c, t.kernel);
    }
    for (acc_region r = 0; r < ACC_REGIONS; r++)
        db[r] = acc_psnr(c, rgb, r);
    free(rgb);
}

acc_rolling_figures acc_measure_rolling(bs_synth *synth, const acc_kind *kind, uint32_t seed,
                                        const acc_setup *setup)
{
    acc_setup s = *setup;
    acc_rolling_figures f;

    for (int g = 0; g < 2; g++) {
        acc_case *c;

        s.n_bands = g ? ACC_BANDS : 0;
        c = acc_case_create(kind, seed, &s);
        measure(synth, c, f.db[g], &f.kernel_p99_px);
        acc_case_destroy(&c);
    }
    return f;
}
