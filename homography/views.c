#include "homography/views.h"

#include <math.h>
#include <stdlib.h>

/* Points of the frame at which displacement is bounded: a grid with the corners, at two depths.  Displacement
 * is a ratio of polynomials of low degree in (x, y), so its largest value lies on the border or is smooth. */
#define BS_GRID_X 9
#define BS_GRID_Y 7
#define BS_GRID (2 * BS_GRID_X * BS_GRID_Y)

/* Spacing of the grid at which parallax is known exactly, pixels. */
#define BS_PARALLAX_GRID 16

bs_map bs_map_make(const bs_camera *cam, const bs_pose *T_a_b)
{
    const double fx = cam->fx, fy = cam->fy, cx = cam->cx, cy = cam->cy;
    double R[9], KR[9];
    bs_map m;

    bs_pose_rotation(T_a_b, R);
    for (int c = 0; c < 3; c++) {
        KR[c] = fx * R[c] + cx * R[6 + c];
        KR[3 + c] = fy * R[3 + c] + cy * R[6 + c];
        KR[6 + c] = R[6 + c];
    }
    for (int r = 0; r < 3; r++) {
        m.H_inf[3 * r] = KR[3 * r] / fx;
        m.H_inf[3 * r + 1] = KR[3 * r + 1] / fy;
        /* In this order the identity comes out exactly: fx / fx is 1, and cx - 1 cx is 0. */
        m.H_inf[3 * r + 2] = KR[3 * r + 2] - m.H_inf[3 * r] * cx - m.H_inf[3 * r + 1] * cy;
    }
    m.b[0] = fx * T_a_b->t_m[0] + cx * T_a_b->t_m[2];
    m.b[1] = fy * T_a_b->t_m[1] + cy * T_a_b->t_m[2];
    m.b[2] = T_a_b->t_m[2];
    return m;
}

int bs_map_apply(const bs_map *m, double x, double y, double inv_depth, double *u, double *v)
{
    const double z = m->H_inf[6] * x + m->H_inf[7] * y + m->H_inf[8] + inv_depth * m->b[2];

    if (!(z > 0))
        return 0;
    *u = (m->H_inf[0] * x + m->H_inf[1] * y + m->H_inf[2] + inv_depth * m->b[0]) / z;
    *v = (m->H_inf[3] * x + m->H_inf[4] * y + m->H_inf[5] + inv_depth * m->b[1]) / z;
    return 1;
}

bs_view bs_view_make(const bs_camera *cam, const bs_pose *T_anchor_cam)
{
    const bs_map m = bs_map_make(cam, T_anchor_cam);
    bs_view v;

    for (int i = 0; i < 9; i++)
        v.H_inf[i] = (float)m.H_inf[i];
    for (int i = 0; i < 3; i++)
        v.b[i] = (float)m.b[i];
    return v;
}

static float parallax_at(const bs_view *views, int n, int x, int y)
{
    double largest = 0;

    for (int i = 0; i < n; i++) {
        const double ex = views[i].b[0] - x * views[i].b[2], ey = views[i].b[1] - y * views[i].b[2];

        largest = fmax(largest, ex * ex + ey * ey);
    }
    return (float)sqrt(largest);
}

/* The next place of the grid after 'at', on a side of 'side' pixels: its last pixel is on the grid. */
static int next_node(int at, int side)
{
    return at + BS_PARALLAX_GRID < side - 1 || at == side - 1 ? at + BS_PARALLAX_GRID : side - 1;
}

/* Fills in v[stride], ..., v[(n - 1) stride] between v[0] and v[n stride]. */
static void fill_between(float *v, int n, size_t stride)
{
    for (int i = 1; i < n; i++)
        v[(size_t)i * stride] = v[0] + (v[(size_t)n * stride] - v[0]) * (float)i / (float)n;
}

/* The largest of norms of affine functions is convex: between the points of a grid it is no larger than what
 * linear interpolation says. */
void bs_views_parallax(const bs_camera *cam, const bs_view *views, int n, float *parallax_px_m)
{
    const int w = cam->width, h = cam->height;

    for (int y = 0, y_last = 0; y < h; y_last = y, y = next_node(y, h)) {
        float *row = &parallax_px_m[(size_t)y * (size_t)w],
              *before = &parallax_px_m[(size_t)y_last * (size_t)w];

        for (int x = 0, x_last = 0; x < w; x_last = x, x = next_node(x, w)) {
            row[x] = parallax_at(views, n, x, y);
            fill_between(&row[x_last], x - x_last, 1);
        }
        for (int x = 0; x < w; x++)
            fill_between(&before[x], y - y_last, (size_t)w);
    }
}

/* The g-th of the points at which displacement is bounded. */
static void grid_point(const bs_camera *cam, int g, double inv_lo, double inv_hi, double *x, double *y,
                       double *w)
{
    *x = (double)(g / 2 % BS_GRID_X) * (cam->width - 1) / (BS_GRID_X - 1);
    *y = (double)(g / 2 / BS_GRID_X) * (cam->height - 1) / (BS_GRID_Y - 1);
    *w = g & 1 ? inv_hi : inv_lo;
}

/* How far each grid point moves from pose a to pose b, pixels; 0 where it is behind one of them. */
static void grid_steps(const bs_camera *cam, const bs_pose *a, const bs_pose *b, double inv_lo, double inv_hi,
                       double step[BS_GRID])
{
    const bs_pose T_a = bs_pose_inverse(a), T_b = bs_pose_inverse(b);
    const bs_map map_a = bs_map_make(cam, &T_a), map_b = bs_map_make(cam, &T_b);

    for (int g = 0; g < BS_GRID; g++) {
        double x, y, w, u0, v0, u1, v1;

        grid_point(cam, g, inv_lo, inv_hi, &x, &y, &w);
        step[g] = 0;
        if (bs_map_apply(&map_a, x, y, w, &u0, &v0) && bs_map_apply(&map_b, x, y, w, &u1, &v1))
            step[g] = hypot(u1 - u0, v1 - v0);
    }
}

double bs_poses_max_step(const bs_camera *cam, const bs_pose *T_anchor_cam, int n, double inv_lo,
                         double inv_hi)
{
    double largest = 0, step[BS_GRID];

    for (int i = 0; i + 1 < n; i++) {
        grid_steps(cam, &T_anchor_cam[i], &T_anchor_cam[i + 1], inv_lo, inv_hi, step);
        for (int g = 0; g < BS_GRID; g++)
            largest = fmax(largest, step[g]);
    }
    return largest;
}

/* Path length up to the fraction s of the exposure, between the m + 1 instants at which it is known. */
static double path_at(const double *path, int m, int g, double s)
{
    const double at = fmin(fmax(s, 0), 1) * m;
    const int i = at < m ? (int)at : m - 1;

    return path[(size_t)i * BS_GRID + (size_t)g] +
           (at - i) * (path[(size_t)(i + 1) * BS_GRID + (size_t)g] - path[(size_t)i * BS_GRID + (size_t)g]);
}

/* The longest way of a grid point between neighbours of n poses. */
static double longest_step(const double *path, int m, int n, int endpoints)
{
    const int steps = endpoints ? n - 1 : n;
    double longest = 0;

    for (int i = 0; i < steps; i++)
        for (int g = 0; g < BS_GRID; g++) {
            const double from = (double)i / steps, to = (double)(i + 1) / steps;
            const double shift = !endpoints && i + 1 < steps ? 0.5 / steps : 0; /* between two middles */

            longest = fmax(longest, path_at(path, m, g, to) - path_at(path, m, g, from));
            longest = fmax(longest, path_at(path, m, g, to + shift) - path_at(path, m, g, from + shift));
        }
    return longest;
}

int bs_poses_needed(const bs_camera *cam, const bs_pose *T_anchor_cam, int m, double inv_lo, double inv_hi,
                    double max_step_px, int endpoints, int limit, int *out, bs_err *err)
{
    double *path = calloc((size_t)(m + 1) * BS_GRID, sizeof *path);
    const double bound = max_step_px * (1 + 1e-9);
    double longest = 0;
    int n, lo;

    if (!path)
        return bs_fail(err, BS_ENOMEM, "no memory for the paths of %d poses", m + 1);
    for (int i = 0; i < m; i++) {
        double *row = &path[(size_t)(i + 1) * BS_GRID];

        grid_steps(cam, &T_anchor_cam[i], &T_anchor_cam[i + 1], inv_lo, inv_hi, row);
        for (int g = 0; g < BS_GRID; g++) {
            row[g] += row[g - BS_GRID];
            longest = fmax(longest, row[g]);
        }
    }
    n = (int)fmin(ceil(longest / max_step_px), limit); /* an even motion would need this many steps */
    n = n < 1 ? 1 : n;
    n = endpoints && n < limit ? n + 1 : n;
    lo = n - 1;
    while (n < limit && longest_step(path, m, n, endpoints) > bound) { /* uneven motion needs more */
        lo = n;
        n = n + 1 + n / 8 < limit ? n + 1 + n / 8 : limit;
    }
    while (n - lo > 1) { /* 'lo' is too few, 'n' enough or all there may be: the fewest lie between */
        const int mid = lo + (n - lo) / 2;

        if (longest_step(path, m, mid, endpoints) > bound)
            lo = mid;
        else
            n = mid;
    }
    free(path);
    *out = n;
    return BS_OK;
}
