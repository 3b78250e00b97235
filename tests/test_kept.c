/* What one run keeps of a frame for the next changes no byte, whatever lies between. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/blur_case.h"
#include "tests/sequence_case.h"

enum { W = 64, H = 48, N = W * H };

/* A run beside the runs before it, against one of a synthesizer that has none. */
static void as_if_alone(bs_synth *kept, const frame *f, const motion *m, const later *l,
                        const bs_synth_options *opt)
{
    bs_tuple a = later_make(kept, f, m, l, opt), b;
    later lone = *l;
    frame stranger = *f;
    bs_synth *s = NULL;

    lone.span_id = 0;
    stranger.id = 0;
    assert_int_equal(bs_synth_create(&s, NULL), BS_OK);
    b = later_make(s, &stranger, m, &lone, opt);
    assert_memory_equal(a.kernel, b.kernel, 2 * N * sizeof *a.kernel);
    assert_memory_equal(a.inv_depth, b.inv_depth, N * sizeof *a.inv_depth);
    assert_true(a.sharp_seen_share == b.sharp_seen_share);
    assert_true(!a.blur == !b.blur && !a.sharp == !b.sharp);
    if (a.blur) {
        assert_memory_equal(a.blur, b.blur, 3 * N);
        assert_memory_equal(a.mask, b.mask, N);
    }
    if (a.sharp)
        assert_memory_equal(a.sharp, b.sharp, 3 * N);
    bs_synth_destroy(&s);
}

/* All orders of two frames, of runs that keep all, some and none of it. */
static void a_frame_is_completed_once(void **state)
{
    enum { FRAMES = 3, WAYS = 4, STEPS = 120 };
    const bs_pose span[2] = { bs_pose_identity(), make_pose(0.05, 0, 0, 0, 0, 0).pose[0] };
    const later way[WAYS] = { { .T_frame_anchor = span[0] },
                              later_at(0.02, 0, 0.01, 0, 0.01, 0),
                              { span[1], span, 2, 7 },
                              { .T_frame_anchor = span[0] } };
    const motion m[2] = { make_motion(9, 0.02, -0.01, 0.03, 0.01, 0.02, -0.015),
                          make_motion(8, 0.04, 0, 0, 0, 0, 0.02) };

    for (int clean = 0; clean < 2; clean++) {
        const bs_cleanup cleanup = clean ? BS_CLEANUP_ON : BS_CLEANUP_OFF;
        frame f[FRAMES] = { make_frame(W, H, HOLES, 3), make_frame(W, H, NOISE, 5),
                            make_frame(W, H, CARD, 9) };
        uint32_t draw = 1;

        f[0].id = 11 + 2 * (uint64_t)clean;
        f[1].id = 12 + 2 * (uint64_t)clean; /* the third has none */
        for (int i = 0; i < STEPS; i++) {
            const int n = (int)((draw = draw * 1664525u + 1013904223u) >> 24), k = n % WAYS;
            const bs_synth_options opt = { .cleanup = cleanup, .kernel_only = k == WAYS - 1 };
            later l = way[k];

            l.span_id += l.span_id ? (uint64_t)(n / WAYS % FRAMES) : 0;
            as_if_alone(*state, &f[n / WAYS % FRAMES], &m[n / 64 % 2], &l, &opt);
        }
        for (int i = 0; i < FRAMES; i++)
            free_frame(&f[i]);
    }
}

/* What could not be completed is not kept: it fails again, and the frame before it is as it was. */
static void a_failure_is_not_kept(void **state)
{
    const motion m = make_motion(9, 0.02, -0.01, 0.03, 0.01, 0.02, -0.015);
    const bs_synth_options opt = { 0 };
    const later here = { .T_frame_anchor = bs_pose_identity() };
    frame good = make_frame(W, H, HOLES, 3), blind = make_frame(W, H, FLAT, 4);
    bs_err err = { 0 };
    bs_tuple t;

    good.id = 11;
    blind.id = 12;
    for (int i = 0; i < N; i++)
        blind.depth[i] = NAN;
    for (int i = 0; i < 2; i++) {
        as_if_alone(*state, &good, &m, &here, &opt);
        assert_int_equal(later_run(*state, &blind, &m, &here, &opt, &t, &err), BS_EFORMAT);
        assert_int_equal(later_run(*state, &blind, &m, &here, &opt, &t, &err), BS_EFORMAT);
    }
    free_frame(&good);
    free_frame(&blind);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_frame_is_completed_once),
        cmocka_unit_test(a_failure_is_not_kept),
    };

    return cmocka_run_group_tests(tests, setup_synth, teardown_synth);
}
