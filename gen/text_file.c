#include "gen/text_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gen/arena.h"

/* Reads to the end of 'f', one byte beyond 'max_bytes' at most, so that too long a file shows as one. */
static int read_all(FILE *f, const char *path, size_t max_bytes, char **text, size_t *n, bs_err *err)
{
    size_t capacity = 0, got;

    do {
        char *grown = bs_grow(*text, *n + 1, &capacity, 1);

        if (!grown)
            return bs_fail(err, BS_ENOMEM, "%s: no memory for its text", path);
        *text = grown;
        errno = 0;
        got = fread(grown + *n, 1, capacity - *n - 1, f);
        *n += got;
    } while (got && *n <= max_bytes);
    if (ferror(f))
        return bs_fail(err, BS_EIO, "%s: %s", path, strerror(errno));
    if (*n > max_bytes)
        return bs_fail(err, BS_EFORMAT, "%s: more than %zu bytes; too long to be what was expected", path,
                       max_bytes);
    (*text)[*n] = '\0';
    return BS_OK;
}

int bs_text_read(const char *path, size_t max_bytes, char **text, bs_err *err)
{
    FILE *f = fopen(path, "rb");
    char *all = NULL;
    size_t n = 0;
    int rc;

    if (!f)
        return bs_fail(err, BS_EIO, "%s: %s", path, strerror(errno));
    rc = read_all(f, path, max_bytes, &all, &n, err);
    fclose(f);
    if (rc == BS_OK && memchr(all, '\0', n))
        rc = bs_fail(err, BS_EFORMAT, "%s: holds a NUL byte; not a text file", path);
    if (rc != BS_OK) {
        free(all);
        return rc;
    }
    if (n >= 3 && memcmp(all, "\xef\xbb\xbf", 3) == 0)
        memmove(all, all + 3, n - 3 + 1);
    *text = all;
    return BS_OK;
}
