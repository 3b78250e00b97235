/*
 * homography/camera.h - the pinhole camera: intrinsics and image size.
 *
 * Pixel centres have whole coordinates: the middle of the top-left pixel is (0, 0) and the image covers
 * [-0.5, width - 0.5) x [-0.5, height - 0.5).  A point (X, Y, Z) in camera axes (x right, y down, z forward)
 * projects to (fx X / Z + cx, fy Y / Z + cy).
 */
#ifndef BS_CAMERA_H
#define BS_CAMERA_H

#include "homography/api.h"
#include "homography/error.h"

#ifdef __cplusplus
extern "C" {
#endif

/* No image side is longer than this; a larger header is refused before anything is allocated. */
#define BS_MAX_SIDE 16384

typedef struct bs_camera {
    int width, height; /* pixels, 1 to BS_MAX_SIDE */
    double fx, fy;     /* focal lengths, pixels, > 0; they differ where pixels are not square */
    double cx, cy;     /* principal point, pixels */
} bs_camera;

/* BS_OK, or BS_EINVAL naming the member that is out of range; 'what' (a file, an option) leads the
 * sentence. */
BS_API int bs_camera_check(const bs_camera *cam, const char *what, bs_err *err);

/*
 * The same lens with the image resampled to width x height: focal lengths scale with the size, and the
 * principal point about the image corner (-0.5, -0.5), not about the first pixel's centre.
 */
BS_API bs_camera bs_camera_scaled(const bs_camera *cam, int width, int height);

/* z of a point at distance 1 m from the camera centre on the ray of pixel (x, y): z_m = range_m * this. */
BS_API double bs_camera_ray_to_z(const bs_camera *cam, double x, double y);

#ifdef __cplusplus
}
#endif

#endif /* BS_CAMERA_H */
