/*
 * gen/sequence.h - consecutive exposures of one motion from one RGB-D frame.  Internal to gen/.
 *
 * The frames of a sequence are tuples with consecutive keys.  Exposure length, start and motion are drawn
 * once for a sequence, noise for each key.  The camera of the RGB-D frame is the anchor camera of exposure
 * 0.
 */
#ifndef BS_SEQUENCE_H
#define BS_SEQUENCE_H

#include "gen/blursynth.h"

typedef struct bs_sequence {
    bs_pose T_frame_anchor; /* of the exposure in hand */
    /* The camera over all exposures of the sequence, as the camera of the frame has it: dense enough for the
     * parallax of the whole; none for a sequence of one. */
    bs_pose *T_frame_span; /* [n_span] owned, as below */
    int64_t *t_ns;         /* [n_span] */
    int n_span, capacity;
} bs_sequence;

/* The sequence that sample 'key' belongs to, and its place there. */
static inline int64_t bs_sequence_of(const bs_dataset_options *opt, int64_t key)
{
    return key / opt->frames_per_sequence;
}

static inline int64_t bs_sequence_index(const bs_dataset_options *opt, int64_t key)
{
    return key % opt->frames_per_sequence;
}

/* BS_EINVAL, naming the option: no interval, or one that exposures do not fit into.  One camera takes an
 * exposure after the other. */
int bs_sequence_check(const bs_dataset_options *opt, bs_err *err);

/* From the start of the first capture to the end of the last, for captures of 'capture_ns': the exposure, and
 * the readout of a rolling shutter. */
int64_t bs_sequence_span_ns(const bs_dataset_options *opt, int64_t capture_ns);

/*
 * The poses of a sequence whose capture 'index' is '*capture'.  '*s' is {0} or was used before.  Fails as
 * bs_trace_pose_at() does, and BS_ENOMEM.
 */
int bs_sequence_place(const bs_dataset_options *opt, const bs_trace *trace, const bs_exposure *capture,
                      int64_t index, bs_sequence *s, bs_err *err);

void bs_sequence_free(bs_sequence *s);

#endif /* BS_SEQUENCE_H */
