/* The per-pixel rules as nvcc reads them: compiled, not run. */
#include "homography/bounds_px.h"
#include "homography/sensor_px.h"

__global__ void px_warp(bs_layers l, const bs_view *views, bs_rows rows, bs_box tile, float *out)
{
    const int x = blockIdx.x * blockDim.x + threadIdx.x, y = blockIdx.y * blockDim.y + threadIdx.y;
    const bs_bounds bounds = bs_tile_bounds(&l, views, rows, &tile);

    if (x < l.width && y < l.height)
        out[y * l.width + x] = bs_warp_px(&l, &views[x * rows.step_x + y * rows.step_y], &bounds, (float)x, (float)y).v[0];
}

__global__ void px_sensor(const bs_response *resp, const float *light, int n, float peak, unsigned char *out)
{
    const int i = blockIdx.x * blockDim.x + threadIdx.x;

    if (i < n)
        out[i] = bs_sensor_px(resp, light[i], peak, 0, 0, (uint32_t)i, 0);
}
