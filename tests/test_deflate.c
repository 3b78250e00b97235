/* Compressed bytes: zlib reads them back, and they hang on nothing but data and level. */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <malloc.h>
#include <string.h>
#include <sys/mman.h>
#include <zlib.h>

#include "gen/deflate.h"

enum { NOISE, ONE_VALUE, FEW_VALUES, MOSTLY_ONE, PERIODIC, KINDS, MOST = 3000000 };

static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

static void fill(int kind, uint32_t seed, uint8_t *data, size_t n)
{
    const uint32_t first = next_random(&seed);

    for (size_t i = 0; i < n; i++) {
        const uint32_t r = next_random(&seed);

        switch (kind) {
        case NOISE:
            data[i] = (uint8_t)r;
            break;
        case ONE_VALUE:
            data[i] = 0x4d;
            break;
        case FEW_VALUES:
            data[i] = (uint8_t)(r % (2 + first % 40));
            break;
        case MOSTLY_ONE:
            data[i] = r % 9 ? 77 : 0;
            break;
        default:
            data[i] = (uint8_t)(i % (1 + first % 5) * 61);
        }
    }
}

static void expect_back(const bs_bytes *stream, const uint8_t *data, size_t n)
{
    static uint8_t back[MOST];
    uLongf n_back = sizeof back;

    assert_int_equal(uncompress(back, &n_back, stream->data, stream->n), Z_OK);
    assert_int_equal(n_back, n);
    assert_memory_equal(back, data, n);
}

/* Every level, sizes around what is flushed alone and what makes a block, behind other bytes. */
static void test_round_trip(void **state)
{
    static const size_t sizes[] = { 1, 2, 3, 15, 16, 17, 18, 24, 31, 32, 33, 300, 4096, 70000, MOST };
    static uint8_t data[MOST];
    bs_deflater kept = { 0 };
    bs_bytes stream = { 0 }, again = { 0 };

    (void)state;
    for (int kind = 0; kind < KINDS; kind++) {
        fill(kind, 1 + (uint32_t)kind, data, MOST);
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
            for (int level = 0; level < (sizes[i] < MOST ? 10 : 2); level++) {
                bs_deflater fresh = { 0 };

                stream.n = again.n = 0;
                assert_int_equal(bs_deflate(&fresh, data, sizes[i], level, &stream, NULL), BS_OK);
                expect_back(&stream, data, sizes[i]);
                assert_int_equal(bs_bytes_append(&again, "before", 6, NULL), BS_OK);
                assert_int_equal(bs_deflate(&kept, data, sizes[i], level, &again, NULL), BS_OK);
                assert_int_equal(again.n, stream.n + 6);
                assert_memory_equal(again.data, "before", 6);
                assert_memory_equal(again.data + 6, stream.data, stream.n);
                bs_deflater_free(&fresh);
            }
    }
    bs_deflater_free(&kept);
    assert_true(!kept.fast && !kept.careful);
    bs_bytes_free(&stream);
    bs_bytes_free(&again);
}

/* Short streams at level 1 from memory at ever other addresses: of 40 000 without care about 10 differ. */
static void test_addresses(void **state)
{
    bs_deflater kept = { 0 };
    bs_bytes stream = { 0 }, again = { 0 };
    uint32_t seed = 7;

    (void)state;
    mallopt(M_MMAP_THRESHOLD, 1 << 16); /* a deflater's memory lies wherever a mapping does */
    for (int i = 0; i < 40000; i++) {
        const size_t n = 1 + next_random(&seed) % 600, n_gap = (size_t)(next_random(&seed) % 4096 + 1) << 16;
        void *gap = mmap(NULL, n_gap, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        bs_deflater fresh = { 0 };
        uint8_t data[600];

        assert_true(gap != MAP_FAILED);
        fill((int)(next_random(&seed) % KINDS), seed, data, n);
        stream.n = again.n = 0;
        assert_int_equal(bs_deflate(&kept, data, n, 1, &stream, NULL), BS_OK);
        assert_int_equal(bs_deflate(&fresh, data, n, 1, &again, NULL), BS_OK);
        assert_int_equal(again.n, stream.n);
        assert_memory_equal(again.data, stream.data, stream.n);
        expect_back(&stream, data, n);
        bs_deflater_free(&fresh);
        munmap(gap, n_gap);
    }
    bs_deflater_free(&kept);
    bs_bytes_free(&stream);
    bs_bytes_free(&again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_addresses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
