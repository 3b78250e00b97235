#include "homography/lines.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "homography/isa.h"
#include "homography/target.h"

/* Newton steps before bisection takes over: two or three are usual, for points move much less far across the
 * lines from one to the next than the lines are apart. */
#define BS_NEWTON_STEPS 8

int bs_line_maps_create(const bs_camera *cam, bs_shutter shutter, bs_line_maps *out, bs_err *err)
{
    const int n = bs_shutter_lines(shutter, cam->width, cam->height);
    bs_map *map_to = calloc((size_t)n, sizeof *map_to);

    if (!map_to)
        return bs_fail(err, BS_ENOMEM, "no memory for the maps of %d lines", n);
    *out = (bs_line_maps){ .n = n, .by_row = shutter <= BS_SHUTTER_BOTTOM_UP, .map_to = map_to };
    return BS_OK;
}

void bs_line_maps_destroy(bs_line_maps *m)
{
    free(m->map_to);
    *m = (bs_line_maps){ 0 };
}

void bs_line_maps_set(const bs_camera *cam, const bs_pose *T_anchor_cam, bs_line_maps *m)
{
    for (int i = 0; i < m->n; i++)
        m->map_to[i] = bs_map_to(cam, &T_anchor_cam[i]);
}

/* The point that is asked for. */
typedef struct point {
    double x, y, inv_depth;
} point;

/* Where it is at the times of line i and the next one: across the lines, which decides where it falls. */
typedef struct segment {
    double z[2]; /* not above 0: behind the camera */
    double across[2];
    double away[2]; /* how far past its line, in lines: the solution is where this is 0 */
} segment;

/* Rows of a map's H_inf and b that give the place across the lines, and along them. */
BS_EVERYWHERE int row_across(int by_row)
{
    return by_row ? 1 : 0;
}

BS_EVERYWHERE int row_along(int by_row)
{
    return by_row ? 0 : 1;
}

/* bs_map_place() one number at a time: what z is, and a coordinate of the place. */
BS_EVERYWHERE double find_z(const bs_map *m, double x, double y, double inv_depth)
{
    const double *H = m->H_inf;

    return H[6] * x + H[7] * y + H[8] + inv_depth * m->b[2];
}

BS_EVERYWHERE double find_at(const bs_map *m, int row, double x, double y, double inv_depth, double z)
{
    const double *H = &m->H_inf[3 * row];

    return (H[0] * x + H[1] * y + H[2] + inv_depth * m->b[row]) / z;
}

static int segment_at(const bs_line_maps *m, const point *p, int i, segment *s)
{
    for (int k = 0; k < 2; k++) {
        const bs_map *map = &m->map_to[i + k];

        s->z[k] = find_z(map, p->x, p->y, p->inv_depth);
        if (!(s->z[k] > 0))
            return 0;
        s->across[k] = find_at(map, row_across(m->by_row), p->x, p->y, p->inv_depth, s->z[k]);
        s->away[k] = s->across[k] - (i + k);
    }
    return 1;
}

/* The place at the fraction t of segment i. */
static void place(const bs_line_maps *m, const point *p, int i, const segment *s, double t, double *u,
                  double *v)
{
    double along[2];
    double *const across_out = m->by_row ? v : u, *const along_out = m->by_row ? u : v;

    for (int k = 0; k < 2; k++)
        along[k] = find_at(&m->map_to[i + k], row_along(m->by_row), p->x, p->y, p->inv_depth, s->z[k]);
    t = t > 0 ? t : 0;
    t = t < 1 ? t : 1;
    *across_out = s->across[0] + t * (s->across[1] - s->across[0]);
    *along_out = along[0] + t * (along[1] - along[0]);
}

/* The segment that holds 'at', or the nearest one; 'last' is the last. */
static int segment_of(double at, int last)
{
    return at > 0 ? at < last ? (int)at : last : 0;
}

/* Where to look after segment i, whose line through both ends has the solution at its fraction t. */
static int next_segment(int i, double t, int last)
{
    const int next = segment_of(i + t, last);

    if (next != i)
        return next;
    return t < 0 ? i - 1 : i + 1; /* the solution lies between two segments, to within rounding */
}

/* Halves [lo, hi], of which the point is past the one and before the other line, down to a segment. */
static int bisect(const bs_line_maps *m, const point *p, double *u, double *v)
{
    int lo = 0, hi = m->n - 1;
    segment s;

    while (hi - lo > 1) {
        const int mid = lo + (hi - lo) / 2;

        if (!segment_at(m, p, mid, &s))
            return 0;
        if (s.away[0] > 0)
            lo = mid;
        else
            hi = mid;
    }
    if (!segment_at(m, p, lo, &s))
        return 0;
    place(m, p, lo, &s, s.away[0] > 0 && s.away[1] < 0 ? s.away[0] / (s.away[0] - s.away[1]) : s.away[0] > 0,
          u, v);
    return 1;
}

/* Looks from segment i on, which is number 'step' of those looked at. */
static int search(const bs_line_maps *m, const point *p, int i, int step, double *u, double *v)
{
    const int last = m->n - 2; /* the last segment */

    for (; step < BS_NEWTON_STEPS; step++) {
        segment s;
        double t; /* where this segment, continued, has the solution */

        if (!segment_at(m, p, i, &s))
            return 0;
        if (!(s.away[0] > s.away[1])) /* it overtakes the lines */
            break;
        t = s.away[0] / (s.away[0] - s.away[1]);
        if ((t >= 0 || i == 0) && (t <= 1 || i == last)) {
            place(m, p, i, &s, t, u, v);
            return 1;
        }
        i = next_segment(i, t, last);
    }
    return bisect(m, p, u, v);
}

int bs_line_maps_apply(const bs_line_maps *m, double x, double y, double inv_depth, double *u, double *v)
{
    const point p = { x, y, inv_depth };

    if (m->n == 1)
        return bs_map_apply(&m->map_to[0], x, y, inv_depth, u, v);
    return search(m, &p, segment_of(m->by_row ? y : x, m->n - 2), 0, u, v);
}

/* ---- a run of points ---- */

/* Points of a row that are looked at together. */
#define RUN 128

/* Neighbours mostly fall into one segment: so many steps are taken together. */
#define STEPS_TOGETHER 2

enum { FOUND = -1, BEHIND = -2, LOST = -3 /* no step leads on */ };

typedef struct group {
    double x[RUN], inv_depth[RUN], u[RUN], v[RUN];
    double t[RUN];
    int state[RUN]; /* the segment to look at, or one of the above */
} group;

/* Points a to b - 1, which look at segment i, where lines are rows: the place there if that is the solution, as search()
 * finds it. */
BS_EVERYWHERE void look_at(const bs_line_maps *m, double y, int i, int a, int b, group *g)
{
    const bs_map m0 = m->map_to[i], m1 = m->map_to[i + 1]; /* which nothing that is written can change */
    const int is_first = i == 0, is_last = i == m->n - 2;

    for (int k = a; k < b; k++) {
        const double x = g->x[k], w = g->inv_depth[k];
        const double z0 = find_z(&m0, x, y, w), z1 = find_z(&m1, x, y, w);
        const double v0 = find_at(&m0, 1, x, y, w, z0), v1 = find_at(&m1, 1, x, y, w, z1);
        const double u0 = find_at(&m0, 0, x, y, w, z0), u1 = find_at(&m1, 0, x, y, w, z1);
        const double away0 = v0 - i, away1 = v1 - (i + 1), t = away0 / (away0 - away1);
        const double above = t > 0 ? t : 0, inside = above < 1 ? above : 1;
        const int is_behind = !(z0 > 0) | !(z1 > 0), is_lost = !(away0 > away1);
        const int is_found = ((t >= 0) | is_first) & ((t <= 1) | is_last);

        g->t[k] = t;
        g->u[k] = u0 + inside * (u1 - u0);
        g->v[k] = v0 + inside * (v1 - v0);
        g->state[k] = is_behind ? BEHIND : is_lost ? LOST : is_found ? FOUND : i;
    }
}

static void look_at_plain(const bs_line_maps *m, double y, int i, int a, int b, group *g)
{
    look_at(m, y, i, a, b, g);
}

BS_FOR_AVX2 static void look_at_avx2(const bs_line_maps *m, double y, int i, int a, int b, group *g)
{
    look_at(m, y, i, a, b, g);
}

/* One step of 'n' points: neighbours that look at the same segment together. */
static void step_together(const bs_line_maps *m, double y, int n, group *g)
{
    const int wide = bs_isa_runs(BS_ISA_AVX2);

    for (int a = 0, b; a < n; a = b) {
        const int i = g->state[a];

        for (b = a + 1; b < n && g->state[b] == i; b++)
            continue;
        if (i < 0)
            continue;
        if (wide)
            look_at_avx2(m, y, i, a, b, g);
        else
            look_at_plain(m, y, i, a, b, g);
        for (int k = a; k < b; k++)
            if (g->state[k] >= 0)
                g->state[k] = next_segment(i, g->t[k], m->n - 2);
    }
}

/* What is not found yet, one by one. */
static void finish_point(const bs_line_maps *m, double y, int k, group *g)
{
    const point p = { g->x[k], y, g->inv_depth[k] };
    int known = g->state[k] == FOUND;

    if (g->state[k] == LOST)
        known = bisect(m, &p, &g->u[k], &g->v[k]);
    else if (g->state[k] >= 0)
        known = search(m, &p, g->state[k], STEPS_TOGETHER, &g->u[k], &g->v[k]);
    if (!known)
        g->u[k] = g->v[k] = (double)NAN;
}

static void apply_together(const bs_line_maps *m, int x, int y, int step, int n, const float *inv_depth,
                           double *u, double *v)
{
    group g;

    for (int k = 0; k < n; k++) {
        g.x[k] = x + k * step;
        g.inv_depth[k] = (double)inv_depth[k * step];
        g.state[k] = segment_of(y, m->n - 2);
    }
    for (int i = 0; i < STEPS_TOGETHER; i++)
        step_together(m, y, n, &g);
    for (int k = 0; k < n; k++)
        if (g.state[k] != FOUND)
            finish_point(m, y, k, &g);
    memcpy(u, g.u, (size_t)n * sizeof *u);
    memcpy(v, g.v, (size_t)n * sizeof *v);
}

void bs_line_maps_apply_row(const bs_line_maps *m, int x, int y, int step, int n, const float *inv_depth,
                            double *u, double *v)
{
    if (m->n > 1 && m->by_row) {
        for (int k = 0; k < n; k += RUN)
            apply_together(m, x + k * step, y, step, n - k < RUN ? n - k : RUN, &inv_depth[k * step], &u[k],
                           &v[k]);
        return;
    }
    for (int k = 0; k < n; k++)
        if (!bs_line_maps_apply(m, x + k * step, y, (double)inv_depth[k * step], &u[k], &v[k]))
            u[k] = v[k] = (double)NAN;
}
