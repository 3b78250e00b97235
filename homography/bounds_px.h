/*
 * homography/bounds_px.h - where the lines of a tile of pixels can meet the frame's surfaces.
 *
 * A pixel's line p(w) is searched only over the inverse depths that occur where it can run.  Taken tile by
 * tile from a coarse table, the range shrinks from that of the frame to that of a neighbourhood, and most
 * tiles turn out to look at one smooth surface.
 */
#ifndef BS_BOUNDS_PX_H
#define BS_BOUNDS_PX_H

#include "homography/hull_px.h"

/* Range of the blocks, of the size that 'log2' says, that a box touches. */
BS_TEAM bs_bounds bs_box_bounds(const bs_layers *l, const bs_block *blocks, int blocks_x, int log2,
                                const bs_box *box)
{
    const bs_area area = { (int)bs_clampf(box->x0 - BS_HAIR_PX, 0.0f, l->last_x) >> log2,
                           (int)bs_clampf(box->y0 - BS_HAIR_PX, 0.0f, l->last_y) >> log2,
                           (int)bs_clampf(box->x1 + BS_HAIR_PX, 0.0f, l->last_x) >> log2,
                           (int)bs_clampf(box->y1 + BS_HAIR_PX, 0.0f, l->last_y) >> log2 };
    bs_block all = blocks[area.y0 * blocks_x + area.x0];
    bs_bounds out;

    BS_EACH_TEXEL(x, y, &area)
    bs_block_join(&all, &blocks[y * blocks_x + x]);
    for (int i = 0; i < 4; i++)
        all.min[i] = bs_team_min(all.min[i]);
    out.edge = all.min[BS_MIN_FRONT] < 0.0f;
    out.seen = !(all.min[BS_MIN_SEEN] < 0.0f);
    out.inside = 0;
    out.inv_lo = out.edge ? all.min[BS_MIN_FAR] : all.min[BS_MIN_FRONT];
    out.inv_hi = -all.min[BS_MIN_NEAR];
    return out;
}

/* What a hull's lines may meet before it is known where on the frame they run but for its areas. */
BS_TEAM bs_bounds bs_tile_range(const bs_layers *l, const bs_hull *hull, bs_poses_of poses)
{
    bs_bounds out = { l->inv_lo, l->inv_hi, 1, 0, 0 };
    bs_box box;

    if (!hull->is_whole)
        return out;
    box = bs_hull_box(hull, poses, out.inv_lo, out.inv_hi);
    return bs_box_bounds(l, l->areas, l->areas_x, BS_AREA_LOG2, &box);
}

/*
 * The bounds of all pixels of a tile at some poses of its hull.  '*range' is what these or more of them may meet, and
 * becomes what these may, by the blocks that they see: the bounds but for what is behind the moving camera.  'px' is
 * the hull's bs_hull_px().
 */
BS_TEAM bs_bounds bs_tile_bounds(const bs_layers *l, const bs_hull *hull, bs_poses_of poses, float px,
                                 bs_bounds *range)
{
    const float forward = bs_hull_forward(hull, poses);
    const int ok = hull->is_whole;
    bs_box box = { 0.0f, 0.0f, 0.0f, 0.0f };
    bs_bounds out;

    if (ok) {
        box = bs_hull_box(hull, poses, range->inv_lo, range->inv_hi);
        *range = bs_box_bounds(l, l->blocks, l->blocks_x, BS_BLOCK_LOG2, &box);
    }
    out = *range;
    if (forward * out.inv_hi > BS_NEAR_CLIP) /* Z_dst = (1 / w - b_z) / a_z must stay positive */
        out.inv_hi = BS_NEAR_CLIP / forward;
    out.inv_lo = out.inv_lo < out.inv_hi ? out.inv_lo : out.inv_hi;
    if (!ok)
        return out;
    out.edge |= px * (out.inv_hi - out.inv_lo) > BS_LONG_PX;
    /* A hair's breadth for what rounding does to a pixel's own line. */
    out.inside = box.x0 >= BS_HAIR_PX && box.y0 >= BS_HAIR_PX && box.x1 <= l->last_x - BS_HAIR_PX &&
                 box.y1 <= l->last_y - BS_HAIR_PX;
    return out;
}

#endif /* BS_BOUNDS_PX_H */
