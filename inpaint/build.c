/* The layers of a frame, by one thread. */
#include "inpaint/background.h"

#include <math.h>
#include <string.h>

#include "homography/camera.h"
#include "inpaint/build_px.h"
#include "inpaint/builder.h"

/* A row of layer 0 where there are no edges. */
static void copy_row(const float *restrict rgb, const uint8_t *restrict measured, int n,
                     float *restrict light, uint8_t *restrict bits)
{
    for (int x = 0; x + 1 < n; x++) { /* four floats at a time */
        memcpy(&light[4 * x], &rgb[3 * x], 4 * sizeof *light);
        light[4 * x + 3] = 1;
    }
    memcpy(&light[4 * n - 4], &rgb[3 * n - 3], 3 * sizeof *light);
    light[4 * n - 1] = 1;
    for (int x = 0; x < n; x++)
        bits[x] = bs_bits_of(measured[x]);
}

void bs_copy_frame(const bs_scene *s, const uint8_t *measured, bs_layers *out)
{
    const size_t width = (size_t)s->width;

    bs_layers_join(out);
    for (int y = 0; y < s->height; y++) {
        const size_t o = bs_texel_at(out, 0, y), i = bs_at(s, 0, y);

        copy_row(&s->rgb[3 * i], &measured[i], s->width, &out->light[0][4 * o], &out->bits[o]);
        memcpy(&out->inv[0][o], &s->inv[bs_plane_at(s, 0, y)], width * sizeof *s->inv);
    }
}

/* Marks the torn cells of a row, from its own tears and those of the row below. */
static void find_torn(const uint8_t *restrict row, const uint8_t *restrict below, int n,
                      uint8_t *restrict out)
{
    for (int x = 0; x < n; x++)
        out[x] = (uint8_t)bs_cell_torn(row[x], row[x + 1], below[x]);
}

void bs_mark_torn(bs_scene *s, int k, bs_layers *out)
{
    uint8_t torn[BS_MAX_SIDE];

    for (int y = 0; y < s->height; y++) {
        const uint8_t *row = &s->tears_other[bs_plane_at(s, 0, y)];
        int n;

        find_torn(row, row + s->stride, s->width, torn);
        n = bs_list_marked(torn, 0, s->width, s->marked);
        for (int i = 0; i < n; i++)
            bs_mark_cell(out, k, bs_texel_at(out, s->marked[i], y));
    }
}

/* Colours of what is hidden.  cv::inpaint reads beyond an image one pixel high. */
static int fill(bs_builder *b, bs_inpaint method, const bs_response *resp, bs_err *err)
{
    const int is_opencv = method == BS_INPAINT_TELEA || method == BS_INPAINT_NS;

    if (is_opencv && b->scene.width >= 3 && b->scene.height >= 3)
        return bs_fill_opencv(b, resp, method == BS_INPAINT_TELEA, err);
    bs_fill_background(&b->scene); /* even by NONE: unmixing silhouettes wants the colour behind them */
    return BS_OK;
}

int bs_layers_build(bs_builder *b, const float *rgb, const float *inv_depth, const uint8_t *measured,
                    const float *parallax_px_m, const bs_reach *reach, bs_inpaint method,
                    const bs_response *resp, bs_layers *out, bs_err *err)
{
    const int is_wide = method == BS_INPAINT_TELEA || method == BS_INPAINT_NS;
    bs_scene *s = &b->scene;
    int rc = BS_OK, more;

    s->widen = is_wide ? 2 : 1;
    s->reach = is_wide ? NULL : reach; /* to mask all that is near */
    do {
        more = bs_build_start(s, rgb, inv_depth, measured, parallax_px_m, out);
        for (int k = 0; rc == BS_OK && more > 0; k++) {
            rc = fill(b, method, resp, err);
            if (rc == BS_OK)
                more = bs_build_on(s, k, method, out);
        }
        if (more < 0)
            rc = bs_scene_grow(s, err);
    } while (rc == BS_OK && more < 0); /* anew, with room for more */
    return rc;
}
