#include "gen/scatter.h"

#include <stdlib.h>
#include <string.h>

#include "inpaint/opencv.h"

int bs_scatter_create(int width, int height, bs_scatter *out, bs_err *err)
{
    bs_scatter s = { 0 };
    const int rc = bs_reverse_create(width, height, &s.map, err);
    size_t n;

    if (rc != BS_OK)
        return rc;
    n = (size_t)width * (size_t)height;
    s.warped = malloc(3 * n);
    s.holes = malloc(n);
    s.known = malloc(n * sizeof *s.known);
    if (!s.warped || !s.holes || !s.known) {
        bs_scatter_destroy(&s);
        return bs_fail(err, BS_ENOMEM, "no memory to scatter a %dx%d frame", width, height);
    }
    *out = s;
    return BS_OK;
}

void bs_scatter_destroy(bs_scatter *s)
{
    bs_reverse_destroy(&s->map);
    free(s->warped);
    free(s->holes);
    free(s->known);
    *s = (bs_scatter){ 0 };
}

bs_inpaint bs_inpaint_in_force(bs_method method, bs_inpaint inpaint)
{
    return method == BS_METHOD_SCATTER && inpaint == BS_INPAINT_BACKGROUND ? BS_INPAINT_TELEA : inpaint;
}

int bs_scatter_check(bs_inpaint inpaint, bs_err *err)
{
    if (inpaint != BS_INPAINT_NONE && !bs_cv_available())
        return bs_fail(err, BS_EINVAL,
                       "--method scatter fills holes with OpenCV, and this blursynth was built without it; "
                       "add --inpaint none, or install libopencv-photo-dev and build again");
    return BS_OK;
}

/* Fills the holes of the warped frame and makes them none, if that is asked for and can be done. */
static int fill(bs_scatter *s, int n_holes, bs_inpaint inpaint, bs_err *err)
{
    const int w = s->map.width, h = s->map.height;
    const size_t n = (size_t)w * (size_t)h;
    int rc;

    /* cv::inpaint reads beyond an image one pixel high, and fills from nothing with nothing. */
    if (!n_holes || (size_t)n_holes == n || inpaint == BS_INPAINT_NONE || w < 3 || h < 3)
        return BS_OK;
    rc = bs_cv_inpaint(s->warped, s->holes, w, h, BS_CV_RADIUS, inpaint == BS_INPAINT_TELEA, err);
    memset(s->holes, 0, n);
    return rc;
}

static void add(bs_scatter *s, const uint8_t *measured, const bs_response *resp, float *blur, float *seen)
{
    const size_t n = (size_t)s->map.width * (size_t)s->map.height;

    for (size_t i = 0; i < n; i++) {
        const int32_t from = s->map.source[i];

        seen[i] += from >= 0 && measured[from] ? 1.0f : 0.0f;
        if (s->holes[i])
            continue;
        s->known[i]++;
        for (size_t c = 0; c < 3; c++)
            blur[3 * i + c] += resp->light[s->warped[3 * i + c]];
    }
}

static void divide(const bs_scatter *s, const bs_synth_input *in, const bs_response *resp, float *blur,
                   float *seen)
{
    const size_t n = (size_t)s->map.width * (size_t)s->map.height;

    for (size_t i = 0; i < n; i++) {
        seen[i] /= (float)in->n_poses;
        for (size_t c = 0; c < 3; c++)
            blur[3 * i + c] =
                s->known[i] ? blur[3 * i + c] / (float)s->known[i] : resp->light[in->rgb[3 * i + c]];
    }
}

int bs_scatter_blur(bs_scatter *s, const bs_synth_input *in, const float *inv_depth, const uint8_t *measured,
                    bs_inpaint inpaint, const bs_response *resp, float *blur, float *seen, bs_err *err)
{
    const size_t n = (size_t)s->map.width * (size_t)s->map.height;

    memset(s->known, 0, n * sizeof *s->known);
    memset(blur, 0, 3 * n * sizeof *blur);
    memset(seen, 0, n * sizeof *seen);
    for (int i = 0; i < in->n_poses; i++) {
        int n_holes, rc;

        bs_reverse_scatter(&in->camera, &in->T_anchor_cam[i], inv_depth, &s->map);
        n_holes = bs_reverse_copy(&s->map, in->rgb, s->warped, s->holes);
        rc = fill(s, n_holes, inpaint, err);
        if (rc != BS_OK)
            return rc;
        add(s, measured, resp, blur, seen);
    }
    divide(s, in, resp, blur, seen);
    return BS_OK;
}
