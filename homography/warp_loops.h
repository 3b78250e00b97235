/*
 * homography/warp_loops.h - a tile on its way, and the loops over texels and pixels that each variant of the blur has
 * of its own (warp_plain.c; warp_simd.h).  The order in which they are called is warp_flow.h's.
 */
#ifndef BS_WARP_LOOPS_H
#define BS_WARP_LOOPS_H

#include "homography/warp_kernel.h"
#include "homography/warp_tile.h"

/* Sheets one behind the other, the nearest first. */
typedef struct bs_sheets {
    int n;
    int is_bent;  /* 1: of one at least it matters that it is no plane */
    int all_seen; /* 1: the frame saw all of a smooth surface that is read */
    bs_range range[BS_SHEETS];
    bs_sheet plane[BS_SHEETS];
    bs_area met[BS_SHEETS];  /* what of the frame the tile's lines may meet in range */
    bs_area area[BS_SHEETS]; /* what the tile reads */
    bs_shifts at[BS_SHEETS];
} bs_sheets;

/* Room for what a tile reads of a sheet, texels.  Rows are whole vectors; behind the last there is room for another
 * row, for pixels go two rows at a time, and a vector, for rows are written from the frame's border on. */
#define BS_LEAVES 2048
#define BS_LEAVES_ALIGN 16
/* Channels of a leaf, planes of BS_LEAVES each: light and cover, and these. */
#define BS_LEAF_SEEN 4
#define BS_LEAF_AWAY 5
#define BS_LEAF_CHANNELS 6

typedef struct bs_leaves {
    _Alignas(64) float v[BS_LEAF_CHANNELS][BS_LEAVES]; /* [][rows][pitch] from the area's first texel on */
    int pitch;
} bs_leaves;

/* Texels around a tile that a kernel reads: light, and in place of cover what of it the frame saw. */
#define BS_AROUND_SIDE (BS_TILE + BS_KERNEL_SIDE)
typedef struct bs_around {
    _Alignas(64) float v[BS_AROUND_SIDE][BS_AROUND_SIDE][4];
} bs_around;

typedef struct bs_tile_loops bs_tile_loops;

/* A tile on its way.  It lies on the stack: 300 KB, of which little is touched. */
typedef struct bs_tile_work {
    const bs_tile_loops *loops;
    const bs_exposure *e;
    const bs_box *tile;
    int has_sheets;   /* 1: it may see sheets */
    int is_continued; /* 1: bs_leaves_continue() */
    int composed;     /* 1: 'sheets' has something */
    int walked;       /* 1: 'sum' has something */
    int whole;        /* poses that all light is known of: those of kernels */
    bs_tile_sum sum;
    bs_hull hull, halves[2]; /* of up to BS_RUN poses; of 4, and of 2 */
    bs_kernel kernel;
    _Alignas(64) float sheets[5][BS_TILE_PX]; /* what sheets have added: light, known share, seen share */
    _Alignas(64) float flat[BS_TILE_PX][4];   /* and what kernels have */
    union {                                   /* never needed together */
        bs_leaves leaves[BS_SHEETS];
        bs_around around;
    };
} bs_tile_work;

struct bs_tile_loops {
    /* bs_bins_at() of all texels of an area on the frame. */
    uint32_t (*bins)(const bs_layers *l, const bs_bins *bins, const bs_area *a);
    /* bs_column_add() of the texels of an area on the frame, every 'every'-th row of it, row by row. */
    void (*columns)(const bs_layers *l, const bs_range *r, const bs_area *a, int every, bs_columns *out);
    /* bs_sheet_away() of all texels of an area on the frame. */
    float (*away)(const bs_layers *l, const bs_range *r, const bs_sheet *s, const bs_area *a);
    /* The leaves of the i-th sheet; how far they are from the plane is left out unless sheets are bent. */
    void (*leaves)(const bs_layers *l, const bs_sheets *s, int i, bs_leaves *out);
    /* Adds what pixels see of sheets at the first 'n' poses of 't' [s->n]. */
    void (*compose)(bs_tile_work *w, const bs_sheets *s, const bs_taps *t, int n);
    /* Adds the kernel's shares of texels, four floats each, 'pitch' of them a row: the first one is what the tile's
     * first pixel reads by the kernel's first used tap. */
    void (*convolve)(bs_tile_work *w, const float *v, int pitch);
    /* Adds what pixels see, each by itself: bs_tile_add(). */
    void (*walk)(const bs_warp_job *job);
};

/* ---- what is rare, or no loop, for all variants ---- */

static inline void bs_leaf_put(const bs_leaf *leaf, size_t at, bs_leaves *out)
{
    for (int c = 0; c < 4; c++)
        out->v[c][at] = leaf->v[c];
    out->v[BS_LEAF_SEEN][at] = leaf->seen;
    out->v[BS_LEAF_AWAY][at] = leaf->away;
}

/* The leaves of a sheet, texel by texel. */
static inline void bs_leaves_plain(const bs_layers *l, const bs_sheets *s, int i, bs_leaves *out)
{
    const bs_area *a = &s->area[i];

    for (int y = a->y0; y <= a->y1; y++)
        for (int x = a->x0; x <= a->x1; x++) {
            const bs_leaf leaf = bs_leaf_at(l, &s->range[i], &s->plane[i], i + 1 == s->n, x, y);

            bs_leaf_put(&leaf, (size_t)(y - a->y0) * (size_t)out->pitch + (size_t)(x - a->x0), out);
        }
}

#endif /* BS_WARP_LOOPS_H */
