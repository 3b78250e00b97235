/* The background filled by cv::inpaint, for those who want the field's usual methods. */
#include "inpaint/builder.h"

#include "homography/sensor_px.h"
#include "inpaint/opencv.h"

int bs_fill_opencv(bs_builder *b, const bs_response *resp, int telea, bs_err *err)
{
    bs_scene *s = &b->scene;
    const size_t n = (size_t)s->width * (size_t)s->height;
    int rc, any = 0;

    if (s->width < 3 || s->height < 3) { /* cv::inpaint reads beyond an image one pixel high */
        bs_fill_background(s);
        return BS_OK;
    }
    for (size_t i = 0; i < n; i++) {
        b->cv_mask[i] = s->role[i] & (BS_ROLE_HIDDEN | BS_ROLE_FAR) ? 255 : 0;
        any |= b->cv_mask[i];
        for (size_t c = 0; c < 3; c++)
            b->cv_rgb[3 * i + c] = bs_encode_px(resp, s->rgb[3 * i + c]);
    }
    if (!any) /* nothing is hidden */
        return BS_OK;
    rc = bs_cv_inpaint(b->cv_rgb, b->cv_mask, s->width, s->height, BS_CV_RADIUS, telea, err);
    for (size_t i = 0; rc == BS_OK && i < 3 * n; i++)
        s->fill[i] = resp->light[b->cv_rgb[i]];
    return rc;
}
