#include "homography/encoder.h"

#include <string.h>

#include "homography/sensor_px.h"

/* Lights whose bits are found together. */
#define RUN 64

static uint32_t bits_of(float light)
{
    uint32_t bits;

    memcpy(&bits, &light, sizeof bits);
    return bits;
}

/* The least float of a key. */
static float least_of(uint32_t key)
{
    const uint32_t bits = key << 16;
    float light;

    memcpy(&light, &bits, sizeof light);
    return light;
}

void bs_encoder_make(const bs_response *resp, bs_encoder *out)
{
    const uint32_t last = bits_of(1.0f) >> 16;
    uint32_t key = (bits_of(resp->bound[1]) >> 16) - 1; /* below the first bound all the way */
    int code = 1;                                       /* the next bound */

    out->resp = resp;
    out->has_table = 1;
    out->first_key = key;
    out->least = least_of(key);
    for (; key <= last; key++) {
        uint32_t *entry = &out->entry[key - out->first_key];

        while (code < 256 && resp->bound[code] <= least_of(key))
            code++;
        *entry = (uint32_t)(code - 1) << 16;
        if (code == 256 || bits_of(resp->bound[code]) >> 16 != key)
            continue;
        *entry += 0x10000 - (bits_of(resp->bound[code]) & 0xffff);
        code++;
        if (code < 256 && bits_of(resp->bound[code]) >> 16 == key)
            out->has_table = 0;
    }
}

/* The bits of RUN lights, none below e->least or above 1. */
static void find_bits(const bs_encoder *e, const float *light, uint32_t bits[RUN])
{
    float clamped[RUN];

    for (int i = 0; i < RUN; i++) {
        const float above = light[i] > e->least ? light[i] : e->least; /* NaN is no light */

        clamped[i] = above < 1.0f ? above : 1.0f;
    }
    memcpy(bits, clamped, sizeof clamped);
}

static void encode_run(const bs_encoder *e, const float *light, int n, uint8_t *encoded)
{
    uint32_t bits[RUN];

    find_bits(e, light, bits);
    for (int i = 0; i < n; i++)
        encoded[i] = (uint8_t)((e->entry[(bits[i] >> 16) - e->first_key] + (bits[i] & 0xffff)) >> 16);
}

void bs_encode(const bs_encoder *e, const float *light, size_t n, uint8_t *encoded)
{
    float rest[RUN] = { 0 };
    size_t i = 0;

    if (e->has_table) {
        for (; n - i >= RUN; i += RUN)
            encode_run(e, &light[i], RUN, &encoded[i]);
        memcpy(rest, &light[i], (n - i) * sizeof *light);
        encode_run(e, rest, (int)(n - i), &encoded[i]);
        return;
    }
    for (; i < n; i++)
        encoded[i] = bs_encode_px(e->resp, light[i]);
}
