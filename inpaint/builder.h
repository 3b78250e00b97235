/* inpaint/builder.h - the memory behind bs_builder. Internal to inpaint/. */
#ifndef BS_BUILDER_H
#define BS_BUILDER_H

#include "homography/response.h"
#include "inpaint/background.h"
#include "inpaint/scene.h"

struct bs_builder {
    bs_scene scene;
    void *scratch; /* [scratch_size] bytes for one pass; owned */
    size_t scratch_size;
};

/* builder.c: 'n' times 'size' bytes at b->scratch, whatever was there before.  BS_ENOMEM. */
int bs_builder_scratch(bs_builder *b, size_t n, size_t size, bs_err *err);

/*
 * fill_opencv.c: colours of FAR and HIDDEN pixels by cv::inpaint, Telea's method or Navier-Stokes.  The nearer
 * surfaces must be masked out as far as they could reach the fill: grow the hidden surface with
 * scene->widen = 2.  At least 3x3 pixels.
 */
int bs_fill_opencv(bs_builder *b, const bs_response *resp, int telea, bs_err *err);

#endif /* BS_BUILDER_H */
