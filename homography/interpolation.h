/* homography/interpolation.h - how the sharp frame is read between its pixels. Part of the public
 * interface. */
#ifndef BS_INTERPOLATION_H
#define BS_INTERPOLATION_H

typedef enum bs_interpolation {
    BS_INTERPOLATION_BILINEAR, /* of the 4 pixels around a point */
    BS_INTERPOLATION_BICUBIC,  /* of the 16: sharper, and may ring beside hard edges */
} bs_interpolation;

#endif /* BS_INTERPOLATION_H */
