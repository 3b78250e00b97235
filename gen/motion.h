/*
 * gen/motion.h - the motion of one sample: an exposure drawn on the trace, and the poses inside it.
 */
#ifndef BS_MOTION_H
#define BS_MOTION_H

#include "gen/blursynth.h"
#include "gen/sequence.h"
#include "gen/wanted.h"

/* More poses than this bring nothing: a step of 1 px would mean a blur as long as the picture's side. */
#define BS_MAX_POSES 4096

/* Entries of the track of a rolling shutter, at least and at most. */
#define BS_TRACK_MIN 33
#define BS_TRACK_MAX 257

typedef struct bs_motion {
    bs_exposure exposure; /* of the line that is read first; trace clock */
    bs_exposure capture;  /* from there to the end of the last line's: the same for a global shutter */
    int64_t anchor_ns;    /* trace clock */
    bs_pose T_world_anchor;
    bs_shutter shutter;
    int64_t readout_ns;                      /* of the whole frame */
    int lines;                               /* bs_shutter_lines() of the frame */
    int n;                                   /* poses of each line */
    int64_t *t_ns;                           /* [n] those of the line that is read first; owned, as below */
    double *when;                            /* [n] fraction of a line's exposure */
    bs_pose *T_anchor_cam;                   /* [n][lines] */
    bs_pose *T_anchor_first, *T_anchor_last; /* [lines] at start and end of each line's exposure */
    int64_t *delay_ns, *line_t_ns;  /* [lines] of each line after the one that is read first; scratch */
    int n_track;                    /* 0 for a global shutter */
    int64_t track_ns[BS_TRACK_MAX]; /* [n_track] evenly over the capture, both ends included */
    bs_pose T_anchor_track[BS_TRACK_MAX];
    bs_sequence sequence;
    size_t n_fit, lines_fit, poses_fit; /* allocated */
    double max_step_px;                 /* largest step of a point of the frame between neighbouring poses */
    /* How it was chosen (gen/wanted.h). */
    double wanted_px;      /* mean blur that was wanted; 0: none was */
    uint32_t attempt;      /* of the draws, the one that was taken, from 0 */
    double scale;          /* of made motion */
    const bs_trace *trace; /* that the exposure lies in: 'made', or the recorded one, borrowed */
    bs_trace *made;        /* owned, as the path it was made from; NULL for recorded motion */
    bs_path path;
    uint64_t chosen; /* 1 + the sequence that all this was chosen for; 0: none to be kept */
    bs_exposure first_exposure, first_capture; /* of its first exposure */
} bs_motion;

/* How long a frame of the camera takes from the first line's start to the last one's end, if each line is
 * exposed for 'length_ns'. */
int64_t bs_motion_span_ns(const bs_dataset_options *opt, const bs_camera *cam, int64_t length_ns);

/* Length of the exposures that an attempt of a sequence draws, ns. */
int64_t bs_motion_length_ns(const bs_dataset_options *opt, uint64_t sequence, uint32_t attempt);

/* What an attempt of a sequence draws on 'trace': m->exposure and m->capture of its first exposure.  All
 * of them lie in one stretch of the trace.  BS_EGAP, BS_ERANGE. */
int bs_motion_expose(const bs_dataset_options *opt, const bs_trace *trace, uint64_t sequence,
                     const bs_camera *cam, uint32_t attempt, bs_motion *m, bs_err *err);

/*
 * Chooses the motion of sequence 'sequence' and finds the poses of exposure 'index' of it, for a frame
 * whose measured inverse depths lie in [inv_lo, inv_hi]; 'grid' is its depth if a blur is wanted.  Without
 * sequences, a sample is a sequence of one.  '*m' is {0} or was used before; its memory is used again, and
 * what was chosen is kept for all exposures of a sequence: of one 'opt' and 'from', and equal sequences of
 * equal frames.  BS_EGAP, BS_ERANGE, BS_EINVAL (more poses of more lines than memory can hold), BS_ENOMEM.
 */
int bs_motion_draw(const bs_dataset_options *opt, const bs_motion_source *from, uint64_t sequence,
                   int64_t index, const bs_camera *cam, const bs_depth_grid *grid, double inv_lo,
                   double inv_hi, bs_motion *m, bs_err *err);

void bs_motion_free(bs_motion *m);

#endif /* BS_MOTION_H */
