/*
 * homography/image.h - images in memory: packed rows, no padding, top row first.
 *
 * Each type owns its pixels: made by bs_*_create() (zeroed), freed by bs_*_destroy(), which nulls the
 * pointer inside and may be called twice.  Sizes are checked against BS_MAX_SIDE before they are multiplied.
 */
#ifndef BS_IMAGE_H
#define BS_IMAGE_H

#include <stdint.h>

#include "homography/error.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct bs_rgb8 {
    uint8_t *px; /* [height][width][3], encoded (as a file holds it), owned */
    int width, height;
} bs_rgb8;

typedef struct bs_gray16 {
    uint16_t *px; /* [height][width], owned */
    int width, height;
} bs_gray16;

typedef struct bs_plane {
    float *px; /* [height][width][channels], owned */
    int width, height, channels;
} bs_plane;

/* BS_EINVAL for a side below 1 or above BS_MAX_SIDE, BS_ENOMEM; '*out' is then untouched. */
int bs_rgb8_create(int width, int height, bs_rgb8 *out, bs_err *err);
int bs_gray16_create(int width, int height, bs_gray16 *out, bs_err *err);
int bs_plane_create(int width, int height, int channels, bs_plane *out, bs_err *err);

void bs_rgb8_destroy(bs_rgb8 *img);
void bs_gray16_destroy(bs_gray16 *img);
void bs_plane_destroy(bs_plane *img);

#ifdef __cplusplus
}
#endif

#endif /* BS_IMAGE_H */
