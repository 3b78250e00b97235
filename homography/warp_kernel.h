/*
 * homography/warp_kernel.h - the weights by which all pixels of a tile read one flat surface, summed over poses.
 *
 * A pose adds a few texels beside a pixel's own (bs_taps); from pose to pose they are mostly the same, so the sum has
 * about as many as the path is long, however many poses there are.
 */
#ifndef BS_WARP_KERNEL_H
#define BS_WARP_KERNEL_H

#include <string.h>

#include "homography/leaf_px.h"

/* Side of the window that a kernel lies in, texels: as many as a word has bits. */
#define BS_KERNEL_SIDE 64

typedef struct bs_kernel {
    int poses;                                    /* so far */
    int all_seen;                                 /* 1: the frame saw all that they look at */
    int x, y;                                     /* of the window's first texel, from a pixel's own */
    int x0, y0, x1, y1;                           /* what is used of it */
    uint64_t used[BS_KERNEL_SIDE];                /* a bit for each that is; others are anything */
    float tap[BS_KERNEL_SIDE][BS_KERNEL_SIDE][4]; /* k, ku, kv of bs_share(); [3] is anything */
} bs_kernel;

/* An empty one around the first pose's texels, n x n from (x, y) on. */
static inline void bs_kernel_begin(bs_kernel *k, int x, int y, int n)
{
    k->poses = 0;
    k->all_seen = 1;
    k->x = x - (BS_KERNEL_SIDE - n) / 2;
    k->y = y - (BS_KERNEL_SIDE - n) / 2;
    k->x0 = k->y0 = BS_KERNEL_SIDE;
    k->x1 = k->y1 = -1;
    memset(k->used, 0, sizeof k->used);
}

static inline int bs_kernel_holds(const bs_kernel *k, int x, int y, int n)
{
    return x >= k->x && y >= k->y && x + n <= k->x + BS_KERNEL_SIDE && y + n <= k->y + BS_KERNEL_SIDE;
}

/* Adds the i-th pose of 't', which it holds. */
static inline void bs_kernel_add(bs_kernel *k, const bs_taps *t, int i, int n)
{
    const int x = t->x[i] - k->x, y = t->y[i] - k->y;

    for (int b = 0; b < n; b++)
        for (int a = 0; a < n; a++) {
            float *tap = k->tap[y + b][x + a];
            const uint64_t bit = (uint64_t)1 << (x + a);
            const int is_old = (k->used[y + b] & bit) != 0;

            k->used[y + b] |= bit;
            tap[0] = (is_old ? tap[0] : 0.0f) + t->k[b * n + a][i];
            tap[1] = (is_old ? tap[1] : 0.0f) + t->ku[b * n + a][i];
            tap[2] = (is_old ? tap[2] : 0.0f) + t->kv[b * n + a][i];
        }
    k->x0 = x < k->x0 ? x : k->x0;
    k->y0 = y < k->y0 ? y : k->y0;
    k->x1 = x + n - 1 > k->x1 ? x + n - 1 : k->x1;
    k->y1 = y + n - 1 > k->y1 ? y + n - 1 : k->y1;
    k->poses++;
}

#endif /* BS_WARP_KERNEL_H */
