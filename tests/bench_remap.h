/* tests/bench_remap.h - cv::remap for C: the rival of the benchmark. */
#ifndef BENCH_REMAP_H
#define BENCH_REMAP_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* OpenCV's version, or NULL: built without it. */
const char *bench_remap_version(void);

/* cv::remap of an 8-bit RGB image [height][width][3] by two float maps [height][width], bilinear, on one
 * thread; 0 if it failed. */
int bench_remap(const uint8_t *rgb, int width, int height, const float *x, const float *y, uint8_t *out);

#ifdef __cplusplus
}
#endif

#endif /* BENCH_REMAP_H */
