/*
 * homography/hull_px.h - a tile of pixels, and the lines between which those of all its pixels run.
 *
 * A projective map keeps a convex hull, so what is true of the lines of a tile's corners bounds what is true of any.
 */
#ifndef BS_HULL_PX_H
#define BS_HULL_PX_H

#include "homography/by_pose_px.h"
#include "homography/layers.h"
#include "homography/line_px.h"
#include "homography/shutter.h"

/* More than rounding can move a point on a frame of the largest size, pixels. */
#define BS_HAIR_PX 0.125f

typedef struct bs_box { /* source pixels, both ends included */
    float x0, y0, x1, y1;
} bs_box;

/* Texels of the frame, or blocks of them, both ends included; texels beyond the frame's border repeat it. */
typedef struct bs_area {
    int x0, y0, x1, y1;
} bs_area;

/* The tile whose first pixel is (x, y); those at the right and below may be smaller. */
BS_PX bs_box bs_tile_from(const bs_layers *l, int x, int y)
{
    const int x1 = x + BS_TILE < l->width ? x + BS_TILE - 1 : l->width - 1;
    const int y1 = y + BS_TILE < l->height ? y + BS_TILE - 1 : l->height - 1;
    const bs_box tile = { (float)x, (float)y, (float)x1, (float)y1 };

    return tile;
}

/*
 * Which view a pixel belongs to: number x step_x + y step_y of those given.  0, 0: all to the same one; 0, 1:
 * each row has its own; 1, 0: each column.
 */
typedef struct bs_rows {
    int step_x, step_y;
} bs_rows;

BS_PX bs_rows bs_rows_of(bs_shutter shutter)
{
    const bs_rows out = { shutter > BS_SHUTTER_BOTTOM_UP,
                          shutter != BS_SHUTTER_GLOBAL && shutter <= BS_SHUTTER_BOTTOM_UP };

    return out;
}

/*
 * Lines p(w) of pixels that hold the lines of all pixels of a tile between them: a projective map keeps a
 * convex hull, be it that of a tile's four corners or, where each row has its own view, of a row's ends.  The
 * first two and the last two are the corners in any case, row by row or column by column.
 * Poses lie side by side, by eights, of which the last may be there more than once: so compilers make vectors.
 */
#define BS_HULL_PX (2 * BS_TILE)

typedef struct bs_hull {
    float x0[BS_HULL_PX][BS_RUN_HELD], y0[BS_HULL_PX][BS_RUN_HELD]; /* bs_line */
    float ex[BS_HULL_PX][BS_RUN_HELD], ey[BS_HULL_PX][BS_RUN_HELD];
    float x[BS_HULL_PX], y[BS_HULL_PX]; /* of which pixel */
    int n, poses;                       /* pixels; poses, up to whole eights */
    int is_whole;                       /* 1: all lines are finite, and lie in front of the sharp camera */
    float b_z[BS_RUN_HELD];             /* the largest of a pose's views, or 0 */
} bs_hull;

/* Views side by side. */
typedef struct bs_view_set {
    float H[9][BS_RUN_HELD], b[3][BS_RUN_HELD];
} bs_view_set;

/* Those of 'n' poses, each of 'lines' views. */
BS_TEAM void bs_view_set_of(const bs_view *views, int n, size_t lines, int poses, bs_view_set *out)
{
    BS_EACH(j, poses)
    {
        const bs_view *v = views + (size_t)(j < n ? j : n - 1) * lines;

        for (int i = 0; i < 9; i++)
            out->H[i][BS_POSE_AT(j)] = v->H_inf[i];
        for (int i = 0; i < 3; i++)
            out->b[i][BS_POSE_AT(j)] = v->b[i];
    }
}

BS_PX int bs_whole_eights(int n)
{
    return (n + BS_POSES - 1) / BS_POSES * BS_POSES;
}

BS_PX void bs_hull_begin(int n, bs_hull *hull)
{
    hull->n = 0;
    hull->poses = bs_whole_eights(n);
    hull->is_whole = 1;
    for (int j = 0; j < BS_RUN_HELD; j++)
        hull->b_z[j] = 0.0f;
}

/* Adds the lines of a pixel at all poses: bs_line_of(). */
BS_TEAM void bs_hull_add(const bs_view_set *v, float x, float y, bs_hull *hull)
{
    float *x0 = hull->x0[hull->n], *y0 = hull->y0[hull->n], *ex = hull->ex[hull->n], *ey = hull->ey[hull->n];
    const bs_poses_of all = { 0, hull->poses };
    int ok[BS_POSES_HELD];

    bs_all_begin(ok);
    BS_EACH_POSE(i, j, all)
    {
        const int at = BS_POSE_AT(j);
        const float az = v->H[6][at] * x + (v->H[7][at] * y + v->H[8][at]);

        x0[at] = (v->H[0][at] * x + (v->H[1][at] * y + v->H[2][at])) * (1.0f / az);
        y0[at] = (v->H[3][at] * x + (v->H[4][at] * y + v->H[5][at])) * (1.0f / az);
        ex[at] = v->b[0][at] - x0[at] * v->b[2][at];
        ey[at] = v->b[1][at] - y0[at] * v->b[2][at];
        ok[i] &= (az > BS_MIN_AZ) & (fabsf(ex[at]) + fabsf(ey[at]) < INFINITY);
        hull->b_z[at] = bs_maxf(v->b[2][at], hull->b_z[at]);
    }
    hull->is_whole &= bs_all(ok);
    hull->x[hull->n] = x;
    hull->y[hull->n] = y;
    hull->n++;
}

/* The lines of a tile at 'n' poses, 1 to BS_RUN, of which all pixels have the same views: a global shutter. */
BS_TEAM void bs_hull_of_set(const bs_view_set *v, int n, const bs_box *tile, bs_hull *hull)
{
    bs_hull_begin(n, hull);
    for (int i = 0; i < 4; i++)
        bs_hull_add(v, i & 1 ? tile->x1 : tile->x0, i & 2 ? tile->y1 : tile->y0, hull);
}

/* The lines of a tile at 'n' poses, 1 to BS_RUN, each of 'lines' views. */
BS_TEAM void bs_hull_of(const bs_view *views, int n, int lines, bs_rows rows, const bs_box *tile,
                        bs_hull *hull)
{
    bs_view_set v;

    if (!rows.step_x && !rows.step_y) {
        bs_view_set_of(views, n, (size_t)lines, bs_whole_eights(n), &v);
        bs_hull_of_set(&v, n, tile, hull);
        return;
    }
    bs_hull_begin(n, hull);
    for (int i = (int)(rows.step_x ? tile->x0 : tile->y0); i <= (int)(rows.step_x ? tile->x1 : tile->y1);
         i++) {
        bs_view_set_of(views + i, n, (size_t)lines, hull->poses, &v);
        bs_hull_add(&v, rows.step_x ? (float)i : tile->x0, rows.step_x ? tile->y0 : (float)i, hull);
        bs_hull_add(&v, rows.step_x ? (float)i : tile->x1, rows.step_x ? tile->y1 : (float)i, hull);
    }
}

/* What a coordinate of the lines lies between at w0 and w1, pose by pose. */
BS_TEAM void bs_hull_extent(const float at[][BS_RUN_HELD], const float e[][BS_RUN_HELD], int n,
                            bs_poses_of poses, float w0, float w1, float lo[BS_RUN_HELD],
                            float hi[BS_RUN_HELD])
{
    BS_EACH_POSE(i, j, poses)
    {
        lo[BS_POSE_AT(j)] = INFINITY;
        hi[BS_POSE_AT(j)] = -INFINITY;
    }
    for (int k = 0; k < n; k += 2) /* they come in pairs */
        BS_EACH_POSE(i, j, poses)
        {
            const int p = BS_POSE_AT(j);
            const float a = at[k][p] + w0 * e[k][p], b = at[k][p] + w1 * e[k][p];
            const float c = at[k + 1][p] + w0 * e[k + 1][p], d = at[k + 1][p] + w1 * e[k + 1][p];

            /* One by one, so that what is not a number is passed over. */
            lo[p] = bs_minf(d, bs_minf(c, bs_minf(b, bs_minf(a, lo[p]))));
            hi[p] = bs_maxf(d, bs_maxf(c, bs_maxf(b, bs_maxf(a, hi[p]))));
        }
}

/* The box that the hull covers for w in [inv_lo, inv_hi]. */
BS_TEAM bs_box bs_hull_box(const bs_hull *hull, bs_poses_of poses, float inv_lo, float inv_hi)
{
    float lo[BS_RUN_HELD], hi[BS_RUN_HELD];
    bs_box out;

    bs_hull_extent(hull->x0, hull->ex, hull->n, poses, inv_lo, inv_hi, lo, hi);
    out.x0 = bs_least(lo, poses);
    out.x1 = bs_most(hi, poses);
    bs_hull_extent(hull->y0, hull->ey, hull->n, poses, inv_lo, inv_hi, lo, hi);
    out.y0 = bs_least(lo, poses);
    out.y1 = bs_most(hi, poses);
    return out;
}

/* The longest way along the hull's lines, pixels along an axis for each 1/m: no line of the tile has a longer one,
 * for e is linear in the place at infinity. */
BS_TEAM float bs_hull_px(const bs_hull *hull, bs_poses_of poses)
{
    float px[BS_RUN_HELD];

    BS_EACH_POSE(i, j, poses)
    px[BS_POSE_AT(j)] = 0.0f;
    for (int k = 0; k < hull->n; k += 2)
        BS_EACH_POSE(i, j, poses)
        {
            const int at = BS_POSE_AT(j);
            const float a = bs_maxf(fabsf(hull->ex[k][at]), fabsf(hull->ey[k][at]));
            const float b = bs_maxf(fabsf(hull->ex[k + 1][at]), fabsf(hull->ey[k + 1][at]));

            px[at] = bs_maxf(bs_maxf(a, b), px[at]);
        }
    return bs_most(px, poses);
}

/* How far the camera goes forward at the most, in units of depth: bs_view.b[2]. */
BS_TEAM float bs_hull_forward(const bs_hull *hull, bs_poses_of poses)
{
    float b_z[BS_RUN_HELD];

    BS_EACH_POSE(i, j, poses)
    b_z[BS_POSE_AT(j)] = hull->b_z[BS_POSE_AT(j)];
    return bs_most(b_z, poses);
}

#endif /* BS_HULL_PX_H */
