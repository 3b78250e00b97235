#include "tests/sensor_case.h"

#include <math.h>
#include <stdlib.h>

const sensor bad_sensor = {
    .ragged_px = 2.5f, .shift_px = { 1.0f, -0.6f }, .baseline = 20, .flying = 0.3f, .holes = 0.01f
};

/* Inverse depth between neighbours that is a step: several times the noise. */
#define STEP 0.03f

/* 0 to 1, a pure function of its arguments. */
static float random_at(int x, int y, uint32_t seed)
{
    uint32_t v = seed * 0x9e3779b9u + (uint32_t)x * 0x85ebca6bu + (uint32_t)y * 0xc2b2ae35u;

    v = (v ^ (v >> 15)) * 0x2c1b3c6du;
    v = (v ^ (v >> 12)) * 0x297a2d39u;
    return (float)((v ^ (v >> 15)) >> 8) / 16777216.0f;
}

/* -1 to 1, smooth over about four pixels. */
static float wander_at(int x, int y, uint32_t seed)
{
    const int cx = x / 4, cy = y / 4;
    const float fx = (float)(x % 4) / 4, fy = (float)(y % 4) / 4;
    const float top = (1 - fx) * random_at(cx, cy, seed) + fx * random_at(cx + 1, cy, seed);
    const float low = (1 - fx) * random_at(cx, cy + 1, seed) + fx * random_at(cx + 1, cy + 1, seed);

    return 2 * ((1 - fy) * top + fy * low) - 1;
}

static int clamp(int v, int n)
{
    return v < 0 ? 0 : v < n ? v : n - 1;
}

/* Inverse depth as if seen from elsewhere, outlines wandering. */
static void displace(const sensor *how, const float *z_m, int w, int h, uint32_t seed, float *inv)
{
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            const float dx = how->shift_px[0] + how->ragged_px * wander_at(x, y, seed + 1);
            const float dy = how->shift_px[1] + how->ragged_px * wander_at(x, y, seed + 2);
            const int sx = clamp((int)floorf((float)x + dx + 0.5f), w);
            const int sy = clamp((int)floorf((float)y + dy + 0.5f), h);

            inv[y * w + x] = 1 / z_m[sy * w + sx];
        }
}

/* Whether (x, y) is beside a step; '*other' is then inverse depth on its other side. */
static int beside_step(const float *inv, int w, int h, int x, int y, float *other)
{
    for (int d = 0; d < 9; d++) {
        const int nx = clamp(x + d % 3 - 1, w), ny = clamp(y + d / 3 - 1, h);

        *other = inv[ny * w + nx];
        if (fabsf(*other - inv[y * w + x]) > STEP)
            return 1;
    }
    return 0;
}

/* Whether a nearer thing on the right hides (x, y) from the projector. */
static int in_shadow(const float *row, int w, int x, float baseline)
{
    for (int k = x + 1; k < w && (float)(k - x) <= baseline * 2; k++)
        if (row[k] > row[x] + STEP && (float)(k - x) <= baseline * (row[k] - row[x]))
            return 1;
    return 0;
}

void sensor_see(const sensor *how, const float *z_m, int w, int h, uint32_t seed, float *seen)
{
    float *inv = malloc((size_t)w * (size_t)h * sizeof *inv);

    if (!inv)
        abort();
    displace(how, z_m, w, h, seed, inv);
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            const int i = y * w + x;
            float other, v = inv[i];
            const int edge = beside_step(inv, w, h, x, y, &other);

            if (edge && random_at(x, y, seed + 3) < how->flying)
                v += (other - v) * (0.2f + 0.6f * random_at(x, y, seed + 4));
            if (how->baseline > 0 && v > 0) {
                const float step = 1 / (8 * how->baseline), noise = random_at(x, y, seed + 5) +
                                                                    random_at(x, y, seed + 6) +
                                                                    random_at(x, y, seed + 7) - 1.5f;

                v = fmaxf(step * floorf(v / step + noise + 0.5f), step);
            }
            seen[i] = 1 / v;
            if ((how->baseline > 0 && in_shadow(inv + y * w, w, x, how->baseline)) ||
                random_at(x, y, seed + 8) < how->holes * (edge ? 4.0f : 1.0f))
                seen[i] = NAN;
        }
    free(inv);
}
