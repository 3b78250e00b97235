#include "homography/warp.h"

#include <string.h>

#include "homography/bounds_px.h"

typedef struct tile_sum {
    bs_light px[BS_TILE * BS_TILE];
} tile_sum;

/* The views of a pose's lines. */
static void add_views(const bs_layers *l, const bs_view *views, bs_rows rows, const bs_box *tile,
                      tile_sum *sum)
{
    const bs_bounds bounds = bs_tile_bounds(l, views, rows, tile);
    bs_light *s = sum->px;

    for (int y = (int)tile->y0; y <= (int)tile->y1; y++)
        for (int x = (int)tile->x0; x <= (int)tile->x1; x++, s++) {
            const bs_view *view = &views[x * rows.step_x + y * rows.step_y];
            const bs_light light = bs_warp_px(l, view, &bounds, (float)x, (float)y);

            for (int k = 0; k < 4; k++)
                s->v[k] += light.v[k];
            s->seen += light.seen;
        }
}

/* The frame itself at texel 'i' (layers over layers), linear RGB. */
static void frame_at(const bs_layers *l, size_t i, float rgb[3])
{
    float share = 1.0f;

    rgb[0] = rgb[1] = rgb[2] = 0;
    for (int k = 0; k < BS_LAYERS; k++) {
        for (int c = 0; c < 3; c++)
            rgb[c] += share * l->light[k][i + (size_t)c];
        share *= 1.0f - l->light[k][i + 3];
    }
}

/* A pixel of which no pose saw anything known shows what the frame has there. */
static void store_tile(const bs_layers *l, int n, const bs_box *tile, const tile_sum *sum, float *blur,
                       float *seen)
{
    const bs_light *s = sum->px;

    for (int y = (int)tile->y0; y <= (int)tile->y1; y++)
        for (int x = (int)tile->x0; x <= (int)tile->x1; x++, s++) {
            const size_t i = (size_t)y * (size_t)l->width + (size_t)x;
            /* Unless something was left unfilled, the weight is n up to rounding: divide by n then, so
             * that the mean of equal values is that value. */
            const float norm = s->v[3] > 0.999f * (float)n ? (float)n : s->v[3];

            /* A cubic overshoots, black and white as well as no coverage at all. */
            if (s->v[3] > (l->bicubic ? 0.1f : 0.0f))
                for (int c = 0; c < 3; c++)
                    blur[3 * i + (size_t)c] = bs_clampf(s->v[c] / norm, 0.0f, 1.0f);
            else
                frame_at(l, 4 * bs_texel_at(l, x, y), &blur[3 * i]);
            seen[i] = bs_clampf(s->seen / (float)n, 0.0f, 1.0f);
        }
}

void bs_warp_cpu(const bs_layers *l, bs_shutter shutter, const bs_view *views, int n, int threads,
                 float *blur, float *seen)
{
    const size_t lines = (size_t)bs_shutter_lines(shutter, l->width, l->height);
    const bs_rows rows = { shutter > BS_SHUTTER_BOTTOM_UP,
                           shutter != BS_SHUTTER_GLOBAL && shutter <= BS_SHUTTER_BOTTOM_UP };
    const int tiles = bs_tiles(l);

    (void)threads; /* without OpenMP there is one */
#pragma omp parallel for schedule(dynamic, 4) num_threads(threads) if (threads > 1)
    for (int i = 0; i < tiles; i++) {
        const bs_box tile = bs_tile_at(l, i);
        tile_sum sum;

        memset(&sum, 0, sizeof sum);
        for (int v = 0; v < n; v++)
            add_views(l, &views[(size_t)v * lines], rows, &tile, &sum);
        store_tile(l, n, &tile, &sum, blur, seen);
    }
}
