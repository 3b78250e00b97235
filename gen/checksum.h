/* gen/checksum.h - SHA-256 (libcrypto), as sha256sum prints it. */
#ifndef BS_CHECKSUM_H
#define BS_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

#include "homography/error.h"

#define BS_SHA256_BYTES 32
#define BS_SHA256_HEX 65 /* 64 digits and NUL */

typedef struct bs_sha256 {
    uint8_t byte[BS_SHA256_BYTES];
} bs_sha256;

/* BS_ENOMEM is the only failure. */
int bs_sha256_of(const void *data, size_t n, bs_sha256 *out, bs_err *err);

/* The same for many: the algorithm is looked up once.  Of 'data' and of what follows it, 'n_more' bytes that
 * lie elsewhere or none.  One serves one thread at a time. */
typedef struct bs_hasher bs_hasher;
int bs_hasher_create(bs_hasher **out, bs_err *err);
void bs_hasher_destroy(bs_hasher **h);
int bs_hasher_sum(bs_hasher *h, const void *data, size_t n, const void *more, size_t n_more, bs_sha256 *out,
                  bs_err *err);

void bs_sha256_hex(const bs_sha256 *sum, char hex[BS_SHA256_HEX]);

#endif /* BS_CHECKSUM_H */
