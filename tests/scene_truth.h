/*
 * tests/scene_truth.h - which pixels of an exposure a sharp frame can answer for.
 */
#ifndef SCENE_TRUTH_H
#define SCENE_TRUTH_H

#include <stdint.h>

#include "tests/scene.h"

/* What can be wrong with a pixel, a bit each; 0: every surface it sees is seen by the reference as well. */
enum {
    SCENE_OUTSIDE = 1, /* some pose sees a point there that lies outside the reference's image */
    SCENE_HIDDEN = 2,  /* some pose sees a point there that lies inside it, behind another surface */
};

/*
 * scene_doubt() asks it of the ray through each pixel's centre at each of 'n' poses.  The image ends half a
 * pixel beyond its outermost pixels' centres; a point less than a thousandth of its distance behind what
 * the reference sees there counts as seen, or grazing surfaces would hide themselves.
 */
void scene_doubt(const scene *s, const bs_camera *cam, const bs_pose *T_world_ref, const bs_pose *T_world_cam,
                 int n, uint8_t *doubt /* [h][w] */);

/* The same where each line of the sensor has poses of its own, [n][lines]. */
void scene_doubt_lines(const scene *s, const bs_camera *cam, const bs_pose *T_world_ref, bs_shutter shutter,
                       const bs_pose *T_world_cam, int n, uint8_t *doubt /* [h][w] */);

/*
 * scene_extent() is how far the point seen at each pixel's centre from 'T_world_ref' travels over the 'n'
 * poses: the diagonal of its track's bounding box, px.  It sees a motion there and back, which the kernel
 * map does not.  NaN where a camera has it behind.
 */
void scene_extent(const scene *s, const bs_camera *cam, const bs_pose *T_world_ref,
                  const bs_pose *T_world_cam, int n, float *extent_px /* [h][w] */);

#endif /* SCENE_TRUTH_H */
