/*
 * gen/encode.h - what a tuple holds, as the bytes of files.
 *
 * Each function appends a whole file to '*out'; on failure '*out' holds what it held before.  The bytes are a
 * pure function of the arguments (and of what compresses a PNG: gen/deflate.h).
 * BS_ENOMEM is the only failure of correct arguments.  Thread-safe.
 */
#ifndef BS_ENCODE_H
#define BS_ENCODE_H

#include <stdint.h>

#include "gen/bytes.h"
#include "gen/deflate.h"
#include "homography/error.h"

/*
 * What making a PNG takes beside the file, kept from one file to the next: {0} is empty.  One serves one
 * thread at a time; the bytes of a file do not hang on it.  Beside what the deflater takes it is about what the
 * pixels do, twice.
 */
typedef struct bs_png_scratch {
    bs_deflater deflater;
    bs_bytes rows;   /* filtered, and as many zeros as a row */
    bs_bytes stream; /* compressed */
} bs_png_scratch;

/* Frees what it holds; it is then {0}. */
void bs_png_scratch_free(bs_png_scratch *scratch);

/* 8-bit PNG; channels 1 (grey) or 3 (RGB); px is [height][width][channels].  level: 0 stores, 1 is fast, 9 is
 * small; else BS_EINVAL.  scratch: NULL takes memory for this file only. */
int bs_encode_png8(const uint8_t *px, int width, int height, int channels, int level, bs_png_scratch *scratch,
                   bs_bytes *out, bs_err *err);

/* 16-bit PNG, most significant byte first as PNG has it; px is [height][width][channels], host order. */
int bs_encode_png16(const uint16_t *px, int width, int height, int channels, int level,
                    bs_png_scratch *scratch, bs_bytes *out, bs_err *err);

/* NumPy .npy, version 1.0, little-endian float32, C order, shape (height, width, channels), or (height,
 * width) when channels is 1. */
int bs_encode_npy_f32(const float *px, int width, int height, int channels, bs_bytes *out, bs_err *err);

/* The beginning of the same, up to the floats as they lie in memory: for who writes them himself. */
int bs_encode_npy_f32_head(int width, int height, int channels, bs_bytes *out, bs_err *err);

/* The same as float16, rounded to nearest even; beyond 65504 becomes infinity, NaN stays NaN. */
int bs_encode_npy_f16(const float *px, int width, int height, int channels, bs_bytes *out, bs_err *err);

/* Middlebury .flo of a [height][width][2] flow; a vector with a NaN becomes (1e10, 1e10), its mark for
 * unknown. */
int bs_encode_flo(const float *uv, int width, int height, bs_bytes *out, bs_err *err);

/* KITTI flow PNG: R = u * 64 + 2^15 and G = v * 64 + 2^15 rounded to nearest (halves up), B = 1 where known
 * and within -512 to 511.98 px; 0, 0, 0 where it is not. */
int bs_encode_kitti(const float *uv, int width, int height, int level, bs_png_scratch *scratch, bs_bytes *out,
                    bs_err *err);

#endif /* BS_ENCODE_H */
