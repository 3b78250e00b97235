/*
 * homography/layers.h - the sharp frame as the warp reads it: three surfaces deep.
 *
 * Layer 0 is what the frame shows.  Along depth edges it is widened by BS_RING_PX pixels of nearer depth with
 * little or no coverage, so that a silhouette is a ramp of coverage inside one continuous surface rather
 * than a cliff between two.  Layer 1 is what one would see with the rims of the nearer surfaces peeled off:
 * the farther surface itself beside an edge, its continuation under the nearer one, and layer 0 again away
 * from edges.  Layer 2 is layer 1 peeled once more: what lies behind where three surfaces meet.
 *
 * inpaint/ builds the layers; the rule that reads them is homography/warp_px.h.
 */
#ifndef BS_LAYERS_H
#define BS_LAYERS_H

#include <stddef.h>
#include <stdint.h>

#include "homography/api.h"
#include "homography/error.h"

#ifdef __cplusplus
extern "C" {
#endif

/* How far a nearer surface reaches over its edge, pixels.  The march takes steps of up to a pixel; two pixels
 * make sure that one of them falls on the near surface wherever its coverage is above zero. */
#define BS_RING_PX 2

#define BS_LAYERS 3

/* Texels beside the frame that repeat its border, so that no reader of a cell has to ask where it is: on the
 * left and above, on the right and below (a cubic reads two). */
#define BS_PAD_BEFORE 1
#define BS_PAD_AFTER 2

/* Largest side of a block of the bounds table, pixels. */
#define BS_BLOCK_LOG2 2
#define BS_BLOCK (1 << BS_BLOCK_LOG2)
/* And of an area of blocks. */
#define BS_AREA_LOG2 4

/* A bit of a texel, to be shifted left by the layer: the layer is whole in the cell that the texel begins,
 * neither torn nor covered less than fully by any texel that the interpolation in force reads there.  Where
 * layer 0 is, it alone is seen. */
#define BS_TEXEL_WHOLE (1 << BS_LAYERS)

/* What a block's surfaces lie between, as minima, so that a minimum of each joins two blocks. */
typedef struct bs_block {
    float min[4]; /* BS_MIN_*, 1/m */
} bs_block;

enum {
    BS_MIN_NEAR,  /* minus the inverse depth of the nearest surface, which is one of layer 0 */
    BS_MIN_FAR,   /* of the farthest of all layers */
    BS_MIN_FRONT, /* of the farthest of layer 0, if that is whole in all cells that begin here; else -1 */
    BS_MIN_SEEN,  /* 0 if the frame saw all that layer 0 shows; else -1 */
};

BS_PX float bs_minf(float a, float b)
{
    return a < b ? a : b;
}

BS_PX float bs_maxf(float a, float b)
{
    return a > b ? a : b;
}

/* Makes '*all' hold 'b' as well. */
BS_PX void bs_block_join(bs_block *all, const bs_block *b)
{
    for (int i = 0; i < 4; i++)
        all->min[i] = bs_minf(b->min[i], all->min[i]);
}

typedef struct bs_layers {
    int width, height;
    int blocks_x, blocks_y, areas_x, areas_y; /* sizes of the tables of bounds */
    int stride;                               /* texels between rows, for all planes below */
    float last_x, last_y;                     /* coordinates of the last column and row */
    /* The planes: each points at texel (0, 0) of an allocation that holds the padding as well. */
    float *light[BS_LAYERS]; /* [][stride][4] linear RGB times coverage, coverage; in the last layer, behind
                                which nothing lies, coverage below 1 is light left unknown */
    float *inv[BS_LAYERS];   /* [][stride] inverse depth of the layers in 1/m, falling; below 0 (-0 as well):
                                the cell of four texels with this one at its top left is torn, nearest instead
                                of bilinear depth there */
    uint8_t *bits;           /* [][stride] bit k: layer k shows here what the frame saw and measured; and
                                BS_TEXEL_WHOLE << k */
    bs_block *blocks;        /* [blocks_y][blocks_x] */
    float *near;             /* [blocks_y][blocks_x] 1/m: the nearest surface of each */
    float *near_around;      /* the same of each and the eight around it */
    bs_block *areas;         /* [areas_y][areas_x], each of the blocks in it */
    float inv_lo, inv_hi;    /* range of inverse depth over the frame, 1/m */
    int bicubic;             /* 1: colour is read by bicubic interpolation, not bilinear (0) */
    /* What those of light and depth point to unless all layers are one. */
    float *own_light[BS_LAYERS], *own_inv[BS_LAYERS];
    char *memory; /* [bs_layers_bytes()] that all of these lie in, layer 0 and the tables first */
    int is_owner; /* 1: it is to be freed */
} bs_layers;

/* Bytes of the planes and tables of a frame size; 0 for a size that no frame may have. */
size_t bs_layers_bytes(int width, int height);

/* Lays the planes and tables out in memory of the caller's, of that many bytes; their values are anything.  BS_EINVAL
 * for the size. */
int bs_layers_place(int width, int height, void *memory, bs_layers *out, bs_err *err);

/* Allocates for a frame size; BS_EINVAL, BS_ENOMEM.  '*out' must be {0} or destroyed. */
int bs_layers_create(int width, int height, bs_layers *out, bs_err *err);
void bs_layers_destroy(bs_layers *l);

/* How many bytes of its memory, from the first on, hold all that the layers have: fewer where all of them are one. */
size_t bs_layers_used(const bs_layers *l);

/* The same layers where a copy of that memory lies at 'memory', be it another machine's. */
bs_layers bs_layers_moved(const bs_layers *l, void *memory);

/* Place of texel (x, y) in a plane; times 4 in those of light. */
BS_PX size_t bs_texel_at(const bs_layers *l, int x, int y)
{
    return (size_t)y * (size_t)l->stride + (size_t)x;
}

/* Makes all layers one, layer 0, or gives each planes of its own again. */
BS_PX void bs_layers_join(bs_layers *l)
{
    for (int k = 1; k < BS_LAYERS; k++) {
        l->light[k] = l->light[0];
        l->inv[k] = l->inv[0];
    }
}

BS_PX void bs_layers_own(bs_layers *l)
{
    for (int k = 1; k < BS_LAYERS; k++) {
        l->light[k] = l->own_light[k];
        l->inv[k] = l->own_inv[k];
    }
}

/* Separates joined layers: each is then a copy of what layer 0 has so far. */
void bs_layers_separate(bs_layers *l);

/* Fills in the padding, the tables and the range, when the planes and 'bicubic' are complete; of the bits
 * BS_TEXEL_WHOLE those that hold for bilinear colour, which are narrowed if it is not. */
void bs_layers_finish(bs_layers *l);

#ifdef __cplusplus
}
#endif

#endif /* BS_LAYERS_H */
