/* The per-pixel rules as nvcc reads them: compiled, not run. */
#include "homography/bounds_px.h"
#include "homography/depth_px.h"
#include "homography/sensor_px.h"
#include "homography/leaf_px.h"

__device__ static bs_bounds tile_bounds(const bs_layers *l, const bs_hull *hull)
{
    const bs_poses_of one = { 0, BS_POSES };
    bs_bounds range = bs_tile_range(l, hull, one);

    return bs_tile_bounds(l, hull, one, bs_hull_px(hull, one), &range);
}

__global__ void px_warp(bs_layers l, const bs_view *views, bs_rows rows, bs_box tile, float *out)
{
    const int x = blockIdx.x * blockDim.x + threadIdx.x, y = blockIdx.y * blockDim.y + threadIdx.y;
    float guess = 1.0f, found;
    bs_bounds bounds;
    bs_hull hull;

    bs_hull_of(views, 1, 1, rows, &tile, &hull);
    bounds = tile_bounds(&l, &hull);
    if (x < l.width && y < l.height)
        out[y * l.width + x] =
            bs_warp_px(&l, &views[x * rows.step_x + y * rows.step_y], &bounds, (float)x, (float)y, &guess, &found).v[0];
}

__global__ void px_depth(bs_layers l, bs_view view, bs_box tile, float *inv_depth, unsigned char *seen)
{
    const int x = blockIdx.x * blockDim.x + threadIdx.x, y = blockIdx.y * blockDim.y + threadIdx.y;
    const bs_rows rows = { 0, 0 };
    bs_bounds bounds;
    bs_hull hull;

    bs_hull_of(&view, 1, 1, rows, &tile, &hull);
    bounds = tile_bounds(&l, &hull);
    if (x < l.width && y < l.height) {
        const bs_surface s = bs_depth_px(&l, &view, &bounds, (float)x, (float)y);

        inv_depth[y * l.width + x] = s.inv_depth;
        seen[y * l.width + x] = (unsigned char)s.seen;
    }
}

__global__ void px_sheet(bs_layers l, const bs_view *views, int n, bs_rows rows, bs_box tile, float *out)
{
    const int x = threadIdx.x, y = threadIdx.y;
    const bs_poses_of poses = { 0, BS_POSES };
    const bs_range r = { { l.inv_lo, 1.0f }, 1, BS_LAYERS };
    bs_columns columns = { { 0 } };
    bs_shifts at;
    bs_sheet sheet;
    bs_taps taps;
    bs_hull hull;
    bs_area area;
    bs_box box;

    bs_hull_of(views, n, 1, rows, &tile, &hull);
    box = bs_hull_box(&hull, poses, l.inv_lo, l.inv_hi);
    if (!bs_area_of(&l, &box, &area))
        return;
    area = bs_area_on(&l, &area);
    if (!(bs_bins_at(&l, &r.bins, bs_texel_at(&l, area.x0, area.y0)) & r.mask))
        return;
    bs_column_add(&l, &r, bs_texel_at(&l, area.x0, area.y0), 0, 0, &columns);
    if (!bs_sheet_fit(&r.bins, &area, &columns, &sheet) ||
        !bs_shifts_of(&l, &hull, rows, &tile, poses, &sheet, &at) || !bs_shifts_area(&l, &tile, &at, poses, &area))
        return;
    bs_taps_of(&l, &at, 0, &taps);
    out[8 * y + x] = bs_leaf_at(&l, &r, &sheet, 1, area.x0, area.y0).v[0] *
                     bs_share(taps.k[0][0], taps.ku[0][0], taps.kv[0][0], x, y);
}

__global__ void px_sensor(const bs_response *resp, const float *light, int n, float peak, unsigned char *out)
{
    const int i = blockIdx.x * blockDim.x + threadIdx.x;

    if (i < n)
        out[i] = bs_sensor_px(resp, light[i], peak, 0, 0, (uint32_t)i, 0);
}
