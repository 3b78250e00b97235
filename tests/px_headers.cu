/* The per-pixel rules as nvcc reads them: compiled, not run. */
#include "homography/bounds_px.h"
#include "homography/depth_px.h"
#include "homography/sensor_px.h"

__global__ void px_warp(bs_layers l, const bs_view *views, bs_rows rows, bs_box tile, float *out)
{
    const int x = blockIdx.x * blockDim.x + threadIdx.x, y = blockIdx.y * blockDim.y + threadIdx.y;
    const bs_bounds bounds = bs_tile_bounds(&l, views, 1, 1, rows, &tile);

    float guess = 1.0f, found;

    if (x < l.width && y < l.height)
        out[y * l.width + x] =
            bs_warp_px(&l, &views[x * rows.step_x + y * rows.step_y], &bounds, (float)x, (float)y, &guess, &found).v[0];
}

__global__ void px_depth(bs_layers l, bs_view view, bs_box tile, float *inv_depth, unsigned char *seen)
{
    const int x = blockIdx.x * blockDim.x + threadIdx.x, y = blockIdx.y * blockDim.y + threadIdx.y;
    const bs_rows rows = { 0, 0 };
    const bs_bounds bounds = bs_tile_bounds(&l, &view, 1, 1, rows, &tile);

    if (x < l.width && y < l.height) {
        const bs_surface s = bs_depth_px(&l, &view, &bounds, (float)x, (float)y);

        inv_depth[y * l.width + x] = s.inv_depth;
        seen[y * l.width + x] = (unsigned char)s.seen;
    }
}

__global__ void px_sensor(const bs_response *resp, const float *light, int n, float peak, unsigned char *out)
{
    const int i = blockIdx.x * blockDim.x + threadIdx.x;

    if (i < n)
        out[i] = bs_sensor_px(resp, light[i], peak, 0, 0, (uint32_t)i, 0);
}
