/*
 * homography/warp_show.h - from what a tile has gathered over all poses to what it shows.
 */
#ifndef BS_WARP_SHOW_H
#define BS_WARP_SHOW_H

#include "homography/mean_px.h"
#include "homography/warp_loops.h"

/* What the pixels of a tile have gathered: light and known share, and the seen share of it. */
typedef struct show_gathered {
    float v[BS_TILE_PX][4], seen[BS_TILE_PX];
} show_gathered;

static inline void show_gather(const bs_tile_work *w, show_gathered *out)
{
    for (int i = 0; i < BS_TILE_PX; i++) {
        for (int c = 0; c < 3; c++)
            out->v[i][c] = w->sheets[c][i] + w->flat[i][c];
        out->v[i][3] = w->sheets[3][i] + (float)w->whole;
        out->seen[i] = w->sheets[4][i] + w->flat[i][3];
    }
    for (int i = 0; w->walked && i < BS_TILE_PX; i++) {
        for (int c = 0; c < 4; c++)
            out->v[i][c] += w->sum.v[i][c];
        out->seen[i] += w->sum.seen[i];
    }
}

/* That becomes what they show; 'all' is spoilt.  Dividing is what takes time: all in one loop, so that compilers make
 * vectors. */
static inline void show_tile(const bs_tile_work *w, show_gathered *all, float *blur, float *seen)
{
    const bs_layers *l = w->e->l;
    const int x0 = (int)w->tile->x0, y0 = (int)w->tile->y0, n = w->e->n;
    const int width = (int)w->tile->x1 - x0 + 1, height = (int)w->tile->y1 - y0 + 1;
    float norm[BS_TILE_PX][4];

    for (int i = 0; i < BS_TILE_PX; i++) {
        all->seen[i] = bs_mean_of(all->seen[i], (float)n);
        norm[i][0] = norm[i][1] = norm[i][2] = norm[i][3] = bs_mean_norm(l, n, all->v[i][3]);
    }
    for (int i = 0; i < BS_TILE_PX; i++)
        for (int c = 0; c < 4; c++)
            all->v[i][c] = bs_mean_of(all->v[i][c], norm[i][c]);
    for (int y = 0; y < height; y++) {
        const size_t at = (size_t)(y0 + y) * (size_t)l->width + (size_t)x0;

        for (int x = 0; x < width; x++) {
            float *px = all->v[BS_TILE * y + x];

            if (!(norm[BS_TILE * y + x][0] > 0.0f))
                bs_frame_px(l, bs_texel_at(l, x0 + x, y0 + y), px);
            for (size_t c = 0; c < 3; c++)
                blur[3 * (at + (size_t)x) + c] = px[c];
        }
        memcpy(&seen[at], &all->seen[BS_TILE * y], (size_t)width * sizeof *seen);
    }
}

/* A pixel that knows less of its light than this is not shown before the farthest surface has been continued.  With
 * 0.95 nothing is gained, with 0.8 up to 0.6 dB are lost where a bad sensor's edges are frayed. */
#define SHOW_KNOWN 0.9f

/* Whether that is so of any pixel. */
static inline int show_is_little_known(const bs_tile_work *w, const show_gathered *all)
{
    const int width = (int)(w->tile->x1 - w->tile->x0) + 1, height = (int)(w->tile->y1 - w->tile->y0) + 1;
    float least = INFINITY;

    if (!w->composed)
        return 0;
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++)
            least = bs_minf(all->v[BS_TILE * y + x][3], least);
    return least < SHOW_KNOWN * (float)w->e->n;
}

#endif /* BS_WARP_SHOW_H */
