/*
 * imu/imu_internal.h - what the files of the IMU reader share; not installed.
 *
 *     imu_format.c   a header -> what file this is     imu_rows.c     lines -> rows
 *     imu_shape.c    likewise without a header         imu_settle.c   numbers -> SI units
 *     imu_gcsv.c     the head of a gyroflow log        imu_check.c    whether they can be in those units
 *     imu_units.c    names of units                    imu_pair.c     two files' rows -> one's
 *     imu_beside.c   files that belong together        imu_turn.c     whether both sensors agree
 *     imu_phone.c    the files of Sensor Logger        imu.c          a file, or several -> readings
 */
#ifndef BS_IMU_INTERNAL_H
#define BS_IMU_INTERNAL_H

#include "imu/imu.h"
#include "imu/trace_internal.h"

/* What we ask for where a file cannot be read. */
#define BS_WANTED_READINGS "timestamp,gx,gy,gz,ax,ay,az"

#define BS_DEGREE 0.017453292519943295 /* rad */
#define BS_STANDARD_GRAVITY 9.80665    /* m/s^2: what files mean by one g */

/* What a row of readings says, in the order of BS_WANTED_READINGS. */
typedef enum bs_reading {
    BS_READING_TIME,
    BS_READING_GYRO,
    BS_READING_ACCEL = BS_READING_GYRO + 3,
    BS_READING_SENSOR = BS_READING_ACCEL + 3, /* DeepGyro: which sensor the row is of */
    BS_N_READINGS
} bs_reading;

/* A unit of rates or accelerations. */
typedef struct bs_imu_unit {
    const char *name; /* static text */
    double si;        /* one of it, in rad/s or m/s^2 */
    int named;        /* 1: the file itself names it, so that no option can mean another */
} bs_imu_unit;

/* What a file is. */
typedef struct bs_imu_format {
    const char *name; /* static text; NULL: no trace of an IMU */
    bs_columns columns;
    double tick_ns;          /* times count so many ns, where that is no power of ten; else 0 */
    int has_gyro, has_accel; /* both in a row, unless 'typed' */
    int time_guessed;        /* 1: no header; the last of four columns is taken for the time */
    int typed;               /* 1: a column says which of them a row is of */
    int sensor_logger;       /* 1: only the file's name says which sensor it is of */
    int gravity_removed;     /* from the accelerations */
    int accel_by_size;       /* 1: accelerations are in g or m/s^2, whichever their size says */
    bs_imu_unit gyro_unit, accel_unit;
    double gyro_scale, accel_scale; /* numbers are so many units; negative: and of the other sign */
    signed char axis[3], sign[3];   /* axis i of the sensor is 'sign' times axis 'axis' of the file */
    double readout_s;               /* as in bs_imu */
    int readout_direction;
} bs_imu_format;

/* Rows in the units of their file, or, once bs_imu_settle() has seen them, in SI units. */
typedef struct bs_imu_table {
    bs_imu_sample *rows; /* owned */
    size_t *line;        /* owned; of each row, in the file */
    size_t n, capacity;
} bs_imu_table;

/* A file and its rows.  Accelerometer rows have a table of their own only if format.typed. */
typedef struct bs_imu_file {
    const char *path; /* borrowed */
    bs_imu_format format;
    bs_imu_table table, accel;
} bs_imu_file;

void bs_imu_file_free(bs_imu_file *f);

/* What a line in front of the first row is. */
typedef enum bs_imu_line {
    BS_LINE_COMMENT,
    BS_LINE_HEADER,
    BS_LINE_LOG,   /* the first of a gyroflow log */
    BS_LINE_ROW,   /* no header, and the first row */
    BS_LINE_OTHER, /* no trace of an IMU */
} bs_imu_line;

/* Looks at one line; fills '*out' if it is a header or row.  BS_EFORMAT: of an IMU, but not to be read. */
int bs_imu_recognise(const char *path, size_t line, const char *text, bs_imu_line *what, bs_imu_format *out,
                     bs_err *err);

/* A format with nothing but defaults: rad/s, m/s^2, whole nanoseconds, no columns. */
bs_imu_format bs_imu_format_empty(char separator);

/* BS_LINE_ROW or BS_LINE_OTHER: a file without header, by its number of columns and where the stamp is. */
bs_imu_line bs_imu_recognise_row(const char *path, const char *text, bs_imu_format *out);

/* Reads the head of a gyroflow log behind its first line, up to the names of its columns. */
int bs_imu_gcsv_head(bs_lines *in, bs_imu_format *out, bs_err *err);

/* The units that a header names, "rad/s" or "m s^-2": 0 if 'text' is none that is read. */
int bs_imu_gyro_unit(const char *text, bs_imu_unit *out);
int bs_imu_accel_unit(const char *text, bs_imu_unit *out);

/*
 * Reads all rows of 'path'.  BS_OK with format.name NULL: no trace of an IMU.  The caller frees '*out', also
 * on failure.
 */
int bs_imu_rows_read(const char *path, bs_imu_file *out, bs_err *err);

/*
 * Settles the units of the file's rows and brings them to SI units and the sensor's axes.  BS_EFORMAT if they
 * cannot be in those units.  What is worth knowing is added to 'notice', of BS_ERR_TEXT bytes.
 */
int bs_imu_settle(bs_imu_file *f, const bs_imu_options *opt, char *notice, bs_err *err);

/* One sensor's numbers in a file that is not settled yet. */
typedef struct bs_imu_sensor {
    const char *path;
    const bs_imu_table *table;
    int is_gyro;
    double scale; /* numbers to units, positive */
    bs_imu_unit unit;
    const char *other_unit; /* of the other sensor, where --imu-units must have it, too; else NULL */
} bs_imu_sensor;

static inline const double *bs_imu_numbers(const bs_imu_sensor *s, size_t row)
{
    return s->is_gyro ? s->table->rows[row].gyro_rad_s : s->table->rows[row].accel_m_s2;
}

static inline double bs_imu_to_si(const bs_imu_sensor *s)
{
    return s->scale * s->unit.si;
}

/* The accelerometer's unit as --imu-units has it, or NULL if it says nothing of it. */
const char *bs_imu_accel_option(const bs_imu_options *opt);

/* How to have the readings taken for the unit 'other', as --imu-units spells it. */
#define BS_IMU_HOW 120
void bs_imu_say_unit(const bs_imu_sensor *s, const char *other, char out[BS_IMU_HOW]);

/* How long the vector of the readings is, in units, where they are quietest.  BS_ENOMEM. */
int bs_imu_length_at_rest(const bs_imu_sensor *s, double *out, bs_err *err);

/* BS_EFORMAT for readings that nothing reaches, which are in another unit or damaged. */
int bs_imu_check_rates(const bs_imu_sensor *s, bs_err *err);
int bs_imu_check_accelerations(const bs_imu_sensor *s, bs_err *err);

/*
 * BS_EFORMAT for a gyroscope that reads gravity: it is an accelerometer.  Only files that do not name their
 * columns can hide that.
 */
int bs_imu_check_gyro_is_one(const bs_imu_sensor *s, bs_err *err);

/* BS_EFORMAT unless 'length', as at rest, is about that of gravity. */
int bs_imu_check_gravity(const bs_imu_sensor *s, double length, bs_err *err);

/*
 * BS_EFORMAT for rates in deg/s that were taken for rad/s, though no single one is too fast: the
 * accelerations, with gravity, of the same rows tell.  All are in SI units, 's' is the gyroscope.
 */
int bs_imu_check_turn(const bs_imu_sensor *s, bs_err *err);

/* Adds a sentence, on a line of its own; what does not fit is left out. */
void bs_imu_note(char *notice, const char *fmt, ...) BS_PRINTF(2, 3);

/* The median interval between neighbouring rows. */
int64_t bs_imu_usual_interval(const bs_imu_table *t);

/*
 * Adds the accelerations of 'accel' to the rows of 'gyro', and leaves out rows at whose time there is none.
 * Both are settled.  BS_EFORMAT, BS_ENOMEM.
 */
int bs_imu_pair(const char *gyro_path, bs_imu_table *gyro, const char *accel_path, const bs_imu_table *accel,
                bs_err *err);

/* Whether the name of the file at 'path', folders aside, has 'word' in it; 'word' is in lower case. */
int bs_imu_named(const char *path, const char *word);

/* The file 'name' in the folder of 'path', if it is there, else NULL; owned by the caller.  BS_ENOMEM. */
int bs_imu_beside(const char *path, const char *name, char **out, bs_err *err);

/*
 * The file of the other sensor, if it is there: "gyro" in a file's name becomes "accel", "Gyroscope"
 * "Accelerometer" and so on, or the other way round.  As bs_imu_beside() otherwise.
 */
int bs_imu_sibling(const char *path, int to_accel, char **out, bs_err *err);

/*
 * The accelerometer's file beside Sensor Logger's 'gyro_path', the one that says most; NULL if there is none.
 * As bs_imu_beside() otherwise.
 */
int bs_imu_phone_accel(const char *gyro_path, char **out, bs_err *err);

/*
 * What is particular about Sensor Logger's accelerometer file 'f', not settled yet: whether gravity is in it,
 * whose sign it has, and the file of gravity to be added, or NULL (owned by the caller).
 */
int bs_imu_phone_accel_rules(bs_imu_file *f, char **gravity_path, char *notice, bs_err *err);

#endif /* BS_IMU_INTERNAL_H */
