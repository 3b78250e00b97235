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

#include "homography/api.h"
#include "homography/error.h"

#ifdef __cplusplus
extern "C" {
#endif

/* How far a nearer surface reaches over its edge, pixels.  The march takes steps of up to a pixel; two pixels
 * make sure that one of them falls on the near surface wherever its coverage is above zero. */
#define BS_RING_PX 2

#define BS_LAYERS 3

/* Bits of geom[3], to be shifted left by the layer.  TORN: the cell of four pixels with this one at its top
 * left is torn, so nearest instead of bilinear depth.  SEEN: the layer shows here what the frame saw, and
 * its depth was measured. */
#define BS_TORN 1
#define BS_SEEN 8

/* Largest side of a block of the bounds table, pixels. */
#define BS_BLOCK 4

/* Range of inverse depth over a block, farthest layer to nearest, 1/m, and whether the block holds an
 * edge. */
typedef struct bs_block {
    float inv_lo, inv_hi;
    int edge;
} bs_block;

typedef struct bs_layers {
    int width, height;
    int blocks_x, blocks_y; /* size of the bounds table */
    int dx, dy, stride;   /* floats to the texel on the right, below, and between rows; 0 where a side is 1 */
    float last_x, last_y; /* coordinates of the last column and row */
    float cell_x, cell_y; /* and of the last cell of four texels */
    float *light[BS_LAYERS]; /* [height][width][4] linear RGB times coverage, coverage; in the last layer,
                                 behind which nothing lies, coverage below 1 is light left unknown; owned */
    float
        *geom; /* [height][width][4] inverse depth of the layers in 1/m, falling, and bits as above; owned */
    bs_block *blocks;     /* [blocks_y][blocks_x]; owned */
    float inv_lo, inv_hi; /* range of inverse depth over the frame, 1/m */
    int bicubic;          /* 1: colour is read by bicubic interpolation, not bilinear (0) */
} bs_layers;

/* Allocates for a frame size; BS_EINVAL, BS_ENOMEM.  '*out' must be {0} or destroyed. */
int bs_layers_create(int width, int height, bs_layers *out, bs_err *err);
void bs_layers_destroy(bs_layers *l);

/* Fills 'blocks', 'inv_lo' and 'inv_hi' from 'geom' and 'light'; call it when those are complete. */
void bs_layers_bound(bs_layers *l);

#ifdef __cplusplus
}
#endif

#endif /* BS_LAYERS_H */
