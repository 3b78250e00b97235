/* How a camera sits on its IMU, and how it is read out. */
#include "gen/camera_file.h"

#include <math.h>
#include <string.h>

/* Calibrations are printed with four digits or more. */
#define MAX_MATRIX_ERROR 1e-3

/* An IMU farther from its camera, or a clock further off, is a mistake in units. */
#define MAX_LEVER_M 100
#define MAX_SHIFT_S 3600
#define MAX_READOUT_S 2

/* 16 numbers, in rows of four or in one row; 0 if it is anything else. */
static int read_matrix(const cJSON *m, double T[16])
{
    const int nested = cJSON_GetArraySize(m) == 4, n = nested ? 4 : 16;

    if (!cJSON_IsArray(m) || cJSON_GetArraySize(m) != n)
        return 0;
    for (int i = 0; i < 16; i++) {
        const cJSON *row = nested ? cJSON_GetArrayItem(m, i / 4) : m;
        const cJSON *v = cJSON_GetArrayItem(row, nested ? i % 4 : i);

        if ((nested && (!cJSON_IsArray(row) || cJSON_GetArraySize(row) != 4)) || !cJSON_IsNumber(v))
            return 0;
        T[i] = v->valuedouble;
    }
    return 1;
}

/* Whether the upper left of T is a rotation and its last row 0 0 0 1; NaN is neither. */
static int is_rigid(const double T[16])
{
    double det = 0;

    for (int r = 0; r < 3; r++)
        for (int s = 0; s < 3; s++) {
            const double dot =
                T[4 * r] * T[4 * s] + T[4 * r + 1] * T[4 * s + 1] + T[4 * r + 2] * T[4 * s + 2];

            if (!(fabs(dot - (r == s)) <= MAX_MATRIX_ERROR))
                return 0;
        }
    for (int c = 0; c < 3; c++)
        det += T[c] * (T[4 + (c + 1) % 3] * T[8 + (c + 2) % 3] - T[4 + (c + 2) % 3] * T[8 + (c + 1) % 3]);
    return det > 0 && T[12] == 0 && T[13] == 0 && T[14] == 0 && T[15] == 1;
}

static int read_mount(const char *path, const cJSON *root, bs_camera_file *out, bs_err *err)
{
    const cJSON *imu_cam, *cam_imu;
    const char *name;
    double T[16], R[9], t_m[3];
    int rc = bs_camera_member(path, root, "T_imu_cam", &imu_cam, err);

    rc = rc ? rc : bs_camera_member(path, root, "T_cam_imu", &cam_imu, err);
    if (rc != BS_OK || (!imu_cam && !cam_imu))
        return rc;
    if (imu_cam && cam_imu)
        return bs_fail(err, BS_EFORMAT, "%s: \"T_imu_cam\" and \"T_cam_imu\" say the same: give one of them",
                       path);
    name = imu_cam ? "T_imu_cam" : "T_cam_imu";
    if (!read_matrix(imu_cam ? imu_cam : cam_imu, T))
        return bs_fail(err, BS_EFORMAT, "%s: \"%s\": expected a 4x4 matrix: four rows of four numbers, or 16",
                       path, name);
    if (!is_rigid(T))
        return bs_fail(err, BS_EFORMAT,
                       "%s: \"%s\": expected a rigid motion: a rotation matrix beside a translation, above a "
                       "last row of 0 0 0 1",
                       path, name);
    for (int r = 0; r < 3; r++) {
        memcpy(&R[3 * r], &T[4 * r], 3 * sizeof *R);
        t_m[r] = T[4 * r + 3];
        if (!(fabs(t_m[r]) <= MAX_LEVER_M))
            return bs_fail(err, BS_EFORMAT, "%s: \"%s\": a translation of %g: expected metres, up to %d",
                           path, name, t_m[r], MAX_LEVER_M);
    }
    out->has_mount = 1;
    out->T_imu_cam = bs_pose_from_rotation(R, t_m);
    if (cam_imu)
        out->T_imu_cam = bs_pose_inverse(&out->T_imu_cam);
    return BS_OK;
}

static int read_direction(const char *path, const cJSON *root, bs_camera_file *out, bs_err *err)
{
    const cJSON *member;
    const int rc = bs_camera_member(path, root, "readout_direction", &member, err);

    out->shutter = BS_SHUTTER_TOP_DOWN;
    if (rc != BS_OK || !member)
        return rc;
    for (int i = BS_SHUTTER_TOP_DOWN; i <= BS_SHUTTER_RIGHT_LEFT; i++)
        if (cJSON_IsString(member) && !strcmp(member->valuestring, bs_shutter_direction((bs_shutter)i))) {
            out->shutter = (bs_shutter)i;
            return BS_OK;
        }
    return bs_fail(err, BS_EFORMAT,
                   "%s: \"readout_direction\": expected \"top-down\", \"bottom-up\", \"left-right\" or "
                   "\"right-left\"",
                   path);
}

int bs_camera_rig_read(const char *path, const cJSON *root, bs_camera_file *out, bs_err *err)
{
    const cJSON *shift, *readout;
    int rc = read_mount(path, root, out, err);

    rc = rc ? rc : bs_camera_number(path, root, "time_shift_s", &shift, err);
    rc = rc ? rc : bs_camera_number(path, root, "readout_s", &readout, err);
    rc = rc ? rc : read_direction(path, root, out, err);
    if (rc != BS_OK)
        return rc;
    if (shift && !(fabs(shift->valuedouble) <= MAX_SHIFT_S))
        return bs_fail(err, BS_EFORMAT, "%s: \"time_shift_s\" is %g; expected seconds, up to %d", path,
                       shift->valuedouble, MAX_SHIFT_S);
    if (readout && !(readout->valuedouble >= 0 && readout->valuedouble <= MAX_READOUT_S))
        return bs_fail(err, BS_EFORMAT, "%s: \"readout_s\" is %g; expected seconds, 0 to %d", path,
                       readout->valuedouble, MAX_READOUT_S);
    if (!readout && cJSON_GetObjectItemCaseSensitive(root, "readout_direction"))
        return bs_fail(err, BS_EFORMAT, "%s: \"readout_direction\" without \"readout_s\"", path);
    out->time_shift_ns = shift ? llround(1e9 * shift->valuedouble) : 0;
    out->has_readout = readout != NULL;
    out->readout_ns = readout ? llround(1e9 * readout->valuedouble) : 0;
    if (!out->readout_ns)
        out->shutter = BS_SHUTTER_GLOBAL;
    return BS_OK;
}
