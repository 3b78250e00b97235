/*
 * inpaint/hide_px.h - the hidden surface: how the farther side of every tear goes on under the nearer one.
 *
 * It grows breadth first, pixel by pixel, and what is behind a pixel is told by those that were taken in with fewer
 * steps.  Internal to inpaint/.
 */
#ifndef BS_HIDE_PX_H
#define BS_HIDE_PX_H

#include "inpaint/scene_px.h"

/* Pixels of hidden surface beyond what the exposure can uncover, for the texels of a cell.  With 2 all is within
 * 0.02 dB; with 0 up to 0.7 dB are lost. */
#define BS_SPARE_PX 1.0f

/* A surface at a pixel: inverse depth and slopes, as in a spot. */
typedef struct bs_plane_px {
    float inv, slope[2];
} bs_plane_px;

/* What the pixels around a hidden one say of the surface there, and how much they count. */
typedef struct bs_opinions {
    bs_plane_px says[BS_WAYS];
    float weight[BS_WAYS];
    float reach; /* the farthest of theirs */
    int n;
} bs_opinions;

/* A pixel that may become hidden, and what lies behind it then. */
typedef struct bs_hidden {
    size_t i; /* place in the planes */
    int x, y, level;
    float parallax, own; /* its own, and its inverse depth */
    bs_plane_px is;
    float reach;
} bs_hidden;

/* Whether the exposure could uncover something behind a pixel beside 'by', one of the level before. */
BS_PX int bs_uncovers(const bs_scene *s, const bs_spot *by, const bs_hidden *h)
{
    const float reach = by->reach < h->parallax ? by->reach : h->parallax;

    return (float)h->level <= s->widen * (reach * (h->own - by->inv) + BS_SPARE_PX);
}

/*
 * Asks the neighbours of the pixel that were taken in before its level, and lie behind 'front': each continues its
 * surface by its slope.  Returns 0 if not spot 'k' but one that comes before it in its level is the first that
 * takes the pixel in.
 */
BS_PX int bs_hidden_ask(const bs_scene *s, const bs_hidden *h, int k, float front, bs_opinions *o)
{
    o->n = 0;
    o->reach = 0;
    for (int d = 0; d < BS_WAYS; d++) {
        const bs_way way = bs_way_of(d);
        const int number = s->slot[(ptrdiff_t)h->i + bs_plane_step(s, way.dx, way.dy)];
        const bs_spot *by = &s->spots[number];
        bs_plane_px *says = &o->says[o->n];
        float inv;

        if (by->level >= h->level)
            continue;
        if (number < k && by->level == h->level - 1 && bs_uncovers(s, by, h))
            return 0;
        if (!(by->inv < front)) /* a far pixel may be of another tear */
            continue;
        inv = by->inv - (float)way.dx * by->slope[0] - (float)way.dy * by->slope[1];
        o->reach = by->reach > o->reach ? by->reach : o->reach;
        says->inv = inv > 0 ? inv : 0;
        says->slope[0] = by->slope[0];
        says->slope[1] = by->slope[1];
        o->weight[o->n++] = way.dx && way.dy ? 0.25f : 1.0f;
    }
    return 1;
}

/* The mean of all opinions in 'out'; returns their weight. */
BS_PX float bs_weigh_all(const bs_opinions *o, bs_plane_px *out)
{
    float inv = 0, x = 0, y = 0, weight = 0, part;

    for (int k = 0; k < o->n; k++) {
        inv += o->weight[k] * o->says[k].inv;
        x += o->weight[k] * o->says[k].slope[0];
        y += o->weight[k] * o->says[k].slope[1];
        weight += o->weight[k];
    }
    part = 1 / weight;
    out->inv = part * inv;
    out->slope[0] = part * x;
    out->slope[1] = part * y;
    return weight;
}

/* The mean of the opinions from 'lo' to 'hi' in 'out'; returns their weight, and in '*next' the least of those
 * above. */
BS_PX float bs_weigh(const bs_opinions *o, float lo, float hi, bs_plane_px *out, float *next)
{
    float inv = 0, x = 0, y = 0, weight = 0;

    *next = INFINITY;
    for (int k = 0; k < o->n; k++) {
        const bs_plane_px *b = &o->says[k];

        if (b->inv > hi && b->inv < *next)
            *next = b->inv;
        if (b->inv > hi || b->inv < lo)
            continue;
        inv += o->weight[k] * b->inv;
        x += o->weight[k] * b->slope[0];
        y += o->weight[k] * b->slope[1];
        weight += o->weight[k];
    }
    out->inv = inv / weight;
    out->slope[0] = x / weight;
    out->slope[1] = y / weight;
    return weight;
}

/*
 * What lies behind the pixel, told by its neighbours; where they disagree, those with the greater weight win, and of
 * equals the farther ones.  Returns 0 if nothing behind is known, or it is not for spot 'k' to take it in.
 */
BS_PX int bs_predict(const bs_scene *s, int k, bs_hidden *h)
{
    const float tear = bs_tear_inv(h->parallax, h->own), front = h->own - tear;
    float lo = INFINITY, hi = 0, most = 0;
    bs_opinions o;

    if (!bs_hidden_ask(s, h, k, front, &o))
        return 0;
    h->reach = o.reach;
    for (int n = 0; n < o.n; n++) {
        lo = o.says[n].inv < lo ? o.says[n].inv : lo;
        hi = o.says[n].inv > hi ? o.says[n].inv : hi;
    }
    if (hi <= lo + 2 * tear) { /* one surface, as nearly always */
        most = bs_weigh_all(&o, &h->is);
        lo = INFINITY;
    } else { /* of two the nearer one moves before the farther, wherever the camera goes */
        h->reach = INFINITY;
    }
    while (lo < INFINITY) {
        bs_plane_px b;
        float next;
        const float weight = bs_weigh(&o, lo, lo + 2 * tear, &b, &next);

        if (weight > most) {
            most = weight;
            h->is = b;
        }
        lo = next;
    }
    return most > 0 && h->is.inv < front;
}

/* Whether spot 'k', taken in at h->level - 1, is the first to take in its neighbour on way 'd'.  Around a far pixel
 * only those beside the same tear are asked.  LATER holds the ring, too: its pixels already have two surfaces to
 * their names. */
BS_PX int bs_hides(const bs_scene *s, int k, int d, bs_hidden *h)
{
    const bs_spot *by = &s->spots[k];
    const bs_way way = bs_way_of(d);
    const int asked = h->level == 1 ? BS_ROLE_NEAR : 0;
    const int all = BS_ROLE_LATER | BS_ROLE_HIDDEN | BS_ROLE_MARGIN | asked;

    h->i = (size_t)(by->at + bs_plane_step(s, way.dx, way.dy));
    if ((s->role[h->i] & all) != asked)
        return 0;
    h->x = by->x + way.dx;
    h->y = by->y + way.dy;
    h->parallax = s->parallax_px_m[bs_at(s, h->x, h->y)];
    h->own = s->inv[h->i];
    return bs_uncovers(s, by, h) && bs_predict(s, k, h);
}

BS_PX void bs_put_hidden(bs_scene *s, int n, const bs_hidden *h)
{
    bs_spot *spot = bs_spot_start(s, n, h->x, h->y);

    s->role[h->i] |= BS_ROLE_HIDDEN;
    spot->level = h->level;
    spot->reach = h->reach;
    spot->inv = h->is.inv;
    spot->slope[0] = h->is.slope[0];
    spot->slope[1] = h->is.slope[1];
}

/* A level from the spots 'begin' to 'end' - 1 of the one before.  0, or -1 if there is no room. */
BS_TEAM int bs_hide_level(bs_scene *s, int level, int begin, int end)
{
    bs_hidden h = { 0, 0, 0, level, 0, 0, { 0, { 0, 0 } }, 0 };

    BS_EACH_NEIGHBOUR (k, d, begin, end) {
        const int found = k < end && bs_hides(s, k, d, &h), at = bs_spots_add(s, found);

        if (at < 0)
            return -1;
        if (found)
            bs_put_hidden(s, at, &h);
        bs_team_sync();
    }
    return 0;
}

BS_TEAM int bs_hide(bs_scene *s)
{
    int begin = s->first, end = s->far_end, level = 1;

    for (; begin < end; level++) {
        const int next = s->n_spots;

        if (bs_hide_level(s, level, begin, end))
            return -1;
        begin = next;
        end = s->n_spots;
    }
    return 0;
}

#endif /* BS_HIDE_PX_H */
