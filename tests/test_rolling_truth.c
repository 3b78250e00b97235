/*
 * A rolling shutter against ray-traced truth whose lines have poses of their own: as close to it as global
 * shutters with the same exposures are to theirs.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/accuracy.h"

/* What a rolling shutter may cost, dB; 99 % of the kernel map, as of a global one. */
#define MAX_LOSS_DB 0.5
#define MAX_KERNEL_PX 0.02

typedef struct rolling_case {
    int kind;
    bs_shutter shutter;
    double readout; /* in exposures */
} rolling_case;

static void test_as_good_as_global(void **state)
{
    static const char *const names[ACC_REGIONS] = { "inside", "visible", "uncovered" };
    static const rolling_case cases[] = {
        { 0, BS_SHUTTER_TOP_DOWN, 0.3 },   { 3, BS_SHUTTER_BOTTOM_UP, 1 }, { 5, BS_SHUTTER_LEFT_RIGHT, 0.5 },
        { 4, BS_SHUTTER_RIGHT_LEFT, 1.5 }, { 1, BS_SHUTTER_TOP_DOWN, 3 },
    };
    bs_synth *synth = NULL;

    (void)state;
    assert_int_equal(bs_synth_create(&synth, NULL), BS_OK);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const acc_setup how = {
            112, 84, 8, BS_PLACEMENT_MIDPOINT, 9, 2, cases[i].shutter, cases[i].readout, 0
        };
        const acc_kind *kind = &acc_main[cases[i].kind];
        const acc_rolling_figures f = acc_measure_rolling(synth, kind, 1, &how);

        print_message(
            "%-12s shutter %d, readout %.1f: inside %5.2f dB (global %5.2f), visible %5.2f (%5.2f), "
            "uncovered %5.2f (%5.2f)  kernel %.4f px\n",
            kind->name, (int)how.shutter, how.readout, f.db[0][0], f.db[1][0], f.db[0][1], f.db[1][1],
            f.db[0][2], f.db[1][2], f.kernel_p99_px);
        for (acc_region r = 0; r < ACC_REGIONS; r++)
            if (!isnan(f.db[1][r]) && !(f.db[0][r] >= f.db[1][r] - MAX_LOSS_DB))
                fail_msg("%s, %s: %.2f dB, a global shutter reaches %.2f", kind->name, names[r], f.db[0][r],
                         f.db[1][r]);
        if (!(f.kernel_p99_px <= MAX_KERNEL_PX))
            fail_msg("%s: 99 %% of the kernel map is within %.4f px, expected %.2f", kind->name,
                     f.kernel_p99_px, MAX_KERNEL_PX);
    }
    bs_synth_destroy(&synth);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_as_good_as_global) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
