/*
 * homography/warp.h - the OpenMP back end of the blur, and the kernel map.
 */
#ifndef BS_WARP_H
#define BS_WARP_H

#include "homography/camera.h"
#include "homography/isa.h"
#include "homography/layers.h"
#include "homography/pose.h"
#include "homography/shutter.h"
#include "homography/warp_px.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * bs_warp_cpu() averages what the camera sees at each of 'n' poses, equally weighted, summed in the order of
 * 'views' [n][lines] (homography/views.h): '*blur' [height][width][3], linear RGB, and '*seen'
 * [height][width], 0 to 1, the share of the light that came from a surface the sharp frame really saw.  Where
 * the background was left unfilled, the mean is over what is known.
 *
 * 'threads' OpenMP threads share the image (1 inside a pipeline that runs samples side by side).  The bytes
 * written do not depend on it.
 */
void bs_warp_cpu(const bs_layers *l, bs_shutter shutter, const bs_view *views, int n, int threads,
                 float *blur, float *seen);

/* The same by the code for an instruction set, which must run here (bs_isa_runs()): for tests and
 * measurements. */
void bs_warp_isa(bs_isa isa, const bs_layers *l, bs_shutter shutter, const bs_view *views, int n, int threads,
                 float *blur, float *seen);

/*
 * bs_kernel_map() writes, for each sharp pixel, where the surface point seen there is at the end of an
 * exposure minus where it is at its start, each time on the line of the sensor that it then falls on
 * (homography/lines.h): '*uv' [height][width][2], pixels, x right, y down; NaN where the point is behind
 * one of the cameras.  'T_anchor_first' and 'T_anchor_last' are [lines]: the poses at start and end of
 * each line's exposure; 'inv_depth' is [height][width], 1/m.  BS_ENOMEM.
 */
int bs_kernel_map(const bs_camera *cam, bs_shutter shutter, const bs_pose *T_anchor_first,
                  const bs_pose *T_anchor_last, const float *inv_depth, float *uv, bs_err *err);

/*
 * '*out' is the largest distance, pixels, over a grid of sharp pixels, between where a point is at one of
 * 'n' poses T_anchor_cam [n][lines], 'when[i]' (0 to 1) of the way through the exposure, and where the
 * straight and even path of the kernel map has it.  The rest as above.
 */
int bs_kernel_linearity_error(const bs_camera *cam, bs_shutter shutter, const bs_pose *T_anchor_cam,
                              const double *when, int n, const bs_pose *T_anchor_first,
                              const bs_pose *T_anchor_last, const float *inv_depth, double *out, bs_err *err);

#ifdef __cplusplus
}
#endif

#endif /* BS_WARP_H */
