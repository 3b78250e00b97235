/*
 * gen/wanted.h - how a sample, or a sequence of them, moves: on which trace, and with which exposure.
 * Internal to gen/.
 *
 * Without a wanted blur it is the first exposure that is drawn on the recorded trace, or made motion as it
 * comes. With one, what is drawn is measured against it: the mean length of the kernel over the frame, on
 * a coarse grid of its depth.  Made motion is scaled until it fits, recorded motion is drawn anew.
 */
#ifndef BS_WANTED_H
#define BS_WANTED_H

#include "gen/blursynth.h"
#include "imu/shake.h"

/* The depth of a frame in 32 by 24 blocks, or one for each pixel of a side that is smaller.  The mean
 * length of a kernel is not that of the mean depth: a block with an edge in it needs both sides. */
#define BS_GRID_W 32
#define BS_GRID_H 24

typedef struct bs_depth_grid {
    int width, height;
    /* [height][width] means of what is nearer and what is farther than the block's mean, 1/m; equal in a
     * block of one depth, all 0 if nothing is known */
    float near_inv[BS_GRID_W * BS_GRID_H], far_inv[BS_GRID_W * BS_GRID_H];
    float near_share[BS_GRID_W * BS_GRID_H]; /* of the block, 0 to 1 */
} bs_depth_grid;

/* 'depth_m' [height][width]: metres, INFINITY, or NaN for unknown.  Blocks without depth take the farthest
 * of their neighbours'. */
void bs_depth_grid_make(const float *depth_m, int width, int height, bs_depth_grid *out);

/* Where motion comes from.  Everything borrowed. */
typedef struct bs_motion_source {
    const bs_trace *trace; /* recorded; or, of made motion, an example of it */
    const bs_shake *shake; /* NULL: recorded */
} bs_motion_source;

struct bs_motion;

/*
 * bs_motion_choose() settles the exposure and the trace of sequence 'sequence' (its first exposure):
 * m->exposure, m->trace, and what was wanted and drawn for it.  'grid' is that of the frame; it may be
 * NULL if no blur is wanted.  A pure function of its arguments.  BS_EGAP, BS_ERANGE, BS_EINVAL, BS_ENOMEM.
 */
int bs_motion_choose(const bs_dataset_options *opt, const bs_motion_source *from, uint64_t sequence,
                     const bs_camera *cam, const bs_depth_grid *grid, struct bs_motion *m, bs_err *err);

#endif /* BS_WANTED_H */
