/*
 * homography/layers.h - the sharp frame as the warp reads it: a front layer and a background layer.
 *
 * The front layer is what the frame shows.  Along depth edges it is widened by BS_RING_PX pixels of nearer
 * depth with little or no coverage, so that a silhouette is a ramp of coverage inside one continuous
 * surface rather than a cliff between two.  The back layer is what lies behind: the farther surface itself
 * beside an edge, its continuation under the nearer one, and the front again away from edges.
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

/* How far the front layer reaches over an edge, pixels.  The march takes steps of up to a pixel; two pixels
 * make sure that one of them falls on the near surface wherever its coverage is above zero. */
#define BS_RING_PX 2

/* Bits of geom[3].  TORN: the cell of four pixels with this one at its top left is torn, so nearest
 * instead of bilinear depth.  UNFILLED: the back layer's colour at this pixel does not count as known. */
#define BS_TORN_FRONT 1
#define BS_TORN_BACK 2
#define BS_UNFILLED 4

/* Largest side of a block of the bounds table, pixels. */
#define BS_BLOCK 4

/* Range of front inverse depth over a block, 1/m, and whether the block holds an edge. */
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
    float *front;         /* [height][width][4] linear RGB times coverage, coverage; owned */
    float *back;          /* [height][width][4] linear RGB, share that the frame really saw; owned */
    float *geom;      /* [height][width][4] inverse depth of front and back in 1/m, share of the front whose
                          depth was measured, bits as above; owned */
    bs_block *blocks; /* [blocks_y][blocks_x]; owned */
    float inv_lo, inv_hi; /* range of front inverse depth over the frame, 1/m */
} bs_layers;

/* Allocates for a frame size; BS_EINVAL, BS_ENOMEM.  '*out' must be {0} or destroyed. */
int bs_layers_create(int width, int height, bs_layers *out, bs_err *err);
void bs_layers_destroy(bs_layers *l);

/* Fills 'blocks', 'inv_lo' and 'inv_hi' from 'geom' and 'front'; call it when those are complete. */
void bs_layers_bound(bs_layers *l);

#ifdef __cplusplus
}
#endif

#endif /* BS_LAYERS_H */
