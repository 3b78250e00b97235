/*
 * cuda/tile_team.h - what a team does for a tile of a batch.  Behind what the team is made of, with BS_LANES 32.
 */
#ifndef BS_TILE_TEAM_H
#define BS_TILE_TEAM_H

#include "cuda/batch_px.h"
#include "homography/loops_px.h"

#include "homography/flow_px.h"

/* Tile 't' of an item. */
BS_TEAM void bs_team_blur_tile(const bs_blur_item *item, int t, bs_tile_room *room, bs_tile_store *store)
{
    const bs_layers *l = &item->layers;
    const int across = bs_tiles_along(l->width);
    const bs_sweep e = { l, item->views, item->n_poses, item->n_lines, item->rows, NULL };
    bs_box tile;

    if (!l->width) /* its layers could not be built */
        return;
    tile = bs_tile_from(l, t % across * BS_TILE, t / across * BS_TILE);
    bs_flow_tile(&e, &tile, room, store, item->blur, item->seen);
}

#endif /* BS_TILE_TEAM_H */
