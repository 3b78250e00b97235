/*
 * inpaint/scene_px.h - what inpaint/ knows about a sharp frame while it builds the layers of
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
 * The passes over a scene are for a team (homography/team_px.h).  Each reads what earlier passes wrote, they run
 * in a fixed order, and within one no spot reads what another one of the same pass becomes: it does not matter
 * which comes first.  Even the numbers of spots are the same for teams of any size.  Whatever a pass wrote is seen by
 * all lanes when it returns.
 *
 * Every lane has its own bs_scene, and bs_layers: each lane writes the same to its own, and what they point to is
 * shared.
 */
#ifndef BS_SCENE_PX_H
#define BS_SCENE_PX_H

#include <limits.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "homography/reach.h"
#include "homography/team_px.h"
#include "inpaint/structure_px.h"

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
#define BS_ROLE_BESIDE 64 /* of the ring, or an untorn step from it */
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
    float *inv;                 /* inverse depth, 1/m, of the frame without the rims peeled so far */
    int *slot;                  /* number of the pixel's spot; 0: none */
    uint8_t *role;              /* BS_ROLE_* */
    uint8_t *tears;             /* BS_TEAR_* of 'inv', and rims */
    uint8_t *tears_other;       /* a plane to find others in */
    uint8_t *busy;   /* [][stride / BS_GROUP] groups of pixels that hold a spot; NULL if nobody asks */
    bs_spot *spots;  /* spots[0] is nobody's */
    bs_tensor *told; /* of each far spot, the structure that it is told alone */
    int capacity;    /* spots that there is room for */
    /* Spots of this peeling: far ones from 'first' on, then the rest of the ring from 'far_end' on, and from
     * 'ring_end' to n_spots - 1 hidden ones, level by level. */
    int first, far_end, ring_end, n_spots;
    int wanted;   /* more spots than there is room for */
    void *planes; /* a builder's memory (inpaint/scene.h): all planes; owned */
    int *marked;  /* in it, [stride] for the pixels of a row that a loop goes over */
} bs_scene;

/* The neighbours of a pixel, and where and how a tear between the two is kept: at the pixel itself, or at the
 * neighbour. */
#define BS_WAYS 8

enum { BS_WAY_UP = 1, BS_WAY_LEFT = 3, BS_WAY_RIGHT = 4, BS_WAY_DOWN = 6 };

typedef struct bs_way {
    int dx, dy;
    int at_neighbour;
    uint8_t tear;
} bs_way;

/* Number 'd' of them, by rows, from tables of two bits, and of four: dx + 1, dy + 1, and the tear. */
BS_PX bs_way bs_way_of(int d)
{
    bs_way way;

    way.dx = (int)(0x9224u >> (2 * d) & 3) - 1;
    way.dy = (int)(0xa940u >> (2 * d) & 3) - 1;
    way.at_neighbour = d < 4;
    way.tear = (uint8_t)(0x42811824u >> (4 * d) & 15);
    return way;
}

/* Loops over the neighbours of the spots 'begin' to 'end' - 1, on way 'd' from spot 'k', in rounds that all lanes take
 * part in: with k at 'end' or above for those that are left over in the last one. */
#if BS_LANES == 1
#define BS_EACH_NEIGHBOUR(k, d, begin, end) \
    for (int k = (begin); k < (end); k++)   \
        for (int d = 0; d < BS_WAYS; d++)
#else
#define BS_EACH_NEIGHBOUR(k, d, begin, end)                                          \
    for (int round_ = 0, k = (begin) + bs_lane() / BS_WAYS, d = bs_lane() % BS_WAYS; \
         (begin) + round_ < (end); round_ += BS_LANES / BS_WAYS, k += BS_LANES / BS_WAYS)
#endif

/* Place in a picture, and in a plane. */
BS_PX size_t bs_at(const bs_scene *s, int x, int y)
{
    return (size_t)y * (size_t)s->width + (size_t)x;
}

BS_PX size_t bs_plane_at(const bs_scene *s, int x, int y)
{
    return (size_t)(y + BS_MARGIN) * (size_t)s->stride + (size_t)(x + BS_MARGIN);
}

/* From row to row of planes: a group never lies in two of them. */
BS_PX int bs_stride_of(int width)
{
    return (width + 2 * BS_MARGIN + BS_GROUP - 1) / BS_GROUP * BS_GROUP;
}

/* Numbers in a plane. */
BS_PX size_t bs_plane_size(const bs_scene *s)
{
    return (size_t)s->stride * (size_t)(s->height + 2 * BS_MARGIN);
}

/* From a pixel of a plane to its neighbour. */
BS_PX ptrdiff_t bs_plane_step(const bs_scene *s, int dx, int dy)
{
    return (ptrdiff_t)dy * s->stride + dx;
}

BS_PX int bs_in(const bs_scene *s, int x, int y)
{
    return x >= 0 && y >= 0 && x < s->width && y < s->height;
}

/* The smallest step at a pixel of inverse depth 'inv' that tears, 1/m; INFINITY where nothing shifts, NaN where
 * parallax is, and then nothing tears either. */
BS_PX float bs_tear_inv(float parallax_px_m, float inv)
{
    const float visible = BS_TEAR_PX / parallax_px_m, real = BS_TEAR_REL * inv;

    return real > visible ? real : visible;
}

BS_PX float bs_tear_at(const bs_scene *s, int x, int y)
{
    return bs_tear_inv(s->parallax_px_m[bs_at(s, x, y)], s->inv[bs_plane_at(s, x, y)]);
}

/* Whether the surface is torn between the pixel at 'i' of the planes and its neighbour on a way; 'rim' is 0,
 * or BS_RIM to ask for rims only. */
BS_PX int bs_torn_to(const bs_scene *s, size_t i, const bs_way *way, int rim)
{
    const ptrdiff_t holder = way->at_neighbour ? bs_plane_step(s, way->dx, way->dy) : 0;

    return (s->tears[(ptrdiff_t)i + holder] & way->tear << rim) != 0;
}

/* Spot number 'n', a new one of the pixel (x, y), which had none of this peeling. */
BS_PX bs_spot *bs_spot_start(bs_scene *s, int n, int x, int y)
{
    const size_t at = bs_plane_at(s, x, y);
    bs_spot *spot = &s->spots[n];

    memset(spot, 0, sizeof *spot);
    spot->x = (uint16_t)x;
    spot->y = (uint16_t)y;
    spot->at = (int)at;
    spot->level = BS_LEVEL_NONE;
    spot->front = s->slot[at];
    s->slot[at] = n;
    if (s->busy)
        s->busy[at / BS_GROUP] = 1;
    return spot;
}

/*
 * Adds 'n' spots, 'n' being what this lane has to add: returns the number of its first one, or -1, for all
 * lanes, if there is no room for those of all.  What lanes did before is seen by all.
 */
BS_TEAM int bs_spots_add(bs_scene *s, int n)
{
    int all;
    const int before = bs_team_before(n, &all), at = s->n_spots + before;

    if (all > s->capacity - s->n_spots) {
        s->wanted = s->n_spots + all;
        return -1;
    }
    s->n_spots += all;
    return at;
}

/* What the peeled frame shows at (x, y), 'at' of the planes: linear colour. */
BS_PX const float *bs_shown(const bs_scene *s, int x, int y, size_t at)
{
    int k = s->slot[at];

    if (k >= s->first)
        k = s->spots[k].front;
    return k ? s->spots[k].peeled : &s->rgb[3 * bs_at(s, x, y)];
}

#endif /* BS_SCENE_PX_H */
