#include "gen/bytes.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int bs_bytes_reserve(bs_bytes *b, size_t n, bs_err *err)
{
    size_t capacity = b->capacity ? b->capacity : 64;
    uint8_t *data;

    if (n > SIZE_MAX / 4 || b->n > SIZE_MAX / 4)
        return bs_fail(err, BS_ENOMEM, "no memory for a buffer of %zu bytes", n);
    if (b->n + n <= b->capacity)
        return BS_OK;
    while (capacity < b->n + n)
        capacity *= 2;
    data = realloc(b->data, capacity);
    if (!data)
        return bs_fail(err, BS_ENOMEM, "no memory for a buffer of %zu bytes", capacity);
    b->data = data;
    b->capacity = capacity;
    return BS_OK;
}

int bs_bytes_append(bs_bytes *b, const void *data, size_t n, bs_err *err)
{
    const int rc = bs_bytes_reserve(b, n, err);

    if (rc == BS_OK && n) {
        memcpy(b->data + b->n, data, n);
        b->n += n;
    }
    return rc;
}

int bs_bytes_printf(bs_bytes *b, bs_err *err, const char *fmt, ...)
{
    va_list ap;
    int n, rc;

    va_start(ap, fmt);
    n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    rc = bs_bytes_reserve(b, (size_t)n + 1, err);
    if (rc != BS_OK)
        return rc;
    va_start(ap, fmt);
    vsnprintf((char *)b->data + b->n, (size_t)n + 1, fmt, ap);
    va_end(ap);
    b->n += (size_t)n;
    return BS_OK;
}

void bs_bytes_free(bs_bytes *b)
{
    free(b->data);
    *b = (bs_bytes){ 0 };
}
