/* How many poses an exposure needs for a given step. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "homography/views.h"

#define INSTANTS 400 /* intervals at which the motions below are known */

static const bs_camera camera = { 320, 240, 250, 250, 159.5, 119.5 };

typedef bs_pose motion(double s); /* s from 0 to 1, the exposure */

/* 0.2 m to the right: 25 px at 2 m. */
static bs_pose sideways(double s)
{
    return (bs_pose){ .q = { 0, 0, 0, 1 }, .t_m = { 0.2 * s, 0, 0 } };
}

/* The same way there and back. */
static bs_pose there_and_back(double s)
{
    return sideways(s < 0.5 ? 2 * s : 2 - 2 * s);
}

/* Slow, then fast: three quarters of the way in the last quarter of the time. */
static bs_pose hurried(double s)
{
    return sideways(s < 0.75 ? s / 3 : 0.25 + 3 * (s - 0.75));
}

static bs_pose forward(double s)
{
    return (bs_pose){ .q = { 0, 0, 0, 1 }, .t_m = { 0, 0, 0.2 * s } };
}

static bs_pose rolling(double s)
{
    return (bs_pose){ .q = { 0, 0, sin(0.05 * s), cos(0.05 * s) } };
}

static bs_pose still(double s)
{
    (void)s;
    return bs_pose_identity();
}

static int needed(motion *path, int m, double inv_lo, double inv_hi, double max_step_px, int endpoints,
                  int limit)
{
    bs_pose pose[INSTANTS + 1];
    bs_err err = { 0 };
    int n = -1;

    for (int i = 0; i <= m; i++)
        pose[i] = path((double)i / m);
    if (bs_poses_needed(&camera, BS_SHUTTER_GLOBAL, 1, pose, m, inv_lo, inv_hi, max_step_px, endpoints, limit,
                        &n, &err) != BS_OK)
        fail_msg("code %d: %s", err.code, err.text);
    return n;
}

/* The largest step of 'n' poses placed on the path, and from each end to the pose beside it doubled. */
static double step_of(motion *path, double inv_lo, double inv_hi, int endpoints, int n)
{
    bs_pose pose[2048];

    assert_true(n <= 2048);
    for (int i = 0; i < n; i++)
        pose[i] = path(endpoints ? (double)i / (n - 1) : (i + 0.5) / n);
    return bs_poses_max_step(&camera, BS_SHUTTER_GLOBAL, pose, n, inv_lo, inv_hi);
}

static void expect(int got, int want, const char *what, double a, double b)
{
    if (got != want)
        fail_msg("%s (%g, %g): %d, expected %d", what, a, b, got, want);
}

static void test_max_step_of_translation(void **state)
{
    bs_pose pose[4];
    double got;

    (void)state;
    for (int i = 0; i < 4; i++)
        pose[i] = sideways(i * i / 9.0); /* steps of 1, 3 and 5 ninths of 25 px */
    got = bs_poses_max_step(&camera, BS_SHUTTER_GLOBAL, pose, 4, 0.25, 0.5);
    if (!(fabs(got - 25.0 * 5 / 9) <= 1e-9))
        fail_msg("largest step %.12g px, expected %.12g", got, 25.0 * 5 / 9);
    got = bs_poses_max_step(&camera, BS_SHUTTER_GLOBAL, pose, 1, 0.25, 0.5);
    if (got != 0)
        fail_msg("largest step of one pose %g px, expected 0", got);
}

/* Even motion of 25 px at the nearest depth: ceil(25 / step) intervals, as few as will do. */
static void test_even_motion(void **state)
{
    static const double steps[] = { 0.5, 0.7, 1, 1.3, 2, 3.1, 7, 24.9, 25.1, 100 };

    (void)state;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
        for (int m = 1; m <= INSTANTS; m += 133) {
            const int intervals = (int)ceil(25 / steps[i]);

            expect(needed(sideways, m, 0.25, 0.5, steps[i], 0, 1000), intervals, "middles (step, instants)",
                   steps[i], m);
            expect(needed(sideways, m, 0.25, 0.5, steps[i], 1, 1000), intervals + 1,
                   "with ends (step, instants)", steps[i], m);
        }
}

static void test_stillness(void **state)
{
    (void)state;
    expect(needed(still, 10, 0.1, 1, 1, 0, 1000), 1, "middles, still", 0, 0);
    expect(needed(still, 10, 0.1, 1, 1, 1, 1000), 2, "with ends, still", 0, 0);
    expect(needed(sideways, 10, 0, 0, 1, 0, 1000), 1, "sideways, everything infinitely far", 0, 0);
}

/* Start and end are one place, and still 50 px of way lie between. */
static void test_there_and_back(void **state)
{
    (void)state;
    expect(needed(there_and_back, INSTANTS, 0.25, 0.5, 1, 0, 1000), 50, "middles, there and back", 1, 0);
    expect(needed(there_and_back, INSTANTS, 0.25, 0.5, 1, 1, 1000), 51, "with ends, there and back", 1, 0);
}

/* Uneven motion is served where it is fastest, and by no more than that takes. */
/* From rest, ever faster: 25 px of way as s^2, so the last of n steps is 25 (2 n - 1) / n^2 px. */
static bs_pose gathering(double s)
{
    return sideways(s * s);
}

static void test_uneven_motion(void **state)
{
    const int n = needed(hurried, INSTANTS, 0.25, 0.5, 1, 0, 1000);
    const int ends = needed(hurried, INSTANTS, 0.25, 0.5, 1, 1, 1000);

    (void)state;
    for (double step = 0.3; step < 3; step += 0.17) {
        const int got = needed(gathering, INSTANTS, 0.25, 0.5, step, 0, 1000);
        int fewest = 1;

        while (25.0 * (2 * fewest - 1) / ((double)fewest * fewest) > step)
            fewest++;
        expect(got, fewest, "gathering speed, steps of", step, 0);
    }
    if (n < 74 || n > 76) /* 3 x 25 px in the exposure's time */
        fail_msg("middles: %d poses, expected 75", n);
    if (ends < 75 || ends > 77)
        fail_msg("with ends: %d poses, expected 76", ends);
}

/* Whatever the motion, the step is kept by n poses, and in even time not by much fewer. */
static void test_step_is_kept(void **state)
{
    static motion *const paths[] = { sideways, there_and_back, hurried, forward, rolling };
    static const char *const names[] = { "sideways", "there and back", "hurried", "forward", "roll" };

    (void)state;
    for (int k = 0; k < 5; k++)
        for (int endpoints = 0; endpoints < 2; endpoints++)
            for (double step = 0.3; step < 5; step *= 1.7) {
                const int n = needed(paths[k], INSTANTS, 0.2, 2, step, endpoints, 2048);
                const double got = step_of(paths[k], 0.2, 2, endpoints, n);

                if (!(got <= step * 1.01)) /* the path is known at INSTANTS + 1 places only */
                    fail_msg("%s, ends %d: %d poses step by %g px, expected at most %g", names[k], endpoints,
                             n, got, step);
                if (n > 3 && !(step_of(paths[k], 0.2, 2, endpoints, n - 2) > step * 0.9))
                    fail_msg("%s, ends %d, step %g px: %d poses where two fewer step by %g px", names[k],
                             endpoints, step, n, step_of(paths[k], 0.2, 2, endpoints, n - 2));
            }
}

/* Walking up to a near surface moves the corners most: (d / (d - 0.2) - 1) times their distance from the
 * middle. */
static void test_forward(void **state)
{
    const double corner = hypot(159.5, 119.5);

    (void)state;
    for (double depth = 0.5; depth < 5; depth *= 1.5) {
        const bs_pose pose[2] = { forward(0), forward(1) };
        const double want = corner * (depth / (depth - 0.2) - 1);
        const double got = bs_poses_max_step(&camera, BS_SHUTTER_GLOBAL, pose, 2, 0.1, 1 / depth);
        const int n = needed(forward, INSTANTS, 0.1, 1 / depth, 1, 0, 4096);

        if (!(fabs(got - want) <= 1e-6 * want))
            fail_msg("surface at %g m: step %.9g px, expected %.9g", depth, got, want);
        if (n < (int)ceil(want)) /* more, for it grows faster towards the end */
            fail_msg("surface at %g m: %d poses for %g px", depth, n, want);
    }
}

static void test_limit(void **state)
{
    (void)state;
    for (int endpoints = 0; endpoints < 2; endpoints++)
        for (int limit = 1 + endpoints; limit < 60; limit += 7) {
            const int full = endpoints ? 51 : 50;

            expect(needed(there_and_back, INSTANTS, 0.25, 0.5, 1, endpoints, limit),
                   limit < full ? limit : full, "limit (endpoints, limit)", endpoints, limit);
        }
}

/* The map of parallax: never below |b - p b_z| of any view, exact on its grid, which holds the corners. */
static void test_parallax(void **state)
{
    static float map[320 * 240];
    motion *const motions[] = { sideways, forward, there_and_back };

    (void)state;
    for (int m = 0; m < 3; m++) {
        bs_view v[3];

        for (int i = 0; i < 3; i++) {
            const bs_pose T = motions[m](0.2 + 0.4 * i);

            v[i] = bs_view_make(&camera, &T);
        }
        bs_views_parallax(&camera, BS_SHUTTER_GLOBAL, v, 3, 0, 1, map, NULL);
        for (int y = 0; y < camera.height; y++)
            for (int x = 0; x < camera.width; x++) {
                const int is_node = (x % 16 == 0 || x == 319) && (y % 16 == 0 || y == 239);
                const double got = (double)map[camera.width * y + x];
                double want = 0;

                for (int i = 0; i < 3; i++)
                    want = fmax(want, hypot((double)v[i].b[0] - x * (double)v[i].b[2],
                                            (double)v[i].b[1] - y * (double)v[i].b[2]));
                if (!(got >= want - 1e-4 && got <= want + (is_node ? 1e-4 : 2)))
                    fail_msg("motion %d, pixel (%d, %d): %.5f, expected at least %.5f", m, x, y, got, want);
            }
    }
}

/* The reach: never below the part of -(b - p b_z) in any direction for any view and pixel, and none across what
 * the camera moves along. */
static void test_reach(void **state)
{
    static float map[320 * 240];
    static bs_reach reach[20 * 15];
    motion *const motions[] = { sideways, forward, there_and_back };

    (void)state;
    assert_int_equal(bs_reach_cells(camera.width), 20);
    assert_int_equal(bs_reach_cells(camera.height), 15);
    for (int m = 0; m < 3; m++) {
        const bs_pose T = motions[m](0.8);
        const bs_view v = bs_view_make(&camera, &T);

        bs_views_parallax(&camera, BS_SHUTTER_GLOBAL, &v, 1, 0, 1, map, reach);
        for (int i = 0; i < 24 * 320 * 240; i += 7) {
            const int x = i / 24 % camera.width, y = i / 24 / camera.width;
            const double dx = cos(i % 24 * 0.2618), dy = sin(i % 24 * 0.2618), size = fabs(dx) + fabs(dy);
            const double ex = (double)v.b[0] - x * (double)v.b[2], ey = (double)v.b[1] - y * (double)v.b[2];
            const bs_reach *at = &reach[bs_reach_cell(y, 240) * 20 + bs_reach_cell(x, 320)];
            const double got = (double)bs_reach_towards(at, (float)dx, (float)dy);
            const double want = fmax(0, -(ex * dx + ey * dy) / size);

            if (!(got >= want - 1e-3))
                fail_msg("motion %d, pixel (%d, %d): %.5f towards (%g %g), expected at least %.5f", m, x, y,
                         got, dx, dy, want);
        }
    }
    for (int i = 0; i < 20 * 15; i++) /* of a motion to the right: to one side, and halfway at 45 degrees */
        if (reach[i].px_m[2] != 0 || reach[i].px_m[6] != 0 || reach[i].px_m[0] * reach[i].px_m[4] != 0 ||
            reach[i].px_m[0] != 2 * reach[i].px_m[1] || reach[i].px_m[4] != 2 * reach[i].px_m[3])
            fail_msg("cell %d: %g right, %g down, %g left, %g up", i, (double)reach[i].px_m[0],
                     (double)reach[i].px_m[2], (double)reach[i].px_m[4], (double)reach[i].px_m[6]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_max_step_of_translation),
        cmocka_unit_test(test_even_motion),
        cmocka_unit_test(test_stillness),
        cmocka_unit_test(test_there_and_back),
        cmocka_unit_test(test_uneven_motion),
        cmocka_unit_test(test_step_is_kept),
        cmocka_unit_test(test_forward),
        cmocka_unit_test(test_limit),
        cmocka_unit_test(test_parallax),
        cmocka_unit_test(test_reach),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
