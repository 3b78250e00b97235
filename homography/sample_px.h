/*
 * homography/sample_px.h - reading the layers of a frame between its pixels: depth, and colour times
 * coverage, bilinear or bicubic.  Part of the per-pixel rule of homography/warp_px.h.
 */
#ifndef BS_SAMPLE_PX_H
#define BS_SAMPLE_PX_H

#include <math.h>

#include "homography/api.h"
#include "homography/layers.h"

/* A point of the frame: the four texels around it, and where between them it lies. */
typedef struct bs_cell {
    int i;        /* offset of the upper left texel, in floats; the others follow by layers->dx, dy */
    float fx, fy; /* 0 to 1 */
    float x, y;   /* the point itself; outside the frame the cell sticks to the border */
} bs_cell;

typedef struct bs_texel {
    float v[4];
} bs_texel;

/* NaN becomes 'lo'. */
BS_PX float bs_clampf(float v, float lo, float hi)
{
    v = v > lo ? v : lo;
    return v < hi ? v : hi;
}

BS_PX bs_cell bs_cell_at(const bs_layers *l, float x, float y)
{
    const float xc = bs_clampf(x, 0.0f, l->last_x), yc = bs_clampf(y, 0.0f, l->last_y);
    /* The last column and row end the cell before them, so that every cell has four texels. */
    const int x0 = (int)(xc < l->cell_x ? xc : l->cell_x), y0 = (int)(yc < l->cell_y ? yc : l->cell_y);
    bs_cell c;

    c.i = 4 * x0 + l->stride * y0;
    c.fx = xc - (float)x0;
    c.fy = yc - (float)y0;
    c.x = x;
    c.y = y;
    return c;
}

BS_PX int bs_is_inside(const bs_layers *l, const bs_cell *c)
{
    return c->x >= -0.5f && c->y >= -0.5f && c->x < l->last_x + 0.5f && c->y < l->last_y + 0.5f;
}

/* Between a and b; equal ends give exactly that value, so a constant stays constant. */
BS_PX float bs_lerp(float a, float b, float f)
{
    return a + f * (b - a);
}

BS_PX float bs_blend(const bs_layers *l, const float *px, const bs_cell *c)
{
    const float *p = px + c->i, *q = p + l->dy;

    return bs_lerp(bs_lerp(p[0], p[l->dx], c->fx), bs_lerp(q[0], q[l->dx], c->fx), c->fy);
}

BS_PX bs_texel bs_blend4(const bs_layers *l, const float *px, const bs_cell *c)
{
    const float *p = px + c->i, *q = p + l->dy;
    bs_texel t;

    for (int k = 0; k < 4; k++)
        t.v[k] = bs_lerp(bs_lerp(p[k], p[k + l->dx], c->fx), bs_lerp(q[k], q[k + l->dx], c->fx), c->fy);
    return t;
}

/* Between b and c of four equally spaced values, by Catmull and Rom's cubic; exact for quadratics, and a
 * constant stays exactly constant. */
BS_PX float bs_cubic(float a, float b, float c, float d, float f)
{
    return b + 0.5f * f *
                   (c - a + f * (2.0f * (a - b) + 3.0f * (c - b) + (c - d) + f * (3.0f * (b - c) + d - a)));
}

/*
 * The same as bs_blend4() from the 16 texels around the point.  Beside a silhouette coverage may leave 0 to 1
 * like any colour; what passes is then taken back from behind (the share is below 0), so that the sum of the
 * layers is again the cubic of the frame.
 */
BS_PX bs_texel bs_blend16(const bs_layers *l, const float *px, const bs_cell *c)
{
    const int row = c->i / l->stride, col = (c->i - row * l->stride) / 4;
    const int left = col > 0 ? -4 : 0, right = (float)col < l->cell_x ? 2 * l->dx : l->dx;
    const int up = row > 0 ? -l->stride : 0, down = (float)row < l->cell_y ? 2 * l->dy : l->dy;
    const float *line[4] = { px + c->i + up, px + c->i, px + c->i + l->dy, px + c->i + down };
    bs_texel t;

    for (int k = 0; k < 4; k++) {
        float v[4];

        for (int r = 0; r < 4; r++) {
            const float *q = line[r] + k;

            v[r] = bs_cubic(q[left], q[0], q[l->dx], q[right], c->fx);
        }
        t.v[k] = bs_cubic(v[0], v[1], v[2], v[3], c->fy);
    }
    return t;
}

/* Whether 'bit' (BS_TORN, BS_SEEN) of layer 'layer' is set at texel 'i'. */
BS_PX int bs_has(const bs_layers *l, int i, int bit, int layer)
{
    return ((int)l->geom[i + 3] & bit << layer) != 0;
}

/* Offset of the texel closest to the point. */
BS_PX int bs_nearest(const bs_layers *l, const bs_cell *c)
{
    return c->i + (c->fx < 0.5f ? 0 : l->dx) + (c->fy < 0.5f ? 0 : l->dy);
}

/* Inverse depth of a layer: bilinear, nearest where the cell is torn. */
BS_PX float bs_inv_depth_at(const bs_layers *l, const bs_cell *c, int layer)
{
    if (bs_has(l, c->i, BS_TORN, layer))
        return l->geom[bs_nearest(l, c) + layer];
    return bs_blend(l, l->geom + layer, c);
}

/*
 * The same where depth is what is asked for: steps too small for the layers to be torn, for nothing moves
 * apart there, are not bridged either.  Bilinear where it says the same as the nearest texel to a
 * hundredth, or that texel's own slope, taken on the side away from the cell, predicts it; else nearest.
 */
BS_PX float bs_surface_at(const bs_layers *l, const bs_cell *c, int layer)
{
    const int i = bs_nearest(l, c), row = i / l->stride, col = (i - row * l->stride) / 4;
    const int right = c->fx >= 0.5f, below = c->fy >= 0.5f; /* where in its cell the texel is */
    const int has_x = right ? (float)col < l->last_x : col > 0,
              has_y = below ? (float)row < l->last_y : row > 0;
    const float near = l->geom[i + layer], w = bs_inv_depth_at(l, c, layer);
    const float beside = has_x ? l->geom[i + layer + (right ? 4 : -4)] : near;
    const float above = has_y ? l->geom[i + layer + (below ? l->stride : -l->stride)] : near;
    const float slope =
        (right ? 1.0f - c->fx : c->fx) * (near - beside) + (below ? 1.0f - c->fy : c->fy) * (near - above);

    if (fabsf(w - near) <= 0.01f * near || fabsf(near + slope - w) < 0.5f * fabsf(w - near))
        return w;
    return near;
}

#endif /* BS_SAMPLE_PX_H */
