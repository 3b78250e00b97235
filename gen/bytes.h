/*
 * gen/bytes.h - a growing buffer of bytes: what an encoder makes and a sink writes.
 * {0} is an empty buffer; it grows as needed, keeps its memory when emptied, and is freed by bs_bytes_free().
 */
#ifndef BS_BYTES_H
#define BS_BYTES_H

#include <stddef.h>
#include <stdint.h>

#include "homography/error.h"

typedef struct bs_bytes {
    uint8_t *data; /* owned */
    size_t n, capacity;
} bs_bytes;

/* Makes room for 'n' bytes behind those that are there: data + n to data + n + 'n' may be written. */
int bs_bytes_reserve(bs_bytes *b, size_t n, bs_err *err);

/* Appends 'n' bytes; BS_ENOMEM leaves the buffer as it was. */
int bs_bytes_append(bs_bytes *b, const void *data, size_t n, bs_err *err);

/* Appends text as printf does, without the final NUL. */
int bs_bytes_printf(bs_bytes *b, bs_err *err, const char *fmt, ...) BS_PRINTF(3, 4);

/* Frees the memory; the buffer is then {0}. */
void bs_bytes_free(bs_bytes *b);

#endif /* BS_BYTES_H */
