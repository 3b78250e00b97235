/* inpaint/builder.h - the memory behind bs_builder. Internal to inpaint/. */
#ifndef BS_BUILDER_H
#define BS_BUILDER_H

#include "homography/response.h"
#include "inpaint/background.h"
#include "inpaint/scene.h"

struct bs_builder {
    bs_scene scene;
    float *pyramid; /* all levels of a halving pyramid, finest first; owned, as all below */
    float *plane;   /* [h][w] inverse depth of one finished layer */
    uint8_t *plane_tears;
    uint8_t *cv_rgb; /* [h][w][3] and [h][w]: what cv::inpaint works on */
    uint8_t *cv_mask;
};

/*
 * fill_opencv.c: 'fill' of FAR and HIDDEN pixels by cv::inpaint, Telea's method or Navier-Stokes.  The nearer
 * surfaces must be masked out as far as they could reach the fill: grow the hidden surface with
 * scene->widen = 2.
 */
int bs_fill_opencv(bs_builder *b, const bs_response *resp, int telea, bs_err *err);

#endif /* BS_BUILDER_H */
