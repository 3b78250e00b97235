#include "homography/warp.h"

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

/* Runs of poses of which the views are put side by side once for all tiles, rather than by each: 12 KB on the
 * stack. */
#define BS_RUNS_KEPT 8

/* NULL if there are more, or each line has its own. */
static const bs_view_set *put_side_by_side(const bs_view *views, int n, bs_shutter shutter,
                                           bs_view_set sets[BS_RUNS_KEPT])
{
    if (shutter != BS_SHUTTER_GLOBAL || n > BS_RUN * BS_RUNS_KEPT)
        return NULL;
    for (int v = 0; v < n; v += BS_RUN) {
        const int m = n - v < BS_RUN ? n - v : BS_RUN;

        bs_view_set_of(views + v, m, 1, bs_whole_eights(m), &sets[v / BS_RUN]);
    }
    return sets;
}

/* Side of a patch of tiles, pixels: what they read of the frame stays in the cache until all of them have. */
#define PATCH 64

static void blur_patch(const bs_sweep *e, bs_warp_tile *blur_tile, int x0, int y0, float *blur, float *seen)
{
    const bs_layers *l = e->l;

    for (int y = y0; y < y0 + PATCH && y < l->height; y += BS_TILE)
        for (int x = x0; x < x0 + PATCH && x < l->width; x += BS_TILE) {
            const bs_box tile = bs_tile_from(l, x, y);

            blur_tile(e, &tile, blur, seen);
        }
}

void bs_warp_isa(bs_isa isa, const bs_layers *l, bs_shutter shutter, const bs_view *views, int n, int threads,
                 float *blur, float *seen)
{
    bs_view_set sets[BS_RUNS_KEPT];
    const bs_sweep e = { .l = l,
                         .views = views,
                         .n = n,
                         .sets = put_side_by_side(views, n, shutter, sets),
                         .lines = bs_shutter_lines(shutter, l->width, l->height),
                         .rows = bs_rows_of(shutter) };
    bs_warp_tile *const blur_tile = tile_of(isa);
    const int across = (l->width + PATCH - 1) / PATCH, patches = across * ((l->height + PATCH - 1) / PATCH);

    (void)threads; /* without OpenMP there is one */
#pragma omp parallel for schedule(dynamic, 1) num_threads(threads) if (threads > 1)
    for (int i = 0; i < patches; i++)
        blur_patch(&e, blur_tile, i % across * PATCH, i / across * PATCH, blur, seen);
}

void bs_warp_cpu(const bs_layers *l, bs_shutter shutter, const bs_view *views, int n, int threads,
                 float *blur, float *seen)
{
    bs_warp_isa(bs_isa_best(), l, shutter, views, n, threads, blur, seen);
}
