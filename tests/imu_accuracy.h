/*
 * tests/imu_accuracy.h - how close integrated readings come to recorded poses, over windows of a trace.
 */
#ifndef BS_TEST_IMU_ACCURACY_H
#define BS_TEST_IMU_ACCURACY_H

#include "imu/imu.h"
#include "imu/trace.h"

/* Errors over all windows of one length. */
typedef struct acc_errors {
    double turn_deg_median, turn_deg_p95;
    double way_mm_median, way_mm_p95;
    size_t n;
} acc_errors;

/* What a window's motion is guessed from. */
typedef enum acc_start {
    ACC_START_TRUE,    /* attitude and velocity of the truth at the window's start, gravity subtracted */
    ACC_START_RESTING, /* attitude of the truth, velocity 0 */
    ACC_START_FALLING, /* both of the truth, and gravity not subtracted */
    ACC_START_RAW,     /* attitude of the truth, velocity 0, gravity not subtracted */
    ACC_START_STILL,   /* none: the camera is taken for still */
} acc_start;

/* A trace of the same body and clock against the truth, from every row of the readings on. */
acc_errors acc_of_trace(const bs_imu *imu, const bs_trace *tr, const bs_trace *truth, int64_t window_ns);

/* Each window integrated by itself from a start state; 'velocity' has those of the truth (its rows'
 * velocities). */
acc_errors acc_of_pieces(const bs_imu *imu, const double gyro_bias_rad_s[3], double gravity_m_s2,
                         const bs_trace *truth, acc_start start, int64_t window_ns);

/* The angle, degrees, between the trace's way up and the truth's, whose z is up, too: turn_deg of the
 * result. */
acc_errors acc_tilt(const bs_imu *imu, const bs_trace *tr, const bs_trace *truth);

/*
 * What a smoothing of 'width_s' does to velocities: how much of the way in a window a hand-held camera's
 * recorded poses lose (its median, mm), and what an IMU's error then is, everything else taken off
 * (likewise).
 */
double acc_way_lost_mm(const bs_trace *poses, double width_s, int64_t window_ns);
double acc_way_of_poses_mm(const bs_trace *poses, int64_t window_ns);
double acc_way_drift_mm(const bs_imu *imu, const bs_trace *truth, double width_s, int64_t window_ns);

/* The truth of a EuRoC sequence, with its velocities; NULL and a message on stderr if it cannot be read. */
bs_trace *acc_truth(const char *path);

#endif /* BS_TEST_IMU_ACCURACY_H */
