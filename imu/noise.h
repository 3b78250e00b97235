/*
 * imu/noise.h - what an IMU would make of a motion: the errors of its readings, drawn, and the poses that
 * follow from them.
 *
 *     noise_model.c   "phone:tilt=2" -> a model -> the errors of one exposure
 *     noise_follow.c  the motion that is read
 *     noise_drift.c   what they do to its poses
 *
 * The IMU sits in the centre of the camera.  docs/kernel_noisy.md has the equations and where the presets'
 * values come from.
 */
#ifndef BS_IMU_NOISE_H
#define BS_IMU_NOISE_H

#include <stdint.h>

#include "homography/error.h"
#include "homography/pose.h"
#include "imu/exposure.h"
#include "imu/trace.h"

#ifdef __cplusplus
extern "C" {
#endif

/* How large errors are: standard deviations of normal distributions, each axis for itself. */
typedef struct bs_imu_noise {
    const char *preset;              /* "phone", ...: static text */
    double rate_hz;                  /* readings a second, of both sensors */
    double gyro_noise, accel_noise;  /* white: rad/s and m/s^2, for each square root of Hz */
    double gyro_walk, accel_walk;    /* of the biases: rad/s and m/s^2, for each square root of s */
    double gyro_bias, accel_bias;    /* what calibration left, constant for an exposure: rad/s, m/s^2 */
    double misalign_rad;             /* rotation of the IMU against the camera */
    double tilt_rad;                 /* of what is taken for the vertical at the start */
    double velocity_m_s;             /* of what is taken for the velocity at the start */
    double delay_mean_s, delay_s;    /* readings come late by this, on average and spread */
    double delay_min_s, delay_max_s; /* a delay beyond is set to these */
    double centre;                   /* of what is taken for the principal point, in widths and heights */
} bs_imu_noise;

/*
 * bs_imu_noise_parse() reads "PRESET" or "PRESET:KEY=VALUE,...", as --imu-noise has it, in any locale.
 * BS_EINVAL: an unknown preset or key, or a value out of its range; the text says what there is.  '*out' is
 * then untouched.
 */
int bs_imu_noise_parse(const char *text, bs_imu_noise *out, bs_err *err);

/* The i-th key, its unit and its value in 'noise', as in the text; the delay's is its mean.  0 after the
 * last. */
int bs_imu_noise_key(const bs_imu_noise *noise, int i, const char **key, double *value);

/* The errors of one exposure that are constant in it. */
typedef struct bs_imu_draw {
    double gyro_bias_rad_s[3], accel_bias_m_s2[3]; /* at the start, in axes of the IMU */
    double misalign_rad[3];                        /* rotation vector, from camera axes to the IMU's */
    double tilt_rad[2];     /* about two horizontal axes: the camera's x made horizontal, and across it */
    double velocity_m_s[3]; /* in axes of the IMU at the start */
    double delay_s;
    double centre[2]; /* share of width and height */
} bs_imu_draw;

/* A pure function of its arguments. */
bs_imu_draw bs_imu_noise_draw(const bs_imu_noise *noise, uint64_t seed, uint64_t sample);

/* How poses integrated from readings with errors part from the true ones, over a stretch of time.  {0} is
 * empty; its memory is used again. */
typedef struct bs_imu_drift {
    bs_exposure window;                  /* trace clock */
    int n;                               /* steps of equal length */
    bs_pose *T_cam_taken, *T_start_true; /* [n + 1]; owned.  The second is scratch */
    int capacity;
} bs_imu_drift;

void bs_imu_drift_free(bs_imu_drift *d);

/*
 * bs_imu_drift_make() turns the motion of 'tr' in 'window' into ideal readings, adds the errors of 'draw' and
 * the white noise and bias walks of (seed, sample), and integrates them from the window's start, where pose
 * and velocity are known but for the draw's errors.  'down_world' is a unit vector.  Where a delay asks for
 * motion before or after the trace, or a stretch of it without a gap, the motion inside stands for it, turned
 * about the end; a delay that is longer than that is cut.
 *
 * Fails as bs_trace_pose_at() does, and BS_ENOMEM.  A pure function of its arguments, but for memory.
 */
int bs_imu_drift_make(const bs_trace *tr, const bs_imu_noise *noise, uint64_t seed, uint64_t sample,
                      const bs_exposure *window, const double down_world[3], bs_imu_draw *draw,
                      bs_imu_drift *d, bs_err *err);

/*
 * What is taken for T_anchor_cam, the pose at 't_ns' relative to that at 'anchor_ns', both inside the window.
 * Between steps the error is interpolated, not the pose: without errors it is T_anchor_cam at any time.
 */
bs_pose bs_imu_drift_apply(const bs_imu_drift *d, int64_t anchor_ns, int64_t t_ns,
                           const bs_pose *T_anchor_cam);

#ifdef __cplusplus
}
#endif

#endif /* BS_IMU_NOISE_H */
