/*
 * homography/warp_simd_list.h - lists of looks that are on their way, round after round, packed so that vectors
 * stay full.
 *
 * Read through homography/warp_simd.h only, behind the operations that it is written in (simd_*.h).
 */
#ifndef BS_WARP_SIMD_LIST_H
#define BS_WARP_SIMD_LIST_H

#include "homography/warp_simd_walk.h"

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

/* The part of a walk that does not change: bs_walk_of().  Returns the lanes whose lines meet the frame. */
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

#endif /* BS_WARP_SIMD_LIST_H */
