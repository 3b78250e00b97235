#include "homography/scatter.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "homography/views.h"

int bs_reverse_create(int width, int height, bs_reverse *out, bs_err *err)
{
    bs_reverse r = { .width = width, .height = height };
    size_t n;

    if (width < 1 || height < 1 || width > BS_MAX_SIDE || height > BS_MAX_SIDE)
        return bs_fail(err, BS_EINVAL, "image size %dx%d; each side must be 1 to %d pixels", width, height,
                       BS_MAX_SIDE);
    n = (size_t)width * (size_t)height;
    r.source = malloc(n * sizeof *r.source);
    r.nearness = malloc(n * sizeof *r.nearness);
    if (!r.source || !r.nearness) {
        bs_reverse_destroy(&r);
        return bs_fail(err, BS_ENOMEM, "no memory for the reverse map of a %dx%d frame", width, height);
    }
    *out = r;
    return BS_OK;
}

void bs_reverse_destroy(bs_reverse *r)
{
    free(r->source);
    free(r->nearness);
    *r = (bs_reverse){ 0 };
}

/* The pixel of a side that 'v' lies in, or -1 outside it; rounded before it is cast, so NaN and any size will
 * do. */
static int pixel_of(double v, int side)
{
    const double nearest = floor(v + 0.5);

    return nearest >= 0 && nearest < side ? (int)nearest : -1;
}

/* Moves reference pixel (x, y), number i, into the picture; the nearer of two stays. */
static void scatter(const bs_map *map, int x, int y, double inv, int32_t i, bs_reverse *out)
{
    /* Z in the moving camera, for each metre of Z in the sharp one. */
    const double z = map->H_inf[6] * x + map->H_inf[7] * y + map->H_inf[8] + inv * map->b[2];
    double u, v;
    int tx, ty;
    size_t to;

    if (!bs_map_apply(map, x, y, inv, &u, &v))
        return;
    tx = pixel_of(u, out->width);
    ty = pixel_of(v, out->height);
    if (tx < 0 || ty < 0)
        return;
    to = (size_t)ty * (size_t)out->width + (size_t)tx;
    if (inv / z > out->nearness[to]) {
        out->nearness[to] = inv / z;
        out->source[to] = i;
    }
}

void bs_reverse_scatter(const bs_camera *cam, const bs_pose *T_anchor_cam, const float *inv_depth,
                        bs_reverse *out)
{
    const bs_pose T_cam_anchor = bs_pose_inverse(T_anchor_cam);
    const bs_map map = bs_map_make(cam, &T_cam_anchor);
    const size_t n = (size_t)out->width * (size_t)out->height;
    int32_t at = 0;

    for (size_t i = 0; i < n; i++) {
        out->source[i] = -1;
        out->nearness[i] = -1; /* behind what is infinitely far, at 0 */
    }
    for (int y = 0; y < out->height; y++)
        for (int x = 0; x < out->width; x++, at++) /* an infinite nearness times a motion of 0 is no number */
            scatter(&map, x, y, inv_depth[at] < FLT_MAX ? inv_depth[at] : FLT_MAX, at, out);
}

int bs_reverse_copy(const bs_reverse *r, const uint8_t *rgb, uint8_t *warped, uint8_t *holes)
{
    const size_t n = (size_t)r->width * (size_t)r->height;
    int n_holes = 0;

    for (size_t i = 0; i < n; i++) {
        const int hole = r->source[i] < 0;
        const size_t from = hole ? i : (size_t)r->source[i];

        for (size_t c = 0; c < 3; c++)
            warped[3 * i + c] = rgb[3 * from + c];
        holes[i] = hole ? 255 : 0;
        n_holes += hole;
    }
    return n_holes;
}
