/* What an unseen pixel becomes: the layer behind the nearer surface. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "homography/views.h"
#include "homography/warp.h"
#include "tests/layers_case.h"
#include "tests/scene.h"

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
                const float *back = light_at(b, 1, i), inv = inv_at(b, 1, i);

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
                if ((seen_at(b, i) & 1 << 1) != (card ? 0 : 1 << 1))
                    fail_msg("parallax %g, pixel (%d, %d): seen or not, bits %d", parallax[p], x, y,
                             seen_at(b, i));
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
                    const float *l[] = { light_at(b, 0, i), light_at(b, 1, i), light_at(b, 2, i) };
                    const float cover = l[0][3], cover1 = l[1][3];
                    const float whole = l[0][c] + (1 - cover) * (l[1][c] + (1 - cover1) * l[2][c]);

                    if (!(cover >= 0 && cover <= 1 && cover1 >= 0 && cover1 <= 1))
                        fail_msg("%s, %s, pixel (%d, %d): coverage %.9g", scenes[k], inpaint_names[method],
                                 i % W, i / W, (double)cover);
                    if (!(fabsf(whole - b->rgb[3 * i + c]) <= 1e-5f))
                        fail_msg(
                            "%s, %s, pixel (%d, %d) channel %d: layers give %.7f, frame %.7f (coverage %.4f)",
                            scenes[k], inpaint_names[method], i % W, i / W, c, (double)whole,
                            (double)b->rgb[3 * i + c], (double)cover);
                }
            for (int i = 0; i < N; i++)
                for (int c = 1; c < BS_LAYERS; c++) {
                    const float inv = inv_at(b, c, i), before = inv_at(b, c - 1, i);

                    if (!(inv >= 0 && inv <= before + 1e-6f))
                        fail_msg("%s, %s, pixel (%d, %d): %.6f/m behind %.6f/m", scenes[k],
                                 inpaint_names[method], i % W, i / W, (double)inv, (double)before);
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
        const int rc = bs_layers_build(b->builder, b->rgb, b->inv, b->measured, b->parallax, NULL,
                                       (bs_inpaint)method, &b->resp, &b->l, &err);

        if (rc != want || (rc != BS_OK && !err.text[0]))
            fail_msg("%s: code %d (%s), expected %d", inpaint_names[method], rc, err.text, want);
    }
}

/* Nothing filled: such light does not count, and no pixel is darker than the darkest around it. */
static void test_none_leaves_no_holes(void **state)
{
    const bs_camera cam = { W, H, 100, 100, 39.5, 29.5 };
    bench *b = *state;
    double seen = 0;

    put_card(b, 1);
    for (int k = 0; k < 8; k++) { /* four ways, bilinear and bicubic */
        const float ringing = k / 4 ? 0.02f : 0;
        bs_view view[3];

        for (int i = 0; i < 3; i++) {
            bs_pose T = bs_pose_identity();

            T.t_m[k % 2] = (k / 2 % 2 ? -0.08 : 0.08) * (i + 1) / 3;
            view[i] = bs_view_make(&cam, &T);
        }
        bs_views_parallax(&cam, BS_SHUTTER_GLOBAL, view, 3, 0, 1, b->parallax, NULL);
        build_moved(b, BS_INPAINT_NONE);
        b->l.bicubic = k / 4;
        bs_warp_cpu(&b->l, BS_SHUTTER_GLOBAL, view, 3, 1, b->blur, b->seen);
        b->l.bicubic = 0;
        for (int i = 0; i < N; i++) {
            seen += (double)b->seen[i] / N / 8;
            if (!(b->blur[3 * i] >= 0.099f - ringing && b->blur[3 * i + 1] >= 0.019f - ringing &&
                  b->blur[3 * i + 2] >= 0.049f - ringing))
                fail_msg("motion %d, pixel (%d, %d): (%g %g %g) is darker than the frame", k, i % W, i / W,
                         (double)b->blur[3 * i], (double)b->blur[3 * i + 1], (double)b->blur[3 * i + 2]);
        }
    }
    if (!(seen > 0.9 && seen < 0.995))
        fail_msg("%.4f of the light was seen, expected less than all", seen);
}

/* Everything that a reader of layers may look at. */
static uint64_t digest(const bs_layers *l)
{
    uint64_t sum = 0;

    for (int y = 0; y < l->height; y++)
        for (int x = 0; x < l->width; x++)
            for (int k = 0; k < BS_LAYERS; k++) {
                const size_t i = bs_texel_at(l, x, y);
                uint32_t word[5];

                memcpy(word, &l->light[k][4 * i], 4 * sizeof *word);
                memcpy(&word[4], &l->inv[k][i], sizeof *word);
                for (int c = 0; c < 5; c++)
                    sum = sum * 6364136223846793005u + word[c];
                sum = sum * 6364136223846793005u + l->bits[i];
            }
    return sum;
}

/* Depth with an edge at nearly every pixel. */
static void put_noise(bench *b)
{
    uint32_t state = 1;

    for (int i = 0; i < N; i++) {
        state = state * 1664525 + 1013904223;
        b->inv[i] = 0.2f + 0.2f * (float)(state >> 30);
        b->measured[i] = 1;
        for (int c = 0; c < 3; c++)
            b->rgb[3 * i + c] = (float)(state >> (8 * c) & 255) / 255;
    }
}

/* A builder makes the same of a frame whatever it was used for before, be it hard. */
static void test_builder_forgets(void **state)
{
    bench *b = *state;

    for (int method = BS_INPAINT_BACKGROUND; method <= BS_INPAINT_NONE; method++) {
        uint64_t first;

        if ((method == BS_INPAINT_TELEA || method == BS_INPAINT_NS) && !bs_has_opencv())
            continue;
        put_card(b, 1);
        build(b, 20, (bs_inpaint)method);
        first = digest(&b->l);
        put_noise(b);
        build(b, 20, (bs_inpaint)method);
        if (digest(&b->l) == first)
            fail_msg("%s: noise has the layers of a card", inpaint_names[method]);
        put_card(b, 1);
        build(b, 20, (bs_inpaint)method);
        if (digest(&b->l) != first)
            fail_msg("%s: the card has other layers after noise than before", inpaint_names[method]);
    }
}

/* Frames with hardly a neighbour, each with an edge: layer 0 is the frame where nothing is parted. */
static void test_small_frames(void **state)
{
    static const int sizes[][2] = { { 1, 1 }, { 1, 2 }, { 2, 1 }, { 2, 2 }, { 1, 9 }, { 9, 1 }, { 3, 17 } };
    bench *b = *state;

    for (size_t k = 0; k < sizeof sizes / sizeof sizes[0]; k++) {
        const int w = sizes[k][0], h = sizes[k][1];
        bs_builder *builder = NULL;
        bs_layers l = { 0 };

        put_noise(b);
        for (int i = 0; i < w * h; i++)
            b->parallax[i] = 10;
        assert_int_equal(bs_builder_create(w, h, &builder, NULL), BS_OK);
        assert_int_equal(bs_layers_create(w, h, &l, NULL), BS_OK);
        assert_int_equal(bs_layers_build(builder, b->rgb, b->inv, b->measured, b->parallax, NULL,
                                         BS_INPAINT_BACKGROUND, &b->resp, &l, NULL),
                         BS_OK);
        for (int i = 0; i < w * h; i++) {
            const size_t o = bs_texel_at(&l, i % w, i / w);

            for (int n = 1; n < BS_LAYERS; n++)
                if (!(fabsf(l.inv[n][o]) <= fabsf(l.inv[n - 1][o])))
                    fail_msg("%dx%d, pixel %d: %g/m behind %g/m", w, h, i, (double)l.inv[n][o],
                             (double)l.inv[n - 1][o]);
            if (!(l.light[0][4 * o + 3] >= 0 && l.light[0][4 * o + 3] <= 1))
                fail_msg("%dx%d, pixel %d: coverage %g", w, h, i, (double)l.light[0][4 * o + 3]);
        }
        bs_layers_destroy(&l);
        bs_builder_destroy(&builder);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_background_continues), cmocka_unit_test(test_layers_recompose),
        cmocka_unit_test(test_opencv_as_built),      cmocka_unit_test(test_none_leaves_no_holes),
        cmocka_unit_test(test_builder_forgets),      cmocka_unit_test(test_small_frames),
    };

    return cmocka_run_group_tests(tests, setup_bench, teardown_bench);
}
