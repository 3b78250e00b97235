/*
 * cuda/layers_item.h - frames whose layers the device is to build: what the host fills in and the kernel reads.
 */
#ifndef BS_LAYERS_ITEM_H
#define BS_LAYERS_ITEM_H

#include "homography/layers.h"
#include "homography/reach.h"
#include "inpaint/method.h"
#include "inpaint/room.h"

/* One frame: all pointers are the device's. */
typedef struct bs_build_item {
    const float *rgb; /* as for bs_layers_build() */
    const float *inv_depth;
    const uint8_t *measured;
    const float *parallax_px_m;
    const bs_reach *reach;
    bs_inpaint method; /* BACKGROUND, or NONE */
    bs_layers *layers; /* laid out in the device's memory, with 'bicubic' set; filled in */
    int *wanted;       /* 0 then; or the layers are unfinished, for so many spots are more than fit */
} bs_build_item;

#endif /* BS_LAYERS_ITEM_H */
