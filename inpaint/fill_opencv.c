/* The background filled by cv::inpaint, for those who want the field's usual methods. */
#include "inpaint/builder.h"

#include "homography/sensor_px.h"
#include "inpaint/opencv.h"

int bs_fill_opencv(bs_builder *b, const bs_response *resp, int telea, bs_err *err)
{
    bs_scene *s = &b->scene;
    const size_t n = (size_t)s->width * (size_t)s->height;
    uint8_t *rgb, *mask;
    int rc = BS_OK;

    if (s->first == s->n_spots) /* nothing is hidden */
        return BS_OK;
    rc = bs_builder_scratch(b, n, 4, err);
    if (rc != BS_OK)
        return rc;
    rgb = b->scratch;
    mask = rgb + 3 * n;
    for (int y = 0; y < s->height; y++)
        for (int x = 0; x < s->width; x++) {
            const size_t i = bs_at(s, x, y);
            const float *light = bs_shown(s, x, y, bs_plane_at(s, x, y));

            mask[i] = s->role[bs_plane_at(s, x, y)] & (BS_ROLE_HIDDEN | BS_ROLE_FAR) ? 255 : 0;
            for (size_t c = 0; c < 3; c++)
                rgb[3 * i + c] = bs_encode_px(resp, light[c]);
        }
    rc = bs_cv_inpaint(rgb, mask, s->width, s->height, BS_CV_RADIUS, telea, err);
    for (int k = s->first; rc == BS_OK && k < s->n_spots; k++)
        for (size_t c = 0; c < 3; c++)
            s->spots[k].rgbu[c] = resp->light[rgb[3 * bs_at(s, s->spots[k].x, s->spots[k].y) + c]];
    return rc;
}
