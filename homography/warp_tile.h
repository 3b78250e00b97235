/*
 * homography/warp_tile.h - the blur of one tile, in the variants that instruction sets allow.
 *
 * The rule is homography/sheet_px.h's where what a tile sees is flat, and homography/warp_px.h's elsewhere;
 * warp_flow.h says which is where.  warp_plain.c applies both pixel by pixel; warp_simd.h is its twin for vectors of
 * pixels, compiled for each instruction set, and holds nothing that the rules do not have: the same operations in
 * the same order, so the same bits.
 */
#ifndef BS_WARP_TILE_H
#define BS_WARP_TILE_H

#include "homography/bounds_px.h"
#include "homography/leaf_px.h"
#include "homography/warp_px.h"

#define BS_TILE_PX (BS_TILE * BS_TILE)

/* What is blurred. */
typedef struct bs_exposure {
    const bs_layers *l;
    const bs_view *views; /* [n][lines] */
    int n, lines;
    bs_rows rows;
    const bs_view_set *sets; /* the same, BS_RUN poses each, if all pixels have the same; or NULL */
} bs_exposure;

/* Blurs a tile of images [height][width][3] and [height][width]: bs_warp_cpu(). */
typedef void bs_warp_tile(const bs_exposure *e, const bs_box *tile, float *blur, float *seen);

bs_warp_tile bs_warp_tile_plain, bs_warp_tile_avx2, bs_warp_tile_avx512;

/* What the pixels of a tile have gathered that walk, row by row, BS_TILE a row even where the image ends before; what
 * lies beyond is anything. */
typedef struct bs_tile_sum {
    _Alignas(64) float v[BS_TILE_PX][4]; /* light and known share; aligned for whole vectors */
    float seen[BS_TILE_PX];
    float guess[BS_TILE_PX]; /* bs_look_px(); what a walk has found is taken at the last pose of a job */
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
static inline bs_light bs_tile_look(const bs_warp_job *job, int i, int j)
{
    const int x = (int)job->tile->x0 + i % BS_TILE, y = (int)job->tile->y0 + i / BS_TILE;
    const bs_view *view =
        job->views + (size_t)j * (size_t)job->lines + x * job->rows.step_x + y * job->rows.step_y;
    float *guess = &job->sum->guess[i], found = -1.0f;
    const bs_light out = bs_warp_px(job->l, view, job->bounds, (float)x, (float)y, guess, &found);

    if (j + 1 == job->n && found >= 0.0f)
        *guess = found;
    return out;
}

static inline void bs_tile_add(const bs_warp_job *job, int i, int j)
{
    bs_tile_sum *sum = job->sum;
    const bs_light light = bs_tile_look(job, i, j);

    for (int k = 0; k < 4; k++)
        sum->v[i][k] += light.v[k];
    sum->seen[i] += light.seen;
}

#endif /* BS_WARP_TILE_H */
