/*
 * homography/mean_px.h - from what a pixel has gathered over all poses to what it shows.
 */
#ifndef BS_MEAN_PX_H
#define BS_MEAN_PX_H

#include "homography/sample_px.h"

/* The frame itself at texel 'i': layers over layers. */
BS_PX void bs_frame_px(const bs_layers *l, size_t i, float v[4])
{
    float share = 1.0f;

    for (int c = 0; c < 4; c++)
        v[c] = 0.0f;
    for (int k = 0; k < BS_LAYERS; k++) {
        for (int c = 0; c < 4; c++)
            v[c] += share * l->light[k][4 * i + (size_t)c];
        share *= 1.0f - l->light[k][4 * i + 3];
    }
}

/*
 * What the light of a pixel is divided by for its mean over 'n' poses, whose known shares sum up to 'known'; 0 if no
 * pose saw anything known: then it shows what the frame has there, bs_frame_px().
 */
BS_PX float bs_mean_norm(const bs_layers *l, int n, float known)
{
    const float all = (float)n;

    /* A cubic overshoots, also where nothing is known. */
    if (!(known > (l->bicubic ? 0.1f : 0.0f)))
        return 0.0f;
    /* Unless something was left unfilled, the weight is n up to rounding: divide by n then, so that the mean
     * of equal values is that value. */
    return known > 0.999f * all ? all : known;
}

/* A cubic overshoots black and white. */
BS_PX float bs_mean_of(float sum, float norm)
{
    return bs_clampf(sum / norm, 0.0f, 1.0f);
}

#endif /* BS_MEAN_PX_H */
