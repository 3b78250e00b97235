/* homography/sensor.h - light to pixel values and back over whole images, OpenMP back end. */
#ifndef BS_SENSOR_H
#define BS_SENSOR_H

#include <stddef.h>
#include <stdint.h>

#include "homography/isa.h"
#include "homography/response.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Encoded values to light, 'n' values.  'threads' never changes a byte, here and below. */
void bs_decode(const bs_response *resp, const uint8_t *encoded, size_t n, int threads, float *light);

/*
 * Light to encoded values of an image [height][width][3], with Poisson noise of 'peak' photo-electrons at
 * light 1 (0: none), a pure function of (seed, sample, pixel).
 */
void bs_expose(const bs_response *resp, const float *light, int width, int height, double peak, uint64_t seed,
               uint64_t sample, int threads, uint8_t *encoded);

/* The same by the code for an instruction set, which must run here (bs_isa_runs()).  All write the bytes of
 * bs_sensor_px() (homography/sensor_px.h), which takes one value at a time. */
void bs_expose_isa(bs_isa isa, const bs_response *resp, const float *light, int width, int height,
                   double peak, uint64_t seed, uint64_t sample, int threads, uint8_t *encoded);

#ifdef __cplusplus
}
#endif

#endif /* BS_SENSOR_H */
