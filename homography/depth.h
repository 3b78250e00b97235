/*
 * homography/depth.h - the depth map of a moving camera, from the layers of the sharp frame.
 */
#ifndef BS_DEPTH_H
#define BS_DEPTH_H

#include <stdint.h>

#include "homography/layers.h"
#include "homography/warp_px.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * bs_depth_cpu() writes the inverse z-depth of what the camera at 'view' sees at each pixel, in that camera:
 * '*inv_depth' [height][width], 1/m, known everywhere; and '*seen' [height][width], 1 where the frame really
 * saw that surface and its depth was measured, 0 where it is the depth of what was filled in, of a completed
 * hole, or of the border continued.  'threads' as in bs_warp_cpu(); never changes a byte.
 */
void bs_depth_cpu(const bs_layers *l, const bs_view *view, int threads, float *inv_depth, uint8_t *seen);

#ifdef __cplusplus
}
#endif

#endif /* BS_DEPTH_H */
