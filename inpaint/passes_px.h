/*
 * inpaint/passes_px.h - the passes over whole planes.
 *
 * One thread goes row by row, many pixels at once, and passes over what nothing is in: scene.c, tears.c, ring.c,
 * build.c and homography/layers.c.  What follows does the same for a team, pixel by pixel.  Internal to inpaint/.
 */
#ifndef BS_PASSES_PX_H
#define BS_PASSES_PX_H

#include "homography/layers.h"
#include "inpaint/ring_px.h"
#include "inpaint/tears_px.h"

/* The bits of a texel of layer 0 where there are no edges, and all layers are one. */
BS_PX uint8_t bs_bits_of(uint8_t measured)
{
    const int all = (1 << BS_LAYERS) - 1, whole = BS_TEXEL_WHOLE * all;

    return (uint8_t)(measured ? all | whole : whole);
}

/* Marks the cell of layer 'k' that begins at texel 'o' as torn. */
BS_PX void bs_mark_cell(bs_layers *out, int k, size_t o)
{
    out->inv[k][o] = -fabsf(out->inv[k][o]);
    out->bits[o] &= (uint8_t) ~(BS_TEXEL_WHOLE << k);
}

/* Whether the exposure shifts anything. */
BS_TEAM int bs_moves(const float *parallax_px_m, int n)
{
    uint32_t any = 0;

    for (int i = bs_lane(); i < n && !any; i += BS_LANES)
        any = parallax_px_m[i] > 0;
    return bs_team_or(any) != 0;
}

#if BS_LANES == 1

#include "inpaint/scene.h"

BS_TEAM void bs_separate(bs_scene *s, bs_layers *out)
{
    (void)s;
    bs_layers_separate(out);
}

BS_TEAM void bs_finish(bs_scene *s, bs_layers *out)
{
    (void)s;
    bs_layers_finish(out);
}

#else

#include "homography/finish_px.h"

/* A pixel of the frame, by its number. */
typedef struct bs_place {
    int x, y;
    size_t i; /* place in the planes */
} bs_place;

BS_PX bs_place bs_place_of(const bs_scene *s, int number)
{
    bs_place p;

    p.x = number % s->width;
    p.y = number / s->width;
    p.i = bs_plane_at(s, p.x, p.y);
    return p;
}

BS_PX int bs_pixels(const bs_scene *s)
{
    return s->width * s->height;
}

BS_PX uint8_t bs_tears_at(const bs_scene *s, const bs_place *p)
{
    return bs_tears_px(&s->inv[p->i], s->stride, s->parallax_px_m[bs_at(s, p->x, p->y)]);
}

/* scene.c: a frame without roles, tears and spots. */
BS_TEAM void bs_scene_begin(bs_scene *s, const float *rgb, const float *inv_depth, const float *parallax_px_m)
{
    const int n = (int)bs_plane_size(s);

    s->rgb = rgb;
    s->parallax_px_m = parallax_px_m;
    s->first = s->far_end = s->ring_end = s->n_spots = 1;
    BS_EACH (i, n) {
        const int x = i % s->stride - BS_MARGIN, y = i / s->stride - BS_MARGIN, in = bs_in(s, x, y);

        s->inv[i] = in ? inv_depth[bs_at(s, x, y)] : NAN;
        s->slot[i] = 0;
        s->role[i] = in ? 0 : BS_ROLE_MARGIN;
        s->tears[i] = s->tears_other[i] = 0;
    }
    BS_EACH (k, 1) {
        memset(&s->spots[k], 0, sizeof s->spots[k]);
        s->spots[k].level = BS_LEVEL_NONE;
    }
    bs_team_sync();
}

/* scene.c: the next peeling: roles and spots so far are those of the one before. */
BS_TEAM void bs_scene_peel(bs_scene *s)
{
    const int n = bs_pixels(s);

    BS_EACH_OF (k, s->first, s->n_spots)
        s->spots[k].level = BS_LEVEL_NONE;
    BS_EACH (k, n)
        s->role[bs_place_of(s, k).i] = 0;
    s->first = s->far_end = s->ring_end = s->n_spots;
    bs_team_sync();
}

/* build.c: layer 0 from the frame, and all others with it, as if there were no edges. */
BS_TEAM void bs_copy_frame(const bs_scene *s, const uint8_t *measured, bs_layers *out)
{
    const int n = bs_pixels(s);

    bs_layers_join(out);
    BS_EACH (k, n) {
        const bs_place p = bs_place_of(s, k);
        const size_t o = bs_texel_at(out, p.x, p.y), at = bs_at(s, p.x, p.y);
        float *light = &out->light[0][4 * o];

        memcpy(light, &s->rgb[3 * at], 3 * sizeof *light);
        light[3] = 1;
        out->inv[0][o] = s->inv[p.i];
        out->bits[o] = bs_bits_of(measured[at]);
    }
    bs_team_sync();
}

/* homography/layers.c: bs_layers_separate(). */
BS_TEAM void bs_separate(bs_scene *s, bs_layers *out)
{
    const int n = bs_pixels(s);

    bs_layers_own(out);
    BS_EACH (k, n) {
        const bs_place p = bs_place_of(s, k);
        const size_t o = bs_texel_at(out, p.x, p.y);

        for (int behind = 1; behind < BS_LAYERS; behind++) {
            memcpy(&out->light[behind][4 * o], &out->light[0][4 * o], 4 * sizeof *out->light[0]);
            out->inv[behind][o] = out->inv[0][o];
        }
    }
    bs_team_sync();
}

/* tears.c: tears of 'inv' in 's->tears_other'; and in 's->tears', where all are rims. */
BS_TEAM void bs_tears_again(bs_scene *s)
{
    const int n = bs_pixels(s);

    BS_EACH (k, n) {
        const bs_place p = bs_place_of(s, k);

        s->tears_other[p.i] = bs_tears_at(s, &p);
    }
    bs_team_sync();
}

BS_TEAM void bs_tears_start(bs_scene *s)
{
    const int n = bs_pixels(s);

    BS_EACH (k, n) {
        const bs_place p = bs_place_of(s, k);
        const uint8_t tears = bs_tears_at(s, &p);

        s->tears[p.i] = (uint8_t)(tears | tears << BS_RIM);
    }
    bs_team_sync();
}

/* tears.c: 's->tears' of the peeled frame, and which of them are rims. */
BS_TEAM void bs_tears_peeled(bs_scene *s)
{
    const int n = bs_pixels(s);
    uint8_t *found = s->tears_other;

    bs_tears_again(s);
    BS_EACH (k, n) {
        const size_t i = bs_place_of(s, k).i;

        if (found[i])
            found[i] |= (uint8_t)(bs_rims_px(s, i) << BS_RIM);
    }
    bs_team_sync();
    s->tears_other = s->tears;
    s->tears = found;
}

/* ring.c: roles NEAR, FAR and RING of pixels beside rims, and the spots of the far ones.  -1: no room. */
BS_TEAM int bs_ring_first(bs_scene *s)
{
    const int n = bs_pixels(s), n_groups = (int)(bs_plane_size(s) / BS_GROUP);

    BS_EACH (k, n) {
        const size_t i = bs_place_of(s, k).i;

        s->role[i] = (uint8_t)bs_sides_px(s, i).role;
    }
    bs_team_sync();
    for (int base = 0; base < n_groups; base += BS_LANES) {
        const size_t from = (size_t)(base + bs_lane()) * BS_GROUP;
        const size_t to = base + bs_lane() < n_groups ? from + BS_GROUP : from;
        int found = 0, at;

        for (size_t i = from; i < to; i++)
            found += (s->role[i] & BS_ROLE_FAR) != 0;
        at = bs_spots_add(s, found);
        if (at < 0)
            return -1;
        for (size_t i = from; found && i < to; i++)
            if (s->role[i] & BS_ROLE_FAR) {
                const int x = (int)(i % (size_t)s->stride), y = (int)(i / (size_t)s->stride);
                const bs_sides sides = bs_sides_px(s, i);

                bs_put_far(s, at++, x - BS_MARGIN, y - BS_MARGIN, &sides);
            }
    }
    bs_team_sync();
    s->far_end = s->n_spots;
    return 0;
}

/* build.c: marks the cells of layer 'k' that must not be interpolated: the tears are those of its depth, in
 * 's->tears_other'. */
BS_TEAM void bs_mark_torn(bs_scene *s, int k, bs_layers *out)
{
    const int n = bs_pixels(s);

    BS_EACH (number, n) {
        const bs_place p = bs_place_of(s, number);
        const uint8_t *tears = &s->tears_other[p.i];

        if (bs_cell_torn(tears[0], tears[1], tears[s->stride]))
            bs_mark_cell(out, k, bs_texel_at(out, p.x, p.y));
    }
    bs_team_sync();
}

BS_TEAM void bs_finish(bs_scene *s, bs_layers *out)
{
    bs_finish_layers(out, s->tears_other);
}

#endif

#endif /* BS_PASSES_PX_H */
