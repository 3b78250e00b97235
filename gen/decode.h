/*
 * gen/decode.h - image files in: photos (JPEG or PNG) and 16-bit depth PNG.
 *
 * The kind is taken from the file's first bytes, not from its name.  Anything a decoder is not sure of is
 * an error: a libjpeg-turbo warning (a cut file decodes to grey otherwise), a wrong checksum, a missing end.
 * A header with a side above BS_MAX_SIDE is refused before memory is asked for.
 * BS_EIO: cannot be opened or read.  BS_EFORMAT: read, and not what it should be.  Every text begins with
 * the path.  BS_ENOMEM: no memory, which says nothing about the file.  On failure '*out' is untouched.
 * Thread-safe.
 */
#ifndef BS_DECODE_H
#define BS_DECODE_H

#include "gen/bytes.h"
#include "homography/image.h"

/*
 * A colour photo, 8 bits a channel: JPEG (grey, YCbCr or RGB; CMYK is refused), or PNG (grey, palette or RGB,
 * interlaced or not; an alpha channel only if every pixel is opaque; 16-bit PNG is refused).  Grey becomes
 * three equal channels.  Pixels are those the file holds, bit for bit: no gamma, no colour profile, no EXIF
 * orientation.
 */
int bs_photo_read(const char *path, bs_rgb8 *out, bs_err *err);

/* Depth: PNG, 16-bit greyscale and nothing else; an 8-bit or colour file is named as such. */
int bs_depth_png_read(const char *path, bs_gray16 *out, bs_err *err);

/*
 * The same for one image after the other, in memory that is kept: '*file' takes the bytes of the file, and
 * '*img', {0} or an image, is used again where its size is right.  On failure its pixels mean nothing, but it
 * is still the caller's to destroy.
 */
int bs_photo_read_into(const char *path, bs_bytes *file, bs_rgb8 *img, bs_err *err);
int bs_depth_png_read_into(const char *path, bs_bytes *file, bs_gray16 *img, bs_err *err);

#endif /* BS_DECODE_H */
