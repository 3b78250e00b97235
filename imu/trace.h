/*
 * imu/trace.h - recorded camera motion: reading a trace, asking it for a pose.
 *
 * The folder imu/ turns a file of recorded motion into the poses a camera had during an exposure:
 *
 *     trace.h     a file of time-stamped poses, read, checked and interpolated   trace*.c, time.c
 *     imu.h       a file of readings of an IMU, read and checked                  imu*.c
 *     integrate.h from readings to poses                                          integrate*.c, attitude.c, rest.c
 *     exposure.h  where in the trace an exposure may lie, and its relative poses  exposure.c
 *
 * It knows poses and errors (homography/), and nothing of images.
 *
 * Time is int64 nanoseconds on the trace's own clock, parsed from decimal text without passing through
 * floating point: at 1.4e18 ns, a date of our days, neighbouring doubles lie 256 ns apart.  A trace may
 * have gaps (a motion-capture system that lost sight): no pose inside a gap is ever made up.
 *
 * A file records the motion of a body: the IMU, the marker frame, or the camera itself.  bs_trace_options
 * say how the camera sits on it and how their clocks differ.  Once open, a trace speaks of the camera
 * only: poses are T_world_cam, times are the camera's.
 */
#ifndef BS_TRACE_H
#define BS_TRACE_H

#include <stddef.h>
#include <stdint.h>

#include "homography/api.h"
#include "homography/error.h"
#include "homography/pose.h"
#include "imu/imu.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum bs_trace_kind {
    BS_TRACE_CSV,   /* timestamp,tx,ty,tz,qx,qy,qz,qw: seconds, metres, scalar last */
    BS_TRACE_TUM,   /* "# timestamp tx ty tz qx qy qz qw", or no header and 8 columns between blanks */
    BS_TRACE_EUROC, /* "#timestamp [ns], p_RS_R_x [m], ..., q_RS_w [], ...": ns, scalar first */
    BS_TRACE_IMU,   /* gyroscope and perhaps accelerometer, integrated (imu/integrate.h) */
    BS_TRACE_MADE,  /* not recorded: made by a generator */
} bs_trace_kind;

/* What to assume about the velocity that an accelerometer cannot tell (imu/integrate.h). */
typedef enum bs_velocity { BS_VELOCITY_ZERO_MEAN, BS_VELOCITY_REST, BS_VELOCITY_POSES } bs_velocity;

/* How a trace is to be read; {0} is all defaults. */
typedef struct bs_trace_options {
    int64_t max_gap_ns; /* longest interval that is interpolated; 0 = five times the median (0) */
    /* How the camera sits on the body whose motion the trace records. */
    int has_mount;      /* 1: T_body_cam counts, else the camera is the body (0) */
    bs_pose T_body_cam; /* from camera axes to the body's (its IMU's) axes */
    int64_t shift_ns;   /* trace clock minus camera clock: t_trace = t_camera + shift (0) */
    /* IMU traces only. */
    bs_imu_options imu;         /* units, a second file ({0}) */
    bs_velocity velocity;       /* (zero-mean) */
    const char *velocity_poses; /* for BS_VELOCITY_POSES: pose trace of the same body and clock; borrowed */
    int has_gyro_bias;          /* 1: gyro_bias_rad_s counts, else it is estimated (0) */
    double gyro_bias_rad_s[3];
} bs_trace_options;

/* The body at an instant: a row of a trace. */
typedef struct bs_state {
    int64_t t_ns;
    bs_pose T_world_body;
    double v_m_s[3];   /* velocity of the body's origin, world axes */
    double w_rad_s[3]; /* angular rate, body axes */
} bs_state;

typedef struct bs_trace bs_trace; /* opaque; unchanged once open, so any number of threads may ask it */

/* A run of rows without a gap: every time in [start_ns, end_ns] has a pose.  A lone row has both equal. */
typedef struct bs_stretch {
    int64_t start_ns, end_ns;
} bs_stretch;

/* Where the bias of a gyroscope is known from. */
typedef enum bs_bias_source { BS_BIAS_NONE, BS_BIAS_REST, BS_BIAS_GIVEN } bs_bias_source;

/* What an IMU recorded, and what was made of it (imu/integrate.h). */
typedef struct bs_imu_summary {
    const char *format;         /* "EuRoC", ...: static text */
    const char *gyro_unit;      /* of the file's numbers, "deg/s": static text */
    const char *accel_unit;     /* likewise; NULL without accelerometer */
    int has_accel;              /* 0: gyroscope only */
    int gravity_removed;        /* 1: the file's accelerations are free of gravity */
    double rate_hz;             /* of the median interval */
    double mean_gyro_rad_s;     /* mean length of the angular rate, less its bias */
    double mean_accel_m_s2;     /* mean length of the accelerometer's rows */
    bs_bias_source bias_source; /* NONE: taken as 0 */
    double gyro_bias_rad_s[3];  /* mean over the trace of the bias in force */
    double gravity_m_s2;        /* length of the gravity in force; 0: none was subtracted */
    double down_world[3];       /* where it pulls in the poses' world, of unit length; 0, 0, 0: not known */
    bs_velocity velocity;       /* the rule in force */
    const bs_rest *rests;       /* stretches at rest, in time order, camera clock; borrowed from the trace */
    size_t n_rests;
    const char *notes; /* what was assumed, a sentence a line; "": nothing.  Borrowed from the trace */
} bs_imu_summary;

typedef struct bs_trace_info {
    bs_trace_kind kind;
    size_t rows;                 /* at least 2 */
    int64_t origin_ns;           /* first row as the file stamps it: what --start counts from, camera clock */
    int64_t start_ns, end_ns;    /* first and last row, camera clock: stamps less the shift */
    int64_t median_interval_ns;  /* between neighbouring rows; the lower middle one of an even number */
    int64_t max_gap_ns;          /* the longest interval that is interpolated; a longer one is a gap */
    size_t n_stretches;          /* 1 + the number of gaps */
    const bs_stretch *stretches; /* in time order; borrowed from the trace */
    int rotation_only;           /* 1: a gyroscope alone: the body turns on the spot */
    const bs_imu_summary *imu;   /* of a BS_TRACE_IMU, borrowed from the trace; else NULL */
} bs_trace_info;

/*
 * bs_trace_open() reads the trace 'path'.  Readings of an IMU (bs_imu_read() says which) become poses as
 * imu/integrate.h tells.  In a trace of poses columns are found by their names in the header line, in any
 * order, case and spacing; further columns are ignored.  Known names:
 *
 *     time         timestamp time t ts, with a unit [s] or [ns] in brackets or as suffix (time_ns);
 *                  without a unit: ns beside EuRoC's p_RS_R_x, else s
 *     position     x y z after one of: nothing, t t_ p p_ pos_ position_ p_RS_R_, in metres
 *     orientation  x y z w after one of: q q_ quat_ q_RS_, of about unit length
 *
 * The header may begin with '#' and may follow other comments; columns are separated by commas, semicolons
 * or blanks, as in the header.  Without a header a file is TUM's if its first row is eight numbers
 * separated by blanks, and refused otherwise.  CRLF, a byte-order mark, comment lines (#), trailing blanks
 * and separators, empty lines and a missing last newline are fine.
 *
 * 'opt' may be NULL for all defaults.  'max_gap_ns' = 0 means five times the median interval: at 100 Hz a
 * hole of 30 ms is a few lost rows and is bridged, one of 60 ms is not.
 *
 * BS_EINVAL: 'max_gap_ns' is negative, the mount's quaternion is not of unit length, or the shift is beyond
 * 4.6e18 ns.  BS_EIO: cannot be read.  BS_ENOMEM.  BS_EFORMAT, naming file,
 * line, what was found and what was expected:
 *   - unknown or incomplete header, a unit other than s, ns and m
 *   - a row with too few or too many columns, or with something that is not a finite decimal number
 *   - whole nanoseconds that went through floating point; a time too large for its unit, or not later than
 *     the one before
 *   - a quaternion whose length is more than 10 % off 1; a position beyond 1e9 m
 *   - a NUL byte, a line beyond 64 KiB, fewer than two rows
 * On failure '*out' is untouched; on success close it with bs_trace_close().
 */
BS_API int bs_trace_open(const char *path, const bs_trace_options *opt, bs_trace **out, bs_err *err);

/*
 * bs_trace_from_rows() makes a trace of 'n' rows in memory, which it copies; 'name' stands for the file in
 * messages.  'has_rates': the rows' velocity and angular rate count, and interpolation is cubic; else they
 * are ignored.  Of 'opt' (NULL: defaults) the longest gap, mount and shift are used.
 *
 * BS_EINVAL: fewer than two rows, times that do not increase or lie beyond 4.6e18 ns, a number that is not
 * finite, a quaternion that is not of unit length (to 1e-6; it is normalised), or an option as above.
 * BS_ENOMEM.
 */
BS_API int bs_trace_from_rows(const char *name, bs_trace_kind kind, const bs_state *rows, size_t n,
                              int has_rates, const bs_trace_options *opt, bs_trace **out, bs_err *err);

/* Frees the trace and sets '*tr' to NULL.  Closing NULL is fine. */
BS_API void bs_trace_close(bs_trace **tr);

/*
 * Row 'i' < rows of the trace as the camera's: its time and pose with the quaternion at unit length.  Without
 * mount and shift it is the row as read.
 */
BS_API void bs_trace_row(const bs_trace *tr, size_t i, int64_t *t_ns, bs_pose *T_world_cam);

/* What the trace is; the pointer lives as long as the trace. */
BS_API const bs_trace_info *bs_trace_describe(const bs_trace *tr);

/*
 * bs_trace_pose_at() interpolates the pose at 't_ns' between the two nearest rows.  Recorded poses: slerp in
 * rotation, linear in translation.  Rows with rates: cubic Hermite in translation and in the rotation vector
 * from the earlier row.  At the time of a row, and between two rows of the same pose that do not move, it is
 * that row exactly.  Nothing is extrapolated.
 *
 * BS_ERANGE if 't_ns' lies outside the trace, BS_EGAP if it lies inside a gap; '*T_world_cam' is then
 * untouched.
 */
BS_API int bs_trace_pose_at(const bs_trace *tr, int64_t t_ns, bs_pose *T_world_cam, bs_err *err);

/*
 * bs_parse_time_ns() reads decimal seconds ("1305031225.9334", "-0.5", "12", "1.5e-3") exactly into
 * nanoseconds; digits beyond the ninth decimal are rounded to nearest, halves away from zero.  Blanks before
 * the number are not skipped.  Returns the first character not used, or NULL if 's' does not begin with a
 * number or the result does not fit (beyond 9.2e9 s); '*t_ns' is then untouched.
 */
BS_API const char *bs_parse_time_ns(const char *s, int64_t *t_ns);

#ifdef __cplusplus
}
#endif

#endif /* BS_TRACE_H */
