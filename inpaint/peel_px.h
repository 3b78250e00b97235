/*
 * inpaint/peel_px.h - the layers of a frame, put together from what the passes found: rims are taken off, and what is
 * left is the frame for the next layer.
 *
 * Internal to inpaint/.
 */
#ifndef BS_PEEL_PX_H
#define BS_PEEL_PX_H

#include "homography/layers.h"
#include "inpaint/behind_px.h"
#include "inpaint/fill_px.h"
#include "inpaint/hide_px.h"
#include "inpaint/method.h"
#include "inpaint/passes_px.h"
#include "inpaint/ring_px.h"
#include "inpaint/unmix_px.h"

/* The cells that a texel is in are not whole; those beside the frame are padding. */
BS_TEAM void bs_part_cells(bs_layers *out, int k, size_t o)
{
    uint8_t *bits = &out->bits[o], *above = bits - out->stride;

    bs_team_clear(&bits[-1], BS_TEXEL_WHOLE << k);
    bs_team_clear(&bits[0], BS_TEXEL_WHOLE << k);
    bs_team_clear(&above[-1], BS_TEXEL_WHOLE << k);
    bs_team_clear(&above[0], BS_TEXEL_WHOLE << k);
}

/* Gives a texel of a layer a colour that covers it so far. */
BS_TEAM void bs_put_light(bs_layers *out, int k, size_t o, const float rgb[3], float cover)
{
    float *light = &out->light[k][4 * o];

    for (int c = 0; c < 3; c++)
        light[c] = cover * rgb[c];
    light[3] = cover;
    if (cover != 1)
        bs_part_cells(out, k, o);
}

BS_PX int bs_is_hidden(const bs_spot *spot)
{
    return spot->level > 0 && spot->level != BS_LEVEL_NONE;
}

/* Parts what a spot shows in layer 'k' from what lies behind. */
BS_TEAM void bs_part(const bs_scene *s, int k, bs_inpaint method, bs_spot *spot, bs_layers *out)
{
    const size_t o = bs_texel_at(out, spot->x, spot->y);
    bs_mix mix;

    /* A pixel that is not beside a tear is all near, as it is in the layer already; where three surfaces meet,
     * colour no longer tells their shares. */
    if (bs_is_hidden(spot) && (k > 0 || method == BS_INPAINT_NONE || !(s->role[spot->at] & BS_ROLE_NEAR))) {
        memcpy(spot->peeled, spot->rgbu, sizeof spot->peeled);
        return;
    }
    mix.cover = spot->front ? s->spots[spot->front].cover : 1;
    /* Not even the ring of a slanted surface may come before the layers in front of it. */
    if (!bs_is_hidden(spot) && (k == 0 || spot->ring <= fabsf(out->inv[k - 1][o]))) {
        out->inv[k][o] = spot->ring;
        mix.cover = 0;
    }
    memcpy(mix.near, bs_shown(s, spot->x, spot->y, (size_t)spot->at), sizeof mix.near);
    memcpy(mix.far, mix.near, sizeof mix.far);
    if (k == 0 && spot->level != BS_LEVEL_NONE)
        mix = bs_unmix(s, spot);
    bs_put_light(out, k, o, mix.near, mix.cover);
    memcpy(spot->peeled, mix.far, sizeof mix.far);
}

/* What is left of a spot is the frame, and all layers behind layer 'k' so far. */
BS_TEAM void bs_take_off(bs_scene *s, int k, bs_inpaint method, bs_spot *spot, bs_layers *out)
{
    const size_t o = bs_texel_at(out, spot->x, spot->y);
    float cover = spot->front ? s->spots[spot->front].cover : 1;

    if (bs_is_hidden(spot)) {
        cover = method != BS_INPAINT_NONE;
        bs_team_clear(&out->bits[o], (BS_TEXEL_WHOLE - 1) & ~((2 << k) - 1));
    }
    spot->cover = cover;
    s->inv[spot->at] = spot->inv;
    for (int behind = k + 1; behind < BS_LAYERS; behind++) {
        bs_put_light(out, behind, o, spot->peeled, cover);
        out->inv[behind][o] = spot->inv;
    }
}

/* Everything about the frame that its tears and parallax decide: roles and hidden depth.  0, or -1 if there is no
 * room for its spots. */
BS_TEAM int bs_peel_study(bs_scene *s)
{
    if (bs_ring_first(s) || bs_ring_second(s))
        return -1;
    bs_put_off(s);
    bs_behind_measure(s);
    bs_team_sync();
    return bs_hide(s);
}

/* Makes layers 'k' and on of the scene, once the colours of spots are filled in, and peels it. */
BS_TEAM void bs_peel_off(bs_scene *s, int k, bs_inpaint method, bs_layers *out)
{
    if (k == 0) {
        bs_unmix_start(s);
        bs_separate(s, out);
    }
    BS_EACH_OF (n, s->first, s->n_spots)
        bs_part(s, k, method, &s->spots[n], out);
    bs_team_sync();
    BS_EACH_OF (n, s->first, s->ring_end)
        s->inv[s->spots[n].at] = out->inv[k][bs_texel_at(out, s->spots[n].x, s->spots[n].y)];
    bs_team_sync();
    bs_tears_again(s);
    bs_mark_torn(s, k, out);
    BS_EACH_OF (n, s->first, s->n_spots)
        bs_take_off(s, k, method, &s->spots[n], out);
    bs_team_sync();
}

#endif /* BS_PEEL_PX_H */
