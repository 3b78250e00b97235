/*
 * homography/tile_px.h - the blur of one tile, in the variants that machines allow.
 *
 * The rule is homography/sheet_px.h's where what a tile sees is flat, and homography/warp_px.h's elsewhere; flow_px.h says
 * which is where, and is written for a team (team_px.h).  The loops over texels and pixels that it calls are those of
 * loops_px.h, pixel by pixel: for one thread (warp_plain.c) or for the lanes of a GPU (cuda/).  warp_simd.h is their twin
 * for vectors of pixels, compiled for each instruction set, and holds nothing that the rules do not have: the same
 * operations in the same order, so the same bits.
 */
#ifndef BS_TILE_PX_H
#define BS_TILE_PX_H

#include "homography/bounds_px.h"
#include "homography/leaf_px.h"
#include "homography/warp_px.h"

/* What is blurred: a frame, and the views that sweep over it. */
typedef struct bs_sweep {
    const bs_layers *l;
    const bs_view *views; /* [n][lines] */
    int n, lines;
    bs_rows rows;
    const bs_view_set *sets; /* the same, BS_RUN poses each, if all pixels have the same; or NULL */
} bs_sweep;

#if defined(__cplusplus)
#define BS_ALIGNED(n) alignas(n)
#else
#define BS_ALIGNED(n) _Alignas(n)
#endif

/* What the pixels of a tile have gathered that walk, row by row, BS_TILE a row even where the image ends before; what
 * lies beyond is anything. */
typedef struct bs_tile_sum {
    BS_ALIGNED(64) float v[BS_PX_HELD][4]; /* light and known share; aligned for whole vectors */
    float seen[BS_PX_HELD];
    float guess[BS_PX_HELD]; /* bs_look_px(); what a walk has found is taken at the last pose of a job */
} bs_tile_sum;

/* Some poses of a tile, for those that walk. */
typedef struct bs_warp_job {
    const bs_layers *l;
    const bs_view *views; /* [n][lines] */
    int n, lines;         /* n: 1 to BS_POSES */
    bs_rows rows;
    const bs_box *tile;
    const bs_bounds *bounds; /* of all these poses */
    bs_tile_sum *sum;
} bs_warp_job;

/* What pixel 'i' sees at the j-th pose. */
BS_PX bs_light bs_tile_look(const bs_warp_job *job, int i, int j)
{
    const int x = (int)job->tile->x0 + i % BS_TILE, y = (int)job->tile->y0 + i / BS_TILE;
    const bs_view *view =
        job->views + (size_t)j * (size_t)job->lines + x * job->rows.step_x + y * job->rows.step_y;
    float *guess = &job->sum->guess[BS_PX_AT(i)], found = -1.0f;
    const bs_light out = bs_warp_px(job->l, view, job->bounds, (float)x, (float)y, guess, &found);

    if (j + 1 == job->n && found >= 0.0f)
        *guess = found;
    return out;
}

BS_PX void bs_tile_add(const bs_warp_job *job, int i, int j)
{
    bs_tile_sum *sum = job->sum;
    const bs_light light = bs_tile_look(job, i, j);

    for (int k = 0; k < 4; k++)
        sum->v[BS_PX_AT(i)][k] += light.v[k];
    sum->seen[BS_PX_AT(i)] += light.seen;
}

#endif /* BS_TILE_PX_H */
