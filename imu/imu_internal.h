/*
 * imu/imu_internal.h - what the files of the IMU reader share; not installed.
 *
 *     imu_format.c    a line -> what file this is     imu_units.c    names and guesses of units
 *     imu_rows.c      lines -> rows                   imu.c          a file, or several -> readings
 */
#ifndef BS_IMU_INTERNAL_H
#define BS_IMU_INTERNAL_H

#include "imu/imu.h"
#include "imu/trace_internal.h"

/* What we ask for where a file cannot be read. */
#define BS_WANTED_READINGS "timestamp,gx,gy,gz,ax,ay,az"

/* What a row of readings says, in the order of BS_WANTED_READINGS. */
typedef enum bs_reading {
    BS_READING_TIME,
    BS_READING_GYRO,
    BS_READING_ACCEL = BS_READING_GYRO + 3,
    BS_N_READINGS = BS_READING_ACCEL + 3
} bs_reading;

/* A unit of rates or accelerations. */
typedef struct bs_imu_unit {
    const char *name; /* static text */
    double si;        /* one of it, in rad/s or m/s^2 */
    int named;        /* 1: the file itself names it, so that no option can mean another */
} bs_imu_unit;

/* What a file is. */
typedef struct bs_imu_format {
    const char *name; /* static text */
    bs_columns columns;
    int has_gyro, has_accel;
    int gravity_removed;
    bs_imu_unit gyro_unit, accel_unit;
} bs_imu_format;

/* Rows in the units of their file. */
typedef struct bs_imu_table {
    bs_imu_sample *rows; /* owned */
    size_t *line;        /* owned; of each row, in the file */
    size_t n, capacity;
} bs_imu_table;

void bs_imu_table_free(bs_imu_table *t);

/* What a line in front of the first row is. */
typedef enum bs_imu_line {
    BS_LINE_COMMENT,
    BS_LINE_HEADER,
    BS_LINE_ROW,   /* no header, and the first row */
    BS_LINE_OTHER, /* no trace of an IMU */
} bs_imu_line;

/* Looks at one line; fills '*out' if it is a header or row.  BS_EFORMAT: of an IMU, but not to be read. */
int bs_imu_recognise(const char *path, size_t line, const char *text, bs_imu_line *what, bs_imu_format *out,
                     bs_err *err);

/* The units that a header names, "rad/s" or "m s^-2": 0 if 'text' is none that is read. */
int bs_imu_gyro_unit(const char *text, bs_imu_unit *out);
int bs_imu_accel_unit(const char *text, bs_imu_unit *out);

/*
 * Reads all rows of 'path'; '*format' is what it is.  BS_OK with no rows and format->name NULL: no trace of
 * an IMU.  The caller frees '*t', also on failure.
 */
int bs_imu_rows_read(const char *path, bs_imu_format *format, bs_imu_table *t, bs_err *err);

#endif /* BS_IMU_INTERNAL_H */
