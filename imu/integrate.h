/*
 * imu/integrate.h - from readings of an IMU to the poses of a trace.
 *
 *     rest.h       when the IMU did not move: the gyroscope's bias, the length of gravity     rest.c
 *     attitude.h   rates -> rotation, and which way is up                                     attitude.c
 *     integrate.h  accelerations -> velocity -> position, a trace of all that                 integrate*.c
 *
 * The body's axes are the IMU's, the world's z points up.  The gyroscope reads w, the accelerometer the
 * specific force f:
 *
 *     R' = R [w]x        p' = v        v' = R f + g,  g = (0, 0, -|g|)
 *
 * Between two rows readings are cubics in time with the slopes of finite differences, uneven intervals
 * included.  A step of rotation is the exponential of a rotation vector that is exact to fourth order; a
 * step of velocity and position integrates the cubic that has the world's acceleration and its slope at both
 * rows.
 */
#ifndef BS_INTEGRATE_H
#define BS_INTEGRATE_H

#include "imu/imu.h"
#include "imu/trace.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * bs_trace_from_imu() makes a trace of readings, as bs_trace_open() does of an IMU's file.
 *
 * Rows farther apart than the longest interval to bridge are a gap, and what lies between two gaps is
 * integrated by itself.
 *
 * The gyroscope's bias is the given one; else the mean reading of stretches at rest, interpolated in time
 * between them and constant beyond; without any it is taken as 0, which a note says.  The length of
 * gravity is what the accelerometer reads at rest, 9.81 m/s^2 without rests.  Up is where the
 * accelerometer points on the mean over half a minute, turned along with the gyroscope.
 *
 * An accelerometer does not know its velocity, and what it integrates to runs away.  So for each rule,
 * with v_int the integral and S a smoothing that leaves straight lines as they are,
 *
 *     v = v_int + S(v_ref - v_int)
 *
 *     ZERO_MEAN   v_ref = 0, S a triangle of 4 s: hand shake passes, what is slower than 0.2 Hz mostly does not
 *     REST        v_ref = 0 at rest, and there S is exact; straight lines between rests.  A stretch without
 *                 rest begins at rest, which a note says
 *     POSES       v_ref = velocity of another trace, S a triangle of 0.5 s; likewise the rotation is that
 *                 trace's with what is faster from the gyroscope, and the world is that trace's.  Rows that
 *                 it does not cover are left out
 *
 * A gyroscope alone turns the body on the spot (info.rotation_only), but for POSES, which move it.
 *
 * BS_EINVAL: an option of bs_trace_open(); times that do not increase, or readings that are not finite;
 * POSES without a file, with one of an IMU, or with one of another time.  BS_ENOMEM, and what reading that
 * file says.
 */
BS_API int bs_trace_from_imu(const bs_imu *imu, const bs_trace_options *opt, bs_trace **out, bs_err *err);

/* What to take off readings. */
typedef struct bs_imu_calibration {
    double gyro_bias_rad_s[3];
    double accel_bias_m_s2[3];
    double gravity_m_s2[3]; /* the acceleration of free fall, world axes: (0, 0, -9.81); 0 where removed */
} bs_imu_calibration;

/*
 * bs_imu_integrate() carries the body from '*start' to 'end_ns', trace clock, by readings alone: the piece
 * of a trace from a known start.  Of '*start' time, pose and velocity count; '*end' has its rates, too.
 * Gaps are not looked for, and readings must be as bs_imu_read() gives them.
 *
 * BS_ERANGE: the piece is not inside the readings, or ends before it starts; '*end' is then untouched.
 */
BS_API int bs_imu_integrate(const bs_imu *imu, const bs_imu_calibration *cal, const bs_state *start,
                            int64_t end_ns, bs_state *end, bs_err *err);

#ifdef __cplusplus
}
#endif

#endif /* BS_INTEGRATE_H */
