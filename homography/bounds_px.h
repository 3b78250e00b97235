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

/* The box that p(w) of a tile's four corner pixels covers for w in [inv_lo, inv_hi]; it holds the lines of
 * all pixels between, for a projective map keeps a rectangle's convex hull.  Returns 0 where a corner sees
 * nothing. */
BS_PX int bs_tile_box(const bs_view *v, const bs_box *tile, float inv_lo, float inv_hi, bs_box *out)
{
    const float *H = v->H_inf;

    for (int c = 0; c < 4; c++) {
        const float x = c & 1 ? tile->x1 : tile->x0, y = c & 2 ? tile->y1 : tile->y0;
        const float az = H[6] * x + H[7] * y + H[8];
        float px, py, ex, ey;

        if (!(az > BS_MIN_AZ))
            return 0;
        px = (H[0] * x + H[1] * y + H[2]) / az;
        py = (H[3] * x + H[4] * y + H[5]) / az;
        ex = v->b[0] - px * v->b[2];
        ey = v->b[1] - py * v->b[2];
        for (int s = 0; s < 2; s++) {
            const float w = s ? inv_hi : inv_lo, sx = px + w * ex, sy = py + w * ey;

            out->x0 = (!c && !s) || sx < out->x0 ? sx : out->x0;
            out->x1 = (!c && !s) || sx > out->x1 ? sx : out->x1;
            out->y0 = (!c && !s) || sy < out->y0 ? sy : out->y0;
            out->y1 = (!c && !s) || sy > out->y1 ? sy : out->y1;
        }
    }
    return 1;
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
BS_PX bs_bounds bs_tile_bounds(const bs_layers *l, const bs_view *v, const bs_box *tile)
{
    bs_bounds out = { l->inv_lo, l->inv_hi, 1 };
    bs_box box;

    for (int pass = 0; pass < 2; pass++) {
        if (!bs_tile_box(v, tile, out.inv_lo, out.inv_hi, &box))
            return out;
        out = bs_box_bounds(l, &box);
    }
    return out;
}

#endif /* BS_BOUNDS_PX_H */
