/*
 * Where a tile looks on a sheet, and the shares by which its pixels read; against projections in double and closed
 * forms.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "homography/leaf_px.h"
#include "homography/views.h"
#include "tests/blur_case.h"
#include "tests/sheet_case.h"

static const bs_camera camera = { W, H, 90, 110, 30.7, 25.1 };
static const bs_poses_of eight = { 0, BS_POSES };
static const bs_rows global = { 0, 0 };

/* Eight poses: shares of a move by t and a turn by the vector r. */
static void make_views(const double t[3], const double r[3], bs_view views[BS_POSES])
{
    const motion m = make_motion(BS_POSES, t[0], t[1], t[2], r[0], r[1], r[2]);

    for (int j = 0; j < BS_POSES; j++)
        views[j] = bs_view_make(&camera, &m.pose[j]);
}

/* The same with 'lines' views a pose, [BS_POSES][lines]: a pose is over when the next one begins.  'shake' is how far,
 * in poses, lines are ahead of their time and behind. */
static void make_rolling_views(const double t[3], const double r[3], int lines, double shake, bs_view *views)
{
    for (int j = 0; j < BS_POSES; j++)
        for (int line = 0; line < lines; line++) {
            const double share = (j + (double)line / lines + shake * sin(0.8 * line)) / BS_POSES - 0.5;
            const motion m =
                make_pose(share * t[0], share * t[1], share * t[2], share * r[0], share * r[1], share * r[2]);

            views[j * lines + line] = bs_view_make(&camera, &m.pose[0]);
        }
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

/* Every pixel of a tile at every pose looks where shifts say: within BS_BENT_PX at the corners, up to a fifth more
 * between them, and twice as much for a rolling shutter. */
static void expect_places(const bs_view *views, int lines, bs_rows rows, const bs_box *tile,
                          const bs_sheet *s, const bs_shifts *at)
{
    const double most_px = lines > 1 ? 0.024 : 0.012;

    for (int j = 0; j < BS_POSES; j++)
        for (int y = (int)tile->y0; y <= (int)tile->y1; y++)
            for (int x = (int)tile->x0; x <= (int)tile->x1; x++) {
                const double u = x - 0.5 * (double)(tile->x0 + tile->x1);
                const double v = y - 0.5 * (double)(tile->y0 + tile->y1);
                double want[2], got[2];

                meet(&views[j * lines + x * rows.step_x + y * rows.step_y], s, x, y, want);
                got[0] = x + (double)at->x[j] + (double)at->xu[j] * u + (double)at->xv[j] * v;
                got[1] = y + (double)at->y[j] + (double)at->yu[j] * u + (double)at->yv[j] * v;
                if (!(fabs(got[0] - want[0]) <= most_px && fabs(got[1] - want[1]) <= most_px))
                    fail_msg(
                        "%d lines, pose %d, pixel (%d, %d): looks at (%.5f, %.5f), expected (%.5f, %.5f)",
                        lines, j, x, y, got[0], got[1], want[0], want[1]);
            }
}

/* Global shutters, rows and columns that come one by one; or shifts are refused. */
static void shifts_are_where_lines_meet_planes(void **state)
{
    static const bs_box tiles[] = {
        { 16, 8, 23, 15 }, { 56, 40, 63, 47 }, { 24, 16, 28, 23 }, { 0, 0, 7, 1 }
    };
    static const bs_rows shutters[] = { { 0, 0 }, { 0, 1 }, { 1, 0 } };
    static const int lines[] = { 1, H, W };
    static bs_view views[BS_POSES * W];
    bs_layers l = make_layers();
    int held[3] = { 0 };
    uint32_t seed = 3;

    (void)state;
    for (int round = 0; round < 1200; round++) {
        const double big = between(&seed, 0, 1);
        const double t[3] = { between(&seed, -0.3, 0.3) * big, between(&seed, -0.3, 0.3) * big,
                              between(&seed, -0.4, 0.4) * big };
        const double r[3] = { between(&seed, -0.2, 0.2) * big, between(&seed, -0.2, 0.2) * big,
                              between(&seed, -0.3, 0.3) * big };
        const bs_sheet s = { (float)between(&seed, 0.1, 1.5), (float)between(&seed, -6e-3, 6e-3),
                             (float)between(&seed, -6e-3, 6e-3), 20, 10 };
        const bs_box *tile = &tiles[round % 4];
        const int k = round % 3;
        bs_shifts at;
        bs_hull hull;

        if (k)
            make_rolling_views(t, r, lines[k], round % 5 ? 0 : 0.3, views);
        else
            make_views(t, r, views);
        bs_hull_of(views, BS_POSES, lines[k], shutters[k], tile, &hull);
        if (!bs_shifts_of(&l, &hull, shutters[k], tile, eight, &s, &at))
            continue;
        held[k]++;
        expect_places(views, lines[k], shutters[k], tile, &s, &at);
    }
    print_message("of 400 each had shifts: %d, %d, %d\n", held[0], held[1], held[2]);
    for (int k = 0; k < 3; k++)
        if (held[k] < 150)
            fail_msg("only %d of 400 motions and planes had shifts with %d lines", held[k], lines[k]);
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
        { 0, 0, 2.285, 0, 0, 0, 1, 0, 0 }, /* it is 0.3 mm away */
    };
    const size_t n = sizeof cases / sizeof cases[0];
    const bs_box large = { 16, 8, 23, 15 },
                 small = { 30, 24, 31, 25 }; /* that bends little, however it shrinks */
    bs_layers l = make_layers();

    (void)state;
    for (size_t k = 0; k < n; k++) {
        const double *c = cases[k];
        const bs_box *tile = k + 1 < n ? &large : &small;
        const bs_sheet s = { (float)c[6], (float)c[7], (float)c[8], 20, 10 };
        bs_view views[BS_POSES];
        bs_shifts at;
        bs_hull hull;

        make_views(c, c + 3, views);
        bs_hull_of(views, BS_POSES, 1, global, tile, &hull);
        if (bs_shifts_of(&l, &hull, global, tile, eight, &s, &at))
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

/* Of what the camera passes in the course of a run, the poses before have the whole bounds. */
static void what_is_passed_was_in_sight(void **state)
{
    const bs_box tile = { 24, 16, 31, 23 };
    const bs_poses_of last = { BS_RUN - BS_POSES, BS_RUN };
    bs_layers l = make_layers();
    bs_view views[BS_RUN];
    bs_bounds range, b;
    bs_hull hull;

    (void)state;
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++)
            for (int k = 0; k < BS_LAYERS; k++)
                l.inv[k][bs_texel_at(&l, x, y)] = x < 30 ? 1.5f : 0.25f;
    bs_layers_finish(&l);
    for (int j = 0; j < BS_RUN; j++) {
        bs_pose T = bs_pose_identity();

        T.t_m[2] = 0.9 * j / (BS_RUN - 1);
        views[j] = bs_view_make(&camera, &T);
    }
    bs_hull_of(views, BS_RUN, 1, global, &tile, &hull);
    range = bs_tile_range(&l, &hull, eight);
    b = bs_tile_bounds(&l, &hull, eight, bs_hull_px(&hull, eight), &range);
    assert_true(b.inv_hi == 1.5f);
    range = bs_tile_range(&l, &hull, last);
    b = bs_tile_bounds(&l, &hull, last, bs_hull_px(&hull, last), &range);
    assert_true(fabsf(b.inv_hi - BS_NEAR_CLIP / 0.9f) < 1e-5f);
    bs_layers_destroy(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shifts_are_where_lines_meet_planes),
        cmocka_unit_test(what_is_beside_a_plane_shifts_with_it),
        cmocka_unit_test(shifts_are_refused),
        cmocka_unit_test(shares_are_of_the_place),
        cmocka_unit_test(what_is_passed_was_in_sight),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
