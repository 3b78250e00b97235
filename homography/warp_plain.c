#include "homography/warp_tile.h"

void bs_warp_tile_plain(const bs_layers *l, const bs_view *views, bs_rows rows, const bs_box *tile,
                        const bs_bounds *bounds, bs_tile_sum *sum)
{
    const int w = (int)(tile->x1 - tile->x0) + 1, h = (int)(tile->y1 - tile->y0) + 1;

    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++)
            bs_tile_add(l, views, rows, tile, bounds, BS_TILE * y + x, sum);
}
