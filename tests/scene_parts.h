/*
 * tests/scene_parts.h - what the worlds of tests/scene.h are made of.
 */
#ifndef SCENE_PARTS_H
#define SCENE_PARTS_H

#include <stddef.h>
#include <stdint.h>

#include "tests/scene.h"

typedef enum scene_pattern {
    SCENE_PLAIN,   /* colour a */
    SCENE_CHECKER, /* squares of side size_m */
    SCENE_BRICK,   /* bricks a of length size_m, each of its own shade, in mortar b */
    SCENE_PLANK,   /* boards of width size_m that run along the first surface axis, with grain */
    SCENE_STRIPE,  /* stripes of width size_m that run along the second surface axis */
    SCENE_CLOUD,   /* fractal noise between a and b, largest cell size_m */
    SCENE_BLOB,    /* islands of b with sharp shores in a, size_m across */
    SCENE_DOT,     /* dots b, size_m apart, on a */
    SCENE_SPINE,   /* a book: cover a with two bands b; size_m is its height */
} scene_pattern;

typedef struct scene_texture {
    scene_pattern pattern;
    float a[3], b[3]; /* linear RGB */
    double size_m;
    double at_m[2]; /* where the shape's middle lies in the pattern, so that neighbours can continue it */
    float mottle;   /* 0 to 1: how far noise varies the brightness of the result */
    float mottle_m; /* the noise's largest cell; 0 = 0.25 m */
    float glow;     /* > 0: a lamp of this brightness, unshaded */
    uint32_t seed;
} scene_texture;

/* All of them stand at 'c_m', turned by R_world_obj. */
typedef enum scene_kind {
    SCENE_RECT,     /* half[0] x half[1] in its own x and y; both sides are seen */
    SCENE_BOX,      /* half[0] x half[1] x half[2] */
    SCENE_CYLINDER, /* radius half[0], half length half[1] along its own y, closed */
    SCENE_SPHERE,   /* radius half[0] */
} scene_kind;

typedef struct scene_shape {
    scene_kind kind;
    double c_m[3], R_world_obj[9], half[3];
    scene_texture texture;
    int no_shadow;   /* 1: light passes, for the shell of a room */
    double radius_m; /* set by scene_add(), as is 'id': a ball about c_m that holds the shape */
    uint16_t id;
} scene_shape;

typedef struct scene_surface {
    double t_m, normal[3]; /* world axes, unit length, towards the ray's origin */
    double local_m[3];     /* the point in the shape's own axes */
    double uv_m[2];        /* the same on the surface, in metres */
} scene_surface;

/* The first meeting of a ray with a shape nearer than 't_max' and beyond 1e-6 m: 1 and '*out', or 0. */
int scene_shape_cast(const scene_shape *shape, const double origin[3], const double dir[3], double t_max,
                     scene_surface *out);
/* Radius about c_m of a ball that holds the shape. */
double scene_shape_radius(const scene_shape *shape);

/* The surface a ray meets first, or NULL ('hit->t_m' is then INFINITY): the sky. */
const scene_shape *scene_nearest(const scene *s, const double origin[3], const double dir[3],
                                 scene_surface *hit);

/* Direction, in world axes and of unit length, of the ray through (u, v) of the image. */
void scene_ray(const bs_camera *cam, const double R_world_cam[9], double u, double v, double dir[3]);
/* Where a camera sees the point o + t d; the sky's points move with the direction alone.  0: behind it. */
int scene_project(const bs_camera *cam, const bs_pose *T_world_cam, const double o[3], const double d[3],
                  double t_m, double uv[2]);

/* Which of a sensor's lines a pixel lies on. */
size_t scene_line_at(bs_shutter shutter, int x, int y);

/* Albedo at a point of a surface. */
void scene_texture_at(const scene_texture *tex, const double local_m[3], const double uv_m[2], float rgb[3]);
/* Sky, clouds and hills, infinitely far, in direction 'dir'. */
void scene_sky(const double dir[3], uint32_t seed, float rgb[3]);

/* A well-mixed hash of four numbers, and the same as a number in [0, 1). */
uint32_t scene_hash(uint32_t a, uint32_t b, uint32_t c, uint32_t d);
double scene_hash01(uint32_t a, uint32_t b, uint32_t c, uint32_t d);

/* The shapes added until the next scene_group(), at least one, are one object: one id, one bounding ball. */
void scene_group(scene *s);
/* Adds a copy; the scene only remembers that memory ran out, and scene_create() says so. */
void scene_add(scene *s, const scene_shape *shape);
/* Computes the bounding balls: needed after adding to a scene that scene_create() has returned. */
void scene_bound(scene *s);
/* Says that lo..hi is a room: its walls, and what stands near them, are darker in the corners. */
void scene_set_room(scene *s, const double lo[3], const double hi[3]);

/* The builders, scene_room.c, scene_simple.c and scene_bench.c.  NULL if there is no such scene. */
typedef void scene_builder(scene *s, uint32_t seed);
scene_builder *scene_builder_find(const char *name);
void scene_build_room(scene *s, uint32_t seed);
void scene_build_cards_sharp(scene *s, uint32_t seed);
void scene_build_cards_smooth(scene *s, uint32_t seed);
void scene_build_room_sharp(scene *s, uint32_t seed);
void scene_build_room_smooth(scene *s, uint32_t seed);
void scene_build_slant_sharp(scene *s, uint32_t seed);
void scene_build_thin_smooth(scene *s, uint32_t seed);
void scene_build_poles(scene *s, uint32_t seed);
void scene_build_layers(scene *s, uint32_t seed);

/* Rotation by yaw about y, then pitch about the new x, then roll about the new z; radians. */
void scene_turn(double yaw, double pitch, double roll, double R[9]);

#endif /* SCENE_PARTS_H */
