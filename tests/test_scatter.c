/* The published method: where whole pixels land, the nearer kept, and what is averaged. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/blur_case.h"

enum { W = 64, H = 48, N = W * H, LAST = 23 };

static const double focal_px = 100, z_card = 1, z_wall = 4; /* with moves of 1/25 m: 4 and 1 px */

static const bs_synth_options unfilled = { .method = BS_METHOD_SCATTER, .inpaint = BS_INPAINT_NONE };

/* Noise on a wall; with 'side' 1 a card covers it up to column (or row, 'down') LAST, with -1 from there on.
 * An odd principal point, so that no pixel is on an axis, but square pixels. */
static frame make_step(int side, int down)
{
    frame f = make_frame(W, H, FLAT, 17);

    f.cam = (bs_camera){ W, H, focal_px, focal_px, 31.7, 20.1 };
    for (int i = 0; i < N; i++) {
        const int at = down ? i / W : i % W, card = side > 0 ? at <= LAST : side < 0 && at > LAST;

        f.depth[i] = (float)(card ? z_card : z_wall);
    }
    return f;
}

/* The pixel 'from' of 'f' must be at pixel 'i' of 't'. */
static void expect_pixel(const bs_tuple *t, const frame *f, int i, int from, const char *what)
{
    const int w = t->width;

    for (int c = 0; c < 3; c++)
        if (t->blur[3 * i + c] != f->rgb[3 * from + c])
            fail_msg("%s, pixel (%d, %d) channel %d: %d, expected %d from (%d, %d)", what, i % w, i / w, c,
                     t->blur[3 * i + c], f->rgb[3 * from + c], from % w, from / w);
}

static void expect_mask(const bs_tuple *t, int i, int mask, const char *what)
{
    if (t->mask[i] != mask)
        fail_msg("%s, pixel (%d, %d): mask %d, expected %d", what, i % t->width, i / t->width, t->mask[i],
                 mask);
}

static void test_motionless_is_sharp(void **state)
{
    static const int counts[] = { 1, 7, 30 };
    bs_synth *s = *state;

    for (int kind = 0; kind < N_LAYOUTS; kind++)
        for (int response = BS_RESPONSE_AUTO; response <= BS_RESPONSE_NONE; response++)
            for (int k = 0; k < 3; k++) {
                frame f = make_frame(40, 30, (layout)kind, 11);
                const motion m = make_motion(counts[k], 0, 0, 0, 0, 0, 0);
                const bs_synth_options opt = { .method = BS_METHOD_SCATTER,
                                               .inpaint =
                                                   bs_has_opencv() ? BS_INPAINT_BACKGROUND : BS_INPAINT_NONE,
                                               .response = (bs_response_kind)response,
                                               .gamma = 2.2 };
                bs_tuple t;

                f.depth[1] = 1e-40f; /* 1 / z is infinite */
                t = blur(s, &f, &m, &opt);
                for (int i = 0; i < 40 * 30; i++) {
                    expect_pixel(&t, &f, i, i, layout_names[kind]);
                    expect_mask(&t, i, isnan(f.depth[i]) ? 0 : 255, layout_names[kind]);
                }
                free_frame(&f);
            }
}

/* A wall, and a camera moved by nearly whole pixels or by some: each lands on the nearest.  What comes into
 * the picture is a hole, which no pose knows: the reference pixel stands there. */
static void test_shift_to_the_nearest_pixel(void **state)
{
    static const double shifts[][2] = { { 1, 0 },      { -3, 0 },     { 0, 2 },      { 5, -4 },
                                        { 0.3, -0.3 }, { 0.7, -0.7 }, { -0.7, 0.7 }, { 2.4, -2.6 } };
    bs_synth *s = *state;
    frame f = make_step(0, 0);

    for (size_t k = 0; k < sizeof shifts / sizeof shifts[0]; k++) {
        const int dx = (int)lround(shifts[k][0]), dy = (int)lround(shifts[k][1]);
        const motion m =
            make_pose(shifts[k][0] * z_wall / focal_px, shifts[k][1] * z_wall / focal_px, 0, 0, 0, 0);
        const bs_tuple t = blur(s, &f, &m, &unfilled);

        for (int i = 0; i < N; i++) {
            const int u = i % W + dx, v = i / W + dy, in = u >= 0 && v >= 0 && u < W && v < H;

            expect_pixel(&t, &f, i, in ? W * v + u : i, "shift of a wall");
            expect_mask(&t, i, in ? 255 : 0, "shift of a wall");
        }
    }
    free_frame(&f);
}

/* The camera turns by a quarter about its axis, clockwise: its right is the frame's down. */
static void test_quarter_turn(void **state)
{
    bs_synth *s = *state;
    const motion m = make_pose(0, 0, 0, 0, 0, acos(-1) / 2);
    frame f = make_frame(31, 31, NOISE, 4);
    bs_tuple t;

    f.cam = (bs_camera){ 31, 31, focal_px, focal_px, 15, 15 };
    t = blur(s, &f, &m, &unfilled);
    for (int y = 0; y < 31; y++)
        for (int x = 0; x < 31; x++)
            expect_pixel(&t, &f, 31 * y + x, 31 * x + (30 - y), "quarter turn");
    free_frame(&f);
}

/* The camera backs off until a wall is half as large: four pixels meet on each, all as near.  Those between
 * two pixels go right and down, and of the four the first in raster order stays. */
static void test_ties_and_halves(void **state)
{
    enum { SIDE = 33, MIDDLE = 16 };
    bs_synth *s = *state;
    const motion m = make_pose(0, 0, -2, 0, 0, 0);
    frame f = make_frame(SIDE, SIDE, FLAT, 8); /* at 2 m */
    bs_tuple t;

    f.cam = (bs_camera){ SIDE, SIDE, focal_px, focal_px, MIDDLE, MIDDLE };
    t = blur(s, &f, &m, &unfilled);
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++) {
            const int in = x >= MIDDLE / 2 && x <= SIDE - 1 - MIDDLE / 2 && y >= MIDDLE / 2 &&
                           y <= SIDE - 1 - MIDDLE / 2;
            int u = MIDDLE + 2 * (x - MIDDLE) - 1, v = MIDDLE + 2 * (y - MIDDLE) - 1;

            u = u < 0 ? 0 : u; /* the first column has none on its left */
            v = v < 0 ? 0 : v;
            expect_pixel(&t, &f, SIDE * y + x, in ? SIDE * v + u : SIDE * y + x, "half as large");
            expect_mask(&t, SIDE * y + x, in ? 255 : 0, "half as large");
        }
    free_frame(&f);
}

/* Where pixel 'at' of a line across a step comes from when the camera has moved by 'k' / 25 m, so that the
 * card moves back by 4 k px and the wall by k; -1: a hole.  'n' is the line's length. */
static int step_source(int side, int at, int n, int k)
{
    const int on_card = at + 4 * k, on_wall = at + k;

    if (on_card >= 0 && on_card < n && (side > 0 ? on_card <= LAST : on_card > LAST))
        return on_card;
    if (on_wall >= 0 && on_wall < n && (side > 0 ? on_wall > LAST : on_wall <= LAST))
        return on_wall;
    return -1;
}

/* A card before a wall moves over it, or off it, from both sides and along both axes: each pixel is known. */
static void test_nearer_is_kept(void **state)
{
    bs_synth *s = *state;

    for (int side = -1; side <= 1; side += 2)
        for (int down = 0; down < 2; down++)
            for (int k = -2; k <= 2; k++) {
                const motion m = make_pose(down ? 0 : k / 25.0, down ? k / 25.0 : 0, 0, 0, 0, 0);
                frame f = make_step(side, down);
                const bs_tuple t = blur(s, &f, &m, &unfilled);
                const int edge = LAST + 1; /* line of pixels where the card begins, or has ended */
                int holes = 0;

                for (int i = 0; i < N; i++) {
                    const int at = down ? i / W : i % W, from = step_source(side, at, down ? H : W, k);

                    expect_pixel(&t, &f, i, from < 0 ? i : i + (from - at) * (down ? W : 1), "card and wall");
                    expect_mask(&t, i, from < 0 ? 0 : 255, "card and wall");
                    /* What the card uncovers, the picture's ends apart. */
                    holes += t.mask[i] == 0 && (down ? i % W : i / W) == 5 && abs(at - edge) < 12;
                }
                /* f T (1 / Zc - 1 / Zw) where it moves away from the wall, nothing where it moves over it. */
                assert_int_equal(holes, side * k > 0 ? 3 * abs(k) : 0);
                free_frame(&f);
            }
}

/* An exposure: what was uncovered counts for nothing, the mean is over the poses that know the pixel. */
static void test_mean_over_what_is_known(void **state)
{
    bs_synth *s = *state;
    frame f = make_step(1, 0);
    bs_synth_options opt = unfilled;
    motion m = make_motion(4, 0, 0, 0, 0, 0, 0);
    bs_tuple t;
    double unseen = 0;

    opt.response = BS_RESPONSE_NONE;
    for (int k = 0; k < 4; k++)
        m.pose[k].t_m[0] = k / 25.0;
    t = blur(s, &f, &m, &opt);
    for (int i = 0; i < N; i++) {
        double sum[3] = { 0, 0, 0 };
        int known = 0;

        for (int k = 0; k < 4; k++) {
            const int from = step_source(1, i % W, W, k);

            known += from >= 0;
            for (int c = 0; from >= 0 && c < 3; c++)
                sum[c] += f.rgb[3 * (i - i % W + from) + c] / 255.0;
        }
        for (int c = 0; c < 3; c++) /* at least the first pose knows every pixel */
            if (!(fabs((double)t.blur_linear[3 * i + c] - sum[c] / known) <= 1e-6))
                fail_msg("pixel (%d, %d) channel %d: %.9g, expected %.9g over %d poses", i % W, i / W, c,
                         (double)t.blur_linear[3 * i + c], sum[c] / known, known);
        expect_mask(&t, i, (int)(known / 4.0 * 255 + 0.5), "exposure");
        unseen += i % W < W - 4 ? 1 - known / 4.0 : 0; /* all but what comes in at the right */
    }
    /* The mean move is 1.5 / 25 m: f T (1 / Zc - 1 / Zw). */
    assert_true(fabs(unseen / H - focal_px * 1.5 / 25 * (1 / z_card - 1 / z_wall)) < 1e-9);
    free_frame(&f);
}

/* Two poses a pixel apart on a wall: what is averaged is light, or encoded values if there is no response. */
static void test_what_is_averaged(void **state)
{
    bs_synth *s = *state;
    frame f = make_step(0, 0);
    motion m = make_motion(2, 0, 0, 0, 0, 0, 0);

    m.pose[1].t_m[0] = z_wall / focal_px;
    for (int srgb = 0; srgb < 2; srgb++) {
        bs_synth_options opt = unfilled;
        bs_response resp;
        bs_tuple t;

        opt.response = srgb ? BS_RESPONSE_AUTO : BS_RESPONSE_NONE;
        assert_int_equal(bs_response_make(BS_RESPONSE_SRGB, 0, &resp, NULL), BS_OK);
        t = blur(s, &f, &m, &opt);
        for (int i = 0; i < 3 * N; i++) {
            const int a = f.rgb[i], b = i / 3 % W + 1 < W ? f.rgb[i + 3] : a;
            const double mean = srgb ? ((double)resp.light[a] + (double)resp.light[b]) / 2 : (a + b) / 510.0;

            if (!(fabs((double)t.blur_linear[i] - mean) <= 1e-6))
                fail_msg("response %d, value %d: mean of %d and %d is %.9g, expected %.9g", opt.response, i,
                         a, b, (double)t.blur_linear[i], mean);
            if (!srgb && abs(2 * t.blur[i] - (a + b)) > 1)
                fail_msg("value %d: mean of %d and %d is written as %d", i, a, b, t.blur[i]);
        }
    }
    free_frame(&f);
}

/* Smooth colours on a slanted wall: rounding to whole pixels is all that the two methods differ by. */
static void test_agrees_with_first_hit(void **state)
{
    const motion m = make_motion(25, 0.15, -0.05, 0.05, 0.01, 0.02, 0.05);
    bs_synth_options opt = { .inpaint = BS_INPAINT_NONE };
    bs_synth *s = *state;
    frame f = make_frame(W, H, FLAT, 1);
    float *exact = malloc(3 * N * sizeof *exact);
    uint8_t *seen = malloc(N);
    double sum = 0;
    int n = 0;
    bs_tuple t;

    assert_true(exact && seen);
    for (int i = 0; i < N; i++) {
        f.depth[i] = 2 + 0.01f * (float)(i % W);
        for (int c = 0; c < 3; c++)
            f.rgb[3 * i + c] = (uint8_t)lrint(128 + 100 * sin(0.35 * (i % W) + 0.2 * (i / W) + c));
    }
    t = blur(s, &f, &m, &opt);
    memcpy(exact, t.blur_linear, 3 * N * sizeof *exact);
    memcpy(seen, t.mask, N);
    opt.method = BS_METHOD_SCATTER;
    t = blur(s, &f, &m, &opt);
    for (int i = 0; i < 3 * N; i++)
        if (seen[i / 3] == 255 && t.mask[i / 3] == 255) {
            const double diff = (double)t.blur_linear[i] - (double)exact[i];

            sum += diff * diff;
            n++;
        }
    /* 40 dB and more: rounding moves light by a third of a pixel, and each pose rounds anew. */
    if (!(n > 3 * N / 2 && sqrt(sum / n) < 0.01))
        fail_msg("%.4g apart over %d values", sqrt(sum / n), n);
    free(seen);
    free(exact);
    free_frame(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_motionless_is_sharp), cmocka_unit_test(test_shift_to_the_nearest_pixel),
        cmocka_unit_test(test_quarter_turn),        cmocka_unit_test(test_ties_and_halves),
        cmocka_unit_test(test_nearer_is_kept),      cmocka_unit_test(test_mean_over_what_is_known),
        cmocka_unit_test(test_what_is_averaged),    cmocka_unit_test(test_agrees_with_first_hit),
    };

    return cmocka_run_group_tests(tests, setup_synth, teardown_synth);
}
