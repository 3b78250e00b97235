/*
 * gen/decode_internal.h - what decode.c, decode_jpeg.c and decode_png.c share.
 * 'path' is only for texts; the file is already in memory.  '*img' as in bs_photo_read_into().
 */
#ifndef BS_DECODE_INTERNAL_H
#define BS_DECODE_INTERNAL_H

#include "gen/bytes.h"
#include "homography/image.h"

/*
 * BS_EFORMAT unless the size a header claims is within BS_MAX_SIDE and the file is long enough to fill it,
 * at no more than 'max_px_per_byte', the best its compression can do.  So a few bytes of header cannot ask
 * for a gigabyte.
 */
int bs_decode_check_size(const char *path, const bs_bytes *file, unsigned long width, unsigned long height,
                         double max_px_per_byte, bs_err *err);

/* Makes '*img' an image of this size; nothing is to be done if it is one. */
int bs_decode_fit_rgb8(int width, int height, bs_rgb8 *img, bs_err *err);
int bs_decode_fit_gray16(int width, int height, bs_gray16 *img, bs_err *err);

int bs_decode_jpeg(const char *path, const bs_bytes *file, bs_rgb8 *img, bs_err *err);
int bs_decode_png_photo(const char *path, const bs_bytes *file, bs_rgb8 *img, bs_err *err);
int bs_decode_png_depth(const char *path, const bs_bytes *file, bs_gray16 *img, bs_err *err);

#endif /* BS_DECODE_INTERNAL_H */
