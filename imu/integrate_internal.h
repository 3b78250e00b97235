/*
 * imu/integrate_internal.h - what the files of the integration share; not installed.
 *
 *     integrate.c            a whole trace, stretch by stretch     integrate_step.c     from a row to the next
 *     integrate_run.c        one stretch                           integrate_smooth.c   smoothing in time
 *     integrate_velocity.c   the rules for the velocity            integrate_poses.c    another trace at the
 *                                                                                       times of rows
 */
#ifndef BS_INTEGRATE_INTERNAL_H
#define BS_INTEGRATE_INTERNAL_H

#include "imu/integrate.h"
#include "imu/rest.h"
#include "imu/trace_internal.h"

/* Slower than this another trace knows better, in rotation and in velocity. */
#define BS_POSES_WIDTH_S 0.5

/* Seconds from 'a' to 'b', the difference taken in integers. */
static inline double bs_seconds_between(int64_t a_ns, int64_t b_ns)
{
    return 1e-9 * (double)(b_ns - a_ns);
}

/*
 * How the slope at one of three neighbours weighs their differences, 1/s: 'h0' and 'h1' seconds apart, at the
 * first (0), the middle (1) or the last (2).  The parabola through the three has that slope.
 */
typedef struct bs_slope {
    double before, after;
} bs_slope;

bs_slope bs_slope_of(double h0, double h1, int at);

/* Readings at an instant and how they change; less their biases. */
typedef struct bs_reading {
    double w_rad_s[3], a_m_s2[3];
    double dw_rad_s2[3], da_m_s3[3];
} bs_reading;

/* The reading at row 'i' of the 'n' rows of a stretch. */
bs_reading bs_reading_of(const bs_imu_sample *rows, size_t n, size_t i);

/* The rotation vector by which the body turns in 'h_s' seconds from '*p' to '*q'. */
void bs_step_turn(const bs_reading *p, const bs_reading *q, double h_s, double v[3]);

/* The body's acceleration in the world, and how it changes. */
typedef struct bs_push {
    double a_m_s2[3], da_m_s3[3];
} bs_push;

bs_push bs_push_of(const bs_reading *r, const double q_world_body[4], const double gravity_m_s2[3]);

/* What 'h_s' seconds from '*p' to '*q' add to velocity and, without the velocity's own part, to position. */
void bs_step_move(const bs_push *p, const bs_push *q, double h_s, double dv_m_s[3], double dp_m[3]);

/* How bs_smooth() meets the ends of a stretch, where its window is cut. */
typedef enum bs_smooth_ends {
    BS_SMOOTH_MEAN, /* the mean of what is left of the window */
    BS_SMOOTH_LINE, /* the line fitted to it: straight lines stay as they are */
} bs_smooth_ends;

/*
 * Smooths 'x', [n][dim], given at the times of 'rows', by a triangle 'width_s' wide: two means over half of
 * that in turn.  Between rows x is a straight line; time counts, not the number of rows.  dim <= 4.
 * BS_ENOMEM.
 */
int bs_smooth(const bs_state *rows, size_t n, double *x, int dim, double width_s, bs_smooth_ends ends,
              bs_err *err);

/* A stretch without gaps: readings less their biases, and the states that are to be filled in. */
typedef struct bs_run {
    const bs_imu_sample *rows; /* [n] */
    bs_state *states;          /* [n] */
    size_t n;
    double gravity_m_s2[3];    /* the acceleration of free fall, world axes; 0 before it is found */
    const bs_state *reference; /* [n]: another trace at the rows' times; NULL if there is none */
    const bs_still *rests;     /* whose rows count from 'first_row' */
    size_t n_rests, first_row;
} bs_run;

/*
 * Fills in the states, and the gravity that was taken off.  Of '*sum' count what there is of an
 * accelerometer, the length of gravity, and the velocity's rule.  BS_ENOMEM.
 */
int bs_run_integrate(bs_run *run, const bs_imu_summary *sum, bs_err *err);

/* Fills in velocity and position by a rule, orientation known.  BS_ENOMEM. */
int bs_run_move(const bs_run *run, bs_velocity rule, bs_err *err);

/*
 * Opens the trace of poses that velocities are taken from; each row's velocity is the file's or, if it has
 * none, the slope of its positions.  BS_EINVAL if it is a trace of an IMU; what reading it says.
 */
int bs_reference_open(const bs_trace_options *opt, bs_trace **out, bs_err *err);

/* Pose and velocity of the reference at a time of the trace's clock.  0 where it has none. */
int bs_reference_at(const bs_trace *poses, int64_t t_ns, bs_state *out);

/*
 * Keeps only rows at whose times the reference has a pose: '*reference', [imu->n], the caller's to free,
 * also on failure.  BS_EINVAL if no two rows are left; BS_ENOMEM; and as bs_reference_open().
 */
int bs_reference_take(const bs_trace_options *opt, bs_imu *imu, bs_state **reference, bs_err *err);

#endif /* BS_INTEGRATE_INTERNAL_H */
