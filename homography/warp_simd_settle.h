/*
 * homography/warp_simd_settle.h - surfaces that are met again where they were, for vectors of pixels.
 *
 * Read through homography/warp_simd.h only, behind the operations that it is written in (simd_*.h).
 */
#ifndef BS_WARP_SIMD_SETTLE_H
#define BS_WARP_SIMD_SETTLE_H

#include "homography/warp_simd_px.h"

static inline vf v_line_px(const v_line *p)
{
    return vf_max(vf_abs(p->ex), vf_abs(p->ey));
}

/* bs_settle() from its second step on, of lanes of which '*done' are done at '*w'. */
static void v_settle_on(const v_tile *t, const v_line *p, vf *w, vm *done)
{
    const vf px = v_line_px(p), settled = vf_set(BS_SETTLED);

    for (int i = 1; i < BS_STEPS && !vm_all(*done); i++) {
        const v_cell c = v_cell_on(t, p, *w);
        const vf next = v_clampf(v_blend_all(t, &c), t->inv_lo, t->inv_hi);
        const vm good = vf_le(vf_abs(next - *w) * px, settled);

        *w = vf_pick(*done, *w, next);
        *done = vm_or(*done, good);
    }
}

/* What a tile's pixels are at, vector by vector. */
typedef struct v_places {
    v_line p[VECTORS];
    v_cell c[VECTORS];
    vf w[VECTORS];
    vm done[VECTORS];
} v_places;

/*
 * bs_settle() of 'n' vectors: '*at' holds the lines, and then where they settle and the lanes that do.  Each
 * stage is done with all vectors before the next, for its operations have to wait for each other.
 */
static inline void v_settle(const v_tile *t, int n, float *guess, v_places *at)
{
    const vf settled = vf_set(BS_SETTLED);

    for (int v = 0; v < n; v++) {
        at->w[v] = v_clampf(vf_load(guess + v * LANES), t->inv_lo, t->inv_hi);
        at->c[v] = v_cell_on(t, &at->p[v], at->w[v]);
    }
    for (int v = 0; v < n; v++) {
        const vf next = v_clampf(v_blend_all(t, &at->c[v]), t->inv_lo, t->inv_hi);

        at->done[v] = vf_le(vf_abs(next - at->w[v]) * v_line_px(&at->p[v]), settled);
        at->w[v] = next;
    }
    for (int v = 0; v < n; v++) {
        float *g = guess + v * LANES;

        if (!vm_all(at->done[v]))
            v_settle_on(t, &at->p[v], &at->w[v], &at->done[v]);
        vf_store(g, vf_pick(at->done[v], at->w[v], vf_load(g)));
        at->c[v] = v_cell_on(t, &at->p[v], at->w[v]);
    }
}

/* bs_is_near_frame() of the lanes of 'm'. */
static inline vm v_is_near_frame(const v_tile *t, const v_line *p, vf w, vm m)
{
    const vf x = p->x0 + w * p->ex, y = p->y0 + w * p->ey, one = vf_set(1), before = vf_set(-1);

    if (t->bounds->inside)
        return m;
    m = vm_and(m, vm_and(vf_le(before, x), vf_le(before, y)));
    return vm_and(m, vm_and(vf_le(x, t->last_x + one), vf_le(y, t->last_y + one)));
}

/* bs_is_clear() of the lanes of 'm'. */
static inline vm v_is_clear(const v_tile *t, const v_line *p, vf w, vm m)
{
    const vf px = v_line_px(p), middle = vf_set(0.5f) * (w + t->inv_hi);
    vf x, y, near;
    vi bx, by;

    v_place(t, p, middle, &x, &y);
    bx = vi_shift(vf_int(x), BS_BLOCK_LOG2);
    by = vi_shift(vf_int(y), BS_BLOCK_LOG2);
    m = vm_and(m, vf_le((t->inv_hi - w) * px, vf_set(2 * BS_BLOCK)));
    near = vf_gather(t->l->near_around, vi_add(vi_mul(by, t->blocks_x), bx), m);
    return vm_and(m, vf_le((near - w) * px, vf_set(BS_LAND_PX)));
}

#endif /* BS_WARP_SIMD_SETTLE_H */
