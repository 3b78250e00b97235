/*
 * gen/motion.h - the motion of one sample: an exposure drawn on the trace, and the poses inside it.
 */
#ifndef BS_MOTION_H
#define BS_MOTION_H

#include "gen/blursynth.h"

/* More poses than this bring nothing: a step of 1 px would mean a blur as long as the picture's side. */
#define BS_MAX_POSES 4096

typedef struct bs_motion {
    bs_exposure exposure; /* trace clock */
    int64_t anchor_ns;    /* trace clock */
    bs_pose T_world_anchor;
    int n;                 /* poses */
    int64_t *t_ns;         /* [n] trace clock; owned, as below */
    bs_pose *T_anchor_cam; /* [n] */
    double *when;          /* [n] fraction of the exposure */
    int capacity;
    bs_pose T_anchor_first, T_anchor_last; /* at exposure start and end */
    double max_step_px; /* largest step of a point of the frame between neighbouring poses */
} bs_motion;

/*
 * Draws length and start of sample 'sample' and finds its poses, for a frame whose measured inverse depths
 * lie in [inv_lo, inv_hi].  '*m' is {0} or was used before; its memory is used again.  BS_EGAP, BS_ERANGE,
 * BS_ENOMEM.
 */
int bs_motion_draw(const bs_dataset_options *opt, const bs_trace *trace, uint64_t sample,
                   const bs_camera *cam, double inv_lo, double inv_hi, bs_motion *m, bs_err *err);

void bs_motion_free(bs_motion *m);

#endif /* BS_MOTION_H */
