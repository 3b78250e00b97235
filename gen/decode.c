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
    size_t n = 0;
    int rc;

    if (fd < 0)
        return bs_fail(err, BS_EIO, "%s: %s", path, strerror(errno));
    rc = check_regular(path, fd, &n, err);
    file->n = 0;
    if (rc == BS_OK && bs_bytes_reserve(file, n, NULL) != BS_OK)
        rc = bs_fail(err, BS_ENOMEM, "%s: no memory for a file of %zu bytes", path, n);
    if (rc == BS_OK)
        rc = read_all(path, fd, file->data, n, err);
    if (rc == BS_OK)
        file->n = n;
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

int bs_decode_fit_rgb8(int width, int height, bs_rgb8 *img, bs_err *err)
{
    if (img->px && img->width == width && img->height == height)
        return BS_OK;
    bs_rgb8_destroy(img);
    return bs_rgb8_create(width, height, img, err);
}

int bs_decode_fit_gray16(int width, int height, bs_gray16 *img, bs_err *err)
{
    if (img->px && img->width == width && img->height == height)
        return BS_OK;
    bs_gray16_destroy(img);
    return bs_gray16_create(width, height, img, err);
}

int bs_photo_read_into(const char *path, bs_bytes *file, bs_rgb8 *img, bs_err *err)
{
    const int rc = load(path, file, err);

    if (rc != BS_OK)
        return rc;
    switch (kind_of(file)) {
    case KIND_JPEG:
        return bs_decode_jpeg(path, file, img, err);
    case KIND_PNG:
        return bs_decode_png_photo(path, file, img, err);
    default:
        return bs_fail(err, BS_EFORMAT, "%s: neither JPEG nor PNG; a photo must be one of the two", path);
    }
}

int bs_depth_png_read_into(const char *path, bs_bytes *file, bs_gray16 *img, bs_err *err)
{
    const int rc = load(path, file, err);

    if (rc != BS_OK)
        return rc;
    switch (kind_of(file)) {
    case KIND_PNG:
        return bs_decode_png_depth(path, file, img, err);
    case KIND_JPEG:
        return bs_fail(err, BS_EFORMAT, "%s: JPEG; depth must be 16-bit greyscale PNG", path);
    default:
        return bs_fail(err, BS_EFORMAT, "%s: not a PNG file; depth must be 16-bit greyscale PNG", path);
    }
}

int bs_photo_read(const char *path, bs_rgb8 *out, bs_err *err)
{
    bs_bytes file = { 0 };
    bs_rgb8 img = { 0 };
    const int rc = bs_photo_read_into(path, &file, &img, err);

    bs_bytes_free(&file);
    if (rc == BS_OK)
        *out = img;
    else
        bs_rgb8_destroy(&img);
    return rc;
}

int bs_depth_png_read(const char *path, bs_gray16 *out, bs_err *err)
{
    bs_bytes file = { 0 };
    bs_gray16 img = { 0 };
    const int rc = bs_depth_png_read_into(path, &file, &img, err);

    bs_bytes_free(&file);
    if (rc == BS_OK)
        *out = img;
    else
        bs_gray16_destroy(&img);
    return rc;
}
