#include "tests/scene_parts.h"

#include <math.h>

/* Nearer meetings are the surface the ray starts on. */
#define T_MIN 1e-6

typedef struct local_ray {
    double o[3], d[3], t_max;
} local_ray;

/* A meeting in the shape's own axes. */
typedef struct local_hit {
    double t, n[3];
    int axis; /* of the normal, where the surface is flat; else -1 */
} local_hit;

static int rect_cast(const double half[3], const local_ray *r, local_hit *h)
{
    const double t = r->d[2] != 0 ? -r->o[2] / r->d[2] : -1;

    if (!(t > T_MIN && t < r->t_max))
        return 0;
    if (fabs(r->o[0] + t * r->d[0]) > half[0] || fabs(r->o[1] + t * r->d[1]) > half[1])
        return 0;
    *h = (local_hit){ .t = t, .n = { 0, 0, 1 }, .axis = 2 };
    return 1;
}

/* Slabs: the ray is inside from the last entry to the first exit. */
static int box_cast(const double half[3], const local_ray *r, local_hit *h)
{
    double in = -INFINITY, out = INFINITY, t;
    int in_axis = 0, out_axis = 0, axis;

    for (int i = 0; i < 3; i++) {
        if (r->d[i] == 0) {
            if (fabs(r->o[i]) > half[i])
                return 0;
            continue;
        }
        const double middle = -r->o[i] / r->d[i], reach = half[i] / fabs(r->d[i]);

        if (middle - reach > in) {
            in = middle - reach;
            in_axis = i;
        }
        if (middle + reach < out) {
            out = middle + reach;
            out_axis = i;
        }
    }
    if (in > out)
        return 0;
    t = in > T_MIN ? in : out;
    axis = in > T_MIN ? in_axis : out_axis;
    if (!(t > T_MIN && t < r->t_max))
        return 0;
    *h = (local_hit){ .t = t, .axis = axis };
    h->n[axis] = r->o[axis] + t * r->d[axis] > 0 ? 1 : -1;
    return 1;
}

/* Real roots of a t^2 + 2 b t + c in order; 0 if there are none.  a > 0. */
static int quadratic(double a, double b, double c, double t[2])
{
    const double disc = b * b - a * c;

    if (disc < 0)
        return 0;
    t[0] = (-b - sqrt(disc)) / a;
    t[1] = (-b + sqrt(disc)) / a;
    return 1;
}

static int sphere_cast(const double half[3], const local_ray *r, local_hit *h)
{
    const double b = r->o[0] * r->d[0] + r->o[1] * r->d[1] + r->o[2] * r->d[2];
    const double c = r->o[0] * r->o[0] + r->o[1] * r->o[1] + r->o[2] * r->o[2] - half[0] * half[0];
    double t[2];

    if (!quadratic(1, b, c, t))
        return 0;
    h->t = t[0] > T_MIN ? t[0] : t[1];
    h->axis = -1;
    for (int i = 0; i < 3; i++)
        h->n[i] = (r->o[i] + h->t * r->d[i]) / half[0];
    return h->t > T_MIN && h->t < r->t_max;
}

static int cylinder_side(const double half[3], const local_ray *r, local_hit *h)
{
    const double a = r->d[0] * r->d[0] + r->d[2] * r->d[2];
    const double b = r->o[0] * r->d[0] + r->o[2] * r->d[2];
    const double c = r->o[0] * r->o[0] + r->o[2] * r->o[2] - half[0] * half[0];
    double t[2];

    if (a == 0 || !quadratic(a, b, c, t))
        return 0;
    for (int i = 0; i < 2; i++) {
        if (!(t[i] > T_MIN && t[i] < h->t) || fabs(r->o[1] + t[i] * r->d[1]) > half[1])
            continue;
        *h = (local_hit){ .t = t[i], .axis = -1 };
        h->n[0] = (r->o[0] + t[i] * r->d[0]) / half[0];
        h->n[2] = (r->o[2] + t[i] * r->d[2]) / half[0];
        return 1;
    }
    return 0;
}

static int cylinder_caps(const double half[3], const local_ray *r, local_hit *h)
{
    int met = 0;

    for (int side = -1; side <= 1 && r->d[1] != 0; side += 2) {
        const double t = (side * half[1] - r->o[1]) / r->d[1];
        const double x = r->o[0] + t * r->d[0], z = r->o[2] + t * r->d[2];

        if (!(t > T_MIN && t < h->t) || x * x + z * z > half[0] * half[0])
            continue;
        *h = (local_hit){ .t = t, .n = { 0, side, 0 }, .axis = 1 };
        met = 1;
    }
    return met;
}

static int cylinder_cast(const double half[3], const local_ray *r, local_hit *h)
{
    h->t = r->t_max;
    const int side = cylinder_side(half, r, h);

    return cylinder_caps(half, r, h) || side;
}

/* Metres along the surface: two axes of a flat face; around and along a curved one. */
static void surface_axes(const scene_shape *s, const local_hit *h, const double p[3], double uv[2])
{
    if (h->axis >= 0) {
        uv[0] = p[h->axis == 0 ? 2 : 0];
        uv[1] = p[h->axis == 1 ? 2 : 1];
        return;
    }
    uv[0] = atan2(p[2], p[0]) * s->half[0];
    uv[1] = s->kind == SCENE_SPHERE ? asin(fmax(-1, fmin(1, h->n[1]))) * s->half[0] : p[1];
}

static int local_cast(const scene_shape *s, const local_ray *r, local_hit *h)
{
    switch (s->kind) {
    case SCENE_RECT:
        return rect_cast(s->half, r, h);
    case SCENE_BOX:
        return box_cast(s->half, r, h);
    case SCENE_CYLINDER:
        return cylinder_cast(s->half, r, h);
    case SCENE_SPHERE:
        return sphere_cast(s->half, r, h);
    }
    return 0;
}

int scene_shape_cast(const scene_shape *s, const double origin[3], const double dir[3], double t_max,
                     scene_surface *out)
{
    const double *R = s->R_world_obj;
    local_ray r = { .t_max = t_max };
    local_hit h = { 0 };
    double facing = 0;

    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 3; k++) {
            r.o[i] += R[3 * k + i] * (origin[k] - s->c_m[k]);
            r.d[i] += R[3 * k + i] * dir[k];
        }
    if (!local_cast(s, &r, &h))
        return 0;
    out->t_m = h.t;
    for (int i = 0; i < 3; i++) {
        out->local_m[i] = r.o[i] + h.t * r.d[i];
        facing += h.n[i] * r.d[i];
    }
    if (s->kind == SCENE_RECT) /* exactly: noise that varies in two directions alone costs half as much */
        out->local_m[2] = 0;
    for (int i = 0; i < 3; i++)
        out->normal[i] =
            (R[3 * i] * h.n[0] + R[3 * i + 1] * h.n[1] + R[3 * i + 2] * h.n[2]) * (facing > 0 ? -1 : 1);
    surface_axes(s, &h, out->local_m, out->uv_m);
    return 1;
}

double scene_shape_radius(const scene_shape *s)
{
    const double *h = s->half;

    switch (s->kind) {
    case SCENE_RECT:
        return sqrt(h[0] * h[0] + h[1] * h[1]);
    case SCENE_BOX:
        return sqrt(h[0] * h[0] + h[1] * h[1] + h[2] * h[2]);
    case SCENE_CYLINDER:
        return sqrt(h[0] * h[0] + h[1] * h[1]);
    case SCENE_SPHERE:
        return h[0];
    }
    return 0;
}
