/* The rules as nvcc compiles them for the host: tests/test_nvcc_host.c compares them with the C compiler's. */
#include <stdlib.h>

#include "cuda/batch_px.h"
#include "homography/depth_px.h"
#include "homography/loops_px.h"

#include "homography/flow_px.h"

#include "tests/nvcc_host.h"

void nvcc_blur(const bs_blur_item *item)
{
    const bs_sweep e = { &item->layers, item->views, item->n_poses, item->n_lines, item->rows, NULL };
    bs_tile_room *room = (bs_tile_room *)malloc(sizeof *room);
    bs_tile_store *store = (bs_tile_store *)malloc(sizeof *store);

    for (int y = 0; room && store && y < item->layers.height; y += BS_TILE)
        for (int x = 0; x < item->layers.width; x += BS_TILE) {
            const bs_box tile = bs_tile_from(&item->layers, x, y);

            bs_flow_tile(&e, &tile, room, store, item->blur, item->seen);
        }
    free(room);
    free(store);
}

void nvcc_expose(const bs_blur_item *item)
{
    for (int i = 0; i < item->layers.width * item->layers.height; i++)
        bs_batch_expose(item, (uint32_t)i);
}

void nvcc_depth(const bs_layers *l, const bs_view *view, float *inv_depth, uint8_t *seen)
{
    const bs_rows rows = { 0, 0 };
    const bs_poses_of one = { 0, BS_POSES };

    for (int i = 0; i < l->width * l->height; i++) {
        const int x = i % l->width, y = i / l->width;
        const bs_box tile = bs_tile_from(l, x / BS_TILE * BS_TILE, y / BS_TILE * BS_TILE);
        bs_bounds range, bounds;
        bs_surface s;
        bs_hull hull;

        bs_hull_of(view, 1, 1, rows, &tile, &hull);
        range = bs_tile_range(l, &hull, one);
        bounds = bs_tile_bounds(l, &hull, one, bs_hull_px(&hull, one), &range);
        s = bs_depth_px(l, view, &bounds, (float)x, (float)y);
        inv_depth[i] = s.inv_depth;
        seen[i] = (uint8_t)s.seen;
    }
}
