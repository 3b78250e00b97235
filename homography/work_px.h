/*
 * homography/work_px.h - a tile on its way: what a team holds and shares of it.
 */
#ifndef BS_WORK_PX_H
#define BS_WORK_PX_H

#include "homography/kernel_px.h"
#include "homography/tile_px.h"

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
    BS_ALIGNED(64) float v[BS_LEAF_CHANNELS][BS_LEAVES]; /* [][rows][pitch] from the area's first texel on */
    int pitch;
} bs_leaves;

/* Texels around a tile that a kernel reads: light, and in place of cover what of it the frame saw. */
#define BS_AROUND_SIDE (BS_TILE + BS_KERNEL_SIDE)
typedef struct bs_around {
    BS_ALIGNED(64) float v[BS_AROUND_SIDE][BS_AROUND_SIDE][4];
} bs_around;

/* What the lanes of a team share, and all of them read: 11 KB. */
typedef struct bs_tile_room {
    bs_columns columns;
    bs_taps taps[BS_SHEETS];
    uint64_t used[BS_KERNEL_SIDE]; /* bs_kernel */
    int has[BS_SHEET_SIDE];        /* of each row of leaves, whether it has any */
} bs_tile_room;

/* And what is large, 260 KB, of which little is touched. */
typedef struct bs_tile_store {
    BS_ALIGNED(64) float tap[BS_KERNEL_SIDE][BS_KERNEL_SIDE][4]; /* bs_kernel */
    union {                                                      /* never needed together */
        bs_leaves leaves[BS_SHEETS];
        bs_around around;
    };
} bs_tile_store;

/* A tile on its way, as each lane holds it. */
typedef struct bs_tile_work {
    const bs_sweep *e;
    const bs_box *tile;
    bs_tile_room *room;
    bs_tile_store *store;
    int has_sheets;   /* 1: it may see sheets */
    int is_continued; /* 1: bs_leaves_continue() */
    int composed;     /* 1: 'sheets' has something */
    int walked;       /* 1: 'sum' has something */
    int whole;        /* poses that all light is known of: those of kernels */
    bs_tile_sum sum;
    bs_hull hull, part; /* of up to BS_RUN poses; of 4 or fewer of them */
    bs_kernel kernel;
    BS_ALIGNED(64) float sheets[5][BS_PX_HELD]; /* what sheets have added: light, known share, seen share */
    BS_ALIGNED(64) float flat[BS_PX_HELD][4];   /* and what kernels have */
} bs_tile_work;

BS_PX int bs_work_width(const bs_tile_work *w)
{
    return (int)(w->tile->x1 - w->tile->x0) + 1;
}

BS_PX int bs_work_height(const bs_tile_work *w)
{
    return (int)(w->tile->y1 - w->tile->y0) + 1;
}

BS_PX void bs_leaf_put(const bs_leaf *leaf, size_t at, bs_leaves *out)
{
    for (int c = 0; c < 4; c++)
        out->v[c][at] = leaf->v[c];
    out->v[BS_LEAF_SEEN][at] = leaf->seen;
    out->v[BS_LEAF_AWAY][at] = leaf->away;
}

/* The leaves of a sheet, texel by texel. */
BS_TEAM void bs_leaves_plain(const bs_layers *l, const bs_sheets *s, int i, bs_leaves *out)
{
    const bs_area *a = &s->area[i];

    BS_EACH_TEXEL(x, y, a)
    {
        const bs_leaf leaf = bs_leaf_at(l, &s->range[i], &s->plane[i], i + 1 == s->n, x, y);

        bs_leaf_put(&leaf, (size_t)(y - a->y0) * (size_t)out->pitch + (size_t)(x - a->x0), out);
    }
}

#endif /* BS_WORK_PX_H */
