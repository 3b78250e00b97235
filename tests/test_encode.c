/* The bytes of npy, .flo and KITTI files, field by field. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "gen/encode.h"
#include "tests/read_png.h"

static void check_npy_header(const bs_bytes *b, size_t n_before, const char *dict)
{
    const uint8_t *h = b->data + n_before;
    const size_t n = h[8] + 256u * h[9];

    assert_memory_equal(h, "\x93NUMPY\1\0", 8);
    assert_int_equal((10 + n) % 64, 0);
    assert_memory_equal(h + 10, dict, strlen(dict));
    for (size_t i = 10 + strlen(dict); i < 10 + n - 1; i++)
        assert_int_equal(h[i], ' ');
    assert_int_equal(h[10 + n - 1], '\n');
    assert_int_equal(10 + n, 128);
}

static void test_npy_f32(void **state)
{
    static float px[240 * 320 * 2];
    bs_bytes b = { 0 };

    (void)state;
    for (size_t i = 0; i < 240 * 320 * 2; i++)
        px[i] = (float)i * 0.37f - 9000.0f;
    px[5] = NAN;
    assert_int_equal(bs_encode_npy_f32(px, 320, 240, 2, &b, NULL), BS_OK);
    check_npy_header(&b, 0, "{'descr': '<f4', 'fortran_order': False, 'shape': (240, 320, 2), }");
    assert_int_equal(b.n, 128 + sizeof px);
    assert_memory_equal(b.data + 128, px, sizeof px);
    b.n = 3; /* appending to something */
    assert_int_equal(bs_encode_npy_f32(px, 16384, 1, 1, &b, NULL), BS_OK);
    check_npy_header(&b, 3, "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 16384), }");
    assert_int_equal(b.n, 3 + 128 + 16384 * 4);
    assert_memory_equal(b.data + 3 + 128, px, 16384 * 4);
    bs_bytes_free(&b);
}

static void test_npy_f16(void **state)
{
    static const struct {
        float f;
        uint16_t half;
    } known[] = {
        { 0.0f, 0x0000 },        { -0.0f, 0x8000 },           { 1.0f, 0x3c00 },
        { -2.0f, 0xc000 },       { 0.333251953125f, 0x3555 }, { 1.0f / 3.0f, 0x3555 },
        { 0x1.002p0f, 0x3c00 },  { 0x1.006p0f, 0x3c02 },      { 0x1.002002p0f, 0x3c01 }, /* ties and above */
        { 65504.0f, 0x7bff },    { 65519.996f, 0x7bff },      { 65520.0f, 0x7c00 },
        { -1e6f, 0xfc00 },       { FLT_MAX, 0x7c00 },         { INFINITY, 0x7c00 },
        { 0x1p-14f, 0x0400 },    { 0x1.ff8p-15f, 0x03ff },    { 0x1.ffcp-15f, 0x0400 }, /* subnormal */
        { 0x1p-24f, 0x0001 },    { 0x1p-25f, 0x0000 },        { 0x1.000002p-25f, 0x0001 },
        { -0x1.8p-24f, 0x8002 }, { 0x1.4p-23f, 0x0002 },      { FLT_MIN, 0x0000 },
        { 0x1.ffffp0f, 0x4000 }, { -FLT_TRUE_MIN, 0x8000 },
    };
    enum { N = sizeof known / sizeof *known };
    static float px[5000];
    uint16_t half;
    bs_bytes b = { 0 };

    (void)state;
    for (int i = 0; i < 5000; i++)
        px[i] = i % 50 < N ? known[i % 50].f : NAN;
    assert_int_equal(bs_encode_npy_f16(px, 25, 100, 2, &b, NULL), BS_OK);
    check_npy_header(&b, 0, "{'descr': '<f2', 'fortran_order': False, 'shape': (100, 25, 2), }");
    assert_int_equal(b.n, 128 + 5000 * 2);
    for (size_t i = 0; i < 5000; i++) {
        memcpy(&half, b.data + 128 + 2 * i, 2);
        if (isnan(px[i]))
            assert_true((half & 0x7c00) == 0x7c00 && (half & 0x3ff));
        else if (half != known[i % 50].half)
            fail_msg("%.9g became 0x%04x, not 0x%04x", (double)px[i], half, known[i % 50].half);
    }
    bs_bytes_free(&b);
}

static void test_flo(void **state)
{
    static float uv[40 * 50 * 2];
    float got[40 * 50 * 2], magic;
    int32_t size[2];
    bs_bytes b = { 0 };

    (void)state;
    for (int i = 0; i < 40 * 50 * 2; i++)
        uv[i] = (float)i * 0.01f - 7.0f;
    uv[2 * 3] = NAN;      /* u of pixel 3 */
    uv[2 * 77 + 1] = NAN; /* v of pixel 77 */
    assert_int_equal(bs_encode_flo(uv, 50, 40, &b, NULL), BS_OK);
    assert_int_equal(b.n, 12 + sizeof uv);
    assert_memory_equal(b.data, "PIEH", 4);
    memcpy(&magic, b.data, 4);
    assert_true(magic == 202021.25f);
    memcpy(size, b.data + 4, 8);
    assert_int_equal(size[0], 50);
    assert_int_equal(size[1], 40);
    memcpy(got, b.data + 12, sizeof got);
    for (int i = 0; i < 40 * 50 * 2; i++)
        assert_true(got[i] == (i / 2 == 3 || i / 2 == 77 ? 1e10f : uv[i]));
    bs_bytes_free(&b);
}

static void test_kitti(void **state)
{
    static const struct {
        float u, v;
        uint16_t rgb[3];
    } known[] = {
        { 0.0f, 0.0f, { 32768, 32768, 1 } },
        { 1.0f, -1.0f, { 32832, 32704, 1 } },
        { 0.0078f, -0.0078f, { 32768, 32768, 1 } },       /* just below half a step */
        { 0.0079f, -0.0079f, { 32769, 32767, 1 } },       /* and just above */
        { 0.0078125f, -0.0078125f, { 32769, 32768, 1 } }, /* halves go up */
        { -512.0f, 511.984375f, { 0, 65535, 1 } },        /* both ends */
        { 511.99f, 0.0f, { 65535, 32768, 1 } },
        { 511.993f, 0.0f, { 0, 0, 0 } }, /* would be 65536 */
        { 512.0f, 0.0f, { 0, 0, 0 } },
        { 0.0f, -512.001f, { 0, 0, 0 } },
        { NAN, 0.0f, { 0, 0, 0 } },
        { 0.0f, NAN, { 0, 0, 0 } },
        { INFINITY, -INFINITY, { 0, 0, 0 } },
        { 1e30f, -1e30f, { 0, 0, 0 } },
    };
    enum { N = sizeof known / sizeof *known };
    float uv[2 * N];
    uint16_t want[3 * N];
    bs_bytes b = { 0 };

    (void)state;
    for (int i = 0; i < N; i++) {
        uv[2 * i] = known[i].u;
        uv[2 * i + 1] = known[i].v;
        memcpy(want + 3 * i, known[i].rgb, sizeof known[i].rgb);
    }
    assert_int_equal(bs_encode_kitti(uv, N / 2, 2, 1, NULL, &b, NULL), BS_OK);
    read_png_expect(&b, want, N / 2, 2, 3, 16);
    bs_bytes_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_npy_f32),
        cmocka_unit_test(test_npy_f16),
        cmocka_unit_test(test_flo),
        cmocka_unit_test(test_kitti),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
