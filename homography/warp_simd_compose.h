/*
 * homography/warp_simd_compose.h - what the pixels of a tile see of sheets, for vectors of pixels: the twin of
 * loops_px.h's loops over homography/leaf_px.h.
 *
 * Read through homography/warp_simd.h only, behind the operations that it is written in (simd_*.h).
 */
#ifndef BS_WARP_SIMD_COMPOSE_H
#define BS_WARP_SIMD_COMPOSE_H

#include "homography/target.h"
#include "homography/work_px.h"

/* Places of a tile's pixels from its middle, LANES from row 'y' on. */
static inline void v_from_middle(const bs_box *tile, int y, vf *u, vf *v)
{
    static const float col[] = { 0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7 };
    static const float row[] = { 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1 };

    *u = vf_load(col) - vf_set(0.5f * (tile->x1 - tile->x0));
    *v = vf_set((float)y) + vf_load(row) - vf_set(0.5f * (tile->y1 - tile->y0));
}

/* What pixels see of a sheet at the j-th of eight poses, 'p' being what the first of them reads first. */
BS_EVERYWHERE void v_see(const bs_leaves *leaves, const float *p, const bs_taps *t, int reads, int is_bent,
                         int j, vf u, vf v, vf out[5])
{
    const int pitch = leaves->pitch;
    vf share[BS_MOST_TAPS], away = vf_set(0);

    for (int i = 0; i < reads * reads; i++)
        share[i] = (vf_set(t->k[i][j]) + v * vf_set(t->kv[i][j])) + u * vf_set(t->ku[i][j]);
    for (int i = 0; is_bent && i < reads * reads; i++)
        away += share[i] * vf_load_rows(p + BS_LEAF_AWAY * BS_LEAVES + i / reads * pitch + i % reads, pitch);
    for (int c = 0; c < 5; c++)
        out[c] = vf_set(0);
    for (int i = 0; i < reads * reads; i++) {
        const float *at = p + i / reads * pitch + i % reads;
        vf part = share[i];

        if (is_bent)
            part += away * vf_set(t->kw[i][j]);
        for (int c = 0; c < 5; c++)
            out[c] += part * vf_load_rows(at + c * BS_LEAVES, pitch);
    }
}

/* tile_compose() of 'sheets' sheets: a constant where it is passed, as are 'reads' and 'is_bent'. */
BS_EVERYWHERE void v_compose(bs_tile_work *w, const bs_sheets *s, int n, int sheets, int reads, int is_bent)
{
    const bs_taps *t = w->room->taps;
    const int h = bs_work_height(w);

    for (int y = 0; y < h; y += LANES / BS_TILE) {
        float *to = &w->sheets[0][BS_TILE * y];
        vf sum[5], u, v;

        v_from_middle(w->tile, y, &u, &v);
        for (int c = 0; c < 5; c++)
            sum[c] = vf_load(to + c * BS_TILE_PX);
        for (int j = 0; j < n; j++) {
            vf share = vf_set(1);

            for (int k = 0; k < sheets; k++) {
                const bs_area *a = &s->area[k];
                const bs_leaves *leaves = &w->store->leaves[k];
                const int x0 = (int)w->tile->x0 + t[k].x[j] - a->x0,
                          y0 = (int)w->tile->y0 + t[k].y[j] - a->y0;
                vf leaf[5];

                v_see(leaves, leaves->v[0] + (y0 + y) * leaves->pitch + x0, &t[k], reads, is_bent, j, u, v,
                      leaf);
                for (int c = 0; c < 5; c++)
                    sum[c] += share * leaf[c];
                share = share * (vf_set(1) - leaf[3]);
            }
        }
        for (int c = 0; c < 5; c++)
            vf_store(to + c * BS_TILE_PX, sum[c]);
    }
}

/* The four sorts of it. */
static inline void v_compose_all(bs_tile_work *w, const bs_sheets *s, int n, int sheets)
{
    if (w->e->l->bicubic && s->is_bent)
        v_compose(w, s, n, sheets, 4, 1);
    else if (w->e->l->bicubic)
        v_compose(w, s, n, sheets, 4, 0);
    else if (s->is_bent)
        v_compose(w, s, n, sheets, 2, 1);
    else
        v_compose(w, s, n, sheets, 2, 0);
}

static void tile_compose(bs_tile_work *w, const bs_sheets *s, int n)
{
    _Static_assert(BS_SHEETS == 4, "they are counted here");
    switch (s->n) {
    case 1:
        v_compose_all(w, s, n, 1);
        break;
    case 2:
        v_compose_all(w, s, n, 2);
        break;
    case 3:
        v_compose_all(w, s, n, 3);
        break;
    default:
        v_compose_all(w, s, n, 4);
        break;
    }
}

/* Pixels of four floats in a vector, vectors in a row of a tile, and rows that are summed up together. */
#define FOURS (LANES / 4)
#define ROW_VECTORS (BS_TILE / FOURS)
#define ROWS_TOGETHER (8 / ROW_VECTORS)

/* tile_convolve() of some rows, from 'y' on. */
BS_EVERYWHERE void v_convolve_rows(bs_tile_work *w, const float *v, int pitch, int y)
{
    const bs_kernel *k = &w->kernel;
    const float half_x = 0.5f * (w->tile->x1 - w->tile->x0), half_y = 0.5f * (w->tile->y1 - w->tile->y0);
    vf sum[ROWS_TOGETHER][ROW_VECTORS], us[ROW_VECTORS], vs[ROWS_TOGETHER];
    float u[BS_TILE];

    for (int x = 0; x < BS_TILE; x++)
        u[x] = (float)x - half_x;
    for (int q = 0; q < ROW_VECTORS; q++)
        us[q] = vf_spread(&u[q * FOURS]);
    for (int r = 0; r < ROWS_TOGETHER; r++) {
        vs[r] = vf_set((float)(y + r) - half_y);
        for (int q = 0; q < ROW_VECTORS; q++)
            sum[r][q] = vf_load(w->flat[(y + r) * BS_TILE + q * FOURS]);
    }
    for (int ty = k->y0; ty <= k->y1; ty++)
        for (uint64_t bits = w->room->used[ty]; bits; bits &= bits - 1) {
            const int tx = __builtin_ctzll(bits);
            const float *tap = w->store->tap[ty][tx],
                        *from = v + 4 * ((ptrdiff_t)(y + ty - k->y0) * pitch + tx - k->x0);
            const vf one = vf_set(tap[0]), ku = vf_set(tap[1]), kv = vf_set(tap[2]);
            vf by_u[ROW_VECTORS];

            for (int q = 0; q < ROW_VECTORS; q++)
                by_u[q] = us[q] * ku;
            for (int r = 0; r < ROWS_TOGETHER; r++) {
                const vf row = one + vs[r] * kv;

                for (int q = 0; q < ROW_VECTORS; q++)
                    sum[r][q] += (row + by_u[q]) * vf_load(from + 4 * (r * pitch + q * FOURS));
            }
        }
    for (int r = 0; r < ROWS_TOGETHER; r++)
        for (int q = 0; q < ROW_VECTORS; q++)
            vf_store(w->flat[(y + r) * BS_TILE + q * FOURS], sum[r][q]);
}

static void tile_convolve(bs_tile_work *w, const float *v, int pitch)
{
    for (int y = 0; y < BS_TILE; y += ROWS_TOGETHER)
        v_convolve_rows(w, v, pitch, y);
}

#endif /* BS_WARP_SIMD_COMPOSE_H */
