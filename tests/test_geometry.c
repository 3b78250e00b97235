/* Where a pixel comes from, against closed forms and projections computed here in another way. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "homography/views.h"
#include "homography/kernel.h"
#include "homography/shift_px.h"
#include "homography/warp.h"
#include "inpaint/background.h"

enum { W = 80, H = 60, N = W * H };

/* Pixels are not square, and the principal point is in no special place. */
static const bs_camera camera = { W, H, 90, 110, 40.7, 28.1 };
static const double pi = 3.14159265358979323846;

typedef struct mat { /* a 3x3 matrix, row-major */
    double m[9];
} mat;

typedef struct point {
    double u, v;
} point;

static mat mul(mat a, mat b)
{
    mat c = { { 0 } };

    for (int i = 0; i < 9; i++)
        for (int k = 0; k < 3; k++)
            c.m[i] += a.m[3 * (i / 3) + k] * b.m[3 * k + i % 3];
    return c;
}

static mat inverse(mat a)
{
    const double *m = a.m;
    const double det = m[0] * (m[4] * m[8] - m[5] * m[7]) - m[1] * (m[3] * m[8] - m[5] * m[6]) +
                       m[2] * (m[3] * m[7] - m[4] * m[6]);
    mat b;

    for (int r = 0; r < 3; r++)
        for (int c = 0; c < 3; c++) {
            const int i = (c + 1) % 3, j = (c + 2) % 3, k = (r + 1) % 3, l = (r + 2) % 3;

            b.m[3 * r + c] = (m[3 * i + k] * m[3 * j + l] - m[3 * i + l] * m[3 * j + k]) / det;
        }
    return b;
}

static mat lens(const bs_camera *c)
{
    return (mat){ { c->fx, 0, c->cx, 0, c->fy, c->cy, 0, 0, 1 } };
}

/* Rodrigues' formula: by |r| radians about r. */
static mat turn(double rx, double ry, double rz)
{
    const double a = sqrt(rx * rx + ry * ry + rz * rz), n = a > 0 ? 1 / a : 0;
    const mat k = { { 0, -rz * n, ry * n, rz * n, 0, -rx * n, -ry * n, rx * n, 0 } }, k2 = mul(k, k);
    mat R = { { 1, 0, 0, 0, 1, 0, 0, 0, 1 } };

    for (int i = 0; i < 9; i++)
        R.m[i] += sin(a) * k.m[i] + (1 - cos(a)) * k2.m[i];
    return R;
}

/* The same rotation as a unit quaternion, scalar last. */
static bs_pose pose(double rx, double ry, double rz, double tx, double ty, double tz)
{
    const double a = sqrt(rx * rx + ry * ry + rz * rz), s = a > 0 ? sin(a / 2) / a : 0;

    return (bs_pose){ .q = { s * rx, s * ry, s * rz, cos(a / 2) }, .t_m = { tx, ty, tz } };
}

static point apply(mat h, double x, double y)
{
    const double z = h.m[6] * x + h.m[7] * y + h.m[8];

    return (point){ (h.m[0] * x + h.m[1] * y + h.m[2]) / z, (h.m[3] * x + h.m[4] * y + h.m[5]) / z };
}

/* As many times the same pose as are looked at together where that pays (homography/flow_px.h). */
#define MANY BS_POSES

/*
 * What camera 'T' sees of a frame of inverse depth 'inv' and linear colour 'rgb' (NULL: a ramp whose red and
 * green, times 1024, say which place of the frame is seen), if it looks 'n' times.
 */
static void look(const bs_camera *cam, const float *inv, const float *rgb, const bs_pose *T, int n,
                 float *out, float *seen)
{
    bs_view views[MANY];
    float *ramp = malloc(3 * N * sizeof *ramp), *parallax = malloc(N * sizeof *parallax);
    uint8_t *measured = malloc(N);
    bs_builder *b = NULL;
    bs_layers l = { 0 };
    bs_response resp;

    assert_true(ramp && parallax && measured);
    for (int i = 0; i < n; i++)
        views[i] = bs_view_make(cam, T);
    for (int i = 0; i < N; i++) {
        measured[i] = 1;
        ramp[3 * i] = (float)(i % W) / 1024;
        ramp[3 * i + 1] = (float)(i / W) / 1024;
        ramp[3 * i + 2] = 0;
    }
    assert_int_equal(bs_response_make(BS_RESPONSE_LINEAR, 0, &resp, NULL), BS_OK);
    assert_int_equal(bs_builder_create(W, H, &b, NULL), BS_OK);
    assert_int_equal(bs_layers_create(W, H, &l, NULL), BS_OK);
    bs_views_parallax(cam, BS_SHUTTER_GLOBAL, views, n, 0, 1, parallax, NULL);
    assert_int_equal(bs_layers_build(b, rgb ? rgb : ramp, inv, measured, parallax, NULL,
                                     BS_INPAINT_BACKGROUND, &resp, &l, NULL),
                     BS_OK);
    bs_warp_cpu(&l, BS_SHUTTER_GLOBAL, views, n, 1, out, seen);
    bs_layers_destroy(&l);
    bs_builder_destroy(&b);
    free(measured);
    free(parallax);
    free(ramp);
}

/* Every pixel whose source is well inside the frame must see that place, within 'tolerance' pixels, when the
 * camera looks 'n' times. */
static void check_places_of(const bs_camera *cam, const float *inv, const bs_pose *T, int n, mat H_src_dst,
                            double tolerance, const char *what)
{
    float out[3 * N], seen[N];
    int checked = 0;

    look(cam, inv, NULL, T, n, out, seen);
    for (int i = 0; i < N; i++) {
        const point p = apply(H_src_dst, i % W, i / W);
        const double u = 1024 * (double)out[3 * i], v = 1024 * (double)out[3 * i + 1];

        if (!(p.u >= 1 && p.v >= 1 && p.u <= W - 2 && p.v <= H - 2))
            continue;
        checked++;
        if (!(hypot(u - p.u, v - p.v) <= tolerance))
            fail_msg("%s, pixel (%d, %d) sees (%.6f, %.6f), expected (%.6f, %.6f) within %g px, %d poses",
                     what, i % W, i / W, u, v, p.u, p.v, tolerance, n);
    }
    if (checked < N / 4)
        fail_msg("%s: only %d of %d pixels see the frame", what, checked, N);
}

/* Once, and many times, where places over a tile may be a hundredth of a pixel from affine. */
static void check_places(const bs_camera *cam, const float *inv, const bs_pose *T, mat H_src_dst,
                         double tolerance, const char *what)
{
    check_places_of(cam, inv, T, 1, H_src_dst, tolerance, what);
    check_places_of(cam, inv, T, MANY, H_src_dst, fmax(tolerance, 0.015), what);
}

static void fill(float *inv, double w)
{
    for (int i = 0; i < N; i++)
        inv[i] = (float)w;
}

/* A turned camera sees at q what lies at K R K^-1 q, at any depth. */
static void test_rotation(void **state)
{
    static const double turns[][3] = {
        { 0.05, 0, 0 },        { 0, 0.05, 0 },        { 0, 0, 0.3 },          { -0.1, 0.07, 0.2 },
        { 0.02, -0.13, -0.4 }, { 0.01, -0.02, 0.05 }, { -0.02, 0.005, 0.01 },
    };
    float inv[N];

    (void)state;
    for (int i = 0; i < N; i++)
        inv[i] = i % 7 ? 0.5f : 3; /* of no consequence */
    for (size_t k = 0; k < sizeof turns / sizeof turns[0]; k++) {
        const double *r = turns[k];
        const bs_pose T = pose(r[0], r[1], r[2], 0, 0, 0);
        const mat K = lens(&camera), H_src_dst = mul(mul(K, turn(r[0], r[1], r[2])), inverse(K));

        check_places(&camera, inv, &T, H_src_dst, 1e-3, "turned camera");
    }
}

/* Sampling is bilinear: white noise, turned, against a sampler in double. */
static void test_rotation_samples_bilinearly(void **state)
{
    const bs_pose T = pose(-0.03, 0.05, 0.2, 0, 0, 0);
    const mat K = lens(&camera), h = mul(mul(K, turn(-0.03, 0.05, 0.2)), inverse(K));
    float inv[N], rgb[3 * N], out[3 * N], seen[N];
    uint32_t seed = 1;

    (void)state;
    fill(inv, 0.5);
    for (int i = 0; i < 3 * N; i++) {
        seed = seed * 1664525u + 1013904223u;
        rgb[i] = (float)(seed >> 8) / 16777216;
    }
    look(&camera, inv, rgb, &T, 1, out, seen);
    for (int i = 0; i < 3 * N; i++) {
        const point p = apply(h, i / 3 % W, i / 3 / W);
        const int x = (int)floor(p.u), y = (int)floor(p.v);
        const double a = p.u - x, b = p.v - y;
        const float *q;
        double want;

        if (x < 0 || y < 0 || x >= W - 1 || y >= H - 1)
            continue;
        q = &rgb[3 * (W * y + x) + i % 3];
        want = (1 - b) * ((1 - a) * (double)q[0] + a * (double)q[3]) +
               b * ((1 - a) * (double)q[3 * W] + a * (double)q[3 * W + 3]);
        if (!(fabs((double)out[i] - want) <= 1e-4))
            fail_msg("pixel (%d, %d) channel %d: %.6f, expected %.6f of (%.4f, %.4f)", i / 3 % W, i / 3 / W,
                     i % 3, (double)out[i], want, p.u, p.v);
    }
}

/* Half a turn about the image's middle takes pixel centres to pixel centres, which holds only if the centre
 * of the first pixel is (0, 0): with corners at whole coordinates it would miss by a pixel. */
static void test_half_turn(void **state)
{
    const bs_camera cam = { W, H, 90, 90, (W - 1) / 2.0, (H - 1) / 2.0 };
    const mat reverse = { { -1, 0, W - 1, 0, -1, H - 1, 0, 0, 1 } };
    const bs_pose T = pose(0, 0, pi, 0, 0, 0);
    float inv[N];

    (void)state;
    fill(inv, 0.5);
    check_places(&cam, inv, &T, reverse, 1e-4, "half turn");
}

/* The plane n X = d of the frame, moved: the inverse of its homography K R' (I - T n' / d) K^-1. */
static void test_planes(void **state)
{
    static const double planes[][4] = {
        { 0, 0, 1, 2 }, { 0.6, 0, 0.8, 2 }, { 0, -0.6, 0.8, 2 }, { 0.5, 0.5, 0.7071, 1 }
    };
    static const double moves[][6] = {
        { 0, 0, 0, 0.1, 0, 0 },
        { 0, 0, 0, 0, -0.1, 0 },
        { 0, 0, 0, 0, 0, 0.15 },
        { 0, 0, 0, 0, 0, -0.3 },
        { 0.02, -0.03, 0.1, 0.1, 0.05, 0.2 },
        { -0.05, 0.05, -0.2, -0.05, 0.2, -0.1 },
    };
    const mat K = lens(&camera), iK = inverse(K);
    float inv[N];

    (void)state;
    for (size_t k = 0; k < sizeof planes / sizeof planes[0]; k++)
        for (size_t j = 0; j < sizeof moves / sizeof moves[0]; j++) {
            const double *n = planes[k], *m = moves[j];
            const bs_pose T = pose(m[0], m[1], m[2], m[3], m[4], m[5]);
            mat flat = { { 1, 0, 0, 0, 1, 0, 0, 0, 1 } }, H_dst_src;

            for (int i = 0; i < 9; i++)
                flat.m[i] -= m[3 + i / 3] * n[i % 3] / n[3];
            H_dst_src = mul(mul(K, mul(inverse(turn(m[0], m[1], m[2])), flat)), iK);
            for (int i = 0; i < N; i++) {
                const point ray = apply(iK, i % W, i / W);

                inv[i] = (float)((n[0] * ray.u + n[1] * ray.v + n[2]) / n[3]);
            }
            check_places(&camera, inv, &T, inverse(H_dst_src), 0.02, "moved plane");
        }
}

static void check_kernel(const bs_pose *first, const bs_pose *last, const float *inv,
                         point (*expected)(double x, double y), const char *what)
{
    float uv[2 * N];

    assert_int_equal(bs_kernel_map(&camera, BS_SHUTTER_GLOBAL, first, last, inv, 1, uv, NULL), BS_OK);
    for (int i = 0; i < N; i++) {
        const point p = expected(i % W, i / W);

        if (!(hypot((double)uv[2 * i] - p.u, (double)uv[2 * i + 1] - p.v) <= 1e-4))
            fail_msg("%s, kernel at (%d, %d): (%.6f, %.6f), expected (%.6f, %.6f)", what, i % W, i / W,
                     (double)uv[2 * i], (double)uv[2 * i + 1], p.u, p.v);
    }
}

/* 0.1 m to the right and 0.04 m down before a wall at 2 m: the picture moves left and up. */
static point sideways(double x, double y)
{
    (void)x;
    (void)y;
    return (point){ -90 * 0.1 / 2, -110 * 0.04 / 2 };
}

/* From 2 m to 1.8 m: all points move away from the principal point. */
static point forward(double x, double y)
{
    return (point){ (x - 40.7) * (2 / 1.8 - 1), (y - 28.1) * (2 / 1.8 - 1) };
}

static void test_kernel_of_translations(void **state)
{
    const bs_pose here = bs_pose_identity(), ahead = pose(0, 0, 0, 0, 0, 0.2);
    float inv[N];

    (void)state;
    fill(inv, 0.5);
    check_kernel(&here, &ahead, inv, forward, "forward");
    for (int anchor = 0; anchor < 3; anchor++) { /* start, middle, end: the wall is as far away from each */
        const double s = anchor / 2.0;
        const bs_pose first = pose(0, 0, 0, -s * 0.1, -s * 0.04, 0);
        const bs_pose last = pose(0, 0, 0, (1 - s) * 0.1, (1 - s) * 0.04, 0);

        check_kernel(&first, &last, inv, sideways, "sideways");
    }
}

/* A roll by a, x towards y, moves the picture the other way, each point by twice its radius times sin(a / 2).
 */
static point rolled(double x, double y)
{
    const double px = (x - 40.7) / 90, py = (y - 28.1) / 110, k = 2 * sin(0.1 / 2);

    return (point){ 90 * k * py, 110 * -k * px };
}

static void test_kernel_of_roll(void **state)
{
    const bs_pose first = pose(0, 0, -0.05, 0, 0, 0), last = pose(0, 0, 0.05, 0, 0, 0);
    float inv[N];

    (void)state;
    fill(inv, 0.5);
    check_kernel(&first, &last, inv, rolled, "roll");
}

/* The identity's map must be that of no motion exactly, whatever the camera, or a still frame changes. */
static void test_identity_is_exact(void **state)
{
    static const bs_camera cams[] = { { 320, 240, 277.128129211, 289.705627485, 159.5, 119.5 },
                                      { 640, 480, 525.3, 524.7, 319.1, 239.9 },
                                      { 33, 9, 0.1, 0.3, 1.1, 7.7 } };
    const bs_pose T = bs_pose_identity();

    (void)state;
    for (size_t k = 0; k < sizeof cams / sizeof cams[0]; k++) {
        const bs_view v = bs_view_make(&cams[k], &T);

        for (int i = 0; i < 9; i++)
            if (v.H_inf[i] != (i % 4 ? 0.0f : 1.0f))
                fail_msg("camera %zu, H[%d] = %.9g, expected %d", k, i, (double)v.H_inf[i], !(i % 4));
        for (int i = 0; i < 3; i++)
            if (v.b[i] != 0)
                fail_msg("camera %zu, b[%d] = %.9g, expected 0", k, i, (double)v.b[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rotation),
        cmocka_unit_test(test_rotation_samples_bilinearly),
        cmocka_unit_test(test_half_turn),
        cmocka_unit_test(test_planes),
        cmocka_unit_test(test_kernel_of_translations),
        cmocka_unit_test(test_kernel_of_roll),
        cmocka_unit_test(test_identity_is_exact),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
