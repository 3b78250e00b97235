#include "homography/warp_tile.h"

void bs_warp_tile_plain(const bs_warp_job *job)
{
    const bs_box *tile = job->tile;
    const int w = (int)(tile->x1 - tile->x0) + 1, h = (int)(tile->y1 - tile->y0) + 1;

    for (int j = 0; j < job->n; j++)
        for (int y = 0; y < h; y++)
            for (int x = 0; x < w; x++)
                bs_tile_add(job, BS_TILE * y + x, j);
}
