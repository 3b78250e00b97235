#include "tests/bench_remap.h"

#include <exception>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

extern "C" const char *bench_remap_version(void)
{
    return CV_VERSION;
}

extern "C" int bench_remap(const uint8_t *rgb, int width, int height, const float *x, const float *y,
                           uint8_t *out)
{
    try {
        const cv::Mat from(height, width, CV_8UC3, const_cast<uint8_t *>(rgb));
        const cv::Mat map_x(height, width, CV_32FC1, const_cast<float *>(x));
        const cv::Mat map_y(height, width, CV_32FC1, const_cast<float *>(y));
        cv::Mat to(height, width, CV_8UC3, out);

        cv::setNumThreads(1);
        cv::remap(from, to, map_x, map_y, cv::INTER_LINEAR, cv::BORDER_CONSTANT);
        return to.data == out;
    } catch (const std::exception &) {
        return 0;
    }
}
