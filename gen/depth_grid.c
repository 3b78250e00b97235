/* The depth of a frame on a coarse grid. */
#include "gen/wanted.h"

#include <math.h>

typedef struct block {
    const float *depth_m;
    int stride, x0, x1, y0, y1;
} block;

/* The inverse depths of some pixels, added up. */
typedef struct sum {
    double inv;
    int n;
} sum;

static double mean_of(const sum *s)
{
    return s->n ? s->inv / s->n : NAN;
}

/* Adds the pixels of a block whose inverse depth is known: those from 'mean' on to '*nearer', others to
 * '*farther'. */
static void add_block(const block *b, double mean, sum *nearer, sum *farther)
{
    for (int y = b->y0; y < b->y1; y++)
        for (int x = b->x0; x < b->x1; x++) {
            const double inv = 1.0 / (double)b->depth_m[(size_t)y * (size_t)b->stride + (size_t)x];
            sum *to = inv >= mean ? nearer : farther;

            if (!(inv >= 0 && inv < INFINITY)) /* unknown is neither */
                continue;
            to->inv += inv;
            to->n++;
        }
}

static void split_block(const block *b, bs_depth_grid *g, int i)
{
    sum all = { 0, 0 }, nearer = { 0, 0 }, farther = { 0, 0 };
    double mean;

    add_block(b, 0, &all, &all);
    mean = mean_of(&all);
    add_block(b, mean, &nearer, &farther);
    g->near_inv[i] = (float)(nearer.n ? mean_of(&nearer) : mean);
    g->far_inv[i] = (float)(farther.n ? mean_of(&farther) : mean);
    g->near_share[i] = nearer.n && farther.n ? (float)nearer.n / (float)all.n : 1;
}

/* The farthest of the known neighbours of block (x, y), as holes are completed; NaN if it has none. */
static float beside(const bs_depth_grid *g, int x, int y)
{
    float farthest = NAN;

    for (int dy = -1; dy <= 1; dy++)
        for (int dx = -1; dx <= 1; dx++)
            if (x + dx >= 0 && x + dx < g->width && y + dy >= 0 && y + dy < g->height)
                farthest = fminf(farthest, g->far_inv[(y + dy) * g->width + x + dx]);
    return farthest;
}

/* Blocks that know nothing learn from their neighbours, ring after ring; how many have learnt, and
 * '*unknown' have not. */
static int fill_ring(bs_depth_grid *g, int *unknown)
{
    const bs_depth_grid before = *g;
    int learnt = 0;

    *unknown = 0;
    for (int i = 0; i < g->width * g->height; i++)
        if (isnan(before.far_inv[i])) {
            g->near_inv[i] = g->far_inv[i] = beside(&before, i % g->width, i / g->width);
            learnt += !isnan(g->far_inv[i]);
            *unknown += isnan(g->far_inv[i]);
        }
    return learnt;
}

void bs_depth_grid_make(const float *depth_m, int width, int height, bs_depth_grid *out)
{
    int unknown;

    out->width = width < BS_GRID_W ? width : BS_GRID_W;
    out->height = height < BS_GRID_H ? height : BS_GRID_H;
    for (int y = 0; y < out->height; y++)
        for (int x = 0; x < out->width; x++) {
            const block b = { .depth_m = depth_m,
                              .stride = width,
                              .x0 = x * width / out->width,
                              .x1 = (x + 1) * width / out->width,
                              .y0 = y * height / out->height,
                              .y1 = (y + 1) * height / out->height };

            split_block(&b, out, y * out->width + x);
        }
    while (fill_ring(out, &unknown))
        ;
    for (int i = 0; unknown && i < out->width * out->height; i++)
        out->near_inv[i] = out->far_inv[i] = 0;
}
