/*
 * tests/rolling_case.h - captures of a rolling shutter along a motion given in closed form.
 */
#ifndef ROLLING_CASE_H
#define ROLLING_CASE_H

#include "tests/blur_case.h"

/* T_anchor_cam at 't_s' seconds after the anchor. */
typedef bs_pose way(const void *user, double t_s);

typedef struct capture {
    bs_shutter shutter;
    double exposure_s, readout_s; /* of a line, of the whole frame */
    double anchor_s;              /* after the first line's start */
    int n;                        /* poses, in the middles of n intervals */
    way *pose;
    const void *user;
} capture;

extern const char *const shutter_names[];

/* When line 'line', or a place between two, begins its exposure, seconds after the anchor; beyond the
 * outermost lines when they do. */
double line_start_s(const capture *k, const bs_camera *cam, double line);

/* A frame's input to the library; free_input() its poses. */
bs_synth_input make_input(const frame *f, const capture *k);
void free_input(bs_synth_input *in);

/* Blurs, or fails the test. */
bs_tuple blur_input(bs_synth *s, const bs_synth_input *in, const bs_synth_options *opt);

#endif /* ROLLING_CASE_H */
