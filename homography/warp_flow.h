/*
 * homography/warp_flow.h - the blur of a tile over all poses: which of them are looked at together, and how.
 *
 * Where a tile sees one flat surface its pixels read the same texels beside their own at every pose, so the poses
 * become one kernel: weights that are summed up first, and meet the frame once however many poses there are.
 * Where it sees surfaces one behind the other that are flat, or nearly so, all of them are read pose by pose and laid
 * over each other.  What is neither is left to those that look pixel by pixel.
 */
#ifndef BS_WARP_FLOW_H
#define BS_WARP_FLOW_H

#include "homography/warp_continue.h"
#include "homography/warp_find.h"
#include "homography/warp_show.h"

/* The light that the kernel reads, where the frame's own will not do: beside it, or where it has not been seen. */
static inline const float *flow_copy_around(bs_tile_work *w, const bs_area *a)
{
    const bs_layers *l = w->e->l;

    for (int y = a->y0; y <= a->y1; y++)
        for (int x = a->x0; x <= a->x1; x++) {
            const int xc = bs_clampi(x, 0, l->width - 1), yc = bs_clampi(y, 0, l->height - 1);
            const size_t i = bs_texel_at(l, xc, yc);
            float *to = w->around.v[y - a->y0][x - a->x0];

            memcpy(to, &l->light[0][4 * i], 4 * sizeof *to);
            to[3] = x == xc && y == yc && l->bits[i] & 1 ? 1.0f : 0.0f;
        }
    return w->around.v[0][0];
}

/* Meets the frame with what poses have left in the kernel. */
static inline void flow_convolve(bs_tile_work *w)
{
    const bs_layers *l = w->e->l;
    bs_kernel *k = &w->kernel;
    bs_area a;

    if (!k->poses)
        return;
    a.x0 = (int)w->tile->x0 + k->x + k->x0;
    a.y0 = (int)w->tile->y0 + k->y + k->y0;
    a.x1 = a.x0 + k->x1 - k->x0 + BS_TILE - 1;
    a.y1 = a.y0 + k->y1 - k->y0 + BS_TILE - 1;
    if (k->all_seen && a.x0 >= 0 && a.y0 >= 0 && a.x1 < l->width && a.y1 < l->height)
        w->loops->convolve(w, &l->light[0][4 * bs_texel_at(l, a.x0, a.y0)], l->stride);
    else
        w->loops->convolve(w, flow_copy_around(w, &a), BS_AROUND_SIDE);
    k->poses = 0;
}

/* Adds 'n' poses of one flat surface to the kernel, and begins another one where they do not fit. */
static inline void flow_add(bs_tile_work *w, const bs_shifts *s, int from, int n, int all_seen)
{
    const int reads = bs_reads(w->e->l);
    bs_kernel *k = &w->kernel;
    bs_taps t;

    for (int j = 0; j < n; j++) {
        const int i = j % BS_POSES;

        if (i == 0)
            bs_taps_of(w->e->l, s, from + j, &t);
        if (!k->poses || !bs_kernel_holds(k, t.x[i], t.y[i], reads)) {
            flow_convolve(w);
            bs_kernel_begin(k, t.x[i], t.y[i], reads);
        }
        bs_kernel_add(k, &t, i, reads);
        k->all_seen &= all_seen;
    }
    w->whole += n;
}

/* What is read of sheets at 'n' poses, and their sum: FLAT.  Adds nothing if that is more than there is room for. */
static inline found flow_compose(bs_tile_work *w, const look *k, const bs_sheets *s, int n)
{
    bs_taps taps[BS_SHEETS];

    for (int i = 0; i < s->n; i++) {
        const bs_area *a = &s->area[i];
        const int pitch = (a->x1 - a->x0 + BS_LEAVES_ALIGN) / BS_LEAVES_ALIGN * BS_LEAVES_ALIGN;

        if (pitch * (a->y1 - a->y0 + 2) > BS_LEAVES - BS_LEAVES_ALIGN)
            return TOO_FAR;
        w->leaves[i].pitch = pitch;
        w->loops->leaves(w->e->l, s, i, &w->leaves[i]);
        if (w->is_continued && i + 1 == s->n)
            bs_leaves_continue(w->e->l, &s->range[i], a, &w->leaves[i]);
        bs_taps_of(w->e->l, &s->at[i], k->poses.from, &taps[i]);
    }
    w->loops->compose(w, s, taps, n);
    w->composed = 1;
    return FLAT;
}

/* Adds eight poses at most if what they see is made of sheets: FLAT. */
static inline found flow_add_sheets(bs_tile_work *w, const look *k, int n)
{
    bs_sheets s;
    found is;

    if (!w->has_sheets || !k->hull->is_whole)
        return NOT_A_SHEET;
    if (!k->bounds.edge) {
        is = find_smooth(w, k, &s);
        if (is == FLAT) {
            flow_add(w, &s.at[0], k->poses.from, n, s.all_seen);
            return FLAT;
        }
    } else {
        is = find_sheets(w, k, &s);
    }
    return is == FLAT || is == BENT ? flow_compose(w, k, &s, n) : is;
}

/* Poses at which every pixel looks for itself. */
static inline void flow_walk(bs_tile_work *w, const look *k, const bs_view *views, int n)
{
    const bs_exposure *e = w->e;
    const bs_box *tile = w->tile;
    const bs_warp_job job = { e->l, views, n, e->lines, e->rows, tile, &k->bounds, &w->sum };

    if (!w->walked) {
        memset(&w->sum, 0, sizeof w->sum);
        for (int y = (int)tile->y0; y <= (int)tile->y1; y++)
            for (int x = (int)tile->x0; x <= (int)tile->x1; x++)
                w->sum.guess[BS_TILE * (y - (int)tile->y0) + x - (int)tile->x0] = bs_first_guess(e->l, x, y);
        w->walked = 1;
    }
    w->loops->walk(&job);
}

/* Eight poses at most.  Where the camera moves so fast that they look too far over the frame, halves of them may
 * not. */
static void flow_poses(bs_tile_work *w, const look *k, const bs_view *views, int n)
{
    const bs_exposure *e = w->e;
    const bs_poses_of all = { 0, BS_POSES };
    const found is = flow_add_sheets(w, k, n);
    bs_hull *half = n > 4 ? &w->halves[0] : &w->halves[1];

    if (is == FLAT)
        return;
    if (is != TOO_FAR || n <= 2) {
        flow_walk(w, k, views, n);
        return;
    }
    for (int j = 0; j < n; j += (n + 1) / 2) {
        const int m = n - j < (n + 1) / 2 ? n - j : (n + 1) / 2;
        const bs_view *first = views + (size_t)j * (size_t)e->lines;
        look part;

        bs_hull_of(first, m, e->lines, e->rows, w->tile, half);
        part = look_at(e->l, half, all, &k->range);
        flow_poses(w, &part, first, m);
    }
}

/* Up to BS_RUN poses, from the v-th on: together if they see one flat surface, else eight by eight. */
static inline void flow_run(bs_tile_work *w, int v, int n)
{
    const bs_exposure *e = w->e;
    const bs_view *views = &e->views[(size_t)v * (size_t)e->lines];
    const bs_poses_of all = { 0, bs_whole_eights(n) };
    bs_bounds range;

    if (e->sets)
        bs_hull_of_set(&e->sets[v / BS_RUN], n, w->tile, &w->hull);
    else
        bs_hull_of(views, n, e->lines, e->rows, w->tile, &w->hull);
    range = bs_tile_range(e->l, &w->hull, all);
    if (w->has_sheets && n > BS_POSES && w->hull.is_whole) {
        const look k = look_at(e->l, &w->hull, all, &range);
        bs_sheets s;

        if (!k.bounds.edge && find_smooth(w, &k, &s) == FLAT) {
            flow_add(w, &s.at[0], 0, n, s.all_seen);
            return;
        }
        range = k.range;
    }
    for (int j = 0; j < n; j += BS_POSES) {
        const bs_poses_of eight = { j, j + BS_POSES };
        const look k = look_at(e->l, &w->hull, eight, &range);

        flow_poses(w, &k, views + (size_t)j * (size_t)e->lines, n - j < BS_POSES ? n - j : BS_POSES);
    }
}

/* All poses of a tile, and what its pixels gather. */
static inline void flow_all(bs_tile_work *w, show_gathered *out)
{
    const int n = w->e->n;

    w->composed = w->walked = 0;
    w->whole = 0;
    w->kernel.poses = 0;
    memset(w->sheets, 0, sizeof w->sheets);
    memset(w->flat, 0, sizeof w->flat);
    for (int v = 0; v < n; v += BS_RUN)
        flow_run(w, v, n - v < BS_RUN ? n - v : BS_RUN);
    flow_convolve(w);
    show_gather(w, out);
}

/* bs_warp_tile by some loops. */
static inline void flow_tile(const bs_tile_loops *loops, const bs_exposure *e, const bs_box *tile,
                             float *blur, float *seen)
{
    show_gathered all;
    bs_tile_work w;

    w.loops = loops;
    w.e = e;
    w.tile = tile;
    /* A few poses are not worth the search for sheets, and vectors of texels want room. */
    w.has_sheets =
        e->n >= BS_POSES && e->l->width >= BS_LEAVES_ALIGN && tile->x1 > tile->x0 && tile->y1 > tile->y0;
    w.is_continued = 0;
    flow_all(&w, &all);
    if (show_is_little_known(&w, &all)) { /* one tile in a hundred of a furnished room */
        w.is_continued = 1;
        flow_all(&w, &all);
    }
    show_tile(&w, &all, blur, seen);
}

#endif /* BS_WARP_FLOW_H */
