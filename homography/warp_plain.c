#include "homography/warp_flow.h"

static uint32_t tile_bins(const bs_layers *l, const bs_bins *bins, const bs_area *a)
{
    uint32_t out = 0;

    for (int y = a->y0; y <= a->y1; y++)
        for (int x = a->x0; x <= a->x1; x++)
            out |= bs_bins_at(l, bins, bs_texel_at(l, x, y));
    return out;
}

static void tile_columns(const bs_layers *l, const bs_range *r, const bs_area *a, int every, bs_columns *out)
{
    memset(out, 0, sizeof *out);
    for (int y = a->y0; y <= a->y1; y += every)
        for (int x = a->x0; x <= a->x1; x++)
            bs_column_add(l, r, bs_texel_at(l, x, y), x - a->x0, (float)(y - a->y0), out);
}

static float tile_away(const bs_layers *l, const bs_range *r, const bs_sheet *s, const bs_area *a)
{
    float most = 0.0f;

    for (int y = a->y0; y <= a->y1; y++)
        for (int x = a->x0; x <= a->x1; x++)
            most = bs_sheet_away(l, r, s, bs_texel_at(l, x, y), (float)x, (float)y, most);
    return most;
}

/* What pixel (x, y) of the tile sees of a sheet at the j-th of eight poses. */
static bs_leaf see(const bs_tile_work *tw, const bs_area *a, const bs_leaves *leaves, const bs_taps *t,
                   int is_bent, int j, int x, int y)
{
    const int n = bs_reads(tw->e->l);
    const int x0 = (int)tw->tile->x0 + t->x[j] - a->x0, y0 = (int)tw->tile->y0 + t->y[j] - a->y0;
    const float u = (float)x - 0.5f * (tw->tile->x1 - tw->tile->x0);
    const float v = (float)y - 0.5f * (tw->tile->y1 - tw->tile->y0);
    float share[BS_MOST_TAPS], away = 0;
    bs_leaf out = { { 0 }, 0, 0 };

    for (int i = 0; i < n * n; i++)
        share[i] = bs_share(t->k[i][j], t->ku[i][j], t->kv[i][j], u, v);
    for (int i = 0; i < n * n && is_bent; i++)
        away += share[i] * leaves->v[BS_LEAF_AWAY][(y0 + y + i / n) * leaves->pitch + x0 + x + i % n];
    for (int i = 0; i < n * n; i++) {
        const int at = (y0 + y + i / n) * leaves->pitch + x0 + x + i % n;
        const float part = is_bent ? share[i] + away * t->kw[i][j] : share[i];

        for (int c = 0; c < 4; c++)
            out.v[c] += part * leaves->v[c][at];
        out.seen += part * leaves->v[BS_LEAF_SEEN][at];
    }
    return out;
}

static void tile_compose(bs_tile_work *tw, const bs_sheets *s, const bs_taps *t, int n)
{
    const int w = (int)(tw->tile->x1 - tw->tile->x0) + 1, h = (int)(tw->tile->y1 - tw->tile->y0) + 1;

    for (int j = 0; j < n; j++)
        for (int y = 0; y < h; y++)
            for (int x = 0; x < w; x++) {
                const int at = BS_TILE * y + x;
                float share = 1.0f;

                for (int i = 0; i < s->n; i++) {
                    const bs_leaf leaf = see(tw, &s->area[i], &tw->leaves[i], &t[i], s->is_bent, j, x, y);

                    for (int c = 0; c < 4; c++)
                        tw->sheets[c][at] += share * leaf.v[c];
                    tw->sheets[4][at] += share * leaf.seen;
                    share *= 1.0f - leaf.v[3];
                }
            }
}

static void tile_convolve(bs_tile_work *tw, const float *v, int pitch)
{
    const bs_kernel *k = &tw->kernel;
    const int w = (int)(tw->tile->x1 - tw->tile->x0) + 1, h = (int)(tw->tile->y1 - tw->tile->y0) + 1;

    for (int ty = k->y0; ty <= k->y1; ty++)
        for (int tx = k->x0; tx <= k->x1; tx++) {
            const float *tap = k->tap[ty][tx];

            if (!(k->used[ty] >> tx & 1))
                continue;
            for (int y = 0; y < h; y++)
                for (int x = 0; x < w; x++) {
                    const float share =
                        bs_share(tap[0], tap[1], tap[2], (float)x - 0.5f * (tw->tile->x1 - tw->tile->x0),
                                 (float)y - 0.5f * (tw->tile->y1 - tw->tile->y0));
                    const float *from = v + 4 * ((ptrdiff_t)(y + ty - k->y0) * pitch + x + tx - k->x0);

                    for (int c = 0; c < 4; c++)
                        tw->flat[BS_TILE * y + x][c] += share * from[c];
                }
        }
}

static void tile_walk(const bs_warp_job *job)
{
    const bs_box *tile = job->tile;
    const int w = (int)(tile->x1 - tile->x0) + 1, h = (int)(tile->y1 - tile->y0) + 1;

    for (int j = 0; j < job->n; j++)
        for (int y = 0; y < h; y++)
            for (int x = 0; x < w; x++)
                bs_tile_add(job, BS_TILE * y + x, j);
}

void bs_warp_tile_plain(const bs_exposure *e, const bs_box *tile, float *blur, float *seen)
{
    static const bs_tile_loops loops = { tile_bins,    tile_columns,  tile_away, bs_leaves_plain,
                                         tile_compose, tile_convolve, tile_walk };

    flow_tile(&loops, e, tile, blur, seen);
}
