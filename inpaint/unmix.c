#include "inpaint/unmix.h"

#include <math.h>
#include <string.h>

/* Radius in which unmixed pixels of the nearer surface are looked for, pixels. */
#define BS_NEAR_RADIUS 2

/* Two linear colours closer than this cannot be told apart in a noisy photo; coverage is then what depth
 * says. */
#define BS_CONTRAST 0.04f

static float distance2(const float a[3], const float b[3])
{
    return (a[0] - b[0]) * (a[0] - b[0]) + (a[1] - b[1]) * (a[1] - b[1]) + (a[2] - b[2]) * (a[2] - b[2]);
}

/*
 * Colour of the nearer surface, of inverse depth 'inv', around (x, y): the mean of its unmixed pixels.
 * Returns 0 where it is too thin to have any: any guess from mixed ones costs a thin pole more than it
 * gains.
 */
static int near_colour(const bs_scene *s, int x, int y, float inv, float out[3])
{
    const float tolerance = fminf(3 * s->tear_inv, 0.5f * (inv - s->behind[3 * bs_at(s, x, y)]));
    float sum[3] = { 0, 0, 0 }, weight = 0;

    for (int dy = -BS_NEAR_RADIUS; dy <= BS_NEAR_RADIUS; dy++)
        for (int dx = -BS_NEAR_RADIUS; dx <= BS_NEAR_RADIUS; dx++) {
            const float share = 1.0f / (float)(dx * dx + dy * dy + 1);
            size_t j;

            if (!bs_in(s, x + dx, y + dy))
                continue;
            j = bs_at(s, x + dx, y + dy);
            if ((s->role[j] & BS_ROLE_MIXED) || fabsf(s->inv[j] - inv) > tolerance)
                continue;
            for (int c = 0; c < 3; c++)
                sum[c] += share * s->rgb[3 * j + (size_t)c];
            weight += share;
        }
    for (int c = 0; c < 3 && weight > 0; c++)
        out[c] = sum[c] / weight;
    return weight > 0;
}

/*
 * Makes near * cover + far * (1 - cover) = seen in one channel: the surface that makes up most of the
 * pixel takes what is left over, and where that would need light below black or above white, the other one
 * gives way.
 */
static void recompose(float seen, float cover, float *near, float *far)
{
    float *most = cover >= 0.5f ? near : far, *least = cover >= 0.5f ? far : near;
    const float a = cover >= 0.5f ? cover : 1 - cover, wanted = (seen - (1 - a) * *least) / a;

    *most = fminf(fmaxf(wanted, 0), 1);
    if (*most != wanted)
        *least = a < 1 ? fminf(fmaxf((seen - a * *most) / (1 - a), 0), 1) : 0;
}

bs_mix bs_unmix(const bs_scene *s, int x, int y)
{
    const size_t i = bs_at(s, x, y);
    const int is_far = (s->role[i] & BS_ROLE_FAR) != 0;
    const float *seen = &s->rgb[3 * i], *far = &s->fill[3 * i];
    const float prior = is_far ? 0.0f : 1.0f;
    bs_mix m = { .cover = prior };
    float contrast, cover = 0, trust;

    memcpy(m.far, is_far ? seen : far, sizeof m.far);
    memcpy(m.near, seen, sizeof m.near);
    if (!near_colour(s, x, y, is_far ? s->ring[i] : s->inv[i], m.near))
        return m;
    contrast = distance2(m.near, far);
    for (int c = 0; c < 3; c++)
        cover += (seen[c] - far[c]) * (m.near[c] - far[c]);
    cover = contrast > 0 ? fminf(fmaxf(cover / contrast, 0), 1) : prior;
    trust = contrast / (contrast + BS_CONTRAST * BS_CONTRAST);
    m.cover = prior + trust * (cover - prior);
    for (int c = 0; c < 3; c++) {
        m.far[c] = far[c];
        recompose(seen[c], m.cover, &m.near[c], &m.far[c]);
    }
    return m;
}
