/* Light: camera responses and their inverses, averages, photon noise. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gen/blursynth.h"
#include "homography/sensor.h"
#include "homography/sensor_px.h"

#define DRAWS 1000000

static bs_response make(bs_response_kind kind, double gamma)
{
    bs_response r;
    bs_err err = { 0 };

    if (bs_response_make(kind, gamma, &r, &err) != BS_OK)
        fail_msg("response %d, gamma %g: %s", (int)kind, gamma, err.text);
    return r;
}

static void close_to(double got, double want, double tolerance, const char *what, double of)
{
    if (!(fabs(got - want) <= tolerance))
        fail_msg("%s %g: %.9g, expected %.9g within %g", what, of, got, want, tolerance);
}

static void test_encode_inverts_decode(void **state)
{
    static const double gammas[] = { 0.1, 1, 2.2, 10 };

    (void)state;
    for (int kind = BS_RESPONSE_AUTO; kind <= BS_RESPONSE_NONE; kind++)
        for (int g = 0; g < (kind == BS_RESPONSE_GAMMA ? 4 : 1); g++) {
            const bs_response r = make((bs_response_kind)kind, gammas[g]);

            for (int i = 0; i < 256; i++) {
                if (bs_encode_px(&r, r.light[i]) != i)
                    fail_msg("response %d, gamma %g: %d is light %.9g is %d", kind, gammas[g], i,
                             (double)r.light[i], bs_encode_px(&r, r.light[i]));
                if (i && !(r.bound[i] > r.light[i - 1] && r.bound[i] < r.light[i]))
                    fail_msg("response %d, gamma %g: bound %.9g of %d is not between %.9g and %.9g", kind,
                             gammas[g], (double)r.bound[i], i, (double)r.light[i - 1], (double)r.light[i]);
            }
            close_to((double)r.light[0], 0, 0, "black of response", kind);
            close_to((double)r.light[255], 1, 1e-6, "white of response", kind);
            assert_int_equal(bs_encode_px(&r, -1), 0);
            assert_int_equal(bs_encode_px(&r, 7), 255);
            assert_int_equal(bs_encode_px(&r, NAN), 0);
        }
}

static void test_gamma_out_of_range(void **state)
{
    static const double bad[] = { 0, -1, 0.05, 11, NAN };
    bs_response r = { { 42 }, { 42 } };

    (void)state;
    for (int i = 0; i < 5; i++)
        if (bs_response_make(BS_RESPONSE_GAMMA, bad[i], &r, NULL) != BS_EINVAL || r.light[0] != 42)
            fail_msg("gamma %g was taken", bad[i]);
}

/* IEC 61966-2-1: 0.04045 / 12.92 and ((v + 0.055) / 1.055)^2.4, worked out with 50 digits. */
static void test_srgb(void **state)
{
    static const double known[][2] = { { 1, 0.00030352698354883749 }, { 10, 0.0030352698354883749 },
                                       { 11, 0.0033465357638991585 }, { 64, 0.051269458374043221 },
                                       { 128, 0.21586050011389916 },  { 188, 0.50288645803256839 },
                                       { 254, 0.99110209711382970 } };
    const bs_response r = make(BS_RESPONSE_SRGB, 0), automatic = make(BS_RESPONSE_AUTO, 0);

    (void)state;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        close_to((double)r.light[(int)known[i][0]], known[i][1], 1e-7, "sRGB", known[i][0]);
    assert_memory_equal(&r, &automatic, sizeof r);
}

/* The renderer's curve: v = 8.19 r below r = 0.05, else v = 20 r^0.01 - 19. */
static void test_scenenet(void **state)
{
    const bs_response r = make(BS_RESPONSE_SCENENET, 0);

    (void)state;
    for (int i = 0; i < 256; i++) {
        const double light = (double)r.light[i];

        close_to(light < 0.05 ? 8.19 * light : 20 * pow(light, 0.01) - 19, i / 255.0, 1e-5, "value of light",
                 light);
    }
    for (double light = 0.0005; light < 1; light += 0.0007) {
        const double v = light < 0.05 ? 8.19 * light : 20 * pow(light, 0.01) - 19;

        if (fabs(255 * v - floor(255 * v) - 0.5) > 1e-3)
            close_to(bs_encode_px(&r, (float)light), floor(255 * v + 0.5), 0, "SceneNet's value of light",
                     light);
    }
}

/* Columns of black and white, at rest and one pixel on: every pixel has half of the light. */
static void test_average(void **state)
{
    enum { W = 20, H = 6 };
    static const struct {
        bs_response_kind kind;
        int want;
    } cases[] = { { BS_RESPONSE_SRGB, 188 },
                  { BS_RESPONSE_LINEAR, 128 },
                  { BS_RESPONSE_NONE, 128 },
                  { BS_RESPONSE_GAMMA, 186 },
                  { BS_RESPONSE_SCENENET, 220 } };
    bs_pose pose[2] = { bs_pose_identity(), bs_pose_identity() };
    const double when[2] = { 0.25, 0.75 };
    uint8_t rgb[3 * W * H];
    float depth[W * H];
    bs_synth_input in = { .camera = { W, H, 100, 100, 9.5, 2.5 },
                          .rgb = rgb,
                          .depth_m = depth,
                          .T_anchor_cam = pose,
                          .n_poses = 2,
                          .when = when };
    bs_synth *s = NULL;
    bs_tuple t;

    (void)state;
    pose[1].t_m[0] = 0.02;
    in.T_anchor_first = &pose[0];
    in.T_anchor_last = &pose[1];
    for (int i = 0; i < W * H; i++) {
        depth[i] = 2;
        memset(&rgb[3 * i], i % W % 2 ? 255 : 0, 3);
    }
    assert_int_equal(bs_synth_create(&s, NULL), BS_OK);
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        const bs_synth_options opt = { .response = cases[k].kind, .gamma = 2.2 };

        assert_int_equal(bs_synth_run(s, &in, &opt, &t, NULL), BS_OK);
        for (int i = 0; i < 3 * W * H; i++)
            if (i / 3 % W < W - 1 && t.blur[i] != cases[k].want)
                fail_msg("response %d, pixel (%d, %d): half black, half white is %d, expected %d",
                         (int)cases[k].kind, i / 3 % W, i / 3 / W, t.blur[i], cases[k].want);
    }
    bs_synth_destroy(&s);
}

/* The answer that Random123 publishes for counter 0 and key 0, and for all bits set. */
static void test_philox(void **state)
{
    static const uint32_t zeros[4] = { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 };
    static const uint32_t ones[4] = { 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd };
    const bs_random a = bs_draw(0, 0, 0, 0), b = bs_draw(UINT64_MAX, UINT64_MAX, UINT32_MAX, UINT32_MAX);

    (void)state;
    for (int i = 0; i < 4; i++) {
        if (a.v[i] != zeros[i] || b.v[i] != ones[i])
            fail_msg("word %d: %08x and %08x, expected %08x and %08x", i, a.v[i], b.v[i], zeros[i], ones[i]);
    }
}

/* Moments of a million counts within five of their own standard deviations. */
static void test_poisson_moments(void **state)
{
    static const double means[] = { 0.1, 1, 5, 15.9, 16.1, 100, 5000 };

    (void)state;
    for (int k = 0; k < 7; k++) {
        const double m = means[k];
        double sum = 0, sum2 = 0, sum3 = 0, fourth = m + 3 * m * m; /* fourth central moment */

        for (uint32_t i = 0; i < DRAWS; i++) {
            const bs_random r = bs_draw(7, (uint64_t)k, BS_DRAW_NOISE, i);
            const double count = (double)bs_poisson((float)m, &r), d = count - m;

            if (!(count >= 0 && count == floor(count)))
                fail_msg("mean %g, draw %u: count %g", m, i, count);
            sum += d;
            sum2 += d * d;
            sum3 += d * d * d;
        }
        sum /= DRAWS;
        sum2 /= DRAWS;
        sum3 /= DRAWS;
        close_to(sum, 0, 5 * sqrt(m / DRAWS), "excess of the mean of counts around", m);
        /* Above the bound the count is a rounded normal: rounding adds 1/12, the skewness 1/18. */
        close_to(sum2, m, 5 * sqrt((fourth - m * m) / DRAWS) + (m > 16 ? 1.0 / 12 + 1.0 / 18 : 0),
                 "variance of counts around", m);
        /* third central moment m, sixth 15 m^3 + 25 m^2 + m */
        close_to(sum3, m, 5 * sqrt((15 * m * m * m + 24 * m * m + m) / DRAWS) + 0.1 * m,
                 "third moment around", m);
        if (m < 1000 && !(sum3 > 0)) /* beyond, the skewness drowns in the draw */
            fail_msg("mean %g: third moment %g, expected above 0", m, sum3);
    }
}

/* Small means: counts against the probabilities themselves. */
static void test_poisson_frequencies(void **state)
{
    static const double means[] = { 0.05, 0.5, 1, 3, 8, 15.5 };

    (void)state;
    for (int k = 0; k < 6; k++) {
        double p = exp(-means[k]), chi2 = 0, rest = DRAWS, rest_expected = DRAWS;
        int n[96] = { 0 }, bins = 0;

        for (uint32_t i = 0; i < DRAWS; i++) {
            const bs_random r = bs_draw(8, (uint64_t)k, BS_DRAW_NOISE, i);

            n[(int)fminf(bs_poisson((float)means[k], &r), 95)]++;
        }
        for (int c = 0; c < 96; p *= means[k] / ++c) {
            const double expected = p * DRAWS;

            if (expected < 10)
                continue;
            chi2 += (n[c] - expected) * (n[c] - expected) / expected;
            rest -= n[c];
            rest_expected -= expected;
            bins++;
        }
        chi2 += rest_expected > 5 ? (rest - rest_expected) * (rest - rest_expected) / rest_expected : 0;
        if (!(chi2 <= bins + 5 * sqrt(2.0 * bins) + 5))
            fail_msg("mean %g: chi-square %g over %d counts", means[k], chi2, bins);
    }
}

/* Correlation of noise between neighbours in any of the things that it depends on. */
static void test_noise_is_independent(void **state)
{
    enum { W = 300, H = 300, N = W * H };
    static const char *const names[] = { "pixels beside", "pixels below", "channels", "samples", "seeds" };
    const bs_response resp = make(BS_RESPONSE_LINEAR, 0);
    float *light = malloc(3 * N * sizeof *light);
    uint8_t *px[3] = { malloc(3 * N), malloc(3 * N), malloc(3 * N) };

    (void)state;
    assert_true(light && px[0] && px[1] && px[2]);
    for (int i = 0; i < 3 * N; i++)
        light[i] = 0.5f;
    bs_expose(&resp, light, W, H, 200, 1, 1, 1, px[0]);
    bs_expose(&resp, light, W, H, 200, 1, 2, 1, px[1]);
    bs_expose(&resp, light, W, H, 200, 2, 1, 1, px[2]);
    for (int k = 0; k < 5; k++) {
        const uint8_t *b = px[k == 3 ? 1 : k == 4 ? 2 : 0];
        const int offset = k == 0 ? 3 : k == 1 ? 3 * W : k == 2 ? 1 : 0, n = 3 * (N - W);
        double sa = 0, sb = 0, aa = 0, bb = 0, ab = 0, c;

        for (int i = 0; i < n; i++) {
            const double u = px[0][i], v = b[i + offset];

            sa += u;
            sb += v;
            aa += u * u;
            bb += v * v;
            ab += u * v;
        }
        c = (ab - sa * sb / n) / sqrt((aa - sa * sa / n) * (bb - sb * sb / n));
        close_to(c, 0, 5 / sqrt(n), names[k], k);
    }
    for (int i = 0; i < 3; i++)
        free(px[i]);
    free(light);
}

static void test_noise_repeats(void **state)
{
    enum { W = 37, H = 23, N = W * H };
    const bs_response resp = make(BS_RESPONSE_SRGB, 0);
    float light[3 * N];
    uint8_t a[3 * N], b[3 * N], clean[3 * N];
    int differ = 0;

    (void)state;
    for (int i = 0; i < 3 * N; i++)
        light[i] = (float)i / (3 * N);
    bs_expose(&resp, light, W, H, 1000, 5, 6, 1, a);
    bs_expose(&resp, light, W, H, 1000, 5, 6, 7, b);
    bs_expose(&resp, light, W, H, 0, 5, 6, 1, clean);
    assert_memory_equal(a, b, sizeof a);
    for (int i = 0; i < 3 * N; i++)
        differ += a[i] != clean[i];
    if (differ < 3 * N / 2)
        fail_msg("noise changed only %d of %d values", differ, 3 * N);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_encode_inverts_decode),
        cmocka_unit_test(test_gamma_out_of_range),
        cmocka_unit_test(test_srgb),
        cmocka_unit_test(test_scenenet),
        cmocka_unit_test(test_average),
        cmocka_unit_test(test_philox),
        cmocka_unit_test(test_poisson_moments),
        cmocka_unit_test(test_poisson_frequencies),
        cmocka_unit_test(test_noise_is_independent),
        cmocka_unit_test(test_noise_repeats),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
