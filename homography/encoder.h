/*
 * homography/encoder.h - light to 8-bit values, many at a time.
 *
 * What bs_encode_px() (homography/sensor_px.h) finds with eight comparisons, one addition finds in a table.
 * The bits of a float above 0 grow with it.  Their upper half, the key, has at most one of the response's
 * bounds among its floats; an entry holds the value of the least of them, and beside it a number that the
 * lower half of the bits carries over from the bound on.  The results are equal for every float.
 */
#ifndef BS_ENCODER_H
#define BS_ENCODER_H

#include <stddef.h>
#include <stdint.h>

#include "homography/response.h"

#ifdef __cplusplus
extern "C" {
#endif

#define BS_ENCODER_KEYS 0x3f82 /* upper halves of the bits from 0 to 1, and one more */

typedef struct bs_encoder {
    const bs_response *resp; /* borrowed */
    int has_table;           /* 0: several bounds in one key, as a gamma far below 1 has */
    float least;             /* has the first key of the table; all light below is 0 */
    uint32_t first_key;
    uint32_t entry[BS_ENCODER_KEYS]; /* [key - first_key] */
} bs_encoder;

/* Some microseconds: made for an image, not for a pixel.  'resp' is borrowed. */
void bs_encoder_make(const bs_response *resp, bs_encoder *out);

/* Values of 'n' lights. */
void bs_encode(const bs_encoder *e, const float *light, size_t n, uint8_t *encoded);

#ifdef __cplusplus
}
#endif

#endif /* BS_ENCODER_H */
