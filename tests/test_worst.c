/* The worst that may come in: tiny frames, absurd depths, impossible poses.  The blur stays finite and comes
 * back. */
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/blur_case.h"

static const int sizes[][2] = { { 1, 1 }, { 1, 9 }, { 9, 1 }, { 2, 3 }, { 31, 17 }, { 33, 9 } };

/* Finite light between black and white, whatever went in. */
static void check_sane(const frame *f, const bs_tuple *t, const char *what)
{
    const int w = f->cam.width, n = w * f->cam.height;

    for (int i = 0; i < 3 * n; i++)
        if (!(t->blur_linear[i] >= -1e-5f && t->blur_linear[i] <= 1 + 1e-5f))
            fail_msg("%s, %dx%d, pixel (%d, %d) channel %d: light %.9g, expected 0 to 1", what, w,
                     f->cam.height, i / 3 % w, i / 3 / w, i % 3, (double)t->blur_linear[i]);
    for (int i = 0; i < 2 * n; i++)
        if (isinf(t->kernel[i]))
            fail_msg("%s, %dx%d, pixel (%d, %d): infinite kernel", what, w, f->cam.height, i / 2 % w,
                     i / 2 / w);
    if (!(isfinite(t->mean_px) && isfinite(t->max_px) && isfinite(t->linearity_error_px)) ||
        !(t->seen_share >= 0 && t->seen_share <= 1 + 1e-5))
        fail_msg("%s, %dx%d: mean %g px, max %g px, bent by %g px, seen %g", what, w, f->cam.height,
                 t->mean_px, t->max_px, t->linearity_error_px, t->seen_share);
}

/* One of N_MODES ways to blur that need no OpenCV. */
enum { N_MODES = 12 };
static bs_synth_options mode_of(int i)
{
    return (bs_synth_options){ .inpaint = i / 6 ? BS_INPAINT_NONE : BS_INPAINT_BACKGROUND,
                               .method = i / 6 && i % 3 == 2 ? BS_METHOD_SCATTER : BS_METHOD_FIRST_HIT,
                               .interpolation =
                                   i % 3 == 1 ? BS_INTERPOLATION_BICUBIC : BS_INTERPOLATION_BILINEAR,
                               .cleanup = i % 2 ? BS_CLEANUP_ON : BS_CLEANUP_OFF };
}

static void test_odd_sizes(void **state)
{
    bs_synth *s = *state;

    for (size_t k = 0; k < sizeof sizes / sizeof sizes[0]; k++)
        for (int kind = 0; kind < N_LAYOUTS; kind++)
            for (int mode = 0; mode < N_MODES; mode++) {
                frame f = make_frame(sizes[k][0], sizes[k][1], (layout)kind, 31 + (uint32_t)k);
                const motion m = make_motion(7, 0.1, -0.05, 0.2, 0.05, 0.03, 0.1);
                const bs_synth_options opt = mode_of(mode);
                const bs_tuple t = blur(s, &f, &m, &opt);

                check_sane(&f, &t, layout_names[kind]);
                free_frame(&f);
            }
}

/* Where the depth in question is: right half, everywhere but at one pixel, or strewn over the frame. */
static int is_worst(int place, int x, int y)
{
    return place == 0 ? x > 15 : place == 1 ? x != 12 || y != 4 : x % 8 == 3 && y % 8 == 3;
}

static char worst[96]; /* the case at work, for on_alarm() */

static void on_alarm(int sig)
{
    static const char text[] = " did not come back in 20 s\n";

    (void)sig;
    (void)!write(STDERR_FILENO, worst, strlen(worst));
    (void)!write(STDERR_FILENO, text, sizeof text - 1);
    _exit(1);
}

static void test_worst_inputs(void **state)
{
    static const float depths[] = { NAN, 0, -1, 1e-3f, 1e-6f, 1e-30f, 1e-40f, 1e6f, 1e38f, INFINITY };
    const motion motions[] = {
        make_pose(0, 0, 3, 0, 0, 0),          make_pose(0, 0, -3, 0, 0, 0),
        make_pose(0, 0, 2, 0, 0, 0),          make_pose(0, 0, 0, 0, 170 / 57.3, 0),
        make_pose(0, 0, 0, 170 / 57.3, 0, 0), make_pose(0, 0, 0, 0, 3.14159265, 0),
        make_pose(100, 0, 0, 0, 0, 0),        make_pose(0, 0, 100, 0, 0, 0),
        make_pose(0, 0, -100, 0, 0, 0),       make_motion(3, 1, 1, 1, 1, 1, 1),
        make_pose(0.1, 0, 0, 0, 0, 0),
    };
    bs_synth *s = *state;

    (void)signal(SIGALRM, on_alarm);
    for (int d = 0; d < 10; d++)
        for (int k = 0; k < 11; k++)
            for (int place = 0; place < 3; place++) {
                const bs_synth_options opt = mode_of((d + k + place) % N_MODES);
                frame f = make_frame(31, 17, CARD, 7);
                bs_tuple t;

                for (int i = 0; i < 31 * 17; i++)
                    f.depth[i] = is_worst(place, i % 31, i / 31) ? depths[d] : f.depth[i];
                snprintf(worst, sizeof worst, "depth %g at place %d, motion %d", (double)depths[d], place, k);
                alarm(20);
                t = blur(s, &f, &motions[k], &opt);
                alarm(0);
                check_sane(&f, &t, worst);
                free_frame(&f);
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_odd_sizes),
        cmocka_unit_test(test_worst_inputs),
    };

    return cmocka_run_group_tests(tests, setup_synth, teardown_synth);
}
