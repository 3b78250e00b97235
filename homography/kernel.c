#include <math.h>
#include <stddef.h>

#include "homography/lines.h"
#include "homography/warp.h"

/* Sharp pixels at which linearity is measured: a grid with this spacing, pixels. */
#define BS_LINEARITY_SPACING 8

/* The two ends of the exposure. */
typedef struct ends {
    bs_line_maps first, last; /* owned */
} ends;

static void destroy_ends(ends *e)
{
    bs_line_maps_destroy(&e->first);
    bs_line_maps_destroy(&e->last);
}

static int create_ends(const bs_camera *cam, bs_shutter shutter, const bs_pose *T_anchor_first,
                       const bs_pose *T_anchor_last, ends *e, bs_err *err)
{
    int rc = bs_line_maps_create(cam, shutter, &e->first, err);

    rc = rc ? rc : bs_line_maps_create(cam, shutter, &e->last, err);
    if (rc != BS_OK) {
        destroy_ends(e);
        return rc;
    }
    bs_line_maps_set(cam, T_anchor_first, &e->first);
    bs_line_maps_set(cam, T_anchor_last, &e->last);
    return BS_OK;
}

int bs_kernel_map(const bs_camera *cam, bs_shutter shutter, const bs_pose *T_anchor_first,
                  const bs_pose *T_anchor_last, const float *inv_depth, float *uv, bs_err *err)
{
    ends e = { { 0 }, { 0 } };
    const int rc = create_ends(cam, shutter, T_anchor_first, T_anchor_last, &e, err);

    for (int y = 0; rc == BS_OK && y < cam->height; y++)
        for (int x = 0; x < cam->width; x++) {
            const size_t i = (size_t)y * (size_t)cam->width + (size_t)x;
            double u0, v0, u1, v1;

            uv[2 * i] = uv[2 * i + 1] = NAN;
            if (bs_line_maps_apply(&e.first, x, y, inv_depth[i], &u0, &v0) &&
                bs_line_maps_apply(&e.last, x, y, inv_depth[i], &u1, &v1)) {
                uv[2 * i] = (float)(u1 - u0);
                uv[2 * i + 1] = (float)(v1 - v0);
                if (!isfinite(uv[2 * i] + uv[2 * i + 1])) /* beyond float: absurdly near */
                    uv[2 * i] = uv[2 * i + 1] = NAN;
            }
        }
    destroy_ends(&e);
    return rc;
}

/* The largest distance from the straight path over the grid of one pose, 'when' of the way. */
static double bend(const bs_camera *cam, const ends *e, const bs_line_maps *at, double when,
                   const float *inv_depth)
{
    double largest = 0;

    for (int y = 0; y < cam->height; y += BS_LINEARITY_SPACING)
        for (int x = 0; x < cam->width; x += BS_LINEARITY_SPACING) {
            const double w = inv_depth[(size_t)y * (size_t)cam->width + (size_t)x];
            double u0, v0, u1, v1, u, v;

            if (bs_line_maps_apply(&e->first, x, y, w, &u0, &v0) &&
                bs_line_maps_apply(&e->last, x, y, w, &u1, &v1) && bs_line_maps_apply(at, x, y, w, &u, &v))
                largest = fmax(largest, hypot(u - u0 - when * (u1 - u0), v - v0 - when * (v1 - v0)));
        }
    return largest;
}

int bs_kernel_linearity_error(const bs_camera *cam, bs_shutter shutter, const bs_pose *T_anchor_cam,
                              const double *when, int n, const bs_pose *T_anchor_first,
                              const bs_pose *T_anchor_last, const float *inv_depth, double *out, bs_err *err)
{
    ends e = { { 0 }, { 0 } };
    bs_line_maps at = { 0 };
    double largest = 0;
    int rc = create_ends(cam, shutter, T_anchor_first, T_anchor_last, &e, err);

    rc = rc ? rc : bs_line_maps_create(cam, shutter, &at, err);
    for (int i = 0; rc == BS_OK && i < n; i++) {
        bs_line_maps_set(cam, &T_anchor_cam[(size_t)i * (size_t)at.n], &at);
        largest = fmax(largest, bend(cam, &e, &at, when[i], inv_depth));
    }
    destroy_ends(&e);
    bs_line_maps_destroy(&at);
    if (rc == BS_OK)
        *out = largest;
    return rc;
}
