/*
 * gen/deflate.h - a fast compressor for filtered pixels: zlib streams (RFC 1950) of literals and runs.
 *
 * What a PNG filter leaves of a photo is noise around 0.  Nothing of it repeats, so that looking for matches
 * takes all the time and gains nothing; what there is to gain lies in the codes of single bytes and, where
 * the image is flat, in runs of one.  The stream is a pure function of the data and of how it was cut.
 */
#ifndef BS_DEFLATE_H
#define BS_DEFLATE_H

#include <stddef.h>
#include <stdint.h>

#include "gen/bytes.h"

#define BS_DEFLATE_BLOCK 65535 /* bytes that one call takes at most */

/* A stream in the making.  {0} is one before its first byte.  One serves one thread at a time. */
typedef struct bs_deflate {
    uint64_t bits; /* of the last byte, not complete yet */
    int n_bits;    /* 0 to 7 */
    int begun;
    uint32_t adler; /* of the data so far */
} bs_deflate;

/*
 * Appends n bytes of data, 1 to BS_DEFLATE_BLOCK, as a block, and what is complete of the stream to '*out'.
 * 'stored': as they are, which is fast and large.  'last': the stream ends here, and all of it goes to '*out'.
 * BS_ENOMEM; the stream is then of no use.
 */
int bs_deflate_block(bs_deflate *d, const uint8_t *data, size_t n, int stored, int last, bs_bytes *out,
                     bs_err *err);

#endif /* BS_DEFLATE_H */
