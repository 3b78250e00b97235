/*
 * homography/loops_px.h - the loops over texels and pixels of a tile, one by one: by one thread, or by the lanes of a team.
 *
 * homography/flow_px.h calls them by these names; warp_simd.h has them for vectors.
 */
#ifndef BS_LOOPS_PX_H
#define BS_LOOPS_PX_H

#include "homography/work_px.h"

/* bs_bins_at() of all texels of an area on the frame. */
BS_TEAM uint32_t tile_bins(const bs_layers *l, const bs_bins *bins, const bs_area *a)
{
    uint32_t out = 0;

    BS_EACH_TEXEL(x, y, a)
    out |= bs_bins_at(l, bins, bs_texel_at(l, x, y));
    return bs_team_or(out);
}

/* The columns of an area on the frame, of every 'every'-th row of it. */
BS_TEAM void tile_columns(const bs_layers *l, const bs_range *r, const bs_area *a, int every, bs_columns *out)
{
    const int n = a->x1 - a->x0 + 1;

    BS_EACH(x, n)
    {
        bs_column c = { 0.0f, 0.0f, 0.0f, 0.0f, 0.0f };

        for (int y = a->y0; y <= a->y1; y += every)
            bs_column_add(l, r, bs_texel_at(l, a->x0 + x, y), (float)(y - a->y0), &c);
        out->n[x] = c.n;
        out->y[x] = c.y;
        out->yy[x] = c.yy;
        out->w[x] = c.w;
        out->yw[x] = c.yw;
    }
}

/* bs_sheet_away() of all texels of an area on the frame. */
BS_TEAM float tile_away(const bs_layers *l, const bs_range *r, const bs_sheet *s, const bs_area *a)
{
    float most = 0.0f;

    BS_EACH_TEXEL(x, y, a)
    most = bs_sheet_away(l, r, s, bs_texel_at(l, x, y), (float)x, (float)y, most);
    return bs_team_max(most);
}

/* The leaves of the i-th sheet; how far they are from the plane may be left out unless sheets are bent. */
BS_TEAM void tile_leaves(const bs_layers *l, const bs_sheets *s, int i, bs_leaves *out)
{
    bs_leaves_plain(l, s, i, out);
}

/* What a pixel, (u, v) from the middle, sees of a sheet at the j-th of eight poses; the first texel that it reads is
 * number 'at' of the leaves. */
BS_PX bs_leaf bs_see(int reads, int is_bent, const bs_leaves *leaves, int at, const bs_taps *t, int j,
                     float u, float v)
{
    float share[BS_MOST_TAPS], away = 0.0f;
    bs_leaf out = { { 0.0f, 0.0f, 0.0f, 0.0f }, 0.0f, 0.0f };

    for (int i = 0; i < reads * reads; i++)
        share[i] = bs_share(t->k[i][j], t->ku[i][j], t->kv[i][j], u, v);
    for (int i = 0; i < reads * reads && is_bent; i++)
        away += share[i] * leaves->v[BS_LEAF_AWAY][at + i / reads * leaves->pitch + i % reads];
    for (int i = 0; i < reads * reads; i++) {
        const int k = at + i / reads * leaves->pitch + i % reads;
        const float part = is_bent ? share[i] + away * t->kw[i][j] : share[i];

        for (int c = 0; c < 4; c++)
            out.v[c] += part * leaves->v[c][k];
        out.seen += part * leaves->v[BS_LEAF_SEEN][k];
    }
    return out;
}

/* tile_compose(): 'reads' and 'is_bent' are constants wherever they are passed. */
BS_TEAM void compose_reading(int reads, int is_bent, bs_tile_work *w, const bs_sheets *s, int n)
{
    const int width = bs_work_width(w), height = bs_work_height(w);

    BS_EACH_PIXEL(i, x, y, width, height)
    {
        const float u = (float)x - 0.5f * (w->tile->x1 - w->tile->x0);
        const float v = (float)y - 0.5f * (w->tile->y1 - w->tile->y0);
        float sum[5];

        for (int c = 0; c < 5; c++)
            sum[c] = w->sheets[c][BS_PX_AT(i)];
        for (int j = 0; j < n; j++) {
            float share = 1.0f;

            for (int k = 0; k < s->n; k++) {
                const bs_taps *t = &w->room->taps[k];
                const bs_area *a = &s->area[k];
                const int x0 = (int)w->tile->x0 + t->x[j] - a->x0 + x;
                const int y0 = (int)w->tile->y0 + t->y[j] - a->y0 + y;
                const bs_leaves *leaves = &w->store->leaves[k];
                const bs_leaf leaf = bs_see(reads, is_bent, leaves, y0 * leaves->pitch + x0, t, j, u, v);

                for (int c = 0; c < 4; c++)
                    sum[c] += share * leaf.v[c];
                sum[4] += share * leaf.seen;
                share *= 1.0f - leaf.v[3];
            }
        }
        for (int c = 0; c < 5; c++)
            w->sheets[c][BS_PX_AT(i)] = sum[c];
    }
}

/* Adds what pixels see of sheets at the first 'n' of eight poses. */
BS_TEAM void tile_compose(bs_tile_work *w, const bs_sheets *s, int n)
{
    if (w->e->l->bicubic && s->is_bent)
        compose_reading(4, 1, w, s, n);
    else if (w->e->l->bicubic)
        compose_reading(4, 0, w, s, n);
    else if (s->is_bent)
        compose_reading(2, 1, w, s, n);
    else
        compose_reading(2, 0, w, s, n);
}

/* Adds the kernel's shares of texels, four floats each, 'pitch' of them a row: the first one is what the tile's first
 * pixel reads by the kernel's first used tap. */
BS_TEAM void tile_convolve(bs_tile_work *w, const float *v, int pitch)
{
    const bs_kernel *k = &w->kernel;
    const int width = bs_work_width(w), height = bs_work_height(w);
    const float half_x = 0.5f * (w->tile->x1 - w->tile->x0), half_y = 0.5f * (w->tile->y1 - w->tile->y0);
    float sum[BS_PX_HELD][4]; /* in registers, where a lane holds few */

    BS_EACH_PIXEL(i, x, y, width, height)
    for (int c = 0; c < 4; c++)
        sum[BS_PX_AT(i)][c] = w->flat[BS_PX_AT(i)][c];
    for (int ty = k->y0; ty <= k->y1; ty++)
        for (int tx = k->x0; tx <= k->x1; tx++) {
            const float *tap = w->store->tap[ty][tx];

            if (!(w->room->used[ty] >> tx & 1))
                continue;
            BS_EACH_PIXEL(i, x, y, width, height)
            {
                const float share = bs_share(tap[0], tap[1], tap[2], (float)x - half_x, (float)y - half_y);
                const bs_texel from =
                    bs_texel_load(v + 4 * ((ptrdiff_t)(y + ty - k->y0) * pitch + x + tx - k->x0));

                for (int c = 0; c < 4; c++)
                    sum[BS_PX_AT(i)][c] += share * from.v[c];
            }
        }
    BS_EACH_PIXEL(i, x, y, width, height)
    for (int c = 0; c < 4; c++)
        w->flat[BS_PX_AT(i)][c] = sum[BS_PX_AT(i)][c];
}

/* Adds what pixels see, each by itself: bs_tile_add(). */
BS_TEAM void tile_walk(const bs_warp_job *job)
{
    const bs_box *tile = job->tile;
    const int w = (int)(tile->x1 - tile->x0) + 1, h = (int)(tile->y1 - tile->y0) + 1;

    for (int j = 0; j < job->n; j++)
        BS_EACH_PIXEL(i, x, y, w, h)
    bs_tile_add(job, i, j);
}

#endif /* BS_LOOPS_PX_H */
