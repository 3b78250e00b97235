#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "imu/imu_internal.h"

/*
 * Sensor Logger writes a file for each sensor of a phone.  What its accelerometer files hold, by their names:
 *
 *     TotalAcceleration           specific force, m/s^2 (Android)
 *     Accelerometer               less gravity, m/s^2
 *     Gravity                     the rest of it, m/s^2
 *     AccelerometerUncalibrated   specific force; m/s^2, or on iOS g
 *
 * Android's signs are those of specific force; those of iOS are opposite unless the app was told to
 * standardise them.  Metadata.csv says which it was.
 */

int bs_imu_phone_accel(const char *gyro_path, char **out, bs_err *err)
{
    static const char *const names[] = { "TotalAcceleration.csv", "Accelerometer.csv",
                                         "AccelerometerUncalibrated.csv" };
    char *gravity = NULL;
    int rc;

    if ((rc = bs_imu_beside(gyro_path, "Gravity.csv", &gravity, err)))
        return rc;
    *out = NULL;
    for (size_t i = 0; i < 3 && !rc && !*out; i++)
        if (i != 1 || gravity)
            rc = bs_imu_beside(gyro_path, names[i], out, err);
    if (!rc && !*out)
        rc = bs_imu_beside(gyro_path, names[1], out, err);
    free(gravity);
    return rc;
}

/* The value in the second line's column of that name in the first, copied to 'out', or "". */
static void find_value(const char *header, const char *row, const char *name, char *out, size_t n_out)
{
    bs_span key, value;

    out[0] = '\0';
    while (header && row) {
        header = bs_next_column(header, ',', &key);
        row = bs_next_column(row, ',', &value);
        if (key.n == strlen(name) && !memcmp(key.s, name, key.n) && value.n < n_out) {
            memcpy(out, value.s, value.n);
            out[value.n] = '\0';
        }
    }
}

/* 1 if the recording has the signs of iOS, 0 if those of Android, -1 if its Metadata.csv does not say. */
static int read_signs(const char *metadata_path, int *ios, bs_err *err)
{
    char header[2048], platform[32] = "", standardised[32] = "";
    bs_lines *in = calloc(1, sizeof *in);
    const char *text = NULL;
    int rc = BS_OK;

    *ios = -1;
    if (!in)
        return bs_fail(err, BS_ENOMEM, "%s: no memory to read it", metadata_path);
    in->path = metadata_path;
    in->f = fopen(metadata_path, "rb");
    if (!in->f)
        rc = bs_fail(err, BS_EIO, "%s: cannot be opened: %s", metadata_path, strerror(errno));
    if (!rc && !(rc = bs_lines_next(in, &text, err)) && text && strlen(text) < sizeof header) {
        strcpy(header, text);
        if (!(rc = bs_lines_next(in, &text, err)) && text) {
            find_value(header, text, "platform", platform, sizeof platform);
            find_value(header, text, "standardisation", standardised, sizeof standardised);
        }
    }
    if (bs_is_one_of(platform, "android Android"))
        *ios = 0;
    else if (bs_is_one_of(platform, "ios iOS"))
        *ios = !bs_is_one_of(standardised, "true True TRUE 1");
    if (in->f)
        fclose(in->f);
    free(in);
    return rc;
}

int bs_imu_phone_accel_rules(bs_imu_file *f, char **gravity_path, char *notice, bs_err *err)
{
    const int whole = bs_imu_named(f->path, "total") || bs_imu_named(f->path, "uncalibrated");
    char *metadata = NULL;
    int rc, ios = -1;

    *gravity_path = NULL;
    if (!whole && bs_imu_named(f->path, "gravity"))
        return bs_fail(err, BS_EFORMAT,
                       "%s: holds gravity alone: expected Accelerometer.csv or TotalAcceleration.csv",
                       f->path);
    rc = bs_imu_beside(f->path, "Metadata.csv", &metadata, err);
    if (!rc && metadata)
        rc = read_signs(metadata, &ios, err);
    if (!rc && !whole)
        rc = bs_imu_beside(f->path, "Gravity.csv", gravity_path, err);
    free(metadata);
    if (rc)
        return rc;
    f->format.gravity_removed = !whole;
    f->format.accel_by_size = bs_imu_named(f->path, "uncalibrated");
    f->format.accel_scale = ios == 1 ? -1 : 1;
    if (ios < 0 && !bs_imu_named(f->path, "total")) /* only Android has that file */
        bs_imu_note(
            notice,
            "%s: no Metadata.csv beside it says which phone this is of: accelerations are taken to have "
            "Android's signs; an iPhone's have the opposite ones, which reverses every translation",
            f->path);
    return BS_OK;
}
