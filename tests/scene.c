#include "tests/scene.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/scene_parts.h"

/* Where the light comes from: a main light seen as four points, so that shadows have soft edges, and a weak
 * one from the other side.  Along these vectors, of any length, one looks into the light. */
#define N_MAIN 4
static const double main_light[N_MAIN][3] = {
    { -0.52, -0.80, -0.52 }, { -0.46, -0.80, -0.52 }, { -0.49, -0.80, -0.46 }, { -0.49, -0.80, -0.58 }
};
static const double main_middle[3] = { -0.49, -0.80, -0.52 };
#define MAIN_SPREAD 0.06 /* sine of the widest angle between the four points and their middle */
static const double side_light[3] = { 0.72, -0.25, -0.45 };
#define MAIN 0.48
#define SIDE 0.14
#define AMBIENT 0.07

/* How dark the corners of a room become, and how far (metres) that reaches. */
#define CORNER_DEPTH 0.45
#define CORNER_M 0.30

typedef struct group {
    int first, n;
    double c_m[3], radius_m; /* a ball that holds its shapes */
} group;

struct scene {
    scene_shape *shapes; /* owned */
    group *groups;       /* owned */
    int n_shapes, n_groups, out_of_memory;
    int has_room;
    double lo[3], hi[3];
    double main[N_MAIN][3], main_middle[3], side[3]; /* unit vectors towards the light */
    uint32_t seed;
};

static double dot(const double a[3], const double b[3])
{
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

static void normalise(const double v[3], double out[3])
{
    const double n = sqrt(dot(v, v));

    for (int i = 0; i < 3; i++)
        out[i] = v[i] / n;
}

/* Grows an array whose length is a power of two or zero whenever it is full. */
static void *grown(scene *s, void *array, int n, size_t size)
{
    void *more = array;

    if ((n & (n - 1)) == 0) {
        more = realloc(array, (n ? 2 * (size_t)n : 1) * size);
        s->out_of_memory |= !more;
    }
    return more ? more : array;
}

void scene_group(scene *s)
{
    s->groups = grown(s, s->groups, s->n_groups, sizeof *s->groups);
    if (!s->out_of_memory)
        s->groups[s->n_groups++] = (group){ .first = s->n_shapes };
}

void scene_add(scene *s, const scene_shape *shape)
{
    if (!s->n_groups)
        scene_group(s);
    s->shapes = grown(s, s->shapes, s->n_shapes, sizeof *s->shapes);
    if (s->out_of_memory)
        return;
    s->shapes[s->n_shapes] = *shape;
    s->shapes[s->n_shapes].radius_m = scene_shape_radius(shape) + 1e-9;
    s->shapes[s->n_shapes++].id = (uint16_t)s->n_groups;
    s->groups[s->n_groups - 1].n++;
}

void scene_set_room(scene *s, const double lo[3], const double hi[3])
{
    s->has_room = 1;
    memcpy(s->lo, lo, sizeof s->lo);
    memcpy(s->hi, hi, sizeof s->hi);
}

/* A ball about the mean of the shapes' middles. */
static void bound_group(const scene *s, group *g)
{
    g->radius_m = g->c_m[0] = g->c_m[1] = g->c_m[2] = 0;
    for (int k = 0; k < g->n; k++)
        for (int i = 0; i < 3; i++)
            g->c_m[i] += s->shapes[g->first + k].c_m[i] / g->n;
    for (int k = 0; k < g->n; k++) {
        const scene_shape *p = &s->shapes[g->first + k];
        const double d[3] = { p->c_m[0] - g->c_m[0], p->c_m[1] - g->c_m[1], p->c_m[2] - g->c_m[2] };

        g->radius_m = fmax(g->radius_m, sqrt(dot(d, d)) + p->radius_m);
    }
}

void scene_bound(scene *s)
{
    for (int i = 0; i < s->n_groups && !s->out_of_memory; i++)
        bound_group(s, &s->groups[i]);
}

scene *scene_create(const char *name, uint32_t seed)
{
    scene_builder *build = scene_builder_find(name);
    scene *s = build ? calloc(1, sizeof *s) : NULL;

    if (!s)
        return NULL;
    s->seed = seed;
    for (int i = 0; i < N_MAIN; i++)
        normalise(main_light[i], s->main[i]);
    normalise(main_middle, s->main_middle);
    normalise(side_light, s->side);
    build(s, seed);
    scene_bound(s);
    if (s->out_of_memory)
        scene_destroy(&s);
    return s;
}

void scene_destroy(scene **s)
{
    if (!*s)
        return;
    free((*s)->shapes);
    free((*s)->groups);
    free(*s);
    *s = NULL;
}

/* Whether a cone of rays, 'spread' wide for each unit of length, meets a ball it does not leave behind. */
static int meets_ball(const double c[3], double radius, const double o[3], const double d[3], double spread)
{
    const double v[3] = { c[0] - o[0], c[1] - o[1], c[2] - o[2] };
    const double along = dot(v, d), away2 = dot(v, v) - along * along;
    const double reach = radius + spread * fabs(along);

    return along > -radius && away2 <= reach * reach;
}

static int shape_cast(const scene_shape *p, const double o[3], const double d[3], double t_max,
                      scene_surface *hit)
{
    return meets_ball(p->c_m, p->radius_m, o, d, 0) && scene_shape_cast(p, o, d, t_max, hit);
}

/* Which of the main light's points, a bit each, are seen from 'o'. */
static unsigned seen_lights(const scene *s, const double o[3], const scene_shape *shapes, int n,
                            unsigned seen)
{
    scene_surface hit;

    for (int k = 0; k < n && seen; k++) {
        if (!meets_ball(shapes[k].c_m, shapes[k].radius_m, o, s->main_middle, MAIN_SPREAD))
            continue;
        for (int i = 0; i < N_MAIN; i++)
            if (seen & 1u << i && shape_cast(&shapes[k], o, s->main[i], INFINITY, &hit))
                seen &= ~(1u << i);
    }
    return seen;
}

static double main_light_at(const scene *s, const double o[3], const double n[3])
{
    unsigned seen = (1u << N_MAIN) - 1;
    double sum = 0;

    if (dot(n, s->main_middle) < -MAIN_SPREAD)
        return 0;
    for (int g = 0; g < s->n_groups && seen; g++) {
        const group *q = &s->groups[g];

        if (!s->shapes[q->first].no_shadow && meets_ball(q->c_m, q->radius_m, o, s->main_middle, MAIN_SPREAD))
            seen = seen_lights(s, o, &s->shapes[q->first], q->n, seen);
    }
    for (int i = 0; i < N_MAIN; i++)
        sum += seen & 1u << i ? fmax(0, dot(n, s->main[i])) : 0;
    return sum / N_MAIN;
}

/* The walls' shade near each other, without asking the furniture. */
static double corner_shade(const scene *s, const double p[3], const double n[3])
{
    double shade = 1;

    for (int i = 0; i < 3 && s->has_room; i++) {
        const double near = fmin(fabs(p[i] - s->lo[i]), fabs(s->hi[i] - p[i]));

        if (fabs(n[i]) < 0.9)
            shade *= 1 - CORNER_DEPTH * exp(-near / CORNER_M);
    }
    return shade;
}

static double light_at(const scene *s, const double p[3], const double n[3])
{
    double o[3];

    for (int i = 0; i < 3; i++)
        o[i] = p[i] + 1e-5 * n[i];
    return corner_shade(s, p, n) *
           (AMBIENT * (1 - 0.25 * n[1]) + MAIN * main_light_at(s, o, n) + SIDE * fmax(0, dot(n, s->side)));
}

const scene_shape *scene_nearest(const scene *s, const double o[3], const double d[3], scene_surface *hit)
{
    const scene_shape *found = NULL;

    hit->t_m = INFINITY;
    for (int g = 0; g < s->n_groups; g++) {
        const group *q = &s->groups[g];

        if (!meets_ball(q->c_m, q->radius_m, o, d, 0))
            continue;
        for (int k = q->first; k < q->first + q->n; k++)
            if (shape_cast(&s->shapes[k], o, d, hit->t_m, hit))
                found = &s->shapes[k];
    }
    return found;
}

void scene_cast(const scene *s, const double o[3], const double d[3], scene_hit *hit)
{
    scene_surface at;
    const scene_shape *shape = scene_nearest(s, o, d, &at);
    double gain, p[3];

    *hit = (scene_hit){ .t_m = INFINITY };
    if (!shape) {
        scene_sky(d, s->seed, hit->rgb);
        return;
    }
    hit->t_m = at.t_m;
    hit->id = shape->id;
    for (int i = 0; i < 3; i++)
        p[i] = o[i] + at.t_m * d[i];
    scene_texture_at(&shape->texture, at.local_m, at.uv_m, hit->rgb);
    gain = shape->texture.glow > 0 ? (double)shape->texture.glow : light_at(s, p, at.normal);
    for (int i = 0; i < 3; i++)
        hit->rgb[i] = (float)fmin(1, gain * (double)hit->rgb[i]);
}
