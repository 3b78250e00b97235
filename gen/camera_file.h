/*
 * gen/camera_file.h - what a camera file says: the lens, how the camera sits on its IMU, and its shutter.
 *
 * A JSON object.  Every part may be left out, but not all of them; other members are allowed.
 *
 *     fx fy cx cy            pixels, all four or none; (0, 0) is the centre of the top-left pixel
 *     width height           pixels, both or neither
 *     T_imu_cam, T_cam_imu   4x4, rows of four or 16 numbers: from camera to IMU axes, as EuRoC's T_BS, or from
 *                            IMU to camera axes, as Kalibr's T_cam_imu; metres; one of the two
 *     time_shift_s           IMU clock minus camera clock, as Kalibr's timeshift_cam_imu
 *     readout_s              readout time of the whole frame of a rolling shutter; 0: a global one
 *     readout_direction      "top-down" (the default), "bottom-up", "left-right" or "right-left"
 */
#ifndef BS_CAMERA_FILE_H
#define BS_CAMERA_FILE_H

#include <stdint.h>

#include <cjson/cJSON.h>

#include "homography/camera.h"
#include "homography/pose.h"
#include "homography/shutter.h"

typedef struct bs_camera_file {
    int has_intrinsics;
    bs_camera camera; /* width = height = 0: not said */
    int has_mount;
    bs_pose T_imu_cam;
    int64_t time_shift_ns;
    int has_readout;
    bs_shutter shutter;
    int64_t readout_ns;
} bs_camera_file;

/*
 * BS_EIO if the file cannot be read; BS_EFORMAT naming the line that is not JSON (text behind the object is
 * not), or the member that is missing, there twice, of the wrong kind or out of range; BS_ENOMEM.  '*out' is
 * then untouched.
 */
int bs_camera_file_read(const char *path, bs_camera_file *out, bs_err *err);

/* camera_rig.c: the mount and the shutter, for camera_file.c. */
int bs_camera_rig_read(const char *path, const cJSON *root, bs_camera_file *out, bs_err *err);

/* The member 'name', or NULL in '*out' if it is absent.  BS_EFORMAT if it is there twice. */
int bs_camera_member(const char *path, const cJSON *root, const char *name, const cJSON **out, bs_err *err);

/* Likewise; it must be a finite number. */
int bs_camera_number(const char *path, const cJSON *root, const char *name, const cJSON **out, bs_err *err);

#endif /* BS_CAMERA_FILE_H */
