/*
 * inpaint/ring_px.h - the rim of every nearer surface: which pixels mix two surfaces, and the ring around it.
 *
 * Internal to inpaint/.
 */
#ifndef BS_RING_PX_H
#define BS_RING_PX_H

#include "inpaint/scene_px.h"

/* Which sides of rims a pixel is on. */
typedef struct bs_sides {
    int role;        /* BS_ROLE_*, as it follows from them */
    float ring;      /* of a far pixel: the nearest of the nearer sides */
    float inward[2]; /* of a far pixel: the sum of the ways to them */
} bs_sides;

BS_PX bs_sides bs_sides_px(const bs_scene *s, size_t i)
{
    bs_sides out = { 0, 0, { 0, 0 } };

    for (int d = 0; d < BS_WAYS; d++) {
        const bs_way way = bs_way_of(d);
        float other;

        if (!bs_torn_to(s, i, &way, BS_RIM))
            continue;
        other = s->inv[(ptrdiff_t)i + bs_plane_step(s, way.dx, way.dy)];
        if (s->inv[i] > other) {
            out.role |= BS_ROLE_NEAR;
            continue;
        }
        out.role |= BS_ROLE_FAR | BS_ROLE_RING;
        out.ring = other > out.ring ? other : out.ring;
        out.inward[0] += (float)way.dx;
        out.inward[1] += (float)way.dy;
    }
    return out;
}

/* The nearer depth laid over a far pixel, its first ring. */
BS_PX void bs_put_far(bs_scene *s, int n, int x, int y, const bs_sides *sides)
{
    bs_spot *spot = bs_spot_start(s, n, x, y);

    spot->level = 0;
    spot->ring = sides->ring;
    spot->inward[0] = sides->inward[0];
    spot->inward[1] = sides->inward[1];
}

/* Whether the ring of far pixel 'by' runs on over its neighbour on a way, at (x, y), 'j' of the planes. */
BS_PX int bs_ring_covers(const bs_scene *s, const bs_spot *by, const bs_way *way, size_t j, int x, int y)
{
    return by->ring > s->inv[j] && !bs_torn_to(s, (size_t)by->at, way, 0) && /* the surface it runs over */
           by->ring > s->inv[j] + bs_tear_at(s, x, y);
}

/*
 * Whether far spot 'k' is the first to lay its ring over its neighbour on way 'd', beyond what lies behind the
 * ring so far (which is exactly the FAR pixels).  '*ring' is the nearest of those that do.
 */
BS_PX int bs_widens(const bs_scene *s, int k, int d, float *ring)
{
    const bs_spot *by = &s->spots[k];
    const bs_way way = bs_way_of(d);
    const int x = by->x + way.dx, y = by->y + way.dy;
    const size_t j = (size_t)(by->at + bs_plane_step(s, way.dx, way.dy));

    if (s->role[j] & (BS_ROLE_RING | BS_ROLE_MARGIN) || !bs_ring_covers(s, by, &way, j, x, y))
        return 0;
    *ring = by->ring;
    for (int e = 0; e < BS_WAYS; e++) { /* e to it is BS_WAYS - 1 - e from it */
        const bs_way from = bs_way_of(e), to = bs_way_of(BS_WAYS - 1 - e);
        const int other = s->slot[(ptrdiff_t)j + bs_plane_step(s, from.dx, from.dy)];

        if (other < s->first || other >= s->far_end || !bs_ring_covers(s, &s->spots[other], &to, j, x, y))
            continue;
        if (other < k)
            return 0;
        *ring = s->spots[other].ring > *ring ? s->spots[other].ring : *ring;
    }
    return 1;
}

/* The second ring, one pixel on.  0, or -1 if there is no room. */
BS_TEAM int bs_ring_second(bs_scene *s)
{
    const int begin = s->first, end = s->far_end;

    BS_EACH_NEIGHBOUR (k, d, begin, end) {
        float ring = 0;
        const int found = k < end && bs_widens(s, k, d, &ring), at = bs_spots_add(s, found);

        if (at < 0)
            return -1;
        if (found) {
            const bs_way way = bs_way_of(d);
            bs_spot *spot = bs_spot_start(s, at, s->spots[k].x + way.dx, s->spots[k].y + way.dy);

            spot->ring = ring;
            s->role[spot->at] |= BS_ROLE_RING;
        }
        bs_team_sync();
    }
    s->ring_end = s->n_spots;
    return 0;
}

#endif /* BS_RING_PX_H */
