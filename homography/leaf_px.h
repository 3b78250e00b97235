/*
 * homography/leaf_px.h - reading a sheet: what it holds at a texel, and the shares by which pixels read texels.
 */
#ifndef BS_LEAF_PX_H
#define BS_LEAF_PX_H

#include "homography/shift_px.h"

#define BS_MOST_READS 4
#define BS_MOST_TAPS (BS_MOST_READS * BS_MOST_READS)

/* Weights of a place 'f' behind a texel, 0 to 1, along an axis, and how they grow with f. */
BS_PX void bs_weights(int reads, float f, float w[BS_MOST_READS], float slope[BS_MOST_READS])
{
    const float f2 = f * f;

    if (reads == 2) {
        w[0] = 1.0f - f;
        w[1] = f;
        slope[0] = -1.0f;
        slope[1] = 1.0f;
        return;
    }
    w[0] = 0.5f * (2.0f * f2 - f - f * f2);
    w[1] = 0.5f * (2.0f - 5.0f * f2 + 3.0f * f * f2);
    w[2] = 0.5f * (f + 4.0f * f2 - 3.0f * f * f2);
    w[3] = 0.5f * (f * f2 - f2);
    slope[0] = 0.5f * (4.0f * f - 1.0f - 3.0f * f2);
    slope[1] = 0.5f * (9.0f * f2 - 10.0f * f);
    slope[2] = 0.5f * (1.0f + 8.0f * f - 9.0f * f2);
    slope[3] = 0.5f * (3.0f * f2 - 2.0f * f);
}

/*
 * What the pixels of a tile read at eight poses, side by side: texels (x + a, y + b) from their own place, a and b
 * below the number of reads.  The share of the i-th, i = b reads + a, at the pixel (u, v) from the tile's middle is
 * k + v kv + u ku; and w kw where the surface is nearer by w, 1/m, than the plane.
 */
typedef struct bs_taps {
    float k[BS_MOST_TAPS][BS_POSES], ku[BS_MOST_TAPS][BS_POSES], kv[BS_MOST_TAPS][BS_POSES];
    float kw[BS_MOST_TAPS][BS_POSES];
    int x[BS_POSES], y[BS_POSES];
} bs_taps;

BS_PX float bs_share(float k, float ku, float kv, float u, float v)
{
    return (k + v * kv) + u * ku;
}

/* bs_taps_of(): 'reads' is a constant wherever it is passed, so that compilers take eight poses at a time. */
BS_TEAM void bs_taps_reading(int reads, const bs_shifts *s, int from, bs_taps *out)
{
    const bs_poses_of poses = { from, from + BS_POSES };

    BS_EACH_POSE(i, j, poses)
    {
        const int at = BS_POSE_AT(j), to = j - from;
        const float x = floorf(s->x[at]), y = floorf(s->y[at]);
        float wx[BS_MOST_READS], wy[BS_MOST_READS], dx[BS_MOST_READS], dy[BS_MOST_READS];

        bs_weights(reads, s->x[at] - x, wx, dx);
        bs_weights(reads, s->y[at] - y, wy, dy);
        out->x[to] = (int)x - (reads / 2 - 1);
        out->y[to] = (int)y - (reads / 2 - 1);
        for (int b = 0; b < reads; b++)
            for (int a = 0; a < reads; a++) {
                const float by_x = dx[a] * wy[b], by_y = wx[a] * dy[b];

                out->k[b * reads + a][to] = wx[a] * wy[b];
                out->ku[b * reads + a][to] = by_x * s->xu[at] + by_y * s->yu[at];
                out->kv[b * reads + a][to] = by_x * s->xv[at] + by_y * s->yv[at];
                out->kw[b * reads + a][to] = by_x * s->xw[at] + by_y * s->yw[at];
            }
    }
}

/* The taps of the poses from 'from' on, in memory that the team shares. */
BS_TEAM void bs_taps_of(const bs_layers *l, const bs_shifts *s, int from, bs_taps *out)
{
    if (bs_reads(l) == 2)
        bs_taps_reading(2, s, from, out);
    else
        bs_taps_reading(4, s, from, out);
}

/* What a sheet holds at a texel: light and cover as layers have them, the share of it that the frame saw, and how
 * much nearer than the plane it is, 1/m. */
typedef struct bs_leaf {
    float v[4], seen, away;
} bs_leaf;

/*
 * The leaf at (x, y): what layers have in range, from front to back, for a surface that moves as one hides what moves
 * with it.  Where the last sheet has nothing to show, light is left unknown.
 *
 * Beside the frame a sheet ends a texel behind the border, as walks do, but for the last, which goes on for ever: there
 * it shows whatever is at the border, for nothing tells which surface goes on.
 */
BS_PX bs_leaf bs_leaf_at(const bs_layers *l, const bs_range *r, const bs_sheet *s, int is_last, int x, int y)
{
    const int xc = bs_clampi(x, 0, l->width - 1), yc = bs_clampi(y, 0, l->height - 1);
    const int is_on = x == xc && y == yc, is_any = is_last && !is_on;
    const size_t i = bs_texel_at(l, xc, yc);
    const float plane = bs_sheet_inv(s, (float)xc, (float)yc);
    bs_leaf out = { { 0.0f, 0.0f, 0.0f, 0.0f }, 0.0f, 0.0f };
    float share = 1.0f;

    if (!is_last && (x < -1 || y < -1 || x > l->width || y > l->height))
        return out;
    for (int k = 0; k < (is_any ? BS_LAYERS : r->layers); k++) {
        const bs_texel light = bs_texel_load(&l->light[k][4 * i]);
        const float is_seen = is_on && l->bits[i] >> k & 1 ? 1.0f : 0.0f;
        const float w = fabsf(l->inv[k][i]);

        if (!is_any && !(bs_bin(&r->bins, w) & r->mask))
            continue;
        if (share == 1.0f) /* of the first that covers anything */
            out.away = is_any ? 0.0f : w - plane;
        for (int c = 0; c < 4; c++)
            out.v[c] += share * light.v[c];
        out.seen += share * light.v[3] * is_seen;
        share *= 1.0f - light.v[3];
    }
    return out;
}

#endif /* BS_LEAF_PX_H */
