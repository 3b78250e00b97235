/* What a frame becomes: its layers, three surfaces deep, and the pixels that two surfaces share. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/layers_case.h"

/* Pixels that the card's outline halves are told apart: half covered, card in front, plane behind. */
static void test_silhouettes_are_unmixed(void **state)
{
    static const float shares[] = { 0.15f, 0.5f, 0.85f };
    bench *b = *state;

    for (int k = 0; k < 3; k++) {
        put_card(b, 1);
        for (int y = 20; y < 40; y++)
            for (int side = 0; side < 2; side++) {
                const int x = side ? 50 : 29, i = W * y + x + (shares[k] >= 0.5f ? (side ? -1 : 1) : 0);

                for (int c = 0; c < 3; c++) /* depth is that of the pixel's middle */
                    b->rgb[3 * i + c] = shares[k] * card_rgb[c] + (1 - shares[k]) * plane_rgb(i % W, y, c);
            }
        build(b, 20, BS_INPAINT_BACKGROUND);
        for (int y = 24; y < 36; y++)
            for (int side = 0; side < 2; side++) {
                const int x = (side ? 50 : 29) + (shares[k] >= 0.5f ? (side ? -1 : 1) : 0), i = W * y + x;
                const float cover = light_at(b, 0, i)[3];

                if (!(fabsf(cover - shares[k]) <= 0.05f))
                    fail_msg("pixel (%d, %d): coverage %.4f, expected %g", x, y, (double)cover,
                             (double)shares[k]);
                for (int c = 0; c < 3; c++)
                    if (!(fabsf(light_at(b, 1, i)[c] - plane_rgb(x, y, c)) <= 0.05f))
                        fail_msg("covered by %g, pixel (%d, %d) channel %d: behind it %.4f, expected %.4f",
                                 (double)shares[k], x, y, c, (double)light_at(b, 1, i)[c],
                                 (double)plane_rgb(x, y, c));
            }
    }
}

/* A bar two pixels wide, both of them its own all over, and half of those beside it. */
static void put_bar(bench *b, const float colour[3])
{
    static const float shares[] = { 0.5f, 1, 1, 0.5f };

    put_card(b, 1);
    for (int i = 0; i < N; i++) {
        const int x = i % W, y = i / W;
        const float share = x >= 29 && x < 33 ? shares[x - 29] : 0;

        b->inv[i] = x == 30 || x == 31 ? 1 : plane_inv(x, y);
        for (int c = 0; c < 3; c++)
            b->rgb[3 * i + c] = share * colour[c] + (1 - share) * plane_rgb(x, y, c);
    }
}

/* Whatever is guessed of a bar that has no unmixed pixel: it covers what it covers, and lets no wall through
 * for being brighter than white. */
static void test_bar_is_whole(void **state)
{
    static const float colour[3] = { 1, 0.97f, 0.9f };
    bench *b = *state;

    put_bar(b, colour);
    build(b, 20, BS_INPAINT_BACKGROUND);
    for (int y = 8; y < H - 8; y++)
        for (int x = 29; x < 33; x++) {
            const float *l = light_at(b, 0, W * y + x), want = x == 29 || x == 32 ? 0.5f : 1;

            if (!(fabsf(l[3] - want) <= 0.05f))
                fail_msg("pixel (%d, %d): coverage %.4f, expected %g", x, y, (double)l[3], (double)want);
            for (int c = 0; c < 3; c++)
                if (!(fabsf(l[c] - want * colour[c]) <= 0.05f))
                    fail_msg("pixel (%d, %d) channel %d: %.4f, expected %.4f", x, y, c, (double)l[c],
                             (double)(want * colour[c]));
        }
}

/* A pixel beside a card that shows neither it nor the plane stays whole, with what is behind. */
static void test_no_mixture(void **state)
{
    bench *b = *state;

    put_card(b, 1);
    for (int y = 20; y < 40; y++) {
        float *rgb = &b->rgb[3 * (W * y + 29)];

        rgb[0] = 0.55f, rgb[1] = 0.7f, rgb[2] = 0.45f; /* towards the card, and more green than both */
    }
    build(b, 20, BS_INPAINT_BACKGROUND);
    for (int y = 24; y < 36; y++) {
        const int i = W * y + 29;

        if (!(light_at(b, 0, i)[3] <= 0.15f && light_at(b, 1, i)[1] >= 0.65f))
            fail_msg("pixel (29, %d): the card covers %.4f, green behind it %.4f; expected at most 0.15 and "
                     "0.7",
                     y, (double)light_at(b, 0, i)[3], (double)light_at(b, 1, i)[1]);
    }
}

static void expect_inv(const bench *b, int x, int y, float near, float middle, float far)
{
    const int i = W * y + x;
    const float g[] = { inv_at(b, 0, i), inv_at(b, 1, i), inv_at(b, 2, i) };

    if (!(fabsf(g[0] - near) <= 1e-3f && fabsf(g[1] - middle) <= 1e-3f && fabsf(g[2] - far) <= 1e-3f))
        fail_msg("pixel (%d, %d): layers at %.3f, %.3f, %.3f 1/m, expected %.3f, %.3f, %.3f", x, y,
                 (double)g[0], (double)g[1], (double)g[2], (double)near, (double)middle, (double)far);
}

/* An upright bar at 1/m before a level one at 0.5/m before a wall at 0.25/m. */
static void test_three_surfaces(void **state)
{
    bench *b = *state;

    for (int i = 0; i < N; i++) {
        const int x = i % W, y = i / W, upright = x >= 34 && x < 46, level = y >= 18 && y < 42;

        b->measured[i] = 1;
        b->inv[i] = upright ? 1 : level ? 0.5f : 0.25f;
        for (int c = 0; c < 3; c++)
            b->rgb[3 * i + c] = upright ? 0.9f : level ? 0.5f : 0.1f;
    }
    build(b, 12, BS_INPAINT_BACKGROUND);
    expect_inv(b, 10, 10, 0.25f, 0.25f, 0.25f); /* away from all edges: the frame */
    expect_inv(b, 35, 10, 1, 0.25f, 0.25f);     /* the wall goes on under the upright bar */
    expect_inv(b, 35, 30, 1, 0.5f, 0.5f);       /* so does the level bar */
    expect_inv(b, 35, 19, 1, 0.5f, 0.25f);      /* and under its own rim there the wall */
    expect_inv(b, 10, 19, 0.5f, 0.25f, 0.25f);  /* as under its rim in the open */
    expect_inv(b, 33, 30, 1, 0.5f, 0.5f);       /* the ring of the upright bar over the level one */
    expect_inv(b, 33, 19, 1, 0.5f, 0.25f);      /* and over its rim */
    for (int x = 34; x < 46; x++) /* where layer 2 leaves the wall for the level bar, it is torn */
        for (int y = 18; y < 42; y++) {
            const int i = W * y + x;
            const float at = inv_at(b, 2, i), right = inv_at(b, 2, i + 1), below = inv_at(b, 2, i + W);
            const int jumps = fabsf(at - right) > 0.1f || fabsf(at - below) > 0.1f;

            if (jumps && !torn_at(b, 2, i))
                fail_msg("pixel (%d, %d): layer 2 goes from %.3f to %.3f and %.3f 1/m without a tear", x, y,
                         (double)at, (double)right, (double)below);
        }
}

/* One surface, or a camera that only turns: nothing is torn, all layers are the frame. */
static void test_no_edges(void **state)
{
    bench *b = *state;

    for (int k = 0; k < 2; k++) {
        put_card(b, 1);
        for (int i = 0; k == 0 && i < N; i++)
            b->inv[i] = plane_inv(i % W, i / W);
        build(b, k == 0 ? 50 : 0, BS_INPAINT_BACKGROUND);
        for (int i = 0; i < N; i++) {
            const float *f = light_at(b, 0, i), *r = light_at(b, 1, i);
            const float g[] = { inv_at(b, 0, i), inv_at(b, 1, i), inv_at(b, 2, i) };

            if (memcmp(f, &b->rgb[3 * i], 12) || memcmp(r, &b->rgb[3 * i], 12) || f[3] != 1 || r[3] != 1)
                fail_msg("%s, pixel (%d, %d): front (%g %g %g %g), back (%g %g %g %g)",
                         k ? "turning" : "plane", i % W, i / W, (double)f[0], (double)f[1], (double)f[2],
                         (double)f[3], (double)r[0], (double)r[1], (double)r[2], (double)r[3]);
            if (g[0] != b->inv[i] || g[1] != b->inv[i] || g[2] != b->inv[i] || seen_at(b, i) != 7)
                fail_msg("%s, pixel (%d, %d): %g, %g and %g/m, bits %d; expected %g/m, all layers seen",
                         k ? "turning" : "plane", i % W, i / W, (double)g[0], (double)g[1], (double)g[2],
                         seen_at(b, i), (double)b->inv[i]);
        }
    }
}

/* Behind a card that is seen to move to the right, and not up or down: the plane comes out at its left side as
 * far as it moves, and elsewhere is known behind the card's outline alone. */
static void test_hidden_where_uncovered(void **state)
{
    bs_reach reach[5 * 4];
    bench *b = *state;

    put_card(b, 1);
    for (int i = 0; i < N; i++)
        b->parallax[i] = 10;
    assert_int_equal(bs_reach_cells(W) * bs_reach_cells(H), 5 * 4);
    for (int i = 0; i < 5 * 4; i++)
        reach[i] = (bs_reach){ { 10, 5, 0, 0, 0, 0, 0, 5 } };
    assert_int_equal(bs_layers_build(b->builder, b->rgb, b->inv, b->measured, b->parallax, reach,
                                     BS_INPAINT_BACKGROUND, &b->resp, &b->l, NULL),
                     BS_OK);
    for (int i = 0; i < 20 * 20; i++) {
        const int x = 30 + i % 20, y = 20 + i / 20, behind = inv_at(b, 1, W * y + x) < 0.9f;
        const int at_left = x <= 36, at_rim = x == 49 || y == 20 || y == 39;

        if (y > 22 && y < 37 ? behind != (at_left || at_rim) : at_rim && !behind)
            fail_msg("pixel (%d, %d): the plane is%s known behind", x, y, behind ? "" : " not");
    }
}

/* Whether the four texels of a cell are covered by a layer, and the cell is not torn. */
static int is_whole(const bench *b, int k, int x, int y)
{
    const int x0 = x < 0 ? 0 : x < W ? x : W - 1, y0 = y < 0 ? 0 : y < H ? y : H - 1;
    const int x1 = x0 + 1 < W ? x0 + 1 : x0, y1 = y0 + 1 < H ? y0 + 1 : y0;

    return light_at(b, k, W * y0 + x0)[3] == 1 && light_at(b, k, W * y0 + x1)[3] == 1 &&
           light_at(b, k, W * y1 + x0)[3] == 1 && light_at(b, k, W * y1 + x1)[3] == 1 &&
           !torn_at(b, k, W * y0 + x0);
}

/* The bits say of every cell what coverage and tears do, those around it included where a cubic reads them. */
static void test_whole_cells(void **state)
{
    bench *b = *state;
    int whole = 0;

    for (int k = 0; k < 4; k++) {
        put_card(b, 1);
        for (int i = 0; i < N; i++) /* a second card, behind the first and at the corner of the frame */
            if (i % W >= 40 && i / W >= 30 && b->inv[i] < 1)
                b->inv[i] = 0.7f;
        b->l.bicubic = k & 1;
        build(b, 12, k & 2 ? BS_INPAINT_NONE : BS_INPAINT_BACKGROUND);
        for (int i = 0; i < BS_LAYERS * N; i++) {
            const int x = i % N % W, y = i % N / W, layer = i / N;
            const int bit = b->l.bits[bs_texel_at(&b->l, x, y)] >> layer & BS_TEXEL_WHOLE;
            int want = is_whole(b, layer, x, y);

            for (int around = 0; around < 9 && b->l.bicubic; around++)
                want &= is_whole(b, layer, x + around % 3 - 1, y + around / 3 - 1);
            if (want != !!bit)
                fail_msg("case %d, layer %d, cell (%d, %d): bit %d, expected %d", k, layer, x, y, !!bit,
                         want);
            whole += want;
        }
    }
    b->l.bicubic = 0;
    if (whole < N || whole > 12 * N - N / 2)
        fail_msg("%d whole cells", whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_silhouettes_are_unmixed),
        cmocka_unit_test(test_bar_is_whole),
        cmocka_unit_test(test_no_mixture),
        cmocka_unit_test(test_three_surfaces),
        cmocka_unit_test(test_no_edges),
        cmocka_unit_test(test_whole_cells),
        cmocka_unit_test(test_hidden_where_uncovered),
    };

    return cmocka_run_group_tests(tests, setup_bench, teardown_bench);
}
