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
    char *path;          /* owned; for messages */
    int has_accel;       /* 0: gyroscope only */
    int gravity_removed; /* 1: the accelerometer's rows are free of gravity (Sensor Logger) */
    bs_imu_sample *rows; /* owned; t_ns strictly increasing */
    size_t n;            /* at least 2 */
} bs_imu;

typedef struct bs_imu_options {
    bs_gyro_unit gyro_unit;
    bs_accel_unit accel_unit;
    const char *accel_path; /* file of accelerometer rows beside one of gyroscope rows, or NULL */
} bs_imu_options;

/*
 * bs_imu_read() reads 'path' if it is a trace of an IMU, recognised by its header or shape.  BS_OK with
 * '*out' = NULL: it is none, and nothing is known against its being a trace of poses.  'opt' may be NULL.
 *
 * BS_EIO, BS_ENOMEM; BS_EFORMAT, naming file, line, what was found and what was expected.  '*out' is then
 * untouched; else it is freed by bs_imu_free().
 */
BS_API int bs_imu_read(const char *path, const bs_imu_options *opt, bs_imu **out, bs_err *err);

/* Frees and sets '*imu' to NULL; NULL is fine. */
BS_API void bs_imu_free(bs_imu **imu);

#ifdef __cplusplus
}
#endif

#endif /* BS_IMU_H */
