#include "imu/imu.h"

#include <stdlib.h>
#include <string.h>

#include "imu/imu_internal.h"

static void convert(const bs_imu_format *f, bs_imu_table *t)
{
    for (size_t i = 0; i < t->n; i++)
        for (int k = 0; k < 3; k++) {
            t->rows[i].gyro_rad_s[k] *= f->gyro_unit.si;
            t->rows[i].accel_m_s2[k] *= f->accel_unit.si;
        }
}

/* The units that the caller knows, where the file says nothing. */
static void use_options(const bs_imu_options *opt, bs_imu_format *f)
{
    if (!f->gyro_unit.named && opt->gyro_unit)
        bs_imu_gyro_unit(opt->gyro_unit == BS_GYRO_DEG_S ? "deg/s" : "rad/s", &f->gyro_unit);
    if (!f->accel_unit.named && opt->accel_unit)
        bs_imu_accel_unit(opt->accel_unit == BS_ACCEL_G ? "g" : "m/s^2", &f->accel_unit);
}

static int make(const char *path, const bs_imu_format *f, bs_imu_table *t, bs_imu **out, bs_err *err)
{
    bs_imu *imu = calloc(1, sizeof *imu);

    if (!imu || !(imu->path = malloc(strlen(path) + 1))) {
        free(imu);
        return bs_fail(err, BS_ENOMEM, "%s: no memory for the readings of an IMU", path);
    }
    strcpy(imu->path, path);
    imu->format = f->name;
    imu->has_accel = f->has_accel;
    imu->gravity_removed = f->gravity_removed;
    imu->rows = t->rows;
    imu->n = t->n;
    t->rows = NULL;
    *out = imu;
    return BS_OK;
}

int bs_imu_read(const char *path, const bs_imu_options *opt, bs_imu **out, bs_err *err)
{
    static const bs_imu_options defaults = { 0 };
    bs_imu_format format;
    bs_imu_table table;
    int rc = bs_imu_rows_read(path, &format, &table, err);

    if (!rc && !format.name) {
        *out = NULL;
    } else if (!rc && !format.has_gyro) {
        rc = bs_fail(err, BS_EFORMAT,
                     "%s: an accelerometer alone gives no rotation: expected a gyroscope, too, with the "
                     "columns " BS_WANTED_READINGS,
                     path);
    } else if (!rc) {
        use_options(opt ? opt : &defaults, &format);
        convert(&format, &table);
        rc = make(path, &format, &table, out, err);
    }
    bs_imu_table_free(&table);
    return rc;
}

void bs_imu_free(bs_imu **imu)
{
    if (!imu || !*imu)
        return;
    free((*imu)->rows);
    free((*imu)->path);
    free(*imu);
    *imu = NULL;
}
