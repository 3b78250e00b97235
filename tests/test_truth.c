/*
 * The ray caster's exposures and masks, which accuracy is measured against, against closed forms.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/scene.h"
#include "tests/scene_parts.h"
#include "tests/scene_truth.h"

enum { W = 64, H = 48, N = W * H, RAYS = 64 };

static const bs_camera camera = { W, H, 60, 66, 31.5, 23.5 };

static void close_to(double got, double expected, double tolerance, const char *what, int x, int y)
{
    if (!(fabs(got - expected) <= tolerance))
        fail_msg("%s at (%d, %d): got %.9g, expected %.9g within %g", what, x, y, got, expected, tolerance);
}

static bs_pose moved(double x, double y, double z)
{
    return (bs_pose){ .q = { 0, 0, 0, 1 }, .t_m = { x, y, z } };
}

/* What the ray through (u, v) sees: linear interpolation of nothing, so exact. */
static void colour(const scene *s, const bs_pose *T, double u, double v, float rgb[3])
{
    double R[9], dir[3];
    scene_hit hit;

    bs_pose_rotation(T, R);
    scene_ray(&camera, R, u, v, dir);
    scene_cast(s, T->t_m, dir, &hit);
    memcpy(rgb, hit.rgb, sizeof hit.rgb);
}

/* A rectangle that glows, so that only its texture counts. */
static scene_shape glowing(double x, double y, double z, double half_x, double half_y, scene_pattern p)
{
    scene_shape s = { .kind = SCENE_RECT, .c_m = { x, y, z }, .half = { half_x, half_y }, .no_shadow = 1 };

    s.texture = (scene_texture){ .pattern = p, .size_m = 0.8, .glow = 1, .seed = 5 };
    for (int i = 0; i < 3; i++) {
        s.texture.a[i] = 0.1f + 0.1f * (float)i;
        s.texture.b[i] = 0.9f - 0.2f * (float)i;
    }
    scene_turn(0, 0, 0, s.R_world_obj);
    return s;
}

static scene *clouds_at(double z)
{
    scene *s = scene_create("empty", 1);
    const scene_shape wall = glowing(0, 0, z, 100, 100, SCENE_CLOUD);

    scene_add(s, &wall);
    scene_bound(s);
    return s;
}

/* The mean over 'n' middles of a move by whole numbers of pixels over a plane is the mean of as many shifted
 * copies of one picture: ray for ray the same points of the plane. */
static void test_sideways_is_shift_average(void **state)
{
    enum { SHIFTS = 5 };
    scene *s = clouds_at(2);
    bs_pose T[SHIFTS];
    float *blur = malloc(3 * N * sizeof *blur);

    (void)state;
    for (int j = 0; j < SHIFTS; j++) /* f T / d = 3 j px to the right, so the picture goes left */
        T[j] = moved(3 * j * 2 / camera.fx, 0, 0);
    scene_blur(s, &camera, T, SHIFTS, 1, 0, blur);
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) {
            double sum = 0;

            for (int j = 0; j < SHIFTS; j++) {
                const bs_pose still = bs_pose_identity();
                float rgb[3];

                colour(s, &still, x + 3 * j, y, rgb);
                sum += (double)rgb[0] / SHIFTS;
            }
            close_to((double)blur[3 * (W * y + x)], sum, 1e-5, "shift average", x, y);
        }
    free(blur);
    scene_destroy(&s);
}

/* Moving with T over a slanted plane n . X = c maps pixels by the homography K (R + t n^T / c) K^-1. */
static void test_slant_is_homography(void **state)
{
    const bs_pose first = bs_pose_identity();
    const bs_pose T = { .q = { 0.02, -0.03, 0.01, sqrt(1 - 0.0014) }, .t_m = { 0.1, -0.05, 0.2 } };
    const double a = 40 * atan(1) / 45, n[3] = { sin(a), 0, cos(a) }, c = 2.5 * cos(a);
    scene *s = scene_create("plane", 3);
    float got[3], expected[3], *blur = malloc(3 * N * sizeof *blur);
    double R[9], M[9];

    (void)state;
    bs_pose_rotation(&T, R);
    /* A point of the plane in the moved camera's axes, X', has n . (R X' + t) = c; to the first camera it
     * is X = R X' + t, and 1 = (n^T R X') / (c - n . t), so X = (R + t n^T R / (c - n . t)) X'. */
    const double left = c - n[0] * T.t_m[0] - n[1] * T.t_m[1] - n[2] * T.t_m[2];

    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 3; k++)
            M[3 * i + k] = R[3 * i + k] + T.t_m[i] * (n[0] * R[k] + n[1] * R[3 + k] + n[2] * R[6 + k]) / left;
    scene_blur(s, &camera, &T, 1, 1, 0, blur);
    for (int y = 0; y < H; y += 3)
        for (int x = 0; x < W; x += 3) {
            const double q[3] = { (x - camera.cx) / camera.fx, (y - camera.cy) / camera.fy, 1 };
            double p[3];

            for (int i = 0; i < 3; i++)
                p[i] = M[3 * i] * q[0] + M[3 * i + 1] * q[1] + M[3 * i + 2] * q[2];
            const double u = camera.fx * p[0] / p[2] + camera.cx, v = camera.fy * p[1] / p[2] + camera.cy;

            memcpy(got, &blur[3 * (W * y + x)], sizeof got);
            colour(s, &first, u, v, expected);
            close_to((double)got[1], (double)expected[1], 1e-4, "slanted plane", x, y);
        }
    free(blur);
    scene_destroy(&s);
}

/* Pure rotation maps pixels by K R K^-1 whatever stands there. */
static void test_rotation_is_homography(void **state)
{
    const bs_pose first = bs_pose_identity(), T = { .q = { 0.02, -0.03, 0.01, sqrt(1 - 0.0014) } };
    scene *s = scene_create("thin_smooth", 4);
    float expected[3], *blur = malloc(3 * N * sizeof *blur);
    double R[9];

    (void)state;
    bs_pose_rotation(&T, R);
    scene_blur(s, &camera, &T, 1, 1, 0, blur);
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) {
            const double q[3] = { (x - camera.cx) / camera.fx, (y - camera.cy) / camera.fy, 1 };
            double p[3];

            for (int i = 0; i < 3; i++)
                p[i] = R[3 * i] * q[0] + R[3 * i + 1] * q[1] + R[3 * i + 2] * q[2];
            colour(s, &first, camera.fx * p[0] / p[2] + camera.cx, camera.fy * p[1] / p[2] + camera.cy,
                   expected);
            close_to((double)blur[3 * (W * y + x) + 2], (double)expected[2], 1e-4, "rotation", x, y);
        }
    free(blur);
    scene_destroy(&s);
}

/* A plain card from x0 to x1 (px) before a plain wall. */
typedef struct card_case {
    scene *s;
    double x0, x1, card_px, wall_px; /* how far each goes to the left over the exposure */
    float card, wall;
    bs_pose first, last;
} card_case;

static card_case make_card(double x0, double x1, double card_px)
{
    const double z = 2, z_wall = 4, to_m = z / camera.fx, move_m = card_px * z / camera.fx;
    card_case c = { scene_create("empty", 1), x0,   x1,   card_px,
                    card_px * z / z_wall,     0.8f, 0.2f, bs_pose_identity(),
                    moved(move_m, 0, 0) };
    scene_shape wall = glowing(0, 0, z_wall, 100, 100, SCENE_PLAIN);
    scene_shape card =
        glowing(((x0 + x1) / 2 - camera.cx) * to_m, 0, z, (x1 - x0) / 2 * to_m, 100, SCENE_PLAIN);

    wall.texture.a[0] = c.wall;
    card.texture.a[0] = c.card;
    scene_add(c.s, &wall);
    scene_group(c.s);
    scene_add(c.s, &card);
    scene_bound(c.s);
    return c;
}

/* The share of [lo, hi] that [a, b] covers. */
static double overlap(double lo, double hi, double a, double b)
{
    return fmax(0, fmin(hi, b) - fmax(lo, a)) / (hi - lo);
}

/* The continuous exposure of a card that passes before a wall is a blend of two layers, whose alpha is the
 * card's box convolved with the pixel's and with the way it goes. */
static void test_card_is_layered_average(void **state)
{
    enum { POSES = 240 };
    card_case c = make_card(24.3, 37.8, 9.6);
    float *blur = malloc(3 * N * sizeof *blur);
    bs_pose T[POSES];

    (void)state;
    for (int j = 0; j < POSES; j++)
        T[j] = moved((j + 0.5) / POSES * c.last.t_m[0], 0, 0);
    scene_blur(c.s, &camera, T, POSES, RAYS, 3, blur);
    for (int x = 0; x < W; x++) {
        enum { FINE = 4000 };
        double alpha = 0;

        for (int j = 0; j < FINE; j++) {
            const double shift = (j + 0.5) / FINE * c.card_px;

            alpha += overlap(x - 0.5, x + 0.5, c.x0 - shift, c.x1 - shift) / FINE;
        }
        close_to((double)blur[3 * (W * 20 + x)], alpha * (double)c.card + (1 - alpha) * (double)c.wall, 1e-3,
                 "layered average", x, 20);
    }
    free(blur);
    scene_destroy(&c.s);
}

/* The masks of that passage.  The wall at x of a pose shifted by s px (the card's) was at x + s / 2 in the
 * reference; it is hidden if that lay behind the card and x does not lie behind the card now. */
static void test_doubt_of_a_card(void **state)
{
    enum { POSES = 33 };
    card_case c = make_card(24.27, 38.27, 7.6);
    uint8_t doubt[N], outside[N] = { 0 };
    bs_pose T[POSES];
    int n_hidden = 0, n_outside = 0;

    (void)state;
    for (int j = 0; j < POSES; j++)
        T[j] = moved(j / (POSES - 1.0) * c.last.t_m[0], 0, 0);
    scene_doubt(c.s, &camera, &c.first, T, POSES, doubt);
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) {
            const unsigned got = doubt[W * y + x];
            unsigned expected = 0;

            for (int j = 0; j < POSES; j++) {
                const double shift = j * c.card_px / (POSES - 1);
                const int on_card = x > c.x0 - shift && x < c.x1 - shift;
                const double was = on_card ? x + shift : x + shift * c.wall_px / c.card_px;

                expected |= was >= W - 0.5 ? SCENE_OUTSIDE : 0u;
                expected |= !on_card && was > c.x0 && was < c.x1 ? SCENE_HIDDEN : 0u;
            }
            if (got != expected)
                fail_msg("doubt at (%d, %d) is %u, expected %u", x, y, got, expected);
            n_hidden += y == 0 && got & SCENE_HIDDEN;
            n_outside += y == 0 && got & SCENE_OUTSIDE;
        }
    /* The uncovered strip runs from the card's right edge at the end, 30.67, to where the wall behind its
     * right edge at the start is at the end, 34.47, or at any time before, up to 38.27: 31 to 38. */
    assert_int_equal(n_hidden, 8);
    assert_int_equal(n_outside,
                     4); /* the wall goes by 3.8 px; the points from 63.5 on are not in the frame */
    memset(doubt, 0, sizeof doubt);
    scene_doubt(c.s, &camera, &c.first, &c.first, 1, doubt);
    assert_memory_equal(doubt, outside, sizeof doubt); /* at the reference itself there is no doubt */
    scene_destroy(&c.s);
}

/* Sky is seen from everywhere, unless something stands before it. */
static void test_doubt_of_the_sky(void **state)
{
    const bs_pose first = bs_pose_identity(), last = moved(0.5, 0, 0);
    scene *s = scene_create("empty", 1);
    const scene_shape card = glowing(0, 0, 2, 0.2, 100, SCENE_PLAIN);
    uint8_t doubt[N];

    (void)state;
    scene_doubt(s, &camera, &first, &last, 1, doubt);
    for (int i = 0; i < N; i++)
        assert_int_equal(doubt[i], 0);
    scene_add(s, &card);
    scene_bound(s);
    scene_doubt(s, &camera, &first, &last, 1, doubt);
    for (int x = 0; x < W; x++) { /* the card, 12 px wide, goes 15 px to the left */
        const int was = fabs(x - camera.cx) < 6, is = fabs(x + 15 - camera.cx) < 6;

        assert_int_equal(doubt[W * 10 + x], was && !is ? SCENE_HIDDEN : 0);
    }
    scene_destroy(&s);
}

/* A point's way there and back is as long as its farthest distance; the kernel map is zero. */
static void test_extent(void **state)
{
    const bs_pose still = bs_pose_identity();
    const bs_pose T[] = { still, moved(0.1, 0, 0), moved(0.1, 0.1, 0), still };
    scene *s = clouds_at(2);
    float extent[N];

    (void)state;
    scene_extent(s, &camera, &still, T, 4, extent);
    for (int i = 0; i < N; i++)
        close_to((double)extent[i], hypot(0.05 * camera.fx, 0.05 * camera.fy), 1e-5, "extent", i % W, i / W);
    scene_destroy(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sideways_is_shift_average),
        cmocka_unit_test(test_slant_is_homography),
        cmocka_unit_test(test_rotation_is_homography),
        cmocka_unit_test(test_card_is_layered_average),
        cmocka_unit_test(test_doubt_of_a_card),
        cmocka_unit_test(test_doubt_of_the_sky),
        cmocka_unit_test(test_extent),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
