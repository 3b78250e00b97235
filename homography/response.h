/*
 * homography/response.h - how 8-bit pixel values stand for light. Part of the public interface.
 *
 * A camera response is two tables: the light of each of the 256 values, and the light at which each value
 * begins when light is encoded again.  Every value's light lies between its own two bounds, so encoding what
 * was decoded returns it exactly.
 */
#ifndef BS_RESPONSE_H
#define BS_RESPONSE_H

#include "homography/api.h"
#include "homography/error.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum bs_response_kind {
    BS_RESPONSE_AUTO,     /* what the source is known to have: its renderer's curve for SceneNet, else sRGB */
    BS_RESPONSE_SRGB,     /* IEC 61966-2-1 */
    BS_RESPONSE_LINEAR,   /* values are light */
    BS_RESPONSE_GAMMA,    /* light = value ^ gamma */
    BS_RESPONSE_SCENENET, /* tone curve of SceneNet RGB-D's renderer */
    BS_RESPONSE_NONE,     /* average the encoded values, as many published sets did */
} bs_response_kind;

typedef struct bs_response {
    float light[256]; /* of value i, 0 to 1 */
    float bound[256]; /* least light that is encoded as i; bound[0] is not used */
} bs_response;

/* 'gamma' counts for BS_RESPONSE_GAMMA only, 0.1 to 10.  AUTO is sRGB.  BS_EINVAL for a gamma out of
 * range. */
BS_API int bs_response_make(bs_response_kind kind, double gamma, bs_response *out, bs_err *err);

#ifdef __cplusplus
}
#endif

#endif /* BS_RESPONSE_H */
