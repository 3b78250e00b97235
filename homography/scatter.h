/*
 * homography/scatter.h - the reverse map of the published method: which reference pixel a moving camera
 * shows at each of its own, found by moving the reference pixels.
 *
 * A master's thesis' Algorithm 1, literally: every pixel of the sharp frame is mapped forward by its own
 * homography H = K (R + T n^T / d) K^-1, rounded to the nearest pixel and scattered; of those that meet on
 * one pixel the nearer is kept; a pixel that none meets is a hole.  There for comparison and for making
 * older datasets again; homography/warp_px.h is the exact inverse of the same homographies.
 */
#ifndef BS_SCATTER_H
#define BS_SCATTER_H

#include <stdint.h>

#include "homography/camera.h"
#include "homography/pose.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A reverse map and what it takes to make one. */
typedef struct bs_reverse {
    int width, height;
    int32_t *source;  /* [height][width] the reference pixel that is seen here, y * width + x, or -1: a hole;
                         owned */
    double *nearness; /* [height][width] its inverse depth in the moving camera, 1/m; -1 in a hole; owned */
} bs_reverse;

/* Allocates for a frame size; BS_EINVAL, BS_ENOMEM.  '*out' must be {0} or destroyed. */
int bs_reverse_create(int width, int height, bs_reverse *out, bs_err *err);
void bs_reverse_destroy(bs_reverse *r);

/*
 * Fills '*out' for the pose T_anchor_cam (from the moving camera to the camera of the sharp frame) from the
 * frame's inverse depth [height][width], 1/m, 0 for infinitely far.  The camera's size is that of '*out'.
 *
 * A point half-way between two pixels goes to the right and down.  Nearer means nearer to the moving camera;
 * of equals the earlier in raster order stays.  Points behind the moving camera are not seen.  A pure
 * function, in double precision; one thread at a time for each map.
 */
void bs_reverse_scatter(const bs_camera *cam, const bs_pose *T_anchor_cam, const float *inv_depth,
                        bs_reverse *out);

/*
 * Warps 'rgb' by the map: '*warped' [height][width][3] holds copies of whole reference pixels, and '*holes'
 * [height][width] 255 in holes and 0 elsewhere.  A hole holds what the frame shows there: cv::inpaint reads
 * some of the pixels that it is to fill, and black would bleed in.  Returns the number of holes.
 */
int bs_reverse_copy(const bs_reverse *r, const uint8_t *rgb, uint8_t *warped, uint8_t *holes);

#ifdef __cplusplus
}
#endif

#endif /* BS_SCATTER_H */
