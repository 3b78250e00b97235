/*
 * The ray caster that other tests take for truth, against closed forms.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef _OPENMP
#include <omp.h>
#endif

#include "tests/scene.h"
#include "tests/scene_parts.h"

static const bs_camera camera = { 64, 48, 60, 66, 31.5, 23.5 };
static const double origin[3] = { 0, 0, 0 };

#define N_PX ((size_t)64 * 48)

static void close_to(double got, double expected, double tolerance, const char *what)
{
    if (!(fabs(got - expected) <= tolerance))
        fail_msg("%s: got %.12g, expected %.12g within %g", what, got, expected, tolerance);
}

static scene_shape shape_at(scene_kind kind, double x, double y, double z, double h0, double h1, double h2)
{
    return (scene_shape){
        .kind = kind, .c_m = { x, y, z }, .half = { h0, h1, h2 }, .R_world_obj = { 1, 0, 0, 0, 1, 0, 0, 0, 1 }
    };
}

/* Distance from the origin towards the point (x, y, z), or INFINITY. */
static double distance(const scene_shape *s, double x, double y, double z)
{
    const double n = sqrt(x * x + y * y + z * z), dir[3] = { x / n, y / n, z / n };
    scene_surface hit;

    return scene_shape_cast(s, origin, dir, INFINITY, &hit) ? hit.t_m : INFINITY;
}

static void test_rect(void **state)
{
    scene_shape s = shape_at(SCENE_RECT, 0, 0, 2, 1, 0.5, 0);

    (void)state;
    close_to(distance(&s, 0, 0, 1), 2, 1e-12, "straight");
    close_to(distance(&s, 0.9, 0.4, 2), sqrt(0.81 + 0.16 + 4), 1e-12, "inside the corner");
    assert_true(isinf(distance(&s, 1.01, 0, 2)) && isinf(distance(&s, 0, 0.51, 2)));
    assert_true(isinf(distance(&s, 0, 0, -1)));
    /* Turned by a about y, the plane through (0, 0, 2) is sin(a) x + cos(a) (z - 2) = 0. */
    scene_turn(0.6, 0, 0, s.R_world_obj);
    close_to(distance(&s, 0.1, 0.05, 1), sqrt(1.0125) * 2 * cos(0.6) / (0.1 * sin(0.6) + cos(0.6)), 1e-12,
             "turned");
}

static void test_sphere(void **state)
{
    const scene_shape s = shape_at(SCENE_SPHERE, 0, 0, 3, 1, 0, 0);
    const double b = 3 * cos(0.2);

    (void)state;
    close_to(distance(&s, 0, 0, 1), 2, 1e-12, "straight");
    close_to(distance(&s, sin(0.2), 0, cos(0.2)), b - sqrt(b * b - 8), 1e-12, "aslant");
    assert_true(isinf(distance(&s, 1, 0, sqrt(8) - 1e-3)));
    assert_true(isfinite(distance(&s, 1, 0, sqrt(8) + 1e-3)));
    assert_true(isinf(distance(&s, 0, 0, -1)));
}

static void test_box(void **state)
{
    scene_shape s = shape_at(SCENE_BOX, 0, 0, 4, 1, 1, 1);

    (void)state;
    close_to(distance(&s, 0, 0, 1), 3, 1e-12, "front");
    close_to(distance(&s, 0.9, -0.9, 3), sqrt(9 + 2 * 0.81), 1e-12, "near a corner");
    assert_true(isinf(distance(&s, 1.01, 0, 3)));
    /* By an eighth of a turn the edge comes first. */
    scene_turn(atan(1), 0, 0, s.R_world_obj);
    close_to(distance(&s, 0, 0.3, 4 - sqrt(2)), sqrt(0.09 + pow(4 - sqrt(2), 2)), 1e-9, "edge");
    close_to(distance(&s, 0.5, 0, 4 - sqrt(2) + 0.5), sqrt(0.25 + pow(4.5 - sqrt(2), 2)), 1e-9, "side");
    /* From inside, the far wall. */
    s = shape_at(SCENE_BOX, 0, 0, 0.5, 1, 1, 1);
    close_to(distance(&s, 0, 0, 1), 1.5, 1e-12, "from inside");
}

static void test_cylinder(void **state)
{
    scene_shape s = shape_at(SCENE_CYLINDER, 0, 0, 3, 0.5, 1, 0);

    (void)state;
    close_to(distance(&s, 0, 0, 1), 2.5, 1e-12, "straight");
    close_to(distance(&s, 0.3, 0.2, 2.6), sqrt(0.09 + 0.04 + 2.6 * 2.6), 1e-12, "side");
    assert_true(isinf(distance(&s, 0, 1.01, 2.5)));
    assert_true(isinf(distance(&s, 0.51, 0, 3)));
    /* Lying along z its cap faces the camera. */
    scene_turn(0, 2 * atan(1), 0, s.R_world_obj);
    close_to(distance(&s, 0.2, 0.3, 2), sqrt(4.13), 1e-9, "cap");
    assert_true(isinf(distance(&s, 0.51, 0, 2)));
}

/* A ball of a millimetre stands where pixel (40, 10)'s centre sees it: that pixel alone has its id. */
static void test_pixel_centres(void **state)
{
    const bs_pose T = { .q = { 0, sin(0.1), 0, cos(0.1) }, .t_m = { 0.3, -0.2, 0.5 } };
    const double in_cam[3] = { (40 - camera.cx) / camera.fx * 2, (10 - camera.cy) / camera.fy * 2, 2 };
    scene_shape ball = shape_at(SCENE_SPHERE, 0, 0, 0, 1e-3, 0, 0);
    scene *s = scene_create("empty", 1);
    uint16_t ids[N_PX];
    float range[N_PX];
    double R[9];

    (void)state;
    bs_pose_rotation(&T, R);
    for (int i = 0; i < 3; i++)
        ball.c_m[i] = T.t_m[i] + R[3 * i] * in_cam[0] + R[3 * i + 1] * in_cam[1] + R[3 * i + 2] * in_cam[2];
    scene_add(s, &ball);
    scene_bound(s);
    scene_render(s, &camera, &T, 1, 0, NULL, range, ids);
    for (int i = 0; i < (int)N_PX; i++) {
        if ((ids[i] != 0) != (i == 10 * 64 + 40))
            fail_msg("pixel (%d, %d) has id %d", i % 64, i / 64, ids[i]);
        assert_int_equal(ids[i] == 0, isinf(range[i]));
    }
    close_to((double)range[10 * 64 + 40], 2 / bs_camera_ray_to_z(&camera, 40, 10) - 1e-3, 1e-6, "ray length");
    scene_destroy(&s);
    assert_null(s);
}

/* Over a wall at depth d, moving by T to the right moves every point by -fx T / d. */
static void test_kernel_translation(void **state)
{
    bs_pose start = bs_pose_identity(), end = start;
    scene *s = scene_create("wall", 1);
    float uv[2 * N_PX];

    (void)state;
    start.t_m[0] = -0.03;
    end.t_m[0] = 0.05;
    scene_kernel(s, &camera, &start, &start, &end, uv);
    for (size_t i = 0; i < N_PX; i++) {
        close_to((double)uv[2 * i], -camera.fx * 0.08 / 2, 1e-5, "u");
        close_to((double)uv[2 * i + 1], 0, 1e-5, "v");
    }
    scene_destroy(&s);
}

/* Under rotation alone every point moves by K R_end_start K^-1, whatever its depth. */
static void test_kernel_rotation(void **state)
{
    const bs_pose start = bs_pose_identity(), end = { .q = { 0.02, -0.03, 0.01, sqrt(1 - 0.0014) } };
    const char *const names[] = { "room", "thin", "empty" };
    float uv[2 * N_PX];
    double R[9];

    (void)state;
    bs_pose_rotation(&end, R);
    for (int k = 0; k < 3; k++) {
        scene *s = scene_create(names[k], 5);

        scene_kernel(s, &camera, &start, &start, &end, uv);
        for (int i = 0; i < (int)N_PX; i++) {
            const double q[3] = { (i % 64 - camera.cx) / camera.fx, (i / 64 - camera.cy) / camera.fy, 1 };
            double p[3];

            for (int r = 0; r < 3; r++) /* the inverse of a rotation is its transpose */
                p[r] = R[r] * q[0] + R[3 + r] * q[1] + R[6 + r] * q[2];
            close_to((double)uv[2 * i], camera.fx * p[0] / p[2] + camera.cx - i % 64, 1e-5, "u");
            close_to((double)uv[2 * i + 1], camera.fy * p[1] / p[2] + camera.cy - i / 64, 1e-5, "v");
        }
        scene_destroy(&s);
    }
}

static void test_known_depths(void **state)
{
    const double ahead[3] = { 0, 0, 1 }, left[3] = { -0.6, 0, 0.8 }, right[3] = { 0.6, 0, 0.8 };
    scene *s = scene_create("step", 3);
    scene_hit hit;

    (void)state;
    scene_cast(s, origin, left, &hit);
    close_to(hit.t_m, 2.5, 1e-12, "card");
    scene_cast(s, origin, right, &hit);
    close_to(hit.t_m, 5, 1e-12, "wall");
    scene_destroy(&s);
    s = scene_create("plane", 3);
    scene_cast(s, origin, ahead, &hit);
    close_to(hit.t_m, 2.5, 1e-12, "plane");
    scene_destroy(&s);
    assert_null(scene_create("nowhere", 1));
}

static void test_same_bits(void **state)
{
    const bs_pose T[2] = { scene_view(0, 0), scene_view(0, 1) };
    const size_t n_bytes = 3 * N_PX * sizeof(float);
    scene *a = scene_create("room", 2), *b = scene_create("room", 2);
    float *first = malloc(n_bytes), *again = malloc(n_bytes);

    (void)state;
    scene_blur(a, &camera, T, 2, 3, 9, first);
    for (int threads = 1; threads <= 7; threads += 3) {
#ifdef _OPENMP
        omp_set_num_threads(threads);
#endif
        scene_blur(b, &camera, T, 2, 3, 9, again);
        assert_memory_equal(first, again, n_bytes);
    }
    free(first);
    free(again);
    scene_destroy(&a);
    scene_destroy(&b);
}

/* Every view of the room has near and far things, a window, and nothing black or burnt out. */
static void test_room_is_worth_a_picture(void **state)
{
    scene *s = scene_create("room", 1);
    float *rgb = malloc(3 * N_PX * sizeof *rgb), *range = malloc(N_PX * sizeof *range);

    (void)state;
    for (int k = 0; k < 2; k++)
        for (int n = 0; n < 3; n++) {
            const bs_pose T = scene_view(k, n);
            int near = 0, far = 0, sky = 0, black = 0, white = 0;

            scene_render(s, &camera, &T, 4, 1, rgb, range, NULL);
            for (size_t i = 0; i < N_PX; i++) {
                near += range[i] < 2.5f;
                far += range[i] > 3.5f && range[i] < 10;
                sky += isinf(range[i]) != 0;
                black += rgb[3 * i] < 0.001f && rgb[3 * i + 1] < 0.001f && rgb[3 * i + 2] < 0.001f;
                white += rgb[3 * i] > 0.95f && rgb[3 * i + 1] > 0.95f && rgb[3 * i + 2] > 0.95f;
            }
            if (near < 150 || far < 600 || sky < 30 || black > 6 || white > 6)
                fail_msg("view %d, %d: of %zu pixels %d near, %d far, %d sky, %d black, %d white", k, n, N_PX,
                         near, far, sky, black, white);
        }
    free(rgb);
    free(range);
    scene_destroy(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rect),
        cmocka_unit_test(test_sphere),
        cmocka_unit_test(test_box),
        cmocka_unit_test(test_cylinder),
        cmocka_unit_test(test_pixel_centres),
        cmocka_unit_test(test_kernel_translation),
        cmocka_unit_test(test_kernel_rotation),
        cmocka_unit_test(test_known_depths),
        cmocka_unit_test(test_same_bits),
        cmocka_unit_test(test_room_is_worth_a_picture),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
