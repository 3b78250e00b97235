/* A sensor's depth put right by colour: cases whose answer is known. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/layers_case.h"

enum { EDGE = 40 };

/* 1/m; exact in binary, and so are the depths. */
#define NEAR 1.0f
#define FAR 0.25f

static float plain[N]; /* inverse depth that was completed, not cleaned */
static uint8_t plain_measured[N];

static const float near_rgb[3] = { 0.5f, 0.1f, 0.1f }, far_rgb[3] = { 0.2f, 0.3f, 0.4f };

/* Cleaned depth in inv and measured, completed depth in plain and plain_measured. */
static void clean(bench *b)
{
    bs_err err = { 0 };

    if (bs_depth_clean(b->builder, b->depth, b->rgb, b->inv, b->measured, &err) != BS_OK ||
        bs_depth_complete(b->builder, b->depth, plain, plain_measured, &err) != BS_OK)
        fail_msg("code %d: %s", err.code, err.text);
}

/* -3 to 3, for outlines that wander over a few rows. */
static int jitter(int y, int kind)
{
    static const int one[] = { 0, 2, 3, 3, 1, -1, -3, -2, -2, 0, 1, 3, 2, -1, -3, -3, 2 };

    return one[(y + 5 * kind) % 17] * (kind % 2 ? 1 : -1);
}

static void set_colour(bench *b, int i, const float rgb[3])
{
    memcpy(&b->rgb[3 * (size_t)i], rgb, 3 * sizeof *rgb);
}

/* The photo shows a step from near to far at EDGE; 'flip' has it from top to bottom, or far first. */
static int place(int i, int flip)
{
    const int along = flip & 1 ? i / W : i % W, edge = flip & 1 ? H / 2 : EDGE;

    return flip & 2 ? edge - 1 - along : along - edge;
}

static int across(int i, int flip)
{
    return flip & 1 ? i % W : i / W;
}

static void put_step(bench *b, int flip)
{
    for (int i = 0; i < N; i++) {
        set_colour(b, i, place(i, flip) < 0 ? near_rgb : far_rgb);
        b->depth[i] = place(i, flip) < 0 ? 1 / NEAR : 1 / FAR;
    }
}

/* Fails if a pixel 'off' or more from the edge of the photo does not have its surface's depth. */
static void expect_step(const bench *b, int flip, int off, const char *what)
{
    for (int i = 0; i < N; i++) {
        const int at = place(i, flip);
        const float want = at < 0 ? NEAR : FAR;

        if (b->inv[i] != want && (at < 0 ? -1 - at : at) >= off)
            fail_msg("%s, flip %d, pixel (%d, %d), %d from the edge: %.9g/m, expected %g", what, flip, i % W,
                     i / W, at, (double)b->inv[i], (double)want);
    }
}

/* Depth wanders by up to 3 pixels, and lies beside colour as a whole. */
static void test_ragged_step(void **state)
{
    bench *b = *state;

    for (int flip = 0; flip < 4; flip++)
        for (int kind = 0; kind < 4; kind++)
            for (int shift = -2; shift <= 2; shift++) {
                put_step(b, flip);
                for (int i = 0; i < N; i++) {
                    const int wander = shift < 0 ? abs(jitter(across(i, flip), kind)) / 2 + shift
                                                 : jitter(across(i, flip), kind) * (3 - shift) / 3 + shift;

                    b->depth[i] = place(i, flip) < wander ? 1 / NEAR : 1 / FAR;
                }
                clean(b);
                expect_step(b, flip, 0, "ragged");
            }
}

/* Depths between the two surfaces, here and there or in a line along the edge, and single wrong ones, are
 * gone, and count as not measured. */
static void test_flying_pixels(void **state)
{
    bench *b = *state;

    for (int k = 0; k < 8; k++) {
        const int flip = k % 4;

        put_step(b, flip);
        for (int i = 0; i < N; i++)
            if (k >= 4 ? place(i, flip) == 0
                       : abs(2 * place(i, flip) + 1) <= 5 && (i * 7 + i / W * 3) % 5 < 3)
                b->depth[i] = 1 / (FAR + (NEAR - FAR) * (0.2f + 0.1f * (float)(k >= 4 ? 3 : i % 7)));
        for (int n = 0; n < 4; n++) /* outliers in the middle of the surfaces */
            b->depth[W * (10 + 10 * n) + 12 + 18 * n] = 1.6f;
        clean(b);
        expect_step(b, flip, 0, "flying");
        for (int i = 0; i < N; i++)
            if (b->measured[i] != (1 / b->depth[i] == b->inv[i]))
                fail_msg("flip %d, pixel (%d, %d): sensor %g m, now %g/m, measured %d", flip, i % W, i / W,
                         (double)b->depth[i], (double)b->inv[i], b->measured[i]);
    }
}

/* A hole that looks like the near thing is its dark face; one that looks like the wall is the shadow. */
static void test_holes_by_colour(void **state)
{
    bench *b = *state;

    for (int flip = 0; flip < 4; flip++)
        for (int width = 1; width <= 12; width++)
            for (int shadow = 0; shadow < 2; shadow++) {
                put_step(b, flip);
                for (int i = 0; i < N; i++) {
                    const int at = place(i, flip), deep = shadow ? at : -1 - at;

                    if (deep >= 0 && deep < width + jitter(across(i, flip), 1) / 3)
                        b->depth[i] = NAN;
                }
                clean(b);
                expect_step(b, flip, 0, shadow ? "shadow" : "dark face");
                for (int i = 0; i < N; i++)
                    if (b->measured[i] == isnan(b->depth[i]))
                        fail_msg("pixel (%d, %d): %g m, measured %d", i % W, i / W, (double)b->depth[i],
                                 b->measured[i]);
            }
}

/* Exact depth on exact colour, slanted and with a texture: not a bit changes. */
static void test_clean_depth_stays(void **state)
{
    bench *b = *state;

    for (int k = 0; k < 3; k++) {
        for (int i = 0; i < N; i++) {
            const int x = i % W, y = i / W, card = x >= 30 && x < 55 && y >= 20 && y < 44;
            const float wall = 0.3f + 0.002f * (float)x - 0.001f * (float)y, shade = 0.002f * (float)(x + y);
            const float tile = (x / 9 + y / 9) % 2 ? 0.1f : 0;

            b->depth[i] = 1 / (card ? 1 + 0.01f * (float)x : k == 2 ? wall + 0.015f * (float)y : wall);
            if (k == 1 && x > 60)
                b->depth[i] = INFINITY;
            for (int c = 0; c < 3; c++)
                b->rgb[3 * i + c] = (card ? near_rgb : far_rgb)[c] + (card ? 0.5f * shade : shade) +
                                    (card ? 0 : 0.3f * tile) + (k == 1 && x > 60 ? 0.3f : 0);
        }
        clean(b);
        for (int i = 0; i < N; i++)
            if (memcmp(&b->inv[i], &plain[i], sizeof *b->inv) || !b->measured[i])
                fail_msg("case %d, pixel (%d, %d): %.9g/m, was %.9g; measured %d", k, i % W, i / W,
                         (double)b->inv[i], (double)plain[i], b->measured[i]);
    }
}

/* Poles of 1 to 4 pixels stay as wide as they are, whether or not they show in the photo. */
static void test_thin_pole(void **state)
{
    bench *b = *state;

    for (int flip = 0; flip < 2; flip++)
        for (int width = 1; width <= 4; width++)
            for (int shows = 0; shows < 2; shows++) {
                for (int i = 0; i < N; i++) {
                    const int at = place(i, flip), pole = at >= 0 && at < width;

                    b->depth[i] = pole ? 1 / NEAR : 1 / FAR;
                    set_colour(b, i, pole && shows ? near_rgb : far_rgb);
                }
                clean(b);
                for (int i = 0; i < N; i++)
                    if (b->inv[i] != plain[i])
                        fail_msg("pole of %d px, %s, flip %d, pixel (%d, %d): %g/m, was %g", width,
                                 shows ? "in sight" : "like the wall", flip, i % W, i / W, (double)b->inv[i],
                                 (double)plain[i]);
            }
}

/* Length of the outline between near and far, pixels. */
static int outline(const float *inv)
{
    int n = 0;

    for (int i = 0; i < N; i++)
        n += (i % W + 1 < W && inv[i] != inv[i + 1]) + (i + W < N && inv[i] != inv[i + W]);
    return n;
}

/* A photo of one colour decides nothing: the outline only becomes shorter, and stays where it was. */
static void test_no_contrast(void **state)
{
    bench *b = *state;

    for (int flip = 0; flip < 4; flip++)
        for (int kind = 0; kind < 4; kind++) {
            put_step(b, flip);
            for (int i = 0; i < N; i++) {
                set_colour(b, i, far_rgb);
                b->depth[i] = place(i, flip) < jitter(across(i, flip), kind) ? 1 / NEAR : 1 / FAR;
            }
            clean(b);
            expect_step(b, flip, 4, "no contrast");
            if (outline(b->inv) > outline(plain) * 3 / 4)
                fail_msg("flip %d, kind %d: outline of %d px, was %d", flip, kind, outline(b->inv),
                         outline(plain));
            for (int i = 0; i < N; i++)
                if (b->inv[i] != NEAR && b->inv[i] != FAR)
                    fail_msg("flip %d, pixel (%d, %d): %g/m is neither surface", flip, i % W, i / W,
                             (double)b->inv[i]);
        }
}

static uint32_t draw(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

/* Noise of any kind: what comes out is finite and between the nearest and the farthest that is known. */
static void test_noise(void **state)
{
    static const int sizes[][2] = { { 1, 1 }, { 1, 9 }, { 9, 1 }, { 2, 3 }, { 3, 2 }, { 17, 31 }, { W, H } };
    static const float odd[] = { NAN, 0, -1, INFINITY, -INFINITY, 1e-3f, 1e6f };
    bench *b = *state;
    uint32_t seed = 1;

    for (int k = 0; k < 7 * 20; k++) {
        const int w = sizes[k % 7][0], h = sizes[k % 7][1];
        float lo = INFINITY, hi = 0;
        bs_builder *builder = NULL;
        bs_err err = { 0 };

        assert_int_equal(bs_builder_create(w, h, &builder, &err), BS_OK);
        for (int i = 0; i < w * h; i++) {
            b->depth[i] = draw(&seed) % 3 ? 1 + 0.001f * (float)(draw(&seed) % 3000) : odd[draw(&seed) % 7];
            if (i == 0)
                b->depth[i] = 2;
            for (int c = 0; c < 3; c++)
                b->rgb[3 * i + c] = (float)(draw(&seed) % 1000) / 1000;
            lo = b->depth[i] > 0 ? fminf(lo, 1 / b->depth[i]) : lo;
            hi = b->depth[i] > 0 ? fmaxf(hi, 1 / b->depth[i]) : hi;
        }
        assert_int_equal(bs_depth_clean(builder, b->depth, b->rgb, b->inv, b->measured, &err), BS_OK);
        for (int i = 0; i < w * h; i++)
            if (!(b->inv[i] >= lo && b->inv[i] <= hi) || b->measured[i] > (b->depth[i] > 0))
                fail_msg("round %d, %dx%d, pixel (%d, %d): %g/m of %g to %g, measured %d, was %g m", k, w, h,
                         i % w, i / w, (double)b->inv[i], (double)lo, (double)hi, b->measured[i],
                         (double)b->depth[i]);
        bs_builder_destroy(&builder);
    }
}

static void test_hardly_anything_known(void **state)
{
    bench *b = *state;
    bs_err err = { 0 };

    put_step(b, 0);
    for (int i = 0; i < N; i++)
        b->depth[i] = i % 2 ? NAN : 0;
    if (bs_depth_clean(b->builder, b->depth, b->rgb, b->inv, b->measured, &err) != BS_EFORMAT || !err.text[0])
        fail_msg("a frame without depth was taken");
    b->depth[W * 7 + 9] = 2;
    clean(b);
    for (int i = 0; i < N; i++)
        if (b->inv[i] != 0.5f || b->measured[i] != (i == W * 7 + 9))
            fail_msg("pixel (%d, %d): %g/m, measured %d", i % W, i / W, (double)b->inv[i], b->measured[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ragged_step),     cmocka_unit_test(test_flying_pixels),
        cmocka_unit_test(test_holes_by_colour), cmocka_unit_test(test_clean_depth_stays),
        cmocka_unit_test(test_thin_pole),       cmocka_unit_test(test_no_contrast),
        cmocka_unit_test(test_noise),           cmocka_unit_test(test_hardly_anything_known),
    };

    return cmocka_run_group_tests(tests, setup_bench, teardown_bench);
}
