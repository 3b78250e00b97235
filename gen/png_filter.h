/* gen/png_filter.h - rows of pixels as PNG compresses them: a filter's name and what it leaves of the row. */
#ifndef BS_PNG_FILTER_H
#define BS_PNG_FILTER_H

#include <stddef.h>
#include <stdint.h>

/* Filter types, as PNG numbers them. */
enum { BS_PNG_NONE = 0, BS_PNG_PAETH = 4 };

/* Writes 1 + n bytes.  'row' and the row 'above' it (zeros for the first) are n bytes as PNG has them, the
 * pixel to the left 'n_px' bytes before. */
void bs_png_filter(int type, const uint8_t *row, const uint8_t *above, size_t n, size_t n_px, uint8_t *out);

/* Most significant byte first, from the host's order. */
void bs_png_swap(const uint8_t *row, size_t n, uint8_t *out);

#endif /* BS_PNG_FILTER_H */
