#include "homography/response.h"

#include <math.h>

/* Encoded value (0 to 1) to light, IEC 61966-2-1. */
static double srgb_light(double v)
{
    return v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
}

/* The inverse of the renderer's tone curve: v = 8.19 r below r = 0.05, else v = 20 r^0.01 + 1 - 20. */
static double scenenet_light(double v)
{
    return v < 8.19 * 0.05 ? v / 8.19 : pow((v + 19) / 20, 100);
}

static double light_of(bs_response_kind kind, double gamma, double v)
{
    switch (kind) {
    case BS_RESPONSE_GAMMA:
        return pow(v, gamma);
    case BS_RESPONSE_SCENENET:
        return scenenet_light(v);
    case BS_RESPONSE_LINEAR:
    case BS_RESPONSE_NONE:
        return v;
    case BS_RESPONSE_AUTO:
    case BS_RESPONSE_SRGB:
        break;
    }
    return srgb_light(v);
}

int bs_response_make(bs_response_kind kind, double gamma, bs_response *out, bs_err *err)
{
    if (kind == BS_RESPONSE_GAMMA && !(gamma >= 0.1 && gamma <= 10))
        return bs_fail(err, BS_EINVAL, "gamma %g: expected 0.1 to 10, e.g. 2.2", gamma);
    for (int i = 0; i < 256; i++) {
        out->light[i] = (float)light_of(kind, gamma, i / 255.0);
        /* Rounding to the nearest value happens in encoded values, hence a bound half-way between two. */
        out->bound[i] = i ? (float)light_of(kind, gamma, (i - 0.5) / 255.0) : 0.0f;
    }
    return BS_OK;
}
