/* Sheets: planes through what layers hold, what is read of them, and kernels; against closed forms. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "homography/loops_px.h"
#include "homography/continue_px.h"
#include "tests/sheet_case.h"

static bs_columns columns_of(const bs_layers *l, const bs_range *r, const bs_area *a)
{
    bs_columns c = { .n = { 0 } };

    tile_columns(l, r, a, 1, &c);
    return c;
}

/* A near plane before a far one, each texel with one of them or both: each is found again. */
static void planes_are_found_again(void **state)
{
    uint32_t seed = 7;

    (void)state;
    for (int round = 0; round < 50; round++) {
        const bs_area a = { 3, 5, 3 + (int)between(&seed, 4, 40), 5 + (int)between(&seed, 4, 40) };
        const double near[3] = { 1.5, between(&seed, -4e-3, 4e-3), between(&seed, -4e-3, 4e-3) };
        const double far[3] = { 0.5, between(&seed, -4e-3, 4e-3), between(&seed, -4e-3, 4e-3) };
        const bs_bins bins = { 0.2f, 16 };
        bs_layers l = make_layers();

        for (int y = a.y0; y <= a.y1; y++)
            for (int x = a.x0; x <= a.x1; x++) {
                const double w = near[0] + near[1] * (x - a.x0) + near[2] * (y - a.y0);
                const size_t i = bs_texel_at(&l, x, y);
                const int has_near = between(&seed, 0, 1) < 0.4;

                l.inv[1][i] = l.inv[2][i] = (float)(far[0] + far[1] * (x - a.x0) + far[2] * (y - a.y0));
                l.inv[0][i] = has_near ? (float)w : l.inv[1][i];
            }
        for (int is_near = 0; is_near < 2; is_near++) {
            const bs_range r = { bins, is_near ? 0xfffff000u : 0xfffu,
                                 BS_LAYERS }; /* from 0.95 on, and before */
            const double *want = is_near ? near : far;
            const bs_columns c = columns_of(&l, &r, &a);
            float away = 0;
            bs_sheet s = { 0 };

            assert_true(bs_sheet_fit(&bins, &a, &c, &s));
            for (int y = a.y0; y <= a.y1; y++)
                for (int x = a.x0; x <= a.x1; x++)
                    away = bs_sheet_away(&l, &r, &s, bs_texel_at(&l, x, y), (float)x, (float)y, away);
            /* A hundredth of a square pixel is added to how far texels are strewn: that much they slope less. */
            if (!(fabs((double)s.gx - want[1]) < 1e-4 && fabs((double)s.gy - want[2]) < 1e-4 && away < 1e-3f))
                fail_msg("round %d, area %dx%d, %s: slopes %.6f, %.6f, expected %.6f, %.6f; away %.6f", round,
                         a.x1 - a.x0 + 1, a.y1 - a.y0 + 1, is_near ? "near" : "far", (double)s.gx,
                         (double)s.gy, want[1], want[2], (double)away);
        }
        bs_layers_destroy(&l);
    }
}

/* What a column of texels, or one, does not say a plane does not make up. */
static void a_line_does_not_slope_across(void **state)
{
    const bs_area a = { 10, 4, 20, 30 };
    const bs_range none = { { 0.2f, 16 }, 1u << 31, BS_LAYERS }, near = { { 0.2f, 16 }, 0xfffff000u, 1 };
    bs_layers l = make_layers();
    bs_columns c = columns_of(&l, &none, &a);
    bs_sheet s = { 0 };

    (void)state;
    assert_false(bs_sheet_fit(&none.bins, &a, &c, &s));
    l.inv[0][bs_texel_at(&l, 15, 9)] = 2;
    c = columns_of(&l, &near, &a);
    assert_true(bs_sheet_fit(&near.bins, &a, &c, &s));
    assert_true(fabsf(bs_sheet_inv(&s, 15, 9) - 2) < 1e-5f && s.gx == 0 && s.gy == 0);
    for (int y = a.y0; y <= a.y1; y++)
        l.inv[0][bs_texel_at(&l, 15, y)] = 2 + 0.01f * (float)y;
    c = columns_of(&l, &near, &a);
    assert_true(bs_sheet_fit(&near.bins, &a, &c, &s));
    assert_true(fabsf(s.gy - 0.01f) < 1e-5f && fabsf(s.gx) < 1e-4f);
    bs_layers_destroy(&l);
}

/* A kernel is the sum of its poses' shares, and holds what lies in its window. */
static void kernels_are_sums(void **state)
{
    uint32_t seed = 5;
    bs_layers l = make_layers();
    static uint64_t used[BS_KERNEL_SIDE];
    static float tap[BS_KERNEL_SIDE][BS_KERNEL_SIDE][4];
    bs_kernel k;
    bs_shifts s = { .x = { 0 } };
    double all = 0, at[2] = { 0 }, want[2] = { 0 };
    bs_taps t;

    (void)state;
    for (int i = 0; i < BS_POSES; i++) {
        s.x[i] = (float)between(&seed, -20, 20);
        s.y[i] = (float)between(&seed, -20, 20);
        want[0] += (double)s.x[i];
        want[1] += (double)s.y[i];
    }
    bs_taps_of(&l, &s, 0, &t);
    memset(used, 0xa5, sizeof used);
    memset(tap, 0xa5, sizeof tap);
    bs_kernel_begin(&k, 0, 0, 2, used);
    for (int i = 0; i < BS_POSES; i++) {
        assert_true(bs_kernel_holds(&k, t.x[i], t.y[i], 2));
        bs_kernel_add(&k, &t, i, 2, used, tap);
    }
    assert_int_equal(k.poses, BS_POSES);
    assert_false(bs_kernel_holds(&k, k.x - 1, 0, 2));
    assert_false(bs_kernel_holds(&k, k.x + BS_KERNEL_SIDE - 1, 0, 2));
    assert_true(bs_kernel_holds(&k, k.x + BS_KERNEL_SIDE - 2, k.y, 2));
    for (int y = 0; y < BS_KERNEL_SIDE; y++)
        for (int x = 0; x < BS_KERNEL_SIDE; x++) {
            if (!(used[y] >> x & 1))
                continue;
            assert_true(x >= k.x0 && x <= k.x1 && y >= k.y0 && y <= k.y1);
            all += (double)tap[y][x][0];
            at[0] += (double)tap[y][x][0] * (k.x + x);
            at[1] += (double)tap[y][x][0] * (k.y + y);
        }
    if (!(fabs(all - BS_POSES) < 1e-5 && fabs(at[0] - want[0]) < 1e-3 && fabs(at[1] - want[1]) < 1e-3))
        fail_msg("%.6f in all at (%.4f, %.4f), expected %d at (%.4f, %.4f)", all, at[0], at[1], BS_POSES,
                 want[0], want[1]);
    bs_layers_destroy(&l);
}

static void put(bs_layers *l, int k, int x, int y, float inv, float light, float cover)
{
    const size_t i = bs_texel_at(l, x, y);

    l->inv[k][i] = inv;
    for (int c = 0; c < 3; c++)
        l->light[k][4 * i + (size_t)c] = cover * light;
    l->light[k][4 * i + 3] = cover;
}

/* Layers in range one over the other; nothing of those that are not. */
static void leaves_hold_what_is_in_range(void **state)
{
    const bs_range near = { { 0.2f, 16 }, 0xfffff000u, BS_LAYERS }, far = { { 0.2f, 16 }, 0xfffu, BS_LAYERS };
    const bs_sheet plane = { 2, 0, 0, 0, 0 };
    bs_layers l = make_layers();
    bs_leaf f;

    (void)state;
    put(&l, 0, 9, 9, 2.1f, 1, 0.25f); /* half of a near thing before another, and a wall */
    put(&l, 1, 9, 9, -1.9f, 0.5f, 0.5f);
    put(&l, 2, 9, 9, 0.3f, 0.2f, 1);
    f = bs_leaf_at(&l, &near, &plane, 0, 9, 9);
    assert_true(fabsf(f.v[0] - (0.25f + 0.75f * 0.25f)) < 1e-6f && fabsf(f.v[3] - 0.625f) < 1e-6f);
    assert_true(fabsf(f.seen - 0.25f) < 1e-6f && fabsf(f.away - 0.1f) < 1e-6f);
    f = bs_leaf_at(&l, &far, &plane, 1, 9, 9);
    assert_true(fabsf(f.v[0] - 0.2f) < 1e-6f && f.v[3] == 1 && f.seen == 0);

    /* At the border: on the next texel as well, unseen, and no farther if not the last. */
    put(&l, 0, 0, 9, 2, 1, 1);
    f = bs_leaf_at(&l, &near, &plane, 0, -1, 9);
    assert_true(f.v[0] == 1 && f.v[3] == 1 && f.seen == 0);
    f = bs_leaf_at(&l, &near, &plane, 0, -2, 9);
    assert_true(f.v[0] == 0 && f.v[3] == 0);
    f = bs_leaf_at(&l, &near, &plane, 1, -20, 9);
    assert_true(f.v[0] == 1 && f.v[3] == 1 && f.seen == 0);
    f = bs_leaf_at(&l, &far, &plane, 1, -20, 9); /* whatever is at the border */
    assert_true(f.v[0] == 1 && f.v[3] == 1 && f.seen == 0 && f.away == 0);
    bs_layers_destroy(&l);
}

/* A wall behind a thing, 10 x 4 texels of which nothing is known: each becomes the nearest one in its row, unseen.
 * Of a row where nothing is known at all, the nearest row. */
static void walls_go_on_behind_things(void **state)
{
    const bs_range far = { { 0.2f, 16 }, 0xfffu, BS_LAYERS };
    const bs_sheet plane = { 0.25f, 0, 0, 0, 0 };
    const bs_area a = { 20, 10, 39, 19 };
    static bs_leaves leaves;
    int has[BS_SHEET_SIDE];
    bs_layers l = make_layers();

    (void)state;
    for (int k = 0; k < BS_LAYERS; k++)
        for (int y = a.y0; y <= a.y1; y++)
            for (int x = a.x0; x <= a.x1; x++)
                put(&l, k, x, y, (x >= 24 && x < 34 && y >= 12 && y < 16) || y == 18 ? 2 : 0.25f,
                    (float)(100 * y + x), 1);
    leaves.pitch = 32;
    for (int y = a.y0; y <= a.y1; y++)
        for (int x = a.x0; x <= a.x1; x++) {
            const bs_leaf leaf = bs_leaf_at(&l, &far, &plane, 1, x, y);

            bs_leaf_put(&leaf, (size_t)(32 * (y - a.y0) + x - a.x0), &leaves);
        }
    bs_leaves_continue(&l, &far, &a, has, &leaves);
    for (int y = a.y0; y <= a.y1; y++)
        for (int x = a.x0; x <= a.x1; x++) {
            const int at = 32 * (y - a.y0) + x - a.x0, is_hole = x >= 24 && x < 34 && y >= 12 && y < 16;
            const int from_x = !is_hole ? x : x < 29 ? 23 : 34, from_y = y == 18 ? 17 : y;

            assert_true(leaves.v[0][at] == (float)(100 * from_y + from_x) && leaves.v[3][at] == 1);
            assert_true(leaves.v[BS_LEAF_SEEN][at] == (is_hole || y == 18 ? 0 : 1));
        }
    bs_layers_destroy(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(planes_are_found_again),    cmocka_unit_test(a_line_does_not_slope_across),
        cmocka_unit_test(kernels_are_sums),          cmocka_unit_test(leaves_hold_what_is_in_range),
        cmocka_unit_test(walls_go_on_behind_things),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
