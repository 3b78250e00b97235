#include "homography/camera.h"

#include <math.h>

int bs_camera_check(const bs_camera *cam, const char *what, bs_err *err)
{
    if (cam->width < 1 || cam->height < 1 || cam->width > BS_MAX_SIDE || cam->height > BS_MAX_SIDE)
        return bs_fail(err, BS_EINVAL, "%s: image size %dx%d; each side must be 1 to %d pixels", what,
                       cam->width, cam->height, BS_MAX_SIDE);
    if (!isfinite(cam->fx) || !isfinite(cam->fy) || cam->fx <= 0 || cam->fy <= 0)
        return bs_fail(err, BS_EINVAL, "%s: focal lengths %g, %g; both must be above 0 (pixels)", what,
                       cam->fx, cam->fy);
    if (!isfinite(cam->cx) || !isfinite(cam->cy))
        return bs_fail(err, BS_EINVAL, "%s: principal point %g, %g is not a number (pixels)", what, cam->cx,
                       cam->cy);
    return BS_OK;
}

bs_camera bs_camera_scaled(const bs_camera *cam, int width, int height)
{
    const double sx = (double)width / cam->width, sy = (double)height / cam->height;

    return (bs_camera){
        .width = width,
        .height = height,
        .fx = cam->fx * sx,
        .fy = cam->fy * sy,
        .cx = (cam->cx + 0.5) * sx - 0.5,
        .cy = (cam->cy + 0.5) * sy - 0.5,
    };
}

double bs_camera_ray_to_z(const bs_camera *cam, double x, double y)
{
    const double u = (x - cam->cx) / cam->fx, v = (y - cam->cy) / cam->fy;

    return 1 / sqrt(1 + u * u + v * v);
}
