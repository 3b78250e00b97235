/*
 * homography/kernel.h - the kernel map: where points go during an exposure, how far and how straight.
 *
 * 'threads' OpenMP threads share the image (1 inside a pipeline that runs samples side by side); nothing that
 * is written depends on it.
 */
#ifndef BS_KERNEL_H
#define BS_KERNEL_H

#include <stddef.h>

#include "homography/camera.h"
#include "homography/error.h"
#include "homography/pose.h"
#include "homography/shutter.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * bs_kernel_map() writes, for each sharp pixel, where the surface point seen there is at the end of an
 * exposure minus where it is at its start, each time on the line of the sensor that it then falls on
 * (homography/lines.h): '*uv' [height][width][2], pixels, x right, y down; NaN where the point is behind
 * one of the cameras.  'T_anchor_first' and 'T_anchor_last' are [lines]: the poses at start and end of
 * each line's exposure; 'inv_depth' is [height][width], 1/m.  BS_ENOMEM.
 */
int bs_kernel_map(const bs_camera *cam, bs_shutter shutter, const bs_pose *T_anchor_first,
                  const bs_pose *T_anchor_last, const float *inv_depth, int threads, float *uv, bs_err *err);

/*
 * '*out' is the largest distance, pixels, over a grid of sharp pixels, between where a point is at one of
 * 'n' poses T_anchor_cam [n][lines], 'when[i]' (0 to 1) of the way through the exposure, and where the
 * straight and even path of the kernel map has it.  The rest as above.
 */
int bs_kernel_linearity_error(const bs_camera *cam, bs_shutter shutter, const bs_pose *T_anchor_cam,
                              const double *when, int n, const bs_pose *T_anchor_first,
                              const bs_pose *T_anchor_last, const float *inv_depth, int threads, double *out,
                              bs_err *err);

/* Over the vectors that are known. */
typedef struct bs_lengths {
    double mean_px, max_px; /* 0 if none is */
} bs_lengths;

/* The lengths of 'n' vectors of a kernel map, or, with 'less', of their differences from those of another. */
bs_lengths bs_kernel_lengths(const float *uv, const float *less /* or NULL */, size_t n, int threads);

#ifdef __cplusplus
}
#endif

#endif /* BS_KERNEL_H */
