/*
 * homography/reach.h - how far an exposure shifts what lies behind against what lies before it, and which way.
 *
 * With e of homography/warp_px.h, the surface at inverse depth w - d comes out from behind that at w by -d e
 * pixels of the sharp frame.  Across an edge only the part towards its nearer side uncovers anything: a camera
 * that moves along an edge uncovers nothing there.
 */
#ifndef BS_REACH_H
#define BS_REACH_H

#include "homography/api.h"

/* Pixels of a side of a cell, for which one reach is known. */
#define BS_REACH_PX 16

/* The directions, 45 degrees apart: (1, 0), (1, 1), (0, 1), ..., (1, -1). */
#define BS_REACH_WAYS 8

/* The largest -e . d over a cell, or 0, for the directions d = (x, y) / (|x| + |y|): pixels for each 1/m. */
typedef struct bs_reach {
    float px_m[BS_REACH_WAYS];
} bs_reach;

/* Cells of a side of 'n' pixels, and which one a coordinate is in. */
BS_PX int bs_reach_cells(int n)
{
    return n > BS_REACH_PX ? (n + BS_REACH_PX - 2) / BS_REACH_PX : 1;
}

BS_PX int bs_reach_cell(int at, int n)
{
    const int cell = at / BS_REACH_PX, last = bs_reach_cells(n) - 1;

    return cell < last ? cell : last;
}

/* For any direction (x, y), not both 0, of that length: (x, y) is a sum of two of those that are known. */
BS_PX float bs_reach_towards(const bs_reach *r, float x, float y)
{
    const float ax = x < 0 ? -x : x, ay = y < 0 ? -y : y, both = ax < ay ? ax : ay;
    const int diagonal = x > 0 ? (y > 0 ? 1 : 7) : (y > 0 ? 3 : 5);
    const int axis = ax > ay ? (x > 0 ? 0 : 4) : (y > 0 ? 2 : 6);

    return ((ax + ay - 2 * both) * r->px_m[axis] + 2 * both * r->px_m[diagonal]) / (ax + ay);
}

#endif /* BS_REACH_H */
