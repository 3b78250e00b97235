/*
 * homography/warp_simd_walk.h - the walk along lines that may meet edges, for vectors of pixels: one round of
 * it, from leap to step.
 *
 * Read through homography/warp_simd.h only, behind the operations that it is written in (simd_*.h).
 */
#ifndef BS_WARP_SIMD_WALK_H
#define BS_WARP_SIMD_WALK_H

#include "homography/warp_simd_px.h"

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
    seen = v_seen_at(t, &a->p, w, &c, layer, m);
    vf_add4(q->v[0], a->at, light, share);
    vf_add1(q->seen, a->at, share * (alpha * seen));
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

#endif /* BS_WARP_SIMD_WALK_H */
