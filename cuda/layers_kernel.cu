/* The kernel that builds layers: a grid around the rules of inpaint/. */
#define BS_LANES 256
#include "cuda/block_team.h"

#include "cuda/layers_team.h"

#include "cuda/layers_kernel.h"

/* One team a block takes frame after frame of one size, in a room of its own.  'next' begins at 0. */
static __global__ void __launch_bounds__(BS_LANES)
    build_layers(const bs_build_item *items, int n, const bs_scene *rooms /* [gridDim.x] */, int *next)
{
    __shared__ int taken;

    for (;;) {
        if (bs_lane() == 0)
            taken = atomicAdd(next, 1);
        bs_team_sync();

        const int i = taken;

        bs_team_sync();
        if (i >= n)
            return;
        bs_team_build(&items[i], &rooms[blockIdx.x]);
    }
}

cudaError_t bs_layers_kernel_teams(int *per_multiprocessor)
{
    return cudaOccupancyMaxActiveBlocksPerMultiprocessor(per_multiprocessor, build_layers, BS_LANES, 0);
}

cudaError_t bs_layers_kernel_build(const bs_build_item *items, int n, const bs_scene *rooms, int teams,
                                   int *next, cudaStream_t stream)
{
    const int blocks = n < teams ? n : teams;
    const cudaError_t rc = cudaMemsetAsync(next, 0, sizeof *next, stream);

    if (rc != cudaSuccess)
        return rc;
    build_layers<<<blocks, BS_LANES, 0, stream>>>(items, n, rooms, next);
    return cudaGetLastError();
}
