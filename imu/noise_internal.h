/* imu/noise_internal.h - the true motion of an exposure, at the steps of its readings; not installed. */
#ifndef BS_NOISE_INTERNAL_H
#define BS_NOISE_INTERNAL_H

#include "imu/noise.h"

/* When step 'k' of 0 to d->n is, trace clock. */
int64_t bs_drift_step_ns(const bs_imu_drift *d, int k);

/* The delay, nanoseconds, cut to what the stretch around the window can be turned about its ends for. */
int64_t bs_drift_cut_delay(const bs_trace *tr, const bs_exposure *w, bs_imu_draw *draw);

/*
 * Poses at the steps, 'late_ns' earlier, relative to the first of them: 'out', [d->n + 1];
 * '*T_world_start' is that one.  Fails as bs_trace_pose_at() does.
 */
int bs_drift_follow(const bs_trace *tr, const bs_imu_drift *d, int64_t late_ns, bs_pose *out,
                    bs_pose *T_world_start, bs_err *err);

#endif /* BS_NOISE_INTERNAL_H */
