/*
 * What a rolling shutter must share with a global one: line by line it is one, and with no readout it is one.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "homography/lines.h"
#include "tests/rolling_case.h"
#include "tests/scene_parts.h"

enum { W = 75, H = 58, N_POSES = 7 };

/* A hand that shakes hard: turns and moves of some pixels in 10 ms. */
static bs_pose shaking(const void *user, double t_s)
{
    const double a = 200 * t_s;
    bs_pose T = { .q = { 0.02 * sin(a), 0.03 * sin(1.3 * a + 1), 0.02 * sin(0.7 * a + 2), 1 },
                  .t_m = { 0.03 * sin(a + 3), 0.02 * sin(1.1 * a), 0.02 * sin(0.8 * a + 1) } };

    (void)user;
    return bs_pose_mul(&T, &(bs_pose){ .q = { 0, 0, 0, 1 } }); /* of unit length */
}

/* Nothing moves. */
static bs_pose standing(const void *user, double t_s)
{
    (void)user;
    (void)t_s;
    return bs_pose_identity();
}

/* Every line somewhere else: no order at all. */
static bs_pose jumping(const void *user, double t_s)
{
    const uint32_t n = (uint32_t)(int32_t)floor(1e5 * t_s);
    bs_pose T = bs_pose_identity();

    (void)user;
    for (uint32_t i = 0; i < 3; i++)
        T.t_m[i] = 0.15 * (scene_hash01(n, i, 1, 2) - 0.5);
    return T;
}

static capture take(bs_shutter shutter, double readout_s, way *pose)
{
    return (capture){ shutter, 0.015, readout_s, 0.01, N_POSES, pose, NULL };
}

/* What a run leaves. */
typedef struct result {
    uint8_t blur[3 * W * H], mask[W * H];
    float light[3 * W * H], kernel[2 * W * H];
    double mean_px, max_px, linearity_error_px;
} result;

static result *run(bs_synth *s, const frame *f, const capture *k, const bs_synth_options *opt)
{
    bs_synth_input in = make_input(f, k);
    const bs_tuple t = blur_input(s, &in, opt);
    result *r = calloc(1, sizeof *r);

    assert_non_null(r);
    memcpy(r->blur, t.blur, sizeof r->blur);
    memcpy(r->mask, t.mask, sizeof r->mask);
    memcpy(r->light, t.blur_linear, sizeof r->light);
    memcpy(r->kernel, t.kernel, sizeof r->kernel);
    r->mean_px = t.mean_px;
    r->max_px = t.max_px;
    r->linearity_error_px = t.linearity_error_px;
    free_input(&in);
    return r;
}

static void assert_same(const result *a, const result *b, const char *what, int kind)
{
    if (memcmp(a, b, sizeof *a))
        fail_msg("%s, %s: not the same bytes", what, layout_names[kind]);
}

static void test_no_readout_is_global(void **state)
{
    for (int kind = 0; kind < N_LAYOUTS; kind++) {
        frame f = make_frame(W, H, kind, 3);

        for (int bicubic = 0; bicubic < 2; bicubic++) {
            const bs_synth_options opt = { .noise_peak = 1000, .interpolation = bicubic };
            const capture global = take(BS_SHUTTER_GLOBAL, 0, shaking);
            result *want = run(*state, &f, &global, &opt);

            for (bs_shutter i = BS_SHUTTER_TOP_DOWN; i <= BS_SHUTTER_RIGHT_LEFT; i++) {
                const capture k = take(i, 0, shaking);
                result *got = run(*state, &f, &k, &opt);

                assert_same(got, want, shutter_names[i], kind);
                free(got);
            }
            free(want);
        }
        free_frame(&f);
    }
}

static void test_threads(void **state)
{
    static const int threads[] = { 1, 2, 7 };

    for (int kind = 0; kind < N_LAYOUTS; kind++) {
        frame f = make_frame(W, H, kind, 5);
        result *r[3];

        for (int i = 0; i < 3; i++) {
            const bs_synth_options opt = { .noise_peak = 1000, .threads = threads[i] };
            const capture k = take(kind & 1 ? BS_SHUTTER_RIGHT_LEFT : BS_SHUTTER_TOP_DOWN, 0.03, shaking);

            r[i] = run(*state, &f, &k, &opt);
            assert_same(r[i], r[0], "threads", kind);
        }
        for (int i = 0; i < 3; i++)
            free(r[i]);
        free_frame(&f);
    }
}

static void test_motionless(void **state)
{
    for (int kind = 0; kind < N_LAYOUTS; kind++) {
        frame f = make_frame(W, H, kind, 7);

        for (bs_shutter i = BS_SHUTTER_TOP_DOWN; i <= BS_SHUTTER_RIGHT_LEFT; i++) {
            const bs_synth_options opt = { 0 };
            const capture k = take(i, 0.03, standing);
            result *got = run(*state, &f, &k, &opt);

            assert_memory_equal(got->blur, f.rgb, sizeof got->blur);
            for (int p = 0; p < 2 * W * H; p++)
                assert_true(got->kernel[p] == 0);
            assert_true(got->max_px == 0 && got->linearity_error_px == 0);
            free(got);
        }
        free_frame(&f);
    }
}

/* One line, taken by a global shutter at that line's poses. */
static void check_line(bs_synth *s, const frame *f, const capture *k, const result *got, int line)
{
    const int by_row = k->shutter <= BS_SHUTTER_BOTTOM_UP;
    const bs_synth_options opt = { .response = BS_RESPONSE_LINEAR };
    capture alone = *k;
    result *want;

    alone.shutter = BS_SHUTTER_GLOBAL;
    alone.readout_s = 0;
    alone.anchor_s = -line_start_s(k, &f->cam, line);
    want = run(s, f, &alone, &opt);
    for (int i = 0; i < W * H; i++)
        for (int c = 0; c < 3 && (by_row ? i / W : i % W) == line; c++)
            if (!(fabsf(got->light[3 * i + c] - want->light[3 * i + c]) <= 2e-3f))
                fail_msg("%s, line %d, pixel (%d, %d): %.5f, a global shutter shows %.5f",
                         shutter_names[k->shutter], line, i % W, i / W, (double)got->light[3 * i + c],
                         (double)want->light[3 * i + c]);
    free(want);
}

/* With all of the frame on one surface nothing but the views tells lines apart. */
static void test_lines_are_global(void **state)
{
    way *const ways[] = { shaking, jumping };

    for (int m = 0; m < 2; m++)
        for (bs_shutter i = BS_SHUTTER_TOP_DOWN; i <= BS_SHUTTER_RIGHT_LEFT; i++) {
            const bs_synth_options opt = { .response = BS_RESPONSE_LINEAR };
            const capture k = take(i, 0.03, ways[m]);
            frame f = make_frame(W, H, FLAT, 9);
            result *got;

            for (int p = 0; p < W * H; p++) /* a slope, so that bounds count */
                f.depth[p] = (float)(1 / (0.3 + 0.006 * (p % W) + 0.004 * (p / W)));
            got = run(*state, &f, &k, &opt);
            for (int line = 0; line < (i <= BS_SHUTTER_BOTTOM_UP ? H : W); line += 3)
                check_line(*state, &f, &k, got, line);
            free(got);
            free_frame(&f);
        }
}

/* The frame's other diagonal. */
static frame transposed(const frame *f)
{
    frame t = make_frame(f->cam.height, f->cam.width, FLAT, 1);

    t.cam = (bs_camera){ f->cam.height, f->cam.width, f->cam.fy, f->cam.fx, f->cam.cy, f->cam.cx };
    for (int i = 0; i < W * H; i++) {
        const int to = i % W * H + i / W;

        t.depth[to] = f->depth[i];
        memcpy(&t.rgb[3 * to], &f->rgb[3 * i], 3);
    }
    return t;
}

/* A reflection: axes swap, and turns change their sense. */
static bs_pose shaking_transposed(const void *user, double t_s)
{
    const bs_pose T = shaking(user, t_s);

    return (bs_pose){ .q = { -T.q[1], -T.q[0], -T.q[2], T.q[3] }, .t_m = { T.t_m[1], T.t_m[0], T.t_m[2] } };
}

static void test_columns_are_rows_transposed(void **state)
{
    const bs_synth_options opt = { .response = BS_RESPONSE_LINEAR };
    frame f = make_frame(W, H, FLAT, 11), t = transposed(&f);

    for (int i = 0; i < 2; i++) {
        const capture rows = take(i ? BS_SHUTTER_BOTTOM_UP : BS_SHUTTER_TOP_DOWN, 0.03, shaking);
        const capture columns =
            take(i ? BS_SHUTTER_RIGHT_LEFT : BS_SHUTTER_LEFT_RIGHT, 0.03, shaking_transposed);
        result *a = run(*state, &f, &rows, &opt), *b = run(*state, &t, &columns, &opt);

        for (int p = 0; p < W * H; p++) {
            const int q = p % W * H + p / W;
            const double du = (double)a->kernel[2 * p] - (double)b->kernel[2 * q + 1];
            const double dv = (double)a->kernel[2 * p + 1] - (double)b->kernel[2 * q];

            if (!(hypot(du, dv) < 1e-4))
                fail_msg("kernel at (%d, %d) is off by %g px", p % W, p / W, hypot(du, dv));
            for (int c = 0; c < 3; c++)
                if (!(fabsf(a->light[3 * p + c] - b->light[3 * q + c]) < 1e-3f))
                    fail_msg("light at (%d, %d): %.5f, transposed %.5f", p % W, p / W,
                             (double)a->light[3 * p + c], (double)b->light[3 * q + c]);
        }
        free(a);
        free(b);
    }
    free_frame(&f);
    free_frame(&t);
}

/* The place that is found satisfies what it is to solve, however wildly the camera moves. */
static void check_solution(const bs_line_maps *m, double x, double y, double inv_depth)
{
    double u, v, at, p[2], q[2];
    int i;

    assert_int_equal(bs_line_maps_apply(m, x, y, inv_depth, &u, &v), 1);
    at = fmin(fmax(m->by_row ? v : u, 0), m->n - 1);
    i = (int)fmin(floor(at), m->n - 2);
    assert_int_equal(bs_map_apply(&m->map_to[i], x, y, inv_depth, &p[0], &p[1]), 1);
    assert_int_equal(bs_map_apply(&m->map_to[i + 1], x, y, inv_depth, &q[0], &q[1]), 1);
    if (!(hypot(p[0] + (at - i) * (q[0] - p[0]) - u, p[1] + (at - i) * (q[1] - p[1]) - v) < 1e-6))
        fail_msg("the point of (%g, %g) is said to be at (%.7f, %.7f), and is at (%.7f, %.7f) then", x, y, u,
                 v, p[0] + (at - i) * (q[0] - p[0]), p[1] + (at - i) * (q[1] - p[1]));
}

static void test_point_falls_on_its_line(void **state)
{
    const bs_camera cam = { W, H, 70, 65, 36, 30 };
    way *const ways[] = { shaking, jumping };

    (void)state;
    for (int j = 0; j < 2; j++)
        for (bs_shutter s = BS_SHUTTER_TOP_DOWN; s <= BS_SHUTTER_RIGHT_LEFT; s++) {
            const capture k = take(s, 0.03, ways[j]);
            bs_pose pose[W > H ? W : H];
            bs_line_maps m = { 0 };

            assert_int_equal(bs_line_maps_create(&cam, s, &m, NULL), BS_OK);
            for (int i = 0; i < m.n; i++)
                pose[i] = ways[j](NULL, line_start_s(&k, &cam, i));
            bs_line_maps_set(&cam, pose, &m);
            for (int y = 0; y < H; y += 3)
                for (int x = 0; x < W; x += 3)
                    for (double inv_depth = 0; inv_depth < 2; inv_depth += 0.45)
                        check_solution(&m, x, y, inv_depth);
            bs_line_maps_destroy(&m);
        }
}

/* Points that overtake the lines are beside all of them from some place on: beyond the last one, or before
 * the first, they are where that line has them. */
static void test_point_overtakes_the_lines(void **state)
{
    bs_map map_to[H];
    const bs_line_maps m = { H, 1, map_to };
    double u, v;

    (void)state;
    for (int i = 0; i < H; i++) /* two pixels down for each line */
        map_to[i] = (bs_map){ .H_inf = { 1, 0, 0, 0, 1, 2.0 * i, 0, 0, 1 } };
    for (int y = 1; y < H; y++) {
        assert_true(bs_line_maps_apply(&m, 5, y, 1, &u, &v));
        assert_true(u == 5 && fabs(v - (y + 2 * (H - 1))) < 1e-9);
        assert_true(bs_line_maps_apply(&m, 5, -H - y, 1, &u, &v));
        assert_true(u == 5 && fabs(v - (-H - y)) < 1e-9);
    }
}

/* Delays are to the nearest nanosecond, and the line after the last one would begin after the whole
 * readout. */
static void test_delays(void **state)
{
    (void)state;
    assert_int_equal(bs_shutter_delay_ns(10, 3, 1), 3);
    assert_int_equal(bs_shutter_delay_ns(20, 3, 1), 7);
    assert_int_equal(bs_shutter_delay_ns(20, 3, 2), 13);
    assert_int_equal(bs_shutter_delay_ns(BS_MAX_READOUT_NS, 1 << 14, 1 << 14), BS_MAX_READOUT_NS);
}

/* No view that sees a pixel of the frame has more parallax there than the map says. */
static void test_parallax(void **state)
{
    enum { LO, HI, DEPTHS };
    static const double inv[DEPTHS] = { 0.2, 0.9 };
    const bs_camera cam = { W, H, 70, 65, 36, 30 };
    const capture k = take(BS_SHUTTER_TOP_DOWN, 0.03, shaking);
    float map[W * H];
    bs_view views[3 * H];

    (void)state;
    for (int i = 0; i < 3 * H; i++) {
        const bs_pose T = shaking(NULL, line_start_s(&k, &cam, i % H) + 0.007 * (i / H));

        views[i] = bs_view_make(&cam, &T);
    }
    bs_views_parallax(&cam, k.shutter, views, 3, inv[LO], inv[HI], map, NULL);
    for (int i = 0; i < 3 * H; i++)
        for (int x = 0; x < W; x++)
            for (int d = 0; d < DEPTHS; d++) {
                const float *h = views[i].H_inf, *b = views[i].b;
                const double y = i % H, az = (double)h[6] * x + (double)h[7] * y + (double)h[8];
                const double px = ((double)h[0] * x + (double)h[1] * y + (double)h[2]) / az;
                const double py = ((double)h[3] * x + (double)h[4] * y + (double)h[5]) / az;
                const int u = (int)lround(px + inv[d] * ((double)b[0] - px * (double)b[2]));
                const int v = (int)lround(py + inv[d] * ((double)b[1] - py * (double)b[2]));
                const double e = hypot((double)b[0] - u * (double)b[2], (double)b[1] - v * (double)b[2]);

                if (u >= 0 && v >= 0 && u < W && v < H && !((double)map[v * W + u] >= e - 1e-4))
                    fail_msg("view %d sees (%d, %d) with a parallax of %g px m, the map says %g", i, u, v, e,
                             (double)map[v * W + u]);
            }
}

/* Far surfaces stay where they are, near ones 40 px up are seen by the last lines alone. */
static void test_parallax_of_what_is_near(void **state)
{
    enum { MOVED = 10, UP = 40 };
    const bs_camera cam = { W, H, 70, 65, 36, 30 };
    const bs_pose still = bs_pose_identity();
    const bs_pose moved = { .q = { 0, 0, 0, 1 }, .t_m = { 0, -UP / cam.fy, 0 } };
    float map[W * H];
    bs_view views[H];

    (void)state;
    for (int i = 0; i < H; i++)
        views[i] = bs_view_make(&cam, i < H - MOVED ? &still : &moved);
    bs_views_parallax(&cam, BS_SHUTTER_TOP_DOWN, views, 1, 0, 1, map, NULL);
    for (int y = H - MOVED - UP; y < H - UP; y++)
        for (int x = 0; x < W; x++)
            assert_true((double)map[y * W + x] >= UP - 1e-3);
}

/* 25 px sideways over a whole capture, of which a line sees half; then all of it in the last quarter, which
 * only the lines read last see. */
static bs_pose sideways(double s)
{
    return (bs_pose){ .q = { 0, 0, 0, 1 }, .t_m = { 0.5 * s, 0, 0 } };
}

static int needed(bs_shutter shutter, int is_late, double exposed)
{
    enum { M = 400 };
    const bs_camera cam = { 320, 240, 100, 100, 159.5, 119.5 };
    bs_pose path[M + 1];
    int n = 0;

    for (int i = 0; i <= M; i++)
        path[i] = sideways(is_late ? fmax(0, 4.0 * i / M - 3) : (double)i / M);
    assert_int_equal(bs_poses_needed(&cam, shutter, exposed, path, M, 0.25, 0.5, 1, 0, 1000, &n, NULL),
                     BS_OK);
    return n;
}

static void test_pose_count(void **state)
{
    (void)state;
    assert_int_equal(needed(BS_SHUTTER_GLOBAL, 0, 1), 25);
    for (bs_shutter s = BS_SHUTTER_TOP_DOWN; s <= BS_SHUTTER_RIGHT_LEFT; s++) {
        assert_int_equal(needed(s, 0, 0.5), 13);
        assert_int_equal(needed(s, 0, 0.1), 3);
        /* The last line is exposed from 0.75 on: even. */
        assert_int_equal(needed(s, 1, 0.25), 25);
    }
}

/* Turns about a point far below in the first quarter of a capture, and stands: of points that move, those
 * far up do most, which the top rows see. */
static bs_pose swinging(double s)
{
    const double a = 0.1 * fmin(4 * s, 1), y = 5;

    return (bs_pose){ .q = { 0, 0, sin(a / 2), cos(a / 2) }, .t_m = { y * sin(a), y * (1 - cos(a)), 0 } };
}

static int needed_to_swing(bs_shutter shutter)
{
    enum { M = 400 };
    const bs_camera cam = { 320, 240, 60, 60, 159.5, 119.5 };
    bs_pose path[M + 1];
    int n = 0;

    for (int i = 0; i <= M; i++)
        path[i] = swinging((double)i / M);
    assert_int_equal(bs_poses_needed(&cam, shutter, 0.25, path, M, 1, 1, 0.5, 0, 1000, &n, NULL), BS_OK);
    return n;
}

/* Whichever line is read first is the one that moves. */
static void test_pose_count_heeds_the_direction(void **state)
{
    (void)state;
    assert_true(needed_to_swing(BS_SHUTTER_TOP_DOWN) >= needed_to_swing(BS_SHUTTER_BOTTOM_UP) * 5 / 4);
}

/* The step is that of a point's own line: only the last line moves between its poses. */
static void test_max_step(void **state)
{
    const bs_camera cam = { W, H, 100, 100, 37, 28.5 };
    bs_pose pose[2 * W];

    (void)state;
    for (bs_shutter s = BS_SHUTTER_TOP_DOWN; s <= BS_SHUTTER_RIGHT_LEFT; s++) {
        const int lines = bs_shutter_lines(s, W, H);

        for (int i = 0; i < 2 * lines; i++)
            pose[i] = sideways(0);
        pose[2 * lines - 1] = sideways(0.5);
        assert_true(fabs(bs_poses_max_step(&cam, s, pose, 2, 0.25, 0.5) - 12.5) < 1e-9);
        pose[2 * lines - 1] = sideways(0);
        pose[2 * lines - 2] = sideways(0.5);
        assert_true(bs_poses_max_step(&cam, s, pose, 2, 0.25, 0.5) == 0);
    }
}

static void test_scatter_is_refused(void **state)
{
    const bs_synth_options opt = { .method = BS_METHOD_SCATTER, .inpaint = BS_INPAINT_NONE };
    const capture k = take(BS_SHUTTER_TOP_DOWN, 0.03, shaking);
    frame f = make_frame(W, H, FLAT, 1);
    bs_synth_input in = make_input(&f, &k);
    bs_tuple t = { .width = -1 };
    bs_err err = { 0 };

    assert_int_equal(bs_synth_run(*state, &in, &opt, &t, &err), BS_EINVAL);
    assert_non_null(strstr(err.text, "global shutter"));
    assert_int_equal(t.width, -1);
    free_input(&in);
    free_frame(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_readout_is_global),
        cmocka_unit_test(test_threads),
        cmocka_unit_test(test_motionless),
        cmocka_unit_test(test_lines_are_global),
        cmocka_unit_test(test_columns_are_rows_transposed),
        cmocka_unit_test(test_point_falls_on_its_line),
        cmocka_unit_test(test_point_overtakes_the_lines),
        cmocka_unit_test(test_delays),
        cmocka_unit_test(test_parallax),
        cmocka_unit_test(test_parallax_of_what_is_near),
        cmocka_unit_test(test_pose_count),
        cmocka_unit_test(test_pose_count_heeds_the_direction),
        cmocka_unit_test(test_max_step),
        cmocka_unit_test(test_scatter_is_refused),
    };

    return cmocka_run_group_tests(tests, setup_synth, teardown_synth);
}
