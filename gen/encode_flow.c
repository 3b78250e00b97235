#include "gen/encode.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "numbers are written as they lie in memory");
_Static_assert(sizeof(float) == 4, ".flo holds 32-bit floats");

#define FLO_MAGIC 202021.25f /* the letters "PIEH" */
#define FLO_UNKNOWN 1e10f    /* readers take whatever exceeds 1e9 for unknown */

#define KITTI_SCALE 64.0 /* steps per pixel */
#define KITTI_ZERO 32768.0
#define KITTI_MAX_PX 512.0

/* A vector with one unknown component is unknown. */
static int is_unknown(const float *uv)
{
    return isnan(uv[0]) || isnan(uv[1]);
}

int bs_encode_flo(const float *uv, int width, int height, bs_bytes *out, bs_err *err)
{
    const struct {
        float magic;
        int32_t width, height;
    } head = { FLO_MAGIC, width, height };
    const size_t n = (size_t)width * (size_t)height;
    const size_t n_before = out->n;
    float part[2048];
    int rc;

    assert(width > 0 && height > 0);
    rc = bs_bytes_append(out, &head, sizeof head, err);
    for (size_t i = 0; i < n && rc == BS_OK;) {
        size_t n_part = 0;

        for (; n_part < sizeof part / sizeof *part && i < n; i++, n_part += 2) {
            const int unknown = is_unknown(uv + 2 * i);

            part[n_part] = unknown ? FLO_UNKNOWN : uv[2 * i];
            part[n_part + 1] = unknown ? FLO_UNKNOWN : uv[2 * i + 1];
        }
        rc = bs_bytes_append(out, part, n_part * sizeof *part, err);
    }
    if (rc != BS_OK)
        out->n = n_before;
    return rc;
}

/* 0 to 65535, or -1 for what KITTI cannot say: NaN, beyond +-512 px, or rounded up to +512 px exactly. */
static int kitti_step(float px)
{
    double step;

    if (!(fabs((double)px) <= KITTI_MAX_PX))
        return -1;
    step = floor((double)px * KITTI_SCALE + KITTI_ZERO + 0.5);
    return step <= 65535.0 ? (int)step : -1;
}

int bs_encode_kitti(const float *uv, int width, int height, int level, bs_png_scratch *scratch, bs_bytes *out,
                    bs_err *err)
{
    const size_t n = (size_t)width * (size_t)height;
    uint16_t *rgb;
    int rc;

    assert(width > 0 && height > 0);
    rgb = calloc(n, 3 * sizeof *rgb);
    if (!rgb)
        return bs_fail(err, BS_ENOMEM, "no memory for a flow image of %dx%d", width, height);
    for (size_t i = 0; i < n; i++) {
        const int u = kitti_step(uv[2 * i]), v = kitti_step(uv[2 * i + 1]);

        if (u < 0 || v < 0)
            continue;
        rgb[3 * i] = (uint16_t)u;
        rgb[3 * i + 1] = (uint16_t)v;
        rgb[3 * i + 2] = 1;
    }
    rc = bs_encode_png16(rgb, width, height, 3, level, scratch, out, err);
    free(rgb);
    return rc;
}
