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

/* Looks of a tile's pixels at some poses along lines that may meet edges: number BS_TILE_PX j + i is that of
 * pixel i at the j-th pose. */
#define BS_LOOKS (BS_TILE_PX * BS_POSES)

/* Some of them, on their way: those in front of layer 0, or behind it.  LANES to spare for whole vectors. */
typedef struct v_list {
    _Alignas(64) float x0[BS_LOOKS + LANES], y0[BS_LOOKS + LANES], ex[BS_LOOKS + LANES], ey[BS_LOOKS + LANES];
    float w[BS_LOOKS + LANES], w_near[BS_LOOKS + LANES], share[BS_LOOKS + LANES]; /* bs_walk */
    int behind[BS_LOOKS + LANES];
    int at[BS_LOOKS + LANES]; /* which */
    int n;
} v_list;

typedef struct v_looks {
    _Alignas(64) float v[BS_LOOKS + 1][4], seen[BS_LOOKS + 1]; /* bs_light, and one to throw away */
    v_list list[2];
} v_looks;

/* A vector of them, and what is asked of it in the stage at hand. */
typedef struct v_march {
    v_line p;
    v_walk k;
    vi at;               /* which; number BS_LOOKS: none */
    vm go;               /* not yet at the end */
    vm behind1, behind2; /* bs_walk's 'behind' is 1, is 2 */
    vf share;
    vm m;      /* lanes that are asked */
    vm found;  /* those of them that have found what was asked for */
    vf hit, f; /* where, along their lines; and how far behind the surface k.w is */
    v_cell c;  /* at k.w */
} v_march;

/*
 * Vectors that go through the stages of a round together.  Each step of a stage is done with all before the
 * next: within one vector every step waits for the one before.
 */
#define BATCH 4

/* Adds a layer at 'hit' in the lanes of 'm'. */
static inline void v_add(const v_tile *t, v_march *a, int layer, vm m, v_looks *q)
{
    const vf share = vf_pick(m, a->share, vf_set(0));
    /* The texels of all lanes are loaded: those of others from where they are. */
    const vf w = vf_pick(m, a->hit, a->k.w);
    const v_cell c = v_cell_on(t, &a->p, w);
    vf light[4], alpha, seen;

    v_light_at(t, &c, layer, light);
    alpha = vf_fourth(light);
    seen = v_is_seen(t, &a->p, w, &c, layer, m);
    vf_add4(q->v[0], a->at, light, share);
    vf_add1(q->seen, a->at, vf_pick(vf_lt(vf_set(0), seen), share * alpha, vf_set(0)));
    a->share = vf_pick(m, a->share * (vf_set(1) - alpha), a->share);
}

/* bs_leap() of the lanes that go on. */
static inline void v_leap(const v_tile *t, v_march *a, int n)
{
    vf jump[BATCH];
    vm moved[BATCH], go[BATCH];
    int more = 0;

    for (int u = 0; u < n; u++) {
        const v_walk *k = &a[u].k;

        jump[u] = v_jump(t, &a[u].p, k, k->w, a[u].go);
        moved[u] = vm_and(a[u].go, vf_lt(jump[u], k->w));
        go[u] = vm_and(moved[u], vf_lt(k->inv_lo, jump[u]));
        more |= vm_any(go[u]);
    }
    while (more) {
        more = 0;
        for (int u = 0; u < n; u++) {
            v_walk *k = &a[u].k;

            k->w = vf_pick(go[u], jump[u], k->w);
            jump[u] = vf_pick(go[u], v_jump(t, &a[u].p, k, jump[u], go[u]), jump[u]);
            go[u] = vm_and(go[u], vm_and(vf_lt(jump[u], k->w), vf_lt(k->inv_lo, jump[u])));
            more |= vm_any(go[u]);
        }
    }
    for (int u = 0; u < n; u++) {
        v_walk *k = &a[u].k;

        k->w = vf_pick(moved[u], vf_max(jump[u], k->inv_lo), k->w);
        k->w_near = vf_pick(moved[u], vf_min(k->w + k->step, k->inv_hi), k->w_near);
    }
}

/* A step of bs_land(), number i. */
static inline void v_land_step(const v_tile *t, int layer, int i, vf *last, v_march *a)
{
    const vf reach = vf_set(layer ? BS_LONG_PX : BS_LAND_PX) * a->k.step_px;
    const v_cell c = v_cell_on(t, &a->p, a->hit);
    vf next;

    a->m = v_is_whole(t, &c, layer, a->m);
    if (i > 0) {
        const vm good = vm_and(a->m, vf_le(vf_abs(a->hit - *last), vf_set(BS_SETTLED) * a->k.step_px));

        a->found = vm_or(a->found, good);
        a->m = vm_less(a->m, good);
    }
    next = v_clampf(v_depth_at(t, &c, layer, a->m).blend, a->k.inv_lo, a->k.w_near);
    *last = a->hit;
    a->hit = vf_pick(a->m, next, a->hit);
    a->m = vm_less(a->m, vf_lt(reach, vf_abs(a->hit - a->k.w)));
}

/* What was landed on in front of everything is where to look first at the next poses. */
static inline void v_tell(const bs_warp_job *job, const v_march *a)
{
    const int last = BS_TILE_PX * (job->n - 1);
    float hit[LANES];
    int at[LANES];

    vf_store(hit, a->hit);
    vi_store(at, a->at);
    for (unsigned bits = vm_bits(a->found); bits; bits &= bits - 1) {
        const int k = __builtin_ctz(bits);

        if (at[k] >= last)
            job->sum->guess[at[k] - last] = hit[k];
    }
}

/* bs_land() on a layer of the lanes of 'm' that wait for it, and what follows. */
static inline void v_land(const v_tile *t, const bs_warp_job *job, int layer, int n, v_march *a, v_looks *q)
{
    vf last[BATCH];

    for (int u = 0; u < n; u++) {
        a[u].hit = last[u] = a[u].k.w;
        a[u].found = vm_first(0);
    }
    for (int i = 0; i <= BS_STEPS; i++)
        for (int u = 0; u < n; u++)
            if (vm_any(a[u].m))
                v_land_step(t, layer, i, &last[u], &a[u]);
    for (int u = 0; u < n; u++) {
        if (!vm_any(a[u].found))
            continue;
        v_add(t, &a[u], layer, a[u].found, q);
        a[u].go = vm_less(a[u].go, a[u].found);
        if (!layer)
            v_tell(job, &a[u]);
    }
}

/* bs_cross() of the lanes of 'm': 'found' are those that have met the layer at 'hit', which is on a tear perhaps
 * where not. */
static inline void v_cross(const v_tile *t, int layer, int n, v_march *a)
{
    for (int u = 0; u < n; u++) {
        a[u].hit = v_clampf(a[u].k.w + a[u].f, a[u].k.w, a[u].k.w_near);
        a[u].found = a[u].m;
    }
    for (int i = 0; i < 2; i++)
        for (int u = 0; u < n; u++) {
            const v_cell c = v_cell_on(t, &a[u].p, a[u].hit);
            v_depth d;

            if (!vm_any(a[u].found))
                continue;
            d = v_depth_at(t, &c, layer, a[u].found);
            a[u].found = vm_less(vm_less(a[u].found, d.torn), vf_lt(a[u].k.w_near, d.blend));
            a[u].hit = vf_pick(a[u].found, v_clampf(d.blend, a[u].k.w, a[u].k.w_near), a[u].hit);
        }
    for (int u = 0; u < n; u++) {
        const v_cell c = v_cell_on(t, &a[u].p, a[u].hit);

        a[u].found = vm_less(a[u].found, vf_sign(vf_gather(t->l->inv[layer], c.i, a[u].found)));
    }
}

/* The lanes of 'm' that are at or behind a layer; of the others that is the one they wait for. */
static inline vm v_pass(const v_tile *t, int layer, v_march *a, vm m)
{
    vm front;

    a->f = v_depth_at(t, &a->c, layer, m).at - a->k.w;
    front = vm_and(m, vf_lt(a->f, vf_set(0)));
    a->behind1 = layer == 1 ? vm_or(a->behind1, front) : vm_less(a->behind1, front);
    a->behind2 = layer == 2 ? vm_or(a->behind2, front) : vm_less(a->behind2, front);
    m = vm_less(m, front);
    a->m = layer < 2 ? vm_less(m, a->behind2) : m;
    a->m = layer < 1 ? vm_less(a->m, a->behind1) : a->m;
    return m;
}

/* bs_meet() of the lanes that go on, at k.w. */
static inline void v_meet(const v_tile *t, int n, v_march *a, v_looks *q)
{
    vm still[BATCH];
    int more = 1;

    for (int u = 0; u < n; u++) {
        a[u].c = v_cell_on(t, &a[u].p, a[u].k.w);
        still[u] = a[u].go;
    }
    for (int layer = 0; layer < BS_LAYERS && more; layer++) {
        const int last = layer + 1 == BS_LAYERS;

        for (int u = 0; u < n; u++) {
            a[u].m = vm_first(0);
            if (vm_any(still[u]))
                still[u] = v_pass(t, layer, &a[u], still[u]);
        }
        v_cross(t, layer, n, a);
        more = 0;
        for (int u = 0; u < n; u++) {
            const vm hits = last ? a[u].m : a[u].found;
            vm done;

            if (vm_any(hits))
                v_add(t, &a[u], layer, hits, q);
            done = last ? a[u].m : vm_and(a[u].m, vf_lt(vf_abs(a[u].share), vf_set(BS_OPAQUE)));
            still[u] = vm_less(still[u], done);
            a[u].go = vm_less(a[u].go, done);
            more |= vm_any(still[u]);
        }
    }
}

static inline void v_step(v_walk *k)
{
    const vf next = k->w - k->step;

    k->w_near = k->w;
    k->w = vf_pick(vm_and(vf_lt(next, k->w), vf_lt(k->inv_lo, next)), next, k->inv_lo);
}

/* The end of a round of bs_march(): a step on, or the end of the line. */
static inline void v_step_on(const v_tile *t, v_march *a, v_looks *q)
{
    v_walk *k = &a->k;
    const vm end = vm_less(a->go, vf_lt(k->inv_lo, k->w));

    if (vm_any(end)) {
        a->hit = k->w;
        v_add(t, a, BS_LAYERS - 1, end, q);
        a->go = vm_less(a->go, end);
    }
    v_step(k);
}

/* A round of bs_march() of 'n' vectors in front of layer 0, or behind it. */
static inline void v_march_on(const v_tile *t, const bs_warp_job *job, int behind, int n, v_march *a,
                              v_looks *q)
{
    if (!behind) {
        v_leap(t, a, n);
        for (int u = 0; u < n; u++)
            a[u].m = a[u].go;
        v_land(t, job, 0, n, a, q);
    } else {
        for (int u = 0; u < n; u++)
            a[u].m = vm_and(a[u].go, a[u].behind1);
        v_land(t, job, 1, n, a, q);
        for (int u = 0; u < n; u++)
            a[u].m = vm_and(a[u].go, a[u].behind2);
        v_land(t, job, 2, n, a, q);
    }
    v_meet(t, n, a, q);
    for (int u = 0; u < n; u++)
        v_step_on(t, &a[u], q);
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

/* Looks on their way, number i of the list and behind it, as the last round has left them, or at their start:
 * there, what does not meet the frame has its border. */
static inline void v_march_load(const v_tile *t, const v_list *list, int i, int starts, v_march *a,
                                v_looks *q)
{
    const vm m = list->n - i < LANES ? vm_first(list->n - i) : ALL;
    vi behind;

    /* Of no look: what is loaded for all lanes comes from (0, 0). */
    a->p.x0 = vf_pick(m, vf_load(&list->x0[i]), vf_set(0));
    a->p.y0 = vf_pick(m, vf_load(&list->y0[i]), vf_set(0));
    a->p.ex = vf_pick(m, vf_load(&list->ex[i]), vf_set(0));
    a->p.ey = vf_pick(m, vf_load(&list->ey[i]), vf_set(0));
    a->at = vi_pick(m, vi_load(&list->at[i]), vi_set(BS_LOOKS));
    a->go = v_walk_of(t, &a->p, m, &a->k);
    a->behind1 = a->behind2 = vm_first(0);
    a->share = vf_set(1);
    a->k.w = a->k.w_near = a->k.inv_hi;
    if (starts) {
        const vm beside = vm_less(m, a->go);

        a->hit = t->inv_lo;
        if (vm_any(beside))
            v_add(t, a, BS_LAYERS - 1, beside, q);
        return;
    }
    a->k.w = vf_pick(m, vf_load(&list->w[i]), vf_set(0));
    a->k.w_near = vf_load(&list->w_near[i]);
    a->share = vf_load(&list->share[i]);
    behind = vi_load(&list->behind[i]);
    a->behind1 = vm_less(m, vi_is_0(vi_and(behind, vi_set(1))));
    a->behind2 = vm_less(m, vi_is_0(vi_and(behind, vi_set(2))));
}

/* Puts the lanes of 'm' at the end of a list. */
static inline void v_list_add(const v_line *p, vi at, vm m, v_list *list)
{
    const int n = list->n;

    vf_pack(&list->x0[n], p->x0, m);
    vf_pack(&list->y0[n], p->y0, m);
    vf_pack(&list->ex[n], p->ex, m);
    vf_pack(&list->ey[n], p->ey, m);
    vi_pack(&list->at[n], at, m);
    list->n += __builtin_popcount(vm_bits(m));
}

/* And where they are. */
static inline void v_list_keep(const v_march *a, vm m, v_list *list)
{
    const vi none = vi_set(0), behind = vi_pick(a->behind2, vi_set(2), vi_pick(a->behind1, vi_set(1), none));
    const int n = list->n;

    if (!vm_any(m))
        return;
    vf_pack(&list->w[n], a->k.w, m);
    vf_pack(&list->w_near[n], a->k.w_near, m);
    vf_pack(&list->share[n], a->share, m);
    vi_pack(&list->behind[n], behind, m);
    v_list_add(&a->p, a->at, m, list);
}

/* A round of all on a list; what goes on is put on it again, no sooner than it has been read, or on the
 * other. */
static inline void v_march_list(const v_tile *t, const bs_warp_job *job, int behind, int starts, v_looks *q)
{
    v_list *list = &q->list[behind];
    const int n = list->n;
    int kept = 0;

    for (int i = 0; i < n;) {
        v_march a[BATCH];
        int batch = 0;

        list->n = n;
        for (; batch < BATCH && i < n; batch++, i += LANES)
            v_march_load(t, list, i, starts, &a[batch], q);
        v_march_on(t, job, behind, batch, a, q);
        list->n = kept;
        for (int u = 0; u < batch; u++) {
            const vm back = vm_and(a[u].go, vm_or(a[u].behind1, a[u].behind2));

            v_list_keep(&a[u], vm_less(a[u].go, back), &q->list[0]);
            v_list_keep(&a[u], back, &q->list[1]);
        }
        kept = list->n;
    }
    list->n = kept;
}

/* All of them a round at a time, so that none waits for those that are on their way for long, and those with
 * the same to do side by side. */
static void v_march_all(const v_tile *t, const bs_warp_job *job, v_looks *q)
{
    for (int starts = 1; q->list[0].n || q->list[1].n; starts = 0) {
        v_march_list(t, job, 0, starts, q);
        v_march_list(t, job, 1, 0, q);
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

/* Numbers of looks, one lane after the other. */
static inline vi v_numbers(int first)
{
    static const int lane[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };

    return vi_add(vi_set(first), vi_load(lane));
}

/* Puts the lanes of 'm', looks number 'at' and behind it, on the list of those that have to walk. */
static inline void v_walk_frame(const v_line *p, vm m, int at, v_looks *q)
{
    v_list_add(p, v_numbers(at), m, &q->list[0]);
    for (unsigned bits = vm_bits(m); bits; bits &= bits - 1) {
        const int i = at + __builtin_ctz(bits);

        memset(q->v[i], 0, sizeof q->v[i]);
        q->seen[i] = 0;
    }
}

/* Puts those whose layer 0 lets 'share' pass at 'w' on the list of those behind it. */
static inline void v_walk_behind(const v_tile *t, const v_line *p, vf w, vf share, vm m, int at, v_looks *q)
{
    v_march a = { .p = *p, .at = v_numbers(at), .share = share, .behind1 = m, .behind2 = vm_first(0) };

    m = v_walk_of(t, p, m, &a.k);
    a.k.w = w;
    v_step(&a.k);
    v_list_keep(&a, m, &q->list[1]);
}

/* What is met again of layer 0 at once, and lists of all that is to do besides: looks of a vector of pixels,
 * number 'i' and behind it. */
static inline void v_meet_again(const v_tile *t, const v_places *at, int v, vm pixels, int i, v_looks *q)
{
    const v_line *p = &at->p[v];
    const v_cell *c = &at->c[v];
    const vf w = at->w[v];
    vf light[4], share;
    vm m, open;

    m = vm_and(pixels, at->done[v]);
    m = vm_less(m, vf_sign(vf_gather(t->l->inv[0], c->i, m)));
    m = v_is_near_frame(t, p, w, m);
    m = v_is_clear(t, p, w, m);
    v_light_at(t, c, 0, light);
    for (int k = 0; k < 4; k++)
        vf_store(q->v[i] + k * LANES, light[k]);
    vf_store(&q->seen[i], v_is_seen_whole(t, p, w, c) * vf_fourth(light));
    share = vf_set(1) * (vf_set(1) - vf_fourth(light));
    open = vm_less(m, vf_lt(vf_abs(share), vf_set(BS_OPAQUE)));
    if (vm_any(open))
        v_walk_behind(t, p, w, share, open, i, q);
    m = vm_less(pixels, m);
    if (vm_any(m))
        v_walk_frame(p, m, i, q);
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

    q.list[0].n = q.list[1].n = 0;
    memset(q.v[BS_LOOKS], 0, sizeof q.v[BS_LOOKS]);
    q.seen[BS_LOOKS] = 0;
    for (int j = 0; j < job->n; j++) {
        v_places at;

        if (!v_tile_lines(job, j, n, at.p)) {
            for (int i = 0; i < BS_TILE * h; i++)
                if (i % BS_TILE < w)
                    v_look_plain(job, BS_TILE_PX * j + i, &q);
            continue;
        }
        v_settle(t, n, sum->guess, &at);
        for (int v = 0; v < n; v++)
            v_meet_again(t, &at, v, v_inside(v * LANES, w, h), BS_TILE_PX * j + v * LANES, &q);
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
