#include "gen/encode.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "floats are written as they lie in memory");
_Static_assert(sizeof(float) == 4, "'<f4' is what the header says");

/* The data begins at a multiple of this, so that a mapped file has aligned floats. */
#define ALIGNMENT 64

/* Magic, version, length and dictionary, as numpy.save writes them, to the byte. */
static int append_header(const char *descr, int width, int height, int channels, bs_bytes *out, bs_err *err)
{
    char shape[48], dict[128];
    uint8_t head[2 * ALIGNMENT] = { 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0 };
    int n_dict;

    if (channels == 1)
        snprintf(shape, sizeof shape, "(%d, %d)", height, width);
    else
        snprintf(shape, sizeof shape, "(%d, %d, %d)", height, width, channels);
    n_dict =
        snprintf(dict, sizeof dict, "{'descr': '%s', 'fortran_order': False, 'shape': %s, }", descr, shape);
    assert(10 + n_dict < (int)sizeof head && 10 + n_dict >= ALIGNMENT);
    head[8] = sizeof head - 10;
    head[9] = 0;
    memset(head + 10, ' ', sizeof head - 10);
    memcpy(head + 10, dict, (size_t)n_dict);
    head[sizeof head - 1] = '\n';
    return bs_bytes_append(out, head, sizeof head, err);
}

static uint32_t bits_of(float f)
{
    uint32_t u;

    memcpy(&u, &f, sizeof u);
    return u;
}

/* By hand: _Float16 is missing where clang 14 builds for x86-64.  Assumes the default rounding mode. */
static uint16_t half_of(float f)
{
    const uint32_t sign = bits_of(f) >> 16 & 0x8000;
    const uint32_t a = bits_of(f) & 0x7fffffff; /* |f| */
    uint32_t half;

    if (a > 0x7f800000) {
        half = 0x7e00; /* NaN */
    } else if (a >= 0x477ff000) {
        half = 0x7c00; /* 65520, halfway between 65504 and 2^16, and all above: infinity */
    } else if (a < 0x38800000) {
        /* Below 2^-14, subnormal: the last bit of a float near 0.5 is worth 2^-24 too, so the sum rounds. */
        half = bits_of(fabsf(f) + 0.5f) - bits_of(0.5f);
    } else {
        half = (a - (112u << 23) + 0xfff + (a >> 13 & 1)) >> 13; /* exponent bias 127 to 15; ties to even */
    }
    return (uint16_t)(sign | half);
}

int bs_encode_npy_f32_head(int width, int height, int channels, bs_bytes *out, bs_err *err)
{
    assert(width > 0 && height > 0 && channels > 0);
    return append_header("<f4", width, height, channels, out, err);
}

int bs_encode_npy_f32(const float *px, int width, int height, int channels, bs_bytes *out, bs_err *err)
{
    const size_t n = (size_t)width * (size_t)height * (size_t)channels;
    const size_t n_before = out->n;
    int rc;

    rc = bs_encode_npy_f32_head(width, height, channels, out, err);
    if (rc == BS_OK)
        rc = bs_bytes_append(out, px, n * sizeof *px, err);
    if (rc != BS_OK)
        out->n = n_before;
    return rc;
}

int bs_encode_npy_f16(const float *px, int width, int height, int channels, bs_bytes *out, bs_err *err)
{
    const size_t n = (size_t)width * (size_t)height * (size_t)channels;
    const size_t n_before = out->n;
    uint16_t part[2048];
    int rc;

    assert(width > 0 && height > 0 && channels > 0);
    rc = append_header("<f2", width, height, channels, out, err);
    for (size_t i = 0; i < n && rc == BS_OK;) {
        size_t n_part = 0;

        while (n_part < sizeof part / sizeof *part && i < n)
            part[n_part++] = half_of(px[i++]);
        rc = bs_bytes_append(out, part, n_part * sizeof *part, err);
    }
    if (rc != BS_OK)
        out->n = n_before;
    return rc;
}
