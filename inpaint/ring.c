/* The rim of every nearer surface: which pixels mix two surfaces, and the ring around it. */
#include "inpaint/scene.h"

#include "homography/layers.h"

_Static_assert(BS_RING_PX == 2, "bs_ring_grow() grows two pixels, one a pass");

/* Both sides of every rim, and the nearer depth laid over the farther side. */
static void grow_first(bs_scene *s)
{
    for (int y = 0; y < s->height; y++)
        for (int x = 0; x < s->width; x++) {
            const size_t i = bs_at(s, x, y);

            for (int dy = -1; dy <= 1; dy++)
                for (int dx = -1; dx <= 1; dx++) {
                    const size_t j = bs_in(s, x + dx, y + dy) ? bs_at(s, x + dx, y + dy) : i;

                    if (i == j || !bs_torn(s, s->rims, x, y, dx, dy))
                        continue;
                    if (s->inv[j] < s->inv[i]) {
                        s->role[i] |= BS_ROLE_NEAR;
                        continue;
                    }
                    if (!(s->role[i] & BS_ROLE_RING) || s->inv[j] > s->ring[i])
                        s->ring[i] = s->inv[j];
                    s->role[i] |= BS_ROLE_FAR | BS_ROLE_RING;
                }
        }
}

/* One pixel further over whatever lies behind the ring so far (which is exactly the FAR pixels). */
static void grow_second(bs_scene *s)
{
    for (int y = 0; y < s->height; y++)
        for (int x = 0; x < s->width; x++) {
            const size_t i = bs_at(s, x, y);

            if (s->role[i] & BS_ROLE_FAR)
                continue;
            for (int dy = -1; dy <= 1; dy++)
                for (int dx = -1; dx <= 1; dx++) {
                    const size_t j = bs_in(s, x + dx, y + dy) ? bs_at(s, x + dx, y + dy) : i;

                    if (!(s->role[j] & BS_ROLE_FAR) || s->ring[j] <= s->inv[i] + bs_tear_inv(s, i))
                        continue;
                    if (bs_torn(s, s->tears, x, y, dx, dy))
                        continue; /* not the surface that the ring runs over */
                    if (!(s->role[i] & BS_ROLE_RING) || s->ring[j] > s->ring[i])
                        s->ring[i] = s->ring[j];
                    s->role[i] |= BS_ROLE_RING;
                }
        }
}

void bs_ring_grow(bs_scene *s)
{
    grow_first(s);
    grow_second(s);
}
