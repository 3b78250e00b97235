/* The blur as a whole: what must hold for any frame and any motion. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/blur_case.h"

static void test_motionless_is_sharp(void **state)
{
    static const int counts[] = { 1, 7, 30 };
    bs_synth *s = *state;

    for (int kind = 0; kind < N_LAYOUTS; kind++)
        for (int response = BS_RESPONSE_AUTO; response <= BS_RESPONSE_NONE; response++)
            for (int k = 0; k < 3; k++) {
                frame f = make_frame(40, 30, (layout)kind, 11);
                const motion m = make_motion(counts[k], 0, 0, 0, 0, 0, 0);
                const bs_synth_options opt = { .response = (bs_response_kind)response, .gamma = 2.2 };
                const bs_tuple t = blur(s, &f, &m, &opt);

                for (int i = 0; i < 3 * 40 * 30; i++)
                    if (t.blur[i] != f.rgb[i])
                        fail_msg("%s, response %d, %d still poses, pixel (%d, %d) channel %d: %d, sharp %d",
                                 layout_names[kind], response, m.n, i / 3 % 40, i / 120, i % 3, t.blur[i],
                                 f.rgb[i]);
                if (t.max_px != 0 || t.linearity_error_px != 0)
                    fail_msg("%s, %d still poses: kernel of %g px, bent by %g px", layout_names[kind], m.n,
                             t.max_px, t.linearity_error_px);
                free_frame(&f);
            }
}

/* A camera moved right by k pixels at the depth of the wall shows at x what was at x + k. */
static void test_whole_pixel_shift(void **state)
{
    static const int shifts[][2] = { { 1, 0 }, { -3, 0 }, { 0, 2 }, { 5, -4 } };
    bs_synth *s = *state;
    frame f = make_frame(40, 30, FLAT, 5);

    f.cam.fy = 100;
    for (size_t k = 0; k < sizeof shifts / sizeof shifts[0]; k++) {
        const int dx = shifts[k][0], dy = shifts[k][1];
        const motion m = make_pose(dx * 2.0 / 100, dy * 2.0 / 100, 0, 0, 0, 0);
        const bs_synth_options opt = { 0 };
        const bs_tuple t = blur(s, &f, &m, &opt);

        for (int y = 0; y < 30; y++)
            for (int x = 0; x < 40; x++) {
                const int u = x + dx, v = y + dy, in = u >= 0 && v >= 0 && u < 40 && v < 30;

                for (int c = 0; in && c < 3; c++)
                    if (t.blur[3 * (40 * y + x) + c] != f.rgb[3 * (40 * v + u) + c])
                        fail_msg("shift (%d, %d), pixel (%d, %d) channel %d: %d, expected %d from (%d, %d)",
                                 dx, dy, x, y, c, t.blur[3 * (40 * y + x) + c], f.rgb[3 * (40 * v + u) + c],
                                 u, v);
                if (t.mask[40 * y + x] != (in ? 255 : 0))
                    fail_msg("shift (%d, %d), pixel (%d, %d): mask %d, expected %d", dx, dy, x, y,
                             t.mask[40 * y + x], in ? 255 : 0);
            }
    }
    free_frame(&f);
}

static void test_average_is_that_of_single_poses(void **state)
{
    bs_synth *s = *state;
    const bs_synth_options opt = { 0 };

    for (int kind = 0; kind < N_LAYOUTS; kind++) {
        frame f = make_frame(33, 21, (layout)kind, 3);
        const motion m = make_motion(6, 0.08, -0.03, 0.1, 0.02, -0.03, 0.05);
        motion again = make_motion(5, 0, 0, 0, 0, 0, 0), one = m;
        float still[3 * 33 * 21];
        bs_tuple t;

        one.n = 1;
        t = blur(s, &f, &one, &opt);
        memcpy(still, t.blur_linear, sizeof still);
        for (int i = 0; i < 5; i++)
            again.pose[i] = m.pose[0];
        t = blur(s, &f, &again, &opt);
        for (int i = 0; i < 3 * 33 * 21; i++)
            /* A surface is found again from where it was found before, and so a little more exactly. */
            if (!(fabsf(t.blur_linear[i] - still[i]) <= (kind == FLAT ? 1e-6f : 2e-4f)))
                fail_msg("%s, pixel (%d, %d) channel %d: five times one pose gives %.9g, once %.9g",
                         layout_names[kind], i / 3 % 33, i / 99, i % 3, (double)t.blur_linear[i],
                         (double)still[i]);
        free_frame(&f);
    }
}

static void test_threads_change_nothing(void **state)
{
    enum { W = 83, H = 61, N = W * H };
    static const int threads[] = { 1, 2, 7 };
    bs_synth *s = *state;
    uint8_t *first = malloc(4 * N);
    float *light = malloc(3 * N * sizeof *light);
    const motion m = make_motion(9, 0.1, 0.02, 0.1, 0.03, 0.02, 0.05);

    assert_true(first && light);
    for (int kind = 0; kind < N_LAYOUTS; kind++) {
        frame f = make_frame(W, H, (layout)kind, 9);

        for (int k = 0; k < 3; k++) {
            const bs_synth_options opt = {
                .threads = threads[k], .noise_peak = 1000, .seed = 4, .sample = 2
            };
            const bs_tuple t = blur(s, &f, &m, &opt);

            if (k && (memcmp(first, t.blur, 3 * N) || memcmp(first + 3 * N, t.mask, N) ||
                      memcmp(light, t.blur_linear, 3 * N * sizeof *light)))
                fail_msg("%s: %d threads write other bytes than one", layout_names[kind], threads[k]);
            memcpy(first, t.blur, 3 * N);
            memcpy(first + 3 * N, t.mask, N);
            memcpy(light, t.blur_linear, 3 * N * sizeof *light);
        }
        free_frame(&f);
    }
    free(light);
    free(first);
}

/* No seams along silhouettes, no black holes behind them, no dark border.  OpenCV's Telea drifts by itself.
 */
static void test_constant_stays_constant(void **state)
{
    static const uint8_t colour[3] = { 250, 97, 3 };
    const motion motions[] = {
        make_motion(5, 0.2, 0, 0, 0, 0, 0),
        make_motion(5, 0, -0.15, 0, 0, 0, 0),
        make_motion(5, 0, 0, 0.5, 0, 0, 0),
        make_motion(5, 0, 0, 0, 0, 0, 0.4),
        make_motion(5, 0.1, 0.1, -0.3, 0.1, 0.2, 0.1),
        make_motion(5, 2, 0, 0, 0, 3, 0),
    };
    bs_synth *s = *state;

    for (int kind = 0; kind < N_LAYOUTS; kind++)
        for (size_t k = 0; k < sizeof motions / sizeof motions[0]; k++)
            for (int method = BS_INPAINT_BACKGROUND; method <= BS_INPAINT_NONE; method++) {
                const int needs_opencv = method == BS_INPAINT_TELEA || method == BS_INPAINT_NS;
                const bs_synth_options opt = { .inpaint = (bs_inpaint)method };
                const int steps = method == BS_INPAINT_TELEA ? 6 : 1; /* of 8 bits */
                frame f = make_frame(47, 33, (layout)kind, 21);
                bs_tuple t;

                for (int i = 0; i < 3 * 47 * 33; i++)
                    f.rgb[i] = colour[i % 3];
                if (!needs_opencv || bs_has_opencv()) {
                    t = blur(s, &f, &motions[k], &opt);
                    for (int i = 0; i < 3 * 47 * 33; i++)
                        if (abs(t.blur[i] - colour[i % 3]) > steps)
                            fail_msg("%s, motion %zu, inpaint %d, pixel (%d, %d) channel %d: %d, expected %d",
                                     layout_names[kind], k, method, i / 3 % 47, i / 141, i % 3, t.blur[i],
                                     colour[i % 3]);
                }
                free_frame(&f);
            }
}

/* A card at 1 m before a wall at 3 m (see depth_at), the camera moved right: the card moves left by 20 px,
 * the wall by 6.7 px. Whatever of the card is in the picture covers the wall. */
static void test_nearer_surface_wins(void **state)
{
    enum { W = 120, H = 60 };
    bs_synth *s = *state;
    const bs_synth_options opt = { 0 };
    const motion m = make_pose(0.2, 0, 0, 0, 0, 0);
    frame f = make_frame(W, H, CARD, 1);
    bs_tuple t;

    for (int i = 0; i < W * H; i++)
        for (int c = 0; c < 3; c++)
            f.rgb[3 * i + c] = (uint8_t)(f.depth[i] > 1 ? (c == 2 ? 255 : 0) : (c == 0 ? 255 : 0));
    f.depth[0] = f.depth[1];
    for (int c = 0; c < 3; c++)
        f.rgb[c] = f.rgb[3 + c];
    t = blur(s, &f, &m, &opt);
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) {
            const uint8_t *p = &t.blur[3 * (W * y + x)];
            const int x_card = x + 20; /* the card's pixel that is here now */
            const int in = x_card > W / 4 && x_card < W / 2 && y > H / 4 && y < 3 * H / 4;
            const int edge = abs(x_card - W / 4) < 2 || abs(x_card - W / 2) < 2 || abs(y - H / 4) < 2 ||
                             abs(y - 3 * H / 4) < 2;

            if (!edge && (p[0] != (in ? 255 : 0) || p[2] != (in ? 0 : 255)))
                fail_msg("pixel (%d, %d) is (%d, %d, %d), expected the %s", x, y, p[0], p[1], p[2],
                         in ? "card, (255, 0, 0)" : "wall, (0, 0, 255)");
        }
    free_frame(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_motionless_is_sharp),
        cmocka_unit_test(test_whole_pixel_shift),
        cmocka_unit_test(test_average_is_that_of_single_poses),
        cmocka_unit_test(test_threads_change_nothing),
        cmocka_unit_test(test_constant_stays_constant),
        cmocka_unit_test(test_nearer_surface_wins),
    };

    return cmocka_run_group_tests(tests, setup_synth, teardown_synth);
}
