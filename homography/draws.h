/*
 * homography/draws.h - the random numbers of a run of pixels, many at a time.  Internal to homography/.
 *
 * Word for word what bs_draw() (sensor_px.h) gives for each of them: Random123 is the definition, this is
 * its Philox4x32-10 over vectors.
 */
#ifndef BS_DRAWS_H
#define BS_DRAWS_H

#include <stdint.h>
#include <string.h>

#include "homography/sensor_px.h"
#include "homography/target.h"

#if BS_TARGETS
#include <immintrin.h>
#endif

/* Values drawn at once: the three channels of 16 pixels. */
#define BS_DRAWS 48

typedef struct bs_draws {
    uint32_t v[4][BS_DRAWS]; /* [word][value]: value k is channel k % 3 of pixel k / 3 */
} bs_draws;

/* What all draws of an image share. */
typedef struct bs_drawing {
    uint64_t seed, sample;
    uint32_t purpose[BS_DRAWS], pixel[BS_DRAWS]; /* of pixels 0 to 15 */
} bs_drawing;

static inline bs_drawing bs_drawing_make(uint64_t seed, uint64_t sample)
{
    bs_drawing d = { seed, sample, { 0 }, { 0 } };

    for (uint32_t k = 0; k < BS_DRAWS; k++) {
        d.purpose[k] = BS_DRAW_NOISE + k % 3;
        d.pixel[k] = k / 3;
    }
    return d;
}

/* The draws of 16 pixels from 'first' on. */
static inline void bs_draws_plain(const bs_drawing *d, uint32_t first, bs_draws *out)
{
    for (int k = 0; k < BS_DRAWS; k++) {
        const bs_random r = bs_draw(d->seed, d->sample, d->purpose[k], first + d->pixel[k]);

        for (int i = 0; i < 4; i++)
            out->v[i][k] = r.v[i];
    }
}

#if BS_TARGETS

/*
 * The same for a vector type V.  A round multiplies words of 32 bits into 64: MUL multiplies the lower halves
 * of 64-bit lanes, so even values are kept in one vector and odd ones in another.  What is left in the
 * upper halves is never looked at.
 */
#define BS_DRAWS_FUNCTION(NAME, TARGET, V, MUL)                                        \
    TARGET static inline void NAME(const bs_drawing *d, uint32_t first, bs_draws *out) \
    {                                                                                  \
        const V zero = { 0 }, m0 = zero + PHILOX_M4x32_0, m1 = zero + PHILOX_M4x32_1;  \
                                                                                       \
        for (size_t k = 0; k < BS_DRAWS; k += sizeof(V) / sizeof first) {              \
            uint32_t key0 = (uint32_t)d->seed, key1 = (uint32_t)(d->seed >> 32);       \
            V c[4][2];                                                                 \
                                                                                       \
            c[0][0] = c[0][1] = zero + (uint32_t)d->sample;                            \
            c[1][0] = c[1][1] = zero + (uint32_t)(d->sample >> 32);                    \
            memcpy(&c[2][0], &d->purpose[k], sizeof(V));                               \
            memcpy(&c[3][0], &d->pixel[k], sizeof(V));                                 \
            c[3][0] += (int64_t)((uint64_t)first << 32 | first);                       \
            c[2][1] = c[2][0] >> 32;                                                   \
            c[3][1] = c[3][0] >> 32;                                                   \
            _Pragma("GCC unroll 10") for (int round = 0; round < 10; round++)          \
            {                                                                          \
                for (int odd = 0; odd < 2; odd++) {                                    \
                    const V p0 = MUL(c[0][odd], m0), p1 = MUL(c[2][odd], m1);          \
                                                                                       \
                    c[0][odd] = (p1 >> 32) ^ c[1][odd] ^ (zero + key0);                \
                    c[1][odd] = p1;                                                    \
                    c[2][odd] = (p0 >> 32) ^ c[3][odd] ^ (zero + key1);                \
                    c[3][odd] = p0;                                                    \
                }                                                                      \
                key0 += PHILOX_W32_0;                                                  \
                key1 += PHILOX_W32_1;                                                  \
            }                                                                          \
            for (int i = 0; i < 4; i++) {                                              \
                const V both = (c[i][0] & 0xffffffff) | c[i][1] << 32;                 \
                                                                                       \
                memcpy(&out->v[i][k], &both, sizeof both);                             \
            }                                                                          \
        }                                                                              \
    }

BS_DRAWS_FUNCTION(bs_draws_avx2, BS_FOR_AVX2, __m256i, _mm256_mul_epu32)
BS_DRAWS_FUNCTION(bs_draws_avx512, BS_FOR_AVX512, __m512i, _mm512_mul_epu32)

#undef BS_DRAWS_FUNCTION
#endif /* BS_TARGETS */

#endif /* BS_DRAWS_H */
