#include "homography/image.h"

#include <stdlib.h>

#include "homography/camera.h"

static int make_pixels(int width, int height, size_t n_bytes_px, void **px, bs_err *err)
{
    if (width < 1 || height < 1 || width > BS_MAX_SIDE || height > BS_MAX_SIDE)
        return bs_fail(err, BS_EINVAL, "image size %dx%d; each side must be 1 to %d pixels", width, height,
                       BS_MAX_SIDE);
    *px = calloc((size_t)width * (size_t)height, n_bytes_px);
    if (!*px)
        return bs_fail(err, BS_ENOMEM, "no memory for an image of %dx%d", width, height);
    return BS_OK;
}

int bs_rgb8_create(int width, int height, bs_rgb8 *out, bs_err *err)
{
    void *px = NULL;
    const int rc = make_pixels(width, height, 3, &px, err);

    if (rc == BS_OK)
        *out = (bs_rgb8){ .px = px, .width = width, .height = height };
    return rc;
}

int bs_gray16_create(int width, int height, bs_gray16 *out, bs_err *err)
{
    void *px = NULL;
    const int rc = make_pixels(width, height, sizeof(uint16_t), &px, err);

    if (rc == BS_OK)
        *out = (bs_gray16){ .px = px, .width = width, .height = height };
    return rc;
}

int bs_plane_create(int width, int height, int channels, bs_plane *out, bs_err *err)
{
    void *px = NULL;
    const int rc = make_pixels(width, height, (size_t)channels * sizeof(float), &px, err);

    if (rc == BS_OK)
        *out = (bs_plane){ .px = px, .width = width, .height = height, .channels = channels };
    return rc;
}

void bs_rgb8_destroy(bs_rgb8 *img)
{
    free(img->px);
    img->px = NULL;
}

void bs_gray16_destroy(bs_gray16 *img)
{
    free(img->px);
    img->px = NULL;
}

void bs_plane_destroy(bs_plane *img)
{
    free(img->px);
    img->px = NULL;
}
