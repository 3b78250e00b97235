#include "gen/deflate.h"

#include <stdlib.h>

#include <isa-l/igzip_lib.h>
#include <libdeflate.h>

/*
 * Level 1 is ISA-L's, 0 is libdeflate's, and 2 to 9 are its 5 to 12: its 1 to 4 are slower than ISA-L and no
 * smaller in colour.  MB/s of pixels on one core (Zen 5), filter included, and size in percent; photos and depth of a
 * Kinect 640x480, the rest 320x240 of made scenes:
 *
 *   --png-level      1          -           2          4          6          7          9
 *   level of      ISA-L 1       1           5          7          9         10         12
 *   photo         296 46.7   199 46.1    73 44.4    36 43.9    16 43.6    11 42.1     8 41.8
 *   sharp         286 63.4   129 63.6    72 64.4    59 64.2    41 63.9    21 61.0    16 60.6
 *   blurred       316 62.9   120 63.9    92 64.2    92 64.2    86 64.2    33 61.9    25 61.5
 *   depth         477 25.3   291 23.4   106 21.6    37 20.8     9 20.3     6 18.5     4 18.3
 *   a Kinect's    564 21.9   306 20.4   121 19.0    42 18.3    10 17.8     6 16.1     4 15.9
 *   KITTI flow    744 12.5   404 10.4   177  8.3    51  7.4    10  6.7     5  6.0     2  5.6
 *   mask         1297  9.6   344  9.3   371  8.9   247  8.9    84  8.6    19  8.5     3  8.2
 *
 * What libdeflate makes of given bytes is the same on every processor.  ISA-L 2.30 has code for several: its level
 * 1 is the same on all x86-64 with SSE4.2 and CLMUL (tested on emulated ones from Westmere on, and with AVX-512), its
 * level 3 is not; on AArch64 the files above are 0.3 % larger.
 */

/* Of memory for tokens; with less a block ends sooner, and is slower to begin with. */
#define TOKENS ISAL_DEF_LVL1_MEDIUM

struct bs_fast_deflater {
    struct isal_zstream stream; /* mostly memory to work in */
    uint8_t tokens[TOKENS];
};

void bs_deflater_free(bs_deflater *d)
{
    free(d->fast);
    libdeflate_free_compressor(d->careful);
    *d = (bs_deflater){ 0 };
}

/* What ISA-L may take beyond libdeflate, whose bound is that of bytes stored in small blocks. */
#define MORE 64

static int fail(bs_err *err)
{
    return bs_fail(err, BS_ENOMEM, "no memory to compress PNG files");
}

/*
 * ISA-L up to 2.30 hashes the third byte of a stream by the address of its own memory (a register that is read
 * before it is set), so that in one of a thousand short streams it finds other matches than the time before.  What
 * is flushed before as many bytes are there takes another way through it; and then there is a history, and
 * the first bytes are nothing special.  It costs 15 bytes.
 */
#define FIRST 16

static int run(struct isal_zstream *s, size_t n, int is_last)
{
    s->avail_in = (uint32_t)n; /* 32 bits: more than any image takes */
    s->flush = is_last ? NO_FLUSH : SYNC_FLUSH;
    s->end_of_stream = (uint16_t)is_last;
    return isal_deflate(s) == COMP_OK && s->avail_in == 0;
}

static int deflate_fast(bs_deflater *d, const uint8_t *data, size_t n, uint8_t *out, size_t room,
                        size_t *made, bs_err *err)
{
    struct isal_zstream *s;
    int ok;

    d->fast = d->fast ? d->fast : malloc(sizeof *d->fast);
    if (!d->fast)
        return fail(err);
    s = &d->fast->stream;
    isal_deflate_init(s);
    s->level = 1;
    s->level_buf = d->fast->tokens;
    s->level_buf_size = TOKENS;
    s->gzip_flag = IGZIP_ZLIB;
    s->next_in = (uint8_t *)(uintptr_t)data; /* which it does not write */
    s->next_out = out;
    s->avail_out = (uint32_t)room;
    ok = n <= FIRST ? run(s, n, 1) : run(s, FIRST, 0) && run(s, n - FIRST, 1);
    if (!ok || s->internal_state.state != ZSTATE_END) /* there is room for any data */
        return bs_fail(err, BS_EINVAL, "ISA-L did not compress %zu bytes into %zu", n, room);
    *made = s->total_out;
    return BS_OK;
}

static int find_careful(bs_deflater *d, int level, bs_err *err)
{
    if (d->careful && d->level == level)
        return BS_OK;
    libdeflate_free_compressor(d->careful);
    d->careful = libdeflate_alloc_compressor(level ? level + 3 : 0);
    d->level = level;
    return d->careful ? BS_OK : fail(err);
}

static int deflate_carefully(bs_deflater *d, const uint8_t *data, size_t n, int level, uint8_t *out,
                             size_t room, size_t *made, bs_err *err)
{
    const int rc = find_careful(d, level, err);

    if (rc != BS_OK)
        return rc;
    *made = libdeflate_zlib_compress(d->careful, data, n, out, room);
    return *made ? BS_OK : bs_fail(err, BS_EINVAL, "libdeflate did not compress %zu bytes into %zu", n, room);
}

int bs_deflate(bs_deflater *d, const uint8_t *data, size_t n, int level, bs_bytes *out, bs_err *err)
{
    const size_t room = libdeflate_zlib_compress_bound(NULL, n) + MORE;
    size_t made = 0;
    int rc = bs_bytes_reserve(out, room, err);

    if (rc == BS_OK && level == 1) {
        rc = deflate_fast(d, data, n, out->data + out->n, room, &made, err);
        level = made > n ? 0 : 1; /* noise */
    }
    if (rc == BS_OK && level != 1)
        rc = deflate_carefully(d, data, n, level, out->data + out->n, room, &made, err);
    out->n += rc == BS_OK ? made : 0;
    return rc;
}
