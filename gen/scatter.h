/*
 * gen/scatter.h - the published method as a whole: reverse map, hole filling, averaging.  Internal to gen/.
 *
 * It lives here because it joins two rooms that know nothing of each other: the reverse map knows poses
 * (homography/scatter.h), filling knows none (inpaint/opencv.h).
 */
#ifndef BS_GEN_SCATTER_H
#define BS_GEN_SCATTER_H

#include "gen/blursynth.h"
#include "homography/scatter.h"

/* Buffers of one frame size.  One serves one thread at a time. */
typedef struct bs_scatter {
    bs_reverse map;
    uint8_t *warped; /* [height][width][3] encoded: what one pose sees; owned */
    uint8_t *holes;  /* [height][width]; owned */
    int *known;      /* [height][width] poses of which the pixel's light is known; owned */
} bs_scatter;

/* BS_EINVAL, BS_ENOMEM.  '*out' must be {0} or destroyed. */
int bs_scatter_create(int width, int height, bs_scatter *out, bs_err *err);
void bs_scatter_destroy(bs_scatter *s);

/* The filling that a method makes of the option: BACKGROUND is Telea's for SCATTER, which has no layers. */
bs_inpaint bs_inpaint_in_force(bs_method method, bs_inpaint inpaint);

/* BS_EINVAL if this library cannot fill holes as asked: all but BS_INPAINT_NONE need OpenCV. */
int bs_scatter_check(bs_inpaint inpaint, bs_err *err);

/*
 * Averages what the camera sees at each pose of '*in': '*blur' [height][width][3], light, and '*seen'
 * [height][width], 0 to 1, the share of the poses that show a measured pixel of the frame.  'inv_depth', 1/m,
 * is complete; 'measured' says where it was known.  'resp' decodes the warped, filled 8-bit frames.
 *
 * Holes are filled by cv::inpaint in every warped frame; with BS_INPAINT_NONE they do not count, and the mean
 * is over the poses that know the pixel, the reference pixel where there is none.  So it is as well where
 * there is nothing to fill from, and in images below 3 pixels on a side.
 *
 * The same bytes whatever the threads: poses are added in order.  BS_ENOMEM if OpenCV fails.
 */
int bs_scatter_blur(bs_scatter *s, const bs_synth_input *in, const float *inv_depth, const uint8_t *measured,
                    bs_inpaint inpaint, const bs_response *resp, float *blur, float *seen, bs_err *err);

#endif /* BS_GEN_SCATTER_H */
