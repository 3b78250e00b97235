/* The two layers of a frame, put together from what the passes found. */
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
    b->scene.ring = malloc(n * sizeof(float));
    b->scene.behind = malloc(3 * n * sizeof(float));
    b->scene.fill = malloc(3 * n * sizeof(float));
    b->scene.level = malloc(n * sizeof(int));
    b->scene.order = malloc(n * sizeof(int));
    /* Halves of odd sides are rounded up: with w + h + 64 to spare, all levels fit into 4/3 of the image. */
    b->pyramid = malloc((n + n / 3 + (size_t)width + (size_t)height + 64) * sizeof(float));
    b->plane = malloc(n * sizeof(float));
    b->plane_tears = malloc(n);
    b->cv_rgb = malloc(3 * n);
    b->cv_mask = malloc(n);
    if (!b->scene.role || !b->scene.tears || !b->scene.ring || !b->scene.behind || !b->scene.fill ||
        !b->scene.level || !b->scene.order || !b->pyramid || !b->plane || !b->plane_tears || !b->cv_rgb ||
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
    free((*b)->scene.ring);
    free((*b)->scene.behind);
    free((*b)->scene.fill);
    free((*b)->scene.level);
    free((*b)->scene.order);
    free((*b)->pyramid);
    free((*b)->plane);
    free((*b)->plane_tears);
    free((*b)->cv_rgb);
    free((*b)->cv_mask);
    free(*b);
    *b = NULL;
}

/* Each pixel as it is where the frame shows one surface; both layers alike. */
static void copy_frame(const bs_scene *s, const uint8_t *measured, bs_layers *out)
{
    const size_t n = (size_t)s->width * (size_t)s->height;

    for (size_t i = 0; i < n; i++) {
        const float seen = measured[i] ? 1.0f : 0.0f;

        for (size_t c = 0; c < 3; c++)
            out->front[4 * i + c] = out->back[4 * i + c] = s->rgb[3 * i + c];
        out->front[4 * i + 3] = 1.0f;
        out->back[4 * i + 3] = seen;
        out->geom[4 * i] = out->geom[4 * i + 1] = s->inv[i];
        out->geom[4 * i + 2] = seen;
        out->geom[4 * i + 3] = 0.0f;
    }
}

/* What pixel (x, y) of the ring or over a hidden surface holds in each layer. */
static void split_pixel(const bs_scene *s, int x, int y, bs_inpaint method, bs_layers *out)
{
    const size_t i = bs_at(s, x, y);
    float *front = &out->front[4 * i], *back = &out->back[4 * i], *geom = &out->geom[4 * i];
    bs_mix mix = { .cover = s->role[i] & BS_ROLE_RING ? 0.0f : 1.0f };

    if (s->role[i] & BS_ROLE_RING)
        geom[0] = s->ring[i];
    if (s->role[i] & BS_ROLE_HIDDEN) {
        geom[1] = s->behind[3 * i];
        geom[3] = method == BS_INPAINT_NONE ? BS_UNFILLED : 0;
        back[3] = 0.0f;
    }
    memcpy(mix.near, &s->rgb[3 * i], sizeof mix.near);
    memcpy(mix.far, s->role[i] & BS_ROLE_HIDDEN ? &s->fill[3 * i] : &s->rgb[3 * i], sizeof mix.far);
    /* A near pixel that is neither has nothing known behind it, and so nothing to be parted from. */
    if (s->role[i] & (BS_ROLE_FAR | BS_ROLE_HIDDEN) && s->role[i] & BS_ROLE_MIXED)
        mix = bs_unmix(s, x, y);
    for (int c = 0; c < 3; c++) {
        front[c] = mix.cover * mix.near[c];
        back[c] = mix.far[c];
    }
    front[3] = mix.cover;
}

/* Marks the cells whose depth in layer 'c' must not be interpolated. */
static void mark_torn(bs_builder *b, int c, int bit, bs_layers *out)
{
    const bs_scene *s = &b->scene;
    const size_t n = (size_t)s->width * (size_t)s->height;

    for (size_t i = 0; i < n; i++)
        b->plane[i] = out->geom[4 * i + (size_t)c];
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
            if (torn) {
                float *flags = &out->geom[4 * bs_at(s, x, y) + 3];
                *flags = (float)((int)*flags | bit);
            }
        }
}

/* Everything about the frame that tears and parallax decide: roles, hidden depth, hidden colour. */
static int study(bs_builder *b, bs_inpaint method, const bs_response *resp, bs_err *err)
{
    bs_scene *s = &b->scene;
    const size_t n = (size_t)s->width * (size_t)s->height;

    memset(s->role, 0, n);
    memset(s->level, 0, n * sizeof *s->level);
    s->widen = method == BS_INPAINT_TELEA || method == BS_INPAINT_NS ? 2 : 1;
    bs_tears_find(s, s->inv, s->tears);
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

int bs_layers_build(bs_builder *b, const float *rgb, const float *inv_depth, const uint8_t *measured,
                    double parallax_px_m, bs_inpaint method, const bs_response *resp, bs_layers *out,
                    bs_err *err)
{
    bs_scene *s = &b->scene;
    int rc;

    s->rgb = rgb;
    s->inv = inv_depth;
    s->parallax_px_m = (float)parallax_px_m;
    s->tear_inv = parallax_px_m > 0 ? BS_TEAR_PX / (float)parallax_px_m : INFINITY;
    copy_frame(s, measured, out);
    if (parallax_px_m > 0) {
        rc = study(b, method, resp, err);
        if (rc != BS_OK)
            return rc;
        for (int y = 0; y < s->height; y++)
            for (int x = 0; x < s->width; x++)
                if (s->role[bs_at(s, x, y)] & (BS_ROLE_RING | BS_ROLE_HIDDEN))
                    split_pixel(s, x, y, method, out);
        mark_torn(b, 0, BS_TORN_FRONT, out);
        mark_torn(b, 1, BS_TORN_BACK, out);
    }
    bs_layers_bound(out);
    return BS_OK;
}
