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
#define BS_POSES 4

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

/* Lines p(w) of pixels that hold the lines of all pixels of a tile between them: a projective map keeps a
 * convex hull, be it that of a tile's four corners or, where each row has its own view, of a row's ends. */
typedef struct bs_hull {
    bs_line line[2 * BS_TILE * BS_POSES];
    int n;
    float b_z; /* largest of the views */
} bs_hull;

BS_PX int bs_hull_add(const bs_view *v, float x, float y, bs_hull *hull)
{
    hull->b_z = v->b[2] > hull->b_z ? v->b[2] : hull->b_z;
    return bs_line_of(v, x, y, &hull->line[hull->n++]);
}

/* Adds the lines of a tile at one pose; returns 0 where one of them sees nothing. */
BS_PX int bs_hull_tile(const bs_view *views, bs_rows rows, const bs_box *tile, bs_hull *hull)
{
    const int x0 = (int)tile->x0, y0 = (int)tile->y0, x1 = (int)tile->x1, y1 = (int)tile->y1;
    int ok = 1;

    if (rows.step_x)
        for (int x = x0; x <= x1; x++) {
            ok &= bs_hull_add(&views[x], (float)x, tile->y0, hull);
            ok &= bs_hull_add(&views[x], (float)x, tile->y1, hull);
        }
    else
        for (int y = y0; y <= y1; y += rows.step_y || y == y1 ? 1 : y1 - y0) {
            ok &= bs_hull_add(&views[y * rows.step_y], tile->x0, (float)y, hull);
            ok &= bs_hull_add(&views[y * rows.step_y], tile->x1, (float)y, hull);
        }
    return ok;
}

/* The box that the hull covers for w in [inv_lo, inv_hi]. */
BS_PX bs_box bs_hull_box(const bs_hull *hull, float inv_lo, float inv_hi)
{
    const bs_line *p = hull->line;
    bs_box out = { p->x0 + inv_lo * p->ex, p->y0 + inv_lo * p->ey, 0, 0 };

    out.x1 = out.x0;
    out.y1 = out.y0;
    for (int i = 0; i < hull->n; i++, p++)
        for (int s = 0; s < 2; s++) {
            const float w = s ? inv_hi : inv_lo, x = p->x0 + w * p->ex, y = p->y0 + w * p->ey;

            out.x0 = x < out.x0 ? x : out.x0;
            out.x1 = x > out.x1 ? x : out.x1;
            out.y0 = y < out.y0 ? y : out.y0;
            out.y1 = y > out.y1 ? y : out.y1;
        }
    return out;
}

/* Range of the blocks that a box touches, one pixel of margin for the neighbours that a cell reads; bicubic
 * reads a second one on the right and below, which the blocks themselves hold (bound_block in layers.c). */
BS_PX bs_bounds bs_box_bounds(const bs_layers *l, const bs_box *box)
{
    const int bx0 = bs_block_of(box->x0 - 1.0f, l->last_x), by0 = bs_block_of(box->y0 - 1.0f, l->last_y);
    const int bx1 = bs_block_of(box->x1 + 1.0f, l->last_x), by1 = bs_block_of(box->y1 + 1.0f, l->last_y);
    bs_bounds out = { l->inv_hi, l->inv_lo, 0, 0, 1 };

    for (int by = by0; by <= by1; by++)
        for (int bx = bx0; bx <= bx1; bx++) {
            const bs_block *b = &l->blocks[by * l->blocks_x + bx];

            out.inv_lo = b->inv_lo < out.inv_lo ? b->inv_lo : out.inv_lo;
            out.inv_hi = b->inv_hi > out.inv_hi ? b->inv_hi : out.inv_hi;
            out.edge |= b->edge;
            out.seen &= b->seen;
        }
    return out;
}

/* The longest of the hull's lines between its ends, pixels along an axis: all of the tile are no longer, for
 * e is linear in the place at infinity. */
BS_PX float bs_hull_length(const bs_hull *hull, float inv_lo, float inv_hi)
{
    float most = 0.0f;

    for (int i = 0; i < hull->n; i++) {
        const float ex = fabsf(hull->line[i].ex), ey = fabsf(hull->line[i].ey);

        most = ex > most ? ex : most;
        most = ey > most ? ey : most;
    }
    return most * (inv_hi - inv_lo);
}

/*
 * The bounds of all pixels of a tile at 'n' poses, 1 to BS_POSES, each of 'lines' views: from the frame's
 * range to the tile's, and once again.
 */
BS_PX bs_bounds bs_tile_bounds(const bs_layers *l, const bs_view *views, int n, int lines, bs_rows rows,
                               const bs_box *tile)
{
    bs_bounds out = { l->inv_lo, l->inv_hi, 1, 0, 0 };
    bs_hull hull;
    bs_box box;
    int ok = 1;

    hull.n = 0;
    hull.b_z = 0.0f;
    for (int i = 0; i < n; i++)
        ok &= bs_hull_tile(views + (size_t)i * (size_t)lines, rows, tile, &hull);
    for (int pass = 0; ok && pass < 2; pass++) {
        box = bs_hull_box(&hull, out.inv_lo, out.inv_hi);
        out = bs_box_bounds(l, &box);
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
