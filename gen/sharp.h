/*
 * gen/sharp.h - the sharp frame and its depth as another camera has them.  Internal to gen/.
 */
#ifndef BS_SHARP_H
#define BS_SHARP_H

#include <stdint.h>

#include "homography/image.h"
#include "homography/layers.h"
#include "homography/response.h"
#include "homography/warp_px.h"

/* Buffers of one frame size.  One serves one thread at a time. */
typedef struct bs_sharp {
    bs_plane light;     /* 3 channels */
    bs_plane seen;      /* 1 channel: share of the light that comes from what the frame saw */
    bs_plane inv_depth; /* 1 channel, 1/m, known everywhere */
    bs_plane depth_m;   /* 1 channel, z; NaN where the frame did not see the surface or its depth */
    bs_rgb8 rgb;
    uint8_t *known; /* [height][width] 1 where depth_m is no guess; owned */
    double seen_share;
} bs_sharp;

/* BS_EINVAL, BS_ENOMEM.  '*out' must be {0} or destroyed. */
int bs_sharp_create(int width, int height, bs_sharp *out, bs_err *err);
void bs_sharp_destroy(bs_sharp *s);

/*
 * Renders what the camera at 'view' sees, without noise, by the engine that the blur is made with: one
 * pose of an exposure.  'threads' never changes a byte.
 */
void bs_sharp_render(const bs_layers *l, const bs_view *view, const bs_response *resp, int threads,
                     bs_sharp *out);

#endif /* BS_SHARP_H */
