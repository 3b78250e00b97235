/*
 * inpaint/scene.h - what inpaint/ knows about a sharp frame while it builds the layers of
 * homography/layers.h: where depth is torn, which pixels mix two surfaces, what is hidden behind what.
 *
 * The folder answers one question, what an unseen pixel becomes, once per frame and exposure: it knows
 * inverse depth and colour and how far the camera moves in pixels, and nothing of poses.
 *
 * Little of a frame lies near an edge.  Only inverse depth, tears and roles are planes; whatever else a pixel
 * has to its name is in a spot, which only pixels beside a tear or with something hidden behind them have.
 * Planes have a margin of BS_MARGIN pixels all around, where inverse depth is NaN and nothing is known, so
 * that no window has to ask where the frame ends.
 *
 * Internal to inpaint/.  Every pass reads what earlier passes wrote and runs in a fixed order.
 */
#ifndef BS_SCENE_H
#define BS_SCENE_H

#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "homography/error.h"
#include "homography/reach.h"
#include "inpaint/structure.h"

/* A step of inverse depth between neighbours tears the surface when the exposure can pull its two sides
 * apart by more than this, pixels.  Smaller steps are invisible; a larger bound would stretch a silhouette
 * between its two sides like rubber. */
#define BS_TEAR_PX 0.3f

/* Nor does a step tear that is smaller than this part of the inverse depth: depth comes in whole
 * millimetres and round things bend away at their rims, and where the camera moves so far that BS_TEAR_PX
 * is finer than that, a near thing would come apart into stripes. */
#define BS_TEAR_REL 0.01f

/* As far as any window around a pixel reaches. */
#define BS_MARGIN 2

/* Pixels side by side that are passed over together where they hold nothing: those of a word of bytes. */
#define BS_GROUP 8

/* Pixels: one bit a property, in scene->role. */
#define BS_ROLE_NEAR \
    1 /* beside a tear, on the nearer side: shows the nearer surface, mixed with what is behind */
#define BS_ROLE_FAR \
    2 /* beside a tear, on the farther side: shows the farther surface, mixed with the nearer */
#define BS_ROLE_RING 4    /* the nearer surface is widened over this pixel */
#define BS_ROLE_HIDDEN 8  /* a farther surface is known to lie behind this pixel */
#define BS_ROLE_LATER 16  /* too near to a ring to be peeled before it is gone */
#define BS_ROLE_MARGIN 32 /* not in the frame */
#define BS_ROLE_MIXED (BS_ROLE_NEAR | BS_ROLE_FAR)

/* Tears, one bit a neighbour, kept at the upper or left pixel of a pair; and, shifted by BS_RIM, those of
 * them that are the rim of a nearer surface. */
#define BS_TEAR_RIGHT 1
#define BS_TEAR_DOWN 2
#define BS_TEAR_DIAG 4 /* to (x + 1, y + 1) */
#define BS_TEAR_ANTI 8 /* to (x - 1, y + 1) */
#define BS_RIM 4

/* The level of a spot that says nothing about what is behind. */
#define BS_LEVEL_NONE INT_MAX

/* What is known of a pixel of role FAR, RING or HIDDEN.  'Behind' is the surface that a hidden pixel hides and
 * that a far one shows. */
typedef struct bs_spot {
    float rgbu[4]; /* behind: linear colour, unmixed; how far off it may be: mean square over what it is of */
    float inv;     /* behind: inverse depth, 1/m */
    union {
        float slope[2];  /* of it, a pixel in x and y */
        float inward[2]; /* of a far pixel, before that: across the tear to the nearer side, of any length */
    };
    float ring; /* inverse depth of the widened nearer surface, where BS_ROLE_RING */
    uint16_t x, y;
    int at;    /* place in the planes */
    int level; /* steps from the tear to a hidden pixel, 0 for a far one; BS_LEVEL_NONE */
    int front; /* the spot of the peeling before this one that says what the pixel shows, 0: the frame itself */
    union {
        bs_tensor structure; /* of the colours behind, while they are filled in */
        float peeled[3];     /* after that: the pixel's colour with the rim taken off */
    };
    union {
        float reach; /* while it grows: how far the exposure uncovers what is behind, pixels for each 1/m */
        float
            cover; /* the outline's share of the pixel; after the peeling, 0 if its colour is to be unknown */
    };
} bs_spot;

typedef struct bs_scene {
    int width, height;
    int stride;                 /* of the planes */
    const float *parallax_px_m; /* [h][w] pixels of parallax for each 1/m of inverse depth; borrowed */
    const bs_reach *reach;      /* which way it goes, NULL: any; borrowed */
    const float *rgb;           /* [h][w][3] linear; borrowed */
    float widen;                /* the hidden surface reaches this many times as far as the exposure needs */
    void *planes;               /* behind the seven below; owned */
    float *inv;                 /* inverse depth, 1/m, of the frame without the rims peeled so far */
    int *slot;                  /* number of the pixel's spot; 0: none */
    int *marked;                /* [stride] for the pixels of a row that a loop goes over */
    uint8_t *role;              /* BS_ROLE_* */
    uint8_t *tears;             /* BS_TEAR_* of 'inv', and rims */
    uint8_t *tears_other;       /* a plane to find others in */
    uint8_t *busy;              /* [][stride / BS_GROUP] groups of pixels that hold a spot */
    bs_spot *spots;             /* owned; spots[0] is nobody's */
    int first, n_spots;         /* those of this peeling, in the order they were found in */
    int capacity;
    int *queue; /* [queue_capacity]; owned */
    int queue_capacity;
} bs_scene;

/* The neighbours of a pixel, and where and how a tear between the two is kept: at the pixel itself, or at the
 * neighbour. */
typedef struct bs_way {
    int dx, dy;
    int at_neighbour;
    uint8_t tear;
} bs_way;

#define BS_WAYS 8
static const bs_way bs_ways[BS_WAYS] = {
    { -1, -1, 1, BS_TEAR_DIAG }, { 0, -1, 1, BS_TEAR_DOWN }, { 1, -1, 1, BS_TEAR_ANTI },
    { -1, 0, 1, BS_TEAR_RIGHT }, { 1, 0, 0, BS_TEAR_RIGHT }, { -1, 1, 0, BS_TEAR_ANTI },
    { 0, 1, 0, BS_TEAR_DOWN },   { 1, 1, 0, BS_TEAR_DIAG },
};

/* Place in a picture, and in a plane. */
static inline size_t bs_at(const bs_scene *s, int x, int y)
{
    return (size_t)y * (size_t)s->width + (size_t)x;
}

static inline size_t bs_plane_at(const bs_scene *s, int x, int y)
{
    return (size_t)(y + BS_MARGIN) * (size_t)s->stride + (size_t)(x + BS_MARGIN);
}

/* From a pixel of a plane to its neighbour. */
static inline ptrdiff_t bs_step(const bs_scene *s, int dx, int dy)
{
    return (ptrdiff_t)dy * s->stride + dx;
}

static inline int bs_in(const bs_scene *s, int x, int y)
{
    return x >= 0 && y >= 0 && x < s->width && y < s->height;
}

/* The smallest step at a pixel of inverse depth 'inv' that tears, 1/m; INFINITY where nothing shifts. */
static inline float bs_tear_inv(float parallax_px_m, float inv)
{
    const float visible = BS_TEAR_PX / parallax_px_m, real = BS_TEAR_REL * inv;

    return visible > real ? visible : real;
}

static inline float bs_tear_at(const bs_scene *s, int x, int y)
{
    return bs_tear_inv(s->parallax_px_m[bs_at(s, x, y)], s->inv[bs_plane_at(s, x, y)]);
}

/* Whether the surface is torn between the pixel at 'i' of the planes and its neighbour on a way; 'rim' is 0,
 * or BS_RIM to ask for rims only. */
static inline int bs_torn_to(const bs_scene *s, size_t i, const bs_way *way, int rim)
{
    const ptrdiff_t holder = way->at_neighbour ? bs_step(s, way->dx, way->dy) : 0;

    return (s->tears[(ptrdiff_t)i + holder] & way->tear << rim) != 0;
}

/* The pixel's spot of this peeling, a new one if it has none; there must be room for it. */
static inline bs_spot *bs_scene_spot(bs_scene *s, int x, int y)
{
    const size_t at = bs_plane_at(s, x, y);

    if (s->slot[at] < s->first) {
        s->spots[s->n_spots] = (bs_spot){
            .x = (uint16_t)x, .y = (uint16_t)y, .at = (int)at, .level = BS_LEVEL_NONE, .front = s->slot[at]
        };
        s->slot[at] = s->n_spots++;
        s->busy[at / BS_GROUP] = 1;
    }
    return &s->spots[s->slot[at]];
}

/* What the peeled frame shows at (x, y), 'at' of the planes: linear colour. */
static inline const float *bs_shown(const bs_scene *s, int x, int y, size_t at)
{
    int k = s->slot[at];

    if (k >= s->first)
        k = s->spots[k].front;
    return k ? s->spots[k].peeled : &s->rgb[3 * bs_at(s, x, y)];
}

/* Lists the pixels 'x' to n - 1 of a row that are marked: returns how many there are.  'list' has room for all
 * of the row.  Without a branch for each, for nothing foretells them. */
static inline int bs_list_marked(const uint8_t *row, int x, int n, int *list)
{
    int found = 0;

    for (; x + BS_GROUP <= n; x += BS_GROUP) {
        uint64_t group;

        memcpy(&group, row + x, sizeof group);
        if (!group)
            continue;
        for (int i = 0; i < BS_GROUP; i++) {
            list[found] = x + i;
            found += row[x + i] != 0;
        }
    }
    for (; x < n; x++) {
        list[found] = x;
        found += row[x] != 0;
    }
    return found;
}

/* scene.c: BS_ENOMEM.  Destroy it then, too. */
int bs_scene_create(int width, int height, bs_scene *s, bs_err *err);
void bs_scene_destroy(bs_scene *s);

/* scene.c: a frame without roles, tears and spots. */
void bs_scene_begin(bs_scene *s, const float *rgb, const float *inv_depth, const float *parallax_px_m);

/* scene.c: the next peeling: roles and spots so far are those of the one before. */
void bs_scene_peel(bs_scene *s);

/* scene.c: room for 'n' spots, or numbers in the queue; spots may move.  BS_ENOMEM. */
int bs_scene_grow_spots(bs_scene *s, int n, bs_err *err);
int bs_scene_grow_queue(bs_scene *s, int n, bs_err *err);

/* Room for a spot for each neighbour of a pixel. */
static inline int bs_scene_room(bs_scene *s, bs_err *err)
{
    return s->n_spots + BS_WAYS <= s->capacity ? BS_OK : bs_scene_grow_spots(s, s->n_spots + BS_WAYS, err);
}

/* tears.c: tears of 'inv', in 's->tears_other', where all that changed since 'tears' were found are spots of this
 * peeling. */
void bs_tears_again(bs_scene *s);

/*
 * tears.c: 'tears' of 'inv' and which of them are rims.  Once the frame is peeled not every tear is one: some
 * only say where the last peeling ended, between a pixel that was hidden and one of the same surface that was
 * not.
 */
void bs_tears_start(bs_scene *s);
void bs_tears_peeled(bs_scene *s);

/* ring.c: roles NEAR, FAR and RING, with 'ring'.  BS_ENOMEM, as below. */
int bs_ring_grow(bs_scene *s, bs_err *err);

/* behind.c: roles LATER and HIDDEN, with 'inv', 'slope' and 'level', also of FAR pixels. */
int bs_behind_grow(bs_scene *s, bs_err *err);

/* fill.c: 'rgb' and 'unsure' of FAR and HIDDEN pixels from the visible parts of the farther surface. */
void bs_fill_background(bs_scene *s);

#endif /* BS_SCENE_H */
