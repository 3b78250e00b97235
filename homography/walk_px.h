/*
 * homography/walk_px.h - the walk along a line that may meet edges, from near to far.
 *
 * Nearness to the moving camera grows with w, so what it sees is the first crossing W(p(w)) >= w of the
 * frame's inverse depth W.  Crossing a silhouette from outside is passing behind it: the walk goes on against
 * the next layer until it lands there or comes out on the other side.
 */
#ifndef BS_WALK_PX_H
#define BS_WALK_PX_H

#include "homography/line_px.h"

/* What a walk asks for: the light, all layers of it; or the surface alone that more than half of the light
 * comes from, its inverse depth in v[0] of bs_light.  A constant wherever it is passed, so that each question
 * compiles to its own walk. */
#define BS_ASK_LIGHT 0
#define BS_ASK_SURFACE 1

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
    out->seen += share * (t.v[3] * bs_seen_at(l, c, layer));
    return share * (1.0f - t.v[3]);
}

/*
 * The crossing of layer 'layer' between w_near, in front of it, and w_far, on or behind it by f_far >= 0,
 * about a pixel apart: steps w <- W(p(w)), which converge by the surface's slope.  '*hit' is the place.
 * Returns 0 if the line has not met a surface there but passed its silhouette: the cell is torn, or the
 * surface that shows up lies nearer than where the line came from.
 */
BS_PX int bs_cross(const bs_layers *l, const bs_line *p, int layer, float w_near, float w_far, float f_far,
                   bs_cell *hit)
{
    float w = bs_clampf(w_far + f_far, w_far, w_near);

    for (int i = 0; i < 2; i++) {
        *hit = bs_cell_on(l, p, w);
        w = bs_blend_inv(l, hit, layer);
        if (bs_is_torn(l, hit, layer) || w > w_near)
            return 0;
        w = bs_clampf(w, w_far, w_near);
    }
    *hit = bs_cell_on(l, p, w);
    return !bs_is_torn(l, hit, layer);
}

/* The inverse depth at which a line coordinate x0 + w / r, moving as w falls, leaves block 'i'; beside the
 * frame, where there is no other block, it may be one that the line has passed. */
BS_PX float bs_block_exit(float x0, float r, int i)
{
    const float edge = r > 0.0f ? (float)(i * BS_BLOCK) - 0.01f : (float)(i * BS_BLOCK) + (BS_BLOCK + 0.01f);

    return (edge - x0) * r;
}

/* A walk from near to far along a line. */
typedef struct bs_walk {
    float w, step;        /* where it is, and how far it goes at a time, 1/m: */
    float step_px;        /* a pixel's way, if that is not more than from one end to the other */
    float inv_lo, inv_hi; /* the ends */
    float rx, ry;         /* 1 / ex, 1 / ey of the line; infinite where those are 0 */
    float w_near;         /* the last place in front of the layer that is waited for */
    int behind;           /* layers passed: waiting for the next one, or to come out again */
    float share;          /* of the light that nothing has covered so far */
} bs_walk;

/*
 * How far the walk may jump from w: within a block nothing is nearer than the block's nearest surface, so
 * it goes on there, or where the line leaves the block, whichever comes first.
 */
BS_PX float bs_jump(const bs_layers *l, const bs_line *p, const bs_walk *k, float w)
{
    const int bx = bs_block_of(p->x0 + w * p->ex, l->last_x), by = bs_block_of(p->y0 + w * p->ey, l->last_y);
    const float nearest = l->near[by * l->blocks_x + bx];
    const float exit_x = bs_block_exit(p->x0, k->rx, bx), exit_y = bs_block_exit(p->y0, k->ry, by);
    float out = nearest;

    /* Not if the line never leaves it: an exit at or behind w, NaN or infinite, is none. */
    if (exit_x < w)
        out = exit_x > out ? exit_x : out;
    if (exit_y < w)
        out = exit_y > out ? exit_y : out;
    return out < w ? out : w;
}

/* Leaps over all that holds no surface; a pixel before the landing is in front of them all as well. */
BS_PX void bs_leap(const bs_layers *l, const bs_line *p, bs_walk *k)
{
    float jump = bs_jump(l, p, k, k->w);

    if (!(jump < k->w))
        return;
    while (jump < k->w && jump > k->inv_lo) {
        k->w = jump;
        jump = bs_jump(l, p, k, jump);
    }
    k->w = jump > k->inv_lo ? jump : k->inv_lo;
    k->w_near = k->w + k->step < k->inv_hi ? k->w + k->step : k->inv_hi;
}

/* Which share of the light that is left counts as nothing. */
BS_PX float bs_opaque(int ask)
{
    return ask == BS_ASK_SURFACE ? 0.5f : BS_OPAQUE;
}

/*
 * What happens at k->w, where the line is at 'c': meets or passes the layers that it was in front of so far.
 * Returns 1 when nothing of the pixel is left to be seen.
 */
BS_PX int bs_meet(const bs_layers *l, const bs_line *p, const bs_cell *c, bs_walk *k, int ask, bs_light *out)
{
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
        if (last || fabsf(k->share) < bs_opaque(ask))
            return 1;
    }
    return 1;
}

/*
 * Lands from k->w, in front of the layer that is waited for, where that is whole: fixed-point steps that stay
 * near.  Returns 0 if that cannot be done; '*w' is the place along the line and '*hit' on the frame.
 */
BS_PX int bs_land(const bs_layers *l, const bs_line *p, const bs_walk *k, float *w, bs_cell *hit)
{
    const float reach = (k->behind ? BS_LONG_PX : BS_LAND_PX) * k->step_px, settled = BS_SETTLED * k->step_px;
    float last = k->w;

    *w = k->w;
    for (int i = 0; i <= BS_STEPS; i++) {
        *hit = bs_cell_on(l, p, *w);
        if (!bs_is_whole(l, hit, k->behind))
            return 0;
        if (i > 0 && fabsf(*w - last) <= settled)
            return 1;
        last = *w;
        *w = bs_clampf(bs_blend_inv(l, hit, k->behind), k->inv_lo, k->w_near);
        if (fabsf(*w - k->w) > reach)
            return 0;
    }
    return 0;
}

/* A step on.  One lost to rounding must not stop the walk. */
BS_PX void bs_step(bs_walk *k)
{
    const float next = k->w - k->step;

    k->w_near = k->w;
    k->w = next < k->w && next > k->inv_lo ? next : k->inv_lo;
}

/* The walk where the line may meet edges.  '*found' is set where it lands on layer 0. */
BS_PX void bs_march(const bs_layers *l, const bs_line *p, bs_walk *k, int ask, float *found, bs_light *out)
{
    float w;
    bs_cell c;

    for (;;) {
        if (!k->behind)
            bs_leap(l, p, k);
        if (bs_land(l, p, k, &w, &c)) {
            if (!k->behind)
                *found = w;
            (void)bs_add(l, &c, k->behind, k->share, ask, out);
            return;
        }
        c = bs_cell_on(l, p, k->w);
        if (bs_meet(l, p, &c, k, ask, out))
            return;
        if (!(k->w > k->inv_lo))
            break;
        bs_step(k);
    }
    (void)bs_add(l, &c, BS_LAYERS - 1, k->share, ask, out);
}

/*
 * Narrows '*lo' to '*hi' to where a coordinate x0 + w / r lies within a pixel of the frame.  Returns 0 if it
 * never does.
 */
BS_PX int bs_clip_axis(float x0, float r, float last, float *lo, float *hi)
{
    const float a = (-1.0f - x0) * r, b = (last + 1.0f - x0) * r;

    if (!(fabsf(r) < INFINITY))
        return x0 >= -1.0f && x0 <= last + 1.0f;
    *lo = r > 0.0f ? (a > *lo ? a : *lo) : (b > *lo ? b : *lo);
    *hi = r > 0.0f ? (b < *hi ? b : *hi) : (a < *hi ? a : *hi);
    return *lo <= *hi;
}

/*
 * A walk in front of the part of the line that lies on the frame: no longer than the frame is, however fast the
 * camera and near the surface.  Returns 0 if none of it does.
 */
BS_PX int bs_walk_of(const bs_layers *l, const bs_line *p, const bs_bounds *bounds, bs_walk *k)
{
    k->inv_lo = bounds->inv_lo;
    k->inv_hi = bounds->inv_hi;
    k->rx = 1.0f / p->ex;
    k->ry = 1.0f / p->ey;
    if (!bounds->inside && (!bs_clip_axis(p->x0, k->rx, l->last_x, &k->inv_lo, &k->inv_hi) ||
                            !bs_clip_axis(p->y0, k->ry, l->last_y, &k->inv_lo, &k->inv_hi)))
        return 0;
    k->step_px = fabsf(k->rx) < fabsf(k->ry) ? fabsf(k->rx) : fabsf(k->ry);
    k->step = k->step_px < k->inv_hi - k->inv_lo ? k->step_px : k->inv_hi - k->inv_lo;
    k->w = k->w_near = k->inv_hi;
    k->behind = 0;
    k->share = 1.0f;
    return 1;
}

/* The walk along a line that may meet edges; beside the frame the border's colour. */
BS_PX void bs_walk_frame(const bs_layers *l, const bs_line *p, const bs_bounds *bounds, int ask, float *found,
                         bs_light *out)
{
    bs_walk k;

    if (bs_walk_of(l, p, bounds, &k)) {
        bs_march(l, p, &k, ask, found, out);
    } else {
        const bs_cell c = bs_cell_on(l, p, bounds->inv_lo);

        (void)bs_add(l, &c, BS_LAYERS - 1, 1.0f, ask, out);
    }
}

/* The walk on from 'w', where layer 0 was met and lets 'share' of the light pass. */
BS_PX void bs_walk_behind(const bs_layers *l, const bs_line *p, const bs_bounds *bounds, float w, float share,
                          int ask, float *found, bs_light *out)
{
    bs_walk k;

    if (!bs_walk_of(l, p, bounds, &k))
        return; /* a hair beside the frame */
    k.w = w;
    bs_step(&k);
    k.behind = 1;
    k.share = share;
    bs_march(l, p, &k, ask, found, out);
}

#endif /* BS_WALK_PX_H */
