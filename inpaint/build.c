/* The layers of a frame, put together from what the passes found. */
#include "inpaint/background.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "homography/camera.h"
#include "inpaint/builder.h"
#include "inpaint/unmix.h"

int bs_builder_create(int width, int height, bs_builder **out, bs_err *err)
{
    const size_t n = (size_t)width * (size_t)height;
    bs_builder *b = NULL;

    if (width < 1 || height < 1 || width > BS_MAX_SIDE || height > BS_MAX_SIDE)
        return bs_fail(err, BS_EINVAL, "image size %dx%d; each side must be 1 to %d pixels", width, height,
                       BS_MAX_SIDE);
    b = calloc(1, sizeof *b);
    if (!b)
        return bs_fail(err, BS_ENOMEM, "no memory for a %dx%d frame", width, height);
    b->scene.width = width;
    b->scene.height = height;
    b->scene.role = malloc(n);
    b->scene.tears = malloc(n);
    b->scene.rims = malloc(n);
    b->scene.ring = malloc(n * sizeof(float));
    b->scene.behind = malloc(3 * n * sizeof(float));
    b->scene.fill = malloc(3 * n * sizeof(float));
    b->scene.unsure = malloc(n * sizeof(float));
    b->scene.level = malloc(n * sizeof(int));
    b->scene.order = malloc(n * sizeof(int));
    /* Halves of odd sides are rounded up: with w + h + 64 to spare, all levels fit into 4/3 of the image. */
    b->pyramid = malloc((n + n / 3 + (size_t)width + (size_t)height + 64) * sizeof(float));
    b->plane = malloc(n * sizeof(float));
    b->plane_tears = malloc(n);
    b->peeled_rgb = malloc(3 * n * sizeof(float));
    b->peeled_inv = malloc(n * sizeof(float));
    b->peeled_state = malloc(n);
    b->cv_rgb = malloc(3 * n);
    b->cv_mask = malloc(n);
    if (!b->scene.role || !b->scene.tears || !b->scene.rims || !b->scene.ring || !b->scene.behind ||
        !b->scene.fill || !b->scene.unsure || !b->scene.level || !b->scene.order || !b->pyramid ||
        !b->plane || !b->plane_tears || !b->peeled_rgb || !b->peeled_inv || !b->peeled_state || !b->cv_rgb ||
        !b->cv_mask) {
        bs_builder_destroy(&b);
        return bs_fail(err, BS_ENOMEM, "no memory for a %dx%d frame", width, height);
    }
    *out = b;
    return BS_OK;
}

void bs_builder_destroy(bs_builder **b)
{
    if (!*b)
        return;
    free((*b)->scene.role);
    free((*b)->scene.tears);
    free((*b)->scene.rims);
    free((*b)->scene.ring);
    free((*b)->scene.behind);
    free((*b)->scene.fill);
    free((*b)->scene.unsure);
    free((*b)->scene.level);
    free((*b)->scene.order);
    free((*b)->pyramid);
    free((*b)->plane);
    free((*b)->plane_tears);
    free((*b)->peeled_rgb);
    free((*b)->peeled_inv);
    free((*b)->peeled_state);
    free((*b)->cv_rgb);
    free((*b)->cv_mask);
    free(*b);
    *b = NULL;
}

/* Layer 'k' as the peeled frame has it, before anything of it is parted. */
static void copy_frame(const bs_builder *b, int k, bs_layers *out)
{
    for (int y = 0; y < out->height; y++)
        for (int x = 0; x < out->width; x++) {
            const size_t i = bs_at(&b->scene, x, y), o = bs_texel_at(out, x, y);
            const int state = b->peeled_state[i];
            float *light = &out->light[k][4 * o];

            light[3] = state & BS_PEELED_UNKNOWN ? 0.0f : 1.0f;
            for (size_t c = 0; c < 3; c++)
                light[c] = light[3] * b->peeled_rgb[3 * i + c];
            out->inv[k][o] = b->peeled_inv[i];
            out->bits[o] = (uint8_t)((k ? out->bits[o] : 0) | (state & BS_PEELED_SEEN ? 1 << k : 0));
        }
}

/* Parts what pixel (x, y) shows of layer 'k' from what lies behind, which becomes the peeled frame. */
static void peel_pixel(bs_builder *b, int x, int y, int k, bs_inpaint method, bs_layers *out)
{
    const bs_scene *s = &b->scene;
    const size_t i = bs_at(s, x, y), o = bs_texel_at(out, x, y);
    const int parted = method == BS_INPAINT_NONE ? BS_ROLE_FAR : BS_ROLE_FAR | BS_ROLE_HIDDEN;
    float *light = &out->light[k][4 * o];
    bs_mix mix = { .cover = b->peeled_state[i] & BS_PEELED_UNKNOWN ? 0.0f : 1.0f };

    /* Not even the ring of a slanted surface may come before the layers in front of it. */
    if (s->role[i] & BS_ROLE_RING && (k == 0 || s->ring[i] <= out->inv[k - 1][o])) {
        out->inv[k][o] = s->ring[i];
        mix.cover = 0;
    }
    memcpy(mix.near, &s->rgb[3 * i], sizeof mix.near);
    memcpy(mix.far, s->role[i] & BS_ROLE_HIDDEN ? &s->fill[3 * i] : &s->rgb[3 * i], sizeof mix.far);
    /* A near pixel that is not hidden has nothing known behind it, and so nothing to be parted from; and
     * where three surfaces meet, colour no longer tells their shares. */
    if (k == 0 && s->role[i] & parted && s->role[i] & BS_ROLE_MIXED)
        mix = bs_unmix(s, x, y);
    for (size_t c = 0; c < 3; c++) {
        light[c] = mix.cover * mix.near[c];
        b->peeled_rgb[3 * i + c] = mix.far[c];
    }
    light[3] = mix.cover;
    if (s->role[i] & BS_ROLE_HIDDEN) {
        b->peeled_inv[i] = s->behind[3 * i];
        b->peeled_state[i] = method == BS_INPAINT_NONE ? BS_PEELED_UNKNOWN : 0;
    }
}

/* Everything about the frame that its tears and parallax decide: roles, hidden depth, hidden colour. */
static int study(bs_builder *b, bs_inpaint method, const bs_response *resp, bs_err *err)
{
    bs_scene *s = &b->scene;
    const size_t n = (size_t)s->width * (size_t)s->height;

    memset(s->role, 0, n * sizeof *s->role);
    memset(s->unsure, 0, n * sizeof *s->unsure);
    s->widen = method == BS_INPAINT_TELEA || method == BS_INPAINT_NS ? 2 : 1;
    bs_ring_grow(s);
    bs_behind_grow(s);
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

/* Makes layers k and k + 1 of the scene, whose tears are known, and of the peeled frame. */
static int peel(bs_builder *b, int k, bs_inpaint method, const bs_response *resp, bs_layers *out, bs_err *err)
{
    const bs_scene *s = &b->scene;
    const int rc = study(b, method, resp, err);

    if (rc != BS_OK)
        return rc;
    for (int y = 0; y < s->height; y++)
        for (int x = 0; x < s->width; x++)
            if (s->role[bs_at(s, x, y)] & (BS_ROLE_RING | BS_ROLE_HIDDEN))
                peel_pixel(b, x, y, k, method, out);
    copy_frame(b, k + 1, out);
    return BS_OK;
}

/* Marks the cells whose depth in layer 'k' must not be interpolated. */
static void mark_torn(bs_builder *b, int k, bs_layers *out)
{
    const bs_scene *s = &b->scene;

    for (int y = 0; y < s->height; y++)
        memcpy(&b->plane[bs_at(s, 0, y)], &out->inv[k][bs_texel_at(out, 0, y)],
               (size_t)s->width * sizeof *b->plane);
    bs_tears_find(s, b->plane, b->plane_tears);
    for (int y = 0; y < s->height; y++)
        for (int x = 0; x < s->width; x++) {
            const int right = x + 1 < s->width, down = y + 1 < s->height;
            const uint8_t *t = &b->plane_tears[bs_at(s, x, y)];
            int torn = t[0] & (BS_TEAR_RIGHT | BS_TEAR_DOWN | BS_TEAR_DIAG);

            if (right)
                torn |= t[1] & (BS_TEAR_DOWN | BS_TEAR_ANTI);
            if (down)
                torn |= t[s->width] & BS_TEAR_RIGHT;
            if (torn)
                out->inv[k][bs_texel_at(out, x, y)] *= -1.0f;
        }
}

int bs_layers_build(bs_builder *b, const float *rgb, const float *inv_depth, const uint8_t *measured,
                    const float *parallax_px_m, bs_inpaint method, const bs_response *resp, bs_layers *out,
                    bs_err *err)
{
    bs_scene *s = &b->scene;
    const size_t n = (size_t)s->width * (size_t)s->height;
    int rc = BS_OK, moves = 0;

    memcpy(b->peeled_rgb, rgb, 3 * n * sizeof *rgb);
    memcpy(b->peeled_inv, inv_depth, n * sizeof *inv_depth);
    for (size_t i = 0; i < n; i++)
        b->peeled_state[i] = measured[i] ? BS_PEELED_SEEN : 0;
    for (size_t i = 0; i < n; i++)
        moves |= parallax_px_m[i] > 0;
    copy_frame(b, 0, out);
    if (moves) {
        s->rgb = rgb;
        s->inv = inv_depth;
        s->parallax_px_m = parallax_px_m;
        bs_tears_find(s, s->inv, s->tears);
        memcpy(s->rims, s->tears, n);
        rc = peel(b, 0, method, resp, out, err);
        if (rc != BS_OK)
            return rc;
        s->rgb = b->peeled_rgb;
        s->inv = b->peeled_inv;
        bs_tears_peeled(s, b->plane_tears);
        rc = peel(b, 1, method, resp, out, err);
        if (rc != BS_OK)
            return rc;
        for (int k = 0; k < BS_LAYERS; k++)
            mark_torn(b, k, out);
    } else {
        copy_frame(b, 1, out);
        copy_frame(b, 2, out);
    }
    bs_layers_finish(out);
    return BS_OK;
}
