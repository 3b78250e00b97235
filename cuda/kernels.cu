/* The kernels: a grid around the rules of homography/. */
#include "cuda/warp_team.h"

#include "cuda/tile_team.h"

#include "cuda/kernels.h"

/* Teams on a multiprocessor at a time: as many as their registers leave room for, 128 each. */
#define TEAMS_PER_SM 16

/* One team a block takes tile after tile.  'next' begins at 0. */
static __global__ void __launch_bounds__(BS_LANES, TEAMS_PER_SM)
    blur_tiles(bs_blur_batch batch, bs_tile_store *stores, int *next)
{
    __shared__ bs_tile_room room;
    const int per_item = bs_tiles_along(batch.width) * bs_tiles_along(batch.height);
    const int n = bs_batch_tiles(&batch);

    while (n > 0) {
        int t = 0;

        if (bs_lane() == 0)
            t = atomicAdd(next, 1);
        t = __shfl_sync(BS_ALL_LANES, t, 0);
        if (t >= n)
            return;
        bs_team_blur_tile(&batch.items[t / per_item], t % per_item, &room, &stores[blockIdx.x]);
    }
}

/* A thread for each pixel of all items, here and below. */
static __global__ void decode(bs_blur_batch batch)
{
    const bs_blur_item *item = &batch.items[blockIdx.y];
    const uint32_t i = blockIdx.x * blockDim.x + threadIdx.x;

    if (item->rgb && i < (uint32_t)batch.width * (uint32_t)batch.height)
        bs_batch_decode(item, i);
}

static __global__ void expose(bs_blur_batch batch)
{
    const bs_blur_item *item = &batch.items[blockIdx.y];
    const uint32_t i = blockIdx.x * blockDim.x + threadIdx.x;

    if (item->layers.width && i < (uint32_t)batch.width * (uint32_t)batch.height)
        bs_batch_expose(item, i);
}

size_t bs_kernels_store_bytes(void)
{
    return sizeof(bs_tile_store);
}

cudaError_t bs_kernels_teams(int *per_multiprocessor)
{
    return cudaOccupancyMaxActiveBlocksPerMultiprocessor(per_multiprocessor, blur_tiles, BS_LANES, 0);
}

#define THREADS 256

/* Blocks of THREADS for all pixels of a batch. */
static dim3 grid_of(const bs_blur_batch *b)
{
    return dim3((unsigned)((b->width * b->height + THREADS - 1) / THREADS), (unsigned)b->n);
}

cudaError_t bs_kernels_prepare(cudaStream_t stream)
{
    const bs_blur_batch nothing = { NULL, 0, 1, 1 };

    blur_tiles<<<1, BS_LANES, 0, stream>>>(nothing, NULL, NULL);
    return cudaGetLastError();
}

cudaError_t bs_kernels_decode(const bs_blur_batch *batch, cudaStream_t stream)
{
    decode<<<grid_of(batch), THREADS, 0, stream>>>(*batch);
    return cudaGetLastError();
}

cudaError_t bs_kernels_blur(const bs_blur_batch *batch, void *stores, int teams, int *next,
                            cudaStream_t stream)
{
    const int tiles = bs_batch_tiles(batch), blocks = tiles < teams ? tiles : teams;
    cudaError_t rc = cudaMemsetAsync(next, 0, sizeof *next, stream);

    if (rc != cudaSuccess)
        return rc;
    blur_tiles<<<blocks, BS_LANES, 0, stream>>>(*batch, (bs_tile_store *)stores, next);
    rc = cudaGetLastError();
    if (rc != cudaSuccess)
        return rc;
    expose<<<grid_of(batch), THREADS, 0, stream>>>(*batch);
    return cudaGetLastError();
}
