#include "gen/deflate.h"

#include <assert.h>
#include <string.h>

#include <zlib.h>

#include "gen/huffman.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "bits are written as a number lies in memory");

#define MIN_RUN 4 /* with fewer, the run's own code costs what the literals would */
#define MAX_RUN 258
#define MAX_BITS 14 /* of a code: one less than deflate allows, so that four fit between flushes */
#define END_OF_BLOCK 256
#define N_SYMBOLS 286 /* literals, end, lengths of runs */
#define N_LENGTHS 19  /* symbols in which the codes themselves are told */

/* Bytes that stand for themselves, and then how often the last of them is repeated. */
typedef struct stretch {
    uint16_t literals, run;
} stretch;

/* One block, parsed. */
typedef struct block {
    stretch s[BS_DEFLATE_BLOCK / MIN_RUN + 1];
    size_t n;
    uint32_t count[N_SYMBOLS + 2];
    bs_code code[N_SYMBOLS + 2];
} block;

/* Where bits go; memory is there. */
typedef struct writer {
    uint8_t *to;
    uint64_t bits;
    int n_bits;
} writer;

/* At most 63 bits may wait for it: 7 of the last byte, and four codes. */
static inline void flush(writer *w)
{
    memcpy(w->to, &w->bits, 8);
    w->to += w->n_bits >> 3;
    w->bits >>= w->n_bits & ~7;
    w->n_bits &= 7;
}

static inline void add(writer *w, uint32_t value, int bits)
{
    w->bits |= (uint64_t)value << w->n_bits;
    w->n_bits += bits;
}

static inline void put(writer *w, uint32_t value, int bits)
{
    add(w, value, bits);
    flush(w);
}

/* The symbol for a run of 4 to 258, its extra bits and their value (RFC 1951, 3.2.5). */
static int run_symbol(int run, int *extra, uint32_t *value)
{
    const int v = run - 3;
    int e = 0;

    if (run == MAX_RUN) {
        *extra = 0;
        *value = 0;
        return 285;
    }
    while (v >> (e + 3))
        e++;
    *extra = e;
    *value = (uint32_t)v & ((1u << e) - 1);
    return 257 + 4 * e + (v >> e);
}

static size_t run_length(const uint8_t *p, size_t max)
{
    size_t n = 0;

    while (n + 8 <= max && !memcmp(p + n, p + n - 1, 8))
        n += 8;
    while (n < max && p[n] == p[n - 1])
        n++;
    return n;
}

/* Cuts the data into stretches and counts what they are told in.  Four counts at a time: the same byte comes
 * so often that one would wait for the other. */
static void parse(const uint8_t *data, size_t n, block *b)
{
    uint32_t count[4][256] = { { 0 } };
    size_t first = 0, i = 1;

    b->n = 0;
    memset(b->count, 0, sizeof b->count);
    count[0][data[0]]++;
    while (i < n) {
        size_t run;
        uint32_t value;
        int extra;

        /* Any run of four that begins at one of the next four bytes has the last of them in it. */
        if (i + 4 <= n && data[i + 3] != data[i + 2]) {
            for (int k = 0; k < 4; k++)
                count[k][data[i + (size_t)k]]++;
            i += 4;
            continue;
        }
        if (i + MIN_RUN > n || memcmp(data + i, data + i - 1, MIN_RUN)) {
            count[i & 3][data[i]]++;
            i++;
            continue;
        }
        run = run_length(data + i, n - i < MAX_RUN ? n - i : MAX_RUN);
        b->count[run_symbol((int)run, &extra, &value)]++;
        b->s[b->n++] = (stretch){ (uint16_t)(i - first), (uint16_t)run };
        i += run;
        first = i;
    }
    b->s[b->n++] = (stretch){ (uint16_t)(n - first), 0 };
    for (int k = 0; k < 256; k++)
        b->count[k] = count[0][k] + count[1][k] + count[2][k] + count[3][k];
    b->count[END_OF_BLOCK] = 1;
}

/* The codes' lengths as a block tells them: zeros in runs, the rest one by one. */
typedef struct told {
    uint8_t symbol[N_SYMBOLS + 1], zeros[N_SYMBOLS + 1]; /* zeros: of symbols 17 (3 to 10) and 18 (more) */
    int n, n_main;                                       /* n_main: symbols of the main code that are told */
    uint32_t count[N_LENGTHS];
    bs_code code[N_LENGTHS];
} told;

static void tell(told *t, int symbol, int zeros)
{
    t->symbol[t->n] = (uint8_t)symbol;
    t->zeros[t->n++] = (uint8_t)zeros;
    t->count[symbol]++;
}

static void tell_zeros(told *t, int zeros)
{
    while (zeros) {
        const int part = zeros < 3 ? 1 : zeros < 138 ? zeros : 138;

        tell(t, part < 3 ? 0 : part < 11 ? 17 : 18, part);
        zeros -= part;
    }
}

static void tell_codes(const bs_code *code, told *t)
{
    int zeros = 0;

    *t = (told){ .n_main = N_SYMBOLS };
    while (!code[t->n_main - 1].bits)
        t->n_main--;
    for (int s = 0; s < t->n_main; s++) {
        zeros += !code[s].bits;
        if (!code[s].bits)
            continue;
        tell_zeros(t, zeros);
        tell(t, code[s].bits, 0);
        zeros = 0;
    }
    tell(t, 1, 0); /* the only distance: 1, in one bit */
    bs_huffman_make(t->count, N_LENGTHS, 7, t->code);
}

static void put_codes(const told *t, writer *w)
{
    static const uint8_t order[N_LENGTHS] = {
        16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15
    };

    put(w, (uint32_t)t->n_main - 257, 5);
    put(w, 0, 5);
    put(w, N_LENGTHS - 4, 4);
    for (int i = 0; i < N_LENGTHS; i++)
        put(w, t->code[order[i]].bits, 3);
    for (int i = 0; i < t->n; i++) {
        const int symbol = t->symbol[i];

        add(w, t->code[symbol].code, t->code[symbol].bits);
        if (symbol == 17)
            add(w, t->zeros[i] - 3u, 3);
        else if (symbol == 18)
            add(w, t->zeros[i] - 11u, 7);
        flush(w);
    }
}

static void put_literals(const bs_code *code, const uint8_t *p, size_t n, writer *w)
{
    for (; n >= 4; n -= 4, p += 4) {
        for (int k = 0; k < 4; k++)
            add(w, code[p[k]].code, code[p[k]].bits);
        flush(w);
    }
    for (; n; n--, p++)
        put(w, code[*p].code, code[*p].bits);
}

static void put_coded(const uint8_t *data, const block *b, const told *t, writer *w)
{
    put(w, 2, 2);
    put_codes(t, w);
    for (size_t i = 0; i < b->n; i++) {
        const stretch *s = &b->s[i];
        uint32_t value;
        int extra, symbol;

        put_literals(b->code, data, s->literals, w);
        data += s->literals + s->run;
        if (!s->run)
            continue;
        symbol = run_symbol(s->run, &extra, &value);
        add(w, b->code[symbol].code, b->code[symbol].bits);
        add(w, value, extra + 1); /* and the distance, whose bit is 0 */
        flush(w);
    }
    put(w, b->code[END_OF_BLOCK].code, b->code[END_OF_BLOCK].bits);
}

static void put_stored(const uint8_t *data, size_t n, writer *w)
{
    put(w, 0, 2);
    put(w, 0, -w->n_bits & 7);
    put(w, (uint32_t)n | ((uint32_t)n ^ 0xffff) << 16, 32);
    memcpy(w->to, data, n);
    w->to += n;
}

/* Of the literals and runs, without the codes themselves. */
static size_t count_bits(const block *b)
{
    size_t bits = 0;

    for (int s = 0; s < N_SYMBOLS; s++) {
        const int extra = s < 265 || s == 285 ? 0 : (s - 261) / 4;

        bits += (size_t)b->count[s] * (size_t)(b->code[s].bits + (s > END_OF_BLOCK) + extra);
    }
    return bits;
}

static void put_trailer(uint32_t adler, writer *w)
{
    put(w, 0, -w->n_bits & 7);
    for (int shift = 24; shift >= 0; shift -= 8)
        put(w, adler >> shift & 255, 8);
}

int bs_deflate_block(bs_deflate *d, const uint8_t *data, size_t n, int stored, int last, bs_bytes *out,
                     bs_err *err)
{
    const size_t room = n + 512; /* literals that would grow are stored; codes and trailer take 300 bytes */
    writer w = { .bits = d->bits, .n_bits = d->n_bits };
    block b;
    told t;
    const int rc = bs_bytes_reserve(out, room, err);

    assert(n >= 1 && n <= BS_DEFLATE_BLOCK);
    if (rc != BS_OK)
        return rc;
    w.to = out->data + out->n;
    if (!d->begun)
        put(&w, 0x0178, 16); /* a window of 32 KiB, the fastest method */
    d->adler = (uint32_t)adler32(d->begun ? d->adler : 1, data, (uInt)n);
    d->begun = 1;
    put(&w, last != 0, 1);
    if (!stored) {
        parse(data, n, &b);
        bs_huffman_make(b.count, N_SYMBOLS, MAX_BITS, b.code);
        stored = count_bits(&b) >= 8 * n;
    }
    if (stored) {
        put_stored(data, n, &w);
    } else {
        tell_codes(b.code, &t);
        put_coded(data, &b, &t, &w);
    }
    if (last)
        put_trailer(d->adler, &w);
    out->n = (size_t)(w.to - out->data);
    d->bits = w.bits;
    d->n_bits = w.n_bits;
    return BS_OK;
}
