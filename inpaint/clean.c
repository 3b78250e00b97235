/* The pass that makes a sensor's depth fit for warping. */
#include "inpaint/clean.h"

#include <math.h>

#include "inpaint/builder.h"

/* Bytes of a pixel that the pass needs. */
#define BS_CLEAN_PX ((3 + 3) * sizeof(float) + 2 * sizeof(int) + 2)

/* Places the pass's planes one after the other; returns the second plane for outlines. */
static float *place(bs_clean *c, size_t n, void *at)
{
    float *other;

    c->guide = at;
    c->cost = c->guide + 3 * n;
    c->label = c->cost + n;
    other = c->label + n;
    c->dist = (int *)(other + n);
    c->way = c->dist + n;
    c->tears = (uint8_t *)(c->way + n);
    c->seed = c->tears + n;
    return other;
}

int bs_depth_clean(bs_builder *b, const float *depth_m, const float *rgb, float *inv_depth, uint8_t *measured,
                   bs_err *err)
{
    const size_t n = (size_t)b->scene.width * (size_t)b->scene.height;
    bs_clean c = { .s = &b->scene, .prior = inv_depth, .known = measured };
    int rc = bs_depth_complete(b, depth_m, inv_depth, measured, err);
    float *other;

    rc = rc ? rc : bs_builder_scratch(b, n, BS_CLEAN_PX, err);
    if (rc != BS_OK)
        return rc;
    other = place(&c, n, b->scratch);
    if (!bs_clean_doubt(&c))
        return BS_OK;
    for (size_t i = 0; i < 3 * n; i++)
        c.guide[i] = rgb[i] > 0 ? sqrtf(rgb[i]) : 0;
    bs_clean_flood(&c);
    bs_clean_outline(&c, other);
    for (size_t i = 0; i < n; i++) {
        if (measured[i] && bs_clean_apart(c.label[i], inv_depth[i]))
            measured[i] = 0;
        inv_depth[i] = c.label[i];
    }
    return BS_OK;
}
