/*
 * homography/depth_px.h - the one definition of how far away what the moving camera sees at a pixel is.
 *
 * The walk is that of the light (homography/warp_px.h), so that a picture and its depth agree on which
 * surface is where; it ends at the first surface that, with those in front of it, covers more than half of
 * the pixel. Depth is never mixed: a silhouette is a step.
 */
#ifndef BS_DEPTH_PX_H
#define BS_DEPTH_PX_H

#include "homography/warp_px.h"

typedef struct bs_surface {
    float inv_depth; /* 1 / z in the moving camera, 1/m; 0: infinitely far */
    int seen;        /* 1: the frame saw the surface there, and its depth was measured; 0: a guess */
} bs_surface;

/*
 * What the camera at 'view' sees at pixel (x, y).  A point of inverse depth w in the frame lies at Z_dst =
 * (1 / w - b_z) / a_z, and no nearer than the walk looks.  Beside the frame depth goes on as at its border.
 */
BS_PX bs_surface bs_depth_px(const bs_layers *l, const bs_view *view, const bs_bounds *bounds, float x,
                             float y)
{
    float guess = bs_first_guess(l, (int)x, (int)y), found;
    const bs_light at = bs_look_px(l, view, bounds, x, y, BS_ASK_SURFACE, &guess, &found);
    const float *H = view->H_inf;
    const float az = H[6] * x + H[7] * y + H[8];
    float w = at.v[0];
    bs_surface out;

    out.inv_depth = w;
    out.seen = at.seen > 0.0f;
    if (!(az > BS_MIN_AZ))
        return out;
    if (view->b[2] * w > BS_NEAR_CLIP)
        w = BS_NEAR_CLIP / view->b[2];
    out.inv_depth = az * w / (1.0f - view->b[2] * w);
    return out;
}

#endif /* BS_DEPTH_PX_H */
