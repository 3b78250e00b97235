/*
 * gen/deflate.h - bytes as a zlib stream, as PNG files hold it.
 */
#ifndef BS_DEFLATE_H
#define BS_DEFLATE_H

#include <stddef.h>
#include <stdint.h>

#include "gen/bytes.h"
#include "homography/error.h"

/*
 * What compressing takes, kept from one stream to the next: {0} is empty.  One serves one thread at a time; no
 * byte hangs on what it was used for before.  It takes 0.2 MB at level 1, 0.7 MB at levels 2 to 6 and 9 MB
 * above.
 */
typedef struct bs_deflater {
    struct bs_fast_deflater *fast;         /* level 1; owned; NULL: none yet */
    struct libdeflate_compressor *careful; /* the other levels; owned; NULL: none yet */
    int level;                             /* of 'careful' */
} bs_deflater;

/* Frees what it holds; it is then {0}. */
void bs_deflater_free(bs_deflater *d);

/*
 * Appends 'n' >= 1 bytes as a zlib stream.  'level' is that of --png-level: 0 stores, 1 is fast (and stores what does
 * not shrink), 9 is small.  The stream is a pure function of bytes and level, and of the versions of ISA-L (level 1)
 * and libdeflate.  BS_ENOMEM; BS_EINVAL if a library breaks its word.  Either leaves 'out' as it was.
 */
int bs_deflate(bs_deflater *d, const uint8_t *data, size_t n, int level, bs_bytes *out, bs_err *err);

#endif /* BS_DEFLATE_H */
