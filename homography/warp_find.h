/*
 * homography/warp_find.h - whether what a tile sees at some poses is made of sheets, and which.
 */
#ifndef BS_WARP_FIND_H
#define BS_WARP_FIND_H

#include "homography/warp_loops.h"

/* Some poses of the tile. */
typedef struct look {
    const bs_hull *hull;
    bs_poses_of poses;
    float px;                /* bs_hull_px() */
    bs_bounds bounds, range; /* bs_tile_bounds() */
} look;

static inline look look_at(const bs_layers *l, const bs_hull *hull, bs_poses_of poses, const bs_bounds *range)
{
    look k = { .hull = hull, .poses = poses, .px = bs_hull_px(hull, poses), .range = *range };

    k.bounds = bs_tile_bounds(l, hull, poses, k.px, &k.range);
    return k;
}

/* What a range of inverse depth is as the tile sees it. */
typedef enum found {
    NOT_A_SHEET,
    TOO_FAR, /* lines run over more of the frame than is looked at */
    NOTHING, /* no line meets it */
    FLAT,
    BENT,
} found;

/* Rows of texels that a plane through a smooth surface is fitted to, or half as many where there are few. */
#define SMOOTH_ROWS 8

/* Looks for the i-th sheet in its range, from w0 to w1. */
static inline found find_sheet(const bs_tile_work *w, const look *k, float w0, float w1, bs_sheets *s, int i)
{
    const bs_layers *l = w->e->l;
    const bs_box box = bs_hull_box(k->hull, k->poses, w0, w1);
    const bs_range *r = &s->range[i];
    bs_area on;
    bs_columns columns;
    float away_px;
    int every;

    if (!bs_area_of(l, &box, &on))
        return TOO_FAR;
    on = bs_area_on(l, &on);
    /* A smooth surface is told from some of its rows as well as from all. */
    every = r->layers == 1 ? 1 + (on.y1 - on.y0) / SMOOTH_ROWS : 1;
    w->loops->columns(l, r, &on, every, &columns);
    s->met[i] = on;
    if (!bs_sheet_fit(&r->bins, &on, &columns, &s->plane[i]))
        return NOTHING;
    if (!bs_shifts_of(l, k->hull, w->e->rows, w->tile, k->poses, &s->plane[i], &s->at[i]) ||
        !bs_shifts_area(l, w->tile, &s->at[i], k->poses, &s->area[i]))
        return NOT_A_SHEET;
    on = bs_area_on(l, &s->area[i]);
    away_px = w->loops->away(l, r, &s->plane[i], &on) * k->px;
    return away_px <= BS_FLAT_PX ? FLAT : away_px <= BS_BOW_PX ? BENT : NOT_A_SHEET;
}

/* Whether a smooth surface goes on as far as a sheet is read: by stretched weights, beyond what lines meet.  '*seen'
 * becomes 0 if the frame did not see it there. */
static inline int find_goes_on(const bs_layers *l, const bs_sheets *s, int *seen)
{
    const bs_area a = bs_area_on(l, &s->area[0]), *met = &s->met[0];
    const bs_box box = { (float)a.x0, (float)a.y0, (float)a.x1, (float)a.y1 };
    bs_bounds b;

    if (a.x0 >= met->x0 && a.y0 >= met->y0 && a.x1 <= met->x1 && a.y1 <= met->y1)
        return 1;
    b = bs_box_bounds(l, l->blocks, l->blocks_x, BS_BLOCK_LOG2, &box);
    *seen &= b.seen;
    return !b.edge;
}

/* The sheet of a tile that sees one smooth surface: the first layer alone. */
static inline found find_smooth(const bs_tile_work *w, const look *k, bs_sheets *s)
{
    const float lo = k->bounds.inv_lo, hi = k->bounds.inv_hi;
    found is;

    s->range[0] = (bs_range){ { lo, 0.0f }, 1, 1 };
    s->all_seen = k->bounds.seen;
    is = find_sheet(w, k, lo, hi, s, 0);
    s->n = 1;
    s->is_bent = is == BENT;
    if ((is == FLAT || is == BENT) && !find_goes_on(w->e->l, s, &s->all_seen))
        return NOT_A_SHEET;
    return is;
}

/* The sheets of a tile that may see edges: FLAT or BENT if what it sees is made of them. */
static inline found find_sheets(const bs_tile_work *w, const look *k, bs_sheets *s)
{
    const float lo = k->bounds.inv_lo, hi = k->bounds.inv_hi;
    const bs_box box = bs_hull_box(k->hull, k->poses, lo, hi);
    const float width = bs_maxf((hi - lo) / BS_BINS, BS_APART_PX / k->px);
    const bs_bins bins = { lo, 1.0f / width };
    uint32_t full;
    bs_area area;

    s->n = s->is_bent = 0;
    if (!bs_area_of(w->e->l, &box, &area))
        return TOO_FAR;
    area = bs_area_on(w->e->l, &area);
    full = w->loops->bins(w->e->l, &bins, &area);
    for (int q = BS_BINS; q > 0;) { /* runs of full bins, from near to far */
        uint32_t mask = 0;
        const int end = q;
        found is;

        while (q > 0 && full >> (q - 1) & 1)
            mask |= 1u << --q;
        if (!mask) {
            q--;
            continue;
        }
        if (s->n == BS_SHEETS)
            return NOT_A_SHEET;
        s->range[s->n] = (bs_range){ bins, mask, BS_LAYERS };
        /* The width is infinite where no pose shifts anything. */
        is = find_sheet(w, k, q > 0 ? lo + (float)q * width : lo, bs_minf(lo + (float)end * width, hi), s,
                        s->n);
        if (is == NOT_A_SHEET || is == TOO_FAR)
            return is;
        s->n += is != NOTHING;
        s->is_bent |= is == BENT;
    }
    return s->n == 0 ? NOTHING : s->is_bent ? BENT : FLAT;
}

#endif /* BS_WARP_FIND_H */
