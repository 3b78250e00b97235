/*
 * homography/warp_continue.h - the farthest sheet of a tile where the frame has nothing of it.
 *
 * Hidden surfaces are filled in as far as the exposure uncovers them (inpaint/), but not everywhere: not where edges
 * crowd, or where noise tears one surface into many.  Left out, light that is unknown counts as whatever else the
 * pixel sees, so that a near thing would not be blurred but end in a hard edge.
 */
#ifndef BS_WARP_CONTINUE_H
#define BS_WARP_CONTINUE_H

#include "homography/warp_loops.h"

/* Gives 'n' leaves what others have; the frame did not see it there. */
static inline void continue_copy(bs_leaves *leaves, int from, int to, int n)
{
    for (int c = 0; c < BS_LEAF_CHANNELS; c++)
        for (int i = 0; i < n; i++)
            leaves->v[c][to + i] = c == BS_LEAF_SEEN ? 0.0f : leaves->v[c][from + i];
}

/* Where leaf 'i' of a gap takes from: the nearer of its ends, 'before' and 'after', of which one may be missing
 * (negative). */
static inline int continue_from(int before, int i, int after)
{
    return before < 0 || (after >= 0 && after - i < i - before) ? after : before;
}

/* A row of texels from 'i' on, 'n' of them; their leaves begin at 'row'.  Returns 0 if all are missing. */
static inline int continue_row(const bs_layers *l, const bs_range *r, size_t i, int n, int row,
                               bs_leaves *leaves)
{
    int before = -1;

    for (int x = 0; x <= n; x++) {
        const int after = x < n ? x : -1;

        /* Light that is left unknown is in range, too. */
        if (x < n && !(bs_bins_at(l, &r->bins, i + (size_t)x) & r->mask))
            continue;
        if (x == n && before < 0)
            return 0;
        for (int to = before + 1; to < x; to++)
            continue_copy(leaves, row + continue_from(before, to, after), row + to, 1);
        before = x;
    }
    return 1;
}

/* Fills what is missing of a sheet's leaves, those in 'area' that are on the frame: from the nearest in the row,
 * or the nearest row that has any. */
static inline void bs_leaves_continue(const bs_layers *l, const bs_range *r, const bs_area *area,
                                      bs_leaves *leaves)
{
    const bs_area on = bs_area_on(l, area);
    const int first = (on.y0 - area->y0) * leaves->pitch + on.x0 - area->x0;
    const int w = on.x1 - on.x0 + 1, h = on.y1 - on.y0 + 1;
    int before = -1;

    for (int y = 0; y <= h; y++) {
        const int after = y < h ? y : -1;

        if (y < h &&
            !continue_row(l, r, bs_texel_at(l, on.x0, on.y0 + y), w, first + y * leaves->pitch, leaves))
            continue;
        if (y == h && before < 0)
            return;
        for (int to = before + 1; to < y; to++)
            continue_copy(leaves, first + continue_from(before, to, after) * leaves->pitch,
                          first + to * leaves->pitch, w);
        before = y;
    }
}

#endif /* BS_WARP_CONTINUE_H */
