/* Unknown depth, completed from its surroundings. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/layers_case.h"

/* A hole between near on the left and far on the right (or above and below) is the shadow of the near. */
static void test_hole_between_near_and_far(void **state)
{
    bench *b = *state;

    for (int down = 0; down < 2; down++)
        for (int swap = 0; swap < 2; swap++)
            for (int from = 20; from < 24; from++)
                for (int width = 1; width < 22; width++) {
                    for (int i = 0; i < N; i++) {
                        const int at = down ? i / W : i % W, hole = at >= from && at < from + width;

                        b->depth[i] = hole ? NAN : (at < from) != swap ? 1.0f : 4.0f;
                    }
                    complete(b);
                    for (int i = 0; i < N; i++) {
                        const int hole = isnan(b->depth[i]);
                        const float want = hole ? 0.25f : 1 / b->depth[i];

                        if (!(fabsf(b->inv[i] - want) <= 1e-6f) || b->measured[i] == hole)
                            fail_msg("axis %d, swapped %d, hole at %d of %d px: pixel (%d, %d) is %.9g/m, "
                                     "expected %g/m; measured %d",
                                     down, swap, from, width, i % W, i / W, (double)b->inv[i], (double)want,
                                     b->measured[i]);
                    }
                }
}

/* A hole inside a slanted surface takes depths from around it. */
static void test_hole_in_a_surface(void **state)
{
    bench *b = *state;

    for (int side = 1; side < 16; side += 2) {
        for (int i = 0; i < N; i++) {
            const int x = i % W, y = i / W, hole = abs(x - 37) <= side / 2 && abs(y - 30) <= side / 2;

            b->depth[i] = hole ? NAN : 1 / (0.4f + 0.002f * (float)x - 0.001f * (float)y);
        }
        complete(b);
        for (int i = 0; i < N; i++) {
            const float want = 0.4f + 0.002f * (float)(i % W) - 0.001f * (float)(i / W);
            const float tolerance = isnan(b->depth[i]) ? 0.004f * (float)(side + 2) : 1e-6f;

            if (!(fabsf(b->inv[i] - want) <= tolerance))
                fail_msg("hole of %d px, pixel (%d, %d): %.6f/m, expected %.6f within %g", side, i % W, i / W,
                         (double)b->inv[i], (double)want, (double)tolerance);
        }
    }
}

static void test_hardly_anything_known(void **state)
{
    static const float unknown[] = { NAN, 0, -1, -INFINITY };
    bench *b = *state;
    bs_err err = { 0 };

    for (int k = 0; k < 4; k++) {
        for (int i = 0; i < N; i++)
            b->depth[i] = unknown[k];
        if (bs_depth_complete(b->builder, b->depth, b->inv, b->measured, &err) != BS_EFORMAT || !err.text[0])
            fail_msg("a frame of depth %g was taken", (double)unknown[k]);
        for (int at = 0; at < N; at += 997) {
            b->depth[at] = 2;
            complete(b);
            for (int i = 0; i < N; i++)
                if (b->inv[i] != 0.5f || b->measured[i] != (i == at))
                    fail_msg("only pixel %d known, pixel %d: %.9g/m, measured %d", at, i, (double)b->inv[i],
                             b->measured[i]);
            b->depth[at] = unknown[k];
        }
    }
    for (int i = 0; i < N; i++)
        b->depth[i] = INFINITY; /* far away is known */
    complete(b);
    for (int i = 0; i < N; i++)
        if (b->inv[i] != 0 || !b->measured[i])
            fail_msg("pixel %d: infinitely far is %.9g/m, measured %d", i, (double)b->inv[i], b->measured[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hole_between_near_and_far),
        cmocka_unit_test(test_hole_in_a_surface),
        cmocka_unit_test(test_hardly_anything_known),
    };

    return cmocka_run_group_tests(tests, setup_bench, teardown_bench);
}
