/* tests/read_png.h - a PNG read back by libpng alone; any fault in the file ends the program. */
#ifndef BS_TESTS_READ_PNG_H
#define BS_TESTS_READ_PNG_H

#include "gen/bytes.h"

/* The file holds these pixels, [height][width][channels] of 'bits' bits in host order, and nothing after. */
void read_png_expect(const bs_bytes *file, const void *px, unsigned width, unsigned height, int channels,
                     int bits);

#endif /* BS_TESTS_READ_PNG_H */
