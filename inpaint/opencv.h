/*
 * inpaint/opencv.h - cv::inpaint behind a C interface: the only C++ of the project.
 * Without OpenCV the same function is there and says so (opencv_none.c).
 */
#ifndef BS_OPENCV_H
#define BS_OPENCV_H

#include <stdint.h>

#include "homography/error.h"

#ifdef __cplusplus
#define BS_NOEXCEPT noexcept /* no exception may pass into C */
extern "C" {
#else
#define BS_NOEXCEPT
#endif

/* How far cv::inpaint looks around a pixel, pixels; the value that published generators use. */
#define BS_CV_RADIUS 3.0

/* 1 if cv::inpaint is there. */
int bs_cv_available(void) BS_NOEXCEPT;

/*
 * Fills the pixels of 'rgb' [height][width][3] where 'mask' [height][width] is not 0, by Telea's method or by
 * Navier-Stokes, looking 'radius' pixels around.  Both sides must be at least 3 pixels: cv::inpaint reads
 * beyond an image one pixel high.  What the masked pixels hold has some influence on the result.
 * BS_EINVAL without OpenCV, BS_ENOMEM if OpenCV throws.
 */
int bs_cv_inpaint(uint8_t *rgb, const uint8_t *mask, int width, int height, double radius, int telea,
                  bs_err *err) BS_NOEXCEPT;

#ifdef __cplusplus
}
#endif

#endif /* BS_OPENCV_H */
