#include "homography/depth.h"

#include <stddef.h>

#include "homography/bounds_px.h"
#include "homography/depth_px.h"

void bs_depth_cpu(const bs_layers *l, const bs_view *view, int threads, float *inv_depth, uint8_t *seen)
{
    const int tiles_x = (l->width + BS_TILE - 1) / BS_TILE, tiles_y = (l->height + BS_TILE - 1) / BS_TILE;
    const bs_rows rows = { 0, 0 };

    (void)threads; /* without OpenMP there is one */
#pragma omp parallel for schedule(dynamic, 4) num_threads(threads) if (threads > 1)
    for (int i = 0; i < tiles_x * tiles_y; i++) {
        const int x0 = i % tiles_x * BS_TILE, y0 = i / tiles_x * BS_TILE;
        const int x1 = x0 + BS_TILE < l->width ? x0 + BS_TILE - 1 : l->width - 1;
        const int y1 = y0 + BS_TILE < l->height ? y0 + BS_TILE - 1 : l->height - 1;
        const bs_box tile = { (float)x0, (float)y0, (float)x1, (float)y1 };
        const bs_bounds bounds = bs_tile_bounds(l, view, rows, &tile);

        for (int y = y0; y <= y1; y++)
            for (int x = x0; x <= x1; x++) {
                const bs_surface s = bs_depth_px(l, view, &bounds, (float)x, (float)y);
                const size_t at = (size_t)y * (size_t)l->width + (size_t)x;

                inv_depth[at] = s.inv_depth;
                seen[at] = (uint8_t)s.seen;
            }
    }
}
