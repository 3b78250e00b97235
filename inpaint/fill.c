/*
 * Colour of what is hidden: carried under the nearer surface from the visible parts of the farther one.
 *
 * It starts at the far pixels, which are told from the unmixed ones around them, and goes inwards level by
 * level.  Which way the texture runs is measured where it is seen, and carried along with the colour.
 */
#include "inpaint/scene.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Linear light: gradients of this size are taken for noise of the photo, without direction. */
#define BS_NOISE 0.02f

/* How far off a colour may be that is only borrowed from a mixed pixel, mean square. */
#define BS_BORROWED 0.02f

/* A surface is told from the one in front of it by less than this share of their distance in inverse
 * depth. */
#define BS_GAP_SHARE 0.25f

/* One part in n. */
static const float share[BS_WAYS + 2] = { 0,        1,        1.0f / 2, 1.0f / 3, 1.0f / 4,
                                          1.0f / 5, 1.0f / 6, 1.0f / 7, 1.0f / 8, 1.0f / 9 };

/* Which surface is meant: it goes on from a spot in a plane, more or less. */
typedef struct surface {
    float inv, slope_x, slope_y;
    float slack[2 * BS_REACH + 1]; /* how far off its plane it may be that many pixels away */
} surface;

static surface surface_behind(const bs_scene *s, const bs_spot *spot, float front)
{
    const float tear = bs_tear_at(s, spot->x, spot->y), most = BS_GAP_SHARE * (front - spot->inv);
    surface b = { .inv = spot->inv, .slope_x = spot->slope[0], .slope_y = spot->slope[1] };

    for (int px = 0; px <= 2 * BS_REACH; px++) {
        const float slack = tear * (2.0f + 0.5f * (float)px);

        b.slack[px] = slack < most ? slack : most;
    }
    return b;
}

static int is_on(const surface *b, int dx, int dy, float inv)
{
    const float expected = b->inv + (float)dx * b->slope_x + (float)dy * b->slope_y;

    return fabsf(inv - expected) <= b->slack[abs(dx) + abs(dy)];
}

static const bs_spot *neighbour(const bs_scene *s, const bs_spot *spot, const bs_way *way)
{
    return &s->spots[s->slot[spot->at + bs_step(s, way->dx, way->dy)]];
}

/* The unmixed colours of a surface around a far pixel, NULL for none. */
typedef struct window {
    const float *rgb[BS_SIDE][BS_SIDE];
} window;

static void look_around(const bs_scene *s, const bs_spot *spot, window *win)
{
    const surface b = surface_behind(s, spot, spot->ring);

    for (int dy = -BS_REACH; dy <= BS_REACH; dy++)
        for (int dx = -BS_REACH; dx <= BS_REACH; dx++) {
            const size_t i = (size_t)(spot->at + bs_step(s, dx, dy));

            win->rgb[dy + BS_REACH][dx + BS_REACH] =
                !(s->role[i] & (BS_ROLE_MIXED | BS_ROLE_MARGIN)) && is_on(&b, dx, dy, s->inv[i])
                    ? bs_shown(s, spot->x + dx, spot->y + dy, i)
                    : NULL;
        }
}

static bs_tensor measure(const window *win)
{
    bs_tensor t = { 0, 0, 0 };

    for (int v = 0; v + 1 < BS_SIDE; v++)
        for (int u = 0; u + 1 < BS_SIDE; u++) {
            const float *const *r = &win->rgb[v][u], *const *q = &win->rgb[v + 1][u];

            if (r[0] && r[1] && q[0] && q[1])
                bs_tensor_add(&t, (float)(u - BS_REACH) + 0.5f, (float)(v - BS_REACH) + 0.5f, r[0], r[1],
                              q[0], q[1]);
        }
    return t;
}

/* The mean of the colours in the window, mostly along the structure; returns 0 if there are none. */
static int blend(const window *win, const bs_across *across, float rgbu[4])
{
    float sum[3] = { 0, 0, 0 }, square = 0, weight = 0;

    for (int dy = -BS_REACH; dy <= BS_REACH; dy++)
        for (int dx = -BS_REACH; dx <= BS_REACH; dx++) {
            const float *rgb = win->rgb[dy + BS_REACH][dx + BS_REACH];
            float w;

            if (!rgb)
                continue;
            w = bs_weight(across, dx, dy);
            for (int c = 0; c < 3; c++)
                sum[c] += w * rgb[c];
            square += w * (rgb[0] * rgb[0] + rgb[1] * rgb[1] + rgb[2] * rgb[2]);
            weight += w;
        }
    if (!(weight > 0))
        return 0;
    weight = 1 / weight;
    rgbu[3] = square * weight;
    for (int c = 0; c < 3; c++) {
        rgbu[c] = sum[c] * weight;
        rgbu[3] -= rgbu[c] * rgbu[c];
    }
    rgbu[3] = rgbu[3] > 0 ? rgbu[3] : 0;
    return 1;
}

static void fill_far(const bs_scene *s, bs_spot *spot)
{
    bs_across across;
    window win;

    look_around(s, spot, &win);
    spot->structure = measure(&win);
    across = bs_across_of(&spot->structure, BS_NOISE * BS_NOISE);
    if (!blend(&win, &across, spot->rgbu))
        memcpy(spot->rgbu, bs_shown(s, spot->x, spot->y, (size_t)spot->at), 3 * sizeof *spot->rgbu);
}

/* Takes the structure along a tear together, for what is carried on from here is told nowhere else. */
static void smooth(const bs_scene *s, bs_spot *spot)
{
    const surface b = surface_behind(s, spot, spot->ring);
    bs_tensor t = spot->structure;
    int n = 1;

    for (int d = 0; d < BS_WAYS; d++) {
        const bs_spot *by = neighbour(s, spot, &bs_ways[d]);

        if (by->level != 0 || !is_on(&b, bs_ways[d].dx, bs_ways[d].dy, by->inv))
            continue;
        bs_tensor_join(&t, &by->structure);
        n++;
    }
    spot->structure = bs_tensor_part(&t, share[n]);
}

/* The 16 pixels two steps away, counter-clockwise: the k-th and the (k + 8)-th lie on a line. */
static const int ring[16][2] = { { 2, 0 },  { 2, 1 },  { 2, 2 },  { 1, 2 },   { 0, 2 },   { -1, 2 },
                                 { -2, 2 }, { -2, 1 }, { -2, 0 }, { -2, -1 }, { -2, -2 }, { -1, -2 },
                                 { 0, -2 }, { 1, -2 }, { 2, -2 }, { 2, -1 } };

/* The one of the first eight of them that lies most along a structure. */
static int along(const bs_across *across)
{
    const float x = fabsf(across->y), y = fabsf(across->x); /* a quarter turn */
    const int steps = x > y ? (4 * y > 3 * x ? 2 : 4 * y > x) : 4 - (4 * x > 3 * y ? 2 : 4 * x > y);

    return across->x * across->y < 0 || steps == 0 ? steps : 8 - steps;
}

/* The spot at an offset from a hidden pixel if it is of the surface behind that and was filled before; else
 * NULL. */
static inline const bs_spot *ask(const bs_scene *s, const bs_spot *spot, const surface *b, int dx, int dy)
{
    const bs_spot *by = &s->spots[s->slot[spot->at + bs_step(s, dx, dy)]];

    return by->level < spot->level && is_on(b, dx, dy, by->inv) ? by : NULL;
}

/* Only mixed pixels show the surface behind: better their colour than that of the surface in front. */
static void borrow(const bs_scene *s, bs_spot *spot)
{
    for (int d = 0; d < BS_WAYS; d++) {
        const bs_spot *by = neighbour(s, spot, &bs_ways[d]);

        if (by->level < spot->level) {
            memcpy(spot->rgbu, by->rgbu, sizeof spot->rgbu);
            spot->rgbu[3] = BS_BORROWED;
            return;
        }
    }
}

/* A mean of colours. */
typedef struct mean {
    float sum[4], weight;
} mean;

static inline void add(mean *m, const bs_spot *by, float weight)
{
    for (int c = 0; c < 4; c++)
        m->sum[c] += weight * by->rgbu[c];
    m->weight += weight;
}

/* The pixels two steps from a hidden one that lie along the structure: three on either side. */
static void add_along(const bs_scene *s, const bs_spot *spot, const surface *b, const bs_across *across,
                      mean *m)
{
    const int middle = along(across);

    for (int k = 0; k < 6; k++) {
        const int *to = ring[(middle + (k < 3 ? 15 + k : 4 + k)) % 16];
        const bs_spot *by = ask(s, spot, b, to[0], to[1]);

        if (by)
            add(m, by, bs_weight(across, to[0], to[1]));
    }
}

/* From the neighbours, and those pixels farther off that lie along the structure. */
static void fill_hidden(const bs_scene *s, bs_spot *spot)
{
    const surface b = surface_behind(s, spot, s->inv[spot->at]);
    const bs_spot *by[BS_WAYS];
    const bs_way *way[BS_WAYS];
    bs_tensor t = { 0, 0, 0 };
    mean m = { { 0, 0, 0, 0 }, 0 };
    bs_across across;
    int n = 0;

    for (int d = 0; d < BS_WAYS; d++) {
        by[n] = ask(s, spot, &b, bs_ways[d].dx, bs_ways[d].dy);
        way[n] = &bs_ways[d];
        n += by[n] != NULL;
    }
    if (!n) {
        borrow(s, spot);
        return;
    }
    for (int k = 0; k < n; k++)
        bs_tensor_join(&t, &by[k]->structure);
    spot->structure = bs_tensor_part(&t, share[n]);
    across = bs_across_of(&spot->structure, BS_NOISE * BS_NOISE);
    for (int k = 0; k < n; k++)
        add(&m, by[k], bs_weight(&across, way[k]->dx, way[k]->dy));
    add_along(s, spot, &b, &across, &m);
    for (int c = 0; c < 4; c++)
        spot->rgbu[c] = m.sum[c] / m.weight;
}

void bs_fill_background(bs_scene *s)
{
    for (int k = s->first; k < s->n_spots; k++)
        if (s->spots[k].level == 0)
            fill_far(s, &s->spots[k]);
    for (int k = s->first; k < s->n_spots; k++)
        if (s->spots[k].level == 0)
            smooth(s, &s->spots[k]);
    for (int k = s->first; k < s->n_spots; k++) /* by level */
        if (s->spots[k].level != 0 && s->spots[k].level != BS_LEVEL_NONE)
            fill_hidden(s, &s->spots[k]);
}
