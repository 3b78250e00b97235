/*
 * homography/show_px.h - from what a tile has gathered over all poses to what it shows.
 */
#ifndef BS_SHOW_PX_H
#define BS_SHOW_PX_H

#include "homography/mean_px.h"
#include "homography/work_px.h"

/* What the pixels of a tile have gathered: light and known share, and the seen share of it. */
typedef struct bs_gathered {
    float v[BS_PX_HELD][4], seen[BS_PX_HELD];
} bs_gathered;

BS_TEAM void bs_show_gather(const bs_tile_work *w, bs_gathered *out)
{
    for (int i = 0; i < BS_PX_HELD; i++) {
        for (int c = 0; c < 3; c++)
            out->v[i][c] = w->sheets[c][i] + w->flat[i][c];
        out->v[i][3] = w->sheets[3][i] + (float)w->whole;
        out->seen[i] = w->sheets[4][i] + w->flat[i][3];
    }
    for (int i = 0; w->walked && i < BS_PX_HELD; i++) {
        for (int c = 0; c < 4; c++)
            out->v[i][c] += w->sum.v[i][c];
        out->seen[i] += w->sum.seen[i];
    }
}

/* That becomes what they show; 'all' is spoilt.  Dividing is what takes time: all in one loop, so that compilers make
 * vectors. */
BS_TEAM void bs_show_tile(const bs_tile_work *w, bs_gathered *all, float *blur, float *seen)
{
    const bs_layers *l = w->e->l;
    const int x0 = (int)w->tile->x0, y0 = (int)w->tile->y0, n = w->e->n;
    const int width = bs_work_width(w), height = bs_work_height(w);
    float norm[BS_PX_HELD][4];

    for (int i = 0; i < BS_PX_HELD; i++) {
        all->seen[i] = bs_mean_of(all->seen[i], (float)n);
        norm[i][0] = norm[i][1] = norm[i][2] = norm[i][3] = bs_mean_norm(l, n, all->v[i][3]);
    }
    for (int i = 0; i < BS_PX_HELD; i++)
        for (int c = 0; c < 4; c++)
            all->v[i][c] = bs_mean_of(all->v[i][c], norm[i][c]);
    BS_EACH_PIXEL(i, x, y, width, height)
    {
        const size_t at = (size_t)(y0 + y) * (size_t)l->width + (size_t)(x0 + x);
        float *px = all->v[BS_PX_AT(i)];

        if (!(norm[BS_PX_AT(i)][0] > 0.0f))
            bs_frame_px(l, bs_texel_at(l, x0 + x, y0 + y), px);
        for (size_t c = 0; c < 3; c++)
            blur[3 * at + c] = px[c];
        seen[at] = all->seen[BS_PX_AT(i)];
    }
}

/* A pixel that knows less of its light than this is not shown before the farthest surface has been continued.  With
 * 0.95 nothing is gained, with 0.8 up to 0.6 dB are lost where a bad sensor's edges are frayed. */
#define BS_LITTLE_KNOWN 0.9f

/* Whether that is so of any pixel. */
BS_TEAM int bs_is_little_known(const bs_tile_work *w, const bs_gathered *all)
{
    const int width = bs_work_width(w), height = bs_work_height(w);
    float least = INFINITY;

    if (!w->composed)
        return 0;
    BS_EACH_PIXEL(i, x, y, width, height)
    least = bs_minf(all->v[BS_PX_AT(i)][3], least);
    return bs_team_min(least) < BS_LITTLE_KNOWN * (float)w->e->n;
}

#endif /* BS_SHOW_PX_H */
