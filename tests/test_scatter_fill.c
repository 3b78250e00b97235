/* The published method: holes filled in every warped frame, what cannot be filled, and what is refused. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "homography/scatter.h"
#include "inpaint/opencv.h"
#include "tests/blur_case.h"

enum { W = 64, H = 48, N = W * H };

static const bs_synth_options unfilled = { .method = BS_METHOD_SCATTER, .inpaint = BS_INPAINT_NONE };

/* Filling changes what some pose does not know, and nothing else; the mask does not ask for it. */
static void test_filling_changes_holes_only(void **state)
{
    const motion motions[] = { make_motion(5, 0.005, 0.002, 0, 0, 0, 0.001), /* within half a pixel */
                               make_motion(5, 0.1, -0.05, 0.1, 0.02, 0, 0.05) };
    bs_synth *s = *state;
    uint8_t *plain;

    if (!bs_has_opencv())
        skip();
    plain = malloc(4 * N);
    assert_non_null(plain);
    for (int fill = BS_INPAINT_BACKGROUND; fill < BS_INPAINT_NONE; fill++)
        for (int k = 0; k < 2; k++) {
            frame f = make_frame(W, H, CARD, 17);
            bs_synth_options opt = unfilled;
            bs_tuple t = blur(s, &f, &motions[k], &opt);
            int filled = 0;

            memcpy(plain, t.blur, 3 * N);
            memcpy(plain + 3 * N, t.mask, N);
            opt.inpaint = (bs_inpaint)fill;
            t = blur(s, &f, &motions[k], &opt);
            assert_memory_equal(plain + 3 * N, t.mask, N);
            for (int i = 0; i < N; i++) {
                const int other = memcmp(&plain[3 * i], &t.blur[3 * i], 3) != 0;

                filled += other;
                if (other && t.mask[i] == 255)
                    fail_msg("filling %d, motion %d: pixel (%d, %d) is no hole and differs", fill, k, i % W,
                             i / W);
            }
            if ((filled > 0) != (k == 1))
                fail_msg("filling %d, motion %d: %d pixels filled", fill, k, filled);
            free_frame(&f);
        }
    free(plain);
}

/* One pose is cv::inpaint of the warped frame and nothing else; 'background' has no layer here, and is
 * Telea. */
static void test_filled_by_opencv(void **state)
{
    static const bs_inpaint fills[] = { BS_INPAINT_BACKGROUND, BS_INPAINT_TELEA, BS_INPAINT_NS };
    const motion m = make_pose(0.12, 0.03, 0, 0, 0, 0.02);
    bs_synth *s = *state;
    bs_reverse map = { 0 };
    uint8_t *warped, *holes;
    float *inv;
    frame f;

    if (!bs_has_opencv())
        skip();
    f = make_frame(W, H, CARD, 3);
    inv = malloc(N * sizeof *inv);
    warped = malloc(3 * N);
    holes = malloc(N);
    assert_true(inv && warped && holes);
    assert_int_equal(bs_reverse_create(W, H, &map, NULL), BS_OK);
    for (int i = 0; i < N; i++)
        inv[i] = 1 / f.depth[i];
    bs_reverse_scatter(&f.cam, &m.pose[0], inv, &map);
    for (int k = 0; k < 3; k++) {
        const bs_synth_options opt = { .method = BS_METHOD_SCATTER, .inpaint = fills[k] };

        assert_true(bs_reverse_copy(&map, f.rgb, warped, holes) > 300);
        assert_int_equal(bs_cv_inpaint(warped, holes, W, H, 3, fills[k] != BS_INPAINT_NS, NULL), BS_OK);
        assert_memory_equal(blur(s, &f, &m, &opt).blur, warped, 3 * N);
    }
    bs_reverse_destroy(&map);
    free_frame(&f);
    free(holes);
    free(warped);
    free(inv);
}

/* No seams and no dark border.  OpenCV's Telea drifts by itself. */
static void test_constant_stays_constant(void **state)
{
    static const uint8_t colour[3] = { 250, 97, 3 };
    const motion m = make_motion(5, 0.1, 0.1, -0.3, 0.1, 0.2, 0.1);
    bs_synth *s = *state;

    for (int fill = BS_INPAINT_BACKGROUND; fill <= BS_INPAINT_NONE; fill++)
        for (int kind = 0; kind < N_LAYOUTS; kind++) {
            const bs_synth_options opt = { .method = BS_METHOD_SCATTER, .inpaint = (bs_inpaint)fill };
            frame f = make_frame(47, 33, (layout)kind, 21);
            bs_tuple t;

            for (int i = 0; i < 3 * 47 * 33; i++)
                f.rgb[i] = colour[i % 3];
            if (fill == BS_INPAINT_NONE || bs_has_opencv()) {
                t = blur(s, &f, &m, &opt);
                for (int i = 0; i < 3 * 47 * 33; i++)
                    if (abs(t.blur[i] - colour[i % 3]) > (fill == BS_INPAINT_NONE ? 0 : 6))
                        fail_msg("%s, filling %d, pixel (%d, %d) channel %d: %d, expected %d",
                                 layout_names[kind], fill, i / 3 % 47, i / 141, i % 3, t.blur[i],
                                 colour[i % 3]);
            }
            free_frame(&f);
        }
}

/* A pose that looks the other way sees nothing to fill from, and images may be too small to be filled. */
static void test_nothing_to_fill_from(void **state)
{
    static const int sizes[][2] = { { 1, 1 }, { 2, 1 }, { 1, 9 }, { 9, 2 }, { 2, 9 }, { 3, 3 }, { 40, 30 } };
    bs_synth *s = *state;

    for (size_t k = 0; k < sizeof sizes / sizeof sizes[0]; k++)
        for (int fill = bs_has_opencv() ? BS_INPAINT_TELEA : BS_INPAINT_NONE; fill <= BS_INPAINT_NONE;
             fill++) {
            const bs_synth_options opt = { .method = BS_METHOD_SCATTER, .inpaint = (bs_inpaint)fill };
            frame f = make_frame(sizes[k][0], sizes[k][1], FLAT, 2);
            motion m = make_motion(3, 0, 0, 0, 0, 0, 0);
            bs_tuple t;

            m.pose[1] = make_pose(0, 0, 0, 0, acos(-1), 0).pose[0];
            t = blur(s, &f, &m, &opt);
            for (int i = 0; i < sizes[k][0] * sizes[k][1]; i++)
                if (memcmp(&t.blur[3 * i], &f.rgb[3 * i], 3) || t.mask[i] != 170) /* two of three */
                    fail_msg("%dx%d, filling %d, pixel %d: not the frame's, or mask %d", sizes[k][0],
                             sizes[k][1], fill, i, t.mask[i]);
            m = make_motion(5, 0.03, 0.05, 0.1, 0.01, 0.02, 0.1);
            (void)blur(s, &f, &m, &opt);
            free_frame(&f);
        }
}

/* Beside a pose that sees the frame elsewhere, one that sees nothing of it leaves no trace but in the
 * mask. */
static void test_blind_pose_does_not_count(void **state)
{
    bs_synth *s = *state;
    const bs_synth_options opt = { .method = BS_METHOD_SCATTER,
                                   .inpaint = bs_has_opencv() ? BS_INPAINT_TELEA : BS_INPAINT_NONE };
    motion m = make_motion(2, 0, 0, 0, 0, 0, 0);
    frame f = make_frame(W, H, FLAT, 2);
    uint8_t *alone = malloc(3 * N);
    bs_tuple t;

    assert_non_null(alone);
    m.pose[0] = make_pose(0.1, 0.05, 0, 0, 0, 0).pose[0];
    m.n = 1;
    memcpy(alone, blur(s, &f, &m, &opt).blur, 3 * N);
    m.pose[1] = make_pose(0, 0, 0, 0, acos(-1), 0).pose[0];
    m.n = 2;
    t = blur(s, &f, &m, &opt);
    assert_memory_equal(t.blur, alone, 3 * N);
    assert_int_equal(t.mask[0], 128);
    free_frame(&f);
    free(alone);
}

static void test_threads_and_buffers_change_nothing(void **state)
{
    static const int threads[] = { 1, 2, 7 };
    const motion m = make_motion(9, 0.1, 0.02, 0.1, 0.03, 0.02, 0.05);
    bs_synth *s = *state;
    uint8_t *first = malloc(4 * N);
    frame f = make_frame(W, H, HOLES, 9), small = make_frame(20, 20, NOISE, 1);

    assert_non_null(first);
    for (int k = 0; k < 3; k++) {
        const bs_synth_options opt = { .method = BS_METHOD_SCATTER,
                                       .inpaint = bs_has_opencv() ? BS_INPAINT_TELEA : BS_INPAINT_NONE,
                                       .threads = threads[k],
                                       .noise_peak = 1000,
                                       .seed = 4 };
        const bs_synth_options other = { .threads = threads[k] };
        bs_tuple t = blur(s, &f, &m, &opt);

        if (k && (memcmp(first, t.blur, 3 * N) || memcmp(first + 3 * N, t.mask, N)))
            fail_msg("%d threads, after other work: other bytes", threads[k]);
        memcpy(first, t.blur, 3 * N);
        memcpy(first + 3 * N, t.mask, N);
        (void)blur(s, k ? &small : &f, &m, &other);
    }
    free_frame(&small);
    free_frame(&f);
    free(first);
}

/* The code of a run with these options, which must not touch the tuple, and its text. */
static int refused(bs_synth *s, const bs_synth_options *opt, bs_err *err)
{
    frame f = make_frame(8, 8, FLAT, 1);
    const motion m = make_pose(0, 0, 0, 0, 0, 0);
    const bs_synth_input in = { .camera = f.cam,
                                .rgb = f.rgb,
                                .depth_m = f.depth,
                                .T_anchor_cam = m.pose,
                                .n_poses = 1,
                                .T_anchor_first = m.pose,
                                .T_anchor_last = m.pose,
                                .when = m.when };
    bs_tuple t = { .width = -1 };
    int rc;

    *err = (bs_err){ 0 };
    rc = bs_synth_run(s, &in, opt, &t, err);
    assert_int_equal(t.width, rc == BS_OK ? 8 : -1);
    free_frame(&f);
    return rc;
}

static void test_refused(void **state)
{
    bs_synth_options opt = { .method = (bs_method)2 };
    bs_synth *s = *state;
    bs_err err;

    assert_int_equal(refused(s, &opt, &err), BS_EINVAL);
    opt = (bs_synth_options){ .inpaint = (bs_inpaint)4 };
    assert_int_equal(refused(s, &opt, &err), BS_EINVAL);
    opt = (bs_synth_options){ .interpolation = (bs_interpolation)-1 };
    assert_int_equal(refused(s, &opt, &err), BS_EINVAL);
    opt = (bs_synth_options){ .cleanup = (bs_cleanup)3 };
    assert_int_equal(refused(s, &opt, &err), BS_EINVAL);
    opt = (bs_synth_options){ .response = (bs_response_kind)99 };
    assert_int_equal(refused(s, &opt, &err), BS_EINVAL);
    opt = (bs_synth_options){ .interpolation = BS_INTERPOLATION_BICUBIC };
    assert_int_equal(refused(s, &opt, &err), BS_OK);
    opt.method = BS_METHOD_SCATTER;
    assert_int_equal(refused(s, &opt, &err), bs_has_opencv() ? BS_OK : BS_EINVAL);
    if (!bs_has_opencv()) /* even where there are no holes */
        assert_non_null(strstr(err.text, "add --inpaint none"));
    opt.inpaint = BS_INPAINT_NONE;
    assert_int_equal(refused(s, &opt, &err), BS_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_filling_changes_holes_only),
        cmocka_unit_test(test_filled_by_opencv),
        cmocka_unit_test(test_constant_stays_constant),
        cmocka_unit_test(test_nothing_to_fill_from),
        cmocka_unit_test(test_blind_pose_does_not_count),
        cmocka_unit_test(test_threads_and_buffers_change_nothing),
        cmocka_unit_test(test_refused),
    };

    return cmocka_run_group_tests(tests, setup_synth, teardown_synth);
}
