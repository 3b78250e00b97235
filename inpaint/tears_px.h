/*
 * inpaint/tears_px.h - where a depth map is torn: which neighbours show two surfaces rather than one.
 *
 * Internal to inpaint/; tears.c does the same row by row.
 */
#ifndef BS_TEARS_PX_H
#define BS_TEARS_PX_H

#include "inpaint/scene_px.h"

/*
 * A plane is linear in inverse depth over the image, so a surface goes on from one pixel to the next if either
 * side's own slope predicts the other: a steep floor and a crease between two walls are whole, a silhouette
 * is not.  NaN, beyond the frame, predicts nothing.
 */
BS_PX int bs_torn_between(float before, float here, float there, float after, float tear)
{
    const float miss = there - here;

    return (fabsf(miss) > tear) & !(fabsf(miss - (here - before)) <= tear) &
           !(fabsf(miss - (after - there)) <= tear);
}

/* The tears of the pixel of depth *inv in a plane. */
BS_PX uint8_t bs_tears_px(const float *inv, ptrdiff_t stride, float parallax_px_m)
{
    const float *above = inv - stride, *below = inv + stride, *next = below + stride;
    const float here = inv[0], tear = bs_tear_inv(parallax_px_m, here);
    const int right = bs_torn_between(inv[-1], here, inv[1], inv[2], tear);
    const int down = bs_torn_between(above[0], here, below[0], next[0], tear);
    const int diag = bs_torn_between(above[-1], here, below[1], next[2], tear);
    const int anti = bs_torn_between(above[1], here, below[-1], next[-2], tear);

    return (uint8_t)(right * BS_TEAR_RIGHT | down * BS_TEAR_DOWN | diag * BS_TEAR_DIAG | anti * BS_TEAR_ANTI);
}

/* The tears at 'i', found in s->tears_other, that are rims: those that were torn before, and those between
 * pixels that were both hidden, or neither. */
BS_PX int bs_rims_px(const bs_scene *s, size_t i)
{
    int rims = 0;

    for (int d = BS_WAYS / 2; d < BS_WAYS; d++) { /* tears that are kept here */
        const bs_way way = bs_way_of(d);
        const size_t j = i + (size_t)bs_plane_step(s, way.dx, way.dy);

        if (s->tears_other[i] & way.tear &&
            (s->tears[i] & way.tear || !((s->role[i] ^ s->role[j]) & BS_ROLE_HIDDEN)))
            rims |= way.tear;
    }
    return rims;
}

/* Whether the cell that begins at a pixel must not be interpolated.  A tear belongs to all cells that both its
 * ends are in: its own at the pixel, those of the next pixel and of the one below it. */
BS_PX int bs_cell_torn(uint8_t own, uint8_t next, uint8_t below)
{
    return (own & (BS_TEAR_RIGHT | BS_TEAR_DOWN | BS_TEAR_DIAG)) | (next & (BS_TEAR_DOWN | BS_TEAR_ANTI)) |
           (below & BS_TEAR_RIGHT);
}

#endif /* BS_TEARS_PX_H */
