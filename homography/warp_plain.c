#include "homography/warp_tile.h"

#include "homography/loops_px.h"

#include "homography/flow_px.h"

void bs_warp_tile_plain(const bs_sweep *e, const bs_box *tile, float *blur, float *seen)
{
    bs_tile_room room;
    bs_tile_store store;

    bs_flow_tile(e, tile, &room, &store, blur, seen);
}
