/* Exposing whole images: each instruction set against the rule for one value, at every place where they might part. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "homography/draws.h"
#include "homography/encoder.h"
#include "homography/sensor.h"
#include "homography/sensor_px.h"

static bs_response make(bs_response_kind kind, double gamma)
{
    bs_response r;

    assert_int_equal(bs_response_make(kind, gamma, &r, NULL), BS_OK);
    return r;
}

/* ---- encoding ---- */

static void encode_alike(const bs_response *r, const bs_encoder *e, const float *light, size_t n)
{
    uint8_t got[4096];

    bs_encode(e, light, n, got);
    for (size_t i = 0; i < n; i++)
        if (got[i] != bs_encode_px(r, light[i]))
            fail_msg("light %.9g of %zu is %d, expected %d", (double)light[i], n, got[i],
                     bs_encode_px(r, light[i]));
}

/* The floats up to three steps from 'x'. */
static size_t around(float x, float *out)
{
    float at = x;

    for (int i = 0; i < 3; i++)
        at = nextafterf(at, -INFINITY);
    for (size_t i = 0; i < 7; i++, at = nextafterf(at, INFINITY))
        out[i] = at;
    return 7;
}

static float float_of(uint32_t bits)
{
    float x;

    memcpy(&x, &bits, sizeof x);
    return x;
}

static void check_encoder(bs_response_kind kind, double gamma)
{
    static const float odd[] = { 0, -0.0f, -1, 1, 2, 1e30f, -1e30f, INFINITY, -INFINITY, NAN, 1e-45f };
    const bs_response r = make(kind, gamma);
    float light[4096];
    bs_encoder e;

    bs_encoder_make(&r, &e);
    for (int code = 1; code < 256; code++)
        encode_alike(&r, &e, light, around(r.bound[code], light));
    for (uint32_t key = 0; key < 0x4000; key++)
        encode_alike(&r, &e, light, around(float_of(key << 16), light));
    encode_alike(&r, &e, odd, sizeof odd / sizeof odd[0]);
    for (uint32_t i = 0; i < 500; i++) {
        for (uint32_t k = 0; k < 4096; k++)
            light[k] = float_of(bs_draw(i, 0, 0, k).v[0] & (k & 1 ? 0x3fffffff : 0xffffffff));
        encode_alike(&r, &e, light, 1 + i * 8); /* any number of them */
    }
}

static void test_encoder(void **state)
{
    static const double gammas[] = { 0.1, 0.3, 0.45, 1, 1.8, 2.2, 2.6, 10 };

    (void)state;
    for (int kind = BS_RESPONSE_AUTO; kind <= BS_RESPONSE_NONE; kind++)
        for (int g = 0; g < (kind == BS_RESPONSE_GAMMA ? 8 : 1); g++)
            check_encoder((bs_response_kind)kind, gammas[g]);
}

/* All 2^30 floats from 0 to 1 would take seconds: those with one key in sixteen, every one of them. */
static void test_encoder_every_float(void **state)
{
    const bs_response r = make(BS_RESPONSE_SRGB, 0);
    float light[4096];
    bs_encoder e;

    (void)state;
    bs_encoder_make(&r, &e);
    for (uint32_t key = 0x3905; key <= 0x3f80; key += 113)
        for (uint32_t low = 0; low < 0x10000; low += 4096) {
            for (uint32_t k = 0; k < 4096; k++)
                light[k] = float_of(key << 16 | (low + k));
            encode_alike(&r, &e, light, 4096);
        }
}

/* ---- random numbers ---- */

static void draw_alike(void (*draw)(const bs_drawing *, uint32_t, bs_draws *), const char *name)
{
    static const uint64_t numbers[] = { 0, 1, 0x123456789abcdef0u, UINT64_MAX };
    bs_draws got;

    for (int s = 0; s < 16; s++) {
        const bs_drawing d = bs_drawing_make(numbers[s / 4], numbers[s % 4]);

        for (uint32_t first = 0; first < 1u << 28; first = 3 * first + 16) {
            draw(&d, first, &got);
            for (uint32_t k = 0; k < BS_DRAWS; k++) {
                const bs_random want =
                    bs_draw(numbers[s / 4], numbers[s % 4], BS_DRAW_NOISE + k % 3, first + k / 3);

                for (int i = 0; i < 4; i++)
                    if (got.v[i][k] != want.v[i])
                        fail_msg("%s: word %d of channel %u of pixel %u: %08x, expected %08x", name, i, k % 3,
                                 first + k / 3, got.v[i][k], want.v[i]);
            }
        }
    }
}

static void test_draws(void **state)
{
    (void)state;
    draw_alike(bs_draws_plain, bs_isa_names[BS_ISA_PLAIN]);
#if BS_TARGETS
    if (bs_isa_runs(BS_ISA_AVX2))
        draw_alike(bs_draws_avx2, bs_isa_names[BS_ISA_AVX2]);
    if (bs_isa_runs(BS_ISA_AVX512))
        draw_alike(bs_draws_avx512, bs_isa_names[BS_ISA_AVX512]);
#endif
}

/* ---- images ---- */

/* An image with everything in it that a float can be, and mostly what light is. */
static float *make_light(int n_px, double brightest)
{
    static const float odd[] = { 0, -0.0f, -1, 2, 1e30f, -1e30f, INFINITY, -INFINITY, NAN, 1e-45f, 1e-20f };
    float *light = malloc(3 * (size_t)n_px * sizeof *light); /* no more: a read beyond is seen */

    assert_non_null(light);
    for (int i = 0; i < 3 * n_px; i++) {
        const double u = (double)bs_unit(bs_draw(3, 1, 0, (uint32_t)i).v[0]);

        light[i] = i % 31 == 7 ? odd[(i / 31) % 11] : (float)(brightest * u * u);
    }
    return light;
}

static void expose_alike(bs_isa isa, int w, int h, double peak, double brightest)
{
    const bs_response r = make(BS_RESPONSE_SRGB, 0);
    const size_t n = 3 * (size_t)w * (size_t)h;
    float *light = make_light(w * h, brightest);
    uint8_t *px = malloc(n + 8);

    assert_non_null(px);
    memset(px, 0xa5, n + 8);
    bs_expose_isa(isa, &r, light, w, h, peak, 11, 12, 1, px);
    for (size_t i = 0; i < n; i++) {
        const uint8_t want =
            bs_sensor_px(&r, light[i], (float)peak, 11, 12, (uint32_t)(i / 3), (uint32_t)(i % 3));

        if (px[i] != want)
            fail_msg("%s, %dx%d, peak %g: channel %zu of pixel %zu, light %.9g: %d, expected %d",
                     bs_isa_names[isa], w, h, peak, i % 3, i / 3, (double)light[i], px[i], want);
    }
    for (int i = 0; i < 8; i++)
        assert_int_equal(px[n + (size_t)i], 0xa5);
    free(px);
    free(light);
}

/* Peaks at which all, some and no counts are drawn by inversion. */
static void test_instruction_sets(void **state)
{
    static const int sizes[][2] = { { 1, 1 },   { 5, 3 },   { 16, 16 }, { 17, 15 },
                                    { 256, 3 }, { 257, 2 }, { 320, 60 } };
    static const double peaks[] = { 0, 0.01, 4, 15.9, 16, 100, 5000, 1e7 };

    (void)state;
    for (int v = 0; v < BS_ISAS; v++) {
        if (!bs_isa_runs((bs_isa)v)) {
            print_message("%s: this machine does not run it\n", bs_isa_names[v]);
            continue;
        }
        for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++)
            for (size_t p = 0; p < sizeof peaks / sizeof peaks[0]; p++) {
                expose_alike((bs_isa)v, sizes[s][0], sizes[s][1], peaks[p], 1);
                expose_alike((bs_isa)v, sizes[s][0], sizes[s][1], peaks[p], 0.01);
            }
    }
}

/* Threads share an image in pieces; what each pixel draws does not know. */
static void test_threads(void **state)
{
    enum { W = 333, H = 40, N = 3 * W * H };
    const bs_response r = make(BS_RESPONSE_SCENENET, 0);
    uint8_t *one = malloc(N), *many = malloc(N);
    float *light = make_light(W * H, 1), *back[2] = { malloc(N * sizeof(float)), malloc(N * sizeof(float)) };

    (void)state;
    assert_true(one && many && back[0] && back[1]);
    bs_expose(&r, light, W, H, 300, 1, 2, 1, one);
    bs_expose(&r, light, W, H, 300, 1, 2, 5, many);
    assert_memory_equal(one, many, N);
    bs_decode(&r, one, N, 1, back[0]);
    bs_decode(&r, one, N, 5, back[1]);
    assert_memory_equal(back[0], back[1], N * sizeof(float));
    for (int i = 0; i < N; i++)
        assert_true(back[0][i] == r.light[one[i]]);
    free(one);
    free(many);
    free(light);
    free(back[0]);
    free(back[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_encoder), cmocka_unit_test(test_encoder_every_float),
        cmocka_unit_test(test_draws),   cmocka_unit_test(test_instruction_sets),
        cmocka_unit_test(test_threads),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
