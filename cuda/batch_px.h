/*
 * cuda/batch_px.h - what the device is given to do, and what one team, or one thread, does of it.
 *
 * Read by the kernels (kernels.cu), by the host, which fills it in, and by the tests, which run it without a device.
 */
#ifndef BS_BATCH_PX_H
#define BS_BATCH_PX_H

#include "homography/sensor_px.h"
#include "homography/tile_px.h"

/* One blur: all pointers are the device's. */
typedef struct bs_blur_item {
    bs_layers layers;
    const uint8_t *rgb;   /* [height][width][3] of a frame whose layers are to be built, or NULL */
    float *light;         /* the same, linear */
    const bs_view *views; /* [n_poses][n_lines] */
    int n_poses, n_lines; /* n_lines: 1, or those of a rolling shutter */
    bs_rows rows;         /* which of them a pixel has */
    float *blur;          /* [height][width][3] linear */
    float *seen;          /* [height][width] */
    const bs_response *response;
    uint8_t *encoded; /* [height][width][3] */
    float noise_peak;
    uint64_t seed, sample;
} bs_blur_item;

/* Blurs of one size. */
typedef struct bs_blur_batch {
    const bs_blur_item *items; /* the device's, [n] */
    int n, width, height;
} bs_blur_batch;

BS_PX int bs_tiles_along(int size)
{
    return (size + BS_TILE - 1) / BS_TILE;
}

/* Tiles of all items: an item's one after the other, row by row. */
BS_PX int bs_batch_tiles(const bs_blur_batch *b)
{
    return b->n * bs_tiles_along(b->width) * bs_tiles_along(b->height);
}

/* One channel after the other of pixel number 'i' of a frame becomes light. */
BS_PX void bs_batch_decode(const bs_blur_item *item, uint32_t i)
{
    for (size_t c = 0; c < 3; c++)
        item->light[3 * (size_t)i + c] = item->response->light[item->rgb[3 * (size_t)i + c]];
}

/* One channel after the other of pixel number 'i' of an item. */
BS_PX void bs_batch_expose(const bs_blur_item *item, uint32_t i)
{
    for (uint32_t c = 0; c < 3; c++)
        item->encoded[3 * (size_t)i + c] = bs_sensor_px(item->response, item->blur[3 * (size_t)i + c],
                                                        item->noise_peak, item->seed, item->sample, i, c);
}

#endif /* BS_BATCH_PX_H */
