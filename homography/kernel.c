#include <math.h>
#include <stddef.h>

#include "homography/views.h"
#include "homography/warp.h"

/* Sharp pixels at which linearity is measured: a grid with this spacing, pixels. */
#define BS_LINEARITY_SPACING 8

static bs_map map_to(const bs_camera *cam, const bs_pose *T_anchor_cam)
{
    const bs_pose T_cam_anchor = bs_pose_inverse(T_anchor_cam);

    return bs_map_make(cam, &T_cam_anchor);
}

void bs_kernel_map(const bs_camera *cam, const bs_pose *T_anchor_first, const bs_pose *T_anchor_last,
                   const float *inv_depth, float *uv)
{
    const bs_map first = map_to(cam, T_anchor_first), last = map_to(cam, T_anchor_last);

    for (int y = 0; y < cam->height; y++)
        for (int x = 0; x < cam->width; x++) {
            const size_t i = (size_t)y * (size_t)cam->width + (size_t)x;
            double u0, v0, u1, v1;

            uv[2 * i] = uv[2 * i + 1] = NAN;
            if (bs_map_apply(&first, x, y, inv_depth[i], &u0, &v0) &&
                bs_map_apply(&last, x, y, inv_depth[i], &u1, &v1)) {
                uv[2 * i] = (float)(u1 - u0);
                uv[2 * i + 1] = (float)(v1 - v0);
                if (!isfinite(uv[2 * i] + uv[2 * i + 1])) /* beyond float: absurdly near */
                    uv[2 * i] = uv[2 * i + 1] = NAN;
            }
        }
}

double bs_kernel_linearity_error(const bs_camera *cam, const bs_pose *T_anchor_cam, const double *when, int n,
                                 const bs_pose *T_anchor_first, const bs_pose *T_anchor_last,
                                 const float *inv_depth)
{
    const bs_map first = map_to(cam, T_anchor_first), last = map_to(cam, T_anchor_last);
    double largest = 0;

    for (int i = 0; i < n; i++) {
        const bs_map m = map_to(cam, &T_anchor_cam[i]);

        for (int y = 0; y < cam->height; y += BS_LINEARITY_SPACING)
            for (int x = 0; x < cam->width; x += BS_LINEARITY_SPACING) {
                const double w = inv_depth[(size_t)y * (size_t)cam->width + (size_t)x];
                double u0, v0, u1, v1, u, v;

                if (!bs_map_apply(&first, x, y, w, &u0, &v0) || !bs_map_apply(&last, x, y, w, &u1, &v1) ||
                    !bs_map_apply(&m, x, y, w, &u, &v))
                    continue;
                largest = fmax(largest, hypot(u - u0 - when[i] * (u1 - u0), v - v0 - when[i] * (v1 - v0)));
            }
    }
    return largest;
}
