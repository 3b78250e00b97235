/*
 * homography/hull_px.h - a tile of pixels, and the lines between which those of all its pixels run.
 *
 * A projective map keeps a convex hull, so what is true of the lines of a tile's corners bounds what is true of any.
 */
#ifndef BS_HULL_PX_H
#define BS_HULL_PX_H

#include "homography/layers.h"
#include "homography/line_px.h"

/* Side of a tile of destination pixels. */
#define BS_TILE 8
/* Poses that are looked at together: up to BS_RUN where a tile turns out to see one surface at all of them, else
 * BS_POSES at a time.  Finding bounds for each pose would cost as much as the look along the lines does. */
#define BS_POSES 8
#define BS_RUN 32

/* More than rounding can move a point on a frame of the largest size, pixels. */
#define BS_HAIR_PX 0.125f

typedef struct bs_box { /* source pixels, both ends included */
    float x0, y0, x1, y1;
} bs_box;

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

/*
 * Lines p(w) of pixels that hold the lines of all pixels of a tile between them: a projective map keeps a
 * convex hull, be it that of a tile's four corners or, where each row has its own view, of a row's ends.  The
 * first two and the last two are the corners in any case, row by row or column by column.
 * Poses lie side by side, by eights, of which the last may be there more than once: so compilers make vectors.
 */
#define BS_HULL_PX (2 * BS_TILE)

typedef struct bs_hull {
    float x0[BS_HULL_PX][BS_RUN], y0[BS_HULL_PX][BS_RUN]; /* bs_line */
    float ex[BS_HULL_PX][BS_RUN], ey[BS_HULL_PX][BS_RUN];
    float x[BS_HULL_PX], y[BS_HULL_PX]; /* of which pixel */
    int n, poses;                       /* pixels; poses, up to whole eights */
    int is_whole;                       /* 1: all lines are finite, and lie in front of the sharp camera */
    float b_z[BS_RUN];                  /* the largest of a pose's views, or 0 */
} bs_hull;

/* Poses of a hull: 'from' to 'to' - 1, whole eights. */
typedef struct bs_poses_of {
    int from, to;
} bs_poses_of;

/* Views side by side. */
typedef struct bs_view_set {
    float H[9][BS_RUN], b[3][BS_RUN];
} bs_view_set;

/* Those of 'n' poses, each of 'lines' views. */
BS_PX void bs_view_set_of(const bs_view *views, int n, size_t lines, int poses, bs_view_set *out)
{
    for (int j = 0; j < poses; j++) {
        const bs_view *v = views + (size_t)(j < n ? j : n - 1) * lines;

        for (int i = 0; i < 9; i++)
            out->H[i][j] = v->H_inf[i];
        for (int i = 0; i < 3; i++)
            out->b[i][j] = v->b[i];
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
    for (int j = 0; j < BS_RUN; j++)
        hull->b_z[j] = 0.0f;
}

/* Adds the lines of a pixel at all poses: bs_line_of(). */
BS_PX void bs_hull_add(const bs_view_set *v, float x, float y, bs_hull *hull)
{
    float *x0 = hull->x0[hull->n], *y0 = hull->y0[hull->n], *ex = hull->ex[hull->n], *ey = hull->ey[hull->n];
    int ok[BS_POSES];

    for (int i = 0; i < BS_POSES; i++)
        ok[i] = 1;
    for (int k8 = 0; k8 < hull->poses; k8 += BS_POSES)
        for (int i = 0; i < BS_POSES; i++) {
            const int j = k8 + i;
            const float az = v->H[6][j] * x + (v->H[7][j] * y + v->H[8][j]);

            x0[j] = (v->H[0][j] * x + (v->H[1][j] * y + v->H[2][j])) * (1.0f / az);
            y0[j] = (v->H[3][j] * x + (v->H[4][j] * y + v->H[5][j])) * (1.0f / az);
            ex[j] = v->b[0][j] - x0[j] * v->b[2][j];
            ey[j] = v->b[1][j] - y0[j] * v->b[2][j];
            ok[i] &= (az > BS_MIN_AZ) & (fabsf(ex[j]) + fabsf(ey[j]) < INFINITY);
            hull->b_z[j] = bs_maxf(v->b[2][j], hull->b_z[j]);
        }
    for (int i = 0; i < BS_POSES; i++)
        hull->is_whole &= ok[i];
    hull->x[hull->n] = x;
    hull->y[hull->n] = y;
    hull->n++;
}

/* The lines of a tile at 'n' poses, 1 to BS_RUN, of which all pixels have the same views: a global shutter. */
BS_PX void bs_hull_of_set(const bs_view_set *v, int n, const bs_box *tile, bs_hull *hull)
{
    bs_hull_begin(n, hull);
    for (int i = 0; i < 4; i++)
        bs_hull_add(v, i & 1 ? tile->x1 : tile->x0, i & 2 ? tile->y1 : tile->y0, hull);
}

/* The lines of a tile at 'n' poses, 1 to BS_RUN, each of 'lines' views. */
BS_PX void bs_hull_of(const bs_view *views, int n, int lines, bs_rows rows, const bs_box *tile, bs_hull *hull)
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

/* The least of what poses have in 'v', which is spoilt; below, the most.  Halves at a time, so that compilers make
 * vectors. */
BS_PX float bs_least(float *v, bs_poses_of poses)
{
    float *a = v + poses.from;

    for (int j = BS_POSES; j < poses.to - poses.from; j += BS_POSES)
        for (int i = 0; i < BS_POSES; i++)
            a[i] = bs_minf(a[j + i], a[i]);
    for (int i = 0; i < BS_POSES / 2; i++)
        a[i] = bs_minf(a[BS_POSES / 2 + i], a[i]);
    return bs_minf(bs_minf(a[0], a[1]), bs_minf(a[2], a[3]));
}

BS_PX float bs_most(float *v, bs_poses_of poses)
{
    float *a = v + poses.from;

    for (int j = BS_POSES; j < poses.to - poses.from; j += BS_POSES)
        for (int i = 0; i < BS_POSES; i++)
            a[i] = bs_maxf(a[j + i], a[i]);
    for (int i = 0; i < BS_POSES / 2; i++)
        a[i] = bs_maxf(a[BS_POSES / 2 + i], a[i]);
    return bs_maxf(bs_maxf(a[0], a[1]), bs_maxf(a[2], a[3]));
}

/* What a coordinate of the lines lies between at w0 and w1, pose by pose. */
BS_PX void bs_hull_extent(const float at[][BS_RUN], const float e[][BS_RUN], int n, bs_poses_of poses,
                          float w0, float w1, float lo[BS_RUN], float hi[BS_RUN])
{
    for (int k8 = poses.from; k8 < poses.to; k8 += BS_POSES)
        for (int j = k8; j < k8 + BS_POSES; j++) {
            lo[j] = INFINITY;
            hi[j] = -INFINITY;
        }
    for (int k = 0; k < n; k += 2) /* they come in pairs */
        for (int j = poses.from; j < poses.to; j += BS_POSES)
            for (int i = j; i < j + BS_POSES; i++) {
                const float a = at[k][i] + w0 * e[k][i], b = at[k][i] + w1 * e[k][i];
                const float c = at[k + 1][i] + w0 * e[k + 1][i], d = at[k + 1][i] + w1 * e[k + 1][i];

                /* One by one, so that what is not a number is passed over. */
                lo[i] = bs_minf(d, bs_minf(c, bs_minf(b, bs_minf(a, lo[i]))));
                hi[i] = bs_maxf(d, bs_maxf(c, bs_maxf(b, bs_maxf(a, hi[i]))));
            }
}

/* The box that the hull covers for w in [inv_lo, inv_hi]. */
BS_PX bs_box bs_hull_box(const bs_hull *hull, bs_poses_of poses, float inv_lo, float inv_hi)
{
    float lo[BS_RUN], hi[BS_RUN];
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
BS_PX float bs_hull_px(const bs_hull *hull, bs_poses_of poses)
{
    float px[BS_RUN];

    for (int k8 = poses.from; k8 < poses.to; k8 += BS_POSES)
        for (int j = k8; j < k8 + BS_POSES; j++)
            px[j] = 0.0f;
    for (int k = 0; k < hull->n; k += 2)
        for (int k8 = poses.from; k8 < poses.to; k8 += BS_POSES)
            for (int j = k8; j < k8 + BS_POSES; j++) {
                const float a = bs_maxf(fabsf(hull->ex[k][j]), fabsf(hull->ey[k][j]));
                const float b = bs_maxf(fabsf(hull->ex[k + 1][j]), fabsf(hull->ey[k + 1][j]));

                px[j] = bs_maxf(bs_maxf(a, b), px[j]);
            }
    return bs_most(px, poses);
}

/* How far the camera goes forward at the most, in units of depth: bs_view.b[2]. */
BS_PX float bs_hull_forward(const bs_hull *hull, bs_poses_of poses)
{
    float b_z[BS_RUN];

    for (int k8 = poses.from; k8 < poses.to; k8 += BS_POSES)
        for (int j = k8; j < k8 + BS_POSES; j++)
            b_z[j] = hull->b_z[j];
    return bs_most(b_z, poses);
}

#endif /* BS_HULL_PX_H */
