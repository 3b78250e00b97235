/* Colour of what is hidden: carried under the nearer surface from the visible parts of the farther one. */
#include "inpaint/scene.h"

#include <math.h>
#include <string.h>

#include "inpaint/structure.h"

/* Linear light: gradients of this size are taken for noise of the photo, without direction. */
#define BS_NOISE 0.02f

/* How far off a colour may be that is only borrowed from a mixed pixel, mean square. */
#define BS_BORROWED 0.02f

/* A surface is told from the one in front of it by less than this share of their distance in inverse
 * depth. */
#define BS_GAP_SHARE 0.25f

typedef struct blend {
    float rgb[3], square, weight;
} blend;

static void add(blend *b, const float *rgb, float weight)
{
    for (int c = 0; c < 3; c++)
        b->rgb[c] += weight * rgb[c];
    b->square += weight * (rgb[0] * rgb[0] + rgb[1] * rgb[1] + rgb[2] * rgb[2]);
    b->weight += weight;
}

/*
 * What (x + dx, y + dy) says about the surface that lies behind (x, y), whose inverse depth and slopes are
 * 'b', 'gap' behind what is in front: its colour, if it shows that surface unmixed, or was filled before;
 * NULL if it shows something else.
 */
static const float *tell(const bs_scene *s, int x, int y, int dx, int dy, const float b[3], float gap,
                         int level)
{
    const size_t j = bs_at(s, x + dx, y + dy);
    const float expected = b[0] + (float)dx * b[1] + (float)dy * b[2];
    const float tolerance =
        fminf(bs_tear_inv(s, bs_at(s, x, y)) * (2.0f + 0.5f * (fabsf((float)dx) + fabsf((float)dy))),
              BS_GAP_SHARE * gap);

    if ((s->role[j] & BS_ROLE_HIDDEN) && s->level[j] < level &&
        fabsf(s->behind[3 * j] - expected) <= tolerance)
        return &s->fill[3 * j];
    if (!(s->role[j] & BS_ROLE_MIXED) && fabsf(s->inv[j] - expected) <= tolerance)
        return &s->rgb[3 * j];
    return NULL;
}

/* Colours that the window around (x, y) knows, NULL for none, and which way they run. */
static bs_across look_around(const bs_scene *s, int x, int y, int level, const float *known[BS_SIDE][BS_SIDE])
{
    const size_t i = bs_at(s, x, y);
    const float *b = &s->behind[3 * i];
    const float gap = (s->role[i] & BS_ROLE_FAR ? s->ring[i] : s->inv[i]) - b[0];
    bs_tensor t = { 0, 0, 0 };

    for (int v = 0; v < BS_SIDE; v++)
        for (int u = 0; u < BS_SIDE; u++) {
            const int dx = u - BS_REACH, dy = v - BS_REACH, in = (dx || dy) && bs_in(s, x + dx, y + dy);

            known[v][u] = in ? tell(s, x, y, dx, dy, b, gap, level) : NULL;
        }
    for (int v = 0; v + 1 < BS_SIDE; v++)
        for (int u = 0; u + 1 < BS_SIDE; u++) {
            const float *const *r = &known[v][u], *const *q = &known[v + 1][u];

            for (int c = 0; c < 3 && r[0] && r[1] && q[0] && q[1]; c++)
                bs_tensor_add(&t, (float)(u - BS_REACH) + 0.5f, (float)(v - BS_REACH) + 0.5f, r[0][c],
                              r[1][c], q[0][c], q[1][c]);
        }
    return bs_across_of(&t, BS_NOISE * BS_NOISE);
}

/* The weighted mean of all that is known around (x, y), mostly along the structure there. */
static int gather(const bs_scene *s, int x, int y, int level, float out[3], float *unsure)
{
    const float *known[BS_SIDE][BS_SIDE];
    const bs_across across = look_around(s, x, y, level, known);
    blend sum = { { 0, 0, 0 }, 0, 0 };

    for (int v = 0; v < BS_SIDE; v++)
        for (int u = 0; u < BS_SIDE; u++)
            if (known[v][u])
                add(&sum, known[v][u], bs_weight(&across, u - BS_REACH, v - BS_REACH));
    if (sum.weight <= 0)
        return 0;
    for (int c = 0; c < 3; c++)
        out[c] = sum.rgb[c] / sum.weight;
    *unsure = fmaxf(sum.square / sum.weight - (out[0] * out[0] + out[1] * out[1] + out[2] * out[2]), 0);
    return 1;
}

/* Only mixed pixels show the surface behind (x, y): better their colour than that of the surface in front. */
static void borrow(bs_scene *s, int x, int y)
{
    const size_t i = bs_at(s, x, y);

    for (int d = 0; d < 9; d++) {
        const int nx = x + d % 3 - 1, ny = y + d / 3 - 1;
        const size_t j = bs_in(s, nx, ny) ? bs_at(s, nx, ny) : i;

        if ((s->role[j] & BS_ROLE_FAR) || ((s->role[j] & BS_ROLE_HIDDEN) && s->level[j] < s->level[i])) {
            memcpy(&s->fill[3 * i], &s->fill[3 * j], 3 * sizeof *s->fill);
            s->unsure[i] = BS_BORROWED;
            return;
        }
    }
}

void bs_fill_background(bs_scene *s)
{
    for (int y = 0; y < s->height; y++)
        for (int x = 0; x < s->width; x++) {
            const size_t i = bs_at(s, x, y);

            if ((s->role[i] & BS_ROLE_FAR) && !gather(s, x, y, 0, &s->fill[3 * i], &s->unsure[i]))
                memcpy(&s->fill[3 * i], &s->rgb[3 * i], 3 * sizeof *s->fill);
        }
    for (int k = 0; k < s->n_hidden; k++) {
        const int i = s->order[k], x = i % s->width, y = i / s->width;

        if (!gather(s, x, y, s->level[i], &s->fill[3 * (size_t)i], &s->unsure[i]))
            borrow(s, x, y);
    }
}
