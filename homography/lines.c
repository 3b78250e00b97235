#include "homography/lines.h"

#include <stdlib.h>

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

/* Where it is at the times of line i and the next one. */
typedef struct segment {
    double u[2], v[2];
    double away[2]; /* how far past its line, in lines: the solution is where this is 0 */
} segment;

static int segment_at(const bs_line_maps *m, const point *p, int i, segment *s)
{
    for (int k = 0; k < 2; k++) {
        if (!(bs_map_place(&m->map_to[i + k], p->x, p->y, p->inv_depth, &s->u[k], &s->v[k]) > 0))
            return 0;
        s->away[k] = (m->by_row ? s->v[k] : s->u[k]) - (i + k);
    }
    return 1;
}

/* The place at the fraction t of the segment. */
static void place(const segment *s, double t, double *u, double *v)
{
    t = t > 0 ? t : 0;
    t = t < 1 ? t : 1;
    *u = s->u[0] + t * (s->u[1] - s->u[0]);
    *v = s->v[0] + t * (s->v[1] - s->v[0]);
}

/* The segment that holds 'at', or the nearest one; 'last' is the last. */
static int segment_of(double at, int last)
{
    return at > 0 ? at < last ? (int)at : last : 0;
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
    place(&s, s.away[0] > 0 && s.away[1] < 0 ? s.away[0] / (s.away[0] - s.away[1]) : s.away[0] > 0, u, v);
    return 1;
}

int bs_line_maps_apply(const bs_line_maps *m, double x, double y, double inv_depth, double *u, double *v)
{
    const point p = { x, y, inv_depth };
    const int last = m->n - 2; /* the last segment */
    int i = segment_of(m->by_row ? y : x, last);

    if (m->n == 1)
        return bs_map_apply(&m->map_to[0], x, y, inv_depth, u, v);
    for (int step = 0; step < BS_NEWTON_STEPS; step++) {
        segment s;
        double t; /* where this segment, continued, has the solution */
        int next;

        if (!segment_at(m, &p, i, &s))
            return 0;
        if (!(s.away[0] > s.away[1])) /* it overtakes the lines */
            break;
        t = s.away[0] / (s.away[0] - s.away[1]);
        if ((t >= 0 || i == 0) && (t <= 1 || i == last)) {
            place(&s, t, u, v);
            return 1;
        }
        next = segment_of(i + t, last);
        if (next == i) /* the solution lies between two segments, to within rounding */
            next = t < 0 ? i - 1 : i + 1;
        i = next;
    }
    return bisect(m, &p, u, v);
}
