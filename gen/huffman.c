#include "gen/huffman.h"

#include <assert.h>
#include <string.h>

/* A count and its symbol in one number, so that equal counts have an order. */
#define SYMBOL_BITS 9
#define SYMBOL_MASK ((1u << SYMBOL_BITS) - 1)

/* By count, then by symbol, ascending: a byte of the count at a time. */
static void sort(uint32_t *key, int n)
{
    uint32_t other[BS_HUFFMAN_MAX], *from = key, *to = other;

    for (int shift = SYMBOL_BITS; shift < 32; shift += 8) {
        int at[257] = { 0 };
        uint32_t *swap = from;

        for (int i = 0; i < n; i++)
            at[(from[i] >> shift & 255) + 1]++;
        for (int i = 0; i < 256; i++)
            at[i + 1] += at[i];
        for (int i = 0; i < n; i++)
            to[at[from[i] >> shift & 255]++] = from[i];
        from = to;
        to = swap;
    }
    if (from != key)
        memcpy(key, from, (size_t)n * sizeof *key);
}

/*
 * Lengths of the codes for ascending counts, in place, the longest first [Moffat, Katajainen: In-place
 * calculation of minimum-redundancy codes, 1995].  Returns the longest.
 */
static int find_lengths(uint32_t *a, int n)
{
    int root = 0, leaf = 2, free_nodes = 1, used = 0;
    uint32_t depth = 0;

    a[0] += a[1]; /* counts become sums, and each node that is used up the index of its parent */
    for (int next = 1; next < n - 1; next++) {
        if (leaf >= n || a[root] < a[leaf]) {
            a[next] = a[root];
            a[root++] = (uint32_t)next;
        } else {
            a[next] = a[leaf++];
        }
        if (leaf >= n || (root < next && a[root] < a[leaf])) {
            a[next] += a[root];
            a[root++] = (uint32_t)next;
        } else {
            a[next] += a[leaf++];
        }
    }
    a[n - 2] = 0; /* parents become depths */
    for (int next = n - 3; next >= 0; next--)
        a[next] = a[a[next]] + 1;
    root = n - 2; /* and depths of nodes those of leaves */
    for (int next = n - 1; free_nodes > 0; depth++) {
        for (; root >= 0 && a[root] == depth; root--)
            used++;
        for (; free_nodes > used; free_nodes--)
            a[next--] = depth;
        free_nodes = 2 * used;
        used = 0;
    }
    return (int)a[0];
}

static uint16_t reversed(uint32_t code, int bits)
{
    uint32_t r = 0;

    for (; bits > 0; bits--, code >>= 1)
        r = r << 1 | (code & 1);
    return (uint16_t)r;
}

/* Codes of one length follow each other in the order of their symbols. */
static void assign(bs_code *codes, int n)
{
    uint32_t next = 0;

    for (int bits = 1; bits < 16; bits++, next <<= 1)
        for (int s = 0; s < n; s++)
            if (codes[s].bits == bits)
                codes[s].code = reversed(next++, bits);
}

void bs_huffman_make(const uint32_t *count, int n, int limit, bs_code *codes)
{
    uint32_t key[BS_HUFFMAN_MAX], length[BS_HUFFMAN_MAX];
    int used = 0, longest;

    assert(n >= 2 && n <= BS_HUFFMAN_MAX && limit <= 15 && 1 << limit >= 2 * n);
    for (int s = 0; s < n; s++) {
        codes[s] = (bs_code){ 0 };
        if (count[s])
            key[used++] = count[s] << SYMBOL_BITS | (uint32_t)s;
    }
    for (int s = 0; used < 2; s++)
        if (!used || (key[0] & SYMBOL_MASK) != (uint32_t)s)
            key[used++] = 1u << SYMBOL_BITS | (uint32_t)s;
    sort(key, used);
    for (int halvings = 0;; halvings++) { /* counts that differ less need shorter codes; the order stays */
        for (int i = 0; i < used; i++)
            length[i] = ((key[i] >> SYMBOL_BITS) + (1u << halvings) - 1) >> halvings;
        longest = find_lengths(length, used);
        if (longest <= limit)
            break;
    }
    for (int i = 0; i < used; i++)
        codes[key[i] & SYMBOL_MASK].bits = (uint16_t)length[i];
    assign(codes, n);
}
