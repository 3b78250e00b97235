/* Built without OpenCV. */
#include "inpaint/opencv.h"

int bs_cv_available(void)
{
    return 0;
}

int bs_cv_inpaint(uint8_t *rgb, const uint8_t *mask, int width, int height, double radius, int telea,
                  bs_err *err)
{
    (void)rgb, (void)mask, (void)width, (void)height, (void)radius, (void)telea;
    return bs_fail(err, BS_EINVAL,
                   "--inpaint telea and ns need OpenCV, and this blursynth was built without it; use "
                   "--inpaint background, or install libopencv-photo-dev and build again");
}
