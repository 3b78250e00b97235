/*
 * homography/line_px.h - where in the sharp frame a pixel of the moving camera has to look: along a line.
 *
 * Let X_src = R X_dst + T take points of the moving camera (dst) to the camera of the sharp frame (src),
 * and q be a pixel of the moving camera.  With a = K R K^-1 q, b = K T, p_inf = a_xy / a_z and e = b_xy -
 * p_inf b_z, the pixel of the sharp frame that shows the point seen at q, if that point has inverse depth
 * w = 1 / Z_src in the sharp frame, is
 *
 *     p(w) = p_inf + w e          (K X_src = Z_dst a + b;  Z_src = Z_dst a_z + b_z;  eliminate Z_dst)
 *
 * a straight line, exact for any motion: the inverse of the per-pixel homography K (R + T n^T / d) K^-1.
 */
#ifndef BS_LINE_PX_H
#define BS_LINE_PX_H

#include <math.h>

#include "homography/api.h"
#include "homography/layers.h"
#include "homography/sample_px.h"

/* One pose of the exposure as the pixels see it, 1/m and pixels; made on the host in double precision. */
typedef struct bs_view {
    float H_inf[9]; /* K R K^-1, row-major: destination pixel to source pixel at infinity */
    float b[3];     /* K T */
} bs_view;

/* Where along their lines the pixels of a tile have to look. */
typedef struct bs_bounds {
    float inv_lo, inv_hi; /* 1/m: every surface that a line can meet lies between */
    int edge;             /* 0: one smooth surface, no coverage below 1, and lines not long */
    int inside;           /* 1: all of every line lies on the frame */
    int seen;             /* 1: the frame saw all that layer 0 has there */
} bs_bounds;

/* What is seen: linear RGB, the share of it that the sharp frame really saw, and the share that is known at
 * all (below 1 only where the background was left unfilled). */
typedef struct bs_light {
    float v[4]; /* red, green, blue, known share */
    float seen;
} bs_light;

typedef struct bs_line { /* p(w) = (x0 + w ex, y0 + w ey) */
    float x0, y0, ex, ey;
} bs_line;

/* Poses that turn a pixel's ray to or beyond the image plane of the sharp frame see nothing of it. */
#define BS_MIN_AZ 1e-3f
/* Surfaces nearer to the moving camera than 1/1000 of their distance to the sharp camera are behind it. */
#define BS_NEAR_CLIP 0.999f
/* Remaining transmittance below this is opaque: a quarter of a step of a 10-bit encoding. */
#define BS_OPAQUE 2e-4f
/* Lines over one smooth surface are searched by fixed-point steps if they are no longer than BS_LONG_PX, up to
 * BS_STEPS of them: good when the last one, of which the next would be a small part, is BS_SETTLED px. */
#define BS_LONG_PX 8.0f
#define BS_STEPS 3
#define BS_SETTLED 0.05f
/* The same beside edges in layer 0, for as far as no edge can lie between; behind it lines may be long.  With 3 px
 * some light leaks where bars cross, with 4 thin poles lose up to 2 dB. */
#define BS_LAND_PX 2.0f

/* The line of pixel (x, y); returns 0 if its ray does not meet the frame's image plane. */
BS_PX int bs_line_of(const bs_view *view, float x, float y, bs_line *p)
{
    const float *H = view->H_inf;
    const float az = H[6] * x + (H[7] * y + H[8]), inv_az = 1.0f / az;

    p->x0 = (H[0] * x + (H[1] * y + H[2])) * inv_az;
    p->y0 = (H[3] * x + (H[4] * y + H[5])) * inv_az;
    p->ex = view->b[0] - p->x0 * view->b[2];
    p->ey = view->b[1] - p->y0 * view->b[2];
    return az > BS_MIN_AZ;
}

/* A pixel's way along a line, px for each 1/m. */
BS_PX float bs_line_px(const bs_line *p)
{
    const float ex = fabsf(p->ex), ey = fabsf(p->ey);

    return ex > ey ? ex : ey;
}

BS_PX bs_cell bs_cell_on(const bs_layers *l, const bs_line *p, float w)
{
    return bs_cell_at(l, p->x0 + w * p->ex, p->y0 + w * p->ey);
}

/* A coordinate's block, clamped to the frame. */
BS_PX int bs_block_of(float v, float last)
{
    return (int)bs_clampf(v, 0.0f, last) / BS_BLOCK;
}

#endif /* BS_LINE_PX_H */
