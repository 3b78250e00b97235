/*
 * homography/warp_px.h - the one definition of what the moving camera sees at a pixel.
 *
 * A pixel looks along a line over the sharp frame (homography/line_px.h).  Where one smooth surface is all that
 * it can meet, and where what it met at the pose before cannot have come to lie behind anything, fixed-point
 * steps find the place; else it walks (homography/walk_px.h).
 */
#ifndef BS_WARP_PX_H
#define BS_WARP_PX_H

#include "homography/walk_px.h"

/*
 * One smooth surface: fixed-point steps w <- W(p(w)), which converge by the product of the surface's slope
 * and the parallax.  Returns 0 if they did not.  '*guess' is where the pixel's line met it at an earlier
 * pose, a pixel or so away, and then where it does now.
 */
BS_PX int bs_settle(const bs_layers *l, const bs_line *p, const bs_bounds *bounds, float *guess, bs_cell *hit)
{
    const float px = bs_line_px(p);
    float w = bs_clampf(*guess, bounds->inv_lo, bounds->inv_hi), last;

    for (int i = 0; i < BS_STEPS; i++) {
        *hit = bs_cell_on(l, p, w);
        last = w;
        w = bs_clampf(bs_blend_inv(l, hit, 0), bounds->inv_lo, bounds->inv_hi);
        if (fabsf(w - last) * px <= BS_SETTLED) {
            *guess = w;
            *hit = bs_cell_on(l, p, w);
            return 1;
        }
    }
    return 0;
}

/* Whether a point is at most a pixel beside the frame, where walks go: bs_clip_axis(). */
BS_PX int bs_is_near_frame(const bs_layers *l, const bs_cell *c)
{
    return c->x >= -1.0f && c->y >= -1.0f && c->x <= l->last_x + 1.0f && c->y <= l->last_y + 1.0f;
}

/* Whether all that the line can meet in front of 'w' is at most BS_LAND_PX away from there, as far as one
 * look at the blocks tells: around the middle of the way. */
BS_PX int bs_is_clear(const bs_layers *l, const bs_line *p, const bs_bounds *bounds, float w)
{
    const float px = bs_line_px(p), middle = 0.5f * (w + bounds->inv_hi);
    const int bx = bs_block_of(p->x0 + middle * p->ex, l->last_x);
    const int by = bs_block_of(p->y0 + middle * p->ey, l->last_y);

    return (bounds->inv_hi - w) * px <= 2 * BS_BLOCK &&
           (l->near_around[by * l->blocks_x + bx] - w) * px <= BS_LAND_PX;
}

/*
 * What the camera at 'view' sees at pixel (x, y), as far as is asked.  '*guess' is the inverse depth of layer 0
 * where the pixel's line met it at an earlier pose; settling makes it better.  A walk sets '*found' if it
 * lands on layer 0, for who wants to guess from there.
 */
BS_PX bs_light bs_look_px(const bs_layers *l, const bs_view *view, const bs_bounds *bounds, float x, float y,
                          int ask, float *guess, float *found)
{
    bs_light out = { { 0.0f, 0.0f, 0.0f, 0.0f }, 0.0f };
    bs_line p;
    bs_cell c;

    if (!bs_line_of(view, x, y, &p)) { /* never seen; the border's colour keeps the picture whole */
        c = bs_cell_at(l, x, y);
        (void)bs_add(l, &c, BS_LAYERS - 1, 1.0f, ask, &out);
        out.seen = 0.0f;
    } else if (bs_settle(l, &p, bounds, guess, &c) &&
               (!bounds->edge ||
                (!bs_is_torn(l, &c, 0) && bs_is_near_frame(l, &c) && bs_is_clear(l, &p, bounds, *guess)))) {
        const float share = bs_add(l, &c, 0, 1.0f, ask, &out);

        if (bounds->edge && !(fabsf(share) < bs_opaque(ask)))
            bs_walk_behind(l, &p, bounds, *guess, share, ask, found, &out);
    } else {
        bs_walk_frame(l, &p, bounds, ask, found, &out);
    }
    return out;
}

/* The light that the camera at 'view' sees at pixel (x, y). */
BS_PX bs_light bs_warp_px(const bs_layers *l, const bs_view *view, const bs_bounds *bounds, float x, float y,
                          float *guess, float *found)
{
    return bs_look_px(l, view, bounds, x, y, BS_ASK_LIGHT, guess, found);
}

/* What to guess at first: what the frame has there. */
BS_PX float bs_first_guess(const bs_layers *l, int x, int y)
{
    return fabsf(l->inv[0][(size_t)y * (size_t)l->stride + (size_t)x]);
}

#endif /* BS_WARP_PX_H */
