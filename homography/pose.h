/*
 * homography/pose.h - rigid motions, in double precision.
 *
 * A pose T_a_b takes points of frame b to frame a: X_a = R X_b + t.  Frames are named target first, so a
 * product reads itself: T_a_c = T_a_b * T_b_c.  A camera's pose in a trace is T_world_cam (camera-to-world).
 * Camera axes: x right, y down, z forward.  Quaternions are Hamilton's, scalar last.
 * All functions are pure: any thread may call them at any time.
 */
#ifndef BS_POSE_H
#define BS_POSE_H

#include "homography/api.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct bs_pose {
    double q[4];   /* x y z w, unit length */
    double t_m[3]; /* metres */
} bs_pose;

/* The pose that moves nothing. */
BS_API bs_pose bs_pose_identity(void);

/* T_a_c = T_a_b * T_b_c, with the quaternion brought back to unit length. */
BS_API bs_pose bs_pose_mul(const bs_pose *T_a_b, const bs_pose *T_b_c);

/* T_b_a from T_a_b. */
BS_API bs_pose bs_pose_inverse(const bs_pose *T_a_b);

/* The 3x3 rotation matrix of T_a_b, row-major. */
BS_API void bs_pose_rotation(const bs_pose *T_a_b, double R_a_b[9]);

/* The pose with the rotation matrix R_a_b (row-major; off a rotation by rounding at most) and t. */
BS_API bs_pose bs_pose_from_rotation(const double R_a_b[9], const double t_m[3]);

/*
 * The pose at 's' in [0, 1] between '*p' (s = 0) and '*q' (s = 1): slerp in rotation along the shorter arc,
 * linear in translation.  s = 0 and s = 1 return the ends exactly.
 */
BS_API bs_pose bs_pose_interpolate(const bs_pose *p, const bs_pose *q, double s);

#ifdef __cplusplus
}
#endif

#endif /* BS_POSE_H */
