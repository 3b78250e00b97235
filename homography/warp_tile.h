/*
 * homography/warp_tile.h - the blur of one tile, in the variants that instruction sets allow.
 *
 * The rule is homography/warp_px.h's.  warp_plain.c applies it pixel by pixel; warp_simd.h is its twin for
 * vectors of pixels, compiled for each instruction set, and holds nothing that the rule does not have: the
 * same operations in the same order, so the same bits.
 */
#ifndef BS_WARP_TILE_H
#define BS_WARP_TILE_H

#include "homography/bounds_px.h"

#define BS_TILE_PX (BS_TILE * BS_TILE)

/* What the pixels of a tile have gathered so far, row by row, BS_TILE a row even where the image ends before;
 * what lies beyond is anything. */
typedef struct bs_tile_sum {
    float v[BS_TILE_PX][4]; /* light and known share */
    float seen[BS_TILE_PX];
    float guess[BS_TILE_PX]; /* bs_settle() */
} bs_tile_sum;

/* Adds what the pixels of a tile see at one pose, whose views are 'views'. */
typedef void bs_warp_tile(const bs_layers *l, const bs_view *views, bs_rows rows, const bs_box *tile,
                          const bs_bounds *bounds, bs_tile_sum *sum);

bs_warp_tile bs_warp_tile_plain, bs_warp_tile_avx2, bs_warp_tile_avx512;

/* One pixel of it, number 'i'. */
static inline void bs_tile_add(const bs_layers *l, const bs_view *views, bs_rows rows, const bs_box *tile,
                               const bs_bounds *bounds, int i, bs_tile_sum *sum)
{
    const int x = (int)tile->x0 + i % BS_TILE, y = (int)tile->y0 + i / BS_TILE;
    const bs_view *view = &views[x * rows.step_x + y * rows.step_y];
    const bs_light light = bs_warp_px(l, view, bounds, (float)x, (float)y, &sum->guess[i]);

    for (int k = 0; k < 4; k++)
        sum->v[i][k] += light.v[k];
    sum->seen[i] += light.seen;
}

#endif /* BS_WARP_TILE_H */
