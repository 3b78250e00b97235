#include "inpaint/opencv.h"

#include <exception>

#include <opencv2/core.hpp>
#include <opencv2/photo.hpp>

extern "C" int bs_cv_available(void) noexcept
{
    return 1;
}

extern "C" int bs_cv_inpaint(uint8_t *rgb, const uint8_t *mask, int width, int height, double radius,
                             int telea, bs_err *err) noexcept
{
    try {
        cv::Mat image(height, width, CV_8UC3, rgb), filled;
        const cv::Mat holes(height, width, CV_8UC1, const_cast<uint8_t *>(mask));

        cv::inpaint(image, holes, filled, radius, telea ? cv::INPAINT_TELEA : cv::INPAINT_NS);
        filled.copyTo(image);
        return BS_OK;
    } catch (const std::exception &e) {
        return bs_fail(err, BS_ENOMEM, "OpenCV's inpainting of a %dx%d image failed: %s", width, height,
                       e.what());
    } catch (...) {
        return bs_fail(err, BS_ENOMEM, "OpenCV's inpainting of a %dx%d image failed", width, height);
    }
}
