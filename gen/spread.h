/*
 * gen/spread.h - how the mean blur of tuples is distributed.  Internal to gen/.
 *
 * Tuples are counted by hundredths of a pixel, so that the figures do not depend on the order in which
 * they come, and memory does not grow with their number.
 */
#ifndef BS_SPREAD_H
#define BS_SPREAD_H

#include <cjson/cJSON.h>

#include "gen/blursynth.h"

typedef struct bs_spread bs_spread; /* opaque */

/* BS_ENOMEM. */
int bs_spread_create(bs_spread **out, bs_err *err);
void bs_spread_destroy(bs_spread **s);

/* One more tuple, of mean blur 'mean_px'; NaN counts as 0. */
void bs_spread_add(bs_spread *s, double mean_px);

/* Whether 'opt' wants a blur of each tuple.  That of a sequence is wanted on the mean of its exposures, which
 * differ. */
int bs_spread_has_target(const bs_dataset_options *opt);

/* Percentiles and histogram of what was added; those outside what 'opt' wants, if it does. */
void bs_spread_tell(const bs_spread *s, const bs_dataset_options *opt, bs_blur_spread *out);

/* As members of 'o', with those off target if there is one; nothing if no tuple was added. */
void bs_spread_describe(cJSON *o, const bs_blur_spread *spread, int has_target);

#endif /* BS_SPREAD_H */
