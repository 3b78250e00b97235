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

/* Side of a tile of destination pixels. */
#define BS_TILE 8

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
    bs_line line[2 * BS_TILE];
    int n;
} bs_hull;

BS_PX int bs_hull_add(const bs_view *v, float x, float y, bs_hull *hull)
{
    const float *H = v->H_inf;
    const float az = H[6] * x + H[7] * y + H[8];
    bs_line *p = &hull->line[hull->n++];

    if (!(az > BS_MIN_AZ))
        return 0;
    p->x0 = (H[0] * x + H[1] * y + H[2]) / az;
    p->y0 = (H[3] * x + H[4] * y + H[5]) / az;
    p->ex = v->b[0] - p->x0 * v->b[2];
    p->ey = v->b[1] - p->y0 * v->b[2];
    return 1;
}

/* Returns 0 where one of them sees nothing. */
BS_PX int bs_tile_hull(const bs_view *views, bs_rows rows, const bs_box *tile, bs_hull *hull)
{
    const int x0 = (int)tile->x0, y0 = (int)tile->y0, x1 = (int)tile->x1, y1 = (int)tile->y1;
    int ok = 1;

    hull->n = 0;
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
    const int bx0 = bs_block_of(box->x0 - 1.0f, l->width);
    const int by0 = bs_block_of(box->y0 - 1.0f, l->height);
    const int bx1 = bs_block_of(box->x1 + 1.0f, l->width);
    const int by1 = bs_block_of(box->y1 + 1.0f, l->height);
    bs_bounds out = { l->inv_hi, l->inv_lo, 0 };

    for (int by = by0; by <= by1; by++)
        for (int bx = bx0; bx <= bx1; bx++) {
            const bs_block *b = &l->blocks[by * l->blocks_x + bx];

            out.inv_lo = b->inv_lo < out.inv_lo ? b->inv_lo : out.inv_lo;
            out.inv_hi = b->inv_hi > out.inv_hi ? b->inv_hi : out.inv_hi;
            out.edge |= b->edge;
        }
    return out;
}

/* The bounds of all pixels of a tile at one pose: from the frame's range to the tile's, and once again. */
BS_PX bs_bounds bs_tile_bounds(const bs_layers *l, const bs_view *views, bs_rows rows, const bs_box *tile)
{
    bs_bounds out = { l->inv_lo, l->inv_hi, 1 };
    bs_hull hull;

    if (!bs_tile_hull(views, rows, tile, &hull))
        return out;
    for (int pass = 0; pass < 2; pass++) {
        const bs_box box = bs_hull_box(&hull, out.inv_lo, out.inv_hi);

        out = bs_box_bounds(l, &box);
    }
    return out;
}

#endif /* BS_BOUNDS_PX_H */
