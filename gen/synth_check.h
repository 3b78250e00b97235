/*
 * gen/synth_check.h - whether the arguments of bs_synth_run() are sound, and what they imply.  Internal to
 * gen/.
 */
#ifndef BS_SYNTH_CHECK_H
#define BS_SYNTH_CHECK_H

#include <stddef.h>

#include "gen/blursynth.h"

/* BS_EINVAL, saying which argument is out of range. */
int bs_synth_check(const bs_synth_input *in, const bs_synth_options *opt, bs_err *err);

/* Poses of all lines; 0 if they are more than memory can hold. */
size_t bs_synth_n_views(const bs_synth_input *in);

/* Whether the sharp image is another camera's than the frame. */
int bs_synth_is_elsewhere(const bs_synth_input *in);

#endif /* BS_SYNTH_CHECK_H */
