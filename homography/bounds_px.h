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
#include "homography/warp_px.h"

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
 * They come by fours, and sums over them are made of each of the four first: so compilers make vectors.
 */
typedef struct bs_hull {
    float x0[4 * BS_TILE * BS_POSES], y0[4 * BS_TILE * BS_POSES]; /* bs_line */
    float ex[4 * BS_TILE * BS_POSES], ey[4 * BS_TILE * BS_POSES];
    int n;
    float b_z; /* largest of the views */
} bs_hull;

/* Adds the lines of four pixels; returns 0 where one of them sees nothing. */
BS_PX int bs_hull_add(const bs_view *v, const float x[4], const float y[4], bs_hull *hull)
{
    const int n = hull->n;
    int ok = 1;

    for (int i = 0; i < 4; i++) {
        bs_line p;

        ok &= bs_line_of(v, x[i], y[i], &p);
        hull->x0[n + i] = p.x0;
        hull->y0[n + i] = p.y0;
        hull->ex[n + i] = p.ex;
        hull->ey[n + i] = p.ey;
    }
    hull->n = n + 4;
    hull->b_z = v->b[2] > hull->b_z ? v->b[2] : hull->b_z;
    return ok;
}

/* Adds the lines of a tile at one pose; returns 0 where one of them sees nothing. */
BS_PX int bs_hull_tile(const bs_view *views, bs_rows rows, const bs_box *tile, bs_hull *hull)
{
    float x[4] = { tile->x0, tile->x1, tile->x0, tile->x1 },
          y[4] = { tile->y0, tile->y0, tile->y1, tile->y1 };
    int ok = 1;

    if (!rows.step_x && !rows.step_y)
        return bs_hull_add(views, x, y, hull);
    if (rows.step_x)
        for (int i = (int)tile->x0; i <= (int)tile->x1; i++) {
            x[0] = x[1] = x[2] = x[3] = (float)i;
            ok &= bs_hull_add(&views[i], x, y, hull);
        }
    else
        for (int i = (int)tile->y0; i <= (int)tile->y1; i++) {
            y[0] = y[1] = y[2] = y[3] = (float)i;
            ok &= bs_hull_add(&views[i], x, y, hull);
        }
    return ok;
}

/* Widens x0[i], x1[i] to hold the lines' coordinates at w. */
BS_PX void bs_hull_widen(const float *at, const float *e, int n, float w, float lo[4], float hi[4])
{
    for (int k = 0; k < n; k += 4)
        for (int i = 0; i < 4; i++) {
            const float x = at[k + i] + w * e[k + i];

            lo[i] = bs_minf(x, lo[i]);
            hi[i] = bs_maxf(x, hi[i]);
        }
}

/* The box that the hull covers for w in [inv_lo, inv_hi]. */
BS_PX bs_box bs_hull_box(const bs_hull *hull, float inv_lo, float inv_hi)
{
    float x0[4], y0[4], x1[4], y1[4];
    bs_box out;

    for (int i = 0; i < 4; i++) {
        x0[i] = x1[i] = hull->x0[i] + inv_lo * hull->ex[i];
        y0[i] = y1[i] = hull->y0[i] + inv_lo * hull->ey[i];
    }
    bs_hull_widen(hull->x0, hull->ex, hull->n, inv_lo, x0, x1);
    bs_hull_widen(hull->x0, hull->ex, hull->n, inv_hi, x0, x1);
    bs_hull_widen(hull->y0, hull->ey, hull->n, inv_lo, y0, y1);
    bs_hull_widen(hull->y0, hull->ey, hull->n, inv_hi, y0, y1);
    out.x0 = bs_minf(bs_minf(x0[0], x0[1]), bs_minf(x0[2], x0[3]));
    out.y0 = bs_minf(bs_minf(y0[0], y0[1]), bs_minf(y0[2], y0[3]));
    out.x1 = bs_maxf(bs_maxf(x1[0], x1[1]), bs_maxf(x1[2], x1[3]));
    out.y1 = bs_maxf(bs_maxf(y1[0], y1[1]), bs_maxf(y1[2], y1[3]));
    return out;
}

/* The longest of the hull's lines between its ends, pixels along an axis: all of the tile are no longer, for
 * e is linear in the place at infinity. */
BS_PX float bs_hull_length(const bs_hull *hull, float inv_lo, float inv_hi)
{
    float most[4] = { 0, 0, 0, 0 };

    for (int n = 0; n < hull->n; n += 4)
        for (int i = 0; i < 4; i++)
            most[i] = bs_maxf(bs_maxf(fabsf(hull->ex[n + i]), fabsf(hull->ey[n + i])), most[i]);
    return bs_maxf(bs_maxf(most[0], most[1]), bs_maxf(most[2], most[3])) * (inv_hi - inv_lo);
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
    int ok = 1;

    hull.n = 0;
    hull.b_z = 0.0f;
    for (int i = 0; i < n; i++)
        ok &= bs_hull_tile(views + (size_t)i * (size_t)lines, rows, tile, &hull);
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
