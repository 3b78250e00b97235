/*
 * homography/warp.h - the OpenMP back end of the blur.
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

#ifdef __cplusplus
}
#endif

#endif /* BS_WARP_H */
