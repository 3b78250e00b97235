/*
 * imu/rest.h - when an IMU did not move, and what that tells of its biases; not installed.
 *
 * Readings are averaged over blocks of 50 ms.  The IMU is at rest where over half a second the means of
 * both sensors scatter less than any hand moves them (by 0.004 rad/s and 0.08 m/s^2), the gyroscope reads
 * less than 0.1 rad/s, which is left to its bias, and the accelerometer gravity to 1 m/s^2.  Vibration
 * faster than the blocks, as of motors, does not count as motion.  A steady turn about the vertical that
 * is slower than 0.1 rad/s cannot be told from rest: its gyroscope must come with its bias.
 */
#ifndef BS_REST_H
#define BS_REST_H

#include "imu/imu.h"

/* A stretch at rest: rows [first, last] and their mean readings. */
typedef struct bs_still {
    size_t first, last;
    double gyro_rad_s[3], accel_m_s2[3];
} bs_still;

/*
 * The stretches at rest, in time order, none across an interval longer than 'max_gap_ns'.  One whose
 * gyroscope reads by more than 0.02 rad/s otherwise than in the longest is a steady turn, and left out.
 * '*out' (NULL if there are none) is the caller's to free.  BS_ENOMEM.
 */
int bs_rests_find(const bs_imu *imu, int64_t max_gap_ns, bs_still **out, size_t *n, bs_err *err);

/* Takes the bias, interpolated in time between the middles of n >= 1 rests, off the gyroscope's rows. */
void bs_rests_unbias(bs_imu *imu, const bs_still *rests, size_t n);

/* The mean length of the accelerometer's readings at rest; n >= 1. */
double bs_rests_gravity(const bs_still *rests, size_t n);

#endif /* BS_REST_H */
