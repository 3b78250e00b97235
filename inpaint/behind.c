/* The hidden surface: how the farther side of every tear goes on under the nearer one. */
#include "inpaint/scene.h"

#include <math.h>

/* How far to walk along a surface to measure its slope, pixels each way: one is noise (depth comes in whole
 * millimetres), many would cross into something else. */
#define BS_SLOPE_REACH 4

/* Pixels of hidden surface beyond what the exposure can uncover: the ring, and the texels of a cell. */
#define BS_SPARE_PX 4.0f

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

/* Inverse depth and its slope at a visible pixel of the farther surface. */
static void measure(bs_scene *s, int x, int y)
{
    float *b = &s->behind[3 * bs_at(s, x, y)];
    const int left = walk(s, x, y, -1, 0), right = walk(s, x, y, 1, 0);
    const int up = walk(s, x, y, 0, -1), down = walk(s, x, y, 0, 1);

    b[0] = s->inv[bs_at(s, x, y)];
    b[1] = b[2] = 0;
    if (left + right)
        b[1] = (s->inv[bs_at(s, x + right, y)] - s->inv[bs_at(s, x - left, y)]) / (float)(left + right);
    if (up + down)
        b[2] = (s->inv[bs_at(s, x, y + down)] - s->inv[bs_at(s, x, y - up)]) / (float)(up + down);
}

/* Whether pixel j = (x + dx, y + dy) tells what lies behind (x, y) at 'level'. */
static int tells(const bs_scene *s, int x, int y, int dx, int dy, int level)
{
    const size_t i = bs_at(s, x, y), j = bs_at(s, x + dx, y + dy);

    if (level == 1)
        return (s->role[j] & BS_ROLE_FAR) && s->inv[j] < s->inv[i] && bs_torn(s, s->tears, x, y, dx, dy);
    return (s->role[j] & BS_ROLE_HIDDEN) && s->level[j] == level - 1;
}

/*
 * What lies behind (x, y), told by its neighbours one level up: each continues its surface by its slope, and
 * where they disagree the farthest surface wins (it is the one that the others hide).  Returns 0 if nothing
 * behind is hidden, or nothing that the exposure could uncover.
 */
static int predict(const bs_scene *s, int x, int y, int level, float out[3])
{
    float far = INFINITY, sum[3] = { 0, 0, 0 }, weight = 0;
    const float own = s->inv[bs_at(s, x, y)];

    for (int pass = 0; pass < 2; pass++)
        for (int dy = -1; dy <= 1; dy++)
            for (int dx = -1; dx <= 1; dx++) {
                const float *b;
                float w, share = dx && dy ? 0.7f : 1.0f;

                if ((!dx && !dy) || !bs_in(s, x + dx, y + dy) || !tells(s, x, y, dx, dy, level))
                    continue;
                b = &s->behind[3 * bs_at(s, x + dx, y + dy)];
                w = fmaxf(b[0] - (float)dx * b[1] - (float)dy * b[2], 0);
                if (pass == 0) {
                    far = fminf(far, w);
                } else if (w <= far + 2 * s->tear_inv) {
                    sum[0] += share * w;
                    sum[1] += share * b[1];
                    sum[2] += share * b[2];
                    weight += share;
                }
            }
    if (weight == 0)
        return 0;
    for (int c = 0; c < 3; c++)
        out[c] = sum[c] / weight;
    return out[0] < own - s->tear_inv &&
           (float)level <= s->widen * (s->parallax_px_m * (own - out[0]) + BS_SPARE_PX);
}

/* Takes (x, y) into the hidden surface at 'level' if something lies behind it; it is then next in 'order'. */
static void hide(bs_scene *s, int x, int y, int level)
{
    const size_t i = bs_at(s, x, y);
    float b[3];

    /* A pixel of the ring already has two surfaces to its name. */
    if ((s->role[i] & (BS_ROLE_RING | BS_ROLE_HIDDEN)) || !predict(s, x, y, level, b))
        return;
    s->role[i] |= BS_ROLE_HIDDEN;
    s->level[i] = level;
    for (size_t c = 0; c < 3; c++)
        s->behind[3 * i + c] = b[c];
    s->order[s->n_hidden++] = (int)i;
}

void bs_behind_grow(bs_scene *s)
{
    s->n_hidden = 0;
    for (int y = 0; y < s->height; y++)
        for (int x = 0; x < s->width; x++)
            if (s->role[bs_at(s, x, y)] & BS_ROLE_FAR)
                measure(s, x, y);
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
