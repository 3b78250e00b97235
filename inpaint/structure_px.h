/*
 * inpaint/structure_px.h - which way edges and texture run, so that what is continued can follow them.
 *
 * The known part of a window gives a structure tensor; its larger eigenvector points across the structure.
 * Neighbours along it then count more than neighbours across it (coherence transport, Bornemann and Maerz,
 * "Fast image inpainting based on coherence transport", J. Math. Imaging Vis. 28, 2007, with rational
 * weights in place of their exponential).  Internal to inpaint/.
 */
#ifndef BS_STRUCTURE_PX_H
#define BS_STRUCTURE_PX_H

#include <math.h>

#include "homography/api.h"

/* Half the side of the window that a far pixel is told from, pixels. */
#define BS_REACH 2
#define BS_SIDE (2 * BS_REACH + 1)

/* Where the window is all structure, a step across it counts as sqrt(1 + this) steps along it.  From 16 to
 * 150 all is within 0.1 dB; 0 costs up to 0.5 dB where the background is uncovered. */
#define BS_ACROSS 64.0f

typedef struct bs_tensor {
    float xx, xy, yy;
} bs_tensor;

typedef struct bs_across {
    float x, y; /* unit vector across the structure */
    float more; /* 0: no direction; BS_ACROSS: one direction only */
} bs_across;

/* Adds the gradient between four known colours of a cell whose middle is (u, v) from the window's. */
BS_PX void bs_tensor_add(bs_tensor *t, float u, float v, const float *p00, const float *p10, const float *p01,
                         const float *p11)
{
    const float w = 1.0f / (4.0f + u * u + v * v);

    for (int c = 0; c < 3; c++) {
        const float fall = p11[c] - p00[c], rise = p10[c] - p01[c], gx = fall + rise, gy = fall - rise;

        t->xx += w * gx * gx;
        t->xy += w * gx * gy;
        t->yy += w * gy * gy;
    }
}

BS_PX void bs_tensor_join(bs_tensor *t, const bs_tensor *other)
{
    t->xx += other->xx;
    t->xy += other->xy;
    t->yy += other->yy;
}

BS_PX bs_tensor bs_tensor_part(const bs_tensor *t, float share)
{
    const bs_tensor part = { share * t->xx, share * t->xy, share * t->yy };

    return part;
}

/* 'noise' is the trace of a tensor that noise alone would make. */
BS_PX bs_across bs_across_of(const bs_tensor *t, float noise)
{
    const float half = 0.5f * (t->xx - t->yy), root = sqrtf(half * half + t->xy * t->xy);
    bs_across a = { half > 0 ? half + root : t->xy, half > 0 ? t->xy : root - half, 0 };
    const float len = sqrtf(a.x * a.x + a.y * a.y);

    if (!(len > 0))
        return a;
    a.x /= len;
    a.y /= len;
    a.more = 2 * root / (t->xx + t->yy + noise);
    a.more *= BS_ACROSS * a.more;
    return a;
}

/* Weight of a neighbour (dx, dy), not (0, 0): falls with the fourth power of the distance. */
BS_PX float bs_weight(const bs_across *a, int dx, int dy)
{
    const float s = a->x * (float)dx + a->y * (float)dy, d2 = (float)(dx * dx + dy * dy) + a->more * s * s;

    return 1.0f / (d2 * d2);
}

#endif /* BS_STRUCTURE_PX_H */
