/*
 * inpaint/background.h - from a sharp RGB-D frame to the layers that the warp reads.
 *
 * The folder's one question: what does an unseen pixel become?  It is answered once per frame and exposure,
 * not once per pose, from the farther side only, and no wider than the exposure can uncover.
 */
#ifndef BS_BACKGROUND_H
#define BS_BACKGROUND_H

#include <stdint.h>

#include "homography/api.h"
#include "homography/error.h"
#include "homography/layers.h"
#include "homography/reach.h"
#include "homography/response.h"
#include "inpaint/method.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Memory for building layers of one frame size, used again for every frame of it. */
typedef struct bs_builder bs_builder;

/* BS_ENOMEM, BS_EINVAL.  One builder serves one thread at a time. */
int bs_builder_create(int width, int height, bs_builder **out, bs_err *err);
void bs_builder_destroy(bs_builder **b);

/*
 * bs_depth_complete() turns z-depth in metres (> 0, INFINITY or NaN for unknown) into inverse depth, 1/m,
 * and completes what is unknown from its surroundings, through ever coarser levels of a pyramid: of the
 * depths around, the farther ones count, because a hole in real depth is the shadow of something near.
 * '*measured' is 1 where depth was known.  All arrays [height][width].  BS_EFORMAT if nothing is known.
 */
int bs_depth_complete(bs_builder *b, const float *depth_m, float *inv_depth, uint8_t *measured, bs_err *err);

/*
 * bs_depth_clean() does what bs_depth_complete() does for the depth of a sensor, which is not only unknown in
 * places but wrong beside its steps: ragged, flying between two surfaces, beside the edges of the photo.
 * 'rgb' is linear colour [height][width][3] and decides there, and in holes, which surface a pixel belongs to
 * (inpaint/clean.h).  '*measured' is 0 as well where a measured depth was given up for another surface's.
 * Away from steps and holes depth stays bit for bit.  Errors as bs_depth_complete().
 */
int bs_depth_clean(bs_builder *b, const float *depth_m, const float *rgb, float *inv_depth, uint8_t *measured,
                   bs_err *err);

/*
 * bs_layers_build() fills '*out' (made for the builder's size) from linear colour [height][width][3],
 * complete inverse depth and 'measured'.  'parallax_px_m' [height][width] is the exposure's largest
 * parallax in pixels for each 1/m of inverse depth (bs_views_parallax()): 0 everywhere gives a plain image
 * with one layer; 'reach', of the same, is NULL for parallax in any direction. 'resp' is the response that 'rgb' was decoded with (cv::inpaint works on 8-bit values).
 *
 * BS_EINVAL if 'method' needs OpenCV and the library was built without; BS_ENOMEM.
 */
int bs_layers_build(bs_builder *b, const float *rgb, const float *inv_depth, const uint8_t *measured,
                    const float *parallax_px_m, const bs_reach *reach, bs_inpaint method,
                    const bs_response *resp, bs_layers *out, bs_err *err);

#ifdef __cplusplus
}
#endif

#endif /* BS_BACKGROUND_H */
