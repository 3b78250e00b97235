/* One exposure of several: the sharp image of an anchor that is not the frame's, and what exposures share. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/sequence_case.h"

enum { W = 80, H = 60 };

/* A plane 2 m away, seen 0.06 m further to the right and 0.02 m forwards: points are 3 px further left. */
static void a_plane_shifts_by_whole_pixels(void **state)
{
    const motion still = make_pose(0, 0, 0, 0, 0, 0);
    const bs_synth_options opt = { 0 };
    frame f = make_frame(W, H, FLAT, 3);
    const later l = later_at(3 * 2 / f.cam.fx, 0, 0, 0, 0, 0);
    const bs_tuple t = later_make(*state, &f, &still, &l, &opt);

    assert_non_null(t.sharp);
    for (int y = 0; y < H; y++) {
        assert_memory_equal(&t.sharp[3 * y * W], &f.rgb[3 * (y * W + 3)], 3 * (W - 3));
        for (int x = 0; x < W; x++) {
            const float z = t.depth_m[y * W + x];

            if (x < W - 3 ? !(fabsf(z - 2) < 1e-5f) : !isnan(z))
                fail_msg("depth at (%d, %d) is %g", x, y, (double)z);
        }
    }
    assert_true(fabs(t.sharp_seen_share - (W - 3.0) / W) < 1e-3);
    free_frame(&f);
}

/* The identity is the frame itself, and a pose of q and -q the same. */
static void a_camera_at_rest_shows_the_frame(void **state)
{
    const motion m = make_motion(5, 0.05, 0.01, 0.02, 0.01, 0.02, 0.03);
    const bs_synth_options opt = { 0 };
    frame f = make_frame(W, H, CARD, 3);
    float *kernel = malloc(2 * sizeof *kernel * W * H);
    later l = { .T_frame_anchor = bs_pose_identity() };
    bs_tuple t = blur(*state, &f, &m, &opt);

    assert_null(t.sharp);
    assert_non_null(kernel);
    memcpy(kernel, t.kernel, 2 * sizeof *kernel * W * H);
    for (int sign = 0; sign < 2; sign++) {
        t = later_make(*state, &f, &m, &l, &opt);
        assert_null(t.sharp);
        assert_null(t.depth_m);
        assert_true(t.sharp_seen_share == 1);
        assert_memory_equal(kernel, t.kernel, 2 * sizeof *kernel * W * H);
        l.T_frame_anchor.q[3] = -1;
    }
    free(kernel);
    free_frame(&f);
}

/* A sharp image is a blur of one pose there, whatever the scene, the interpolation and the threads. */
static void a_sharp_image_is_a_blur_of_one_pose(void **state)
{
    const motion still = make_pose(0, 0, 0, 0, 0, 0);
    bs_synth *once = *state, *again = NULL;

    assert_int_equal(bs_synth_create(&again, NULL), BS_OK);
    for (layout kind = 0; kind < N_LAYOUTS; kind++)
        for (int cubic = 0; cubic < 2; cubic++) {
            const bs_synth_options opt = { .interpolation = (bs_interpolation)cubic, .threads = 1 + cubic };
            frame f = make_frame(W, H, kind, 5);
            const motion there = make_pose(0.1, 0.03, 0.05, 0.01, -0.02, 0.03);
            const later l = later_at(0.1, 0.03, 0.05, 0.01, -0.02, 0.03);
            const bs_tuple a = later_make(once, &f, &still, &l, &opt), b = blur(again, &f, &there, &opt);

            assert_memory_equal(a.sharp, a.blur, 3 * W * H);
            assert_memory_equal(a.sharp, b.blur, 3 * W * H);
            assert_memory_equal(a.mask, b.mask, W * H);
            assert_true(a.sharp_seen_share > 0 && fabs(a.sharp_seen_share - b.seen_share) < 1e-12);
            free_frame(&f);
        }
    bs_synth_destroy(&again);
}

/* A blur elsewhere is that of the same poses as the frame's camera has them. */
static void poses_are_relative_to_their_anchor(void **state)
{
    const motion m = make_motion(9, 0.05, 0.02, 0.04, 0.02, 0.01, 0.05);
    const later l = later_at(0.1, 0.03, 0.05, 0.02, -0.03, 0.2);
    const bs_synth_options opt = { 0 };
    frame f = make_frame(W, H, CARD, 5);
    uint8_t *there = malloc(3 * W * H);
    motion moved = m;
    bs_tuple t = later_make(*state, &f, &m, &l, &opt);

    assert_non_null(there);
    memcpy(there, t.blur, 3 * W * H);
    for (int i = 0; i < m.n; i++)
        moved.pose[i] = bs_pose_mul(&l.T_frame_anchor, &m.pose[i]);
    t = blur(*state, &f, &moved, &opt);
    assert_memory_equal(there, t.blur, 3 * W * H);
    free(there);
    free_frame(&f);
}

/* Between four pixels; 0 if they are not one surface, or some are unknown. */
static int read_between(const bs_tuple *t, double x, double y, double uv[2])
{
    const int x0 = (int)floor(x), y0 = (int)floor(y);
    float lo = INFINITY, hi = 0;

    uv[0] = uv[1] = 0;
    if (!(x >= 0 && y >= 0 && x < W - 1 && y < H - 1))
        return 0;
    for (int c = 0; c < 4; c++) {
        const int i = (y0 + c / 2) * W + x0 + c % 2;
        const double weight = (c % 2 ? x - x0 : 1 - x + x0) * (c / 2 ? y - y0 : 1 - y + y0);

        uv[0] += weight * (double)t->kernel[2 * i];
        uv[1] += weight * (double)t->kernel[2 * i + 1];
        if (isnan(t->depth_m ? t->depth_m[i] : 1))
            return 0;
        lo = fminf(lo, t->depth_m[i]);
        hi = fmaxf(hi, t->depth_m[i]);
    }
    return hi < 1.05f * lo;
}

/*
 * Exposures of which the next begins where the one before ends, each sharp at its start: a kernel's end is
 * the next one's place, so the kernels of frames 1 and 2 are together that from 1 to 3.
 */
static void kernels_continue_each_other(void **state)
{
    const bs_synth_options opt = { 0 };
    bs_pose T_frame[4];
    frame f = make_frame(W, H, CARD, 7);
    float *whole = malloc(2 * sizeof *whole * W * H), *first = malloc(2 * sizeof *first * W * H);
    motion m = { .n = 2, .when = { 0, 1 } };
    bs_tuple t;
    int n = 0;

    assert_true(whole && first);
    for (int k = 0; k < 4; k++)
        T_frame[k] = make_pose(0.05 * k, 0.01 * k, 0.03 * k, 0.01 * k, 0.005 * k * k, 0.02 * k).pose[0];
    for (int span = 2; span >= 1; span--) { /* from 1 to 3, then from 1 to 2 */
        const bs_pose T_1 = bs_pose_inverse(&T_frame[1]);

        m.pose[0] = bs_pose_identity();
        m.pose[1] = bs_pose_mul(&T_1, &T_frame[1 + span]);
        t = later_make(*state, &f, &m, &(later){ .T_frame_anchor = T_frame[1] }, &opt);
        memcpy(span == 2 ? whole : first, t.kernel, 2 * sizeof *whole * W * H);
    }
    {
        const bs_pose T_2 = bs_pose_inverse(&T_frame[2]);

        m.pose[1] = bs_pose_mul(&T_2, &T_frame[3]);
        t = later_make(*state, &f, &m, &(later){ .T_frame_anchor = T_frame[2] }, &opt);
    }
    for (int i = 0; i < W * H; i++) {
        double uv[2], u, v;

        if (!read_between(&t, i % W + (double)first[2 * i], i / W + (double)first[2 * i + 1], uv))
            continue;
        u = uv[0] + (double)first[2 * i] - (double)whole[2 * i];
        v = uv[1] + (double)first[2 * i + 1] - (double)whole[2 * i + 1];
        n += hypot(u, v) < 0.01;
        /* Nothing else comes by but where the card covers or uncovers what is behind it. */
        if (hypot(u, v) > 0.01 && hypot(u, v) < 1)
            fail_msg("pixel (%d, %d): %g px off", i % W, i / W, hypot(u, v));
    }
    if (n < W * H / 2)
        fail_msg("only %d pixels followed", n);
    free(whole);
    free(first);
    free_frame(&f);
}

/* Layers are those of the span: whichever exposure comes first, and kept or built anew. */
static void what_is_kept_changes_nothing(void **state)
{
    const motion m = make_motion(7, 0.02, 0.01, 0, 0.01, 0, 0.01);
    const bs_synth_options opt = { .noise_peak = 1000 }, kernel_only = { .kernel_only = 1 };
    bs_pose span[8];
    frame f = make_frame(W, H, HOLES, 9), other = make_frame(W, H, CARD, 2);
    later l[3];
    bs_synth *kept = *state;

    for (int i = 0; i < 8; i++)
        span[i] = make_pose(0.01 * i, 0, 0.005 * i, 0, 0.003 * i, 0).pose[0];
    for (int i = 0; i < 3; i++)
        l[i] = (later){ span[3 * i], span, 8, 42 };
    for (int i = 0; i < 9; i++) { /* 0 1 2, 2 1 0, 0 2 1 */
        static const int order[] = { 0, 1, 2, 2, 1, 0, 0, 2, 1 };
        later alone = l[order[i]];
        bs_synth *s = NULL;
        bs_tuple a, b;

        if (i == 6) /* another frame in between */
            later_make(kept, &other, &m, &(later){ span[1], span, 8, 43 }, &opt);
        if (i == 5)
            later_make(kept, &other, &m, &(later){ .T_frame_anchor = bs_pose_identity() }, &kernel_only);
        a = later_make(kept, &f, &m, &l[order[i]], &opt);
        alone.span_id = 0;
        assert_int_equal(bs_synth_create(&s, NULL), BS_OK);
        b = later_make(s, &f, &m, &alone, &opt);
        assert_memory_equal(a.blur, b.blur, 3 * W * H);
        assert_memory_equal(a.mask, b.mask, W * H);
        assert_memory_equal(a.kernel, b.kernel, 2 * sizeof *a.kernel * W * H);
        if (order[i]) {
            assert_memory_equal(a.sharp, b.sharp, 3 * W * H);
            assert_memory_equal(a.depth_m, b.depth_m, sizeof *a.depth_m * W * H);
        }
        bs_synth_destroy(&s);
    }
    free_frame(&f);
    free_frame(&other);
}

/* What is filled in is for all poses of a span alike. */
static void the_order_of_a_span_is_nothing(void **state)
{
    const motion m = make_motion(5, 0.02, 0, 0, 0, 0, 0);
    const bs_synth_options opt = { 0 };
    const bs_pose here = bs_pose_identity(), there = make_pose(0.3, 0.05, 0, 0, 0, 0).pose[0];
    const bs_pose span[] = { here, there }, back[] = { there, here };
    const later a = { there, span, 2, 0 }, b = { there, back, 2, 0 };
    frame f = make_frame(W, H, CARD, 6);
    bs_synth *s = NULL;
    bs_tuple t, u;

    assert_int_equal(bs_synth_create(&s, NULL), BS_OK);
    t = later_make(*state, &f, &m, &a, &opt);
    u = later_make(s, &f, &m, &b, &opt);
    assert_memory_equal(t.blur_linear, u.blur_linear, 3 * sizeof *t.blur_linear * W * H);
    assert_memory_equal(t.sharp, u.sharp, 3 * W * H);
    bs_synth_destroy(&s);
    free_frame(&f);
}

/* Without a span, layers answer for the exposure in hand, and are no other's. */
static void nothing_is_kept_without_a_span(void **state)
{
    const motion near_by = make_motion(5, 0.001, 0, 0, 0, 0, 0), far = make_motion(5, 0.08, 0.02, 0, 0, 0, 0);
    const later l = { .T_frame_anchor = bs_pose_identity(), .span_id = 7 };
    const bs_synth_options opt = { 0 };
    frame f = make_frame(W, H, CARD, 6);
    bs_synth *s = NULL;
    bs_tuple a, b;

    assert_int_equal(bs_synth_create(&s, NULL), BS_OK);
    later_make(*state, &f, &near_by, &l, &opt);
    a = later_make(*state, &f, &far, &l, &opt);
    b = later_make(s, &f, &far, &l, &opt);
    assert_memory_equal(a.blur_linear, b.blur_linear, 3 * sizeof *a.blur_linear * W * H);
    bs_synth_destroy(&s);
    free_frame(&f);
}

/* Wherever the camera goes, something comes out. */
static void nothing_to_see_is_no_error(void **state)
{
    const motion m = make_motion(3, 0.1, 0, 0.1, 0, 0, 0.1);
    const later places[] = { later_at(0, 0, 0, 0, 3, 0), later_at(100, 0, 0, 0, 0, 0),
                             later_at(0, 0, 10, 0, 0, 0), later_at(0, 0, -1000, 0, 0, 0),
                             later_at(1e6, 1e6, 1e6, 1, 1, 1) };
    const bs_synth_options opt = { 0 };

    for (layout kind = 0; kind < N_LAYOUTS; kind++) {
        frame f = make_frame(W, H, kind, 4);

        for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
            const bs_tuple t = later_make(*state, &f, &m, &places[i], &opt);

            assert_true(t.sharp_seen_share >= 0 && t.sharp_seen_share <= 1);
            for (int k = 0; k < W * H; k++)
                assert_true(isnan(t.depth_m[k]) || t.depth_m[k] > 0);
        }
        free_frame(&f);
    }
}

static void refused(bs_synth *s, const frame *f, const later *l, const bs_synth_options *opt,
                    const char *part)
{
    const motion m = make_motion(3, 0.1, 0, 0, 0, 0, 0);
    bs_err err = { 0 };
    bs_tuple t;

    assert_int_equal(later_run(s, f, &m, l, opt, &t, &err), BS_EINVAL);
    if (!strstr(err.text, part))
        fail_msg("\"%s\" without \"%s\"", err.text, part);
}

static void wrong_arguments_are_refused(void **state)
{
    const bs_synth_options opt = { 0 }, scatter = { .method = BS_METHOD_SCATTER, .inpaint = BS_INPAINT_NONE };
    bs_pose bad = bs_pose_identity();
    frame f = make_frame(W, H, CARD, 1);

    bad.t_m[1] = NAN;
    refused(*state, &f, &(later){ .T_frame_anchor = bad }, &opt, "NaN");
    refused(*state, &f, &(later){ bs_pose_identity(), &bad, 1, 0 }, &opt, "NaN");
    refused(*state, &f, &(later){ bs_pose_identity(), &bad, -1, 0 }, &opt, "n_span");
    refused(*state, &f, &(later){ bs_pose_identity(), NULL, 1, 0 }, &opt, "n_span");
    refused(*state, &f, &(later){ .T_frame_anchor = make_pose(1, 0, 0, 0, 0, 0).pose[0] }, &scatter,
            "first-hit");
    free_frame(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plane_shifts_by_whole_pixels),
        cmocka_unit_test(a_camera_at_rest_shows_the_frame),
        cmocka_unit_test(a_sharp_image_is_a_blur_of_one_pose),
        cmocka_unit_test(poses_are_relative_to_their_anchor),
        cmocka_unit_test(kernels_continue_each_other),
        cmocka_unit_test(what_is_kept_changes_nothing),
        cmocka_unit_test(the_order_of_a_span_is_nothing),
        cmocka_unit_test(nothing_is_kept_without_a_span),
        cmocka_unit_test(nothing_to_see_is_no_error),
        cmocka_unit_test(wrong_arguments_are_refused),
    };

    return cmocka_run_group_tests(tests, setup_synth, teardown_synth);
}
