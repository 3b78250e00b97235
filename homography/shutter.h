/*
 * homography/shutter.h - which lines of a sensor are read together, and in which order.
 *
 * A global shutter exposes all pixels at the same time.  A rolling one exposes line after line: a line is
 * a row for the vertical directions and a column for the horizontal ones, always of the blurred image,
 * which is what the sensor takes.
 *
 * A shutter with readout time R of the whole frame begins the exposure of its k-th line, k from 0 in the
 * order of reading, k R / n after that of the first one; all lines are exposed for the same time.
 */
#ifndef BS_SHUTTER_H
#define BS_SHUTTER_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* No readout is longer; a frame takes that long at half a picture a second. */
#define BS_MAX_READOUT_NS 2000000000

typedef enum bs_shutter {
    BS_SHUTTER_GLOBAL,
    BS_SHUTTER_TOP_DOWN, /* the top row is read first */
    BS_SHUTTER_BOTTOM_UP,
    BS_SHUTTER_LEFT_RIGHT, /* the left column is read first */
    BS_SHUTTER_RIGHT_LEFT,
} bs_shutter;

/* In which direction lines are read, as users write it; "" for a global shutter. */
static inline const char *bs_shutter_direction(bs_shutter shutter)
{
    return shutter == BS_SHUTTER_TOP_DOWN     ? "top-down"
           : shutter == BS_SHUTTER_BOTTOM_UP  ? "bottom-up"
           : shutter == BS_SHUTTER_LEFT_RIGHT ? "left-right"
           : shutter == BS_SHUTTER_RIGHT_LEFT ? "right-left"
                                              : "";
}

/* Lines of an image: 1 for a global shutter, else its height or width. */
static inline int bs_shutter_lines(bs_shutter shutter, int width, int height)
{
    return shutter == BS_SHUTTER_GLOBAL ? 1 : shutter <= BS_SHUTTER_BOTTOM_UP ? height : width;
}

/* When line 'i' of n, a y or an x, is read: 0 for the first to n - 1. */
static inline int bs_shutter_order(bs_shutter shutter, int n, int i)
{
    return shutter == BS_SHUTTER_BOTTOM_UP || shutter == BS_SHUTTER_RIGHT_LEFT ? n - 1 - i : i;
}

/* How long after the first line the one that is read k-th of n, 0 <= k <= n, begins: to the nearest ns.  The
 * readout is at most BS_MAX_READOUT_NS. */
static inline int64_t bs_shutter_delay_ns(int64_t readout_ns, int n, int k)
{
    return (readout_ns * k + n / 2) / n;
}

#ifdef __cplusplus
}
#endif

#endif /* BS_SHUTTER_H */
