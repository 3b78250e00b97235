/* The kernels: a grid around the rules of homography/. */
#include "cuda/warp_team.h"

#include "cuda/tile_team.h"

/* Teams on a multiprocessor at a time: as many as their registers leave room for, 128 each. */
#define TEAMS_PER_SM 16

/* One team a block takes tile after tile.  'next' begins at 0. */
__global__ void __launch_bounds__(BS_LANES, TEAMS_PER_SM)
    blur_tiles(bs_blur_batch batch, bs_tile_store *stores, int *next)
{
    __shared__ bs_tile_room room;
    const int per_item = bs_tiles_along(batch.width) * bs_tiles_along(batch.height);
    const int n = bs_batch_tiles(&batch);

    for (;;) {
        int t = 0;

        if (bs_lane() == 0)
            t = atomicAdd(next, 1);
        t = __shfl_sync(BS_ALL_LANES, t, 0);
        if (t >= n)
            return;
        bs_team_blur_tile(&batch.items[t / per_item], t % per_item, &room, &stores[blockIdx.x]);
    }
}

/* A thread for each pixel of all items. */
__global__ void expose(bs_blur_batch batch)
{
    const bs_blur_item *item = &batch.items[blockIdx.y];
    const uint32_t i = blockIdx.x * blockDim.x + threadIdx.x;

    if (item->response && i < (uint32_t)batch.width * (uint32_t)batch.height)
        bs_batch_expose(item, i);
}
