#include "imu/imu.h"

#include <stdlib.h>
#include <string.h>

#include "imu/imu_internal.h"

/* A reading under way. */
typedef struct job {
    const bs_imu_options *opt;
    bs_imu_file main; /* of the gyroscope, and perhaps the rest */
    char *gyro_path;  /* owned; what main.path is where the caller named the accelerometer's file */
    char *accel_path; /* owned; of the accelerometer's rows, if they have a file of their own */
    int has_accel;
    int gravity_removed;
    const char *accel_unit;
    double accel_sign; /* that the accelerometer's file has, for that of gravity beside it */
    char notice[BS_ERR_TEXT];
} job;

static int copy_path(const char *path, char **out, bs_err *err)
{
    *out = malloc(strlen(path) + 1);
    if (!*out)
        return bs_fail(err, BS_ENOMEM, "%s: no memory for the readings of an IMU", path);
    strcpy(*out, path);
    return BS_OK;
}

/* The caller named a file of accelerations: the gyroscope's is looked for, and takes its place. */
static int turn_round(job *j, bs_err *err)
{
    const char *path = j->main.path;
    int rc = j->main.format.sensor_logger ? bs_imu_beside(path, "Gyroscope.csv", &j->gyro_path, err)
                                          : bs_imu_sibling(path, 0, &j->gyro_path, err);

    if (rc)
        return rc;
    if (!j->gyro_path)
        return bs_fail(err, BS_EFORMAT,
                       "%s: an accelerometer alone gives no rotation: expected a gyroscope, too, with the "
                       "columns " BS_WANTED_READINGS ", or in a file beside it that is named for one",
                       path);
    if (!j->opt->accel_path && (rc = copy_path(path, &j->accel_path, err)))
        return rc;
    bs_imu_file_free(&j->main);
    if ((rc = bs_imu_rows_read(j->gyro_path, &j->main, err)))
        return rc;
    if (!j->main.format.name || !j->main.format.has_gyro)
        return bs_fail(err, BS_EFORMAT, "%s: expected rows of a gyroscope, to go with %s", j->gyro_path,
                       path);
    return BS_OK;
}

/* The file of accelerations to go with the gyroscope's, if there is one. */
static int find_accel(job *j, bs_err *err)
{
    if (j->accel_path)
        return BS_OK;
    if (j->opt->accel_path)
        return *j->opt->accel_path ? copy_path(j->opt->accel_path, &j->accel_path, err) : BS_OK;
    if (j->main.format.sensor_logger)
        return bs_imu_phone_accel(j->main.path, &j->accel_path, err);
    return bs_imu_sibling(j->main.path, 1, &j->accel_path, err);
}

/* Adds the accelerations of 'path'; '*gravity_path' is the file of what they lack, if there is one. */
static int add_accel(job *j, const char *path, int is_gravity, char **gravity_path, bs_err *err)
{
    bs_imu_file f;
    int rc = bs_imu_rows_read(path, &f, err);

    if (!rc && (!f.format.name || !f.format.has_accel))
        rc = bs_fail(err, BS_EFORMAT, "%s: expected rows of an accelerometer, to go with the gyroscope in %s",
                     path, j->main.path);
    if (!rc && f.format.sensor_logger && !is_gravity)
        rc = bs_imu_phone_accel_rules(&f, gravity_path, j->notice, err);
    if (is_gravity)
        f.format.accel_scale = j->accel_sign;
    f.format.has_gyro = 0; /* if it has one, the other file's counts */
    rc = rc ? rc : bs_imu_settle(&f, j->opt, j->notice, err);
    rc = rc ? rc : bs_imu_pair(j->main.path, &j->main.table, path, f.format.typed ? &f.accel : &f.table, err);
    j->has_accel = 1;
    j->gravity_removed = f.format.gravity_removed;
    j->accel_unit = f.format.accel_unit.name;
    j->accel_sign = f.format.accel_scale < 0 ? -1 : 1;
    bs_imu_file_free(&f);
    return rc;
}

/* The accelerations that the main file does not have. */
static int complete(job *j, bs_err *err)
{
    char *gravity_path = NULL;
    int rc = find_accel(j, err);

    if (!rc && j->accel_path)
        rc = add_accel(j, j->accel_path, 0, &gravity_path, err);
    if (!rc && gravity_path)
        rc = add_accel(j, gravity_path, 1, NULL, err);
    free(gravity_path);
    return rc;
}

static int read_main(job *j, const char *path, bs_err *err)
{
    bs_imu_format *f = &j->main.format;
    int rc = bs_imu_rows_read(path, &j->main, err);

    if (rc || !f->name)
        return rc;
    if (!f->has_gyro && (rc = turn_round(j, err)))
        return rc;
    if (f->has_accel && j->opt->accel_path && *j->opt->accel_path)
        return bs_fail(err, BS_EINVAL,
                       "%s: has an accelerometer's rows of its own: %s is not wanted beside it", j->main.path,
                       j->opt->accel_path);
    if ((rc = bs_imu_settle(&j->main, j->opt, j->notice, err)))
        return rc;
    j->has_accel = f->has_accel;
    j->gravity_removed = f->gravity_removed;
    j->accel_unit = f->accel_unit.name;
    if (!f->has_accel)
        return complete(j, err);
    return f->typed ? bs_imu_pair(j->main.path, &j->main.table, j->main.path, &j->main.accel, err) : BS_OK;
}

/* Hands over what was read. */
static int make(job *j, bs_imu **out, bs_err *err)
{
    const bs_imu_format *f = &j->main.format;
    bs_imu *imu = calloc(1, sizeof *imu);
    int rc;

    if (!imu)
        return bs_fail(err, BS_ENOMEM, "%s: no memory for the readings of an IMU", j->main.path);
    if ((rc = copy_path(j->main.path, &imu->path, err))) {
        free(imu);
        return rc;
    }
    imu->format = f->name;
    imu->accel_path = j->accel_path;
    imu->has_accel = j->has_accel;
    imu->gravity_removed = j->gravity_removed;
    imu->rows = j->main.table.rows;
    imu->n = j->main.table.n;
    imu->gyro_unit = f->gyro_unit.name;
    imu->accel_unit = j->has_accel ? j->accel_unit : NULL;
    imu->readout_s = f->readout_s;
    imu->readout_direction = f->readout_direction;
    memcpy(imu->notice, j->notice, sizeof imu->notice);
    j->accel_path = NULL;
    j->main.table.rows = NULL;
    *out = imu;
    return BS_OK;
}

/* Whether the two sensors agree about how the IMU turns. */
static int check_turn(const job *j, bs_err *err)
{
    const bs_imu_unit unit = j->main.format.gyro_unit;
    const bs_imu_sensor s = { j->main.path, &j->main.table, 1, 1, unit, bs_imu_accel_option(j->opt) };

    return j->has_accel && !j->gravity_removed && unit.si == 1 ? bs_imu_check_turn(&s, err) : BS_OK;
}

int bs_imu_read(const char *path, const bs_imu_options *opt, bs_imu **out, bs_err *err)
{
    static const bs_imu_options defaults = { 0 };
    job j = { .opt = opt ? opt : &defaults };
    int rc = read_main(&j, path, err);

    if (!rc && j.main.format.name) {
        rc = check_turn(&j, err);
        rc = rc ? rc : make(&j, out, err);
    } else if (!rc)
        *out = NULL;
    bs_imu_file_free(&j.main);
    free(j.gyro_path);
    free(j.accel_path);
    return rc;
}

void bs_imu_free(bs_imu **imu)
{
    if (!imu || !*imu)
        return;
    free((*imu)->rows);
    free((*imu)->accel_path);
    free((*imu)->path);
    free(*imu);
    *imu = NULL;
}
