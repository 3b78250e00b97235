/*
 * homography/continue_px.h - the farthest sheet of a tile where the frame has nothing of it.
 *
 * Hidden surfaces are filled in as far as the exposure uncovers them (inpaint/), but not everywhere: not where edges
 * crowd, or where noise tears one surface into many.  Left out, light that is unknown counts as whatever else the
 * pixel sees, so that a near thing would not be blurred but end in a hard edge.
 */
#ifndef BS_CONTINUE_PX_H
#define BS_CONTINUE_PX_H

#include "homography/work_px.h"

/* Gives 'n' leaves what others have; the frame did not see it there. */
BS_PX void bs_continue_copy(bs_leaves *leaves, int from, int to, int n)
{
    for (int c = 0; c < BS_LEAF_CHANNELS; c++)
        for (int i = 0; i < n; i++)
            leaves->v[c][to + i] = c == BS_LEAF_SEEN ? 0.0f : leaves->v[c][from + i];
}

/* Where leaf 'i' of a gap takes from: the nearer of its ends, 'before' and 'after', of which one may be missing
 * (negative). */
BS_PX int bs_continue_from(int before, int i, int after)
{
    return before < 0 || (after >= 0 && after - i < i - before) ? after : before;
}

/* A row of texels from 'i' on, 'n' of them; their leaves begin at 'row'.  Returns 0 if all are missing. */
BS_PX int bs_continue_row(const bs_layers *l, const bs_range *r, size_t i, int n, int row, bs_leaves *leaves)
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
            bs_continue_copy(leaves, row + bs_continue_from(before, to, after), row + to, 1);
        before = x;
    }
    return 1;
}

/* The row that a row without leaves takes from: the nearest of 'n' that has any, -1 if none has. */
BS_PX int bs_continue_row_from(const int *has, int n, int y)
{
    int before = y, after = y;

    while (before >= 0 && !has[before])
        before--;
    while (after < n && !has[after])
        after++;
    return bs_continue_from(before, y, after < n ? after : -1);
}

/* Fills what is missing of a sheet's leaves, those in 'area' that are on the frame: from the nearest in the row,
 * or the nearest row that has any.  'has' [BS_SHEET_SIDE] is the team's. */
BS_TEAM void bs_leaves_continue(const bs_layers *l, const bs_range *r, const bs_area *area, int *has,
                                bs_leaves *leaves)
{
    const bs_area on = bs_area_on(l, area);
    const int first = (on.y0 - area->y0) * leaves->pitch + on.x0 - area->x0;
    const int w = on.x1 - on.x0 + 1, h = on.y1 - on.y0 + 1;

    BS_EACH(y, h)
    has[y] = bs_continue_row(l, r, bs_texel_at(l, on.x0, on.y0 + y), w, first + y * leaves->pitch, leaves);
    bs_team_sync();
    BS_EACH(y, h)
    {
        const int from = has[y] ? -1 : bs_continue_row_from(has, h, y);

        if (from >= 0)
            bs_continue_copy(leaves, first + from * leaves->pitch, first + y * leaves->pitch, w);
    }
}

#endif /* BS_CONTINUE_PX_H */
