#include "gen/png_filter.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Without branches, so that the compiler does many pixels at a time: libpng's takes nine times as long. */
static void paeth(const uint8_t *row, const uint8_t *above, size_t n, size_t n_px, uint8_t *restrict out)
{
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

void bs_png_filter(int type, const uint8_t *row, const uint8_t *above, size_t n, size_t n_px, uint8_t *out)
{
    assert(type == BS_PNG_NONE || type == BS_PNG_PAETH);
    out[0] = (uint8_t)type;
    if (type == BS_PNG_PAETH)
        paeth(row, above, n, n_px, out + 1);
    else
        memcpy(out + 1, row, n);
}

void bs_png_swap(const uint8_t *row, size_t n, uint8_t *out)
{
    assert(n % 2 == 0);
    for (size_t i = 0; i < n; i += 2) {
        out[i] = row[i + 1];
        out[i + 1] = row[i];
    }
}
