/*
 * homography/shift_px.h - where the pixels of a tile look on a sheet, pose by pose: beside their own place by what is
 * affine over the tile.
 */
#ifndef BS_SHIFT_PX_H
#define BS_SHIFT_PX_H

#include "homography/sheet_px.h"

/* Where a tile looks on a sheet, pose by pose: its pixel (u, v) from its middle at its own place moved by (x, y) +
 * ((xu, xv), (yu, yv)) (u, v). */
typedef struct bs_shifts {
    float x[BS_RUN_HELD], y[BS_RUN_HELD];
    float xu[BS_RUN_HELD], xv[BS_RUN_HELD], yu[BS_RUN_HELD], yv[BS_RUN_HELD];
    /* And by (xw, yw) for each 1/m that the surface is nearer than the plane there. */
    float xw[BS_RUN_HELD], yw[BS_RUN_HELD];
} bs_shifts;

/* Places of one of the hull's pixels on a sheet. */
typedef struct bs_places {
    float x[BS_RUN_HELD], y[BS_RUN_HELD];
} bs_places;

/* Those of the k-th.  Returns 0 unless every line meets the plane in front of both cameras, and not along it. */
BS_TEAM int bs_sheet_places(const bs_hull *hull, int k, bs_poses_of poses, const bs_sheet *s, bs_places *p)
{
    int ok[BS_POSES_HELD];

    bs_all_begin(ok);
    BS_EACH_POSE(i, j, poses)
    {
        const int at = BS_POSE_AT(j);
        const float x0 = hull->x0[k][at], y0 = hull->y0[k][at], ex = hull->ex[k][at], ey = hull->ey[k][at];
        const float g = 1.0f - (s->gx * ex + s->gy * ey), w = bs_sheet_inv(s, x0, y0) / g;

        p->x[at] = x0 + w * ex;
        p->y[at] = y0 + w * ey;
        ok[i] &= (g > 0.5f) & (g < 2.0f) & (w >= 0.0f) & (w * hull->b_z[at] <= BS_NEAR_CLIP);
    }
    return bs_all(ok);
}

/* Where a surface beside the plane is met: W(p) = w0 + g . p + d moves the place by d e / (1 - g . e); as the
 * tile's middle has it. */
BS_TEAM void bs_shifts_beside(const bs_hull *hull, bs_poses_of poses, const bs_sheet *s, bs_shifts *out)
{
    const int last = hull->n - 1;

    BS_EACH_POSE(i, j, poses)
    {
        const int p = BS_POSE_AT(j);
        const float ex =
            0.25f * ((hull->ex[0][p] + hull->ex[1][p]) + (hull->ex[last - 1][p] + hull->ex[last][p]));
        const float ey =
            0.25f * ((hull->ey[0][p] + hull->ey[1][p]) + (hull->ey[last - 1][p] + hull->ey[last][p]));
        const float g = 1.0f / (1.0f - (s->gx * ex + s->gy * ey));

        out->xw[p] = ex * g;
        out->yw[p] = ey * g;
    }
}

/* Whether places, those of the pixel (x, y), are where the shifts say, within 'most_px'. */
BS_TEAM int bs_shifts_hold(const bs_shifts *s, bs_poses_of poses, const bs_box *tile, float x, float y,
                           const bs_places *p, float most_px)
{
    const float u = x - 0.5f * (tile->x0 + tile->x1), v = y - 0.5f * (tile->y0 + tile->y1);
    int ok[BS_POSES_HELD];

    bs_all_begin(ok);
    BS_EACH_POSE(i, j, poses)
    {
        const int at = BS_POSE_AT(j);
        const float dx = p->x[at] - (x + (s->x[at] + (s->xu[at] * u + s->xv[at] * v)));
        const float dy = p->y[at] - (y + (s->y[at] + (s->yu[at] * u + s->yv[at] * v)));

        ok[i] &= (fabsf(dx) <= most_px) & (fabsf(dy) <= most_px);
    }
    return bs_all(ok);
}

/* Whether no pixel of the tile strays farther from the middle's shift than weights may be stretched. */
BS_TEAM int bs_shifts_are_stiff(const bs_shifts *s, bs_poses_of poses, const bs_box *tile, float most_px)
{
    const float u = 0.5f * (tile->x1 - tile->x0), v = 0.5f * (tile->y1 - tile->y0);
    int ok[BS_POSES_HELD];

    bs_all_begin(ok);
    BS_EACH_POSE(i, j, poses)
    {
        const int at = BS_POSE_AT(j);

        ok[i] &= (fabsf(s->xu[at]) * u + fabsf(s->xv[at]) * v <= most_px) &
                 (fabsf(s->yu[at]) * u + fabsf(s->yv[at]) * v <= most_px);
    }
    return bs_all(ok);
}

/* The shifts of a tile from the places of its corners, row by row. */
BS_TEAM void bs_shifts_between(const bs_box *tile, const bs_places at[4], bs_poses_of poses, bs_shifts *out)
{
    const float cx = 0.5f * (tile->x0 + tile->x1), cy = 0.5f * (tile->y0 + tile->y1);
    const float w = tile->x1 - tile->x0, h = tile->y1 - tile->y0;
    const float per_u = w > 0.0f ? 0.5f / w : 0.0f, per_v = h > 0.0f ? 0.5f / h : 0.0f;

    BS_EACH_POSE(i, j, poses)
    {
        const int p = BS_POSE_AT(j);
        const float x0 = at[0].x[p], x1 = at[1].x[p], x2 = at[2].x[p], x3 = at[3].x[p];
        const float y0 = at[0].y[p], y1 = at[1].y[p], y2 = at[2].y[p], y3 = at[3].y[p];

        out->x[p] = 0.25f * ((x0 + x1) + (x2 + x3)) - cx;
        out->y[p] = 0.25f * ((y0 + y1) + (y2 + y3)) - cy;
        out->xu[p] = (((x1 - x0) + (x3 - x2)) - 2.0f * w) * per_u;
        out->yu[p] = ((y1 - y0) + (y3 - y2)) * per_u;
        out->xv[p] = ((x2 - x0) + (x3 - x1)) * per_v;
        out->yv[p] = (((y2 - y0) + (y3 - y1)) - 2.0f * h) * per_v;
    }
}

/* The shifts of a tile on a sheet.  Returns 0 if they are not affine, or not in front of the cameras. */
BS_TEAM int bs_shifts_of(const bs_layers *l, const bs_hull *hull, bs_rows rows, const bs_box *tile,
                         bs_poses_of poses, const bs_sheet *s, bs_shifts *out)
{
    /* Where columns come one by one, the hull's second corner is that below the first. */
    const int second = rows.step_x ? 2 : 1, third = rows.step_x ? 1 : 2;
    const float w = tile->x1 - tile->x0, h = tile->y1 - tile->y0, side = bs_maxf(w, h);
    bs_places at[4], other;

    if (!bs_sheet_places(hull, 0, poses, s, &at[0]) || !bs_sheet_places(hull, 1, poses, s, &at[second]) ||
        !bs_sheet_places(hull, hull->n - 2, poses, s, &at[third]) ||
        !bs_sheet_places(hull, hull->n - 1, poses, s, &at[3]))
        return 0;
    bs_shifts_between(tile, at, poses, out);
    bs_shifts_beside(hull, poses, s, out);
    /* Of the four corners, one tells how far all are from affine, and in a square the middle is as far.  The
     * lines between of a rolling shutter, where each has a view of its own, may be a little farther: one all of
     * whose views are the same is a global one. */
    if (!bs_shifts_are_stiff(out, poses, tile, l->bicubic ? BS_STRAY_CUBIC_PX : BS_STRAY_PX) ||
        !bs_shifts_hold(out, poses, tile, tile->x0, tile->y0, &at[0], BS_BENT_PX * (w * h) / (side * side)))
        return 0;
    for (int k = 2; k < hull->n - 2; k++)
        if (!bs_sheet_places(hull, k, poses, s, &other) ||
            !bs_shifts_hold(out, poses, tile, hull->x[k], hull->y[k], &other, 2.0f * BS_BENT_PX))
            return 0;
    return 1;
}

/* Texels along an axis that a pixel reads. */
BS_PX int bs_reads(const bs_layers *l)
{
    return l->bicubic ? 4 : 2;
}

/* What a tile reads by its shifts.  Returns 0 if that is more than a tile may see, or far beside the frame. */
BS_TEAM int bs_shifts_area(const bs_layers *l, const bs_box *tile, const bs_shifts *s, bs_poses_of poses,
                           bs_area *out)
{
    const int half = bs_reads(l) / 2;
    float lo[BS_RUN_HELD], hi[BS_RUN_HELD];
    bs_box at;

    BS_EACH_POSE(i, j, poses)
    lo[BS_POSE_AT(j)] = hi[BS_POSE_AT(j)] = s->x[BS_POSE_AT(j)];
    at.x0 = bs_least(lo, poses);
    at.x1 = bs_most(hi, poses);
    BS_EACH_POSE(i, j, poses)
    lo[BS_POSE_AT(j)] = hi[BS_POSE_AT(j)] = s->y[BS_POSE_AT(j)];
    at.y0 = bs_least(lo, poses);
    at.y1 = bs_most(hi, poses);
    if (!bs_is_reachable(l, tile->x0 + at.x0, tile->y0 + at.y0, tile->x1 + at.x1, tile->y1 + at.y1))
        return 0;
    out->x0 = (int)tile->x0 + (int)floorf(at.x0) - (half - 1);
    out->y0 = (int)tile->y0 + (int)floorf(at.y0) - (half - 1);
    out->x1 = (int)tile->x1 + (int)floorf(at.x1) + half;
    out->y1 = (int)tile->y1 + (int)floorf(at.y1) + half;
    return bs_area_fits(out);
}

#endif /* BS_SHIFT_PX_H */
