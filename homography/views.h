/*
 * homography/views.h - from poses and a camera to what pixels need: views, displacements, pose counts.
 *
 * Poses are T_anchor_cam (homography/pose.h): from the moving camera to the camera of the sharp frame.  With
 * a rolling shutter each line of the sensor has its own; arrays "[n][lines]" hold bs_shutter_lines() of them
 * for each of n poses, by the row or column they belong to and not by when it is read.
 * Pure functions, double precision.
 */
#ifndef BS_VIEWS_H
#define BS_VIEWS_H

#include "homography/camera.h"
#include "homography/pose.h"
#include "homography/reach.h"
#include "homography/shutter.h"
#include "homography/warp_px.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * What a rigid motion does to pixels of known inverse depth: a point seen at pixel q of camera b with inverse
 * depth w = 1 / Z_b lies at H_inf q + w b in the image of camera a (homogeneous pixels).
 */
typedef struct bs_map {
    double H_inf[9]; /* K R_a_b K^-1, row-major */
    double b[3];     /* K t_a_b */
} bs_map;

bs_map bs_map_make(const bs_camera *cam, const bs_pose *T_a_b);

/* The map from the camera of the sharp frame to the moving one. */
bs_map bs_map_to(const bs_camera *cam, const bs_pose *T_anchor_cam);

/*
 * Applies the map: '*u', '*v', pixels of camera a.  Returns 0, and leaves them, if the point is behind it.
 */
int bs_map_apply(const bs_map *map_a_b, double x, double y, double inv_depth, double *u, double *v);

/* The same for many points: writes '*u', '*v' in any case and returns how far in front of camera a the point is,
 * for the depth of camera b as the unit.  They mean nothing unless it is above 0. */
static inline double bs_map_place(const bs_map *m, double x, double y, double inv_depth, double *u, double *v)
{
    const double *H = m->H_inf, *b = m->b;
    const double z = H[6] * x + H[7] * y + H[8] + inv_depth * b[2];

    *u = (H[0] * x + H[1] * y + H[2] + inv_depth * b[0]) / z;
    *v = (H[3] * x + H[4] * y + H[5] + inv_depth * b[1]) / z;
    return z;
}

/* The map of a moving camera as pixels use it.  T_anchor_cam = identity gives H_inf = I and b = 0 exactly. */
bs_view bs_view_make(const bs_camera *cam, const bs_pose *T_anchor_cam);

/*
 * bs_views_parallax() writes, for each pixel of the sharp frame, the largest |e| there (see warp_px.h), or a
 * little more, of the views [n][lines] that can see it: all of them for a global shutter; else those of the
 * lines whose pixels may look there at inverse depths from 'inv_lo' to 'inv_hi', 1/m.  Source pixels of
 * parallax for each 1/m of inverse depth: 0 everywhere for a camera that only rotates, and close to 0 around
 * the point that a camera moves towards.
 *
 * 'reach' [bs_reach_cells(h)][bs_reach_cells(w)], or NULL: which way the same views shift things.
 */
void bs_views_parallax(const bs_camera *cam, bs_shutter shutter, const bs_view *views, int n, double inv_lo,
                       double inv_hi, float *parallax_px_m /* [h][w] */, bs_reach *reach);

/*
 * The largest distance, pixels, that any point of the frame moves between neighbours of the poses [n][lines],
 * over a grid of pixels that holds the corners and over the frame's nearest and farthest inverse depth.  A
 * point follows the poses of the line that it lies on in the sharp frame.
 */
double bs_poses_max_step(const bs_camera *cam, bs_shutter shutter, const bs_pose *T_anchor_cam, int n,
                         double inv_lo, double inv_hi);

/*
 * The fewest poses, up to 'limit', whose neighbours no point of the frame passes more than 'max_step_px'
 * apart: one pose less would be too few.
 *
 * 'T_anchor_cam' are m + 1 poses at equal intervals from the start of the first line's exposure to the end of
 * the last one's, dense enough to follow the motion; the distance between neighbours is measured along the
 * path, so that a motion there and back does not pass for none.  'exposed' (above 0, up to 1) is the share of
 * that time for which one line is exposed: 1 for a global shutter.  'endpoints': the poses to be placed
 * include both ends (at least 2); else they are the middles of n intervals (at least 1, and each interval
 * counts as a step).  '*out'; BS_ENOMEM.
 */
int bs_poses_needed(const bs_camera *cam, bs_shutter shutter, double exposed, const bs_pose *T_anchor_cam,
                    int m, double inv_lo, double inv_hi, double max_step_px, int endpoints, int limit,
                    int *out, bs_err *err);

#ifdef __cplusplus
}
#endif

#endif /* BS_VIEWS_H */
