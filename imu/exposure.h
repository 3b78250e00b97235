/*
 * imu/exposure.h - choosing an exposure on a trace, and the poses inside it.
 *
 * Pure functions of the trace and their arguments; any number of threads may call them at once.
 */
#ifndef BS_EXPOSURE_H
#define BS_EXPOSURE_H

#include "imu/trace.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum bs_anchor { BS_ANCHOR_MIDDLE, BS_ANCHOR_START, BS_ANCHOR_END } bs_anchor;

typedef enum bs_placement {
    BS_PLACEMENT_MIDPOINT,  /* the middles of n equal intervals */
    BS_PLACEMENT_ENDPOINTS, /* n equally spaced instants, first and last included */
} bs_placement;

/* One exposure, trace clock. */
typedef struct bs_exposure {
    int64_t start_ns, length_ns;
} bs_exposure;

/* The longest exposure the trace can hold: its longest stretch without a gap, ns. */
BS_API int64_t bs_exposure_longest_ns(const bs_trace *tr);

/*
 * bs_exposure_place() lays an exposure of 'length_ns' at the fraction 'u' in [0, 1) of all the places where
 * it fits between gaps: uniform 'u' gives uniform start times, whole nanoseconds, both ends of each stretch
 * included.  BS_EGAP, saying how long the longest stretch is, if it fits nowhere; BS_EINVAL if the length is
 * negative or 'u' outside [0, 1).  '*out' is then untouched.
 */
BS_API int bs_exposure_place(const bs_trace *tr, int64_t length_ns, double u, bs_exposure *out, bs_err *err);

/*
 * bs_exposure_check() tells whether an exposure given by the user lies in the trace: BS_ERANGE outside it,
 * BS_EGAP across a gap, BS_EINVAL if its length is negative; the text says when the trace begins and ends,
 * or where the gap is, in seconds after the first row.
 */
BS_API int bs_exposure_check(const bs_trace *tr, const bs_exposure *ex, bs_err *err);

/*
 * The i-th of n instants of the exposure, trace clock.  ENDPOINTS with n = 1 is the middle.
 * 0 <= i < n.  Rounded to the nearest nanosecond.
 */
BS_API int64_t bs_exposure_instant_ns(const bs_exposure *ex, bs_placement placement, int n, int i);

/* The instant whose view the sharp image is, trace clock. */
BS_API int64_t bs_exposure_anchor_ns(const bs_exposure *ex, bs_anchor anchor);

/*
 * bs_exposure_poses() gives the camera pose at each of 'n' times relative to the pose at 'anchor_ns':
 * T_anchor_cam[i] takes points seen by the camera at t_ns[i] to the camera at the anchor.  Where t_ns[i] is
 * anchor_ns, and wherever the camera is still where it was then, it is the identity exactly.
 *
 * Fails as bs_trace_pose_at() does; '*T_anchor_cam' is then untouched.
 */
BS_API int bs_exposure_poses(const bs_trace *tr, int64_t anchor_ns, const int64_t *t_ns, int n,
                             bs_pose *T_anchor_cam, bs_err *err);

#ifdef __cplusplus
}
#endif

#endif /* BS_EXPOSURE_H */
