/* inpaint/builder.h - the memory behind bs_builder. Internal to inpaint/. */
#ifndef BS_BUILDER_H
#define BS_BUILDER_H

#include "homography/response.h"
#include "inpaint/background.h"
#include "inpaint/scene.h"

/* That is what the frame saw, and its depth was measured; or its colour is to be left unknown. */
#define BS_PEELED_SEEN 1
#define BS_PEELED_UNKNOWN 2

struct bs_builder {
    bs_scene scene;
    float *pyramid; /* all levels of a halving pyramid, finest first; owned, as all below */
    float *plane;   /* [h][w] inverse depth of one finished layer */
    uint8_t *plane_tears;
    float *peeled_rgb, *peeled_inv; /* [h][w][3] and [h][w]: the frame without the rims found so far */
    uint8_t *peeled_state;          /* [h][w] BS_PEELED_* */
    uint8_t *cv_rgb;                /* [h][w][3] and [h][w]: what cv::inpaint works on */
    uint8_t *cv_mask;
};

/*
 * fill_opencv.c: 'fill' of FAR and HIDDEN pixels by cv::inpaint, Telea's method or Navier-Stokes.  The nearer
 * surfaces must be masked out as far as they could reach the fill: grow the hidden surface with
 * scene->widen = 2.
 */
int bs_fill_opencv(bs_builder *b, const bs_response *resp, int telea, bs_err *err);

#endif /* BS_BUILDER_H */
