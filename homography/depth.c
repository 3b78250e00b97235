#include "homography/depth.h"

#include <stddef.h>

#include "homography/bounds_px.h"
#include "homography/depth_px.h"

static void find_tile(const bs_layers *l, const bs_view *view, const bs_box *tile, float *inv_depth,
                      uint8_t *seen)
{
    const bs_rows rows = { 0, 0 };
    const bs_poses_of one = { 0, BS_POSES };
    bs_bounds range, bounds;
    bs_hull hull;

    bs_hull_of(view, 1, 1, rows, tile, &hull);
    range = bs_tile_range(l, &hull, one);
    bounds = bs_tile_bounds(l, &hull, one, bs_hull_px(&hull, one), &range);

    for (int y = (int)tile->y0; y <= (int)tile->y1; y++)
        for (int x = (int)tile->x0; x <= (int)tile->x1; x++) {
            const bs_surface s = bs_depth_px(l, view, &bounds, (float)x, (float)y);
            const size_t at = (size_t)y * (size_t)l->width + (size_t)x;

            inv_depth[at] = s.inv_depth;
            seen[at] = (uint8_t)s.seen;
        }
}

void bs_depth_cpu(const bs_layers *l, const bs_view *view, int threads, float *inv_depth, uint8_t *seen)
{
    (void)threads; /* without OpenMP there is one */
#pragma omp parallel for schedule(dynamic, 1) num_threads(threads) if (threads > 1)
    for (int y = 0; y < l->height; y += BS_TILE)
        for (int x = 0; x < l->width; x += BS_TILE) {
            const bs_box tile = bs_tile_from(l, x, y);

            find_tile(l, view, &tile, inv_depth, seen);
        }
}
