/* The hidden surface: how the farther side of every tear goes on under the nearer one. */
#include "inpaint/scene.h"

#include <math.h>

/* How far to walk along a surface to measure its slope, pixels each way: one is noise (depth comes in whole
 * millimetres), many would cross into something else. */
#define BS_SLOPE_REACH 4

/* Pixels of hidden surface beyond what the exposure can uncover, for the texels of a cell.  With 2 all is within
 * 0.02 dB; with 0 up to 0.7 dB are lost. */
#define BS_SPARE_PX 1.0f

/* Where a surface comes so near to a nearer one that the ring runs over it, its own rim is peeled by the next
 * layer, where the ring is gone, from this many pixels on.  With 1 some light leaks where bars cross; each
 * pixel more costs 0.1 dB where the background is uncovered, for what is peeled later is filled less well. */
#define BS_LATER_PX 2

/* Walks from (x, y) until the surface is torn or BS_SLOPE_REACH is reached; returns the steps made. */
static int walk(const bs_scene *s, int x, int y, const bs_way *way)
{
    int n = 0;

    while (n < BS_SLOPE_REACH && bs_in(s, x + way->dx, y + way->dy) &&
           !bs_torn_to(s, bs_plane_at(s, x, y), way, 0)) {
        x += way->dx;
        y += way->dy;
        n++;
    }
    return n;
}

/* The slope along an axis, from a walk one way to one the other way. */
static float slope(const bs_scene *s, int x, int y, const bs_way *back, const bs_way *on)
{
    const int n_back = walk(s, x, y, back), n_on = walk(s, x, y, on);
    const float *inv = &s->inv[bs_plane_at(s, x, y)];
    const ptrdiff_t step = bs_step(s, on->dx, on->dy);

    return n_back + n_on ? (inv[n_on * step] - inv[-n_back * step]) / (float)(n_back + n_on) : 0;
}

/* How far the exposure uncovers what is behind across the tear of a far pixel, pixels for each 1/m.  A tear that
 * is on all sides has no direction. */
static float reach_of(const bs_scene *s, const bs_spot *spot)
{
    const int cx = bs_reach_cell(spot->x, s->width), cy = bs_reach_cell(spot->y, s->height);
    const float x = spot->inward[0], y = spot->inward[1];

    if (!s->reach || (x == 0 && y == 0))
        return INFINITY;
    return bs_reach_towards(&s->reach[cy * bs_reach_cells(s->width) + cx], x, y);
}

/* Inverse depth of the ring, and slopes of the far pixels among it, where the hidden surface starts. */
static void measure(bs_scene *s)
{
    enum { UP = 1, LEFT = 3, RIGHT = 4, DOWN = 6 };

    for (int k = s->first; k < s->n_spots; k++) {
        bs_spot *spot = &s->spots[k];

        spot->inv = s->inv[spot->at];
        if (spot->level != 0)
            continue;
        spot->reach = reach_of(s, spot);
        spot->slope[0] = slope(s, spot->x, spot->y, &bs_ways[LEFT], &bs_ways[RIGHT]);
        spot->slope[1] = slope(s, spot->x, spot->y, &bs_ways[UP], &bs_ways[DOWN]);
    }
}

static int need_queue(bs_scene *s, int n, bs_err *err)
{
    return n <= s->queue_capacity ? BS_OK : bs_scene_grow_queue(s, n, err);
}

/* Puts all pixels one untorn step from (x, y) into the queue; returns its new length. */
static int spread_from(bs_scene *s, size_t i, int n)
{
    for (int d = 0; d < BS_WAYS; d++) {
        const size_t j = i + (size_t)bs_step(s, bs_ways[d].dx, bs_ways[d].dy);

        if (s->role[j] & (BS_ROLE_LATER | BS_ROLE_MARGIN) || bs_torn_to(s, i, &bs_ways[d], 0))
            continue;
        s->role[j] |= BS_ROLE_LATER;
        s->queue[n++] = (int)j;
    }
    return n;
}

/* Gives role LATER to the ring and all pixels within BS_LATER_PX untorn steps of it. */
static int put_off(bs_scene *s, bs_err *err)
{
    int n = 0, begin = 0, rc = need_queue(s, s->n_spots, err);

    for (int k = s->first; rc == BS_OK && k < s->n_spots; k++) {
        s->queue[n] = s->spots[k].at;
        s->role[s->queue[n++]] |= BS_ROLE_LATER;
    }
    for (int px = 0; px < BS_LATER_PX; px++)
        for (const int end = n; rc == BS_OK && begin < end; begin++) {
            rc = need_queue(s, n + BS_WAYS, err);
            if (rc == BS_OK)
                n = spread_from(s, (size_t)s->queue[begin], n);
        }
    return rc;
}

/* A surface at a pixel: inverse depth and slopes, as in a spot. */
typedef struct surface {
    float inv, slope[2];
} surface;

/* What the pixels around a hidden one say of the surface there, and how much they count. */
typedef struct opinions {
    surface says[BS_WAYS];
    float weight[BS_WAYS];
    float reach; /* the farthest of theirs */
    int n;
} opinions;

/* Asks the neighbours of the pixel at 'i' that were taken in before 'level', and lie behind 'front': each
 * continues its surface by its slope. */
static void ask(const bs_scene *s, size_t i, int level, float front, opinions *o)
{
    o->n = 0;
    o->reach = 0;
    for (int d = 0; d < BS_WAYS; d++) {
        const bs_way *way = &bs_ways[d];
        const bs_spot *by = &s->spots[s->slot[(ptrdiff_t)i + bs_step(s, way->dx, way->dy)]];
        float inv;

        if (by->level >= level || !(by->inv < front)) /* a far pixel may be of another tear */
            continue;
        inv = by->inv - (float)way->dx * by->slope[0] - (float)way->dy * by->slope[1];
        o->reach = by->reach > o->reach ? by->reach : o->reach;
        o->says[o->n] = (surface){ inv > 0 ? inv : 0, { by->slope[0], by->slope[1] } };
        o->weight[o->n++] = way->dx && way->dy ? 0.25f : 1.0f;
    }
}

/* The mean of all opinions in 'out'; returns their weight. */
static float weigh_all(const opinions *o, surface *out)
{
    float inv = 0, x = 0, y = 0, weight = 0, part;

    for (int k = 0; k < o->n; k++) {
        inv += o->weight[k] * o->says[k].inv;
        x += o->weight[k] * o->says[k].slope[0];
        y += o->weight[k] * o->says[k].slope[1];
        weight += o->weight[k];
    }
    part = 1 / weight;
    *out = (surface){ part * inv, { part * x, part * y } };
    return weight;
}

/* The mean of the opinions from 'lo' to 'hi' in 'out'; returns their weight, and in '*next' the least of those
 * above. */
static float weigh(const opinions *o, float lo, float hi, surface *out, float *next)
{
    surface sum = { 0, { 0, 0 } };
    float weight = 0;

    *next = INFINITY;
    for (int k = 0; k < o->n; k++) {
        const surface *b = &o->says[k];

        if (b->inv > hi && b->inv < *next)
            *next = b->inv;
        if (b->inv > hi || b->inv < lo)
            continue;
        sum.inv += o->weight[k] * b->inv;
        sum.slope[0] += o->weight[k] * b->slope[0];
        sum.slope[1] += o->weight[k] * b->slope[1];
        weight += o->weight[k];
    }
    *out = (surface){ sum.inv / weight, { sum.slope[0] / weight, sum.slope[1] / weight } };
    return weight;
}

/*
 * What lies behind a pixel of inverse depth 'own', told by its neighbours; where they disagree, those with the
 * greater weight win, and of equals the farther ones.  Returns 0 if nothing behind is known.
 */
static int predict(const bs_scene *s, size_t i, int level, float own, float tear, surface *out, float *reach)
{
    float lo = INFINITY, hi = 0, most = 0;
    opinions o;

    ask(s, i, level, own - tear, &o);
    *reach = o.reach;
    for (int k = 0; k < o.n; k++) {
        lo = o.says[k].inv < lo ? o.says[k].inv : lo;
        hi = o.says[k].inv > hi ? o.says[k].inv : hi;
    }
    if (hi <= lo + 2 * tear) { /* one surface, as nearly always */
        most = weigh_all(&o, out);
        lo = INFINITY;
    } else { /* of two the nearer one moves before the farther, wherever the camera goes */
        *reach = INFINITY;
    }
    while (lo < INFINITY) {
        surface b;
        float next;
        const float weight = weigh(&o, lo, lo + 2 * tear, &b, &next);

        if (weight > most) {
            most = weight;
            *out = b;
        }
        lo = next;
    }
    return most > 0 && out->inv < own - tear;
}

/* Takes the neighbour of a spot into the hidden surface if the exposure could uncover something behind it. */
static void hide(bs_scene *s, int from, const bs_way *way)
{
    const bs_spot *by = &s->spots[from];
    const size_t i = (size_t)(by->at + bs_step(s, way->dx, way->dy));
    const int x = by->x + way->dx, y = by->y + way->dy, level = by->level + 1;
    const float parallax = s->parallax_px_m[bs_at(s, x, y)], own = s->inv[i];
    float reach = by->reach < parallax ? by->reach : parallax;
    surface b = { 0, { 0, 0 } };
    bs_spot *spot;

    if (!((float)level <= s->widen * (reach * (own - by->inv) + BS_SPARE_PX)) ||
        !predict(s, i, level, own, bs_tear_inv(parallax, own), &b, &reach))
        return;
    s->role[i] |= BS_ROLE_HIDDEN;
    spot = bs_scene_spot(s, x, y);
    spot->level = level;
    spot->reach = reach;
    spot->inv = b.inv;
    spot->slope[0] = b.slope[0];
    spot->slope[1] = b.slope[1];
}

/* Around a far pixel only those beside the same tear are asked.  LATER holds the ring, too: its pixels already
 * have two surfaces to their names. */
static void hide_around(bs_scene *s, int from)
{
    const uint8_t *role = &s->role[s->spots[from].at];
    const int asked = s->spots[from].level == 0 ? BS_ROLE_NEAR : 0;
    const int all = BS_ROLE_LATER | BS_ROLE_HIDDEN | BS_ROLE_MARGIN | asked;

    for (int d = 0; d < BS_WAYS; d++)
        if ((role[bs_step(s, bs_ways[d].dx, bs_ways[d].dy)] & all) == asked)
            hide(s, from, &bs_ways[d]);
}

int bs_behind_grow(bs_scene *s, bs_err *err)
{
    int rc = put_off(s, err);

    measure(s);
    for (int k = s->first; rc == BS_OK && k < s->n_spots; k++) { /* spots are added: breadth first */
        rc = bs_scene_room(s, err);
        if (rc == BS_OK && s->spots[k].level != BS_LEVEL_NONE)
            hide_around(s, k);
    }
    return rc;
}
