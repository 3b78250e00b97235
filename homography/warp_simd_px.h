/*
 * homography/warp_simd_px.h - lines, places on the frame and what is there, for vectors of pixels: the twin of
 * homography/line_px.h and homography/sample_px.h.
 *
 * Read through homography/warp_simd.h only, behind the operations that it is written in (simd_*.h).
 */
#ifndef BS_WARP_SIMD_PX_H
#define BS_WARP_SIMD_PX_H

#include <string.h>

#include "homography/warp_tile.h"

/* Vectors that the pixels of a tile fill. */
#define VECTORS (BS_TILE_PX / LANES)

typedef struct v_line {
    vf x0, y0, ex, ey;
} v_line;

typedef struct v_cell {
    vi i;
    vf fx, fy;
} v_cell;

/* What a tile has in common. */
typedef struct v_tile {
    const bs_layers *l;
    const bs_bounds *bounds;
    vf inv_lo, inv_hi, last_x, last_y;
    vi stride, blocks_x;
} v_tile;

static inline vf v_clampf(vf v, vf lo, vf hi)
{
    return vf_min(vf_max(v, lo), hi);
}

static inline vf v_lerp(vf a, vf b, vf f)
{
    return a + f * (b - a);
}

/* On the frame, or what it sticks to. */
static inline void v_place(const v_tile *t, const v_line *p, vf w, vf *x, vf *y)
{
    *x = p->x0 + w * p->ex;
    *y = p->y0 + w * p->ey;
    if (t->bounds->inside)
        return;
    *x = v_clampf(*x, vf_set(0), t->last_x);
    *y = v_clampf(*y, vf_set(0), t->last_y);
}

static inline v_cell v_cell_on(const v_tile *t, const v_line *p, vf w)
{
    v_cell c;
    vi x0, y0;
    vf x, y;

    v_place(t, p, w, &x, &y);
    x0 = vf_int(x);
    y0 = vf_int(y);
    c.i = vi_add(vi_mul(y0, t->stride), x0);
    c.fx = x - vi_float(x0);
    c.fy = y - vi_float(y0);
    return c;
}

/* bs_blend_inv() of layer 0 in all lanes. */
static inline vf v_blend_all(const v_tile *t, const v_cell *c)
{
    vf p0, p1, q0, q1;

    vf_gather2(t->l->inv[0], c->i, &p0, &p1);
    vf_gather2(t->l->inv[0] + t->l->stride, c->i, &q0, &q1);
    return v_lerp(v_lerp(vf_abs(p0), vf_abs(q0), c->fy), v_lerp(vf_abs(p1), vf_abs(q1), c->fy), c->fx);
}

/* Depth of a layer in the lanes of 'm': bs_inv_depth_at(), bs_blend_inv() and bs_is_torn(). */
typedef struct v_depth {
    vf at, blend;
    vm torn;
} v_depth;

static inline v_depth v_depth_at(const v_tile *t, const v_cell *c, int layer, vm m)
{
    const float *p = t->l->inv[layer], *q = p + t->l->stride;
    const vf half = vf_set(0.5f), first = vf_gather(p, c->i, m);
    const vf p0 = vf_abs(first), p1 = vf_abs(vf_gather(p + 1, c->i, m));
    const vf q0 = vf_abs(vf_gather(q, c->i, m)), q1 = vf_abs(vf_gather(q + 1, c->i, m));
    const vm left = vf_lt(c->fx, half), up = vf_lt(c->fy, half);
    v_depth d;

    d.blend = v_lerp(v_lerp(p0, q0, c->fy), v_lerp(p1, q1, c->fy), c->fx);
    d.torn = vf_sign(first);
    d.at = vf_pick(up, vf_pick(left, p0, p1), vf_pick(left, q0, q1));
    d.at = vf_pick(d.torn, d.at, d.blend);
    return d;
}

/* The lanes of 'm' whose cells are whole in a layer. */
static inline vm v_is_whole(const v_tile *t, const v_cell *c, int layer, vm m)
{
    const vi bits = vi_gather_bytes(t->l->bits, c->i, m);

    return vm_less(m, vi_is_0(vi_and(bits, vi_set(BS_TEXEL_WHOLE << layer))));
}

static inline vf v_cubic(vf a, vf b, vf c, vf d, vf f)
{
    const vf half = vf_set(0.5f), two = vf_set(2), three = vf_set(3);

    return b + half * f *
                   (c - a + f * (two * (a - b) + three * (c - b) + (c - d) + f * (three * (b - c) + d - a)));
}

/* bs_blend16() of as many lanes as fit, four floats each. */
static inline vf v_blend16(const float *light, ptrdiff_t row, const int *at, const float *fx, const float *fy)
{
    const vf x = vf_spread(fx);
    vf v[4];

    for (int r = 0; r < 4; r++) {
        const float *p = light + (r - 1) * row;

        v[r] = v_cubic(vf_load4(p - 4, at), vf_load4(p, at), vf_load4(p + 4, at), vf_load4(p + 8, at), x);
    }
    return v_cubic(v[0], v[1], v[2], v[3], vf_spread(fy));
}

/* The light of a layer in all lanes, four floats each: bs_blend4() or bs_blend16(). */
static inline void v_light_at(const v_tile *t, const v_cell *c, int layer, vf out[4])
{
    const float *light = t->l->light[layer];
    const ptrdiff_t row = 4 * (ptrdiff_t)t->l->stride;
    float fx[LANES], fy[LANES];
    int at[LANES];

    if (!t->l->bicubic) {
        vf_blend4(light, (size_t)row, c->i, c->fx, c->fy, out);
        return;
    }
    vi_store(at, c->i);
    vf_store(fx, c->fx);
    vf_store(fy, c->fy);
    for (int n = 0; n < 4; n++) {
        const int i = n * (LANES / 4);

        out[n] = v_blend16(light, row, at + i, fx + i, fy + i);
    }
}

/* bs_on_axis() */
static inline vf v_on_axis(vf x, vf last)
{
    return vf_max(vf_set(1) - vf_max(vf_max(-x, x - last), vf_set(0)), vf_set(0));
}

/* bs_seen_at() of the places 'w' along the lines, in the lanes of 'm'. */
static inline vf v_seen_at(const v_tile *t, const v_line *p, vf w, const v_cell *c, int layer, vm m)
{
    const vf x = p->x0 + w * p->ex, y = p->y0 + w * p->ey;
    const vi above = vi_gather_bytes(t->l->bits, c->i, m), one = vi_set(1);
    const vi below = vi_gather_bytes(t->l->bits, vi_add(c->i, t->stride), m);
    const vf p0 = vi_float(vi_and(vi_shift(above, layer), one));
    const vf p1 = vi_float(vi_and(vi_shift(above, 8 + layer), one)); /* the byte behind it */
    const vf q0 = vi_float(vi_and(vi_shift(below, layer), one));
    const vf q1 = vi_float(vi_and(vi_shift(below, 8 + layer), one));

    return v_lerp(v_lerp(p0, q0, c->fy), v_lerp(p1, q1, c->fy), c->fx) *
           (v_on_axis(x, t->last_x) * v_on_axis(y, t->last_y));
}

/* The same of layer 0 in all lanes, where all of it is covered. */
static inline vf v_seen_whole(const v_tile *t, const v_line *p, vf w, const v_cell *c)
{
    return t->bounds->seen && t->bounds->inside ? vf_set(1) : v_seen_at(t, p, w, c, 0, ALL);
}

/* Returns 0 if not all lanes have one. */
static inline int v_line_of(const bs_view *view, vf x, vf y, v_line *p)
{
    const float *H = view->H_inf;
    const vf az = vf_set(H[6]) * x + (vf_set(H[7]) * y + vf_set(H[8])), inv_az = vf_set(1) / az;

    p->x0 = (vf_set(H[0]) * x + (vf_set(H[1]) * y + vf_set(H[2]))) * inv_az;
    p->y0 = (vf_set(H[3]) * x + (vf_set(H[4]) * y + vf_set(H[5]))) * inv_az;
    p->ex = vf_set(view->b[0]) - p->x0 * vf_set(view->b[2]);
    p->ey = vf_set(view->b[1]) - p->y0 * vf_set(view->b[2]);
    return vm_bits(vf_lt(vf_set(BS_MIN_AZ), az)) == vm_bits(ALL);
}

/* The lines of pixels i to i + LANES - 1 of a tile; those beyond the image are that of its last. */
static inline int v_lines_of(const bs_view *views, bs_rows rows, const bs_box *tile, int i, v_line *p)
{
    static const float col[] = { 0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7 };
    static const float row[] = { 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1 };
    const vf x = vf_min(vf_set(tile->x0) + vf_load(col), vf_set(tile->x1));
    const vf y = vf_min(vf_set(tile->y0 + (float)(i / BS_TILE)) + vf_load(row), vf_set(tile->y1));
    float xs[LANES], ys[LANES], x0[LANES], y0[LANES], ex[LANES], ey[LANES];
    int ok = 1;

    if (!rows.step_x && !rows.step_y)
        return v_line_of(views, x, y, p);
    vf_store(xs, x);
    vf_store(ys, y);
    for (int k = 0; k < LANES; k++) {
        bs_line one;

        ok &= bs_line_of(&views[(int)xs[k] * rows.step_x + (int)ys[k] * rows.step_y], xs[k], ys[k], &one);
        x0[k] = one.x0;
        y0[k] = one.y0;
        ex[k] = one.ex;
        ey[k] = one.ey;
    }
    *p = (v_line){ vf_load(x0), vf_load(y0), vf_load(ex), vf_load(ey) };
    return ok;
}

/* The lanes from pixel i on that lie in a tile of w x h. */
static inline vm v_inside(int i, int w, int h)
{
    int out[LANES];

    if (w == BS_TILE && h == BS_TILE)
        return ALL;
    for (int k = 0; k < LANES; k++)
        out[k] = !((i + k) % BS_TILE < w && (i + k) / BS_TILE < h);
    return vi_is_0(vi_load(out));
}

static inline v_tile v_tile_of(const bs_layers *l, const bs_bounds *bounds)
{
    return (v_tile){ .l = l,
                     .bounds = bounds,
                     .inv_lo = vf_set(bounds->inv_lo),
                     .inv_hi = vf_set(bounds->inv_hi),
                     .last_x = vf_set(l->last_x),
                     .last_y = vf_set(l->last_y),
                     .stride = vi_set(l->stride),
                     .blocks_x = vi_set(l->blocks_x) };
}

#endif /* BS_WARP_SIMD_PX_H */
