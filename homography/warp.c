#include "homography/warp.h"

#include <string.h>

#include "homography/warp_tile.h"

static bs_warp_tile *tile_of(bs_isa isa)
{
    switch (isa) {
#ifdef BS_HAVE_X86
    case BS_ISA_AVX2:
        return bs_warp_tile_avx2;
    case BS_ISA_AVX512:
        return bs_warp_tile_avx512;
#endif
    default:
        return bs_warp_tile_plain;
    }
}

/* What an exposure is, and where it goes. */
typedef struct exposure {
    const bs_layers *l;
    const bs_view *views; /* [n][lines] */
    int n, lines;
    bs_rows rows;
    bs_warp_tile *add;
    float *blur, *seen;
} exposure;

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
static void store_px(const exposure *e, int x, int y, const float v[4], float seen)
{
    const bs_layers *l = e->l;
    const size_t i = (size_t)y * (size_t)l->width + (size_t)x;
    /* Unless something was left unfilled, the weight is n up to rounding: divide by n then, so that the mean
     * of equal values is that value. */
    const float norm = v[3] > 0.999f * (float)e->n ? (float)e->n : v[3];

    /* A cubic overshoots, black and white as well as no coverage at all. */
    if (v[3] > (l->bicubic ? 0.1f : 0.0f))
        for (int c = 0; c < 3; c++)
            e->blur[3 * i + (size_t)c] = bs_clampf(v[c] / norm, 0.0f, 1.0f);
    else
        frame_at(l, 4 * bs_texel_at(l, x, y), &e->blur[3 * i]);
    e->seen[i] = bs_clampf(seen / (float)e->n, 0.0f, 1.0f);
}

static void blur_tile(const exposure *e, const bs_box *tile)
{
    const int x0 = (int)tile->x0, y0 = (int)tile->y0;
    bs_tile_sum sum;

    memset(&sum, 0, sizeof sum);
    for (int y = y0; y <= (int)tile->y1; y++)
        for (int x = x0; x <= (int)tile->x1; x++)
            sum.guess[BS_TILE * (y - y0) + x - x0] = bs_first_guess(e->l, x, y);
    for (int v = 0; v < e->n; v += BS_POSES) {
        const bs_view *views = &e->views[(size_t)v * (size_t)e->lines];
        const int n = e->n - v < BS_POSES ? e->n - v : BS_POSES;
        const bs_bounds bounds = bs_tile_bounds(e->l, views, n, e->lines, e->rows, tile);
        const bs_warp_job job = { e->l, views, n, e->lines, e->rows, tile, &bounds, &sum };

        e->add(&job);
    }
    for (int y = y0; y <= (int)tile->y1; y++)
        for (int x = x0; x <= (int)tile->x1; x++) {
            const int i = BS_TILE * (y - y0) + x - x0;

            store_px(e, x, y, sum.v[i], sum.seen[i]);
        }
}

void bs_warp_isa(bs_isa isa, const bs_layers *l, bs_shutter shutter, const bs_view *views, int n, int threads,
                 float *blur, float *seen)
{
    const exposure e = { .l = l,
                         .views = views,
                         .n = n,
                         .lines = bs_shutter_lines(shutter, l->width, l->height),
                         .rows = { shutter > BS_SHUTTER_BOTTOM_UP,
                                   shutter != BS_SHUTTER_GLOBAL && shutter <= BS_SHUTTER_BOTTOM_UP },
                         .add = tile_of(isa),
                         .blur = blur,
                         .seen = seen };
    const int tiles = bs_tiles(l);

    (void)threads; /* without OpenMP there is one */
#pragma omp parallel for schedule(dynamic, 4) num_threads(threads) if (threads > 1)
    for (int i = 0; i < tiles; i++) {
        const bs_box tile = bs_tile_at(l, i);

        blur_tile(&e, &tile);
    }
}

void bs_warp_cpu(const bs_layers *l, bs_shutter shutter, const bs_view *views, int n, int threads,
                 float *blur, float *seen)
{
    bs_warp_isa(bs_isa_best(), l, shutter, views, n, threads, blur, seen);
}
