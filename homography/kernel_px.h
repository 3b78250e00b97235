/*
 * homography/kernel_px.h - the weights by which all pixels of a tile read one flat surface, summed over poses.
 *
 * A pose adds a few texels beside a pixel's own (bs_taps); from pose to pose they are mostly the same, so the sum has
 * about as many as the path is long, however many poses there are.
 */
#ifndef BS_KERNEL_PX_H
#define BS_KERNEL_PX_H

#include "homography/leaf_px.h"

/* Side of the window that a kernel lies in, texels: as many as a word has bits. */
#define BS_KERNEL_SIDE 64

/*
 * Beside it, in memory that a team shares, are:
 * used [BS_KERNEL_SIDE]: a bit for each texel that is used of each row
 * tap [BS_KERNEL_SIDE][BS_KERNEL_SIDE][4]: k, ku, kv of bs_share() of those; [3], and all of others, is anything
 */
typedef struct bs_kernel {
    int poses;          /* so far */
    int all_seen;       /* 1: the frame saw all that they look at */
    int x, y;           /* of the window's first texel, from a pixel's own */
    int x0, y0, x1, y1; /* what is used of it */
} bs_kernel;

/* An empty one around the first pose's texels, n x n from (x, y) on. */
BS_TEAM void bs_kernel_begin(bs_kernel *k, int x, int y, int n, uint64_t used[BS_KERNEL_SIDE])
{
    k->poses = 0;
    k->all_seen = 1;
    k->x = x - (BS_KERNEL_SIDE - n) / 2;
    k->y = y - (BS_KERNEL_SIDE - n) / 2;
    k->x0 = k->y0 = BS_KERNEL_SIDE;
    k->x1 = k->y1 = -1;
    bs_team_sync(); /* that of the one before has been read */
    BS_EACH(i, BS_KERNEL_SIDE)
    used[i] = 0;
    bs_team_sync();
}

BS_PX int bs_kernel_holds(const bs_kernel *k, int x, int y, int n)
{
    return x >= k->x && y >= k->y && x + n <= k->x + BS_KERNEL_SIDE && y + n <= k->y + BS_KERNEL_SIDE;
}

/* bs_kernel_add(): 'n' is a constant wherever it is passed. */
BS_TEAM void bs_kernel_add_reading(int n, bs_kernel *k, const bs_taps *t, int i,
                                   uint64_t used[BS_KERNEL_SIDE],
                                   float tap[BS_KERNEL_SIDE][BS_KERNEL_SIDE][4])
{
    const int x = t->x[i] - k->x, y = t->y[i] - k->y;

    BS_EACH(c, n * n)
    {
        float *to = tap[y + c / n][x + c % n];
        const int is_old = (int)(used[y + c / n] >> (x + c % n) & 1);

        to[0] = (is_old ? to[0] : 0.0f) + t->k[c][i];
        to[1] = (is_old ? to[1] : 0.0f) + t->ku[c][i];
        to[2] = (is_old ? to[2] : 0.0f) + t->kv[c][i];
    }
    bs_team_sync();
    BS_EACH(b, n)
    used[y + b] |= (((uint64_t)1 << n) - 1) << x;
    bs_team_sync();
    k->x0 = x < k->x0 ? x : k->x0;
    k->y0 = y < k->y0 ? y : k->y0;
    k->x1 = x + n - 1 > k->x1 ? x + n - 1 : k->x1;
    k->y1 = y + n - 1 > k->y1 ? y + n - 1 : k->y1;
    k->poses++;
}

/* Adds the i-th pose of 't', which it holds. */
BS_TEAM void bs_kernel_add(bs_kernel *k, const bs_taps *t, int i, int n, uint64_t used[BS_KERNEL_SIDE],
                           float tap[BS_KERNEL_SIDE][BS_KERNEL_SIDE][4])
{
    if (n == 2)
        bs_kernel_add_reading(2, k, t, i, used, tap);
    else
        bs_kernel_add_reading(4, k, t, i, used, tap);
}

#endif /* BS_KERNEL_PX_H */
