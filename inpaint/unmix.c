#include "inpaint/unmix.h"

#include <math.h>
#include <string.h>

/* Radius in which unmixed pixels of the nearer surface are looked for, pixels. */
#define BS_NEAR_RADIUS 2

/* Two linear colours closer than this cannot be told apart in a noisy photo; coverage is then what depth
 * says. */
#define BS_CONTRAST 0.04f

/* A textured background is no better known than its texture is even, and a pixel whose colour is no mixture
 * of the two shows something else: both mean square deviations count this many times against the contrast.
 * From 10 to 60 the means stay within 0.1 dB; with 0, thin poles before texture lose 0.4 dB. */
#define BS_UNSURE 16.0f

static float distance2(const float a[3], const float b[3])
{
    return (a[0] - b[0]) * (a[0] - b[0]) + (a[1] - b[1]) * (a[1] - b[1]) + (a[2] - b[2]) * (a[2] - b[2]);
}

/*
 * Coverage of (x, y) by the surface of inverse depth 'inv' as its outline tells it: the share of the pixels
 * around whose middle it covers, binomial weights.  A straight edge at any place and angle gives its mean.
 */
static float outline_cover(const bs_scene *s, int x, int y, float inv, float tolerance)
{
    float sum = 0, weight = 0;

    for (int dy = -1; dy <= 1; dy++)
        for (int dx = -1; dx <= 1; dx++) {
            const float share = (dx ? 1.0f : 2.0f) * (dy ? 1.0f : 2.0f);

            if (!bs_in(s, x + dx, y + dy))
                continue;
            if (s->inv[bs_at(s, x + dx, y + dy)] >= inv - tolerance)
                sum += share;
            weight += share;
        }
    return sum / weight;
}

/* A sum of colours of one surface, and of the squares of their coverage. */
typedef struct colours {
    float sum[3], weight;
} colours;

static void add(colours *to, const float *rgb, const float *behind, float cover, float share)
{
    for (int c = 0; c < 3; c++)
        to->sum[c] += share * cover * (rgb[c] - (1 - cover) * behind[c]);
    to->weight += share * cover * cover;
}

/*
 * Colour of the nearer surface, of inverse depth 'inv', around (x, y): the mean of its unmixed pixels; or,
 * where it is too thin to have any, the colour that with the outline's coverage fits the mixed ones best,
 * by least squares.  Returns 0 where neither is known.
 */
static int near_colour(const bs_scene *s, int x, int y, float inv, float out[3])
{
    const float tolerance =
        fminf(3 * bs_tear_inv(s, bs_at(s, x, y)), 0.5f * (inv - s->behind[3 * bs_at(s, x, y)]));
    colours pure = { { 0, 0, 0 }, 0 }, mixed = pure;

    for (int dy = -BS_NEAR_RADIUS; dy <= BS_NEAR_RADIUS; dy++)
        for (int dx = -BS_NEAR_RADIUS; dx <= BS_NEAR_RADIUS; dx++) {
            const float share = 1.0f / (float)(dx * dx + dy * dy + 1);
            const size_t j = bs_in(s, x + dx, y + dy) ? bs_at(s, x + dx, y + dy) : bs_at(s, x, y);
            const float *rgb = &s->rgb[3 * j], *behind = &s->fill[3 * j];

            if (!bs_in(s, x + dx, y + dy) ||
                fabsf((s->role[j] & BS_ROLE_FAR ? s->ring[j] : s->inv[j]) - inv) > tolerance)
                continue;
            if (!(s->role[j] & BS_ROLE_MIXED))
                add(&pure, rgb, rgb, 1, share);
            else if (s->role[j] & (BS_ROLE_FAR | BS_ROLE_HIDDEN))
                add(&mixed, rgb, behind, outline_cover(s, x + dx, y + dy, inv, tolerance), share);
        }
    if (pure.weight > 0)
        mixed = pure;
    for (int c = 0; c < 3 && mixed.weight > 0; c++)
        out[c] = mixed.sum[c] / mixed.weight;
    return mixed.weight > 0;
}

/* How far from 'from' towards 'to' a colour can go before a channel leaves 0 to 1, in units of that way;
 * 'from' lies within. */
static float room(const float from[3], const float to[3])
{
    float most = INFINITY;

    for (int c = 0; c < 3; c++)
        if (to[c] > from[c])
            most = fminf(most, (1 - from[c]) / (to[c] - from[c]));
        else if (to[c] < from[c])
            most = fminf(most, from[c] / (from[c] - to[c]));
    return most;
}

/*
 * Makes near * cover + far * (1 - cover) = seen: the surface that makes up most of the pixel takes what is
 * left over, and as much more of the pixel as keeps it between black and white.
 */
static void recompose(const float seen[3], bs_mix *m)
{
    const int is_near = m->cover >= 0.5f;
    float *most = is_near ? m->near : m->far;
    const float *least = is_near ? m->far : m->near;
    const float share = fmaxf(is_near ? m->cover : 1 - m->cover, 1 / fmaxf(room(least, seen), 1));

    m->cover = is_near ? share : 1 - share;
    for (int c = 0; c < 3; c++)
        most[c] = fminf(fmaxf(least[c] + (seen[c] - least[c]) / share, 0), 1);
}

bs_mix bs_unmix(const bs_scene *s, int x, int y)
{
    const size_t i = bs_at(s, x, y);
    const int is_far = (s->role[i] & BS_ROLE_FAR) != 0;
    const float *seen = &s->rgb[3 * i], *far = &s->fill[3 * i];
    const float prior = is_far ? 0.0f : 1.0f;
    bs_mix m = { .cover = prior };
    float beyond, contrast, cover = 0, off = 0, trust;

    memcpy(m.far, is_far ? seen : far, sizeof m.far);
    memcpy(m.near, seen, sizeof m.near);
    if (!near_colour(s, x, y, is_far ? s->ring[i] : s->inv[i], m.near))
        return m;
    beyond = fminf(room(far, m.near), 1);
    for (int c = 0; c < 3; c++) /* an estimate, in the direction of the true colour */
        m.near[c] = far[c] + beyond * (m.near[c] - far[c]);
    contrast = distance2(m.near, far);
    for (int c = 0; c < 3; c++)
        cover += (seen[c] - far[c]) * (m.near[c] - far[c]);
    cover = contrast > 0 ? fminf(fmaxf(cover / contrast, 0), 1) : prior;
    for (int c = 0; c < 3; c++) {
        const float e = seen[c] - far[c] - cover * (m.near[c] - far[c]);

        off += e * e;
    }
    trust = contrast / (contrast + BS_CONTRAST * BS_CONTRAST + BS_UNSURE * (s->unsure[i] + off));
    m.cover = prior + trust * (cover - prior);
    memcpy(m.far, far, sizeof m.far);
    recompose(seen, &m);
    return m;
}
