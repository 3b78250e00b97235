/* Three surfaces that meet: a near bar crosses a bar behind it, before a wall.  What each uncovers of the
 * others is known exactly, whichever way the camera goes. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/blur_case.h"

enum { SIDE = 96, N = SIDE * SIDE, POSES = 24, MARGIN = 14 };

/* Plain colours, so that whatever is filled is filled right; edges between pixels, so that none is mixed. */
typedef struct bar {
    double z_m;
    double x0, x1, y0, y1; /* the pixels that it covers, edges included */
    double light[3];
} bar;

static const bar wall = { 4, -1e9, 1e9, -1e9, 1e9, { 0.8, 0.7, 0.1 } };
static const bar upright = { 1, 38.5, 50.5, -1e9, 1e9, { 0.1, 0.2, 0.9 } };
static const bar level = { 2, -1e9, 1e9, 42.5, 52.5, { 0.9, 0.1, 0.3 } };
static const bar short_level = { 2, -1e9, 44.5, 42.5, 52.5, { 0.9, 0.1, 0.3 } };

static const double focal_px = 100;

/* Length of [a, b] within pixel 'at'. */
static double overlap(double a, double b, int at)
{
    return fmax(fmin(b, at + 0.5) - fmax(a, at - 0.5), 0);
}

/* Share of pixel (x, y) that a bar covers, seen from (tx, ty). */
static double cover(const bar *b, int x, int y, double tx_m, double ty_m)
{
    const double u = focal_px * tx_m / b->z_m, v = focal_px * ty_m / b->z_m;

    return overlap(b->x0 - u, b->x1 - u, x) * overlap(b->y0 - v, b->y1 - v, y);
}

/* Mean light of pixel (x, y) over the exposure, bars from far to near. */
static double expected(const bar *const bars[3], const motion *m, int x, int y, int c)
{
    double sum = 0;

    for (int i = 0; i < m->n; i++) {
        double light = 0;

        for (int k = 0; k < 3; k++) {
            const double a = cover(bars[k], x, y, m->pose[i].t_m[0], m->pose[i].t_m[1]);

            light = a * bars[k]->light[c] + (1 - a) * light;
        }
        sum += light;
    }
    return sum / m->n;
}

static frame make_bars(const bar *const bars[3])
{
    frame f = make_frame(SIDE, SIDE, FLAT, 1);

    f.cam = (bs_camera){ SIDE, SIDE, focal_px, focal_px, 47.5, 47.5 };
    for (int i = 0; i < N; i++)
        for (int k = 0; k < 3; k++)
            if (cover(bars[k], i % SIDE, i / SIDE, 0, 0) > 0.5) {
                f.depth[i] = (float)bars[k]->z_m;
                for (int c = 0; c < 3; c++)
                    f.rgb[3 * i + c] = (uint8_t)lround(255 * bars[k]->light[c]);
            }
    return f;
}

/* Compares with the closed form; 'rms' and 'worst' are of linear light. */
static void check(bs_synth *s, const bar *middle, double tx, double ty, int interpolation, double rms_at_most,
                  double worst_at_most)
{
    const bar *const bars[3] = { &wall, middle, &upright };
    const motion m = make_motion(POSES, tx, ty, 0, 0, 0, 0);
    const bs_synth_options opt = { .response = BS_RESPONSE_LINEAR,
                                   .interpolation = (bs_interpolation)interpolation };
    frame f = make_bars(bars);
    const bs_tuple t = blur(s, &f, &m, &opt);
    double sum = 0, worst = 0, n = 0;
    int at = 0;

    for (int y = MARGIN; y < SIDE - MARGIN; y++)
        for (int x = MARGIN; x < SIDE - MARGIN; x++)
            for (int c = 0; c < 3; c++) {
                const double e =
                    fabs((double)t.blur_linear[3 * (SIDE * y + x) + c] - expected(bars, &m, x, y, c));

                sum += e * e;
                n++;
                if (e > worst) {
                    worst = e;
                    at = SIDE * y + x;
                }
            }
    print_message("camera by (%g, %g) m, bar to %g, interpolation %d: error %.4f rms, %.4f at (%d, %d)\n", tx,
                  ty, middle->x1, interpolation, sqrt(sum / n), worst, at % SIDE, at / SIDE);
    if (!(sqrt(sum / n) <= rms_at_most && worst <= worst_at_most))
        fail_msg("camera by (%g, %g) m: error %.4f rms, %.4f at (%d, %d); expected %g and %g", tx, ty,
                 sqrt(sum / n), worst, at % SIDE, at / SIDE, rms_at_most, worst_at_most);
    free_frame(&f);
}

/* The bar behind is seen on both sides of the near one, and goes on between them. */
static void test_bars_cross(void **state)
{
    static const double ways[][2] = { { 0.12, 0 }, { 0, 0.12 }, { 0.1, 0.06 }, { -0.07, 0.1 }, { -0.12, 0 } };

    for (size_t k = 0; k < sizeof ways / sizeof ways[0]; k++)
        for (int interpolation = 0; interpolation < 2; interpolation++)
            check(*state, &level, ways[k][0], ways[k][1], interpolation, 0.004, 0.04);
}

/* The bar behind ends somewhere under the near one, no deeper than any exposure here can see. */
static void test_bar_ends_behind(void **state)
{
    static const double ways[][2] = { { 0.05, 0 }, { 0, 0.12 }, { 0.04, 0.1 }, { -0.04, 0.1 } };

    for (size_t k = 0; k < sizeof ways / sizeof ways[0]; k++)
        for (int interpolation = 0; interpolation < 2; interpolation++)
            check(*state, &short_level, ways[k][0], ways[k][1], interpolation, 0.004, 0.04);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bars_cross),
        cmocka_unit_test(test_bar_ends_behind),
    };

    return cmocka_run_group_tests(tests, setup_synth, teardown_synth);
}
