/*
 * The blur against ray-traced truth, world by world and motion by motion: no change makes it worse unseen.
 *
 * 'accuracy --quick' prints the first two tables' figures, and has the same kinds, seed and set-up; a
 * threshold is 0.3 dB below what was measured, for the figures are the same to the last digit with any
 * compiler and any optimisation.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/accuracy.h"

/* 99 % of the kernel map: far more than depth in whole millimetres costs, far less than a pixel. */
#define MAX_KERNEL_PX 0.02

enum { OTHERS = 8, SIMPLE = 5, MOTIONS = 4 };

/* PSNR in dB inside, where all is visible, and where hidden surfaces come to light; 0: there is none. */
static const double least_main_db[][ACC_REGIONS] = {
    { 40.7, 43.5, 33.4 }, { 46.9, 51.0, 37.7 }, { 37.6, 38.4, 32.3 },
    { 43.4, 45.3, 36.0 }, { 42.4, 42.4, 0 },    { 39.9, 43.1, 35.7 },
};
static const double least_other_db[OTHERS][ACC_REGIONS] = {
    { 34.3, 35.1, 24.4 }, { 41.6, 41.6, 0 },    { 37.8, 37.8, 0 },    { 31.8, 33.5, 29.5 },
    { 31.9, 37.2, 28.1 }, { 40.5, 41.6, 32.3 }, { 38.6, 44.8, 32.4 }, { 47.1, 50.3, 38.1 },
};

/* The sharp frame in the middle of the exposure; other worlds, one with sky; PSNR inside. */
static const acc_setup middle_setup = { 128, 96, 8, BS_PLACEMENT_MIDPOINT, 9, 4, BS_SHUTTER_GLOBAL, 0, 0 };
static const char *const simple_worlds[SIMPLE] = { "plane", "step", "cards", "thin", "room" };
static const acc_kind middle_motions[MOTIONS] = {
    { "sideways", NULL, ACC_SIDEWAYS, 0.12, 1, 1 },
    { "forward", NULL, ACC_FORWARD, 0.25, 1, 1 },
    { "roll", NULL, ACC_ROLL, 0.05, 1, 1 },
    { "hand-held", NULL, ACC_HAND, 12, 1, 1 },
};
static const double least_middle_db[SIMPLE][MOTIONS] = {
    { 42.9, 44.6, 43.5, 44.8 }, { 43.0, 42.9, 40.6, 42.6 }, { 40.8, 40.4, 39.6, 40.9 },
    { 40.6, 41.6, 41.1, 41.8 }, { 36.4, 36.9, 37.3, 37.4 },
};

static int setup(void **state)
{
    bs_synth *synth = NULL;

    if (bs_synth_create(&synth, NULL))
        return -1;
    *state = synth;
    return 0;
}

static int teardown(void **state)
{
    bs_synth *synth = *state;

    bs_synth_destroy(&synth);
    return 0;
}

/* Measures the first 'n_regions' regions of a case. */
static void check(bs_synth *synth, const acc_kind *kind, const acc_setup *how, const double *least_db,
                  int n_regions)
{
    static const char *const names[ACC_REGIONS] = { "inside", "visible", "uncovered" };
    acc_case *c = acc_case_create(kind, 1, how);
    const bs_synth_input in = acc_input(c);
    const bs_synth_options opt = { 0 };
    double db[ACC_REGIONS], kernel_px;
    bs_err err = { 0 };
    bs_tuple t;

    if (bs_synth_run(synth, &in, &opt, &t, &err) != BS_OK)
        fail_msg("%s, %s: %s", kind->scene, kind->name, err.text);
    for (acc_region r = 0; r < ACC_REGIONS; r++)
        db[r] = acc_psnr(c, t.blur, r);
    kernel_px = acc_kernel_p99(c, t.kernel);
    print_message("%-12s %-13s inside %5.2f dB, visible %5.2f, uncovered %5.2f  kernel %.4f px\n",
                  kind->scene, kind->name, db[ACC_INSIDE], db[ACC_VISIBLE], db[ACC_HIDDEN], kernel_px);
    for (int r = 0; r < n_regions; r++)
        if (least_db[r] > 0 && !(db[r] >= least_db[r]))
            fail_msg("%s, %s, %s: %.2f dB, expected at least %.2f", kind->scene, kind->name, names[r], db[r],
                     least_db[r]);
    if (!(kernel_px <= MAX_KERNEL_PX))
        fail_msg("%s, %s: 99 %% of the kernel map is within %.4f px, expected %.2f", kind->scene, kind->name,
                 kernel_px, MAX_KERNEL_PX);
    acc_case_destroy(&c);
}

static void test_main(void **state)
{
    assert_int_equal(acc_n_main, sizeof least_main_db / sizeof *least_main_db);
    for (int i = 0; i < acc_n_main; i++)
        check(*state, &acc_main[i], &acc_quick, least_main_db[i], ACC_REGIONS);
}

static void test_other_motions(void **state)
{
    assert_int_equal(acc_n_other, OTHERS);
    for (int i = 0; i < OTHERS; i++)
        check(*state, &acc_other[i], &acc_quick, least_other_db[i], ACC_REGIONS);
}

static void test_sharp_in_the_middle(void **state)
{
    for (int k = 0; k < SIMPLE; k++)
        for (int m = 0; m < MOTIONS; m++) {
            acc_kind kind = middle_motions[m];

            kind.scene = simple_worlds[k];
            check(*state, &kind, &middle_setup, &least_middle_db[k][m], 1);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_main),
        cmocka_unit_test(test_other_motions),
        cmocka_unit_test(test_sharp_in_the_middle),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
