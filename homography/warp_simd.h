/*
 * homography/warp_simd.h - the blur of a tile by vectors of pixels: the twin of warp_plain.c.
 *
 * Included by one file for each instruction set, behind the operations that it is written in (simd_*.h).
 * Every function is the one of warp_px.h, bounds_px.h or sample_px.h without the "v_" before its name, for
 * LANES pixels at a time: the same operations in the same order, choices instead of branches.  What is rare
 * is left to the plain rule, lane by lane.
 */
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

/* The light of a layer in all lanes, four floats each: bs_blend4() or bs_blend16(). */
static inline void v_light_at(const v_tile *t, const v_cell *c, int layer, vf out[4])
{
    float texels[LANES][4], fx[LANES], fy[LANES];
    int i[LANES];

    if (!t->l->bicubic) {
        vf_blend4(t->l->light[layer], 4 * (size_t)t->l->stride, c->i, c->fx, c->fy, out);
        return;
    }
    vi_store(i, c->i);
    vf_store(fx, c->fx);
    vf_store(fy, c->fy);
    for (int k = 0; k < LANES; k++) {
        const bs_cell cell = { i[k], fx[k], fy[k], 0, 0 };
        const bs_texel texel = bs_blend16(t->l, &cell, layer);

        memcpy(texels[k], texel.v, sizeof texel.v);
    }
    for (int k = 0; k < 4; k++)
        out[k] = vf_load(texels[0] + k * LANES);
}

/* 1 where the frame saw what the layer shows, 'w' along the lines, 0 elsewhere; in the lanes of 'm'. */
static inline vf v_is_seen(const v_tile *t, const v_line *p, vf w, const v_cell *c, int layer, vm m)
{
    const vf half = vf_set(0.5f), x = p->x0 + w * p->ex, y = p->y0 + w * p->ey;
    const vi one = vi_set(1), none = vi_set(0);
    vi at, bits;

    m = vm_and(m, vm_and(vf_le(vf_set(-0.5f), x), vf_le(vf_set(-0.5f), y)));
    m = vm_and(m, vm_and(vf_lt(x, t->last_x + half), vf_lt(y, t->last_y + half)));
    at = vi_add(c->i, vi_pick(vf_lt(c->fx, half), none, one));
    at = vi_add(at, vi_pick(vf_lt(c->fy, half), none, t->stride));
    bits = vi_gather_bytes(t->l->bits, at, m);
    return vf_pick(vm_less(m, vi_is_0(vi_and(bits, vi_set(1 << layer)))), vf_set(1), vf_set(0));
}

/* The same of layer 0 in all lanes, where all of it is covered. */
static inline vf v_is_seen_whole(const v_tile *t, const v_line *p, vf w, const v_cell *c)
{
    return t->bounds->seen && t->bounds->inside ? vf_set(1) : v_is_seen(t, p, w, c, 0, ALL);
}

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

/* The lanes of 'm' whose cells are whole in a layer. */
static inline vm v_is_whole(const v_tile *t, const v_cell *c, int layer, vm m)
{
    const vi bits = vi_gather_bytes(t->l->bits, c->i, m);

    return vm_less(m, vi_is_0(vi_and(bits, vi_set(BS_TEXEL_WHOLE << layer))));
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

/* bs_walk, all but what only few lanes have. */
typedef struct v_walk {
    vf w, w_near, step, step_px, inv_lo, inv_hi, rx, ry;
} v_walk;

static inline vf v_block_exit(vf x0, vf r, vi i)
{
    const vf edge = vi_float(vi_shift_left(i, BS_BLOCK_LOG2)) +
                    vf_pick(vf_lt(vf_set(0), r), vf_set(-0.01f), vf_set(BS_BLOCK + 0.01f));

    return (edge - x0) * r;
}

static inline vf v_jump(const v_tile *t, const v_line *p, const v_walk *k, vf w, vm m)
{
    vf x, y, out, exit_x, exit_y;
    vi bx, by;

    v_place(t, p, w, &x, &y);
    bx = vi_shift(vf_int(x), BS_BLOCK_LOG2);
    by = vi_shift(vf_int(y), BS_BLOCK_LOG2);
    exit_x = v_block_exit(p->x0, k->rx, bx);
    exit_y = v_block_exit(p->y0, k->ry, by);
    out = vf_gather(t->l->near, vi_add(vi_mul(by, t->blocks_x), bx), m);
    out = vf_pick(vf_lt(exit_x, w), vf_max(exit_x, out), out);
    out = vf_pick(vf_lt(exit_y, w), vf_max(exit_y, out), out);
    return vf_min(out, w);
}

static inline void v_leap(const v_tile *t, const v_line *p, v_walk *k, vm m)
{
    vf jump = v_jump(t, p, k, k->w, m);
    const vm moved = vm_and(m, vf_lt(jump, k->w));
    vm go = vm_and(moved, vf_lt(k->inv_lo, jump));

    if (!vm_any(moved))
        return;
    while (vm_any(go)) {
        k->w = vf_pick(go, jump, k->w);
        jump = vf_pick(go, v_jump(t, p, k, jump, go), jump);
        go = vm_and(go, vm_and(vf_lt(jump, k->w), vf_lt(k->inv_lo, jump)));
    }
    k->w = vf_pick(moved, vf_max(jump, k->inv_lo), k->w);
    k->w_near = vf_pick(moved, vf_min(k->w + k->step, k->inv_hi), k->w_near);
}

/* Returns the lanes of 'm' that land on a layer, which all of them wait for, and where. */
static inline vm v_land(const v_tile *t, const v_line *p, const v_walk *k, int layer, vm m, vf *hit)
{
    const vf reach = vf_set(layer ? BS_LONG_PX : BS_LAND_PX) * k->step_px;
    const vf settled = vf_set(BS_SETTLED) * k->step_px;
    vf w = k->w, last = w;
    vm done = vm_first(0);

    for (int i = 0; i <= BS_STEPS; i++) {
        const v_cell c = v_cell_on(t, p, w);
        vf next;

        m = v_is_whole(t, &c, layer, m);
        if (i > 0) {
            const vm good = vm_and(m, vf_le(vf_abs(w - last), settled));

            done = vm_or(done, good);
            m = vm_less(m, good);
        }
        if (!vm_any(m) || i == BS_STEPS)
            break;
        next = v_clampf(v_depth_at(t, &c, layer, m).blend, k->inv_lo, k->w_near);
        last = w;
        w = vf_pick(m, next, w);
        m = vm_less(m, vf_lt(reach, vf_abs(w - k->w)));
    }
    *hit = w;
    return done;
}

/* Looks of a tile's pixels at some poses along lines that may meet edges: number BS_TILE_PX j + i is that of
 * pixel i at the j-th pose. */
#define BS_LOOKS (BS_TILE_PX * BS_POSES)

typedef struct v_looks {
    _Alignas(64) float x0[BS_LOOKS], y0[BS_LOOKS], ex[BS_LOOKS], ey[BS_LOOKS]; /* bs_line */
    float w[BS_LOOKS], w_near[BS_LOOKS], share[BS_LOOKS];                      /* bs_walk */
    int behind[BS_LOOKS];
    float v[BS_LOOKS][4], seen[BS_LOOKS]; /* bs_light */
    int march[BS_LOOKS + LANES];          /* those that have not seen all; LANES to spare for whole loads */
    int n;
} v_looks;

/* Some of them, on their way. */
typedef struct v_march {
    v_line p;
    v_walk k;
    const int *at;       /* [LANES] which */
    vm go;               /* not yet at the end */
    vm behind1, behind2; /* bs_walk's 'behind' is 1, is 2 */
    vf share;
} v_march;

/* Adds a layer in the lanes of 'm', 'w' along their lines. */
static inline void v_add(const v_tile *t, v_march *a, vf w, int layer, vm m, v_looks *q)
{
    float share[LANES], seen[LANES], texels[LANES][4];
    vf light[4];
    v_cell c;

    /* The texels of all lanes are loaded: those of others from where they are. */
    w = vf_pick(m, w, a->k.w);
    c = v_cell_on(t, &a->p, w);
    v_light_at(t, &c, layer, light);
    for (int k = 0; k < 4; k++)
        vf_store(texels[0] + k * LANES, light[k]);
    vf_store(seen, v_is_seen(t, &a->p, w, &c, layer, m));
    vf_store(share, a->share);
    for (unsigned bits = vm_bits(m); bits; bits &= bits - 1) {
        const int k = __builtin_ctz(bits), at = a->at[k];
        const float *texel = texels[k];

        for (int n = 0; n < 4; n++)
            q->v[at][n] += share[k] * texel[n];
        if (seen[k] > 0)
            q->seen[at] += share[k] * texel[3];
        share[k] = share[k] * (1.0f - texel[3]);
    }
    a->share = vf_load(share);
}

/* Returns the lanes of 'm' that have met the layer; '*hit' is the place, on a tear perhaps where not. */
static inline vm v_cross(const v_tile *t, const v_march *a, int layer, vf f_far, vm m, vf *hit)
{
    vf w = v_clampf(a->k.w + f_far, a->k.w, a->k.w_near);
    v_cell c;

    for (int i = 0; i < 2; i++) {
        v_depth d;

        c = v_cell_on(t, &a->p, w);
        d = v_depth_at(t, &c, layer, m);
        m = vm_less(vm_less(m, d.torn), vf_lt(a->k.w_near, d.blend));
        w = vf_pick(m, v_clampf(d.blend, a->k.w, a->k.w_near), w);
    }
    *hit = w;
    c = v_cell_on(t, &a->p, w);
    return vm_less(m, vf_sign(vf_gather(t->l->inv[layer], c.i, m)));
}

/* What happens at k.w. */
static inline void v_meet(const v_tile *t, v_march *a, v_looks *q)
{
    const v_cell c = v_cell_on(t, &a->p, a->k.w);
    vm still = a->go;

    for (int layer = 0; layer < BS_LAYERS && vm_any(still); layer++) {
        const vf f = v_depth_at(t, &c, layer, still).at - a->k.w;
        const vm front = vm_and(still, vf_lt(f, vf_set(0)));
        const int last = layer + 1 == BS_LAYERS;
        vm met, done, hits;
        vf hit;

        a->behind1 = layer == 1 ? vm_or(a->behind1, front) : vm_less(a->behind1, front);
        a->behind2 = layer == 2 ? vm_or(a->behind2, front) : vm_less(a->behind2, front);
        still = vm_less(still, front);
        met = layer < 2 ? vm_less(still, a->behind2) : still;
        met = layer < 1 ? vm_less(met, a->behind1) : met;
        if (!vm_any(met))
            continue;
        hits = v_cross(t, a, layer, f, met, &hit);
        hits = last ? met : hits;
        if (vm_any(hits))
            v_add(t, a, hit, layer, hits, q);
        done = last ? met : vm_and(met, vf_lt(vf_abs(a->share), vf_set(BS_OPAQUE)));
        still = vm_less(still, done);
        a->go = vm_less(a->go, done);
    }
}

/* Lands the lanes of 'm' on the layer that they wait for. */
static inline void v_land_on(const v_tile *t, const bs_warp_job *job, v_march *a, int layer, vm m, v_looks *q)
{
    const int last = BS_TILE_PX * (job->n - 1);
    float found[LANES];
    vf hit;

    if (!vm_any(m))
        return;
    m = v_land(t, &a->p, &a->k, layer, m, &hit);
    if (!vm_any(m))
        return;
    v_add(t, a, hit, layer, m, q);
    a->go = vm_less(a->go, m);
    vf_store(found, hit);
    for (unsigned bits = layer ? 0 : vm_bits(m); bits; bits &= bits - 1) {
        const int k = __builtin_ctz(bits);

        if (a->at[k] >= last)
            job->sum->guess[a->at[k] - last] = found[k];
    }
}

/* A round of bs_march(). */
static inline void v_march_on(const v_tile *t, const bs_warp_job *job, v_march *a, v_looks *q)
{
    const vm open = vm_less(vm_less(a->go, a->behind1), a->behind2);
    v_walk *k = &a->k;
    vm end;
    vf next;

    if (vm_any(open))
        v_leap(t, &a->p, k, open);
    v_land_on(t, job, a, 0, open, q);
    v_land_on(t, job, a, 1, vm_and(a->go, a->behind1), q);
    v_land_on(t, job, a, 2, vm_and(a->go, a->behind2), q);
    if (!vm_any(a->go))
        return;
    v_meet(t, a, q);
    k->w_near = vf_pick(a->go, k->w, k->w_near);
    end = vm_less(a->go, vf_lt(k->inv_lo, k->w));
    if (vm_any(end))
        v_add(t, a, k->w, BS_LAYERS - 1, end, q);
    a->go = vm_less(a->go, end);
    next = k->w - k->step;
    next = vf_pick(vm_and(vf_lt(next, k->w), vf_lt(k->inv_lo, next)), next, k->inv_lo);
    k->w = vf_pick(a->go, next, k->w);
}

static inline vm v_clip_axis(vf x0, vf r, float last, vf *lo, vf *hi)
{
    const vf first = vf_set(-1), end = vf_set(last + 1);
    const vf a = (first - x0) * r, b = (end - x0) * r;
    const vm finite = vf_lt(vf_abs(r), vf_set(INFINITY)), up = vf_lt(vf_set(0), r);
    const vf low = vf_max(vf_pick(up, a, b), *lo), high = vf_min(vf_pick(up, b, a), *hi);
    const vm on = vm_and(vf_le(first, x0), vf_le(x0, end));

    *lo = vf_pick(finite, low, *lo);
    *hi = vf_pick(finite, high, *hi);
    return vm_or(vm_and(finite, vf_le(*lo, *hi)), vm_less(on, finite));
}

/* The part of a walk that does not change: bs_walk_frame().  Returns the lanes whose lines meet the frame. */
static inline vm v_walk_of(const v_tile *t, const v_line *p, vm m, v_walk *k)
{
    k->inv_lo = t->inv_lo;
    k->inv_hi = t->inv_hi;
    k->rx = vf_set(1) / p->ex;
    k->ry = vf_set(1) / p->ey;
    if (!t->bounds->inside) {
        m = vm_and(m, v_clip_axis(p->x0, k->rx, t->l->last_x, &k->inv_lo, &k->inv_hi));
        m = vm_and(m, v_clip_axis(p->y0, k->ry, t->l->last_y, &k->inv_lo, &k->inv_hi));
    }
    k->step_px = vf_min(vf_abs(k->rx), vf_abs(k->ry));
    k->step = vf_min(k->step_px, k->inv_hi - k->inv_lo);
    return m;
}

/* What pixel i, number 'at' of the looks, sees by the plain rule. */
static void v_look_plain(const bs_warp_job *job, int at, v_looks *q)
{
    const bs_light light = bs_tile_look(job, at % BS_TILE_PX, at / BS_TILE_PX);

    memcpy(q->v[at], light.v, sizeof light.v);
    q->seen[at] = light.seen;
}

/* Looks on their way as the last round has left them, or at their start: there, what does not meet the frame
 * has its border. */
static inline void v_march_load(const v_tile *t, int starts, vm m, v_march *a, v_looks *q)
{
    const vi at = vi_load(a->at);
    vi behind;

    a->p.x0 = vf_gather(q->x0, at, m);
    a->p.y0 = vf_gather(q->y0, at, m);
    a->p.ex = vf_gather(q->ex, at, m);
    a->p.ey = vf_gather(q->ey, at, m);
    a->go = v_walk_of(t, &a->p, m, &a->k);
    a->behind1 = a->behind2 = vm_first(0);
    a->share = vf_set(1);
    a->k.w = a->k.w_near = a->k.inv_hi;
    if (starts) {
        const vm beside = vm_less(m, a->go);

        if (vm_any(beside))
            v_add(t, a, t->inv_lo, BS_LAYERS - 1, beside, q);
        return;
    }
    a->k.w = vf_gather(q->w, at, m);
    a->k.w_near = vf_gather(q->w_near, at, m);
    a->share = vf_gather(q->share, at, m);
    behind = vi_gather(q->behind, at, m);
    a->behind1 = vm_less(m, vi_is_0(vi_and(behind, vi_set(1))));
    a->behind2 = vm_less(m, vi_is_0(vi_and(behind, vi_set(2))));
}

/* Keeps what has changed in those that go on, and puts them on the list. */
static inline void v_march_keep(const v_march *a, v_looks *q)
{
    float w[LANES], w_near[LANES], share[LANES];

    vf_store(w, a->k.w);
    vf_store(w_near, a->k.w_near);
    vf_store(share, a->share);
    for (unsigned bits = vm_bits(a->go); bits; bits &= bits - 1) {
        const int k = __builtin_ctz(bits), at = a->at[k];

        q->w[at] = w[k];
        q->w_near[at] = w_near[k];
        q->share[at] = share[k];
        q->behind[at] = (int)(vm_bits(a->behind1) >> k & 1) + 2 * (int)(vm_bits(a->behind2) >> k & 1);
        q->march[q->n++] = at;
    }
}

/* All of them a round at a time, so that none waits for those that are on their way for long. */
static void v_march_all(const v_tile *t, const bs_warp_job *job, v_looks *q)
{
    for (int starts = 1; q->n; starts = 0) {
        const int n = q->n;

        q->n = 0;
        for (int i = 0; i < n; i += LANES) {
            int at[LANES];
            v_march a;

            a.at = at;
            vi_store(at, vi_load(&q->march[i])); /* the list is written again from its start */
            v_march_load(t, starts, n - i < LANES ? vm_first(n - i) : ALL, &a, q);
            v_march_on(t, job, &a, q);
            v_march_keep(&a, q);
        }
    }
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

/* Puts the lanes of 'm', looks number 'at' and behind it, on the list. */
static inline void v_looks_add(const v_line *p, vm m, int at, v_looks *q)
{
    vf_store(&q->x0[at], p->x0);
    vf_store(&q->y0[at], p->y0);
    vf_store(&q->ex[at], p->ex);
    vf_store(&q->ey[at], p->ey);
    for (unsigned bits = vm_bits(m); bits; bits &= bits - 1) {
        const int i = at + __builtin_ctz(bits);

        memset(q->v[i], 0, sizeof q->v[i]);
        q->seen[i] = 0;
        q->march[q->n++] = i;
    }
}

/* The lines of a tile's pixels at the j-th pose.  Returns 0 if a pixel has none. */
static inline int v_tile_lines(const bs_warp_job *job, int j, int n, v_line *p)
{
    const bs_view *views = job->views + (size_t)j * (size_t)job->lines;
    int ok = 1;

    for (int v = 0; v < n; v++)
        ok &= v_lines_of(views, job->rows, job->tile, v * LANES, &p[v]);
    return ok;
}

/* A tile that may see edges: what is met again at once, and a list of all other looks, so that these fill
 * whole vectors; then the sums. */
static void v_tile_edges(const v_tile *t, const bs_warp_job *job)
{
    const bs_box *tile = job->tile;
    const int w = (int)(tile->x1 - tile->x0) + 1, h = (int)(tile->y1 - tile->y0) + 1;
    const int n = (BS_TILE * h + LANES - 1) / LANES;
    bs_tile_sum *sum = job->sum;
    v_looks q;

    q.n = 0;
    for (int j = 0; j < job->n; j++) {
        v_places at;

        if (!v_tile_lines(job, j, n, at.p)) {
            for (int i = 0; i < BS_TILE * h; i++)
                if (i % BS_TILE < w)
                    v_look_plain(job, BS_TILE_PX * j + i, &q);
            continue;
        }
        v_settle(t, n, sum->guess, &at);
        for (int v = 0; v < n; v++) {
            const int i = BS_TILE_PX * j + v * LANES;
            vm m = v_is_whole(t, &at.c[v], 0, at.done[v]);
            vf light[4];

            m = v_is_near_frame(t, &at.p[v], at.w[v], m);
            m = v_is_clear(t, &at.p[v], at.w[v], m);
            v_light_at(t, &at.c[v], 0, light);
            for (int k = 0; k < 4; k++)
                vf_store(q.v[i] + k * LANES, light[k]);
            vf_store(&q.seen[i], v_is_seen_whole(t, &at.p[v], at.w[v], &at.c[v]));
            if (!vm_all(m))
                v_looks_add(&at.p[v], vm_less(v_inside(v * LANES, w, h), m), i, &q);
        }
    }
    v_march_all(t, job, &q);
    for (int j = 0; j < job->n; j++)
        for (int i = 0; i < BS_TILE * h; i += LANES) {
            const int at = BS_TILE_PX * j + i;

            for (int k = 0; k < 4; k++)
                vf_store(sum->v[i] + k * LANES,
                         vf_load(sum->v[i] + k * LANES) + vf_load(q.v[at] + k * LANES));
            vf_store(&sum->seen[i], vf_load(&sum->seen[i]) + vf_load(&q.seen[at]));
        }
}

/* Pixels of vector 'v' of which some have not settled: those of 'rest' by the plain rule. */
static void v_smooth_rest(const v_tile *t, const bs_warp_job *job, const v_places *at, int v, vm rest, int j)
{
    bs_tile_sum *sum = job->sum;
    float texels[LANES][4], seen[LANES];
    vf light[4];

    v_light_at(t, &at->c[v], 0, light);
    for (int n = 0; n < 4; n++)
        vf_store(texels[0] + n * LANES, light[n]);
    vf_store(seen, v_is_seen_whole(t, &at->p[v], at->w[v], &at->c[v]));
    for (unsigned bits = vm_bits(at->done[v]); bits; bits &= bits - 1) {
        const int k = __builtin_ctz(bits), i = v * LANES + k;

        for (int n = 0; n < 4; n++)
            sum->v[i][n] += texels[k][n];
        sum->seen[i] += seen[k];
    }
    for (unsigned bits = vm_bits(rest); bits; bits &= bits - 1)
        bs_tile_add(job, v * LANES + __builtin_ctz(bits), j);
}

/* A tile of one smooth surface.  What does not settle there is left to the plain rule. */
static void v_tile_smooth(const v_tile *t, const bs_warp_job *job)
{
    const bs_box *tile = job->tile;
    const int w = (int)(tile->x1 - tile->x0) + 1, h = (int)(tile->y1 - tile->y0) + 1;
    const int n = (BS_TILE * h + LANES - 1) / LANES;
    bs_tile_sum *sum = job->sum;

    for (int j = 0; j < job->n; j++) {
        v_places at;

        (void)v_tile_lines(job, j, n, at.p); /* without lines no tile is smooth */
        v_settle(t, n, sum->guess, &at);
        for (int v = 0; v < n; v++) {
            const int i = v * LANES;
            vf light[4], seen;

            if (!vm_all(at.done[v])) {
                v_smooth_rest(t, job, &at, v, vm_less(v_inside(i, w, h), at.done[v]), j);
                continue;
            }
            v_light_at(t, &at.c[v], 0, light);
            seen = v_is_seen_whole(t, &at.p[v], at.w[v], &at.c[v]);
            for (int k = 0; k < 4; k++)
                vf_store(sum->v[i] + k * LANES, vf_load(sum->v[i] + k * LANES) + light[k]);
            vf_store(&sum->seen[i], vf_load(&sum->seen[i]) + seen);
        }
    }
}

void BS_SIMD(bs_warp_tile)(const bs_warp_job *job)
{
    const v_tile t = v_tile_of(job->l, job->bounds);

    if (job->bounds->edge)
        v_tile_edges(&t, job);
    else
        v_tile_smooth(&t, job);
}
