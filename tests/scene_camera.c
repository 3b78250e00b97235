#include "tests/scene.h"

#include <math.h>
#include <stddef.h>

#include "tests/scene_parts.h"

void scene_ray(const bs_camera *cam, const double R_world_cam[9], double u, double v, double dir[3])
{
    const double q[3] = { (u - cam->cx) / cam->fx, (v - cam->cy) / cam->fy, 1 };
    double w[3];

    for (int i = 0; i < 3; i++)
        w[i] = R_world_cam[3 * i] * q[0] + R_world_cam[3 * i + 1] * q[1] + R_world_cam[3 * i + 2] * q[2];
    const double n = sqrt(w[0] * w[0] + w[1] * w[1] + w[2] * w[2]);

    for (int i = 0; i < 3; i++)
        dir[i] = w[i] / n;
}

/* Adds the pixel's mean colour to 'sum'.  The rays are a Hammersley set, shifted round the pixel's square by
 * a hash of the pixel: evenly spread for any number, and without a pattern that neighbours share. */
static void add_pixel(const scene *s, const bs_camera *cam, const bs_pose *T, int x, int y, int spp,
                      uint32_t seed, double sum[3])
{
    const double shift_u = scene_hash01((uint32_t)x, (uint32_t)y, seed, 1);
    const double shift_v = scene_hash01((uint32_t)x, (uint32_t)y, seed, 2);
    double R[9], dir[3];
    scene_hit hit;

    bs_pose_rotation(T, R);
    for (int i = 0; i < spp; i++) {
        double u = (i + 0.5) / spp, v = 0.5, half = 0.5;

        for (int k = i; k; k >>= 1, half /= 2)
            v += half * (k & 1);
        u = spp == 1 ? 0.5 : fmod(u + shift_u, 1);
        v = spp == 1 ? 0.5 : fmod(v + shift_v, 1);
        scene_ray(cam, R, x + u - 0.5, y + v - 0.5, dir);
        scene_cast(s, T->t_m, dir, &hit);
        for (int c = 0; c < 3; c++)
            sum[c] += (double)hit.rgb[c] / spp;
    }
}

void scene_render(const scene *s, const bs_camera *cam, const bs_pose *T_world_cam, int spp, uint32_t seed,
                  float *linear_rgb, float *ray_len_m, uint16_t *ids)
{
    double R[9];

    if (linear_rgb)
        scene_blur(s, cam, T_world_cam, 1, spp, seed, linear_rgb);
    bs_pose_rotation(T_world_cam, R);
#pragma omp parallel for schedule(dynamic)
    for (int y = 0; y < cam->height; y++)
        for (int x = 0; x < cam->width && (ray_len_m || ids); x++) {
            const size_t at = (size_t)y * (size_t)cam->width + (size_t)x;
            scene_surface hit;
            double dir[3];

            scene_ray(cam, R, x, y, dir);
            const scene_shape *shape = scene_nearest(s, T_world_cam->t_m, dir, &hit);
            if (ray_len_m)
                ray_len_m[at] = (float)hit.t_m;
            if (ids)
                ids[at] = shape ? shape->id : 0;
        }
}

void scene_blur(const scene *s, const bs_camera *cam, const bs_pose *T_world_cam, int n, int spp,
                uint32_t seed, float *linear_rgb)
{
    scene_blur_lines(s, cam, BS_SHUTTER_GLOBAL, T_world_cam, n, spp, seed, linear_rgb);
}

size_t scene_line_at(bs_shutter shutter, int x, int y)
{
    return shutter == BS_SHUTTER_GLOBAL ? 0 : (size_t)(shutter <= BS_SHUTTER_BOTTOM_UP ? y : x);
}

void scene_blur_lines(const scene *s, const bs_camera *cam, bs_shutter shutter, const bs_pose *T_world_cam,
                      int n, int spp, uint32_t seed, float *linear_rgb)
{
    const size_t lines = (size_t)bs_shutter_lines(shutter, cam->width, cam->height);

#pragma omp parallel for schedule(dynamic)
    for (int y = 0; y < cam->height; y++)
        for (int x = 0; x < cam->width; x++) {
            double sum[3] = { 0, 0, 0 };

            for (int j = 0; j < n; j++)
                add_pixel(s, cam, &T_world_cam[(size_t)j * lines + scene_line_at(shutter, x, y)], x, y, spp,
                          seed + (uint32_t)j, sum);
            for (int c = 0; c < 3; c++)
                linear_rgb[((size_t)y * (size_t)cam->width + (size_t)x) * 3 + (size_t)c] =
                    (float)(sum[c] / n);
        }
}

int scene_project(const bs_camera *cam, const bs_pose *T_world_cam, const double o[3], const double d[3],
                  double t_m, double uv[2])
{
    double R[9], q[3] = { 0, 0, 0 };

    bs_pose_rotation(T_world_cam, R);
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 3; k++)
            q[i] += R[3 * k + i] * (isinf(t_m) ? d[k] : o[k] + t_m * d[k] - T_world_cam->t_m[k]);
    uv[0] = cam->fx * q[0] / q[2] + cam->cx;
    uv[1] = cam->fy * q[1] / q[2] + cam->cy;
    return q[2] > 0;
}

/* Where the point o + t d is on the line that it then falls on. */
static int project_on_line(const bs_camera *cam, bs_shutter shutter, scene_line_pose *pose, const void *user,
                           int end, const double o[3], const double d[3], double t_m, double uv[2])
{
    const int axis = shutter <= BS_SHUTTER_BOTTOM_UP;
    const double last = bs_shutter_lines(shutter, cam->width, cam->height) - 1;
    double line = last / 2;

    for (int i = 0; i < 100; i++) {
        const bs_pose T = pose(user, line, end);
        double next;

        if (!scene_project(cam, &T, o, d, t_m, uv))
            return 0;
        next = fmin(fmax(uv[axis], 0), last);
        if (fabs(next - line) < 1e-9)
            return 1;
        line = next;
    }
    return 0;
}

void scene_kernel_lines(const scene *s, const bs_camera *cam, const bs_pose *T_world_anchor,
                        bs_shutter shutter, scene_line_pose *pose, const void *user, float *uv)
{
    double R[9];

    bs_pose_rotation(T_world_anchor, R);
#pragma omp parallel for schedule(dynamic)
    for (int y = 0; y < cam->height; y++)
        for (int x = 0; x < cam->width; x++) {
            float *out = &uv[((size_t)y * (size_t)cam->width + (size_t)x) * 2];
            const double *o = T_world_anchor->t_m;
            double dir[3], p0[2], p1[2];
            scene_surface hit;

            scene_ray(cam, R, x, y, dir);
            scene_nearest(s, o, dir, &hit);
            const int seen = project_on_line(cam, shutter, pose, user, 0, o, dir, hit.t_m, p0) &&
                             project_on_line(cam, shutter, pose, user, 1, o, dir, hit.t_m, p1);
            out[0] = seen ? (float)(p1[0] - p0[0]) : NAN;
            out[1] = seen ? (float)(p1[1] - p0[1]) : NAN;
        }
}

static bs_pose same_for_all_lines(const void *user, double line, int end)
{
    const bs_pose *const *T_world = user;

    (void)line;
    return *T_world[end];
}

void scene_kernel(const scene *s, const bs_camera *cam, const bs_pose *T_world_anchor,
                  const bs_pose *T_world_start, const bs_pose *T_world_end, float *uv)
{
    const bs_pose *const T_world[2] = { T_world_start, T_world_end };

    scene_kernel_lines(s, cam, T_world_anchor, BS_SHUTTER_GLOBAL, same_for_all_lines, T_world, uv);
}
