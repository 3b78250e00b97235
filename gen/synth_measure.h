/*
 * gen/synth_measure.h - what is counted over the pixels of a tuple.  Internal to gen/.
 *
 * 'n' pixels; 'threads' never changes a bit of a result.
 */
#ifndef BS_SYNTH_MEASURE_H
#define BS_SYNTH_MEASURE_H

#include <stddef.h>
#include <stdint.h>

/* The mask of a blurred image, 255 where all light is seen, from the share of it that is.  Returns the mean
 * share. */
double bs_mask_make(const float *seen, size_t n, int threads, uint8_t *mask);

/* The share of the pixels whose depth was measured. */
double bs_measured_share(const uint8_t *measured, size_t n, int threads);

/* The least and the largest of those that are not NaN; INFINITY and -INFINITY of none. */
void bs_range(const float *v, size_t n, int threads, float *lo, float *hi);

#endif /* BS_SYNTH_MEASURE_H */
