/*
 * homography/bounds_px.h - where the lines of a tile of pixels can meet the frame's surfaces.
 *
 * A pixel's line p(w) is searched only over the inverse depths that occur where it can run.  Taken tile by
 * tile from a coarse table, the range shrinks from that of the frame to that of a neighbourhood, and most
 * tiles turn out to look at one smooth surface.
 */
#ifndef BS_BOUNDS_PX_H
#define BS_BOUNDS_PX_H

#include "homography/layers.h"
#include "homography/line_px.h"

/* Side of a tile of destination pixels, and poses that share a tile's bounds: finding them for each pose would
 * cost as much as the look along the lines does. */
#define BS_TILE 8
#define BS_POSES 8

/* More than rounding can move a point on a frame of the largest size, pixels. */
#define BS_HAIR_PX 0.125f

typedef struct bs_box { /* source pixels, both ends included */
    float x0, y0, x1, y1;
} bs_box;

/* Tiles that an image of l's size has, and the i-th of them, row by row; those at the right and below may be
 * smaller. */
BS_PX int bs_tiles(const bs_layers *l)
{
    return ((l->width + BS_TILE - 1) / BS_TILE) * ((l->height + BS_TILE - 1) / BS_TILE);
}

BS_PX bs_box bs_tile_at(const bs_layers *l, int i)
{
    const int tiles_x = (l->width + BS_TILE - 1) / BS_TILE;
    const int x0 = i % tiles_x * BS_TILE, y0 = i / tiles_x * BS_TILE;
    const int x1 = x0 + BS_TILE < l->width ? x0 + BS_TILE - 1 : l->width - 1;
    const int y1 = y0 + BS_TILE < l->height ? y0 + BS_TILE - 1 : l->height - 1;
    const bs_box tile = { (float)x0, (float)y0, (float)x1, (float)y1 };

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
 * convex hull, be it that of a tile's four corners or, where each row has its own view, of a row's ends.
 * They come by eights, one for each of the poses that share a tile's bounds, and sums over them are made of
 * each of the eight first: so compilers make vectors.
 */
typedef struct bs_hull {
    float x0[4 * BS_TILE * BS_POSES], y0[4 * BS_TILE * BS_POSES]; /* bs_line */
    float ex[4 * BS_TILE * BS_POSES], ey[4 * BS_TILE * BS_POSES];
    int n;
    float b_z, az; /* of the views: the largest; of the pixels: the smallest */
    int endless;   /* 1: a line is not finite, which least and most would pass over */
} bs_hull;

/* The views of BS_POSES poses, of which the last may be there more than once, side by side. */
typedef struct bs_view_set {
    float H[9][BS_POSES], b[3][BS_POSES];
} bs_view_set;

BS_PX void bs_view_set_of(const bs_view *views, int n, size_t lines, bs_view_set *out)
{
    for (int j = 0; j < BS_POSES; j++) {
        const bs_view *v = views + (size_t)(j < n ? j : n - 1) * lines;

        for (int i = 0; i < 9; i++)
            out->H[i][j] = v->H_inf[i];
        for (int i = 0; i < 3; i++)
            out->b[i][j] = v->b[i];
    }
}

/* Adds the lines of a pixel at all poses: bs_line_of(). */
BS_PX void bs_hull_add(const bs_view_set *v, float x, float y, bs_hull *hull)
{
    float *x0 = hull->x0 + hull->n, *y0 = hull->y0 + hull->n, *ex = hull->ex + hull->n,
          *ey = hull->ey + hull->n;
    float az[BS_POSES];

    for (int j = 0; j < BS_POSES; j++) {
        az[j] = v->H[6][j] * x + (v->H[7][j] * y + v->H[8][j]);
        x0[j] = (v->H[0][j] * x + (v->H[1][j] * y + v->H[2][j])) * (1.0f / az[j]);
        y0[j] = (v->H[3][j] * x + (v->H[4][j] * y + v->H[5][j])) * (1.0f / az[j]);
        ex[j] = v->b[0][j] - x0[j] * v->b[2][j];
        ey[j] = v->b[1][j] - y0[j] * v->b[2][j];
    }
    for (int j = 0; j < BS_POSES; j++) {
        hull->az = bs_minf(az[j], hull->az);
        hull->b_z = bs_maxf(v->b[2][j], hull->b_z);
        hull->endless |= !(fabsf(ex[j]) + fabsf(ey[j]) < INFINITY);
    }
    hull->n += BS_POSES;
}

/* The lines of a tile at 'n' poses. */
BS_PX void bs_hull_of(const bs_view *views, int n, int lines, bs_rows rows, const bs_box *tile, bs_hull *hull)
{
    bs_view_set v;

    hull->n = 0;
    hull->b_z = 0.0f;
    hull->az = INFINITY;
    hull->endless = 0;
    if (!rows.step_x && !rows.step_y) {
        bs_view_set_of(views, n, (size_t)lines, &v);
        for (int i = 0; i < 4; i++)
            bs_hull_add(&v, i & 1 ? tile->x1 : tile->x0, i & 2 ? tile->y1 : tile->y0, hull);
        return;
    }
    for (int i = (int)(rows.step_x ? tile->x0 : tile->y0); i <= (int)(rows.step_x ? tile->x1 : tile->y1);
         i++) {
        bs_view_set_of(views + i, n, (size_t)lines, &v);
        bs_hull_add(&v, rows.step_x ? (float)i : tile->x0, rows.step_x ? tile->y0 : (float)i, hull);
        bs_hull_add(&v, rows.step_x ? (float)i : tile->x1, rows.step_x ? tile->y1 : (float)i, hull);
    }
}

/* Widens lo to hi to hold the lines' coordinates at w. */
BS_PX void bs_hull_widen(const float *at, const float *e, int n, float w, float lo[BS_POSES],
                         float hi[BS_POSES])
{
    for (int k = 0; k < n; k += BS_POSES)
        for (int j = 0; j < BS_POSES; j++) {
            const float x = at[k + j] + w * e[k + j];

            lo[j] = bs_minf(x, lo[j]);
            hi[j] = bs_maxf(x, hi[j]);
        }
}

/* The box that the hull covers for w in [inv_lo, inv_hi]. */
BS_PX bs_box bs_hull_box(const bs_hull *hull, float inv_lo, float inv_hi)
{
    float x0[BS_POSES], y0[BS_POSES], x1[BS_POSES], y1[BS_POSES];
    bs_box out;

    for (int j = 0; j < BS_POSES; j++) {
        x0[j] = y0[j] = INFINITY;
        x1[j] = y1[j] = -INFINITY;
    }
    bs_hull_widen(hull->x0, hull->ex, hull->n, inv_lo, x0, x1);
    bs_hull_widen(hull->x0, hull->ex, hull->n, inv_hi, x0, x1);
    bs_hull_widen(hull->y0, hull->ey, hull->n, inv_lo, y0, y1);
    bs_hull_widen(hull->y0, hull->ey, hull->n, inv_hi, y0, y1);
    out.x0 = x0[0], out.y0 = y0[0], out.x1 = x1[0], out.y1 = y1[0];
    for (int j = 1; j < BS_POSES; j++) {
        out.x0 = bs_minf(x0[j], out.x0);
        out.y0 = bs_minf(y0[j], out.y0);
        out.x1 = bs_maxf(x1[j], out.x1);
        out.y1 = bs_maxf(y1[j], out.y1);
    }
    return out;
}

/* The longest of the hull's lines between its ends, pixels along an axis: all of the tile are no longer, for
 * e is linear in the place at infinity. */
BS_PX float bs_hull_length(const bs_hull *hull, float inv_lo, float inv_hi)
{
    float most[BS_POSES] = { 0 }, px = 0.0f;

    for (int n = 0; n < hull->n; n += BS_POSES)
        for (int j = 0; j < BS_POSES; j++)
            most[j] = bs_maxf(bs_maxf(fabsf(hull->ex[n + j]), fabsf(hull->ey[n + j])), most[j]);
    for (int j = 0; j < BS_POSES; j++)
        px = bs_maxf(most[j], px);
    return px * (inv_hi - inv_lo);
}

/* Range of the blocks, of the size that 'log2' says, that a box touches. */
BS_PX bs_bounds bs_box_bounds(const bs_layers *l, const bs_block *blocks, int blocks_x, int log2,
                              const bs_box *box)
{
    const int x0 = (int)bs_clampf(box->x0 - BS_HAIR_PX, 0.0f, l->last_x) >> log2;
    const int y0 = (int)bs_clampf(box->y0 - BS_HAIR_PX, 0.0f, l->last_y) >> log2;
    const int x1 = (int)bs_clampf(box->x1 + BS_HAIR_PX, 0.0f, l->last_x) >> log2;
    const int y1 = (int)bs_clampf(box->y1 + BS_HAIR_PX, 0.0f, l->last_y) >> log2;
    bs_block all = blocks[y0 * blocks_x + x0];
    bs_bounds out;

    for (int y = y0; y <= y1; y++)
        for (int x = x0; x <= x1; x++)
            bs_block_join(&all, &blocks[y * blocks_x + x]);
    out.edge = all.min[BS_MIN_FRONT] < 0.0f;
    out.seen = !(all.min[BS_MIN_SEEN] < 0.0f);
    out.inside = 0;
    out.inv_lo = out.edge ? all.min[BS_MIN_FAR] : all.min[BS_MIN_FRONT];
    out.inv_hi = -all.min[BS_MIN_NEAR];
    return out;
}

/*
 * The bounds of all pixels of a tile at 'n' poses, 1 to BS_POSES, each of 'lines' views: from the frame's
 * range to that of the areas which the tile can see, and from there to that of the blocks.
 */
BS_PX bs_bounds bs_tile_bounds(const bs_layers *l, const bs_view *views, int n, int lines, bs_rows rows,
                               const bs_box *tile)
{
    bs_bounds out = { l->inv_lo, l->inv_hi, 1, 0, 0 };
    bs_hull hull;
    bs_box box = *tile;
    int ok;

    bs_hull_of(views, n, lines, rows, tile, &hull);
    ok = hull.az > BS_MIN_AZ && !hull.endless;
    if (ok) {
        box = bs_hull_box(&hull, out.inv_lo, out.inv_hi);
        out = bs_box_bounds(l, l->areas, l->areas_x, BS_AREA_LOG2, &box);
        box = bs_hull_box(&hull, out.inv_lo, out.inv_hi);
        out = bs_box_bounds(l, l->blocks, l->blocks_x, BS_BLOCK_LOG2, &box);
    }
    if (hull.b_z * out.inv_hi > BS_NEAR_CLIP) /* Z_dst = (1 / w - b_z) / a_z must stay positive */
        out.inv_hi = BS_NEAR_CLIP / hull.b_z;
    out.inv_lo = out.inv_lo < out.inv_hi ? out.inv_lo : out.inv_hi;
    if (!ok)
        return out;
    out.edge |= bs_hull_length(&hull, out.inv_lo, out.inv_hi) > BS_LONG_PX;
    /* A hair's breadth for what rounding does to a pixel's own line. */
    out.inside = box.x0 >= BS_HAIR_PX && box.y0 >= BS_HAIR_PX && box.x1 <= l->last_x - BS_HAIR_PX &&
                 box.y1 <= l->last_y - BS_HAIR_PX;
    return out;
}

#endif /* BS_BOUNDS_PX_H */
