#include "tests/scene_parts.h"

#include <math.h>

/* Largest cell of the noise that mottles a surface, unless it says otherwise.  Four octaves end at 3 cm:
 * four pixels of a 320x240 camera at 2 m, so sixteen rays a pixel leave no grain. */
#define MOTTLE_M 0.25
#define OCTAVES 4

uint32_t scene_hash(uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
    uint32_t h = a * 0x9e3779b1u ^ (b * 0x85ebca77u + 0x165667b1u) ^ (c * 0xc2b2ae3du + 0x27d4eb2fu);

    /* The finaliser of MurmurHash3, once for each half. */
    for (int i = 0; i < 2; i++) {
        h ^= h >> 16;
        h *= 0x85ebca6bu;
        h ^= h >> 13;
        h *= 0xc2b2ae35u;
        h ^= h >> 16;
        h ^= d * 0x9e3779b1u * (uint32_t)(1 - i);
    }
    return h;
}

double scene_hash01(uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
    return scene_hash(a, b, c, d) / 4294967296.0;
}

static uint32_t cell(double x)
{
    return (uint32_t)(int32_t)floor(x);
}

static double fraction(double x)
{
    return x - floor(x);
}

static double smooth(double lo, double hi, double x)
{
    const double s = fmax(0, fmin(1, (x - lo) / (hi - lo)));

    return s * s * (3 - 2 * s);
}

/* Value noise in 0..1: one random value a lattice point, blended with a quintic so that slopes meet. */
static double noise(double x, double y, double z, uint32_t seed)
{
    const double f[3] = { fraction(x), fraction(y), fraction(z) };
    double w[3], sum = 0;

    for (int i = 0; i < 3; i++)
        w[i] = f[i] * f[i] * f[i] * (f[i] * (6 * f[i] - 15) + 10);
    for (uint32_t k = 0; k < 8; k++) {
        const uint32_t dx = k & 1, dy = k >> 1 & 1, dz = k >> 2;
        const double weight = (dx ? w[0] : 1 - w[0]) * (dy ? w[1] : 1 - w[1]) * (dz ? w[2] : 1 - w[2]);

        if (weight > 0)
            sum += weight * scene_hash01(cell(x) + dx, cell(y) + dy, cell(z) + dz, seed);
    }
    return sum;
}

/* Fractal noise, stretched so that it uses most of 0..1. */
static double fractal(double x, double y, double z, uint32_t seed)
{
    double sum = 0, amplitude = 0.5, total = 0;

    for (uint32_t i = 0; i < OCTAVES; i++) {
        const double k = 1u << i;

        sum += amplitude * noise(k * x, k * y, k * z, seed + i);
        total += amplitude;
        amplitude *= 0.58;
    }
    return smooth(0.22, 0.78, sum / total);
}

/* Each pattern answers with a mix of a (0) and b (1) and a factor of brightness. */
typedef struct shade {
    double mix, gain;
} shade;

static shade brick(const scene_texture *x, double u, double v)
{
    const double height = x->size_m * 0.36, joint = x->size_m * 0.055;
    const double row = v / height, along = u / x->size_m + 0.5 * (cell(row) & 1);
    const double du = fraction(along) * x->size_m, dv = fraction(row) * height;
    const double tone = scene_hash01(cell(along), cell(row), 7, x->seed);

    if (du < joint || dv < joint)
        return (shade){ 1, 1 };
    return (shade){ 0.12 * scene_hash01(cell(along), cell(row), 8, x->seed), 0.65 + 0.7 * tone };
}

static shade plank(const scene_texture *x, double u, double v)
{
    const double row = v / x->size_m, length = 9 * x->size_m;
    const double along = u / length + scene_hash01(cell(row), 1, 0, x->seed);
    const double tone = scene_hash01(cell(row), cell(along), 2, x->seed);
    const double grain = fractal(u / 0.5, v / 0.05, 7.0 * tone, x->seed + 11);
    const int gap = fraction(row) * x->size_m < 0.006 || fraction(along) * length < 0.006;

    return (shade){ 0.7 * grain, gap ? 0.3 : 0.7 + 0.55 * tone };
}

static shade dot(const scene_texture *x, double u, double v)
{
    const double row = v / x->size_m, along = u / x->size_m + 0.5 * (cell(row) & 1);
    const double du = fraction(along) - 0.5, dv = fraction(row) - 0.5;

    return (shade){ du * du + dv * dv < 0.09, 1 };
}

static shade spine(const scene_texture *x, double v)
{
    const double s = v / x->size_m; /* -0.5 .. 0.5 */
    const int band = fabs(s + 0.3) < 0.05 || fabs(s - 0.33) < 0.03;
    const int title = scene_hash01(x->seed, 3, 0, 0) < 0.5 && fabs(s + 0.02) < 0.14;

    return (shade){ band ? 1 : title ? 0.45 : 0, 1 };
}

static shade pattern(const scene_texture *x, const double p[3], double u, double v)
{
    const double size = x->size_m;

    switch (x->pattern) {
    case SCENE_CHECKER:
        return (shade){ (cell(u / size) + cell(v / size)) & 1,
                        0.85 + 0.3 * scene_hash01(cell(u / size), cell(v / size), 5, x->seed) };
    case SCENE_BRICK:
        return brick(x, u, v);
    case SCENE_PLANK:
        return plank(x, u, v);
    case SCENE_STRIPE:
        return (shade){ cell(u / size) & 1, 1 };
    case SCENE_CLOUD:
        return (shade){ fractal(p[0] / size, p[1] / size, p[2] / size, x->seed), 1 };
    case SCENE_BLOB:
        return (shade){ noise(p[0] / size, p[1] / size, p[2] / size, x->seed) > 0.5, 1 };
    case SCENE_DOT:
        return dot(x, u, v);
    case SCENE_SPINE:
        return spine(x, v);
    case SCENE_PLAIN:
        break;
    }
    return (shade){ 0, 1 };
}

void scene_texture_at(const scene_texture *x, const double local_m[3], const double uv[2], float rgb[3])
{
    const double p[3] = { local_m[0] + x->at_m[0], local_m[1] + x->at_m[1], local_m[2] };
    const shade s = pattern(x, p, uv[0] + x->at_m[0], uv[1] + x->at_m[1]);
    const double cell_m = x->mottle_m > 0 ? (double)x->mottle_m : MOTTLE_M;
    double gain = s.gain;

    if (x->mottle > 0)
        gain *= 1 + (double)x->mottle *
                        (1.6 * fractal(p[0] / cell_m, p[1] / cell_m, p[2] / cell_m, x->seed + 21) - 0.8);
    for (int i = 0; i < 3; i++)
        rgb[i] = (float)(gain * (x->a[i] + s.mix * ((double)x->b[i] - (double)x->a[i])));
}

void scene_sky(const double dir[3], uint32_t seed, float rgb[3])
{
    const double up = -dir[1], around = atan2(dir[0], dir[2]);
    const double cloud = fractal(4 * around, 9 * up, 0, seed + 31);
    const double ridge = 0.10 * noise(3.1 * around + 40, 0, 0, seed + 32) - 0.02;
    const double leaf = fractal(14 * around, 22 * up, 0, seed + 33);
    const double blue[3] = { 0.22, 0.42, 0.80 }, white[3] = { 0.86, 0.88, 0.90 };
    const double dark[3] = { 0.03, 0.08, 0.03 }, light[3] = { 0.16, 0.28, 0.07 };

    for (int i = 0; i < 3; i++)
        rgb[i] = (float)(up > ridge ? blue[i] + cloud * (white[i] - blue[i])
                                    : dark[i] + leaf * (light[i] - dark[i]));
}
