#include "tests/scene_truth.h"

#include <math.h>
#include <stddef.h>

#include "tests/scene_parts.h"

#define BEHIND_REL 1e-3

/* Whether the reference camera at 'ref' sees the point o + t d, which is in its image. */
static int is_seen(const scene *s, const double ref[3], const double o[3], const double d[3], double t_m)
{
    double to[3] = { d[0], d[1], d[2] }, n = INFINITY;
    scene_surface hit;

    if (isfinite(t_m)) {
        for (int i = 0; i < 3; i++)
            to[i] = o[i] + t_m * d[i] - ref[i];
        n = sqrt(to[0] * to[0] + to[1] * to[1] + to[2] * to[2]);
        for (int i = 0; i < 3; i++)
            to[i] /= n;
    }
    scene_nearest(s, ref, to, &hit);
    return isinf(n) ? isinf(hit.t_m) : hit.t_m >= n * (1 - BEHIND_REL);
}

/* The doubts of one ray. */
static unsigned doubt_of_ray(const scene *s, const bs_camera *cam, const bs_pose *T_world_ref,
                             const double o[3], const double d[3])
{
    scene_surface hit;
    double uv[2];

    scene_nearest(s, o, d, &hit);
    if (!scene_project(cam, T_world_ref, o, d, hit.t_m, uv) || !(uv[0] >= -0.5 && uv[0] < cam->width - 0.5) ||
        !(uv[1] >= -0.5 && uv[1] < cam->height - 0.5))
        return SCENE_OUTSIDE;
    return is_seen(s, T_world_ref->t_m, o, d, hit.t_m) ? 0 : SCENE_HIDDEN;
}

void scene_doubt(const scene *s, const bs_camera *cam, const bs_pose *T_world_ref, const bs_pose *T_world_cam,
                 int n, uint8_t *doubt)
{
    scene_doubt_lines(s, cam, T_world_ref, BS_SHUTTER_GLOBAL, T_world_cam, n, doubt);
}

void scene_doubt_lines(const scene *s, const bs_camera *cam, const bs_pose *T_world_ref, bs_shutter shutter,
                       const bs_pose *T_world_cam, int n, uint8_t *doubt)
{
    const size_t lines = (size_t)bs_shutter_lines(shutter, cam->width, cam->height);

#pragma omp parallel for schedule(dynamic)
    for (int y = 0; y < cam->height; y++)
        for (int x = 0; x < cam->width; x++) {
            unsigned bits = 0;

            for (int j = 0; j < n; j++) {
                const bs_pose *T = &T_world_cam[(size_t)j * lines + scene_line_at(shutter, x, y)];
                double R[9], dir[3];

                bs_pose_rotation(T, R);
                scene_ray(cam, R, x, y, dir);
                bits |= doubt_of_ray(s, cam, T_world_ref, T->t_m, dir);
            }
            doubt[(size_t)y * (size_t)cam->width + (size_t)x] = (uint8_t)bits;
        }
}

static double extent_of_ray(const bs_camera *cam, const double o[3], const double d[3], double t_m,
                            const bs_pose *T_world_cam, int n)
{
    double lo[2] = { INFINITY, INFINITY }, hi[2] = { -INFINITY, -INFINITY };

    for (int j = 0; j < n; j++) {
        double uv[2];

        if (!scene_project(cam, &T_world_cam[j], o, d, t_m, uv))
            return NAN;
        for (int i = 0; i < 2; i++) {
            lo[i] = fmin(lo[i], uv[i]);
            hi[i] = fmax(hi[i], uv[i]);
        }
    }
    return hypot(hi[0] - lo[0], hi[1] - lo[1]);
}

void scene_extent(const scene *s, const bs_camera *cam, const bs_pose *T_world_ref,
                  const bs_pose *T_world_cam, int n, float *extent_px)
{
    double R[9];

    bs_pose_rotation(T_world_ref, R);
#pragma omp parallel for schedule(dynamic)
    for (int y = 0; y < cam->height; y++)
        for (int x = 0; x < cam->width; x++) {
            scene_surface hit;
            double dir[3];

            scene_ray(cam, R, x, y, dir);
            scene_nearest(s, T_world_ref->t_m, dir, &hit);
            extent_px[(size_t)y * (size_t)cam->width + (size_t)x] =
                (float)extent_of_ray(cam, T_world_ref->t_m, dir, hit.t_m, T_world_cam, n);
        }
}
