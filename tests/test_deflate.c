/* Huffman codes, and streams of literals and runs as zlib reads them back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <zlib.h>

#include "gen/deflate.h"
#include "gen/huffman.h"

static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/* Bits that Huffman's code takes: each merge of the two rarest costs their sum. */
static uint64_t fewest_bits(const uint32_t *count, int n)
{
    uint64_t rest[BS_HUFFMAN_MAX], bits = 0;
    int k = 0;

    for (int i = 0; i < n; i++)
        if (count[i])
            rest[k++] = count[i];
    for (; k > 1; k--) {
        for (int place = k - 1; place >= k - 2; place--) { /* the rarest last, then the next */
            int least = 0;

            for (int i = 1; i <= place; i++)
                least = rest[i] < rest[least] ? i : least;
            const uint64_t swap = rest[place];
            rest[place] = rest[least];
            rest[least] = swap;
        }
        rest[k - 2] += rest[k - 1];
        bits += rest[k - 2];
    }
    return bits;
}

/* Complete, none longer than the limit, exactly those used; returns the bits all symbols take. */
static uint64_t check_codes(const uint32_t *count, int n, int limit)
{
    bs_code code[BS_HUFFMAN_MAX];
    uint64_t bits = 0, room = 0;
    int used = 0, coded = 0;

    bs_huffman_make(count, n, limit, code);
    for (int i = 0; i < n; i++) {
        assert_true(code[i].bits <= limit);
        if (count[i] && !code[i].bits)
            fail_msg("symbol %d has no code", i);
        used += count[i] != 0;
        coded += code[i].bits != 0;
        bits += (uint64_t)count[i] * code[i].bits;
        room += code[i].bits ? 1u << (15 - code[i].bits) : 0;
        for (int k = 0; k < i; k++) { /* no code begins another */
            const int shorter = code[i].bits < code[k].bits ? code[i].bits : code[k].bits;

            if (shorter && ((code[i].code ^ code[k].code) & ((1u << shorter) - 1)) == 0)
                fail_msg("symbols %d and %d are not told apart", k, i);
        }
    }
    assert_int_equal(room, 1 << 15);
    assert_int_equal(coded, used < 2 ? 2 : used);
    return bits;
}

static void codes_are_shortest(void **state)
{
    uint32_t count[BS_HUFFMAN_MAX], seed = 1;

    (void)state;
    for (int round = 0; round < 200; round++) {
        const int n = 2 + (int)(next_random(&seed) % (BS_HUFFMAN_MAX - 1));

        for (int i = 0; i < n; i++)
            count[i] = next_random(&seed) % 4 ? next_random(&seed) % (1u << round % 10) : 0;
        count[0] = count[1] = 1;
        assert_true(check_codes(count, n, 15) == fewest_bits(count, n));
    }
}

/* Fibonacci's numbers make the longest codes there are. */
static void the_limit_holds(void **state)
{
    uint32_t count[30] = { 1, 1 };
    uint64_t free_bits, bits;

    (void)state;
    for (int i = 2; i < 30; i++)
        count[i] = count[i - 1] + count[i - 2];
    free_bits = fewest_bits(count, 30);
    bits = check_codes(count, 30, 15);
    assert_true(bits > free_bits && (double)bits < 1.01 * (double)free_bits);
    check_codes(count, 19, 7);
}

static void few_symbols_are_a_code(void **state)
{
    uint32_t count[40] = { 0 };

    (void)state;
    check_codes(count, 40, 15);
    count[0] = 5;
    check_codes(count, 40, 15);
    count[0] = 0;
    count[39] = 5;
    check_codes(count, 40, 15);
    count[1] = 7;
    check_codes(count, 40, 15);
}

/* Compresses in blocks of 'cut' bytes and has zlib read it; returns the size. */
static size_t round_trip(const uint8_t *data, size_t n, size_t cut, int stored)
{
    static uint8_t back[300000];
    bs_deflate d = { 0 };
    bs_bytes out = { 0 };
    uLongf n_back = sizeof back;
    size_t size;

    for (size_t at = 0; at < n; at += cut)
        assert_int_equal(
            bs_deflate_block(&d, data + at, n - at < cut ? n - at : cut, stored, at + cut >= n, &out, NULL),
            0);
    assert_int_equal(uncompress(back, &n_back, out.data, out.n), Z_OK);
    assert_int_equal(n_back, n);
    assert_memory_equal(back, data, n);
    size = out.n;
    bs_bytes_free(&out);
    return size;
}

static void zlib_reads_it_back(void **state)
{
    static const size_t sizes[] = { 1, 2, 3, 4, 5, 6, 258, 259, 260, 261, 263, 1000, 65535, 65536, 200000 };
    static const size_t cuts[] = { 1, 7, 65535 };
    static uint8_t data[200000];
    uint32_t seed = 3;

    (void)state;
    for (int kind = 0; kind < 5; kind++) {
        for (size_t i = 0; i < sizeof data;) { /* noise, one value, two, runs of any length, skewed noise */
            const uint32_t r = next_random(&seed);
            size_t run = kind == 3 ? 1 + next_random(&seed) % 600 : 1;

            for (; run && i < sizeof data; run--, i++)
                data[i] = (uint8_t)(kind == 0   ? r
                                    : kind == 1 ? 77
                                    : kind == 2 ? r & 1
                                    : kind == 3 ? r
                                                : (r & r >> 8 & r >> 5));
        }
        for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
            for (int c = 0; c < 3; c++)
                if (cuts[c] > 1 || sizes[s] <= 1000)
                    for (int stored = 0; stored < 2; stored++)
                        round_trip(data, sizes[s], cuts[c], stored);
    }
}

static void codes_too_long_for_deflate(void **state)
{
    static uint8_t data[65535];
    uint32_t a = 1, b = 1, seed = 5;
    size_t n = 0;

    (void)state;
    for (int value = 0; n < sizeof data; value++) {
        const uint32_t sum = a + b;

        for (uint32_t k = 0; k < a && n < sizeof data; k++)
            data[n++] = (uint8_t)value;
        a = b;
        b = sum;
    }
    for (size_t i = n - 1; i; i--) { /* shuffled, or all would be runs */
        const size_t k = next_random(&seed) % (i + 1);
        const uint8_t swap = data[i];

        data[i] = data[k];
        data[k] = swap;
    }
    round_trip(data, n, n, 0);
}

static void sizes_are_what_they_should_be(void **state)
{
    static uint8_t data[65535];
    uint32_t seed = 9;

    (void)state;
    assert_true(round_trip(data, sizeof data, sizeof data, 0) < 150); /* 255 runs of three bits */
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (uint8_t)next_random(&seed);
    assert_int_equal(round_trip(data, sizeof data, sizeof data, 0), 65535 + 2 + 5 + 4); /* noise: stored */
    for (size_t i = 0; i < sizeof data; i++)
        data[i] &= 15;
    assert_true(round_trip(data, sizeof data, sizeof data, 0) < 65535 / 2 + 1000); /* four bits, some five */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes_are_shortest),         cmocka_unit_test(the_limit_holds),
        cmocka_unit_test(few_symbols_are_a_code),     cmocka_unit_test(zlib_reads_it_back),
        cmocka_unit_test(codes_too_long_for_deflate), cmocka_unit_test(sizes_are_what_they_should_be),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
