/* PNG files as libpng reads them back: any pixels, sizes and levels. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "gen/encode.h"
#include "tests/read_png.h"

#define MAX_SAMPLES (700 * 500 * 3)

enum { NOISE, ONE_VALUE, TWO_VALUES, RUNS, SKEWED, SMOOTH, KINDS };

static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

static void fill(int kind, uint32_t seed, uint16_t *px, size_t n)
{
    uint32_t left = 0;

    for (size_t i = 0; i < n; i++) {
        const uint32_t r = next_random(&seed);

        switch (kind) {
        case NOISE:
            px[i] = (uint16_t)r;
            break;
        case ONE_VALUE:
            px[i] = 0x4d4d;
            break;
        case TWO_VALUES:
            px[i] = r & 64 ? 0xffff : 0;
            break;
        case RUNS:
            px[i] = left && i ? px[i - 1] : (uint16_t)r;
            left = left ? left - 1 : r % 600;
            break;
        case SKEWED: /* mostly zeros: long codes */
            px[i] = (uint16_t)(r & r >> 8 & r >> 5);
            break;
        default:
            px[i] = (uint16_t)(i / 3 % 1000 * 11 + (r & 7));
        }
    }
}

static void encode_any(const uint16_t *px, const int *size, int channels, int bits, int level,
                       bs_png_scratch *scratch, bs_bytes *out)
{
    const uint8_t *px8 = (const uint8_t *)px;
    const int rc = bits == 16 ? bs_encode_png16(px, size[0], size[1], channels, level, scratch, out, NULL)
                              : bs_encode_png8(px8, size[0], size[1], channels, level, scratch, out, NULL);

    assert_int_equal(rc, BS_OK);
}

/* Reads back what it writes, and writes the same behind other bytes with memory that was used before. */
static void check(const uint16_t *px, const int *size, int channels, int bits, int level,
                  bs_png_scratch *kept)
{
    bs_bytes b = { 0 }, again = { 0 };

    encode_any(px, size, channels, bits, level, NULL, &b);
    read_png_expect(&b, px, (unsigned)size[0], (unsigned)size[1], channels, bits);
    bs_bytes_append(&again, "before", 6, NULL);
    encode_any(px, size, channels, bits, level, kept, &again);
    assert_int_equal(again.n, b.n + 6);
    assert_memory_equal(again.data, "before", 6);
    assert_memory_equal(again.data + 6, b.data, b.n);
    bs_bytes_free(&b);
    bs_bytes_free(&again);
}

static void test_round_trip(void **state)
{
    static const int sizes[][2] = { { 1, 1 }, { 2, 3 }, { 31, 17 }, { 700, 1 }, { 1, 99 }, { 33, 9 } };
    static const int large[] = { 700, 500 };
    static uint16_t px[MAX_SAMPLES];
    bs_png_scratch kept = { 0 };

    (void)state;
    for (int kind = 0; kind < KINDS; kind++) {
        fill(kind, 1 + (uint32_t)kind, px, MAX_SAMPLES);
        for (int format = 0; format < 4; format++) {
            const int channels = format & 1 ? 3 : 1, bits = format & 2 ? 16 : 8;

            for (int level = 0; level < 10; level++)
                for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
                    check(px, sizes[s], channels, bits, level, &kept);
            for (int level = 0; level < 2; level++)
                check(px, large, channels, bits, level, &kept);
        }
    }
    bs_png_scratch_free(&kept);
    assert_true(!kept.deflater.fast && !kept.deflater.careful);
    bs_png_scratch_free(&kept);
}

/* Noise is stored; what is flat shrinks to nothing; what is smooth at least by half; more takes less. */
static void test_sizes(void **state)
{
    static const int size[] = { 300, 200 };
    static const size_t n = 300 * 200;
    static uint16_t px[300 * 200 * 3];
    bs_png_scratch kept = { 0 };
    bs_bytes b = { 0 };

    (void)state;
    for (int kind = 0; kind < KINDS; kind++) {
        fill(kind, 5, px, 3 * n);
        for (int format = 0; format < 4; format++) {
            const int channels = format & 1 ? 3 : 1, bits = format & 2 ? 16 : 8;
            const size_t n_px = n * (size_t)channels * (size_t)(bits / 8);
            size_t at[3];

            for (int i = 0; i < 3; i++) {
                b.n = 0;
                encode_any(px, size, channels, bits, (const int[]){ 0, 1, 9 }[i], &kept, &b);
                at[i] = b.n;
            }
            assert_in_range(at[0], n_px, n_px + 600);
            assert_true(at[1] <= at[0] && at[2] <= at[1]);
            if (kind == NOISE)
                assert_true(at[2] >= n_px);
            if (kind == ONE_VALUE)
                assert_true(at[1] < n_px / 50);
            if (kind == SMOOTH && bits == 16)
                assert_true(at[1] < n_px / 2);
        }
    }
    bs_bytes_free(&b);
    bs_png_scratch_free(&kept);
}

static void test_chunks(void **state)
{
    static uint8_t px[300 * 300 * 3];
    bs_bytes b = { 0 };
    size_t at = 8, n_idat = 0;

    (void)state;
    for (size_t i = 0; i < sizeof px; i++)
        px[i] = (uint8_t)(i * i >> 7);
    assert_int_equal(bs_encode_png8(px, 300, 300, 3, 1, NULL, &b, NULL), BS_OK);
    assert_memory_equal(b.data + 12, "IHDR", 4);
    for (at = 33; memcmp(b.data + at + 4, "IDAT", 4) == 0; n_idat++)
        at += 12 + ((size_t)b.data[at + 1] << 16 | (size_t)b.data[at + 2] << 8 | b.data[at + 3]);
    assert_true(n_idat > 0);
    assert_memory_equal(b.data + at, "\0\0\0\0IEND\xae\x42\x60\x82", 12);
    assert_int_equal(b.n, at + 12);
    bs_bytes_free(&b);
}

static void expect_wrong(int rc, bs_err *err, const bs_bytes *b, const char *text)
{
    assert_int_equal(rc, BS_EINVAL);
    assert_non_null(strstr(err->text, text));
    assert_true(b->n == 0);
    *err = (bs_err){ 0 };
}

static void test_wrong_arguments(void **state)
{
    const uint8_t px[12] = { 0 };
    bs_bytes b = { 0 };
    bs_err err = { 0 };

    (void)state;
    expect_wrong(bs_encode_png8(px, 2, 2, 3, 10, NULL, &b, &err), &err, &b, "level 10");
    expect_wrong(bs_encode_png8(px, 2, 2, 3, -1, NULL, &b, &err), &err, &b, "level -1");
    expect_wrong(bs_encode_png8(px, 2, 2, 2, 1, NULL, &b, &err), &err, &b, "2 channels");
    expect_wrong(bs_encode_png8(px, 0, 2, 3, 1, NULL, &b, &err), &err, &b, "0x2");
    expect_wrong(bs_encode_png8(px, 2, 16385, 3, 1, NULL, &b, &err), &err, &b, "2x16385");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_chunks),
        cmocka_unit_test(test_wrong_arguments),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
