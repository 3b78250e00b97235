/*
 * tests/sequence_case.h - one exposure of a sequence, on the frames and motions of tests/blur_case.h.
 */
#ifndef SEQUENCE_CASE_H
#define SEQUENCE_CASE_H

#include "tests/blur_case.h"

/* Where the exposure's anchor is, and what it shares with the others. */
typedef struct later {
    bs_pose T_frame_anchor;
    const bs_pose *T_frame_span;
    int n_span;
    uint64_t span_id;
} later;

/* An anchor moved by 't' and turned by 'r', alone. */
later later_at(double tx, double ty, double tz, double rx, double ry, double rz);

/* 'm' is relative to the anchor. */
int later_run(bs_synth *s, const frame *f, const motion *m, const later *l, const bs_synth_options *opt,
              bs_tuple *out, bs_err *err);

/* The same, or fails the test with the library's text. */
bs_tuple later_make(bs_synth *s, const frame *f, const motion *m, const later *l,
                    const bs_synth_options *opt);

#endif /* SEQUENCE_CASE_H */
