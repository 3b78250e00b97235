/*
 * A rolling shutter before a wall that the camera passes at constant velocity: all is known in closed form.
 *
 * The picture is two ramps, so that a pixel tells which place of the sharp frame it shows.  A camera that
 * moves to the right, its top row read first, sees vertical edges lean: the lower a row, the later, and the
 * farther to the left is what it shows.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/rolling_case.h"

enum { W = 120, H = 90, N_POSES = 6 };

static const double wall_m = 2;

/* The place that the camera's centre sees moves with these velocities, px/s. */
typedef struct velocity {
    double x, y;
} velocity;

static const bs_camera camera = { W, H, 100, 110, 58, 44 };

static bs_pose straight(const void *user, double t_s)
{
    const velocity *v = user;
    bs_pose T = bs_pose_identity();

    T.t_m[0] = v->x * t_s * wall_m / camera.fx;
    T.t_m[1] = v->y * t_s * wall_m / camera.fy;
    return T;
}

/* Red says x, green y; values are light. */
static frame ramps(void)
{
    frame f = make_frame(W, H, FLAT, 1);

    f.cam = camera;
    for (int i = 0; i < W * H; i++) {
        f.depth[i] = (float)wall_m;
        f.rgb[3 * i] = (uint8_t)(i % W);
        f.rgb[3 * i + 1] = (uint8_t)(i / W);
        f.rgb[3 * i + 2] = 0;
    }
    return f;
}

/* Every pixel shows the place that its own line saw, the mean over its own exposure. */
static void check_places(const capture *k, const bs_tuple *t)
{
    const velocity *v = k->user;
    int checked = 0;

    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) {
            const int line = k->shutter <= BS_SHUTTER_BOTTOM_UP ? y : x;
            const double start = line_start_s(k, &camera, line), middle = start + k->exposure_s / 2;
            const double u = x + v->x * middle, w = y + v->y * middle, reach = k->exposure_s / 2;
            const float *got = &t->blur_linear[3 * (y * W + x)];

            if (u - fabs(v->x) * reach < 0 || u + fabs(v->x) * reach > W - 1 || w - fabs(v->y) * reach < 0 ||
                w + fabs(v->y) * reach > H - 1)
                continue;
            checked++;
            if (!(hypot(255 * (double)got[0] - u, 255 * (double)got[1] - w) < 2e-3))
                fail_msg("%s, pixel (%d, %d) shows (%.4f, %.4f), expected (%.4f, %.4f)",
                         shutter_names[k->shutter], x, y, 255 * (double)got[0], 255 * (double)got[1], u, w);
            if (t->mask[y * W + x] != 255)
                fail_msg("%s, pixel (%d, %d): the frame saw all of it, the mask says %d",
                         shutter_names[k->shutter], x, y, t->mask[y * W + x]);
        }
    assert_true(checked > W * H / 3);
}

/*
 * Where the point of sharp pixel (x, y) is on the line it falls on, 's' of the way through that line's
 * exposure: its place on the axis across the lines solves q = q0 - v (a q + b), a line's time being a q + b.
 */
static void fall(const capture *k, int x, int y, double s, double at[2])
{
    const velocity *v = k->user;
    const int axis = k->shutter <= BS_SHUTTER_BOTTOM_UP;
    const double n = axis ? H : W, across = axis ? v->y : v->x, q0 = axis ? y : x;
    const double b = line_start_s(k, &camera, 0) + s * k->exposure_s;
    const double a = (line_start_s(k, &camera, n - 1) - line_start_s(k, &camera, 0)) / (n - 1);
    const double q = (q0 - across * b) / (1 + across * a);
    const double t = a * fmin(fmax(q, 0), n - 1) + b;

    at[0] = x - v->x * t;
    at[1] = y - v->y * t;
}

static void check_kernel(const capture *k, const float *kernel)
{
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) {
            const float *got = &kernel[2 * (y * W + x)];
            double p[2], q[2];

            fall(k, x, y, 0, p);
            fall(k, x, y, 1, q);
            if (!(hypot((double)got[0] - q[0] + p[0], (double)got[1] - q[1] + p[1]) < 1e-4))
                fail_msg("%s, kernel at (%d, %d): (%.5f, %.5f), expected (%.5f, %.5f)",
                         shutter_names[k->shutter], x, y, (double)got[0], (double)got[1], q[0] - p[0],
                         q[1] - p[1]);
        }
}

/* Sideways: rows are sheared, columns squeezed or stretched; up and down the other way round. */
static void test_constant_velocity(void **state)
{
    static const velocity ways[] = { { 300, 0 }, { 0, 300 }, { 200, -500 }, { -700, 300 } };
    static const double anchors_s[] = { 0, 0.02, 0.05 };
    const bs_synth_options opt = { .response = BS_RESPONSE_LINEAR };
    frame f = ramps();

    for (bs_shutter shutter = BS_SHUTTER_GLOBAL; shutter <= BS_SHUTTER_RIGHT_LEFT; shutter++)
        for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
            for (size_t a = 0; a < sizeof anchors_s / sizeof *anchors_s; a++) {
                const capture k = { shutter, 0.02, 0.03, anchors_s[a], N_POSES, straight, &ways[i] };
                bs_synth_input in = make_input(&f, &k);
                const bs_tuple t = blur_input(*state, &in, &opt);

                check_places(&k, &t);
                check_kernel(&k, t.kernel);
                assert_true(t.linearity_error_px < 1e-9 || shutter != BS_SHUTTER_GLOBAL);
                free_input(&in);
            }
    free_frame(&f);
}

/* The direction, told without formulas: an edge of the frame leans as it does in a photo. */
static void test_edge_leans(void **state)
{
    static const velocity right = { 600, 0 };
    const bs_synth_options opt = { .response = BS_RESPONSE_LINEAR };
    const capture down = { BS_SHUTTER_TOP_DOWN, 0.001, 0.03, 0.0155, 1, straight, &right };
    frame f = ramps();
    bs_synth_input in = make_input(&f, &down);
    int edge[H];
    bs_tuple t;

    for (int i = 0; i < 3 * W * H; i++)
        f.rgb[i] = i / 3 % W < W / 2 ? 0 : 255;
    t = blur_input(*state, &in, &opt);
    for (int y = 0; y < H; y++)
        for (edge[y] = 0; t.blur[3 * (y * W + edge[y])] < 128;)
            edge[y]++;
    /* 600 px/s for 30 ms, less a line */
    assert_int_equal(edge[0] - edge[H - 1], 18);
    assert_true(abs(edge[H / 2] - W / 2) <= 1);
    for (int y = 1; y < H; y++)
        assert_true(edge[y] <= edge[y - 1]);
    free_input(&in);
    free_frame(&f);
}

/* A point that outruns the lines may fall on none or several of them: whatever the kernel joins is a place
 * where it is seen. */
static void test_faster_than_the_readout(void **state)
{
    static const velocity ways[] = { { 0, 2900 }, { 0, 3100 }, { 0, -3000 }, { 0, 9000 }, { 0, -9000 } };
    const bs_synth_options opt = { .response = BS_RESPONSE_LINEAR };
    frame f = ramps();

    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        for (bs_shutter shutter = BS_SHUTTER_TOP_DOWN; shutter <= BS_SHUTTER_BOTTOM_UP; shutter++) {
            const capture k = { shutter, 0.001, 0.03, 0.015, 2, straight, &ways[i] };
            bs_synth_input in = make_input(&f, &k);
            const bs_tuple t = blur_input(*state, &in, &opt);

            for (int p = 0; p < 2 * W * H; p++)
                if (!(fabsf(t.kernel[p]) < 400))
                    fail_msg("%s, %g px/s: kernel %g at (%d, %d)", shutter_names[shutter], ways[i].y,
                             (double)t.kernel[p], p / 2 % W, p / 2 / W);
            free_input(&in);
        }
    free_frame(&f);
}

/* A motion that speeds up bends a track; with all lines at once its error is known, and lines of their own
 * change little of it. */
static bs_pose faster(const void *user, double t_s)
{
    const velocity v = { *(const double *)user * t_s, 0 };

    return straight(&v, t_s);
}

static void test_linearity_error(void **state)
{
    static const double px_s2 = 40000;
    const bs_synth_options opt = { .response = BS_RESPONSE_LINEAR };
    frame f = ramps();

    for (bs_shutter shutter = BS_SHUTTER_GLOBAL; shutter <= BS_SHUTTER_BOTTOM_UP; shutter++) {
        const capture k = { shutter, 0.02, 0.03, 0.025, 21, faster, &px_s2 };
        bs_synth_input in = make_input(&f, &k);
        const bs_tuple t = blur_input(*state, &in, &opt);
        /* s^2 - s is -1/4 in the middle; to the side no point changes its row */
        const double want = px_s2 * 0.02 * 0.02 / 4;

        if (!(fabs(t.linearity_error_px - want) < 1e-6))
            fail_msg("%s: linearity error %.6f px, expected %.6f", shutter_names[shutter],
                     t.linearity_error_px, want);
        free_input(&in);
    }
    free_frame(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_constant_velocity),
        cmocka_unit_test(test_edge_leans),
        cmocka_unit_test(test_faster_than_the_readout),
        cmocka_unit_test(test_linearity_error),
    };

    return cmocka_run_group_tests(tests, setup_synth, teardown_synth);
}
