/* The motion that an IMU with a delay measures. */
#include "imu/noise_internal.h"

#include <math.h>

int64_t bs_drift_step_ns(const bs_imu_drift *d, int k)
{
    return bs_exposure_instant_ns(&d->window, BS_PLACEMENT_ENDPOINTS, d->n + 1, k);
}

/* The stretch of the trace that holds the window. */
static bs_stretch stretch_around(const bs_trace *tr, const bs_exposure *w)
{
    const bs_trace_info *info = bs_trace_describe(tr);
    size_t i = 0;

    while (i + 1 < info->n_stretches && w->start_ns > info->stretches[i].end_ns)
        i++;
    return info->stretches[i];
}

/*
 * The camera at 't_ns' or, before and after the stretch, where it would be if it had moved there as it
 * does inside: its motion, turned about the end.  Speeds stay what they are, also across the end.
 */
static int pose_at(const bs_trace *tr, const bs_stretch *s, int64_t t_ns, bs_pose *T_world_cam, bs_err *err)
{
    const int64_t end_ns = t_ns < s->start_ns ? s->start_ns : s->end_ns;
    bs_pose T_world_end, T_cam_world;
    int rc;

    if (t_ns >= s->start_ns && t_ns <= s->end_ns)
        return bs_trace_pose_at(tr, t_ns, T_world_cam, err);
    rc = bs_trace_pose_at(tr, end_ns, &T_world_end, err);
    rc = rc ? rc : bs_trace_pose_at(tr, 2 * end_ns - t_ns, T_world_cam, err);
    if (rc != BS_OK)
        return rc;
    T_cam_world = bs_pose_inverse(T_world_cam);
    *T_world_cam = bs_pose_mul(&T_cam_world, &T_world_end);
    *T_world_cam = bs_pose_mul(&T_world_end, T_world_cam);
    return BS_OK;
}

int bs_drift_follow(const bs_trace *tr, const bs_imu_drift *d, int64_t late_ns, bs_pose *out,
                    bs_pose *T_world_start, bs_err *err)
{
    const bs_stretch s = stretch_around(tr, &d->window);
    bs_pose T_start_world, T;
    int rc = pose_at(tr, &s, bs_drift_step_ns(d, 0) - late_ns, T_world_start, err);

    if (rc != BS_OK)
        return rc;
    T_start_world = bs_pose_inverse(T_world_start);
    out[0] = bs_pose_identity();
    for (int k = 1; rc == BS_OK && k <= d->n; k++) {
        rc = pose_at(tr, &s, bs_drift_step_ns(d, k) - late_ns, &T, err);
        if (rc == BS_OK)
            out[k] = bs_pose_mul(&T_start_world, &T);
    }
    return rc;
}

int64_t bs_drift_cut_delay(const bs_trace *tr, const bs_exposure *w, bs_imu_draw *draw)
{
    const bs_stretch s = stretch_around(tr, w);
    const int64_t length_ns = s.end_ns - s.start_ns, most_ns = w->start_ns - s.start_ns + length_ns,
                  least_ns = w->start_ns + w->length_ns - s.end_ns - length_ns;
    int64_t late_ns = llround(1e9 * draw->delay_s);

    late_ns = late_ns > most_ns ? most_ns : late_ns < least_ns ? least_ns : late_ns;
    draw->delay_s = 1e-9 * (double)late_ns;
    return late_ns;
}
