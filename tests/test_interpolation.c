/* Reading the frame between its pixels: what bilinear and bicubic interpolation promise. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/blur_case.h"

enum { W = 64, H = 48 };

static const bs_synth_options bilinear = { .response = BS_RESPONSE_LINEAR };
static const bs_synth_options bicubic = { .response = BS_RESPONSE_LINEAR,
                                          .interpolation = BS_INTERPOLATION_BICUBIC };

/* A flat wall at 2 m; focal length 100 px, so that a camera moved by 2 / 100 m sees a pixel further on. */
static frame make_wall(int (*colour)(int x, int y))
{
    frame f = make_frame(W, H, FLAT, 1);

    f.cam.fx = f.cam.fy = 100;
    for (int i = 0; i < W * H; i++)
        for (int c = 0; c < 3; c++)
            f.rgb[3 * i + c] = (uint8_t)colour(i % W, i / W);
    return f;
}

static int square(int x, int y)
{
    (void)y;
    return x % 16 * (x % 16); /* 0 to 225 */
}

static int step(int x, int y)
{
    return x < 32 ? 0 : y < 24 ? 200 : 255;
}

/* Within one arch of x^2, a cubic that is exact for quadratics gives (x + s)^2; a chord lies s (1 - s)
 * above. */
static void test_quadratic(void **state)
{
    static const double shifts[] = { 0.25, 0.5, 0.9, -0.3 };
    bs_synth *s = *state;
    frame f = make_wall(square);

    for (int k = 0; k < 4; k++) {
        const double d = shifts[k], frac = d - floor(d);
        const motion m = make_pose(d * 2 / 100, 0, 0, 0, 0, 0);

        for (int cubic = 0; cubic < 2; cubic++) {
            const bs_tuple t = blur(s, &f, &m, cubic ? &bicubic : &bilinear);

            for (int y = 2; y < H - 2; y++)
                for (int x = 18; x < 28; x++) { /* 16 texels away from the ends of the arch */
                    const double at = x - 16 + d, want = (at * at + (cubic ? 0 : frac * (1 - frac))) / 255;
                    const double got = (double)t.blur_linear[3 * (W * y + x)];

                    if (!(fabs(got - want) <= 2e-5))
                        fail_msg("shift %g, %s, pixel (%d, %d): %.7f, expected %.7f", d,
                                 cubic ? "bicubic" : "bilinear", x, y, got, want);
                }
        }
    }
    free_frame(&f);
}

/* Overshoot ends at black and white, and a step is no wider than before. */
static void test_step(void **state)
{
    bs_synth *s = *state;
    frame f = make_wall(step);
    const motion m = make_pose(0.5 * 2 / 100, 0, 0, 0, 0, 0);
    const bs_tuple t = blur(s, &f, &m, &bicubic);

    for (int i = 0; i < 3 * W * H; i++)
        if (!(t.blur_linear[i] >= 0 && t.blur_linear[i] <= 1))
            fail_msg("pixel (%d, %d): light %.7f", i / 3 % W, i / 3 / W, (double)t.blur_linear[i]);
    /* Catmull and Rom's weights half way between pixels are -1/16, 9/16, 9/16, -1/16. */
    assert_true(fabs((double)t.blur_linear[3 * (W * 12 + 31)] - 0.5 * 200 / 255) <= 1e-5);
    assert_true(fabs((double)t.blur_linear[3 * (W * 12 + 32)] - 1.0625 * 200 / 255) <= 1e-5);
    assert_true(t.blur_linear[3 * (W * 12 + 30)] == 0); /* -1/16 of it, and no less than black */
    free_frame(&f);
}

/* The invariants of the blur hold for a cubic, too: no motion, one colour, any threads. */
static void test_invariants(void **state)
{
    static const uint8_t colour[3] = { 250, 97, 3 };
    bs_synth *s = *state;

    for (int kind = 0; kind < N_LAYOUTS; kind++) {
        const bs_synth_options opt = { .interpolation = BS_INTERPOLATION_BICUBIC };
        const bs_synth_options three = { .interpolation = BS_INTERPOLATION_BICUBIC, .threads = 3 };
        float light[3 * 47 * 33];
        const motion still = make_motion(5, 0, 0, 0, 0, 0, 0),
                     moved = make_motion(5, 0.1, 0.1, -0.3, 0.1, 0.2, 0);
        frame f = make_frame(47, 33, (layout)kind, 21);
        bs_tuple t = blur(s, &f, &still, &opt);

        for (int i = 0; i < 3 * 47 * 33; i++)
            assert_int_equal(t.blur[i], f.rgb[i]);
        for (int i = 0; i < 3 * 47 * 33; i++)
            f.rgb[i] = colour[i % 3];
        t = blur(s, &f, &moved, &three);
        memcpy(light, t.blur_linear, sizeof light);
        t = blur(s, &f, &moved, &opt);
        assert_memory_equal(light, t.blur_linear, sizeof light);
        for (int i = 0; i < 3 * 47 * 33; i++)
            if (abs(t.blur[i] - colour[i % 3]) > 1)
                fail_msg("%s, pixel (%d, %d) channel %d: %d, expected %d", layout_names[kind], i / 3 % 47,
                         i / 141, i % 3, t.blur[i], colour[i % 3]);
        free_frame(&f);
    }
}

static void test_whole_pixels(void **state)
{
    bs_synth *s = *state;
    frame f = make_wall(square);
    const motion m = make_pose(3 * 2.0 / 100, -2 * 2.0 / 100, 0, 0, 0, 0);
    const bs_tuple t = blur(s, &f, &m, &bicubic);

    for (int y = 2; y < H; y++)
        for (int x = 0; x < W - 3; x++)
            assert_int_equal(t.blur[3 * (W * y + x)], f.rgb[3 * (W * (y - 2) + x + 3)]);
    free_frame(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_quadratic),
        cmocka_unit_test(test_step),
        cmocka_unit_test(test_invariants),
        cmocka_unit_test(test_whole_pixels),
    };

    return cmocka_run_group_tests(tests, setup_synth, teardown_synth);
}
