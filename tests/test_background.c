/* What an unseen pixel becomes: the layer behind the nearer surface. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gen/blursynth.h"
#include "homography/views.h"
#include "homography/warp.h"
#include "inpaint/background.h"
#include "tests/scene.h"

enum { W = 80, H = 60, N = W * H };

/* A frame and everything made of it. */
typedef struct bench {
    bs_builder *builder;
    bs_layers l;
    bs_response resp;
    float depth[N], inv[N], rgb[3 * N], blur[3 * N], seen[N], parallax[N];
    uint8_t measured[N];
} bench;

static const char *const methods[] = { "background", "telea", "ns", "none" };
static const float card_rgb[3] = { 0.9f, 0.02f, 0.6f };

static int setup(void **state)
{
    bench *b = calloc(1, sizeof *b);

    if (!b || bs_builder_create(W, H, &b->builder, NULL) || bs_layers_create(W, H, &b->l, NULL) ||
        bs_response_make(BS_RESPONSE_SRGB, 0, &b->resp, NULL))
        return -1;
    *state = b;
    return 0;
}

static int teardown(void **state)
{
    bench *b = *state;

    bs_builder_destroy(&b->builder);
    bs_layers_destroy(&b->l);
    free(b);
    return 0;
}

static void complete(bench *b)
{
    bs_err err = { 0 };

    if (bs_depth_complete(b->builder, b->depth, b->inv, b->measured, &err) != BS_OK)
        fail_msg("code %d: %s", err.code, err.text);
}

static void build_moved(bench *b, bs_inpaint method)
{
    bs_err err = { 0 };

    if (bs_layers_build(b->builder, b->rgb, b->inv, b->measured, b->parallax, method, &b->resp, &b->l,
                        &err) != BS_OK)
        fail_msg("inpaint %s: code %d: %s", methods[method], err.code, err.text);
}

/* The same parallax everywhere. */
static void build(bench *b, double parallax_px_m, bs_inpaint method)
{
    for (int i = 0; i < N; i++)
        b->parallax[i] = (float)parallax_px_m;
    build_moved(b, method);
}

static float plane_inv(int x, int y)
{
    return 0.3f + 0.002f * (float)x - 0.001f * (float)y;
}

static float plane_rgb(int x, int y, int c)
{
    return c == 0 ? 0.1f + 0.003f * (float)x : c == 1 ? 0.6f - 0.004f * (float)y : 0.05f;
}

/* A card at 'card_inv' from (30, 20) to (49, 39) in front of a slanted plane; colours unmixed. */
static void put_card(bench *b, float card_inv)
{
    for (int i = 0; i < N; i++) {
        const int x = i % W, y = i / W, card = x >= 30 && x < 50 && y >= 20 && y < 40;

        b->inv[i] = card ? card_inv : plane_inv(x, y);
        b->measured[i] = 1;
        for (int c = 0; c < 3; c++)
            b->rgb[3 * i + c] = card ? card_rgb[c] : plane_rgb(x, y, c);
    }
}

/* Behind the card, as deep as the exposure can look, the plane goes on in depth and in colour; 0.04 of light
 * is what the gradient makes over the radius of a fill. */
static void test_background_continues(void **state)
{
    static const float nearness[] = { 0.7f, 1, 3 };
    static const double parallax[] = { 1, 2, 4, 8, 16, 32 };
    bench *b = *state;

    for (int k = 0; k < 3; k++)
        for (int p = 0; p < 6; p++) {
            const double reach_px = parallax[p] * ((double)nearness[k] - 0.4);
            int hidden = 0;

            put_card(b, nearness[k]);
            build(b, parallax[p], BS_INPAINT_BACKGROUND);
            for (int i = 0; i < N; i++) {
                const int x = i % W, y = i / W, card = x >= 30 && x < 50 && y >= 20 && y < 40;
                const int deep = card ? (int)fmin(fmin(x - 29, 50 - x), fmin(y - 19, 40 - y)) : 0;
                const float *back = &b->l.light[1][4 * i], inv = b->l.geom[4 * i + 1];

                if (reach_px < 1 || (card && deep > reach_px))
                    continue;
                hidden += card;
                if (!(fabsf(inv - plane_inv(x, y)) <= 0.004f))
                    fail_msg("card at %g/m, parallax %g, pixel (%d, %d): behind it %.5f/m, expected %.5f",
                             (double)nearness[k], parallax[p], x, y, (double)inv, (double)plane_inv(x, y));
                for (int c = 0; c < 3; c++)
                    if (!(fabsf(back[c] - plane_rgb(x, y, c)) <= (card ? 0.04f : 0.01f)))
                        fail_msg("card at %g/m, parallax %g, pixel (%d, %d) channel %d: behind it %.4f, "
                                 "expected %.4f (the card has %.4f)",
                                 (double)nearness[k], parallax[p], x, y, c, (double)back[c],
                                 (double)plane_rgb(x, y, c), (double)card_rgb[c]);
                if (((int)b->l.geom[4 * i + 3] & BS_SEEN << 1) != (card ? 0 : BS_SEEN << 1))
                    fail_msg("parallax %g, pixel (%d, %d): seen or not, bits %g", parallax[p], x, y,
                             (double)b->l.geom[4 * i + 3]);
            }
            if (reach_px >= 1 && hidden < 76)
                fail_msg("card at %g/m, parallax %g: only %d pixels hidden", (double)nearness[k], parallax[p],
                         hidden);
        }
}

/* Layer over layer is the frame again, whatever was made of its silhouettes. */
static void test_layers_recompose(void **state)
{
    static const char *const scenes[] = { "cards", "thin", "room" };
    const bs_camera cam = { W, H, 70, 70, 39.5, 29.5 };
    bench *b = *state;

    for (int k = 0; k < 3; k++)
        for (int method = BS_INPAINT_BACKGROUND; method <= BS_INPAINT_NONE; method++) {
            scene *s = scene_create(scenes[k], 5);
            const bs_pose T = bs_pose_identity();

            assert_non_null(s);
            scene_render(s, &cam, &T, 9, 1, b->rgb, b->depth, NULL);
            scene_destroy(&s);
            complete(b);
            if ((method == BS_INPAINT_TELEA || method == BS_INPAINT_NS) && !bs_has_opencv())
                continue;
            build(b, 12, (bs_inpaint)method);
            for (int i = 0; i < N; i++)
                for (int c = 0; c < 3; c++) {
                    const float cover = b->l.light[0][4 * i + 3], cover1 = b->l.light[1][4 * i + 3];
                    const float below = b->l.light[1][4 * i + c] + (1 - cover1) * b->l.light[2][4 * i + c];
                    const float whole = b->l.light[0][4 * i + c] + (1 - cover) * below;

                    if (!(cover >= 0 && cover <= 1 && cover1 >= 0 && cover1 <= 1))
                        fail_msg("%s, %s, pixel (%d, %d): coverage %.9g", scenes[k], methods[method], i % W,
                                 i / W, (double)cover);
                    if (!(fabsf(whole - b->rgb[3 * i + c]) <= 1e-5f))
                        fail_msg(
                            "%s, %s, pixel (%d, %d) channel %d: layers give %.7f, frame %.7f (coverage %.4f)",
                            scenes[k], methods[method], i % W, i / W, c, (double)whole,
                            (double)b->rgb[3 * i + c], (double)cover);
                }
            for (int i = 0; i < N; i++)
                for (int c = 1; c < BS_LAYERS; c++) {
                    const float *inv = &b->l.geom[4 * i + c];

                    if (!(inv[0] >= 0 && inv[0] <= inv[-1] + 1e-6f))
                        fail_msg("%s, %s, pixel (%d, %d): %.6f/m behind %.6f/m", scenes[k], methods[method],
                                 i % W, i / W, (double)inv[0], (double)inv[-1]);
                }
        }
}

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
                const float cover = b->l.light[0][4 * i + 3];

                if (!(fabsf(cover - shares[k]) <= 0.05f))
                    fail_msg("pixel (%d, %d): coverage %.4f, expected %g", x, y, (double)cover,
                             (double)shares[k]);
                for (int c = 0; c < 3; c++)
                    if (!(fabsf(b->l.light[1][4 * i + c] - plane_rgb(x, y, c)) <= 0.05f))
                        fail_msg("covered by %g, pixel (%d, %d) channel %d: behind it %.4f, expected %.4f",
                                 (double)shares[k], x, y, c, (double)b->l.light[1][4 * i + c],
                                 (double)plane_rgb(x, y, c));
            }
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
            const float *f = &b->l.light[0][4 * i], *r = &b->l.light[1][4 * i], *g = &b->l.geom[4 * i];

            if (memcmp(f, &b->rgb[3 * i], 12) || memcmp(r, &b->rgb[3 * i], 12) || f[3] != 1 || r[3] != 1)
                fail_msg("%s, pixel (%d, %d): front (%g %g %g %g), back (%g %g %g %g)",
                         k ? "turning" : "plane", i % W, i / W, (double)f[0], (double)f[1], (double)f[2],
                         (double)f[3], (double)r[0], (double)r[1], (double)r[2], (double)r[3]);
            if (g[0] != b->inv[i] || g[1] != b->inv[i] || g[2] != b->inv[i] || g[3] != 7 * BS_SEEN)
                fail_msg("%s, pixel (%d, %d): %g, %g and %g/m, bits %g; expected %g/m, all layers seen",
                         k ? "turning" : "plane", i % W, i / W, (double)g[0], (double)g[1], (double)g[2],
                         (double)g[3], (double)b->inv[i]);
        }
    }
}

static void test_opencv_as_built(void **state)
{
    bench *b = *state;

    put_card(b, 1);
    build(b, 8, BS_INPAINT_BACKGROUND);
    for (int method = BS_INPAINT_TELEA; method <= BS_INPAINT_NS; method++) {
        bs_err err = { 0 };
        const int want = bs_has_opencv() ? BS_OK : BS_EINVAL;
        const int rc = bs_layers_build(b->builder, b->rgb, b->inv, b->measured, b->parallax,
                                       (bs_inpaint)method, &b->resp, &b->l, &err);

        if (rc != want || (rc != BS_OK && !err.text[0]))
            fail_msg("%s: code %d (%s), expected %d", methods[method], rc, err.text, want);
    }
}

/* Nothing filled: such light does not count, and no pixel is darker than the darkest around it. */
static void test_none_leaves_no_holes(void **state)
{
    const bs_camera cam = { W, H, 100, 100, 39.5, 29.5 };
    bench *b = *state;
    double seen = 0;

    put_card(b, 1);
    for (int k = 0; k < 4; k++) {
        bs_view view[3];

        for (int i = 0; i < 3; i++) {
            bs_pose T = bs_pose_identity();

            T.t_m[k % 2] = (k < 2 ? 0.08 : -0.08) * (i + 1) / 3;
            view[i] = bs_view_make(&cam, &T);
        }
        bs_views_parallax(&cam, view, 3, b->parallax);
        build_moved(b, BS_INPAINT_NONE);
        bs_warp_cpu(&b->l, view, 3, 1, b->blur, b->seen);
        for (int i = 0; i < N; i++) {
            seen += (double)b->seen[i] / N / 4;
            if (!(b->blur[3 * i] >= 0.099f && b->blur[3 * i + 1] >= 0.019f && b->blur[3 * i + 2] >= 0.049f))
                fail_msg("motion %d, pixel (%d, %d): (%g %g %g) is darker than the frame", k, i % W, i / W,
                         (double)b->blur[3 * i], (double)b->blur[3 * i + 1], (double)b->blur[3 * i + 2]);
        }
    }
    if (!(seen > 0.9 && seen < 0.995))
        fail_msg("%.4f of the light was seen, expected less than all", seen);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_background_continues),    cmocka_unit_test(test_layers_recompose),
        cmocka_unit_test(test_silhouettes_are_unmixed), cmocka_unit_test(test_no_edges),
        cmocka_unit_test(test_opencv_as_built),         cmocka_unit_test(test_none_leaves_no_holes),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
