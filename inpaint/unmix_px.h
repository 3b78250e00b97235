/*
 * inpaint/unmix_px.h - the two colours and the coverage of pixels that see two surfaces.  Internal to inpaint/.
 */
#ifndef BS_UNMIX_PX_H
#define BS_UNMIX_PX_H

#include "homography/layers.h"
#include "inpaint/scene_px.h"

/* A pixel beside a tear: near * cover + far * (1 - cover) is the pixel's colour exactly. */
typedef struct bs_mix {
    float cover;
    float near[3], far[3];
} bs_mix;

/* Radius in which unmixed pixels of the nearer surface are looked for, pixels. */
#define BS_NEAR_RADIUS 2

/* Two linear colours closer than this cannot be told apart in a noisy photo; coverage is then what depth
 * says. */
#define BS_CONTRAST 0.04f

/* A textured background is no better known than its texture is even, and a pixel whose colour is no mixture
 * of the two shows something else: both mean square deviations count this many times against the contrast.
 * From 10 to 60 the means stay within 0.1 dB; with 0, thin poles before texture lose 0.4 dB. */
#define BS_UNSURE 16.0f

/* Whether a spot has a colour behind a pixel that shows two. */
BS_PX int bs_is_mixed(const bs_scene *s, const bs_spot *spot)
{
    return spot->level == 0 || (spot->level != BS_LEVEL_NONE && s->role[spot->at] & BS_ROLE_NEAR);
}

/* Inverse depth of the nearer surface at pixel 'i' of the planes, whose spot this is if it has one. */
BS_PX float bs_near_inv(const bs_scene *s, size_t i, const bs_spot *spot)
{
    return s->role[i] & BS_ROLE_FAR ? spot->ring : s->inv[i];
}

/* What differs less from that is of the same surface. */
BS_PX float bs_near_tolerance(const bs_scene *s, size_t i, const bs_spot *spot)
{
    const float tears = 3 * bs_tear_at(s, spot->x, spot->y),
                gap = 0.5f * (bs_near_inv(s, i, spot) - spot->inv);

    return tears < gap ? tears : gap;
}

BS_PX float bs_distance2(const float a[3], const float b[3])
{
    return (a[0] - b[0]) * (a[0] - b[0]) + (a[1] - b[1]) * (a[1] - b[1]) + (a[2] - b[2]) * (a[2] - b[2]);
}

/*
 * Coverage of a mixed pixel by its nearer surface as its outline tells it: the share of the pixels around whose
 * middle it covers, binomial weights.  A straight edge at any place and angle gives its mean.
 */
BS_PX float bs_outline_cover(const bs_scene *s, const bs_spot *spot)
{
    const size_t i = (size_t)spot->at;
    const float least = bs_near_inv(s, i, spot) - bs_near_tolerance(s, i, spot);
    float sum = 0, weight = 0;

    for (int dy = -1; dy <= 1; dy++)
        for (int dx = -1; dx <= 1; dx++) {
            const float share = (dx ? 1.0f : 2.0f) * (dy ? 1.0f : 2.0f);
            const float inv = s->inv[(ptrdiff_t)i + bs_plane_step(s, dx, dy)];

            sum += inv >= least ? share : 0.0f;
            weight += inv != inv ? 0.0f : share; /* NaN: beyond the frame */
        }
    return sum / weight;
}

/* Finds 'cover' of all spots for what follows. */
BS_TEAM void bs_unmix_start(bs_scene *s)
{
    BS_EACH_OF (k, s->first, s->n_spots)
        if (bs_is_mixed(s, &s->spots[k]))
            s->spots[k].cover = bs_outline_cover(s, &s->spots[k]);
    bs_team_sync();
}

/* A sum of colours of one surface, and of the squares of their coverage. */
typedef struct bs_colours {
    float sum[3], weight;
} bs_colours;

/* What a pixel counts that lies (dx, dy) off. */
BS_PX float bs_near_share(int dx, int dy)
{
    return 1.0f / (float)(dx * dx + dy * dy + 1);
}

/* The unmixed pixels of a mixed one's nearer surface around it. */
BS_PX bs_colours bs_sum_pure(const bs_scene *s, const bs_spot *spot, float near, float tolerance)
{
    const uint8_t *role = &s->role[spot->at];
    const float *inv = &s->inv[spot->at], *rgb = &s->rgb[3 * bs_at(s, spot->x, spot->y)];
    bs_colours out = { { 0, 0, 0 }, 0 };

    for (int dy = -BS_NEAR_RADIUS; dy <= BS_NEAR_RADIUS; dy++)
        for (int dx = -BS_NEAR_RADIUS; dx <= BS_NEAR_RADIUS; dx++) {
            const ptrdiff_t step = bs_plane_step(s, dx, dy), at = 3 * ((ptrdiff_t)dy * s->width + dx);

            if (role[step] & (BS_ROLE_MIXED | BS_ROLE_MARGIN) || !(fabsf(inv[step] - near) <= tolerance))
                continue;
            for (int c = 0; c < 3; c++)
                out.sum[c] += bs_near_share(dx, dy) * rgb[at + c];
            out.weight += bs_near_share(dx, dy);
        }
    return out;
}

/* The mixed ones, less what is behind them. */
BS_PX bs_colours bs_sum_mixed(const bs_scene *s, const bs_spot *spot, float near, float tolerance)
{
    bs_colours out = { { 0, 0, 0 }, 0 };

    for (int dy = -BS_NEAR_RADIUS; dy <= BS_NEAR_RADIUS; dy++)
        for (int dx = -BS_NEAR_RADIUS; dx <= BS_NEAR_RADIUS; dx++) {
            const size_t j = (size_t)(spot->at + bs_plane_step(s, dx, dy));
            const bs_spot *by = &s->spots[s->slot[j]];
            const float *rgb = &s->rgb[3 * bs_at(s, by->x, by->y)], share = bs_near_share(dx, dy) * by->cover;

            if (!bs_is_mixed(s, by) || !(fabsf(bs_near_inv(s, j, by) - near) <= tolerance))
                continue;
            for (int c = 0; c < 3; c++)
                out.sum[c] += share * (rgb[c] - (1 - by->cover) * by->rgbu[c]);
            out.weight += share * by->cover;
        }
    return out;
}

/*
 * Colour of the nearer surface around a mixed pixel: the mean of its unmixed pixels; or, where it is too thin
 * to have any, the colour that with the outline's coverage fits the mixed ones best, by least squares.
 * Returns 0 where neither is known.
 */
BS_PX int bs_near_colour(const bs_scene *s, const bs_spot *spot, float out[3])
{
    const size_t i = (size_t)spot->at;
    const float near = bs_near_inv(s, i, spot), tolerance = bs_near_tolerance(s, i, spot);
    bs_colours found = bs_sum_pure(s, spot, near, tolerance);

    if (!(found.weight > 0))
        found = bs_sum_mixed(s, spot, near, tolerance);
    for (int c = 0; c < 3 && found.weight > 0; c++)
        out[c] = found.sum[c] / found.weight;
    return found.weight > 0;
}

BS_PX float bs_within(float v) /* 0 to 1 */
{
    return bs_minf(bs_maxf(v, 0), 1);
}

/* How far from 'from' towards 'to' a colour can go before a channel leaves 0 to 1, in units of that way;
 * 'from' lies within. */
BS_PX float bs_colour_room(const float from[3], const float to[3])
{
    float most = INFINITY;

    for (int c = 0; c < 3; c++)
        if (to[c] > from[c])
            most = bs_minf(most, (1 - from[c]) / (to[c] - from[c]));
        else if (to[c] < from[c])
            most = bs_minf(most, from[c] / (from[c] - to[c]));
    return most;
}

/*
 * Makes near * cover + far * (1 - cover) = seen: the surface that makes up most of the pixel takes what is
 * left over, and as much more of the pixel as keeps it between black and white.
 */
BS_PX void bs_recompose(const float seen[3], bs_mix *m)
{
    const int is_near = m->cover >= 0.5f;
    float *most = is_near ? m->near : m->far;
    const float *least = is_near ? m->far : m->near;
    const float share =
        bs_maxf(is_near ? m->cover : 1 - m->cover, 1 / bs_maxf(bs_colour_room(least, seen), 1));

    m->cover = is_near ? share : 1 - share;
    for (int c = 0; c < 3; c++)
        most[c] = bs_within(least[c] + (seen[c] - least[c]) / share);
}

/*
 * Splits a far or hidden pixel of the frame, never peeled, into the nearer surface, told by its neighbours, and
 * the farther one, as filled.  The less the two differ in colour, the more uneven the farther one is, and the
 * less the pixel's colour is a mixture of them, the more of the pixel stays with the surface that its depth
 * belongs to.  A hidden pixel that is not beside a tear is all near.
 */
BS_PX bs_mix bs_unmix(const bs_scene *s, const bs_spot *spot)
{
    const int is_far = spot->level == 0;
    const float *seen = &s->rgb[3 * bs_at(s, spot->x, spot->y)], *far = spot->rgbu;
    const float prior = is_far ? 0.0f : 1.0f;
    bs_mix m;
    float beyond, contrast, cover = 0, off = 0, trust;

    m.cover = prior;
    memcpy(m.far, is_far ? seen : far, sizeof m.far);
    memcpy(m.near, seen, sizeof m.near);
    if (!bs_is_mixed(s, spot) || !bs_near_colour(s, spot, m.near))
        return m;
    beyond = bs_minf(bs_colour_room(far, m.near), 1);
    for (int c = 0; c < 3; c++) /* an estimate, in the direction of the true colour */
        m.near[c] = far[c] + beyond * (m.near[c] - far[c]);
    contrast = bs_distance2(m.near, far);
    for (int c = 0; c < 3; c++)
        cover += (seen[c] - far[c]) * (m.near[c] - far[c]);
    cover = contrast > 0 ? bs_within(cover / contrast) : prior;
    for (int c = 0; c < 3; c++) {
        const float e = seen[c] - far[c] - cover * (m.near[c] - far[c]);

        off += e * e;
    }
    trust = contrast / (contrast + BS_CONTRAST * BS_CONTRAST + BS_UNSURE * (spot->rgbu[3] + off));
    m.cover = prior + trust * (cover - prior);
    memcpy(m.far, far, sizeof m.far);
    bs_recompose(seen, &m);
    return m;
}

#endif /* BS_UNMIX_PX_H */
