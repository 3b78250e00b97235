/*
 * inpaint/behind_px.h - where the hidden surface starts: slopes of the far pixels, and what is put off to the next
 * peeling.
 *
 * Internal to inpaint/.
 */
#ifndef BS_BEHIND_PX_H
#define BS_BEHIND_PX_H

#include "inpaint/scene_px.h"

/* How far to walk along a surface to measure its slope, pixels each way: one is noise (depth comes in whole
 * millimetres), many would cross into something else. */
#define BS_SLOPE_REACH 4

/* Walks from (x, y) until the surface is torn or BS_SLOPE_REACH is reached; returns the steps made. */
BS_PX int bs_slope_walk(const bs_scene *s, int x, int y, const bs_way *way)
{
    int n = 0;

    while (n < BS_SLOPE_REACH && bs_in(s, x + way->dx, y + way->dy) &&
           !bs_torn_to(s, bs_plane_at(s, x, y), way, 0)) {
        x += way->dx;
        y += way->dy;
        n++;
    }
    return n;
}

/* The slope along an axis, from a walk one way to one the other way. */
BS_PX float bs_slope_along(const bs_scene *s, int x, int y, int way_back, int way_on)
{
    const bs_way back = bs_way_of(way_back), on = bs_way_of(way_on);
    const int n_back = bs_slope_walk(s, x, y, &back), n_on = bs_slope_walk(s, x, y, &on);
    const float *inv = &s->inv[bs_plane_at(s, x, y)];
    const ptrdiff_t step = bs_plane_step(s, on.dx, on.dy);

    return n_back + n_on ? (inv[n_on * step] - inv[-n_back * step]) / (float)(n_back + n_on) : 0;
}

/* How far the exposure uncovers what is behind across the tear of a far pixel, pixels for each 1/m.  A tear that
 * is on all sides has no direction. */
BS_PX float bs_reach_of(const bs_scene *s, const bs_spot *spot)
{
    const int cx = bs_reach_cell(spot->x, s->width), cy = bs_reach_cell(spot->y, s->height);
    const float x = spot->inward[0], y = spot->inward[1];

    if (!s->reach || (x == 0 && y == 0))
        return INFINITY;
    return bs_reach_towards(&s->reach[cy * bs_reach_cells(s->width) + cx], x, y);
}

/* Inverse depth of the ring, and slopes of the far pixels among it. */
BS_TEAM void bs_behind_measure(bs_scene *s)
{
    BS_EACH_OF (k, s->first, s->n_spots) {
        bs_spot *spot = &s->spots[k];

        spot->inv = s->inv[spot->at];
        if (k >= s->far_end)
            continue;
        spot->reach = bs_reach_of(s, spot);
        spot->slope[0] = bs_slope_along(s, spot->x, spot->y, BS_WAY_LEFT, BS_WAY_RIGHT);
        spot->slope[1] = bs_slope_along(s, spot->x, spot->y, BS_WAY_UP, BS_WAY_DOWN);
    }
}

/* Whether a surface goes on from 'i' of the planes over way 'd' to a pixel of the frame, which is at '*j', that has
 * not got any of the roles 'without'. */
BS_PX int bs_goes_on(const bs_scene *s, size_t i, int d, int without, size_t *j)
{
    const bs_way way = bs_way_of(d);

    *j = i + (size_t)bs_plane_step(s, way.dx, way.dy);
    return !(s->role[*j] & (without | BS_ROLE_MARGIN)) && !bs_torn_to(s, i, &way, 0);
}

/*
 * Gives role LATER to the ring and all pixels within two untorn steps of it.  Where a surface comes so near to a
 * nearer one that the ring runs over it, its own rim is peeled by the next layer, where the ring is gone, from so
 * many pixels on.  With one some light leaks where bars cross; each pixel more costs 0.1 dB where the background is
 * uncovered, for what is peeled later is filled less well.
 */
BS_TEAM void bs_put_off(bs_scene *s)
{
    BS_EACH_OF (k, s->first, s->n_spots)
        s->role[s->spots[k].at] |= BS_ROLE_LATER | BS_ROLE_BESIDE;
    bs_team_sync();
    BS_EACH_OF (k, s->first, s->n_spots)
        for (int d = 0; d < BS_WAYS; d++) {
            size_t i, j;

            if (!bs_goes_on(s, (size_t)s->spots[k].at, d, BS_ROLE_BESIDE, &i) ||
                bs_team_set(&s->role[i], BS_ROLE_LATER | BS_ROLE_BESIDE) & BS_ROLE_BESIDE)
                continue; /* some other spot's, too, and that one goes on */
            for (int e = 0; e < BS_WAYS; e++)
                if (bs_goes_on(s, i, e, BS_ROLE_LATER, &j))
                    bs_team_set(&s->role[j], BS_ROLE_LATER);
        }
    bs_team_sync();
}

#endif /* BS_BEHIND_PX_H */
