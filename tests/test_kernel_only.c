/* Kernels without images: the same bytes as beside images, and nothing of the images made. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/blur_case.h"
#include "tests/dataset_case.h"

/* In memory: equal in every bit that is there, whatever the method, depth and its cleaning. */
static void the_kernel_is_the_same(void **state)
{
    const motion m = make_motion(9, 0.02, -0.01, 0.03, 0.01, 0.02, -0.015);
    const size_t n = (size_t)64 * 48;
    float *kernel = malloc(2 * n * sizeof *kernel);

    assert_non_null(kernel);
    for (int kind = 0; kind < N_LAYOUTS; kind++)
        for (int clean = 0; clean < 2; clean++)
            for (int scatter = 0; scatter < 2; scatter++) {
                frame f = make_frame(64, 48, (layout)kind, (uint32_t)(1 + 4 * kind + 2 * clean + scatter));
                bs_synth_options opt = { .cleanup = clean ? BS_CLEANUP_ON : BS_CLEANUP_OFF,
                                         .method = scatter ? BS_METHOD_SCATTER : BS_METHOD_FIRST_HIT,
                                         .inpaint = scatter ? BS_INPAINT_NONE : BS_INPAINT_BACKGROUND,
                                         .kernel_only = 1 };
                const bs_tuple only = blur(*state, &f, &m, &opt); /* first: nothing is left of the full run */
                bs_tuple all;

                memcpy(kernel, only.kernel, 2 * n * sizeof *kernel);
                opt.kernel_only = 0;
                all = blur(*state, &f, &m, &opt);
                assert_memory_equal(all.kernel, kernel, 2 * n * sizeof *kernel);
                assert_memory_equal(&only.mean_px, &all.mean_px, sizeof only.mean_px);
                assert_true(only.max_px == all.max_px && only.linearity_error_px == all.linearity_error_px);
                assert_true(!only.blur && !only.blur_linear && !only.mask && isnan(only.seen_share));
                assert_true(all.seen_share > 0);
                free_frame(&f);
            }
    free(kernel);
}

/* A run that keeps no light between runs that do: nothing else knows. */
static void light_is_not_kept(void **state)
{
    const motion m = make_motion(9, 0.02, -0.01, 0.03, 0.01, 0.02, -0.015);
    const size_t n = (size_t)64 * 48;
    frame f = make_frame(64, 48, HOLES, 7);
    bs_synth_options opt = { .noise_peak = 100, .no_linear = 1 };
    float *kernel = malloc(2 * n * sizeof *kernel);
    uint8_t *px = malloc(4 * n);

    assert_true(kernel && px);
    for (int i = 0; i < 3; i++) {
        const bs_tuple without = blur(*state, &f, &m, &opt);
        bs_tuple with;

        assert_null(without.blur_linear);
        memcpy(kernel, without.kernel, 2 * n * sizeof *kernel);
        memcpy(px, without.blur, 3 * n);
        memcpy(px + 3 * n, without.mask, n);
        opt.no_linear = 0;
        with = blur(*state, &f, &m, &opt);
        assert_non_null(with.blur_linear);
        assert_memory_equal(with.kernel, kernel, 2 * n * sizeof *kernel);
        assert_memory_equal(with.blur, px, 3 * n);
        assert_memory_equal(with.mask, px + 3 * n, n);
        assert_true(with.mean_px == without.mean_px && with.seen_share == without.seen_share);
        opt.no_linear = 1;
    }
    free(kernel);
    free(px);
    free_frame(&f);
}

/* The depth that the kernel was made from is handed out: known and finite wherever anything was known. */
static void depth_is_handed_out(void **state)
{
    const motion m = make_pose(0.01, 0, 0, 0, 0, 0);
    frame f = make_frame(64, 48, HOLES, 3);
    const bs_synth_options opt = { .kernel_only = 1 };
    const bs_tuple t = blur(*state, &f, &m, &opt);
    int same = 0;

    for (int i = 0; i < 64 * 48; i++) {
        assert_true(isfinite(t.inv_depth[i]) && t.inv_depth[i] >= 0);
        same += t.inv_depth[i] == 1 / f.depth[i];
    }
    assert_true(same > 64 * 48 / 4);
    free_frame(&f);
}

static snap make_snap(dataset_case *c, const char *name, unsigned emit)
{
    c->opt.emit = emit;
    case_output(c, name);
    case_make(c, 6);
    return snap_take(&c->t, name);
}

/* On disk: each list without images against the full run, and its lines but for what only images tell. */
static void datasets_hold_the_same(void **state)
{
    static const unsigned lists[] = { BS_EMIT_KERNEL,
                                      BS_EMIT_KERNEL | BS_EMIT_DEPTH | BS_EMIT_META | BS_EMIT_SHARP };
    dataset_case c;
    snap all;

    (void)state;
    case_open(&c, 2, 3);
    all = make_snap(&c, "all", BS_EMIT_ALL);
    for (int i = 0; i < 2; i++) {
        snap some = make_snap(&c, i ? "more" : "kernel", lists[i]);
        const char *lines = snap_text(&some, "metadata.jsonl");

        assert_int_equal(assert_part_of(&some, &all, "kernel/"), 6);
        assert_int_equal(assert_part_of(&some, &all, "depth/"), i ? 6 : 0);
        assert_int_equal(assert_part_of(&some, &all, "sharp/"), i ? 6 : 0);
        assert_int_equal(assert_meta_without_seen(&some, &all), i ? 6 : 0);
        assert_null(strstr(lines, "seen_share"));
        assert_non_null(strstr(lines, "\"mean_px\""));
        assert_null(snap_find(&some, "blur/"));
        assert_null(snap_find(&some, "mask/"));
        snap_free(&some);
    }
    /* The mask alone needs the image, and tells what it saw. */
    {
        snap some = make_snap(&c, "mask", BS_EMIT_MASK);

        assert_int_equal(assert_part_of(&some, &all, "mask/"), 6);
        assert_non_null(strstr(snap_text(&some, "metadata.jsonl"), "seen_share"));
        snap_free(&some);
    }
    snap_free(&all);
    case_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_kernel_is_the_same, setup_synth, teardown_synth),
        cmocka_unit_test_setup_teardown(light_is_not_kept, setup_synth, teardown_synth),
        cmocka_unit_test_setup_teardown(depth_is_handed_out, setup_synth, teardown_synth),
        cmocka_unit_test(datasets_hold_the_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
