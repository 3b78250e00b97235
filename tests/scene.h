/*
 * tests/scene.h - small ray-traced worlds whose depth, colour and motion are known exactly.
 *
 * World axes are those of a camera at the identity pose: x right, y down, z forward, metres; in every scene
 * that camera has a good view.  Surfaces are matt, so a point has one colour from wherever it is seen, and
 * colours are linear light in 0 to 1.  Everything is a pure function of (scene, arguments): no state, no
 * rand(), and the same bits for any number of threads.
 */
#ifndef SCENE_H
#define SCENE_H

#include <stdint.h>

#include "homography/camera.h"
#include "homography/pose.h"
#include "homography/shutter.h"

typedef struct scene scene;

typedef struct scene_hit {
    double t_m; /* distance along the ray; INFINITY: nothing there but the sky */
    float rgb[3];
    uint16_t id; /* one for each piece of furniture, from 1; 0 = sky */
} scene_hit;

/*
 * scene_create() builds a world; 'seed' varies colours, textures and placement.
 *   "room"   a furnished room, 1.2 to 4.5 m deep, with a window through which rays miss
 *   "cards"  twelve turned cards, 1.4 to 3.1 m away, before a wall at z = 3.6 m
 *   "thin"   poles of 6 to 20 mm radius and a few balls, 1.2 to 2.6 m away, before a wall at z = 3.2 m
 *   "plane"  one plane through (0, 0, 2.5 m), its normal turned by 40 degrees about y
 *   "step"   a card at z = 2 m that covers x < 0, before a wall at z = 4 m
 *   "wall"   one wall at z = 2 m
 *   "empty"  only sky
 *   "cards_sharp", "cards_smooth", "room_sharp", "room_smooth", "slant_sharp", "thin_smooth", "poles", "layers"
 *            what accuracy is measured on: see scene_bench.c
 * NULL for another name, or without memory.
 */
scene *scene_create(const char *name, uint32_t seed);

/* Frees '*s' and nulls it; NULL is fine. */
void scene_destroy(scene **s);

/* The names above in one line, for messages. */
const char *scene_names(void);

/* The viewpoint of frame 'n' of trajectory 'k', for any scene: a slow path, up to 30 cm and a few degrees
 * from frame to frame, that stays within 1 m of the origin and clear of the furniture. */
bs_pose scene_view(int k, int n);

/*
 * scene_handheld() is a hand that tries to hold a camera still: T_world_cam at 't_s' seconds, for any time.
 * Sums of sines, so smooth and band-limited: drift of 0.3 to 1 Hz and tremor of 4 to 10 Hz in all six degrees
 * of freedom, about 30 degrees/s and 25 cm/s (root mean square): at 320x240 and 2 m, a blur of 2 to 9 px in
 * 30 ms and 5 to 20 px in 100 ms.
 */
bs_pose scene_handheld(uint32_t seed, double t_s);

/* What the ray from 'origin' along 'dir' (unit length, world axes) meets first. */
void scene_cast(const scene *s, const double origin[3], const double dir[3], scene_hit *hit);

/*
 * scene_render() takes a sharp picture.  Colour is the mean of 'spp' rays spread evenly over the pixel's
 * square ('seed' shifts the pattern; spp = 1 is the ray through the centre); ray length (metres, INFINITY =
 * sky) and ids belong to the ray through the centre.  Each of the three results may be NULL.
 */
void scene_render(const scene *s, const bs_camera *cam, const bs_pose *T_world_cam, int spp, uint32_t seed,
                  float *linear_rgb /* [h][w][3] */, float *ray_len_m /* [h][w] */,
                  uint16_t *ids /* [h][w] */);

/* The mean, in linear light, of the pictures at 'n' poses: what an exposure through them records. */
void scene_blur(const scene *s, const bs_camera *cam, const bs_pose *T_world_cam, int n, int spp,
                uint32_t seed, float *linear_rgb /* [h][w][3] */);

/* The same where each line of the sensor has poses of its own, [n][lines] (homography/shutter.h). */
void scene_blur_lines(const scene *s, const bs_camera *cam, bs_shutter shutter, const bs_pose *T_world_cam,
                      int n, int spp, uint32_t seed, float *linear_rgb /* [h][w][3] */);

/*
 * scene_kernel() follows the point seen at each pixel's centre from 'T_world_anchor': where the camera at
 * 'T_world_end' sees it minus where the one at 'T_world_start' does, pixels; occlusion is not asked.  NaN
 * where the point is behind either camera.
 */
void scene_kernel(const scene *s, const bs_camera *cam, const bs_pose *T_world_anchor,
                  const bs_pose *T_world_start, const bs_pose *T_world_end, float *uv /* [h][w][2] */);

/* The camera at the time of a line, 0 to lines - 1 and fractions between, at start (0) or end (1). */
typedef bs_pose scene_line_pose(const void *user, double line, int end);

/*
 * scene_kernel_lines() is the same for a rolling shutter: each time the point is seen on the line that it
 * then falls on, by the camera at that line's time; beyond the outermost lines at theirs.  NaN also where
 * the point outruns the shutter.
 */
void scene_kernel_lines(const scene *s, const bs_camera *cam, const bs_pose *T_world_anchor,
                        bs_shutter shutter, scene_line_pose *pose, const void *user,
                        float *uv /* [h][w][2] */);

#endif /* SCENE_H */
