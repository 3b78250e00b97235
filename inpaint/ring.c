/* The far pixels of a frame, row by row. */
#include "inpaint/scene.h"

#include "homography/camera.h"
#include "homography/layers.h"
#include "inpaint/ring_px.h"

_Static_assert(BS_RING_PX == 2, "rings are two pixels wide, one a pass");

/* Marks the pixels of a row that are on either side of a rim, from its own tears and those of the row above. */
static void mark_sides(const uint8_t *restrict row, const uint8_t *restrict above, int n,
                       uint8_t *restrict out)
{
    for (int x = 0; x < n; x++)
        out[x] = (uint8_t)((row[x] >> BS_RIM) | (row[x - 1] & BS_TEAR_RIGHT << BS_RIM) |
                           (above[x - 1] & BS_TEAR_DIAG << BS_RIM) | (above[x] & BS_TEAR_DOWN << BS_RIM) |
                           (above[x + 1] & BS_TEAR_ANTI << BS_RIM));
}

int bs_ring_first(bs_scene *s)
{
    uint8_t beside[BS_MAX_SIDE];

    for (int y = 0; y < s->height; y++) {
        const size_t i = bs_plane_at(s, 0, y);
        int n;

        mark_sides(&s->tears[i], &s->tears[i] - s->stride, s->width, beside);
        n = bs_list_marked(beside, 0, s->width, s->marked);
        for (int k = 0; k < n; k++) {
            const int x = s->marked[k];
            const bs_sides sides = bs_sides_px(s, i + (size_t)x);
            int at;

            s->role[i + (size_t)x] = (uint8_t)sides.role;
            if (!(sides.role & BS_ROLE_FAR))
                continue;
            at = bs_spots_add(s, 1);
            if (at < 0)
                return -1;
            bs_put_far(s, at, x, y, &sides);
        }
    }
    s->far_end = s->n_spots;
    return 0;
}
