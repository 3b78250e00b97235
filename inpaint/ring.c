/* The rim of every nearer surface: which pixels mix two surfaces, and the ring around it. */
#include "inpaint/scene.h"

#include "homography/layers.h"

_Static_assert(BS_RING_PX == 2, "bs_ring_grow() grows two pixels, one a pass");

/* Lays the nearer depth over a pixel. */
static bs_spot *widen_over(bs_scene *s, int x, int y, float ring)
{
    bs_spot *spot = bs_scene_spot(s, x, y);

    spot->ring = ring > spot->ring ? ring : spot->ring;
    return spot;
}

/* Both sides of the rims kept at (x, y), and the nearer depth laid over the farther side. */
static void take_sides(bs_scene *s, int x, int y)
{
    const size_t i = bs_plane_at(s, x, y);

    for (int k = 0; k < BS_WAYS; k++) {
        const bs_way *way = &bs_ways[k];
        const size_t j = i + (size_t)bs_step(s, way->dx, way->dy);
        const int is_near = s->inv[i] > s->inv[j];
        bs_spot *spot;

        if (way->at_neighbour || !bs_torn_to(s, i, way, BS_RIM))
            continue;
        s->role[is_near ? i : j] |= BS_ROLE_NEAR;
        s->role[is_near ? j : i] |= BS_ROLE_FAR | BS_ROLE_RING;
        spot = is_near ? widen_over(s, x + way->dx, y + way->dy, s->inv[i]) : widen_over(s, x, y, s->inv[j]);
        spot->level = 0;
        spot->inward[0] += (float)(is_near ? -way->dx : way->dx);
        spot->inward[1] += (float)(is_near ? -way->dy : way->dy);
    }
}

static int grow_first(bs_scene *s, bs_err *err)
{
    for (int y = 0; y < s->height; y++) {
        const int n = bs_list_marked(&s->tears[bs_plane_at(s, 0, y)], 0, s->width, s->marked);

        for (int k = 0; k < n; k++) {
            const int rc = bs_scene_room(s, err);

            if (rc != BS_OK)
                return rc;
            take_sides(s, s->marked[k], y);
        }
    }
    return BS_OK;
}

/* One pixel further over whatever lies behind the ring so far (which is exactly the FAR pixels). */
static int grow_second(bs_scene *s, bs_err *err)
{
    const int end = s->n_spots;

    for (int k = s->first; k < end; k++) {
        const int rc = bs_scene_room(s, err), x = s->spots[k].x, y = s->spots[k].y;
        const size_t i = (size_t)s->spots[k].at;
        const float ring = s->spots[k].ring;

        if (rc != BS_OK)
            return rc;
        for (int d = 0; d < BS_WAYS; d++) {
            const bs_way *way = &bs_ways[d];
            const size_t j = i + (size_t)bs_step(s, way->dx, way->dy);

            if (s->role[j] & (BS_ROLE_FAR | BS_ROLE_MARGIN) || ring <= s->inv[j])
                continue;
            if (bs_torn_to(s, i, way, 0)) /* not the surface that the ring runs over */
                continue;
            if (ring <= s->inv[j] + bs_tear_at(s, x + way->dx, y + way->dy))
                continue;
            s->role[j] |= BS_ROLE_RING;
            widen_over(s, x + way->dx, y + way->dy, ring);
        }
    }
    return BS_OK;
}

int bs_ring_grow(bs_scene *s, bs_err *err)
{
    const int rc = grow_first(s, err);

    return rc ? rc : grow_second(s, err);
}
