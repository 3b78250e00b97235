/*
 * Sheets: planes through what layers hold, where a tile looks on them, and the shares by which it reads them; against
 * closed forms, projections in double, and pixels that look for themselves.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "homography/leaf_px.h"
#include "homography/views.h"
#include "homography/warp_kernel.h"
#include "tests/blur_case.h"

enum { W = 64, H = 48, MARGIN = 14 };

static const bs_camera camera = { W, H, 90, 110, 30.7, 25.1 };
static const bs_poses_of eight = { 0, BS_POSES };
static const bs_rows global = { 0, 0 };

/* 0 to 1. */
static double draw(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return (*seed >> 8) / 16777216.0;
}

static double between(uint32_t *seed, double lo, double hi)
{
    return lo + (hi - lo) * draw(seed);
}

/* Layers that hold nothing yet. */
static bs_layers make_layers(void)
{
    bs_layers l = { 0 };

    assert_int_equal(bs_layers_create(W, H, &l, NULL), BS_OK);
    for (int k = 0; k < BS_LAYERS; k++)
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++) {
                const size_t i = bs_texel_at(&l, x, y);

                l.inv[k][i] = 0.25f;
                memset(&l.light[k][4 * i], 0, 4 * sizeof *l.light[k]);
                l.bits[i] = 1;
            }
    return l;
}

static bs_columns columns_of(const bs_layers *l, const bs_range *r, const bs_area *a)
{
    bs_columns c = { .n = { 0 } };

    for (int y = a->y0; y <= a->y1; y++)
        for (int x = a->x0; x <= a->x1; x++)
            bs_column_add(l, r, bs_texel_at(l, x, y), x - a->x0, (float)(y - a->y0), &c);
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
                const int has_near = draw(&seed) < 0.4;

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

/* Eight poses: shares of a move by t and a turn by the vector r. */
static void make_views(const double t[3], const double r[3], bs_view views[BS_POSES])
{
    const motion m = make_motion(BS_POSES, t[0], t[1], t[2], r[0], r[1], r[2]);

    for (int j = 0; j < BS_POSES; j++)
        views[j] = bs_view_make(&camera, &m.pose[j]);
}

/* Where the line of pixel (x, y) meets a plane, in double. */
static void meet(const bs_view *v, const bs_sheet *s, double x, double y, double at[2])
{
    double z[3], w, g[2] = { (double)s->gx, (double)s->gy }, e[2];

    for (int i = 0; i < 3; i++)
        z[i] = (double)v->H_inf[3 * i] * x + (double)v->H_inf[3 * i + 1] * y + (double)v->H_inf[3 * i + 2];
    for (int i = 0; i < 2; i++) {
        at[i] = z[i] / z[2];
        e[i] = (double)v->b[i] - at[i] * (double)v->b[2];
    }
    w = ((double)s->inv + g[0] * (at[0] - (double)s->x0) + g[1] * (at[1] - (double)s->y0)) /
        (1 - g[0] * e[0] - g[1] * e[1]);
    for (int i = 0; i < 2; i++)
        at[i] += w * e[i];
}

/* Every pixel of a tile at every pose looks where shifts say, or shifts are refused. */
static void shifts_are_where_lines_meet_planes(void **state)
{
    const bs_box tiles[] = { { 16, 8, 23, 15 }, { 56, 40, 63, 47 }, { 24, 16, 28, 23 }, { 0, 0, 7, 1 } };
    bs_layers l = make_layers();
    int held = 0;
    uint32_t seed = 3;

    (void)state;
    for (int round = 0; round < 400; round++) {
        const double big = between(&seed, 0, 1);
        const double t[3] = { between(&seed, -0.3, 0.3) * big, between(&seed, -0.3, 0.3) * big,
                              between(&seed, -0.4, 0.4) * big };
        const double r[3] = { between(&seed, -0.2, 0.2) * big, between(&seed, -0.2, 0.2) * big,
                              between(&seed, -0.3, 0.3) * big };
        const bs_sheet s = { (float)between(&seed, 0.1, 1.5), (float)between(&seed, -6e-3, 6e-3),
                             (float)between(&seed, -6e-3, 6e-3), 20, 10 };
        const bs_box *tile = &tiles[round % 4];
        bs_view views[BS_POSES];
        bs_shifts at;
        bs_hull hull;

        make_views(t, r, views);
        bs_hull_of(views, BS_POSES, 1, global, tile, &hull);
        if (!bs_shifts_of(&l, &hull, global, tile, eight, &s, &at))
            continue;
        held++;
        for (int j = 0; j < BS_POSES; j++)
            for (double y = (double)tile->y0; y <= (double)tile->y1; y++)
                for (double x = (double)tile->x0; x <= (double)tile->x1; x++) {
                    const double u = x - 0.5 * (double)(tile->x0 + tile->x1);
                    const double v = y - 0.5 * (double)(tile->y0 + tile->y1);
                    double want[2], got[2];

                    meet(&views[j], &s, x, y, want);
                    got[0] = x + (double)at.x[j] + (double)at.xu[j] * u + (double)at.xv[j] * v;
                    got[1] = y + (double)at.y[j] + (double)at.yu[j] * u + (double)at.yv[j] * v;
                    if (!(fabs(got[0] - want[0]) <= 1.2 * (double)BS_BENT_PX &&
                          fabs(got[1] - want[1]) <= 1.2 * (double)BS_BENT_PX))
                        fail_msg(
                            "round %d, pose %d, pixel (%g, %g): looks at (%.5f, %.5f), expected (%.5f, %.5f)",
                            round, j, x, y, got[0], got[1], want[0], want[1]);
                }
    }
    if (held < 150)
        fail_msg("only %d of 400 motions and planes had shifts", held);
    bs_layers_destroy(&l);
}

/* A surface a little nearer than the plane is seen where a plane as near would be. */
static void what_is_beside_a_plane_shifts_with_it(void **state)
{
    const bs_box tile = { 16, 8, 23, 15 };
    const double t[3] = { 0.1, -0.06, 0.05 }, r[3] = { 0.01, 0.02, 0 };
    const bs_sheet s = { 0.7f, 2e-3f, -1e-3f, 20, 10 };
    bs_sheet nearer = s;
    bs_layers l = make_layers();
    bs_view views[BS_POSES];
    bs_shifts at = { .x = { 0 } }, want = { .x = { 0 } };
    bs_hull hull;

    (void)state;
    nearer.inv += 0.02f;
    make_views(t, r, views);
    bs_hull_of(views, BS_POSES, 1, global, &tile, &hull);
    assert_true(bs_shifts_of(&l, &hull, global, &tile, eight, &s, &at));
    assert_true(bs_shifts_of(&l, &hull, global, &tile, eight, &nearer, &want));
    for (int j = 0; j < BS_POSES; j++)
        if (!(fabsf(at.x[j] + 0.02f * at.xw[j] - want.x[j]) < 1e-3f &&
              fabsf(at.y[j] + 0.02f * at.yw[j] - want.y[j]) < 1e-3f))
            fail_msg("pose %d: (%.5f, %.5f), expected (%.5f, %.5f)", j, (double)(at.x[j] + 0.02f * at.xw[j]),
                     (double)(at.y[j] + 0.02f * at.yw[j]), (double)want.x[j], (double)want.y[j]);
    bs_layers_destroy(&l);
}

/* No shifts where the camera has turned around, passed the plane, or looks along it. */
static void shifts_are_refused(void **state)
{
    static const double cases[][9] = {
        /* t, r, plane */
        { 0, 0, 0, 0, 0, 6.2, 0.5, 0, 0 },  { 0, 0, 3, 0, 0, 0, 1, 0, 0 },
        { 0.5, 0, 0, 0, 0, 0, 1, 0.02, 0 }, { 0, 0.5, 0, 0, 0, 0, 1, 0, -0.02 },
        { 0, 0, 0, 0, 2.5, 0, 0.5, 0, 0 },  { 0.1, 0, 0, 0, 0, 0, -1, 0, 0 },
    };
    const bs_box tile = { 16, 8, 23, 15 };
    bs_layers l = make_layers();

    (void)state;
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        const double *c = cases[k];
        const bs_sheet s = { (float)c[6], (float)c[7], (float)c[8], 20, 10 };
        bs_view views[BS_POSES];
        bs_shifts at;
        bs_hull hull;

        make_views(c, c + 3, views);
        bs_hull_of(views, BS_POSES, 1, global, &tile, &hull);
        if (bs_shifts_of(&l, &hull, global, &tile, eight, &s, &at))
            fail_msg("case %zu has shifts", k);
    }
    bs_layers_destroy(&l);
}

/* Shares of what is read: of all together 1 wherever the pixel is, and their centre is where it looks. */
static void shares_are_of_the_place(void **state)
{
    uint32_t seed = 11;
    bs_layers l = make_layers();
    bs_shifts s = { .x = { 0 } };
    bs_taps t;

    (void)state;
    for (int i = 0; i < BS_POSES; i++) {
        s.x[i] = (float)between(&seed, -9, 9);
        s.y[i] = i == 5 ? 3 : (float)between(&seed, -9, 9);
        s.xu[i] = (float)between(&seed, -0.05, 0.05);
        s.xv[i] = (float)between(&seed, -0.05, 0.05);
        s.yu[i] = (float)between(&seed, -0.05, 0.05);
        s.yv[i] = (float)between(&seed, -0.05, 0.05);
        s.xw[i] = (float)between(&seed, -9, 9);
        s.yw[i] = (float)between(&seed, -9, 9);
    }
    for (l.bicubic = 0; l.bicubic < 2; l.bicubic++) {
        const int n = bs_reads(&l);

        bs_taps_of(&l, &s, 0, &t);
        for (int i = 0; i < BS_POSES; i++)
            for (int k = 0; k < 20; k++) {
                const float u = (float)between(&seed, -3.5, 3.5), v = (float)between(&seed, -3.5, 3.5);
                const float w = (float)between(&seed, -0.02, 0.02);
                const double x = (double)(s.x[i] + s.xu[i] * u + s.xv[i] * v + w * s.xw[i]);
                const double y = (double)(s.y[i] + s.yu[i] * u + s.yv[i] * v + w * s.yw[i]);
                double all = 0, at[2] = { 0 };

                for (int p = 0; p < n * n; p++) {
                    const double share =
                        (double)(bs_share(t.k[p][i], t.ku[p][i], t.kv[p][i], u, v) + w * t.kw[p][i]);

                    all += share;
                    at[0] += share * (t.x[i] + p % n);
                    at[1] += share * (t.y[i] + p / n);
                }
                if (!(fabs(all - 1) < 1e-5 && fabs(at[0] - x) < 1e-4 && fabs(at[1] - y) < 1e-4))
                    fail_msg("%d reads, pose %d: %.7f in all at (%.5f, %.5f), expected 1 at (%.5f, %.5f)", n,
                             i, all, at[0], at[1], x, y);
            }
    }
    bs_layers_destroy(&l);
}

/* A kernel is the sum of its poses' shares, and holds what lies in its window. */
static void kernels_are_sums(void **state)
{
    uint32_t seed = 5;
    bs_layers l = make_layers();
    static bs_kernel k;
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
    memset(&k, 0xa5, sizeof k);
    bs_kernel_begin(&k, 0, 0, 2);
    for (int i = 0; i < BS_POSES; i++) {
        assert_true(bs_kernel_holds(&k, t.x[i], t.y[i], 2));
        bs_kernel_add(&k, &t, i, 2);
    }
    assert_int_equal(k.poses, BS_POSES);
    assert_false(bs_kernel_holds(&k, k.x - 1, 0, 2));
    assert_false(bs_kernel_holds(&k, k.x + BS_KERNEL_SIDE - 1, 0, 2));
    assert_true(bs_kernel_holds(&k, k.x + BS_KERNEL_SIDE - 2, k.y, 2));
    for (int y = 0; y < BS_KERNEL_SIDE; y++)
        for (int x = 0; x < BS_KERNEL_SIDE; x++) {
            if (!(k.used[y] >> x & 1))
                continue;
            assert_true(x >= k.x0 && x <= k.x1 && y >= k.y0 && y <= k.y1);
            all += (double)k.tap[y][x][0];
            at[0] += (double)k.tap[y][x][0] * (k.x + x);
            at[1] += (double)k.tap[y][x][0] * (k.y + y);
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

    put(&l, 0, 0, 9, 2, 1,
        1); /* at the border: on the next texel as well, unseen, and no farther if not the last */
    f = bs_leaf_at(&l, &near, &plane, 0, -1, 9);
    assert_true(f.v[0] == 1 && f.v[3] == 1 && f.seen == 0);
    f = bs_leaf_at(&l, &near, &plane, 0, -2, 9);
    assert_true(f.v[0] == 0 && f.v[3] == 0);
    f = bs_leaf_at(&l, &near, &plane, 1, -20, 9);
    assert_true(f.v[0] == 1 && f.v[3] == 1 && f.seen == 0);
    bs_layers_destroy(&l);
}

/* The mean of poses looked at together beside that of poses looked at one by one, where none looks beside the
 * frame: there they make up other things. */
static void many_poses_are_the_mean_of_each(void **state)
{
    /* On white noise, the worst there is: the largest and the mean difference, shares of white. */
    static const double most[N_LAYOUTS] = { 0.006, 0.016, 0.03, 0.25 };
    static const double mean[N_LAYOUTS] = { 0.0005, 0.0014, 0.002, 0.03 };
    bs_synth *s = *state;
    const bs_synth_options opt = { .response = BS_RESPONSE_LINEAR };

    for (int kind = 0; kind < N_LAYOUTS; kind++) {
        frame f = make_frame(W, H, (layout)kind, 3);
        const motion m = make_motion(24, 0.08, -0.05, 0.02, 0.02, -0.03, 0.03);
        static float want[3 * W * H];
        double largest = 0, sum = 0;
        bs_tuple t;

        memset(want, 0, sizeof want);
        for (int i = 0; i < m.n; i++) {
            motion one = { .n = 1 };

            one.pose[0] = m.pose[i];
            t = blur(s, &f, &one, &opt);
            for (int k = 0; k < 3 * W * H; k++)
                want[k] += t.blur_linear[k] / (float)m.n;
        }
        t = blur(s, &f, &m, &opt);
        for (int k = 0; k < 3 * W * H; k++) {
            const int x = k / 3 % W, y = k / 3 / W;
            const double d = fabs((double)(t.blur_linear[k] - want[k]));

            if (x < MARGIN || y < MARGIN || x >= W - MARGIN || y >= H - MARGIN)
                continue;
            largest = fmax(largest, d);
            sum += d / (3 * (W - 2 * MARGIN) * (H - 2 * MARGIN));
        }
        print_message("%-6s largest difference %.4f, mean %.5f\n", layout_names[kind], largest, sum);
        if (!(largest <= most[kind] && sum <= mean[kind]))
            fail_msg("%s: largest difference %.4f, expected %.4f; mean %.5f, expected %.5f",
                     layout_names[kind], largest, most[kind], sum, mean[kind]);
        free_frame(&f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(planes_are_found_again),
        cmocka_unit_test(a_line_does_not_slope_across),
        cmocka_unit_test(shifts_are_where_lines_meet_planes),
        cmocka_unit_test(what_is_beside_a_plane_shifts_with_it),
        cmocka_unit_test(shifts_are_refused),
        cmocka_unit_test(shares_are_of_the_place),
        cmocka_unit_test(kernels_are_sums),
        cmocka_unit_test(leaves_hold_what_is_in_range),
        cmocka_unit_test(many_poses_are_the_mean_of_each),
    };

    return cmocka_run_group_tests(tests, setup_synth, teardown_synth);
}
