/* The pass that makes a sensor's depth fit for warping. */
#include "inpaint/clean.h"

#include <math.h>

#include "inpaint/builder.h"

int bs_depth_clean(bs_builder *b, const float *depth_m, const float *rgb, float *inv_depth, uint8_t *measured,
                   bs_err *err)
{
    bs_scene *s = &b->scene;
    const size_t n = (size_t)s->width * (size_t)s->height;
    bs_clean c = { .s = s,
                   .prior = inv_depth,
                   .known = measured,
                   .guide = s->fill,
                   .tears = s->tears,
                   .dist = s->level,
                   .way = s->order,
                   .seed = s->rims,
                   .cost = s->ring,
                   .label = b->plane };
    const int rc = bs_depth_complete(b, depth_m, inv_depth, measured, err);

    if (rc != BS_OK || !bs_clean_doubt(&c))
        return rc;
    for (size_t i = 0; i < 3 * n; i++)
        c.guide[i] = rgb[i] > 0 ? sqrtf(rgb[i]) : 0;
    bs_clean_flood(&c);
    bs_clean_outline(&c, s->behind);
    for (size_t i = 0; i < n; i++) {
        if (measured[i] && bs_clean_apart(c.label[i], inv_depth[i]))
            measured[i] = 0;
        inv_depth[i] = c.label[i];
    }
    return BS_OK;
}
