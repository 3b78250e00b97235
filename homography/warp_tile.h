/*
 * homography/warp_tile.h - the variants of the blur of a tile that a processor has.  Internal to homography/.
 */
#ifndef BS_WARP_TILE_H
#define BS_WARP_TILE_H

#include "homography/tile_px.h"

/* Blurs a tile of images [height][width][3] and [height][width]: bs_warp_cpu(). */
typedef void bs_warp_tile(const bs_sweep *e, const bs_box *tile, float *blur, float *seen);

bs_warp_tile bs_warp_tile_plain, bs_warp_tile_avx2, bs_warp_tile_avx512;

#endif /* BS_WARP_TILE_H */
