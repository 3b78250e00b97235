/*
 * homography/warp_px.h - the one definition of what the moving camera sees at a pixel.
 *
 * Let X_src = R X_dst + T take points of the moving camera (dst) to the camera of the sharp frame (src),
 * and q be a pixel of the moving camera.  With a = K R K^-1 q, b = K T, p_inf = a_xy / a_z and e = b_xy -
 * p_inf b_z, the pixel of the sharp frame that shows the point seen at q, if that point has inverse depth
 * w = 1 / Z_src in the sharp frame, is
 *
 *     p(w) = p_inf + w e          (K X_src = Z_dst a + b;  Z_src = Z_dst a_z + b_z;  eliminate Z_dst)
 *
 * a straight line, exact for any motion: the inverse of the per-pixel homography K (R + T n^T / d) K^-1.
 * Nearness to the moving camera grows with w, so what it sees is the first crossing W(p(w)) >= w of the
 * frame's inverse depth W, walking w from near to far.  Crossing a silhouette from outside is passing
 * behind it: the walk goes on against the next layer until it lands there or comes out on the other side.
 */
#ifndef BS_WARP_PX_H
#define BS_WARP_PX_H

#include <math.h>

#include "homography/api.h"
#include "homography/layers.h"
#include "homography/sample_px.h"

/* One pose of the exposure as the pixels see it, 1/m and pixels; made on the host in double precision. */
typedef struct bs_view {
    float H_inf[9]; /* K R K^-1, row-major: destination pixel to source pixel at infinity */
    float b[3];     /* K T */
} bs_view;

/* Where along its line a pixel has to look. */
typedef struct bs_bounds {
    float inv_lo, inv_hi; /* 1/m: every surface the line can meet lies between */
    int edge;             /* 0: one smooth surface and no coverage below 1 */
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

/* What a walk asks for: the light, all layers of it; or the surface alone that more than half of the light
 * comes from, its inverse depth in v[0] of bs_light.  A constant wherever it is passed, so that each question
 * compiles to its own walk. */
#define BS_ASK_LIGHT 0
#define BS_ASK_SURFACE 1

/* Poses that turn a pixel's ray to or beyond the image plane of the sharp frame see nothing of it. */
#define BS_MIN_AZ 1e-3f
/* Surfaces nearer to the moving camera than 1/1000 of their distance to the sharp camera are behind it. */
#define BS_NEAR_CLIP 0.999f
/* Remaining transmittance below this is opaque: a quarter of a step of a 10-bit encoding. */
#define BS_OPAQUE 2e-4f
/* Lines over one smooth surface up to BS_TINY_PX long need one fixed-point step, up to BS_SHORT_PX two, up
 * to BS_LONG_PX three; a last step above BS_SETTLED px (the next would be smaller again) sends the pixel
 * on the walk instead. */
#define BS_TINY_PX 0.2f
#define BS_SHORT_PX 1.5f
#define BS_LONG_PX 8.0f
#define BS_SETTLED 0.1f

BS_PX bs_cell bs_cell_on(const bs_layers *l, const bs_line *p, float w)
{
    return bs_cell_at(l, p->x0 + w * p->ex, p->y0 + w * p->ey);
}

/* Notes the surface of a layer; returns the share of light that passes it. */
BS_PX float bs_note(const bs_layers *l, const bs_cell *c, int layer, float share, bs_light *out)
{
    out->v[0] = bs_surface_at(l, c, layer);
    out->seen = (float)bs_is_seen(l, c, layer);
    return share * (1.0f - bs_blend_cover(l, c, layer));
}

/* Adds what a layer covers; returns the share of light that passes it (bicubic: a little below 0, or above
 * 1, beside silhouettes). */
BS_PX float bs_add(const bs_layers *l, const bs_cell *c, int layer, float share, int ask, bs_light *out)
{
    bs_texel t;

    if (ask == BS_ASK_SURFACE)
        return bs_note(l, c, layer, share, out);
    t = l->bicubic ? bs_blend16(l, c, layer) : bs_blend4(l, c, layer);
    for (int k = 0; k < 4; k++)
        out->v[k] += share * t.v[k];
    if (bs_is_seen(l, c, layer))
        out->seen += share * t.v[3];
    return share * (1.0f - t.v[3]);
}

/*
 * The crossing of layer 'layer' between w_near, in front of it, and w_far, on or behind it by f_far >= 0,
 * about a pixel apart: halved once (the chord of a bent surface is then good to a hundredth of a pixel),
 * the chord, and one step of w <- W(p(w)), which converges by the surface's slope.  '*hit' is the place.
 * Returns 0 if the line has not met a surface there but passed its silhouette: the cell is torn, or the
 * surface that shows up lies nearer than where the line came from.
 */
BS_PX int bs_cross(const bs_layers *l, const bs_line *p, int layer, float w_near, float w_far, float f_far,
                   bs_cell *hit)
{
    float w = 0.5f * (w_near + w_far), f;

    *hit = bs_cell_on(l, p, w);
    f = bs_inv_depth_at(l, hit, layer) - w;
    if (f < 0.0f) {
        w_near = w;
    } else {
        w_far = w;
        f_far = f;
        *hit = bs_cell_on(l, p, w_near);
        f = bs_inv_depth_at(l, hit, layer) - w_near;
    }
    w = f < 0.0f ? w_far + (w_near - w_far) * (f_far / (f_far - f)) : w_near;
    *hit = bs_cell_on(l, p, w);
    if (bs_is_torn(l, hit, layer))
        return 0;
    w = bs_blend_inv(l, hit, layer);
    if (w > w_near)
        return 0;
    *hit = bs_cell_on(l, p, bs_clampf(w, w_far, w_near));
    return !bs_is_torn(l, hit, layer);
}

/* A coordinate's block, clamped to the frame. */
BS_PX int bs_block_of(float v, int side)
{
    return (int)bs_clampf(v, 0.0f, (float)(side - 1)) / BS_BLOCK;
}

/* The inverse depth at which a line coordinate x0 + w e, moving as w falls, leaves block 'i'; 0 if it
 * never does. */
BS_PX float bs_block_exit(float x0, float e, int i, int n_blocks)
{
    if (e > 0.0f && i > 0) /* the coordinate falls with w */
        return ((float)(i * BS_BLOCK) - 0.01f - x0) / e;
    if (e < 0.0f && i + 1 < n_blocks)
        return ((float)((i + 1) * BS_BLOCK) + 0.01f - x0) / e;
    return 0.0f;
}

/*
 * How far the walk may jump from w: within a block nothing is nearer than the block's nearest surface, so
 * it goes on there, or where the line leaves the block, whichever comes first.
 */
BS_PX float bs_jump(const bs_layers *l, const bs_line *p, float w)
{
    const int bx = bs_block_of(p->x0 + w * p->ex, l->width), by = bs_block_of(p->y0 + w * p->ey, l->height);
    const float nearest = l->blocks[by * l->blocks_x + bx].inv_hi;
    float exit_x, exit_y, out;

    if (nearest >= w)
        return w;
    exit_x = bs_block_exit(p->x0, p->ex, bx, l->blocks_x);
    exit_y = bs_block_exit(p->y0, p->ey, by, l->blocks_y);
    out = exit_x > exit_y ? exit_x : exit_y;
    out = out > nearest ? out : nearest;
    return out < w ? out : w;
}

/* A walk from near to far along a line. */
typedef struct bs_walk {
    float w, step; /* where it is, and a pixel's way, 1/m */
    float w_near;  /* the last place in front of the layer that is waited for */
    int behind;    /* layers passed: waiting for the next one, or to come out again */
    float share;   /* of the light that nothing has covered so far */
} bs_walk;

/* Leaps over all that holds no surface; a pixel before the landing is in front of them all as well. */
BS_PX void bs_leap(const bs_layers *l, const bs_line *p, float inv_lo, float inv_hi, bs_walk *k)
{
    float jump = bs_jump(l, p, k->w);

    if (!(jump < k->w))
        return;
    while (jump < k->w && jump > inv_lo) {
        k->w = jump;
        jump = bs_jump(l, p, jump);
    }
    k->w = jump > inv_lo ? jump : inv_lo;
    k->w_near = k->w + k->step < inv_hi ? k->w + k->step : inv_hi;
}

/*
 * What happens at k->w, where the line is at 'c': meets or passes the layers that it was in front of so far.
 * Returns 1 when nothing of the pixel is left to be seen.
 */
BS_PX int bs_meet(const bs_layers *l, const bs_line *p, const bs_cell *c, bs_walk *k, int ask, bs_light *out)
{
    const float opaque = ask == BS_ASK_SURFACE ? 0.5f : BS_OPAQUE;

    for (int layer = 0; layer < BS_LAYERS; layer++) {
        const float f = bs_inv_depth_at(l, c, layer) - k->w;
        const int last = layer + 1 == BS_LAYERS;
        bs_cell hit;

        if (f < 0.0f) {
            k->behind = layer;
            return 0;
        }
        if (layer < k->behind)
            continue;
        /* A place on a tear of the last layer is good as well: between its two sides. */
        if (bs_cross(l, p, layer, k->w_near, k->w, f, &hit) || last)
            k->share = bs_add(l, &hit, layer, k->share, ask, out);
        if (last || fabsf(k->share) < opaque)
            return 1;
    }
    return 1;
}

/* The walk where the line may meet edges, from inv_hi down to inv_lo. */
BS_PX void bs_march(const bs_layers *l, const bs_line *p, float inv_lo, float inv_hi, int ask, bs_light *out)
{
    const float px = fabsf(p->ex) > fabsf(p->ey) ? fabsf(p->ex) : fabsf(p->ey); /* for each 1/m */
    bs_walk k = { inv_hi, inv_hi - inv_lo, inv_hi, 0, 1.0f };
    bs_cell c;

    if (px * k.step > 1.0f)
        k.step = 1.0f / px;
    for (;;) {
        if (!k.behind)
            bs_leap(l, p, inv_lo, inv_hi, &k);
        c = bs_cell_on(l, p, k.w);
        if (bs_meet(l, p, &c, &k, ask, out))
            return;
        k.w_near = k.w;
        if (!(k.w > inv_lo))
            break;
        /* A step lost to rounding must not stop the walk. */
        k.w = k.w - k.step < k.w && k.w - k.step > inv_lo ? k.w - k.step : inv_lo;
    }
    (void)bs_add(l, &c, BS_LAYERS - 1, k.share, ask, out);
}

/*
 * Narrows '*lo' to '*hi' to where a coordinate x0 + w e lies within a pixel of the frame.  Returns 0 if it
 * never does.
 */
BS_PX int bs_clip_axis(float x0, float e, float last, float *lo, float *hi)
{
    const float a = (-1.0f - x0) / e, b = (last + 1.0f - x0) / e;

    if (e == 0.0f)
        return x0 >= -1.0f && x0 <= last + 1.0f;
    *lo = e > 0.0f ? (a > *lo ? a : *lo) : (b > *lo ? b : *lo);
    *hi = e > 0.0f ? (b < *hi ? b : *hi) : (a < *hi ? a : *hi);
    return *lo <= *hi;
}

/*
 * The walk over the part of the line that lies on the frame: no longer than the frame is, however fast the
 * camera and near the surface.  A line beside the frame takes the border's colour.
 */
BS_PX void bs_walk_frame(const bs_layers *l, const bs_line *p, float inv_lo, float inv_hi, int ask,
                         bs_light *out)
{
    float lo = inv_lo, hi = inv_hi;

    if (bs_clip_axis(p->x0, p->ex, l->last_x, &lo, &hi) && bs_clip_axis(p->y0, p->ey, l->last_y, &lo, &hi)) {
        bs_march(l, p, lo, hi, ask, out);
    } else {
        const bs_cell c = bs_cell_on(l, p, inv_lo);

        (void)bs_add(l, &c, BS_LAYERS - 1, 1.0f, ask, out);
    }
}

/*
 * One smooth surface: fixed-point steps w <- W(p(w)), which converge by the product of the surface's slope
 * and the parallax.  Returns 0 if they did not.
 */
BS_PX int bs_settle(const bs_layers *l, const bs_line *p, float inv_lo, float inv_hi, float len_px, int ask,
                    bs_light *out)
{
    const int steps = len_px <= BS_TINY_PX ? 1 : len_px <= BS_SHORT_PX ? 2 : 3;
    float w = 0.5f * (inv_lo + inv_hi), last = w;
    bs_cell c = bs_cell_on(l, p, w);

    for (int i = 0; i < steps; i++) {
        last = w;
        w = bs_clampf(bs_blend_inv(l, &c, 0), inv_lo, inv_hi);
        c = bs_cell_on(l, p, w);
    }
    if (fabsf(w - last) * len_px > BS_SETTLED * (inv_hi - inv_lo))
        return 0;
    (void)bs_add(l, &c, 0, 1.0f, ask, out);
    return 1;
}

/* What the camera at 'view' sees at pixel (x, y), as far as is asked. */
BS_PX bs_light bs_look_px(const bs_layers *l, const bs_view *view, const bs_bounds *bounds, float x, float y,
                          int ask)
{
    const float *H = view->H_inf;
    const float az = H[6] * x + H[7] * y + H[8];
    bs_light out = { { 0.0f, 0.0f, 0.0f, 0.0f }, 0.0f };
    float inv_hi = bounds->inv_hi, inv_lo, inv_az, len_x, len_y;
    bs_line p;

    if (!(az > BS_MIN_AZ)) { /* never seen; the border's colour keeps the picture whole */
        const bs_cell c = bs_cell_at(l, x, y);

        (void)bs_add(l, &c, BS_LAYERS - 1, 1.0f, ask, &out);
        out.seen = 0.0f;
        return out;
    }
    inv_az = 1.0f / az;
    p.x0 = (H[0] * x + H[1] * y + H[2]) * inv_az;
    p.y0 = (H[3] * x + H[4] * y + H[5]) * inv_az;
    p.ex = view->b[0] - p.x0 * view->b[2];
    p.ey = view->b[1] - p.y0 * view->b[2];
    if (view->b[2] * inv_hi > BS_NEAR_CLIP) /* Z_dst = (1 / w - b_z) / a_z must stay positive */
        inv_hi = BS_NEAR_CLIP / view->b[2];
    inv_lo = bounds->inv_lo < inv_hi ? bounds->inv_lo : inv_hi;
    len_x = fabsf(p.ex) * (inv_hi - inv_lo);
    len_y = fabsf(p.ey) * (inv_hi - inv_lo);
    len_x = len_x > len_y ? len_x : len_y;
    if (bounds->edge || len_x > BS_LONG_PX || !bs_settle(l, &p, inv_lo, inv_hi, len_x, ask, &out))
        bs_walk_frame(l, &p, inv_lo, inv_hi, ask, &out);
    return out;
}

/* The light that the camera at 'view' sees at pixel (x, y). */
BS_PX bs_light bs_warp_px(const bs_layers *l, const bs_view *view, const bs_bounds *bounds, float x, float y)
{
    return bs_look_px(l, view, bounds, x, y, BS_ASK_LIGHT);
}

#endif /* BS_WARP_PX_H */
