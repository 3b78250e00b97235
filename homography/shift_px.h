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
    float x[BS_RUN], y[BS_RUN], xu[BS_RUN], xv[BS_RUN], yu[BS_RUN], yv[BS_RUN];
    /* And by (xw, yw) for each 1/m that the surface is nearer than the plane there. */
    float xw[BS_RUN], yw[BS_RUN];
} bs_shifts;

/* Whether something is so at all poses, kept of each of the eight side by side. */
BS_PX void bs_all_begin(int ok[BS_POSES])
{
    for (int i = 0; i < BS_POSES; i++)
        ok[i] = 1;
}

BS_PX int bs_all(const int ok[BS_POSES])
{
    int all = 1;

    for (int i = 0; i < BS_POSES; i++)
        all &= ok[i];
    return all;
}

/* Places of one of the hull's pixels on a sheet. */
typedef struct bs_places {
    float x[BS_RUN], y[BS_RUN];
} bs_places;

/* Those of the k-th.  Returns 0 unless every line meets the plane in front of both cameras, and not along it. */
BS_PX int bs_sheet_places(const bs_hull *hull, int k, bs_poses_of poses, const bs_sheet *s, bs_places *p)
{
    int ok[BS_POSES];

    bs_all_begin(ok);
    for (int j = poses.from; j < poses.to; j += BS_POSES)
        for (int i = 0; i < BS_POSES; i++) {
            const float x0 = hull->x0[k][j + i], y0 = hull->y0[k][j + i];
            const float ex = hull->ex[k][j + i], ey = hull->ey[k][j + i];
            const float g = 1.0f - (s->gx * ex + s->gy * ey), w = bs_sheet_inv(s, x0, y0) / g;

            p->x[j + i] = x0 + w * ex;
            p->y[j + i] = y0 + w * ey;
            ok[i] &= (g > 0.5f) & (g < 2.0f) & (w >= 0.0f) & (w * hull->b_z[j + i] <= BS_NEAR_CLIP);
        }
    return bs_all(ok);
}

/* Where a surface beside the plane is met: W(p) = w0 + g . p + d moves the place by d e / (1 - g . e); as the
 * tile's middle has it. */
BS_PX void bs_shifts_beside(const bs_hull *hull, bs_poses_of poses, const bs_sheet *s, bs_shifts *out)
{
    const int last = hull->n - 1;

    for (int k8 = poses.from; k8 < poses.to; k8 += BS_POSES)
        for (int j = k8; j < k8 + BS_POSES; j++) {
            const float ex =
                0.25f * ((hull->ex[0][j] + hull->ex[1][j]) + (hull->ex[last - 1][j] + hull->ex[last][j]));
            const float ey =
                0.25f * ((hull->ey[0][j] + hull->ey[1][j]) + (hull->ey[last - 1][j] + hull->ey[last][j]));
            const float g = 1.0f / (1.0f - (s->gx * ex + s->gy * ey));

            out->xw[j] = ex * g;
            out->yw[j] = ey * g;
        }
}

/* Whether places, those of the pixel (x, y), are where the shifts say, within 'most_px'. */
BS_PX int bs_shifts_hold(const bs_shifts *s, bs_poses_of poses, const bs_box *tile, float x, float y,
                         const bs_places *p, float most_px)
{
    const float u = x - 0.5f * (tile->x0 + tile->x1), v = y - 0.5f * (tile->y0 + tile->y1);
    int ok[BS_POSES];

    bs_all_begin(ok);
    for (int j = poses.from; j < poses.to; j += BS_POSES)
        for (int i = 0; i < BS_POSES; i++) {
            const float dx = p->x[j + i] - (x + (s->x[j + i] + (s->xu[j + i] * u + s->xv[j + i] * v)));
            const float dy = p->y[j + i] - (y + (s->y[j + i] + (s->yu[j + i] * u + s->yv[j + i] * v)));

            ok[i] &= (fabsf(dx) <= most_px) & (fabsf(dy) <= most_px);
        }
    return bs_all(ok);
}

/* Whether no pixel of the tile strays farther from the middle's shift than weights may be stretched. */
BS_PX int bs_shifts_are_stiff(const bs_shifts *s, bs_poses_of poses, const bs_box *tile, float most_px)
{
    const float u = 0.5f * (tile->x1 - tile->x0), v = 0.5f * (tile->y1 - tile->y0);
    int ok[BS_POSES];

    bs_all_begin(ok);
    for (int j = poses.from; j < poses.to; j += BS_POSES)
        for (int i = 0; i < BS_POSES; i++)
            ok[i] &= (fabsf(s->xu[j + i]) * u + fabsf(s->xv[j + i]) * v <= most_px) &
                     (fabsf(s->yu[j + i]) * u + fabsf(s->yv[j + i]) * v <= most_px);
    return bs_all(ok);
}

/* The shifts of a tile from the places of its corners, row by row. */
BS_PX void bs_shifts_between(const bs_box *tile, const bs_places at[4], bs_poses_of poses, bs_shifts *out)
{
    const float cx = 0.5f * (tile->x0 + tile->x1), cy = 0.5f * (tile->y0 + tile->y1);
    const float w = tile->x1 - tile->x0, h = tile->y1 - tile->y0;
    const float per_u = w > 0.0f ? 0.5f / w : 0.0f, per_v = h > 0.0f ? 0.5f / h : 0.0f;

    for (int k8 = poses.from; k8 < poses.to; k8 += BS_POSES)
        for (int j = k8; j < k8 + BS_POSES; j++) {
            const float x0 = at[0].x[j], x1 = at[1].x[j], x2 = at[2].x[j], x3 = at[3].x[j];
            const float y0 = at[0].y[j], y1 = at[1].y[j], y2 = at[2].y[j], y3 = at[3].y[j];

            out->x[j] = 0.25f * ((x0 + x1) + (x2 + x3)) - cx;
            out->y[j] = 0.25f * ((y0 + y1) + (y2 + y3)) - cy;
            out->xu[j] = (((x1 - x0) + (x3 - x2)) - 2.0f * w) * per_u;
            out->yu[j] = ((y1 - y0) + (y3 - y2)) * per_u;
            out->xv[j] = ((x2 - x0) + (x3 - x1)) * per_v;
            out->yv[j] = (((y2 - y0) + (y3 - y1)) - 2.0f * h) * per_v;
        }
}

/* The shifts of a tile on a sheet.  Returns 0 if they are not affine, or not in front of the cameras. */
BS_PX int bs_shifts_of(const bs_layers *l, const bs_hull *hull, bs_rows rows, const bs_box *tile,
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
BS_PX int bs_shifts_area(const bs_layers *l, const bs_box *tile, const bs_shifts *s, bs_poses_of poses,
                         bs_area *out)
{
    const int half = bs_reads(l) / 2;
    float lo[BS_RUN], hi[BS_RUN];
    bs_box at;

    for (int k8 = poses.from; k8 < poses.to; k8 += BS_POSES)
        for (int j = k8; j < k8 + BS_POSES; j++)
            lo[j] = hi[j] = s->x[j];
    at.x0 = bs_least(lo, poses);
    at.x1 = bs_most(hi, poses);
    for (int k8 = poses.from; k8 < poses.to; k8 += BS_POSES)
        for (int j = k8; j < k8 + BS_POSES; j++)
            lo[j] = hi[j] = s->y[j];
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
