/*
 * homography/sensor_px.h - the one definition of how light becomes a pixel value: photon noise, then the
 * camera's response.
 *
 * Random numbers are Philox4x32-10 (Salmon et al. 2011, Random123) of (seed, sample, purpose, pixel): no
 * state, no order, so any pixel of any sample can be drawn anywhere.
 */
#ifndef BS_SENSOR_PX_H
#define BS_SENSOR_PX_H

#include <math.h>
#include <stdint.h>

#include <Random123/philox.h>

#include "homography/api.h"
#include "homography/response.h"

/* What a random number is for: the third word of the counter. */
#define BS_DRAW_EXPOSURE 1u /* length and start of an exposure; pixel = attempt */
#define BS_DRAW_SPLIT 2u
#define BS_DRAW_NOISE 16u /* + channel */
#define BS_DRAW_IMU 32u   /* an IMU's constant errors; pixel = 0 to 16.  The next four: 3 reading + axis */
#define BS_DRAW_IMU_GYRO 33u
#define BS_DRAW_IMU_ACCEL 34u
#define BS_DRAW_IMU_GYRO_WALK 35u
#define BS_DRAW_IMU_ACCEL_WALK 36u
#define BS_DRAW_BLUR 48u  /* the wanted blur; pixel = 0 */
#define BS_DRAW_SHAKE 64u /* + attempt (below 64): made motion; pixel = number of the draw (imu/shake*.c) */

/* Below this mean a Poisson count is drawn by exact inversion, above it from a normal with skewness. */
#define BS_POISSON_EXACT 16.0f

/* No count that is drawn so is larger: sixteen deviations beyond the largest mean. */
#define BS_POISSON_MOST 80

#define BS_EXP_MINUS_1 0.36787944f

typedef struct bs_random {
    uint32_t v[4];
} bs_random;

BS_PX bs_random bs_draw(uint64_t seed, uint64_t sample, uint32_t purpose, uint32_t pixel)
{
    philox4x32_key_t key;
    philox4x32_ctr_t ctr;
    bs_random out;

    key.v[0] = (uint32_t)seed;
    key.v[1] = (uint32_t)(seed >> 32);
    ctr.v[0] = (uint32_t)sample;
    ctr.v[1] = (uint32_t)(sample >> 32);
    ctr.v[2] = purpose;
    ctr.v[3] = pixel;
    ctr = philox4x32(ctr, key);
    for (int i = 0; i < 4; i++)
        out.v[i] = ctr.v[i];
    return out;
}

/* Uniform in (0, 1), 24 bits. */
BS_PX float bs_unit(uint32_t bits)
{
    return ((float)(int)(bits >> 8) + 0.5f) * (1.0f / 16777216.0f);
}

/* The ones in three words. */
BS_PX int bs_ones(uint32_t a, uint32_t b, uint32_t c)
{
    uint32_t sum;

    a -= (a >> 1) & 0x55555555u;
    b -= (b >> 1) & 0x55555555u;
    c -= (c >> 1) & 0x55555555u;
    sum = (a & 0x33333333u) + ((a >> 2) & 0x33333333u) + (b & 0x33333333u) + ((b >> 2) & 0x33333333u) +
          (c & 0x33333333u) + ((c >> 2) & 0x33333333u); /* of four bits each, up to 12 in any */
    return (int)((((sum & 0x0f0f0f0fu) + ((sum >> 4) & 0x0f0f0f0fu)) * 0x01010101u) >> 24);
}

/*
 * A standard normal number from 128 bits without a logarithm: the ones among 96 coin tosses, spread evenly
 * over their step.  Variance 96 / 4 + 1 / 12; excess kurtosis -0.02; no value beyond 9.8.
 */
BS_PX float bs_normal(const bs_random *r)
{
    const float ones = (float)bs_ones(r->v[0], r->v[1], r->v[2]);

    return (ones - 48.0f + (bs_unit(r->v[3]) - 0.5f)) * 0.20376860f; /* 1 / sqrt(24 + 1/12) */
}

/* exp(-f) for 0 <= f < 1, by its series. */
BS_PX float bs_exp_series(float f)
{
    float e = 1.0f;

    for (int i = 9; i > 0; i--)
        e = fmaf(e, -f / (float)i, 1.0f);
    return e;
}

/* exp(-x) for 0 <= x < 17: whole steps by multiplication, the rest by its series (error below 3e-7). */
BS_PX float bs_exp_minus(float x)
{
    const int whole = (int)x;
    float e = bs_exp_series(x - (float)whole);

    for (int i = 0; i < whole; i++)
        e *= BS_EXP_MINUS_1;
    return e;
}

/* A Poisson count of mean 'mean' > 0, below BS_POISSON_EXACT, by inversion. */
BS_PX float bs_poisson_dark(float mean, const bs_random *r)
{
    const float u = bs_unit(r->v[0]);
    float count = 0.0f, p = bs_exp_minus(mean), sum = p;

    while (u > sum && count < (float)BS_POISSON_MOST) {
        count += 1.0f;
        p *= mean / count;
        sum += p;
    }
    return count;
}

/* The same from there on: Cornish-Fisher expansion to the skewness, rounded to a whole count. */
BS_PX float bs_poisson_bright(float mean, const bs_random *r)
{
    const float z = bs_normal(r);
    const float count = floorf(mean + sqrtf(mean) * z + (z * z - 1.0f) * (1.0f / 6.0f) + 0.5f);

    return count > 0.0f ? count : 0.0f;
}

/* A Poisson count of mean 'mean' >= 0. */
BS_PX float bs_poisson(float mean, const bs_random *r)
{
    if (!(mean > 0.0f))
        return 0.0f;
    return mean < BS_POISSON_EXACT ? bs_poisson_dark(mean, r) : bs_poisson_bright(mean, r);
}

/* The 8-bit value of 'light': how many of the response's bounds it reaches. */
BS_PX uint8_t bs_encode_px(const bs_response *resp, float light)
{
    int code = 0;

    for (int step = 128; step > 0; step >>= 1)
        if (light >= resp->bound[code + step])
            code += step;
    return (uint8_t)code;
}

/* One channel of one pixel: 'peak' photo-electrons at light 1, 0 for no noise. */
BS_PX uint8_t bs_sensor_px(const bs_response *resp, float light, float peak, uint64_t seed, uint64_t sample,
                           uint32_t pixel, uint32_t channel)
{
    if (peak > 0.0f) {
        const bs_random r = bs_draw(seed, sample, BS_DRAW_NOISE + channel, pixel);

        light = bs_poisson(light * peak, &r) / peak;
    }
    return bs_encode_px(resp, light);
}

#endif /* BS_SENSOR_PX_H */
