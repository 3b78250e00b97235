/*
 * homography/sample_px.h - reading the layers of a frame between its pixels: depth, and colour times
 * coverage, bilinear or bicubic.  Part of the per-pixel rule of homography/warp_px.h.
 */
#ifndef BS_SAMPLE_PX_H
#define BS_SAMPLE_PX_H

#include <math.h>
#include <stddef.h>

#include "homography/api.h"
#include "homography/layers.h"

/* A point of the frame: the four texels around it, and where between them it lies. */
typedef struct bs_cell {
    int i;        /* texel at the upper left; the others follow at 1, stride and stride + 1 */
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
    const int x0 = (int)xc, y0 = (int)yc;
    bs_cell c;

    c.i = y0 * l->stride + x0;
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

/* Depth of a layer between its texels, torn or not. */
BS_PX float bs_blend_inv(const bs_layers *l, const bs_cell *c, int layer)
{
    const float *p = l->inv[layer] + c->i, *q = p + l->stride;

    return bs_lerp(bs_lerp(fabsf(p[0]), fabsf(q[0]), c->fy), bs_lerp(fabsf(p[1]), fabsf(q[1]), c->fy), c->fx);
}

/* Coverage of a layer alone. */
BS_PX float bs_blend_cover(const bs_layers *l, const bs_cell *c, int layer)
{
    const float *p = l->light[layer] + 4 * (size_t)c->i + 3, *q = p + 4 * (size_t)l->stride;

    return bs_lerp(bs_lerp(p[0], q[0], c->fy), bs_lerp(p[4], q[4], c->fy), c->fx);
}

/* Four floats: where a device reads them they begin at a multiple of 16 bytes, and it does so at once. */
BS_PX bs_texel bs_texel_load(const float *p)
{
    bs_texel t;
#ifdef __CUDA_ARCH__
    const float4 v = *(const float4 *)p;

    t.v[0] = v.x;
    t.v[1] = v.y;
    t.v[2] = v.z;
    t.v[3] = v.w;
#else
    for (int k = 0; k < 4; k++)
        t.v[k] = p[k];
#endif
    return t;
}

BS_PX bs_texel bs_blend4(const bs_layers *l, const bs_cell *c, int layer)
{
    const float *p = l->light[layer] + 4 * (size_t)c->i, *q = p + 4 * (size_t)l->stride;
    const bs_texel p0 = bs_texel_load(p), p1 = bs_texel_load(p + 4);
    const bs_texel q0 = bs_texel_load(q), q1 = bs_texel_load(q + 4);
    bs_texel t;

    for (int k = 0; k < 4; k++)
        t.v[k] = bs_lerp(bs_lerp(p0.v[k], q0.v[k], c->fy), bs_lerp(p1.v[k], q1.v[k], c->fy), c->fx);
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
BS_PX bs_texel bs_blend16(const bs_layers *l, const bs_cell *c, int layer)
{
    const ptrdiff_t row = 4 * (ptrdiff_t)l->stride;
    const float *p = l->light[layer] + 4 * (ptrdiff_t)c->i - row - 4;
    bs_texel t, v[4];

    for (int r = 0; r < 4; r++) {
        const float *q = p + r * row;
        const bs_texel t0 = bs_texel_load(q), t1 = bs_texel_load(q + 4);
        const bs_texel t2 = bs_texel_load(q + 8), t3 = bs_texel_load(q + 12);

        for (int k = 0; k < 4; k++)
            v[r].v[k] = bs_cubic(t0.v[k], t1.v[k], t2.v[k], t3.v[k], c->fx);
    }
    for (int k = 0; k < 4; k++) {
        t.v[k] = bs_cubic(v[0].v[k], v[1].v[k], v[2].v[k], v[3].v[k], c->fy);
    }
    return t;
}

/* Whether the cell is torn in a layer. */
BS_PX int bs_is_torn(const bs_layers *l, const bs_cell *c, int layer)
{
    return signbit(l->inv[layer][c->i]) != 0;
}

/* The texel closest to the point. */
BS_PX int bs_nearest(const bs_layers *l, const bs_cell *c)
{
    return c->i + (c->fx < 0.5f ? 0 : 1) + (c->fy < 0.5f ? 0 : l->stride);
}

/* Whether the frame saw what the layer shows at the point. */
BS_PX int bs_is_seen(const bs_layers *l, const bs_cell *c, int layer)
{
    return bs_is_inside(l, c) && l->bits[bs_nearest(l, c)] >> layer & 1;
}

/* 1 to 0 from a coordinate's last texels on the frame to those beside them. */
BS_PX float bs_on_axis(float x, float last)
{
    return bs_maxf(1.0f - bs_maxf(bs_maxf(-x, x - last), 0.0f), 0.0f);
}

/* The share of what the layer shows at the point that the frame saw, 0 to 1: bilinear, of texels seen. */
BS_PX float bs_seen_at(const bs_layers *l, const bs_cell *c, int layer)
{
    const uint8_t *p = l->bits + c->i, *q = p + l->stride;
    const float p0 = (float)(p[0] >> layer & 1), p1 = (float)(p[1] >> layer & 1);
    const float q0 = (float)(q[0] >> layer & 1), q1 = (float)(q[1] >> layer & 1);

    return bs_lerp(bs_lerp(p0, q0, c->fy), bs_lerp(p1, q1, c->fy), c->fx) *
           (bs_on_axis(c->x, l->last_x) * bs_on_axis(c->y, l->last_y));
}

/* Whether a layer is whole there: BS_TEXEL_WHOLE. */
BS_PX int bs_is_whole(const bs_layers *l, const bs_cell *c, int layer)
{
    return (l->bits[c->i] & BS_TEXEL_WHOLE << layer) != 0;
}

/* Inverse depth of a layer: bilinear, nearest where the cell is torn. */
BS_PX float bs_inv_depth_at(const bs_layers *l, const bs_cell *c, int layer)
{
    return bs_is_torn(l, c, layer) ? fabsf(l->inv[layer][bs_nearest(l, c)]) : bs_blend_inv(l, c, layer);
}

/*
 * The same where depth is what is asked for: steps too small for the layers to be torn, for nothing moves
 * apart there, are not bridged either.  Bilinear where it says the same as the nearest texel to a
 * hundredth, or that texel's own slope, taken on the side away from the cell, predicts it; else nearest.
 */
BS_PX float bs_surface_at(const bs_layers *l, const bs_cell *c, int layer)
{
    const int right = c->fx >= 0.5f, below = c->fy >= 0.5f; /* where in its cell the texel is */
    const float *at = l->inv[layer] + bs_nearest(l, c);
    const float near = fabsf(at[0]), w = bs_inv_depth_at(l, c, layer);
    const float beside = fabsf(at[right ? 1 : -1]), above = fabsf(at[below ? l->stride : -l->stride]);
    const float slope =
        (right ? 1.0f - c->fx : c->fx) * (near - beside) + (below ? 1.0f - c->fy : c->fy) * (near - above);

    if (fabsf(w - near) <= 0.01f * near || fabsf(near + slope - w) < 0.5f * fabsf(w - near))
        return w;
    return near;
}

#endif /* BS_SAMPLE_PX_H */
