#include "gen/decode.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gen/decode_internal.h"
#include "homography/camera.h"

/* Far above any photo of BS_MAX_SIDE; a larger file is a mistake, and would fill the memory. */
#define MAX_FILE_BYTES ((off_t)1 << 30)

typedef enum file_kind { KIND_OTHER, KIND_JPEG, KIND_PNG } file_kind;

static int check_regular(const char *path, int fd, size_t *n_bytes, bs_err *err)
{
    struct stat st;

    if (fstat(fd, &st) != 0)
        return bs_fail(err, BS_EIO, "%s: %s", path, strerror(errno));
    if (S_ISDIR(st.st_mode))
        return bs_fail(err, BS_EIO, "%s: %s", path, strerror(EISDIR));
    if (!S_ISREG(st.st_mode))
        return bs_fail(err, BS_EIO, "%s: not a regular file", path);
    if (st.st_size == 0)
        return bs_fail(err, BS_EFORMAT, "%s: the file is empty", path);
    if (st.st_size > MAX_FILE_BYTES)
        return bs_fail(err, BS_EFORMAT, "%s: %lld bytes; an image file may have %lld at most", path,
                       (long long)st.st_size, (long long)MAX_FILE_BYTES);
    *n_bytes = (size_t)st.st_size;
    return BS_OK;
}

static int read_all(const char *path, int fd, uint8_t *data, size_t n_bytes, bs_err *err)
{
    size_t at = 0;

    while (at < n_bytes) {
        const ssize_t got = read(fd, data + at, n_bytes - at);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return bs_fail(err, BS_EIO, "%s: %s", path, strerror(errno));
        if (got == 0)
            return bs_fail(err, BS_EIO, "%s: became shorter while it was read", path);
        at += (size_t)got;
    }
    return BS_OK;
}

static int load(const char *path, bs_bytes *file, bs_err *err)
{
    /* O_NONBLOCK: opening a FIFO would otherwise wait for a writer that never comes. */
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    bs_bytes got = { 0 };
    int rc;

    if (fd < 0)
        return bs_fail(err, BS_EIO, "%s: %s", path, strerror(errno));
    rc = check_regular(path, fd, &got.n, err);
    if (rc != BS_OK)
        goto done;
    got.capacity = got.n;
    got.data = malloc(got.n);
    if (!got.data) {
        rc = bs_fail(err, BS_ENOMEM, "%s: no memory for a file of %zu bytes", path, got.n);
        goto done;
    }
    rc = read_all(path, fd, got.data, got.n, err);
    if (rc == BS_OK) {
        *file = got;
        got = (bs_bytes){ 0 };
    }
done:
    bs_bytes_free(&got);
    close(fd);
    return rc;
}

static file_kind kind_of(const bs_bytes *file)
{
    static const uint8_t png[8] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n' };
    static const uint8_t jpeg[3] = { 0xff, 0xd8, 0xff };

    if (file->n >= sizeof png && memcmp(file->data, png, sizeof png) == 0)
        return KIND_PNG;
    if (file->n >= sizeof jpeg && memcmp(file->data, jpeg, sizeof jpeg) == 0)
        return KIND_JPEG;
    return KIND_OTHER;
}

int bs_decode_check_size(const char *path, const bs_bytes *file, unsigned long width, unsigned long height,
                         double max_px_per_byte, bs_err *err)
{
    if (width < 1 || height < 1 || width > BS_MAX_SIDE || height > BS_MAX_SIDE)
        return bs_fail(err, BS_EFORMAT, "%s: image size %lux%lu; each side must be 1 to %d pixels", path,
                       width, height, BS_MAX_SIDE);
    if ((double)file->n * max_px_per_byte < (double)width * (double)height)
        return bs_fail(err, BS_EFORMAT, "%s: %zu bytes cannot hold %lux%lu pixels; cut or damaged", path,
                       file->n, width, height);
    return BS_OK;
}

int bs_photo_read(const char *path, bs_rgb8 *out, bs_err *err)
{
    bs_bytes file = { 0 };
    int rc = load(path, &file, err);

    if (rc != BS_OK)
        return rc;
    switch (kind_of(&file)) {
    case KIND_JPEG:
        rc = bs_decode_jpeg(path, &file, out, err);
        break;
    case KIND_PNG:
        rc = bs_decode_png_photo(path, &file, out, err);
        break;
    case KIND_OTHER:
        rc = bs_fail(err, BS_EFORMAT, "%s: neither JPEG nor PNG; a photo must be one of the two", path);
        break;
    }
    bs_bytes_free(&file);
    return rc;
}

int bs_depth_png_read(const char *path, bs_gray16 *out, bs_err *err)
{
    bs_bytes file = { 0 };
    int rc = load(path, &file, err);

    if (rc != BS_OK)
        return rc;
    switch (kind_of(&file)) {
    case KIND_PNG:
        rc = bs_decode_png_depth(path, &file, out, err);
        break;
    case KIND_JPEG:
        rc = bs_fail(err, BS_EFORMAT, "%s: JPEG; depth must be 16-bit greyscale PNG", path);
        break;
    case KIND_OTHER:
        rc = bs_fail(err, BS_EFORMAT, "%s: not a PNG file; depth must be 16-bit greyscale PNG", path);
        break;
    }
    bs_bytes_free(&file);
    return rc;
}
