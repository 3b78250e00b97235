/*
 * gen/png_filter.h - rows of pixels as PNG compresses them: the number of a filter, and what it leaves.
 *
 * libpng filters only what it compresses itself.  Each function writes 1 + 'n' bytes, of a row that takes
 * 'n' bytes in the file.  The row above the first one is zeros.
 */
#ifndef BS_PNG_FILTER_H
#define BS_PNG_FILTER_H

#include <stddef.h>
#include <stdint.h>

/* NONE: samples as they are, 8 bits, or 16 in host order. */
void bs_png_none8(const uint8_t *row, size_t n, uint8_t *out);
void bs_png_none16(const uint16_t *row, size_t n, uint8_t *out);

/* PAETH, 8 bits: against the pixels to the left, 'n_px' bytes before, above, and above that. */
void bs_png_paeth8(const uint8_t *row, const uint8_t *above, size_t n, size_t n_px, uint8_t *out);

/* UP, 16 bits in host order: against the pixel above. */
void bs_png_up16(const uint16_t *row, const uint16_t *above, size_t n, uint8_t *out);

#endif /* BS_PNG_FILTER_H */
