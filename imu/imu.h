/*
 * imu/imu.h - readings of an inertial measurement unit: what a file of them says, in SI units.
 *
 *     imu.h        gyroscope and accelerometer rows, read and checked          imu_*.c
 *     integrate.h  from readings to poses                                      integrate*.c
 *
 * Axes are the sensor's own, right-handed.  The gyroscope gives the angular rate of the sensor, the
 * accelerometer the specific force: at rest, with z up, it reads (0, 0, +9.81).
 */
#ifndef BS_IMU_H
#define BS_IMU_H

#include <stddef.h>
#include <stdint.h>

#include "homography/api.h"
#include "homography/error.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Gravity where nothing says better. */
#define BS_GRAVITY_M_S2 9.81

/* Units of a file whose header does not name them; AUTO is what files of its kind have. */
typedef enum bs_gyro_unit { BS_GYRO_AUTO, BS_GYRO_RAD_S, BS_GYRO_DEG_S } bs_gyro_unit;
typedef enum bs_accel_unit { BS_ACCEL_AUTO, BS_ACCEL_M_S2, BS_ACCEL_G } bs_accel_unit;

typedef struct bs_imu_sample {
    int64_t t_ns;
    double gyro_rad_s[3];
    double accel_m_s2[3]; /* specific force; 0 where the file has none */
} bs_imu_sample;

/* A stretch of time at rest, trace clock. */
typedef struct bs_rest {
    int64_t start_ns, end_ns;
} bs_rest;

typedef struct bs_imu {
    const char *format;  /* "EuRoC", "gyroflow", ...: static text */
    char *path;          /* owned; of the gyroscope's rows; for messages */
    char *accel_path;    /* owned; of the accelerometer's, where that is another file, else NULL */
    int has_accel;       /* 0: gyroscope only */
    int gravity_removed; /* 1: the accelerometer's rows are free of gravity (Sensor Logger, phyphox) */
    bs_imu_sample *rows; /* owned; t_ns strictly increasing */
    size_t n;            /* at least 2 */
    /* What the file says besides. */
    const char *gyro_unit, *accel_unit; /* of its numbers, "deg/s"; static text; NULL without accelerometer */
    double readout_s;         /* the frame's, from first to last line, as gyroflow logs have it; or 0 */
    int readout_direction;    /* 0 downwards, 1 upwards, 2 to the right, 3 to the left; -1 not said */
    char notice[BS_ERR_TEXT]; /* what is to be known before it is used, a sentence a line; "" if nothing is */
} bs_imu;

typedef struct bs_imu_options {
    bs_gyro_unit gyro_unit;   /* of files that do not name theirs (AUTO: what files of the kind have) */
    bs_accel_unit accel_unit; /* likewise */
    /* File of accelerometer rows beside one of gyroscope rows; "" for none (NULL: found by its name) */
    const char *accel_path;
} bs_imu_options;

/*
 * bs_imu_read() reads 'path' if it is a trace of an IMU, recognised by its header or shape.  BS_OK with
 * '*out' = NULL: it is none, or no regular file, and nothing is known against its being a trace of poses.
 * 'opt' may be NULL. docs/imu_formats.md lists the files that are read.
 *
 * Where gyroscope and accelerometer have a file each, accelerations are interpolated linearly at the times
 * of the gyroscope; rows before the first or after the last of them, or in a gap of theirs, are left out.
 * Gaps are no error.
 *
 * BS_EIO, BS_ENOMEM; BS_EINVAL if 'accel_path' names a second accelerometer; BS_EFORMAT, naming file,
 * line, what was found and what was expected:
 *   - a unit that is not read; no gyroscope; columns that are missing or there twice
 *   - rows as bs_trace_open() refuses them
 *   - rates beyond 50 rad/s or by which gravity turns about, accelerations beyond 10000 m/s^2 or, at rest, not
 *     those of gravity: likely in another unit
 *   - two files of different clocks, or one ten times as fast as the other
 * '*out' is then untouched; else it is freed by bs_imu_free().  Any number of threads may read at once.
 */
BS_API int bs_imu_read(const char *path, const bs_imu_options *opt, bs_imu **out, bs_err *err);

/* Frees and sets '*imu' to NULL; NULL is fine. */
BS_API void bs_imu_free(bs_imu **imu);

#ifdef __cplusplus
}
#endif

#endif /* BS_IMU_H */
