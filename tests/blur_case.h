/*
 * tests/blur_case.h - small frames of noise with depth of several kinds, and motions to blur them with.
 */
#ifndef BLUR_CASE_H
#define BLUR_CASE_H

#include <stdint.h>

#include "gen/blursynth.h"

#define MAX_POSES 48

typedef struct frame {
    bs_camera cam;
    uint8_t *rgb;
    float *depth;
    uint64_t id; /* 0 until a test sets it: bs_synth_input.frame_id */
} frame;

typedef struct motion {
    bs_pose pose[MAX_POSES];
    double when[MAX_POSES];
    int n;
} motion;

/* Depth: every layout but FLAT has edges; the last two also unknown and infinite depth. */
typedef enum layout { FLAT, CARD, HOLES, NOISE, N_LAYOUTS } layout;

extern const char *const layout_names[N_LAYOUTS];

/* Colours are noise; free_frame() it. */
frame make_frame(int w, int h, layout kind, uint32_t seed);
void free_frame(frame *f);

/* 'n' poses around the anchor, from minus half to plus half of a move by 't' and a turn by the vector 'r'. */
motion make_motion(int n, double tx, double ty, double tz, double rx, double ry, double rz);

/* One pose, moved by 't' and turned by 'r'. */
motion make_pose(double tx, double ty, double tz, double rx, double ry, double rz);

/* Blurs, or fails the test with the library's text.  The result lasts until the next call. */
bs_tuple blur(bs_synth *s, const frame *f, const motion *m, const bs_synth_options *opt);

/* cmocka's: '*state' is a bs_synth. */
int setup_synth(void **state);
int teardown_synth(void **state);

#endif /* BLUR_CASE_H */
