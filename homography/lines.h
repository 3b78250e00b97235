/*
 * homography/lines.h - where a camera whose lines are exposed at different times sees a point.
 */
#ifndef BS_LINES_H
#define BS_LINES_H

#include "homography/views.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The maps of all lines of a sensor at one pose each. */
typedef struct bs_line_maps {
    int n;          /* lines; 1 for a global shutter */
    int by_row;     /* 1: lines are rows, 0: columns */
    bs_map *map_to; /* [n] from the sharp frame; owned */
} bs_line_maps;

/* Allocates for a camera and its shutter.  BS_ENOMEM; '*out' is then untouched. */
int bs_line_maps_create(const bs_camera *cam, bs_shutter shutter, bs_line_maps *out, bs_err *err);
void bs_line_maps_destroy(bs_line_maps *m);

/* Sets the poses, T_anchor_cam [lines]. */
void bs_line_maps_set(const bs_camera *cam, const bs_pose *T_anchor_cam, bs_line_maps *m);

/*
 * bs_line_maps_apply() finds where the point seen at pixel (x, y) of the sharp frame with inverse depth
 * 'inv_depth' is, '*u', '*v', on the line that it then falls on: the solution of v = f(v), or u = f(u), where
 * f(i) is the point's place at the time of line i.  Between two lines f is linear; before the first and
 * behind the last line it is that line's.  It is solved exactly.  A point that moves across the lines faster
 * than they are read can fall on several; it is then one of them.
 *
 * Returns 0, and leaves '*u' and '*v', if the point is behind one of the cameras on the way.  The maps are
 * not modified: any number of threads may ask at once.
 */
int bs_line_maps_apply(const bs_line_maps *m, double x, double y, double inv_depth, double *u, double *v);

/*
 * The same, to the bit, for 'n' points of row 'y' of the sharp frame, at 'x' and every 'step' pixels after it:
 * 'inv_depth' is that of the first, and those of the others are 'step' apart.  'u' and 'v' are [n]; NaN where
 * bs_line_maps_apply() returns 0.
 */
void bs_line_maps_apply_row(const bs_line_maps *m, int x, int y, int step, int n, const float *inv_depth,
                            double *u, double *v);

#ifdef __cplusplus
}
#endif

#endif /* BS_LINES_H */
