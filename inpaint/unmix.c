#include "inpaint/unmix.h"

#include <math.h>

/* Radius in which unmixed pixels of the nearer surface are looked for, pixels. */
#define BS_NEAR_RADIUS 2

/* Two linear colours closer than this cannot be told apart in a noisy photo; coverage is then what depth says. */
#define BS_CONTRAST 0.04f

static float distance2(const float a[3], const float b[3])
{
    return (a[0] - b[0]) * (a[0] - b[0]) + (a[1] - b[1]) * (a[1] - b[1]) + (a[2] - b[2]) * (a[2] - b[2]);
}

/*
 * Colour of the nearer surface, of inverse depth 'inv', around (x, y): the mean of its unmixed pixels; where
 * it is too thin to have any, the pixel least like the surface behind, for it holds the most of it.
 */
static int near_colour(const bs_scene *s, int x, int y, float inv, const float far[3], float out[3])
{
    float sum[3] = { 0, 0, 0 }, weight = 0, best = -1;

    for (int dy = -BS_NEAR_RADIUS; dy <= BS_NEAR_RADIUS; dy++)
        for (int dx = -BS_NEAR_RADIUS; dx <= BS_NEAR_RADIUS; dx++) {
            size_t j;
            float d2;

            if (!bs_in(s, x + dx, y + dy))
                continue;
            j = bs_at(s, x + dx, y + dy);
            if ((s->role[j] & BS_ROLE_FAR) || fabsf(s->inv[j] - inv) > 3 * s->tear_inv)
                continue;
            if (!(s->role[j] & BS_ROLE_NEAR)) {
                const float share = 1.0f / (float)(dx * dx + dy * dy + 1);

                for (int c = 0; c < 3; c++)
                    sum[c] += share * s->rgb[3 * j + (size_t)c];
                weight += share;
            } else if (weight == 0) {
                d2 = distance2(&s->rgb[3 * j], far);
                if (d2 > best) {
                    best = d2;
                    for (int c = 0; c < 3; c++)
                        out[c] = s->rgb[3 * j + (size_t)c];
                }
            }
        }
    if (weight > 0)
        for (int c = 0; c < 3; c++)
            out[c] = sum[c] / weight;
    return weight > 0 || best >= 0;
}

bs_mix bs_unmix(const bs_scene *s, int x, int y)
{
    const size_t i = bs_at(s, x, y);
    const int is_far = (s->role[i] & BS_ROLE_FAR) != 0;
    const float *seen = &s->rgb[3 * i], *far = &s->fill[3 * i];
    const float prior = is_far ? 0.0f : 1.0f;
    bs_mix m = { .cover = prior };
    float contrast, cover = 0, trust;

    if (!near_colour(s, x, y, is_far ? s->ring[i] : s->inv[i], far, m.near))
        for (int c = 0; c < 3; c++)
            m.near[c] = seen[c];
    contrast = distance2(m.near, far);
    for (int c = 0; c < 3; c++)
        cover += (seen[c] - far[c]) * (m.near[c] - far[c]);
    cover = contrast > 0 ? fminf(fmaxf(cover / contrast, 0), 1) : prior;
    trust = contrast / (contrast + BS_CONTRAST * BS_CONTRAST);
    m.cover = prior + trust * (cover - prior);
    for (int c = 0; c < 3; c++) { /* the surface that makes up most of the pixel takes what is left over */
        const float a = m.cover;

        m.far[c] = far[c];
        if (a >= 0.5f)
            m.near[c] = fmaxf((seen[c] - (1 - a) * m.far[c]) / a, 0);
        else
            m.far[c] = fmaxf((seen[c] - a * m.near[c]) / (1 - a), 0);
        if (a >= 0.5f && a < 1)
            m.far[c] = (seen[c] - a * m.near[c]) / (1 - a);
        else if (a < 0.5f && a > 0)
            m.near[c] = (seen[c] - (1 - a) * m.far[c]) / a;
    }
    return m;
}
