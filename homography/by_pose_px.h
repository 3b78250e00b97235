/*
 * homography/by_pose_px.h - what a team holds of arrays by pose and by pixel of a tile, and the loops over them.
 *
 * One thread holds all of them.  Of a team each lane holds one pose of a run, and some pixels.
 */
#ifndef BS_BY_POSE_PX_H
#define BS_BY_POSE_PX_H

#include <math.h>

#include "homography/layers.h"
#include "homography/team_px.h"

/* Side of a tile of destination pixels. */
#define BS_TILE 8
#define BS_TILE_PX (BS_TILE * BS_TILE)

/* Poses that are looked at together: up to BS_RUN where a tile turns out to see one surface at all of them, else
 * BS_POSES at a time.  Finding bounds for each pose would cost as much as the look along the lines does. */
#define BS_POSES 8
#define BS_RUN 32

/* Poses of a run: 'from' to 'to' - 1, whole eights. */
typedef struct bs_poses_of {
    int from, to;
} bs_poses_of;

#if BS_LANES == 1

/* Loops over poses: 'i' of each eight, and 'j' of all.  Eight at a time, so that compilers make vectors. */
#define BS_EACH_POSE(i, j, poses)                                         \
    for (int j##_8 = (poses).from; j##_8 < (poses).to; j##_8 += BS_POSES) \
        for (int i = 0, j = j##_8; i < BS_POSES; i++, j++)

/* Over the pixels (x, y) of a tile 'w' wide and 'h' high; 'i' is BS_TILE y + x. */
#define BS_EACH_PIXEL(i, x, y, w, h) \
    for (int y = 0; y < (h); y++)    \
        for (int x = 0, i = BS_TILE * y; x < (w); x++, i++)

/* Of arrays by pose, by pose of each eight, and by pixel: what a lane holds, and where pose j or pixel i is in it. */
#define BS_RUN_HELD BS_RUN
#define BS_POSES_HELD BS_POSES
#define BS_PX_HELD BS_TILE_PX
#define BS_POSE_AT(j) (j)
#define BS_PX_AT(i) (i)

/* The least of what poses have in 'v', which is spoilt; below, the most.  Halves at a time, so that compilers make
 * vectors. */
BS_TEAM float bs_least(float v[BS_RUN], bs_poses_of poses)
{
    float *a = v + poses.from;

    for (int j = BS_POSES; j < poses.to - poses.from; j += BS_POSES)
        for (int i = 0; i < BS_POSES; i++)
            a[i] = bs_minf(a[j + i], a[i]);
    for (int i = 0; i < BS_POSES / 2; i++)
        a[i] = bs_minf(a[BS_POSES / 2 + i], a[i]);
    return bs_minf(bs_minf(a[0], a[1]), bs_minf(a[2], a[3]));
}

BS_TEAM float bs_most(float v[BS_RUN], bs_poses_of poses)
{
    float *a = v + poses.from;

    for (int j = BS_POSES; j < poses.to - poses.from; j += BS_POSES)
        for (int i = 0; i < BS_POSES; i++)
            a[i] = bs_maxf(a[j + i], a[i]);
    for (int i = 0; i < BS_POSES / 2; i++)
        a[i] = bs_maxf(a[BS_POSES / 2 + i], a[i]);
    return bs_maxf(bs_maxf(a[0], a[1]), bs_maxf(a[2], a[3]));
}

/* Whether something is so at all poses, kept of each of the eight side by side. */
BS_TEAM int bs_all(const int ok[BS_POSES])
{
    int all = 1;

    for (int i = 0; i < BS_POSES; i++)
        all &= ok[i];
    return all;
}

#else

#if BS_LANES != BS_RUN
#error "a lane holds one pose of a run"
#endif

#define BS_EACH_POSE(i, j, poses) \
    for (int i = 0, j = bs_lane(); i == 0 && j >= (poses).from && j < (poses).to; i = 1)

#define BS_EACH_PIXEL(i, x, y, w, h)                       \
    for (int i = bs_lane(); i < BS_TILE_PX; i += BS_LANES) \
        for (int x = i % BS_TILE, y = i / BS_TILE; x < (w) && y < (h); x = BS_TILE)

#define BS_RUN_HELD 1
#define BS_POSES_HELD 1
#define BS_PX_HELD (BS_TILE_PX / BS_LANES)
#define BS_POSE_AT(j) 0
#define BS_PX_AT(i) ((i) / BS_LANES)

BS_TEAM float bs_least(float v[1], bs_poses_of poses)
{
    return bs_team_min(bs_lane() >= poses.from && bs_lane() < poses.to ? v[0] : INFINITY);
}

BS_TEAM float bs_most(float v[1], bs_poses_of poses)
{
    return bs_team_max(bs_lane() >= poses.from && bs_lane() < poses.to ? v[0] : -INFINITY);
}

BS_TEAM int bs_all(const int ok[1])
{
    return !bs_team_or(!ok[0]);
}

#endif

BS_TEAM void bs_all_begin(int ok[BS_POSES_HELD])
{
    for (int i = 0; i < BS_POSES_HELD; i++)
        ok[i] = 1;
}

#endif /* BS_BY_POSE_PX_H */
