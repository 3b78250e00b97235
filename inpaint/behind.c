/* The hidden surface: how the farther side of every tear goes on under the nearer one. */
#include "inpaint/scene.h"

#include <math.h>

#include "inpaint/structure.h"

/* How far to walk along a surface to measure its slope, pixels each way: one is noise (depth comes in whole
 * millimetres), many would cross into something else. */
#define BS_SLOPE_REACH 4

/* Pixels of hidden surface beyond what the exposure can uncover: the ring, and the texels of a cell. */
#define BS_SPARE_PX 4.0f

/* Where a surface comes so near to a nearer one that the ring runs over it, its own rim is peeled by the next
 * layer, where the ring is gone, from this many pixels on.  With 1 some light leaks where bars cross; each
 * pixel more costs 0.1 dB where the background is uncovered, for what is peeled later is filled less well. */
#define BS_LATER_PX 2

/* What the window around a hidden pixel says of the inverse depth there; NAN: nothing. */
typedef struct window {
    float inv[BS_SIDE][BS_SIDE];
    const float *plane[BS_SIDE][BS_SIDE]; /* inverse depth and slopes */
    bs_across across;
} window;

/* Walks from (x, y) until the surface is torn or BS_SLOPE_REACH is reached; returns the steps made. */
static int walk(const bs_scene *s, int x, int y, int dx, int dy)
{
    int n = 0;

    while (n < BS_SLOPE_REACH && bs_in(s, x + dx, y + dy) && !bs_torn(s, s->tears, x, y, dx, dy)) {
        x += dx;
        y += dy;
        n++;
    }
    return n;
}

/* Inverse depth at a visible pixel, and its slopes. */
static void measure(const bs_scene *s, int x, int y, float b[3])
{
    const int left = walk(s, x, y, -1, 0), right = walk(s, x, y, 1, 0);
    const int up = walk(s, x, y, 0, -1), down = walk(s, x, y, 0, 1);

    b[0] = s->inv[bs_at(s, x, y)];
    b[1] = b[2] = 0;
    if (left + right)
        b[1] = (s->inv[bs_at(s, x + right, y)] - s->inv[bs_at(s, x - left, y)]) / (float)(left + right);
    if (up + down)
        b[2] = (s->inv[bs_at(s, x, y + down)] - s->inv[bs_at(s, x, y - up)]) / (float)(up + down);
}

/* Gives 'to' to all pixels within 'px' untorn steps of one that has 'from'.  Uses 'order' and 'level'. */
static void spread(bs_scene *s, int from, int to, int px)
{
    int n = 0;

    for (int i = 0; i < s->width * s->height; i++)
        if (s->role[i] & from) {
            s->role[i] |= (uint8_t)to;
            s->level[i] = 0;
            s->order[n++] = i;
        }
    for (int k = 0; k < n; k++) {
        const int x = s->order[k] % s->width, y = s->order[k] / s->width;

        for (int d = 0; d < 9 && s->level[s->order[k]] < px; d++) {
            const int dx = d % 3 - 1, dy = d / 3 - 1;
            const size_t j = bs_in(s, x + dx, y + dy) ? bs_at(s, x + dx, y + dy) : (size_t)s->order[k];

            if (s->role[j] & to || bs_torn(s, s->tears, x, y, dx, dy))
                continue;
            s->role[j] |= (uint8_t)to;
            s->level[j] = s->level[s->order[k]] + 1;
            s->order[n++] = (int)j;
        }
    }
}

/* Whether pixel (x + dx, y + dy) shows something behind the surface 'own' at (x, y), or is hidden at an
 * earlier level. */
static int tells(const bs_scene *s, int x, int y, int dx, int dy, int level, const float own[3], float tear)
{
    const size_t j = bs_at(s, x + dx, y + dy);
    const float slack = 1 + 0.25f * (fabsf((float)dx) + fabsf((float)dy));

    if (s->role[j] & BS_ROLE_HIDDEN)
        return s->level[j] < level;
    return s->role[j] & BS_ROLE_BESIDE &&
           s->inv[j] < own[0] + (float)dx * own[1] + (float)dy * own[2] - tear * slack;
}

/* Fills in the window around (x, y); returns its smallest inverse depth, INFINITY if nothing is known. */
static float look_around(const bs_scene *s, int x, int y, int level, window *win)
{
    const float tear = bs_tear_inv(s, bs_at(s, x, y));
    float own[3], lo = INFINITY, hi = 0;
    bs_tensor t = { 0, 0, 0 };

    measure(s, x, y, own);
    for (int v = 0; v < BS_SIDE; v++)
        for (int u = 0; u < BS_SIDE; u++) {
            const int dx = u - BS_REACH, dy = v - BS_REACH;
            const float *b;

            win->inv[v][u] = NAN;
            if ((!dx && !dy) || !bs_in(s, x + dx, y + dy) || !tells(s, x, y, dx, dy, level, own, tear))
                continue;
            win->plane[v][u] = b = &s->behind[3 * bs_at(s, x + dx, y + dy)];
            win->inv[v][u] = fmaxf(b[0] - (float)dx * b[1] - (float)dy * b[2], 0);
            lo = fminf(lo, win->inv[v][u]);
            hi = fmaxf(hi, win->inv[v][u]);
        }
    win->across = (bs_across){ 0, 0, 0 };
    if (!(hi > lo + 2 * tear)) /* one surface: nothing to follow */
        return lo;
    for (int v = 0; v + 1 < BS_SIDE; v++)
        for (int u = 0; u + 1 < BS_SIDE; u++) {
            const float *r = &win->inv[v][u], *q = &win->inv[v + 1][u];

            if (!isnan(r[0] + r[1] + q[0] + q[1]))
                bs_tensor_add(&t, (float)(u - BS_REACH) + 0.5f, (float)(v - BS_REACH) + 0.5f, r[0], r[1],
                              q[0], q[1]);
        }
    win->across = bs_across_of(&t, tear * tear);
    return lo;
}

/*
 * The surface whose farthest point is 'lo': its mean in 'out'.  Returns its weight, and in '*next' the
 * farthest point of the surface in front of it.
 */
static float weigh(const window *win, float tear, float lo, float out[3], float *next)
{
    float sum[3] = { 0, 0, 0 }, weight = 0;

    *next = INFINITY;
    for (int v = 0; v < BS_SIDE; v++)
        for (int u = 0; u < BS_SIDE; u++) {
            const float w = win->inv[v][u];
            float share;

            if (!(w >= lo))
                continue;
            if (w > lo + 2 * tear) {
                *next = fminf(*next, w);
                continue;
            }
            share = bs_weight(&win->across, u - BS_REACH, v - BS_REACH);
            sum[0] += share * w;
            sum[1] += share * win->plane[v][u][1];
            sum[2] += share * win->plane[v][u][2];
            weight += share;
        }
    for (int c = 0; c < 3; c++)
        out[c] = sum[c] / weight;
    return weight;
}

/*
 * What lies behind (x, y), told by its surroundings: each continues its surface by its slope, along the
 * edges between surfaces; where they disagree, those with the greater weight win, and of equals the farther
 * ones.  Returns 0 if nothing behind is hidden, or nothing that the exposure could uncover.
 */
static int predict(const bs_scene *s, int x, int y, int level, float out[3])
{
    const size_t i = bs_at(s, x, y);
    const float own = s->inv[i], tear = bs_tear_inv(s, i);
    float lo, next, most = 0;
    window win;

    for (lo = look_around(s, x, y, level, &win); lo < INFINITY; lo = next) {
        float b[3];
        const float weight = weigh(&win, tear, lo, b, &next);

        if (weight <= most)
            continue;
        most = weight;
        for (int c = 0; c < 3; c++)
            out[c] = b[c];
    }
    return most > 0 && out[0] < own - tear &&
           (float)level <= s->widen * (s->parallax_px_m[i] * (own - out[0]) + BS_SPARE_PX);
}

/* Takes (x, y) into the hidden surface at 'level' if something lies behind it; it is then next in 'order'. */
static void hide(bs_scene *s, int x, int y, int level)
{
    const size_t i = bs_at(s, x, y);
    float b[3];

    /* LATER holds the ring, too: its pixels already have two surfaces to their names. */
    if ((s->role[i] & (BS_ROLE_LATER | BS_ROLE_HIDDEN)) || !predict(s, x, y, level, b))
        return;
    s->role[i] |= BS_ROLE_HIDDEN;
    s->level[i] = level;
    for (size_t c = 0; c < 3; c++)
        s->behind[3 * i + c] = b[c];
    s->order[s->n_hidden++] = (int)i;
}

void bs_behind_grow(bs_scene *s)
{
    spread(s, BS_ROLE_RING, BS_ROLE_LATER, BS_LATER_PX);
    spread(s, BS_ROLE_FAR, BS_ROLE_BESIDE, BS_REACH - 1);
    for (int y = 0; y < s->height; y++)
        for (int x = 0; x < s->width; x++)
            if (s->role[bs_at(s, x, y)] & BS_ROLE_BESIDE)
                measure(s, x, y, &s->behind[3 * bs_at(s, x, y)]);
    s->n_hidden = 0;
    for (int y = 0; y < s->height; y++)
        for (int x = 0; x < s->width; x++)
            if (s->role[bs_at(s, x, y)] & BS_ROLE_NEAR)
                hide(s, x, y, 1);
    for (int k = 0; k < s->n_hidden; k++) { /* 'order' grows while it is read: a breadth-first walk */
        const int x = s->order[k] % s->width, y = s->order[k] / s->width;

        for (int d = 0; d < 9; d++)
            if (d != 4 && bs_in(s, x + d % 3 - 1, y + d / 3 - 1))
                hide(s, x + d % 3 - 1, y + d / 3 - 1, s->level[s->order[k]] + 1);
    }
}
