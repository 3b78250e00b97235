/*
 * inpaint/scene.h - what inpaint/ knows about a sharp frame while it builds the layers of
 * homography/layers.h: where depth is torn, which pixels mix two surfaces, what is hidden behind what.
 *
 * The folder answers one question, what an unseen pixel becomes, once per frame and exposure: it knows
 * inverse depth and colour and how far the camera moves in pixels, and nothing of poses.
 *
 * Internal to inpaint/.  Every pass reads what earlier passes wrote and runs in a fixed order.
 */
#ifndef BS_SCENE_H
#define BS_SCENE_H

#include <stddef.h>
#include <stdint.h>

#include "homography/error.h"

/* A step of inverse depth between neighbours tears the surface when the exposure can pull its two sides
 * apart by more than this, pixels.  Smaller steps are invisible; a larger bound would stretch a silhouette
 * between its two sides like rubber. */
#define BS_TEAR_PX 0.3f

/* Nor does a step tear that is smaller than this part of the inverse depth: depth comes in whole
 * millimetres and round things bend away at their rims, and where the camera moves so far that BS_TEAR_PX
 * is finer than that, a near thing would come apart into stripes. */
#define BS_TEAR_REL 0.01f

/* Pixels: one bit a property, in scene->role. */
#define BS_ROLE_NEAR \
    1 /* beside a tear, on the nearer side: shows the nearer surface, mixed with what is behind */
#define BS_ROLE_FAR \
    2 /* beside a tear, on the farther side: shows the farther surface, mixed with the nearer */
#define BS_ROLE_RING 4    /* the nearer surface is widened over this pixel */
#define BS_ROLE_HIDDEN 8  /* a farther surface is known to lie behind this pixel */
#define BS_ROLE_BESIDE 16 /* near a tear, on its farther side: its slopes are known */
#define BS_ROLE_LATER 32  /* too near to a ring to be peeled before it is gone */
#define BS_ROLE_MIXED (BS_ROLE_NEAR | BS_ROLE_FAR)

/* Tears, one bit a neighbour, in a plane of their own. */
#define BS_TEAR_RIGHT 1
#define BS_TEAR_DOWN 2
#define BS_TEAR_DIAG 4 /* to (x + 1, y + 1) */
#define BS_TEAR_ANTI 8 /* to (x - 1, y + 1) */

typedef struct bs_scene {
    int width, height;
    const float *parallax_px_m; /* [h][w] pixels of parallax for each 1/m of inverse depth; borrowed */
    float widen;                /* the hidden surface reaches this many times as far as the exposure needs */
    const float *rgb;           /* [h][w][3] linear; borrowed */
    const float *inv;           /* [h][w] inverse depth, 1/m, complete; borrowed */
    uint8_t *role;              /* [h][w] BS_ROLE_*; owned, as all below */
    uint8_t *tears;             /* [h][w] BS_TEAR_* of 'inv' */
    uint8_t *rims;              /* [h][w] those of them that are the rim of a nearer surface */
    float *ring;                /* [h][w] inverse depth of the widened surface, where BS_ROLE_RING */
    float *behind; /* [h][w][3] inverse depth and its slopes in x and y, where BS_ROLE_HIDDEN or BESIDE */
    float *fill;   /* [h][w][3] linear colour behind, where BS_ROLE_HIDDEN or FAR */
    float *unsure; /* [h][w] how far 'fill' may be off: mean square over the colours it was made of */
    int *level;    /* [h][w] steps from the tear, where BS_ROLE_HIDDEN */
    int *order;    /* hidden pixels by level, then by place */
    int n_hidden;
} bs_scene;

static inline size_t bs_at(const bs_scene *s, int x, int y)
{
    return (size_t)y * (size_t)s->width + (size_t)x;
}

static inline int bs_in(const bs_scene *s, int x, int y)
{
    return x >= 0 && y >= 0 && x < s->width && y < s->height;
}

/* The smallest step at pixel 'i' that tears, 1/m; INFINITY where nothing shifts. */
static inline float bs_tear_inv(const bs_scene *s, size_t i)
{
    const float visible = BS_TEAR_PX / s->parallax_px_m[i], real = BS_TEAR_REL * s->inv[i];

    return visible > real ? visible : real;
}

/* tears.c: marks tears of 'plane' (a plane of 'inv' kind) in '*tears'. */
void bs_tears_find(const bs_scene *s, const float *plane, uint8_t *tears);

/*
 * tears.c: 'tears' and 'rims' of 'inv', which is the frame of the last 'tears' and 'role' with its rims
 * peeled off.  Not every tear is a rim then: some only say where the peeling ended, between a hidden pixel
 * and one of the same surface that is not.
 */
void bs_tears_peeled(bs_scene *s, uint8_t *scratch);

/* Whether the surface is torn between (x, y) and its neighbour (x + dx, y + dy), both in the frame. */
int bs_torn(const bs_scene *s, const uint8_t *tears, int x, int y, int dx, int dy);

/* ring.c: roles NEAR, FAR and RING, and 'ring'. */
void bs_ring_grow(bs_scene *s);

/* behind.c: roles BESIDE, LATER and HIDDEN, 'behind', 'level' and 'order'. */
void bs_behind_grow(bs_scene *s);

/* fill.c: 'fill' of FAR and HIDDEN pixels from the visible parts of the farther surface. */
void bs_fill_background(bs_scene *s);

#endif /* BS_SCENE_H */
