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

/* The points of a frame, and the map that takes each. */
typedef struct grid {
    const bs_camera *cam;
    bs_shutter shutter;
    int lines; /* of the sensor; 1 for a global shutter */
    double x[BS_GRID], y[BS_GRID], w[BS_GRID];
    int line[BS_GRID];
} grid;

typedef struct places {
    double u[BS_GRID], v[BS_GRID]; /* NaN behind the camera */
} places;

static grid make_grid(const bs_camera *cam, bs_shutter shutter, double inv_lo, double inv_hi)
{
    grid g = { .cam = cam, .shutter = shutter };

    g.lines = bs_shutter_lines(shutter, cam->width, cam->height);
    for (int i = 0; i < BS_GRID; i++) {
        grid_point(cam, i, inv_lo, inv_hi, &g.x[i], &g.y[i], &g.w[i]);
        g.line[i] = grid_line(shutter, i);
    }
    return g;
}

/* Where the points are at poses T_anchor_cam [lines]. */
static void place(const grid *g, const bs_pose *T_anchor_cam, places *out)
{
    bs_map map[BS_GRID_X];

    for (int i = 0; i < grid_lines(g->shutter); i++)
        map[i] = bs_map_to(g->cam, &T_anchor_cam[sensor_line(g->shutter, g->lines, i)]);
    for (int i = 0; i < BS_GRID; i++) {
        double u, v;
        const double z = bs_map_place(&map[g->line[i]], g->x[i], g->y[i], g->w[i], &u, &v);

        out->u[i] = z > 0 ? u : (double)NAN;
        out->v[i] = z > 0 ? v : (double)NAN;
    }
}

/* How far each point moves, pixels; 0 where it is behind one of the cameras. */
static void find_steps(const places *a, const places *b, double step[BS_GRID])
{
    for (int i = 0; i < BS_GRID; i++) {
        const double u = b->u[i] - a->u[i], v = b->v[i] - a->v[i], way = sqrt(u * u + v * v);

        step[i] = way >= 0 ? way : 0;
    }
}

static double largest_of(const double step[BS_GRID])
{
    double largest = 0;

    for (int i = 0; i < BS_GRID; i++)
        largest = step[i] > largest ? step[i] : largest;
    return largest;
}

double bs_poses_max_step(const bs_camera *cam, bs_shutter shutter, const bs_pose *T_anchor_cam, int n,
                         double inv_lo, double inv_hi)
{
    const grid g = make_grid(cam, shutter, inv_lo, inv_hi);
    double largest = 0, step[BS_GRID];
    places at[2];

    for (int i = 0; i < n; i++) {
        place(&g, &T_anchor_cam[(size_t)i * (size_t)g.lines], &at[i & 1]);
        if (!i)
            continue;
        find_steps(&at[!(i & 1)], &at[i & 1], step);
        largest = fmax(largest, largest_of(step));
    }
    return largest;
}

/* The ways of the grid's points. */
typedef struct paths {
    double *way; /* [m + 1][BS_GRID] up to each instant; owned */
    int m;       /* intervals */
    bs_shutter shutter;
    double from[BS_GRID_X]; /* [lines of the grid] the fraction of all time at which exposure begins */
    double exposed;         /* for this fraction */
} paths;

/* Path lengths up to the fraction s of each point's exposure, between the instants at which they are known. */
static void ways_at(const paths *p, double s, double out[BS_GRID])
{
    const double within = s < 0 ? 0 : s > 1 ? 1 : s;
    double rest[BS_GRID_X];
    const double *row[BS_GRID_X];

    for (int i = 0; i < grid_lines(p->shutter); i++) {
        const double share = p->from[i] + within * p->exposed, at = (share < 1 ? share : 1) * p->m;
        const int k = at < p->m ? (int)at : p->m - 1;

        row[i] = &p->way[(size_t)k * BS_GRID];
        rest[i] = at - k;
    }
    if (p->shutter == BS_SHUTTER_GLOBAL)
        for (int g = 0; g < BS_GRID; g++)
            out[g] = row[0][g] + rest[0] * (row[0][BS_GRID + g] - row[0][g]);
    else
        for (int g = 0; g < BS_GRID; g++) {
            const int i = grid_line(p->shutter, g);

            out[g] = row[i][g] + rest[i] * (row[i][BS_GRID + g] - row[i][g]);
        }
}

static int exceeds(const double from[BS_GRID], const double to[BS_GRID], double bound)
{
    int any = 0;

    for (int g = 0; g < BS_GRID; g++)
        any |= to[g] - from[g] > bound;
    return any;
}

/* Whether a grid point goes farther than 'bound' between neighbours of n poses: from one to the next, which
 * lie at both ends of even intervals or in their middles; and in each of the intervals. */
static int is_too_far(const paths *p, int n, int endpoints, double bound)
{
    const int steps = endpoints ? n - 1 : n;
    double at[2][BS_GRID], middle[2][BS_GRID];

    for (int i = 0; steps && i <= steps; i++) {
        ways_at(p, (double)i / steps, at[i & 1]);
        if (i && exceeds(at[!(i & 1)], at[i & 1], bound))
            return 1;
        if (endpoints || i == steps)
            continue;
        ways_at(p, (double)i / steps + 0.5 / steps, middle[i & 1]);
        if (i && exceeds(middle[!(i & 1)], middle[i & 1], bound))
            return 1;
    }
    return 0;
}

/* When each line of the grid begins: evenly between the first and the one that ends with all time. */
static void find_windows(bs_shutter shutter, double exposed, paths *p)
{
    const int lines = grid_lines(shutter);

    p->shutter = shutter;
    p->exposed = exposed;
    for (int i = 0; i < lines; i++)
        p->from[i] = lines == 1 ? 0 : (1 - exposed) * bs_shutter_order(shutter, lines, i) / (lines - 1);
}

/* Follows the points; at each instant all of the sensor is at one pose.  The longest way of all. */
static double follow(const bs_camera *cam, const bs_pose *T_anchor_cam, double inv_lo, double inv_hi,
                     paths *p)
{
    const grid all = make_grid(cam, BS_SHUTTER_GLOBAL, inv_lo, inv_hi);
    double from[BS_GRID], to[BS_GRID];
    places at[2];

    place(&all, &T_anchor_cam[0], &at[0]);
    for (int i = 0; i < p->m; i++) {
        double *row = &p->way[(size_t)(i + 1) * BS_GRID];

        place(&all, &T_anchor_cam[i + 1], &at[!(i & 1)]);
        find_steps(&at[i & 1], &at[!(i & 1)], row);
        for (int g = 0; g < BS_GRID; g++)
            row[g] += row[g - BS_GRID];
    }
    ways_at(p, 0, from);
    ways_at(p, 1, to);
    for (int g = 0; g < BS_GRID; g++)
        to[g] -= from[g];
    return largest_of(to);
}

/* The fewest poses that keep to the bound. */
static int fewest(const paths *p, double longest, double max_step_px, int endpoints, int limit)
{
    const double bound = max_step_px * (1 + 1e-9);
    int n = (int)fmin(ceil(longest / max_step_px), limit); /* as many steps as an even motion would need */
    int lo;

    n = n < 1 ? 1 : n;
    n = endpoints && n < limit ? n + 1 : n;
    lo = n - 1;
    while (n < limit && is_too_far(p, n, endpoints, bound)) { /* uneven motion needs more */
        lo = n;
        n = n + 1 + n / 8 < limit ? n + 1 + n / 8 : limit;
    }
    while (n - lo > 1) { /* 'lo' is too few, 'n' enough or all there may be: the fewest lie between */
        const int mid = lo + (n - lo) / 2;

        if (is_too_far(p, mid, endpoints, bound))
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
