/* How far points move between poses, and how many poses that asks for. */
#include "homography/views.h"

#include <math.h>
#include <stdlib.h>

/* Points of the frame at which displacement is bounded: a grid with the corners, at two depths.  Displacement
 * is a ratio of polynomials of low degree in (x, y), so its largest value lies on the border or is smooth. */
#define BS_GRID_X 9
#define BS_GRID_Y 7
#define BS_GRID (2 * BS_GRID_X * BS_GRID_Y)

/* The g-th of the points at which displacement is bounded. */
static void grid_point(const bs_camera *cam, int g, double inv_lo, double inv_hi, double *x, double *y,
                       double *w)
{
    *x = (double)(g / 2 % BS_GRID_X) * (cam->width - 1) / (BS_GRID_X - 1);
    *y = (double)(g / 2 / BS_GRID_X) * (cam->height - 1) / (BS_GRID_Y - 1);
    *w = g & 1 ? inv_hi : inv_lo;
}

/* Of which line of the grid, rows or columns, the g-th point is; 0 for a global shutter. */
static int grid_line(bs_shutter shutter, int g)
{
    return shutter == BS_SHUTTER_GLOBAL      ? 0
           : shutter <= BS_SHUTTER_BOTTOM_UP ? g / 2 / BS_GRID_X
                                             : g / 2 % BS_GRID_X;
}

/* Lines of the grid, and where among the 'lines' of the sensor the i-th of them lies. */
static int grid_lines(bs_shutter shutter)
{
    return shutter == BS_SHUTTER_GLOBAL ? 1 : shutter <= BS_SHUTTER_BOTTOM_UP ? BS_GRID_Y : BS_GRID_X;
}

static int sensor_line(bs_shutter shutter, int lines, int i)
{
    return lines == 1 ? 0 : (int)((double)i * (lines - 1) / (grid_lines(shutter) - 1) + 0.5);
}

/* How far each grid point moves from poses a to poses b [lines], pixels; 0 where it is behind one of them. */
static void grid_steps(const bs_camera *cam, bs_shutter shutter, const bs_pose *a, const bs_pose *b,
                       int lines, double inv_lo, double inv_hi, double step[BS_GRID])
{
    bs_map map_a[BS_GRID_X], map_b[BS_GRID_X];

    for (int i = 0; i < grid_lines(shutter); i++) {
        const int line = sensor_line(shutter, lines, i);

        map_a[i] = bs_map_to(cam, &a[line]);
        map_b[i] = bs_map_to(cam, &b[line]);
    }
    for (int g = 0; g < BS_GRID; g++) {
        const int i = grid_line(shutter, g);
        double x, y, w, u0, v0, u1, v1;

        grid_point(cam, g, inv_lo, inv_hi, &x, &y, &w);
        step[g] = 0;
        if (bs_map_apply(&map_a[i], x, y, w, &u0, &v0) && bs_map_apply(&map_b[i], x, y, w, &u1, &v1))
            step[g] = hypot(u1 - u0, v1 - v0);
    }
}

double bs_poses_max_step(const bs_camera *cam, bs_shutter shutter, const bs_pose *T_anchor_cam, int n,
                         double inv_lo, double inv_hi)
{
    const int lines = bs_shutter_lines(shutter, cam->width, cam->height);
    double largest = 0, step[BS_GRID];

    for (int i = 0; i + 1 < n; i++) {
        const bs_pose *a = &T_anchor_cam[(size_t)i * (size_t)lines];

        grid_steps(cam, shutter, a, a + lines, lines, inv_lo, inv_hi, step);
        for (int g = 0; g < BS_GRID; g++)
            largest = fmax(largest, step[g]);
    }
    return largest;
}

/* The ways of the grid's points. */
typedef struct paths {
    double *way;          /* [m + 1][BS_GRID] up to each instant; owned */
    int m;                /* intervals */
    double from[BS_GRID]; /* the fraction of all time at which a point's line begins its exposure */
    double exposed;       /* for this fraction */
} paths;

/* Path length up to the fraction s of the point's exposure, between the instants at which it is known. */
static double path_at(const paths *p, int g, double s)
{
    const double at = fmin(p->from[g] + fmin(fmax(s, 0), 1) * p->exposed, 1) * p->m;
    const int i = at < p->m ? (int)at : p->m - 1;
    const double *way = &p->way[(size_t)i * BS_GRID + (size_t)g];

    return way[0] + (at - i) * (way[BS_GRID] - way[0]);
}

/* The longest way of a grid point between neighbours of n poses. */
static double longest_step(const paths *p, int n, int endpoints)
{
    const int steps = endpoints ? n - 1 : n;
    double longest = 0;

    for (int i = 0; i < steps; i++)
        for (int g = 0; g < BS_GRID; g++) {
            const double from = (double)i / steps, to = (double)(i + 1) / steps;
            const double shift = !endpoints && i + 1 < steps ? 0.5 / steps : 0; /* between two middles */

            longest = fmax(longest, path_at(p, g, to) - path_at(p, g, from));
            longest = fmax(longest, path_at(p, g, to + shift) - path_at(p, g, from + shift));
        }
    return longest;
}

/* When each grid point's line begins: evenly between the first and the one that ends with all time. */
static void find_windows(bs_shutter shutter, double exposed, paths *p)
{
    const int lines = grid_lines(shutter);

    p->exposed = exposed;
    for (int g = 0; g < BS_GRID; g++) {
        const int order = bs_shutter_order(shutter, lines, grid_line(shutter, g));

        p->from[g] = lines == 1 ? 0 : (1 - exposed) * order / (lines - 1);
    }
}

/* Follows the points; at each instant all of the sensor is at one pose.  The longest way of all. */
static double follow(const bs_camera *cam, const bs_pose *T_anchor_cam, double inv_lo, double inv_hi,
                     paths *p)
{
    double longest = 0;

    for (int i = 0; i < p->m; i++) {
        double *row = &p->way[(size_t)(i + 1) * BS_GRID];

        grid_steps(cam, BS_SHUTTER_GLOBAL, &T_anchor_cam[i], &T_anchor_cam[i + 1], 1, inv_lo, inv_hi, row);
        for (int g = 0; g < BS_GRID; g++)
            row[g] += row[g - BS_GRID];
    }
    for (int g = 0; g < BS_GRID; g++)
        longest = fmax(longest, path_at(p, g, 1) - path_at(p, g, 0));
    return longest;
}

/* The fewest poses that keep to the bound. */
static int fewest(const paths *p, double longest, double max_step_px, int endpoints, int limit)
{
    const double bound = max_step_px * (1 + 1e-9);
    int n = (int)fmin(ceil(longest / max_step_px), limit),
        lo; /* as many steps as an even motion would need */

    n = n < 1 ? 1 : n;
    n = endpoints && n < limit ? n + 1 : n;
    lo = n - 1;
    while (n < limit && longest_step(p, n, endpoints) > bound) { /* uneven motion needs more */
        lo = n;
        n = n + 1 + n / 8 < limit ? n + 1 + n / 8 : limit;
    }
    while (n - lo > 1) { /* 'lo' is too few, 'n' enough or all there may be: the fewest lie between */
        const int mid = lo + (n - lo) / 2;

        if (longest_step(p, mid, endpoints) > bound)
            lo = mid;
        else
            n = mid;
    }
    return n;
}

int bs_poses_needed(const bs_camera *cam, bs_shutter shutter, double exposed, const bs_pose *T_anchor_cam,
                    int m, double inv_lo, double inv_hi, double max_step_px, int endpoints, int limit,
                    int *out, bs_err *err)
{
    paths p = { .way = calloc((size_t)(m + 1) * BS_GRID, sizeof *p.way), .m = m };

    if (!p.way)
        return bs_fail(err, BS_ENOMEM, "no memory for the paths of %d poses", m + 1);
    find_windows(shutter, exposed, &p);
    *out = fewest(&p, follow(cam, T_anchor_cam, inv_lo, inv_hi, &p), max_step_px, endpoints, limit);
    free(p.way);
    return BS_OK;
}
