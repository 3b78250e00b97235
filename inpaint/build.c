/* The layers of a frame, put together from what the passes found. */
#include "inpaint/background.h"

#include <math.h>
#include <string.h>

#include "inpaint/builder.h"
#include "inpaint/unmix.h"

/* A row of layer 0 where there are no edges. */
static void copy_row(const float *restrict rgb, const uint8_t *restrict measured, int n,
                     float *restrict light, uint8_t *restrict bits)
{
    const int all = (1 << BS_LAYERS) - 1, whole = BS_TEXEL_WHOLE * all;

    for (int x = 0; x + 1 < n; x++) { /* four floats at a time */
        memcpy(&light[4 * x], &rgb[3 * x], 4 * sizeof *light);
        light[4 * x + 3] = 1;
    }
    memcpy(&light[4 * n - 4], &rgb[3 * n - 3], 3 * sizeof *light);
    light[4 * n - 1] = 1;
    for (int x = 0; x < n; x++)
        bits[x] = (uint8_t)(measured[x] ? all | whole : whole);
}

/* Layer 0 from the frame, and all others with it, as if there were no edges. */
static void copy_frame(const bs_scene *s, const uint8_t *measured, bs_layers *out)
{
    const size_t width = (size_t)s->width;

    bs_layers_join(out);
    for (int y = 0; y < s->height; y++) {
        const size_t o = bs_texel_at(out, 0, y), i = bs_at(s, 0, y);

        copy_row(&s->rgb[3 * i], &measured[i], s->width, &out->light[0][4 * o], &out->bits[o]);
        memcpy(&out->inv[0][o], &s->inv[bs_plane_at(s, 0, y)], width * sizeof *s->inv);
    }
}

/* The cells that a texel is in are not whole; those beside the frame are padding. */
static void part_cells(bs_layers *out, int k, size_t o)
{
    const uint8_t keep = (uint8_t) ~(BS_TEXEL_WHOLE << k);
    uint8_t *bits = &out->bits[o], *above = bits - out->stride;

    bits[-1] &= keep;
    bits[0] &= keep;
    above[-1] &= keep;
    above[0] &= keep;
}

/* Gives a texel of a layer a colour that covers it so far. */
static void put_light(bs_layers *out, int k, size_t o, const float rgb[3], float cover)
{
    float *light = &out->light[k][4 * o];

    for (int c = 0; c < 3; c++)
        light[c] = cover * rgb[c];
    light[3] = cover;
    if (cover != 1)
        part_cells(out, k, o);
}

static int is_hidden(const bs_spot *spot)
{
    return spot->level > 0 && spot->level != BS_LEVEL_NONE;
}

/* Parts what a spot shows in layer 'k' from what lies behind. */
static void part(bs_scene *s, int k, bs_inpaint method, bs_spot *spot, bs_layers *out)
{
    const size_t o = bs_texel_at(out, spot->x, spot->y);
    bs_mix mix = { .cover = spot->front ? s->spots[spot->front].cover : 1 };

    /* A pixel that is not beside a tear is all near, as it is in the layer already; where three surfaces meet,
     * colour no longer tells their shares. */
    if (is_hidden(spot) && (k > 0 || method == BS_INPAINT_NONE || !(s->role[spot->at] & BS_ROLE_NEAR))) {
        memcpy(spot->peeled, spot->rgbu, sizeof spot->peeled);
        return;
    }
    /* Not even the ring of a slanted surface may come before the layers in front of it. */
    if (!is_hidden(spot) && (k == 0 || spot->ring <= fabsf(out->inv[k - 1][o]))) {
        out->inv[k][o] = spot->ring;
        mix.cover = 0;
    }
    memcpy(mix.near, bs_shown(s, spot->x, spot->y, (size_t)spot->at), sizeof mix.near);
    memcpy(mix.far, mix.near, sizeof mix.far);
    if (k == 0 && spot->level != BS_LEVEL_NONE)
        mix = bs_unmix(s, spot);
    put_light(out, k, o, mix.near, mix.cover);
    memcpy(spot->peeled, mix.far, sizeof mix.far);
}

/* What is left of a spot is the frame, and all layers behind layer 'k' so far. */
static void take_off(bs_scene *s, int k, bs_inpaint method, bs_spot *spot, bs_layers *out)
{
    const size_t o = bs_texel_at(out, spot->x, spot->y);
    float cover = spot->front ? s->spots[spot->front].cover : 1;

    if (is_hidden(spot)) {
        cover = method != BS_INPAINT_NONE;
        out->bits[o] &= (uint8_t)((2 << k) - 1) | (uint8_t) ~(BS_TEXEL_WHOLE - 1);
    }
    spot->cover = cover;
    s->inv[spot->at] = spot->inv;
    for (int behind = k + 1; behind < BS_LAYERS; behind++) {
        put_light(out, behind, o, spot->peeled, cover);
        out->inv[behind][o] = spot->inv;
    }
}

/* Everything about the frame that its tears and parallax decide: roles, hidden depth, hidden colour. */
static int study(bs_builder *b, bs_inpaint method, const bs_response *resp, bs_err *err)
{
    bs_scene *s = &b->scene;
    int rc = bs_ring_grow(s, err);

    rc = rc ? rc : bs_behind_grow(s, err);
    if (rc != BS_OK)
        return rc;
    switch (method) {
    case BS_INPAINT_TELEA:
        return bs_fill_opencv(b, resp, 1, err);
    case BS_INPAINT_NS:
        return bs_fill_opencv(b, resp, 0, err);
    case BS_INPAINT_BACKGROUND:
    case BS_INPAINT_NONE: /* even then, unmixing silhouettes wants the colour behind them */
        bs_fill_background(s);
        break;
    }
    return BS_OK;
}

static void mark(bs_layers *out, int k, size_t o)
{
    out->inv[k][o] = -fabsf(out->inv[k][o]);
    out->bits[o] &= (uint8_t) ~(BS_TEXEL_WHOLE << k);
}

/* Marks the cells of layer 'k' that must not be interpolated: the tears are those of its depth.  A cell is the
 * pixel at its top left, and a tear belongs to all cells that both its ends are in. */
static void mark_torn(const bs_scene *s, const uint8_t *tears, int k, bs_layers *out)
{
    for (int y = 0; y < s->height; y++) {
        const uint8_t *row = &tears[bs_plane_at(s, 0, y)];
        const int n = bs_list_marked(row, 0, s->width, s->marked);

        for (int i = 0; i < n; i++) {
            const int x = s->marked[i];
            const size_t o = bs_texel_at(out, x, y);

            if (row[x] & (BS_TEAR_RIGHT | BS_TEAR_DOWN | BS_TEAR_DIAG))
                mark(out, k, o);
            if (x > 0 && row[x] & (BS_TEAR_DOWN | BS_TEAR_ANTI))
                mark(out, k, o - 1);
            if (y > 0 && row[x] & BS_TEAR_RIGHT)
                mark(out, k, o - (size_t)out->stride);
        }
    }
}

/* Makes layers 'k' and on of the scene, whose tears are known, and peels it. */
static int peel(bs_builder *b, int k, bs_inpaint method, const bs_response *resp, bs_layers *out, bs_err *err)
{
    bs_scene *s = &b->scene;
    const int rc = study(b, method, resp, err);

    if (rc != BS_OK || (k == 0 && s->first == s->n_spots))
        return rc;
    if (k == 0) {
        bs_unmix_start(s);
        bs_layers_separate(out);
    }
    for (int n = s->first; n < s->n_spots; n++)
        part(s, k, method, &s->spots[n], out);
    for (int n = s->first; n < s->n_spots; n++)
        if (!is_hidden(&s->spots[n]))
            s->inv[s->spots[n].at] = out->inv[k][bs_texel_at(out, s->spots[n].x, s->spots[n].y)];
    bs_tears_again(s);
    mark_torn(s, s->tears_other, k, out);
    for (int n = s->first; n < s->n_spots; n++)
        take_off(s, k, method, &s->spots[n], out);
    return BS_OK;
}

/* Whether the exposure shifts anything. */
static int moves(const float *parallax_px_m, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (parallax_px_m[i] > 0)
            return 1;
    return 0;
}

int bs_layers_build(bs_builder *b, const float *rgb, const float *inv_depth, const uint8_t *measured,
                    const float *parallax_px_m, const bs_reach *reach, bs_inpaint method,
                    const bs_response *resp, bs_layers *out, bs_err *err)
{
    const int is_wide = method == BS_INPAINT_TELEA || method == BS_INPAINT_NS;
    bs_scene *s = &b->scene;
    int rc = BS_OK;

    bs_scene_begin(s, rgb, inv_depth, parallax_px_m);
    s->widen = is_wide ? 2 : 1;
    s->reach = is_wide ? NULL : reach; /* to mask all that is near */
    copy_frame(s, measured, out);
    if (moves(parallax_px_m, (size_t)s->width * (size_t)s->height)) {
        bs_tears_start(s);
        rc = peel(b, 0, method, resp, out, err);
        if (rc != BS_OK)
            return rc;
    }
    if (s->n_spots > s->first) {
        bs_tears_peeled(s);
        bs_scene_peel(s);
        rc = peel(b, 1, method, resp, out, err);
        if (rc != BS_OK)
            return rc;
        bs_tears_again(s);
        mark_torn(s, s->tears_other, 2, out);
    }
    bs_layers_finish(out);
    return BS_OK;
}
