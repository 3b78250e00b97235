/* The kernel that builds layers: a grid around the rules of inpaint/. */
#define BS_LANES 256
#include "cuda/block_team.h"

#include "cuda/layers_team.h"

#include "cuda/layers_kernel.h"

/* A block for each frame, in a room of its own. */
static __global__ void __launch_bounds__(BS_LANES) build_layers(const bs_build_item *items, const bs_scene *rooms)
{
    bs_team_build(&items[blockIdx.x], &rooms[blockIdx.x]);
}

cudaError_t bs_layers_kernel_build(const bs_build_item *items, int n, const bs_scene *rooms, cudaStream_t stream)
{
    build_layers<<<n, BS_LANES, 0, stream>>>(items, rooms);
    return cudaGetLastError();
}
