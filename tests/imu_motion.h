/*
 * tests/imu_motion.h - motions in closed form, and what a perfect IMU reads of them.
 */
#ifndef BS_TEST_IMU_MOTION_H
#define BS_TEST_IMU_MOTION_H

#include "imu/imu.h"
#include "imu/trace.h"

#define MOTION_WAVES 3
#define MOTION_GRAVITY 9.81

/* amplitude sin(2 pi f t + phase) */
typedef struct motion_wave {
    double amplitude, hz, phase;
} motion_wave;

/* Position in metres and angles of yaw, pitch, roll in radians: R = Rz(yaw) Ry(pitch) Rx(roll). */
typedef struct motion {
    motion_wave position[3][MOTION_WAVES], angle[3][MOTION_WAVES];
} motion;

extern const motion motion_shake; /* a hand that holds still: tremor of 9 to 11 Hz on a sway of 0.4 to 1 Hz */
extern const motion motion_brisk; /* a hand that moves: up to 0.9 m/s and 3 rad/s */

/* The body 't_s' seconds after the motion's time 0, with velocity and rate. */
bs_state motion_state(const motion *m, double t_s);

/* What an IMU reads then; gravity points down, along -z. */
bs_imu_sample motion_reading(const motion *m, double t_s);

/* 'n' readings from time 0 on, 'interval_ns' apart; the caller frees it with bs_imu_free(). */
bs_imu *motion_imu(const motion *m, size_t n, int64_t interval_ns);

/* How far two motions over the same time are apart. */
typedef struct motion_error {
    double turn_deg, way_m;
} motion_error;

/* T_a0_a1 against T_b0_b1: from one time to another, each in its own world. */
motion_error motion_compare(const bs_pose *a0, const bs_pose *a1, const bs_pose *b0, const bs_pose *b1);

#endif /* BS_TEST_IMU_MOTION_H */
