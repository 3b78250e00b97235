/*
 * inpaint/fill_px.h - colour of what is hidden: carried under the nearer surface from the visible parts of the
 * farther one.
 *
 * It starts at the far pixels, which are told from the unmixed ones around them (inpaint/fill_far_px.h), and goes
 * inwards level by level.  Which way the texture runs is measured where it is seen, and carried along with the
 * colour.  Internal to inpaint/.
 */
#ifndef BS_FILL_PX_H
#define BS_FILL_PX_H

#include "inpaint/fill_far_px.h"

/* How far off a colour may be that is only borrowed from a mixed pixel, mean square. */
#define BS_BORROWED 0.02f

/* Number 'k' of the 16 pixels two steps away, counter-clockwise: the k-th and the (k + 8)-th lie on a line. */
BS_PX void bs_ring_of_16(int k, int *dx, int *dy)
{
    const int side = k & 8 ? -1 : 1,
              n = k & 7; /* (2, 0) (2, 1) (2, 2) (1, 2) (0, 2) (-1, 2) (-2, 2) (-2, 1) */

    *dx = side * (n < 2 ? 2 : n > 6 ? -2 : 4 - n);
    *dy = side * (n < 2 ? n : n > 6 ? 1 : 2);
}

/* The one of the first eight of them that lies most along a structure. */
BS_PX int bs_along(const bs_across *across)
{
    const float x = fabsf(across->y), y = fabsf(across->x); /* a quarter turn */
    const int steps = x > y ? (4 * y > 3 * x ? 2 : 4 * y > x) : 4 - (4 * x > 3 * y ? 2 : 4 * x > y);

    return across->x * across->y < 0 || steps == 0 ? steps : 8 - steps;
}

/* The spot at an offset from a hidden pixel if it is of the surface behind that and was filled before; else
 * NULL. */
BS_PX const bs_spot *bs_fill_ask(const bs_scene *s, const bs_spot *spot, const bs_behind *b, int dx, int dy)
{
    const bs_spot *by = &s->spots[s->slot[spot->at + bs_plane_step(s, dx, dy)]];

    return by->level < spot->level && bs_is_on(b, dx, dy, by->inv) ? by : NULL;
}

/* Only mixed pixels show the surface behind: better their colour than that of the surface in front. */
BS_PX void bs_fill_borrow(const bs_scene *s, bs_spot *spot)
{
    for (int d = 0; d < BS_WAYS; d++) {
        const bs_way way = bs_way_of(d);
        const bs_spot *by = &s->spots[s->slot[spot->at + bs_plane_step(s, way.dx, way.dy)]];

        if (by->level < spot->level) {
            memcpy(spot->rgbu, by->rgbu, sizeof spot->rgbu);
            spot->rgbu[3] = BS_BORROWED;
            return;
        }
    }
}

/* A mean of colours. */
typedef struct bs_mean {
    float sum[4], weight;
} bs_mean;

BS_PX void bs_mean_add(bs_mean *m, const bs_spot *by, float weight)
{
    for (int c = 0; c < 4; c++)
        m->sum[c] += weight * by->rgbu[c];
    m->weight += weight;
}

/* The pixels two steps from a hidden one that lie along the structure: three on either side. */
BS_PX void bs_fill_along(const bs_scene *s, const bs_spot *spot, const bs_behind *b, const bs_across *across,
                         bs_mean *m)
{
    const int middle = bs_along(across);

    for (int k = 0; k < 6; k++) {
        const bs_spot *by;
        int dx, dy;

        bs_ring_of_16((middle + (k < 3 ? 15 + k : 4 + k)) & 15, &dx, &dy);
        by = bs_fill_ask(s, spot, b, dx, dy);
        if (by)
            bs_mean_add(m, by, bs_weight(across, dx, dy));
    }
}

/* From the neighbours, and those pixels farther off that lie along the structure. */
BS_PX void bs_fill_hidden(const bs_scene *s, bs_spot *spot)
{
    const bs_behind b = bs_behind_of(s, spot, s->inv[spot->at]);
    const bs_spot *by[BS_WAYS];
    bs_tensor t = { 0, 0, 0 };
    bs_mean m = { { 0, 0, 0, 0 }, 0 };
    bs_across across;
    int n = 0;

    for (int d = 0; d < BS_WAYS; d++) {
        const bs_way way = bs_way_of(d);

        by[d] = bs_fill_ask(s, spot, &b, way.dx, way.dy);
        if (!by[d])
            continue;
        bs_tensor_join(&t, &by[d]->structure);
        n++;
    }
    if (!n) {
        bs_fill_borrow(s, spot);
        return;
    }
    spot->structure = bs_tensor_part(&t, 1.0f / (float)n);
    across = bs_across_of(&spot->structure, BS_NOISE * BS_NOISE);
    for (int d = 0; d < BS_WAYS; d++) {
        const bs_way way = bs_way_of(d);

        if (by[d])
            bs_mean_add(&m, by[d], bs_weight(&across, way.dx, way.dy));
    }
    bs_fill_along(s, spot, &b, &across, &m);
    for (int c = 0; c < 4; c++)
        spot->rgbu[c] = m.sum[c] / m.weight;
}

/* Where the level of hidden spot 'k' ends: levels rise with the numbers of spots. */
BS_PX int bs_level_end(const bs_scene *s, int k)
{
    const int level = s->spots[k].level;
    int end = s->n_spots;

    while (end - k > 1) {
        const int middle = k + (end - k) / 2;

        if (s->spots[middle].level == level)
            k = middle;
        else
            end = middle;
    }
    return end;
}

/* 'rgbu' of all far and hidden spots. */
BS_TEAM void bs_fill_background(bs_scene *s)
{
    bs_fill_all_far(s);
    for (int begin = s->ring_end; begin < s->n_spots;) {
        const int end = bs_level_end(s, begin);

        BS_EACH_OF (k, begin, end)
            bs_fill_hidden(s, &s->spots[k]);
        bs_team_sync();
        begin = end;
    }
}

#endif /* BS_FILL_PX_H */
