/*
 * homography/find_px.h - whether what a tile sees at some poses is made of sheets, and which.
 *
 * What includes it has the loops of homography/loops_px.h.
 */
#ifndef BS_FIND_PX_H
#define BS_FIND_PX_H

#include "homography/work_px.h"

/* Some poses of the tile. */
typedef struct bs_look {
    const bs_hull *hull;
    bs_poses_of poses;
    float px;                /* bs_hull_px() */
    bs_bounds bounds, range; /* bs_tile_bounds() */
} bs_look;

BS_TEAM bs_look bs_look_at(const bs_layers *l, const bs_hull *hull, bs_poses_of poses, const bs_bounds *range)
{
    bs_look k = { hull, poses, bs_hull_px(hull, poses), *range, *range };

    k.bounds = bs_tile_bounds(l, hull, poses, k.px, &k.range);
    return k;
}

/* What a range of inverse depth is as the tile sees it. */
typedef enum bs_found {
    BS_NO_SHEET,
    BS_TOO_FAR, /* lines run over more of the frame than is looked at */
    BS_NOTHING, /* no line meets it */
    BS_FLAT,
    BS_BENT,
} bs_found;

/* Rows of texels that a plane through a smooth surface is fitted to, or half as many where there are few. */
#define BS_SMOOTH_ROWS 8

/* Looks for the i-th sheet in its range, from w0 to w1. */
BS_TEAM bs_found bs_find_sheet(const bs_tile_work *w, const bs_look *k, float w0, float w1, bs_sheets *s,
                               int i)
{
    const bs_layers *l = w->e->l;
    const bs_box box = bs_hull_box(k->hull, k->poses, w0, w1);
    const bs_range *r = &s->range[i];
    bs_area on;
    float away_px;
    int every;

    if (!bs_area_of(l, &box, &on))
        return BS_TOO_FAR;
    on = bs_area_on(l, &on);
    /* A smooth surface is told from some of its rows as well as from all. */
    every = r->layers == 1 ? 1 + (on.y1 - on.y0) / BS_SMOOTH_ROWS : 1;
    bs_team_sync(); /* the columns of the sheet before have been read */
    tile_columns(l, r, &on, every, &w->room->columns);
    bs_team_sync();
    s->met[i] = on;
    if (!bs_sheet_fit(&r->bins, &on, &w->room->columns, &s->plane[i]))
        return BS_NOTHING;
    if (!bs_shifts_of(l, k->hull, w->e->rows, w->tile, k->poses, &s->plane[i], &s->at[i]) ||
        !bs_shifts_area(l, w->tile, &s->at[i], k->poses, &s->area[i]))
        return BS_NO_SHEET;
    on = bs_area_on(l, &s->area[i]);
    away_px = tile_away(l, r, &s->plane[i], &on) * k->px;
    return away_px <= BS_FLAT_PX ? BS_FLAT : away_px <= BS_BOW_PX ? BS_BENT : BS_NO_SHEET;
}

/* Whether a smooth surface goes on as far as a sheet is read: by stretched weights, beyond what lines meet.  '*seen'
 * becomes 0 if the frame did not see it there. */
BS_TEAM int bs_find_goes_on(const bs_layers *l, const bs_sheets *s, int *seen)
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
BS_TEAM bs_found bs_find_smooth(const bs_tile_work *w, const bs_look *k, bs_sheets *s)
{
    const float lo = k->bounds.inv_lo, hi = k->bounds.inv_hi;
    const bs_range all = { { lo, 0.0f }, 1, 1 };
    bs_found is;

    s->range[0] = all;
    s->all_seen = k->bounds.seen;
    is = bs_find_sheet(w, k, lo, hi, s, 0);
    s->n = 1;
    s->is_bent = is == BS_BENT;
    if ((is == BS_FLAT || is == BS_BENT) && !bs_find_goes_on(w->e->l, s, &s->all_seen))
        return BS_NO_SHEET;
    return is;
}

/* The sheets of a tile that may see edges: BS_FLAT or BS_BENT if what it sees is made of them. */
BS_TEAM bs_found bs_find_sheets(const bs_tile_work *w, const bs_look *k, bs_sheets *s)
{
    const float lo = k->bounds.inv_lo, hi = k->bounds.inv_hi;
    const bs_box box = bs_hull_box(k->hull, k->poses, lo, hi);
    const float width = bs_maxf((hi - lo) / BS_BINS, BS_APART_PX / k->px);
    const bs_bins bins = { lo, 1.0f / width };
    uint32_t full;
    bs_area area;

    s->n = s->is_bent = 0;
    if (!bs_area_of(w->e->l, &box, &area))
        return BS_TOO_FAR;
    area = bs_area_on(w->e->l, &area);
    full = tile_bins(w->e->l, &bins, &area);
    for (int q = BS_BINS; q > 0;) { /* runs of full bins, from near to far */
        uint32_t mask = 0;
        const int end = q;
        bs_found is;

        while (q > 0 && full >> (q - 1) & 1)
            mask |= 1u << --q;
        if (!mask) {
            q--;
            continue;
        }
        if (s->n == BS_SHEETS)
            return BS_NO_SHEET;
        s->range[s->n].bins = bins;
        s->range[s->n].mask = mask;
        s->range[s->n].layers = BS_LAYERS;
        /* The width is infinite where no pose shifts anything. */
        is = bs_find_sheet(w, k, q > 0 ? lo + (float)q * width : lo, bs_minf(lo + (float)end * width, hi), s,
                           s->n);
        if (is == BS_NO_SHEET || is == BS_TOO_FAR)
            return is;
        s->n += is != BS_NOTHING;
        s->is_bent |= is == BS_BENT;
    }
    return s->n == 0 ? BS_NOTHING : s->is_bent ? BS_BENT : BS_FLAT;
}

#endif /* BS_FIND_PX_H */
