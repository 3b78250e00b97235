/*
 * imu/attitude.h - from angular rates to orientation, and which way is up; not installed.
 *
 * All of a stretch without gaps: 'n' rows of readings, less their biases, and as many states.
 */
#ifndef BS_ATTITUDE_H
#define BS_ATTITUDE_H

#include "imu/imu.h"
#include "imu/trace.h"

/* Fills in orientation, from the identity at the first row, and angular rate. */
void bs_attitude_turn(const bs_imu_sample *rows, bs_state *states, size_t n);

/*
 * Turns the world so that its z is up, throughout: up is the accelerometer's direction in a world that turns
 * with the gyroscope, on the mean over a triangle of half a minute, cut at the ends.  The world follows it
 * by the shortest way.  Where the accelerometer reads nothing (free fall) it stays.  BS_ENOMEM.
 */
int bs_attitude_level(const bs_imu_sample *rows, bs_state *states, size_t n, bs_err *err);

/*
 * Turns each row's orientation to 'reference', [n] quaternions, but for what is faster than a triangle of
 * 'width_s'.  'reference' is used up.  BS_ENOMEM.
 */
int bs_attitude_follow(bs_state *states, size_t n, double (*reference)[4], double width_s, bs_err *err);

#endif /* BS_ATTITUDE_H */
