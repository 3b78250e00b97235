/* What is found over all pixels of a frame, against a plain loop; and that no thread changes a bit of it. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gen/synth_measure.h"
#include "homography/kernel.h"
#include "homography/lines.h"
#include "homography/sensor_px.h"

enum { MOST = 80 * 1000, LINES = 1024, POSES = 5 };

static const int sizes[][2] = { { 1, 1 }, { 7, 3 }, { 8, 9 }, { 257, 5 }, { 300, 41 }, { 511, 100 } };
#define SIZES (sizeof sizes / sizeof sizes[0])

/* A frame with everything in it: near and far, infinitely far, and nearer than the camera moves. */
typedef struct frame {
    bs_camera cam;
    float inv_depth[MOST];
    bs_pose first[LINES], last[LINES], pose[POSES * LINES];
    double when[POSES];
    float uv[2 * MOST], other[2 * MOST];
} frame;

static double unit(uint32_t i)
{
    return (double)bs_unit(bs_draw(1, 2, 3, i).v[0]);
}

/* The camera at the fraction 'when' of an exposure: it turns, and goes half a metre ahead on a bent way. */
static bs_pose pose_at(double when, int line)
{
    const double s = when - 0.5 + 0.0001 * line;
    bs_pose p = { { 0.01 * s, 0.02 * s * s, 0.015 * s, 1 }, { 0.05 * s, 0.02 * s * s, 0.5 * s } };
    const double n = sqrt(p.q[0] * p.q[0] + p.q[1] * p.q[1] + p.q[2] * p.q[2] + 1);

    for (int i = 0; i < 4; i++)
        p.q[i] /= n;
    return p;
}

static frame *make_frame(int w, int h, int lines)
{
    frame *f = malloc(sizeof *f);

    assert_non_null(f);
    f->cam = (bs_camera){ w, h, 0.9 * w + 1, 0.95 * w + 1, 0.5 * w, 0.45 * h };
    for (int i = 0; i < w * h; i++)
        f->inv_depth[i] = i % 13 == 5 ? 0 : i % 17 == 3 ? 5 : (float)(0.1 + unit((uint32_t)i));
    for (int k = 0; k < POSES; k++)
        f->when[k] = (k + 0.5) / POSES;
    for (int i = 0; i < lines; i++) {
        f->first[i] = pose_at(0, i);
        f->last[i] = pose_at(1, i);
        for (int k = 0; k < POSES; k++)
            f->pose[k * lines + i] = pose_at(f->when[k], i);
    }
    return f;
}

/* Every frame size with every shutter. */
static void each_frame(void (*check)(frame *f, bs_shutter shutter))
{
    for (size_t i = 0; i < SIZES; i++)
        for (int s = BS_SHUTTER_GLOBAL; s <= BS_SHUTTER_RIGHT_LEFT; s += 1 + (s == 1)) {
            const int lines = bs_shutter_lines((bs_shutter)s, sizes[i][0], sizes[i][1]);
            frame *f = make_frame(sizes[i][0], sizes[i][1], lines);

            if (s == BS_SHUTTER_GLOBAL || (sizes[i][0] > 1 && sizes[i][1] > 1))
                check(f, (bs_shutter)s);
            free(f);
        }
}

static bs_line_maps maps_of(const frame *f, bs_shutter shutter, const bs_pose *T)
{
    bs_line_maps m;

    assert_int_equal(bs_line_maps_create(&f->cam, shutter, &m, NULL), BS_OK);
    bs_line_maps_set(&f->cam, T, &m);
    return m;
}

/* The vector of pixel i as the rule for one point has it; NaN where it has none. */
static void vector(const frame *f, const bs_line_maps *a, const bs_line_maps *b, int i, float uv[2])
{
    const double x = i % f->cam.width, y = i / f->cam.width, w = (double)f->inv_depth[i];
    double u0, v0, u1, v1;

    uv[0] = uv[1] = NAN;
    if (bs_line_maps_apply(a, x, y, w, &u0, &v0) && bs_line_maps_apply(b, x, y, w, &u1, &v1)) {
        uv[0] = (float)(u1 - u0);
        uv[1] = (float)(v1 - v0);
    }
}

static void check_kernel(frame *f, bs_shutter shutter)
{
    const int n = f->cam.width * f->cam.height;
    bs_line_maps a = maps_of(f, shutter, f->first), b = maps_of(f, shutter, f->last);
    int behind = 0;

    assert_int_equal(bs_kernel_map(&f->cam, shutter, f->first, f->last, f->inv_depth, 1, f->uv, NULL), BS_OK);
    assert_int_equal(bs_kernel_map(&f->cam, shutter, f->first, f->last, f->inv_depth, 3, f->other, NULL),
                     BS_OK);
    assert_memory_equal(f->uv, f->other, 2 * (size_t)n * sizeof *f->uv);
    for (int i = 0; i < n; i++) {
        float want[2];

        vector(f, &a, &b, i, want);
        behind += isnan(want[0]);
        if (memcmp(want, &f->uv[2 * i], sizeof want))
            fail_msg("%dx%d, shutter %d, pixel %d: (%.9g, %.9g), expected (%.9g, %.9g)", f->cam.width,
                     f->cam.height, (int)shutter, i, (double)f->uv[2 * i], (double)f->uv[2 * i + 1],
                     (double)want[0], (double)want[1]);
    }
    if (n > 100 && (!behind || behind == n))
        fail_msg("%d of %d points behind the camera: nothing is tested", behind, n);
    bs_line_maps_destroy(&a);
    bs_line_maps_destroy(&b);
}

static void test_kernel(void **state)
{
    (void)state;
    each_frame(check_kernel);
}

/* The distance of point (x, y) at pose k from its straight path; 0 where it has none. */
static double bend(const frame *f, const bs_line_maps *a, const bs_line_maps *b, const bs_line_maps *at,
                   int x, int y, double when)
{
    const double w = (double)f->inv_depth[y * f->cam.width + x];
    double u0, v0, u1, v1, u, v;

    if (!bs_line_maps_apply(a, x, y, w, &u0, &v0) || !bs_line_maps_apply(b, x, y, w, &u1, &v1) ||
        !bs_line_maps_apply(at, x, y, w, &u, &v))
        return 0;
    return hypot(u - u0 - when * (u1 - u0), v - v0 - when * (v1 - v0));
}

static void check_linearity(frame *f, bs_shutter shutter)
{
    const int lines = bs_shutter_lines(shutter, f->cam.width, f->cam.height);
    bs_line_maps a = maps_of(f, shutter, f->first), b = maps_of(f, shutter, f->last);
    double want = 0, got[2];

    for (int k = 0; k < POSES; k++) {
        bs_line_maps at = maps_of(f, shutter, &f->pose[k * lines]);

        for (int y = 0; y < f->cam.height; y += 8)
            for (int x = 0; x < f->cam.width; x += 8)
                want = fmax(want, bend(f, &a, &b, &at, x, y, f->when[k]));
        bs_line_maps_destroy(&at);
    }
    for (int i = 0; i < 2; i++)
        assert_int_equal(bs_kernel_linearity_error(&f->cam, shutter, f->pose, f->when, POSES, f->first,
                                                   f->last, f->inv_depth, i ? 4 : 1, &got[i], NULL),
                         BS_OK);
    if (!(fabs(got[0] - want) <= 1e-12 * want) || got[0] != got[1])
        fail_msg("%dx%d, shutter %d: %.17g, with threads %.17g, expected %.17g", f->cam.width, f->cam.height,
                 (int)shutter, got[0], got[1], want);
    bs_line_maps_destroy(&a);
    bs_line_maps_destroy(&b);
}

static void test_linearity(void **state)
{
    (void)state;
    each_frame(check_linearity);
}

/* ---- lengths ---- */

static void check_lengths(const float *uv, const float *less, size_t n)
{
    const bs_lengths got = bs_kernel_lengths(uv, less, n, 1), threads = bs_kernel_lengths(uv, less, n, 3);
    double sum = 0, largest = 0;
    int known = 0;

    for (size_t i = 0; i < n; i++) {
        const double u = (double)uv[2 * i] - (less ? (double)less[2 * i] : 0);
        const double v = (double)uv[2 * i + 1] - (less ? (double)less[2 * i + 1] : 0);

        if (isnan(u) || isnan(v))
            continue;
        sum += hypot(u, v);
        largest = fmax(largest, hypot(u, v));
        known++;
    }
    sum = known ? sum / known : 0;
    assert_memory_equal(&got, &threads, sizeof got);
    if (!(fabs(got.mean_px - sum) <= 1e-12 * sum && fabs(got.max_px - largest) <= 1e-12 * largest))
        fail_msg("%zu vectors: mean %.17g, largest %.17g, expected %.17g and %.17g", n, got.mean_px,
                 got.max_px, sum, largest);
}

static void test_lengths(void **state)
{
    enum { N = 5000 };
    float *uv = malloc(2 * N * sizeof *uv), *less = malloc(2 * N * sizeof *less);

    (void)state;
    assert_true(uv && less);
    for (uint32_t i = 0; i < 2 * N; i++) {
        uv[i] = i / 2 % 11 == 4 ? NAN : (float)(20 * unit(i) - 10);
        less[i] = i / 2 % 7 == 2 ? NAN : (float)(20 * unit(i + 2 * N) - 10);
    }
    for (size_t n = 1; n <= N; n += 1 + n / 3) {
        check_lengths(uv, NULL, n);
        check_lengths(uv, less, n);
        check_lengths(&uv[2 * (N - n)], NULL, n); /* a read beyond the end is seen */
    }
    check_lengths(&uv[2 * 4], NULL, 1); /* nothing known */
    free(uv);
    free(less);
}

/* ---- mask and ranges ---- */

static void check_pixels(const float *v, size_t n)
{
    uint8_t *mask[2] = { malloc(n), malloc(n) };
    double sum = 0, share[2];
    size_t set = 0;
    float lo = INFINITY, hi = -INFINITY, got[2][2];

    assert_true(mask[0] && mask[1]);
    for (int i = 0; i < 2; i++) {
        share[i] = bs_mask_make(v, n, i ? 3 : 1, mask[i]);
        bs_range(v, n, i ? 3 : 1, &got[i][0], &got[i][1]);
    }
    assert_memory_equal(mask[0], mask[1], n);
    assert_memory_equal(got[0], got[1], sizeof got[0]);
    assert_true(share[0] == share[1]);
    for (size_t i = 0; i < n; i++) {
        sum += (double)v[i];
        lo = fminf(lo, v[i]);
        hi = fmaxf(hi, v[i]);
        set += mask[0][i] != 0;
        assert_int_equal(mask[0][i], (int)(fminf(v[i], 1) * 255 + 0.5f));
    }
    assert_true(fabs(share[0] - sum / (double)n) <= 1e-12 && lo == got[0][0] && hi == got[0][1]);
    assert_true(bs_measured_share(mask[0], n, 1) == (double)set / (double)n);
    assert_true(bs_measured_share(mask[0], n, 3) == (double)set / (double)n);
    free(mask[0]);
    free(mask[1]);
}

static void test_pixels(void **state)
{
    enum { N = 3000 };
    float *v = malloc(N * sizeof *v);
    const float unknown[3] = { NAN, 2, NAN };
    float lo, hi;

    (void)state;
    assert_non_null(v);
    for (uint32_t i = 0; i < N; i++)
        v[i] = i % 9 ? i % 5 ? (float)(1.001 * unit(i)) : 1.0f : 0.0f;
    for (size_t n = 1; n <= N; n += 1 + n / 5)
        check_pixels(&v[N - n], n);
    bs_range(unknown, 3, 1, &lo, &hi);
    assert_true(lo == 2 && hi == 2);
    bs_range(unknown, 1, 1, &lo, &hi);
    assert_true(lo == INFINITY && hi == -INFINITY);
    free(v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kernel),
        cmocka_unit_test(test_linearity),
        cmocka_unit_test(test_lengths),
        cmocka_unit_test(test_pixels),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
