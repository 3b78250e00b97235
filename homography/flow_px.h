/*
 * homography/flow_px.h - the blur of a tile over all poses: which of them are looked at together, and how.
 *
 * Where a tile sees one flat surface its pixels read the same texels beside their own at every pose, so the poses
 * become one kernel: weights that are summed up first, and meet the frame once however many poses there are.
 * Where it sees surfaces one behind the other that are flat, or nearly so, all of them are read pose by pose and laid
 * over each other.  What is neither is left to those that look pixel by pixel.
 *
 * What includes it has the loops of homography/loops_px.h, or their twins.
 */
#ifndef BS_FLOW_PX_H
#define BS_FLOW_PX_H

#include "homography/continue_px.h"
#include "homography/find_px.h"
#include "homography/show_px.h"

/* The light that the kernel reads, where the frame's own will not do: beside it, or where it has not been seen. */
BS_TEAM const float *bs_flow_copy_around(bs_tile_work *w, const bs_area *a)
{
    const bs_layers *l = w->e->l;

    bs_team_sync(); /* leaves that lay there have been read */
    BS_EACH_TEXEL(x, y, a)
    {
        const int xc = bs_clampi(x, 0, l->width - 1), yc = bs_clampi(y, 0, l->height - 1);
        const size_t i = bs_texel_at(l, xc, yc);
        float *to = w->store->around.v[y - a->y0][x - a->x0];

        for (size_t c = 0; c < 3; c++)
            to[c] = l->light[0][4 * i + c];
        to[3] = x == xc && y == yc && l->bits[i] & 1 ? 1.0f : 0.0f;
    }
    bs_team_sync();
    return w->store->around.v[0][0];
}

/* Meets the frame with what poses have left in the kernel. */
BS_TEAM void bs_flow_convolve(bs_tile_work *w)
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
        tile_convolve(w, &l->light[0][4 * bs_texel_at(l, a.x0, a.y0)], l->stride);
    else
        tile_convolve(w, bs_flow_copy_around(w, &a), BS_AROUND_SIDE);
    k->poses = 0;
}

/* Adds 'n' poses of one flat surface to the kernel, and begins another one where they do not fit. */
BS_TEAM void bs_flow_add(bs_tile_work *w, const bs_shifts *s, int from, int n, int all_seen)
{
    const int reads = bs_reads(w->e->l);
    bs_taps *t = &w->room->taps[0];
    bs_kernel *k = &w->kernel;

    bs_team_sync(); /* the taps of sheets before have been read */
    for (int j = 0; j < n; j++) {
        const int i = j % BS_POSES;

        if (i == 0) {
            bs_taps_of(w->e->l, s, from + j, t);
            bs_team_sync();
        }
        if (!k->poses || !bs_kernel_holds(k, t->x[i], t->y[i], reads)) {
            bs_flow_convolve(w);
            bs_kernel_begin(k, t->x[i], t->y[i], reads, w->room->used);
        }
        bs_kernel_add(k, t, i, reads, w->room->used, w->store->tap);
        k->all_seen &= all_seen;
    }
    w->whole += n;
}

/* What is read of sheets at 'n' poses, and their sum: BS_FLAT.  Adds nothing if that is more than there is room for. */
BS_TEAM bs_found bs_flow_compose(bs_tile_work *w, const bs_look *k, const bs_sheets *s, int n)
{
    bs_team_sync(); /* what was there has been read */
    for (int i = 0; i < s->n; i++) {
        const bs_area *a = &s->area[i];
        const int pitch = (a->x1 - a->x0 + BS_LEAVES_ALIGN) / BS_LEAVES_ALIGN * BS_LEAVES_ALIGN;
        bs_leaves *leaves = &w->store->leaves[i];

        if (pitch * (a->y1 - a->y0 + 2) > BS_LEAVES - BS_LEAVES_ALIGN)
            return BS_TOO_FAR;
        leaves->pitch = pitch;
        tile_leaves(w->e->l, s, i, leaves);
        if (w->is_continued && i + 1 == s->n) {
            bs_team_sync();
            bs_leaves_continue(w->e->l, &s->range[i], a, w->room->has, leaves);
        }
        bs_taps_of(w->e->l, &s->at[i], k->poses.from, &w->room->taps[i]);
    }
    bs_team_sync();
    tile_compose(w, s, n);
    w->composed = 1;
    return BS_FLAT;
}

/* Adds eight poses at most if what they see is made of sheets: BS_FLAT. */
BS_TEAM bs_found bs_flow_add_sheets(bs_tile_work *w, const bs_look *k, int n)
{
    bs_sheets s;
    bs_found is;

    if (!w->has_sheets || !k->hull->is_whole)
        return BS_NO_SHEET;
    if (!k->bounds.edge) {
        is = bs_find_smooth(w, k, &s);
        if (is == BS_FLAT) {
            bs_flow_add(w, &s.at[0], k->poses.from, n, s.all_seen);
            return BS_FLAT;
        }
    } else {
        is = bs_find_sheets(w, k, &s);
    }
    return is == BS_FLAT || is == BS_BENT ? bs_flow_compose(w, k, &s, n) : is;
}

BS_TEAM void bs_flow_walk_first(bs_tile_work *w)
{
    const int x0 = (int)w->tile->x0, y0 = (int)w->tile->y0;
    const int width = bs_work_width(w), height = bs_work_height(w);

    for (int i = 0; i < BS_PX_HELD; i++) {
        for (int c = 0; c < 4; c++)
            w->sum.v[i][c] = 0.0f;
        w->sum.seen[i] = w->sum.guess[i] = 0.0f;
    }
    BS_EACH_PIXEL(i, x, y, width, height)
    w->sum.guess[BS_PX_AT(i)] = bs_first_guess(w->e->l, x0 + x, y0 + y);
}

/* Poses at which every pixel looks for itself. */
BS_TEAM void bs_flow_walk(bs_tile_work *w, const bs_look *k, const bs_view *views, int n)
{
    const bs_sweep *e = w->e;
    const bs_warp_job job = { e->l, views, n, e->lines, e->rows, w->tile, &k->bounds, &w->sum };

    if (!w->walked)
        bs_flow_walk_first(w);
    w->walked = 1;
    tile_walk(&job);
}

/* Some of eight poses, what they or more of them may meet. */
typedef struct bs_part {
    int first, n;
    bs_bounds range;
} bs_part;

/* Eight poses at most.  Where the camera moves so fast that they look too far over the frame, halves of them may
 * not. */
BS_TEAM void bs_flow_poses(bs_tile_work *w, const bs_look *k, const bs_view *views, int n)
{
    const bs_sweep *e = w->e;
    const bs_poses_of all = { 0, BS_POSES };
    bs_look here = *k;
    bs_part waiting[4], part = { 0, n, k->range };
    int n_waiting = 0;

    for (;;) {
        const bs_found is = bs_flow_add_sheets(w, &here, part.n);
        const int half = (part.n + 1) / 2;

        if (is == BS_TOO_FAR && part.n > 2) { /* the first half before the second */
            const bs_part first = { part.first, half, here.range };
            const bs_part second = { part.first + half, part.n - half, here.range };

            waiting[n_waiting++] = second;
            waiting[n_waiting++] = first;
        } else if (is != BS_FLAT) {
            bs_flow_walk(w, &here, views + (size_t)part.first * (size_t)e->lines, part.n);
        }
        if (!n_waiting)
            return;
        part = waiting[--n_waiting];
        bs_hull_of(views + (size_t)part.first * (size_t)e->lines, part.n, e->lines, e->rows, w->tile,
                   &w->part);
        here = bs_look_at(e->l, &w->part, all, &part.range);
    }
}

/* Up to BS_RUN poses, from the v-th on: together if they see one flat surface, else eight by eight. */
BS_TEAM void bs_flow_run(bs_tile_work *w, int v, int n)
{
    const bs_sweep *e = w->e;
    const bs_view *views = &e->views[(size_t)v * (size_t)e->lines];
    const bs_poses_of all = { 0, bs_whole_eights(n) };
    bs_bounds range;

    if (e->sets)
        bs_hull_of_set(&e->sets[v / BS_RUN], n, w->tile, &w->hull);
    else
        bs_hull_of(views, n, e->lines, e->rows, w->tile, &w->hull);
    range = bs_tile_range(e->l, &w->hull, all);
    if (w->has_sheets && n > BS_POSES && w->hull.is_whole) {
        const bs_look k = bs_look_at(e->l, &w->hull, all, &range);
        bs_sheets s;

        if (!k.bounds.edge && bs_find_smooth(w, &k, &s) == BS_FLAT) {
            bs_flow_add(w, &s.at[0], 0, n, s.all_seen);
            return;
        }
        range = k.range;
    }
    for (int j = 0; j < n; j += BS_POSES) {
        const bs_poses_of eight = { j, j + BS_POSES };
        const bs_look k = bs_look_at(e->l, &w->hull, eight, &range);

        bs_flow_poses(w, &k, views + (size_t)j * (size_t)e->lines, n - j < BS_POSES ? n - j : BS_POSES);
    }
}

/* All poses of a tile, and what its pixels gather. */
BS_TEAM void bs_flow_all(bs_tile_work *w, bs_gathered *out)
{
    const int n = w->e->n;

    w->composed = w->walked = 0;
    w->whole = 0;
    w->kernel.poses = 0;
    for (int c = 0; c < 5; c++)
        for (int i = 0; i < BS_PX_HELD; i++)
            w->sheets[c][i] = 0.0f;
    for (int i = 0; i < BS_PX_HELD; i++)
        for (int c = 0; c < 4; c++)
            w->flat[i][c] = 0.0f;
    for (int v = 0; v < n; v += BS_RUN)
        bs_flow_run(w, v, n - v < BS_RUN ? n - v : BS_RUN);
    bs_flow_convolve(w);
    bs_show_gather(w, out);
}

/* Blurs a tile of images [height][width][3] and [height][width]: bs_warp_cpu(). */
BS_TEAM void bs_flow_tile(const bs_sweep *e, const bs_box *tile, bs_tile_room *room, bs_tile_store *store,
                          float *blur, float *seen)
{
    bs_gathered all;
    bs_tile_work w;

    w.e = e;
    w.tile = tile;
    w.room = room;
    w.store = store;
    /* A few poses are not worth the search for sheets, and vectors of texels want room. */
    w.has_sheets =
        e->n >= BS_POSES && e->l->width >= BS_LEAVES_ALIGN && tile->x1 > tile->x0 && tile->y1 > tile->y0;
    w.is_continued = 0;
    bs_flow_all(&w, &all);
    if (bs_is_little_known(&w, &all)) { /* one tile in a hundred of a furnished room */
        w.is_continued = 1;
        bs_flow_all(&w, &all);
    }
    bs_show_tile(&w, &all, blur, seen);
}

#endif /* BS_FLOW_PX_H */
