/*
 * homography/simd_avx2.h - eight pixels at a time: the operations that homography/warp_simd.h is written
 * in, for AVX2.  Each is exactly the plain operation in every lane.
 */
#ifndef BS_SIMD_H
#define BS_SIMD_H

#include <immintrin.h>
#include <stddef.h>

#define LANES 8
#define BS_SIMD(name) name##_avx2

typedef __m256 vf;  /* floats: + - * / as they are */
typedef __m256i vi; /* ints */
typedef __m256 vm;  /* a choice of lanes: all bits set or none */

#define ALL _mm256_castsi256_ps(_mm256_set1_epi32(-1))

static inline vf vf_set(float a)
{
    return _mm256_set1_ps(a);
}

static inline vf vf_load(const float *p)
{
    return _mm256_loadu_ps(p);
}

static inline void vf_store(float *p, vf a)
{
    _mm256_storeu_ps(p, a);
}

static inline vf vf_abs(vf a)
{
    return _mm256_andnot_ps(_mm256_set1_ps(-0.0f), a);
}

/* a > b ? a : b and a < b ? a : b, 'b' if one is NaN. */
static inline vf vf_max(vf a, vf b)
{
    return _mm256_max_ps(a, b);
}

static inline vf vf_min(vf a, vf b)
{
    return _mm256_min_ps(a, b);
}

/* m ? a : b */
static inline vf vf_pick(vm m, vf a, vf b)
{
    return _mm256_blendv_ps(b, a, m);
}

/* Truncated. */
static inline vi vf_int(vf a)
{
    return _mm256_cvttps_epi32(a);
}

static inline vf vi_float(vi a)
{
    return _mm256_cvtepi32_ps(a);
}

static inline vi vi_set(int a)
{
    return _mm256_set1_epi32(a);
}

static inline vi vi_load(const int *p)
{
    return _mm256_loadu_si256((const __m256i *)p);
}

static inline void vi_store(int *p, vi a)
{
    _mm256_storeu_si256((__m256i *)p, a);
}

static inline vi vi_add(vi a, vi b)
{
    return _mm256_add_epi32(a, b);
}

static inline vi vi_mul(vi a, vi b)
{
    return _mm256_mullo_epi32(a, b);
}

static inline vi vi_and(vi a, vi b)
{
    return _mm256_and_si256(a, b);
}

static inline vi vi_or(vi a, vi b)
{
    return _mm256_or_si256(a, b);
}

/* a / 2^n of what is not below 0 */
static inline vi vi_shift(vi a, int n)
{
    return _mm256_srli_epi32(a, n);
}

/* a 2^n */
static inline vi vi_shift_left(vi a, int n)
{
    return _mm256_slli_epi32(a, n);
}

static inline vm vi_is_0(vi a)
{
    return _mm256_castsi256_ps(_mm256_cmpeq_epi32(a, _mm256_setzero_si256()));
}

/* Below 0, or -0. */
static inline vm vf_sign(vf a)
{
    return _mm256_castsi256_ps(_mm256_srai_epi32(_mm256_castps_si256(a), 31));
}

static inline vm vf_lt(vf a, vf b)
{
    return _mm256_cmp_ps(a, b, _CMP_LT_OQ);
}

static inline vm vf_eq(vf a, vf b)
{
    return _mm256_cmp_ps(a, b, _CMP_EQ_OQ);
}

static inline vm vf_le(vf a, vf b)
{
    return _mm256_cmp_ps(a, b, _CMP_LE_OQ);
}

static inline vm vm_and(vm a, vm b)
{
    return _mm256_and_ps(a, b);
}

static inline vm vm_or(vm a, vm b)
{
    return _mm256_or_ps(a, b);
}

/* a and not b */
static inline vm vm_less(vm a, vm b)
{
    return _mm256_andnot_ps(b, a);
}

static inline int vm_any(vm a)
{
    return !_mm256_testz_ps(a, a);
}

/* Whether it is all lanes. */
static inline int vm_all(vm a)
{
    return _mm256_movemask_ps(a) == 0xff;
}

static inline vi vi_pick(vm m, vi a, vi b)
{
    return _mm256_blendv_epi8(b, a, _mm256_castps_si256(m));
}

/* Bit i: lane i. */
static inline unsigned vm_bits(vm a)
{
    return (unsigned)_mm256_movemask_ps(a);
}

/* The first n lanes. */
static inline vm vm_first(int n)
{
    return _mm256_castsi256_ps(
        _mm256_cmpgt_epi32(_mm256_set1_epi32(n), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7)));
}

/* p[i] in the lanes of m, 0 in others. */
static inline vf vf_gather(const float *p, vi i, vm m)
{
    return _mm256_mask_i32gather_ps(_mm256_setzero_ps(), p, i, m, 4);
}

/* p[i] in the lowest bits, the three bytes behind it above. */
static inline vi vi_gather_bytes(const unsigned char *p, vi i, vm m)
{
    return _mm256_mask_i32gather_epi32(_mm256_setzero_si256(), (const int *)(const void *)p, i,
                                       _mm256_castps_si256(m), 1);
}

/* p[i] and p[i + 1] of all lanes. */
static inline void vf_gather2(const float *p, vi i, vf *a, vf *b)
{
    *a = _mm256_i32gather_ps(p, i, 4);
    *b = _mm256_i32gather_ps(p + 1, i, 4);
}

/*
 * Between the texels of four floats p[i], p[i + 1] and, 'row' floats on, those below: out[n] has two lanes'.
 */
static inline void vf_blend4(const float *p, size_t row, vi i, vf fx, vf fy, vf out[4])
{
    float x[LANES], y[LANES];
    _Alignas(64) int at[LANES];

    vi_store(at, i);
    __asm__("" : "+m"(at)); /* loads are cheaper than taking the vector apart */
    vf_store(x, fx);
    vf_store(y, fy);
    for (int n = 0; n < 4; n++) {
        vf v[2], left, right;

        for (int k = 0; k < 2; k++) {
            const float *a = p + 4 * (size_t)at[2 * n + k];
            const vf up = _mm256_loadu_ps(a), down = _mm256_loadu_ps(a + row);

            v[k] = up + _mm256_set1_ps(y[2 * n + k]) * (down - up);
        }
        left = _mm256_permute2f128_ps(v[0], v[1], 0x20);
        right = _mm256_permute2f128_ps(v[0], v[1], 0x31);
        out[n] = left + _mm256_set_m128(_mm_set1_ps(x[2 * n + 1]), _mm_set1_ps(x[2 * n])) * (right - left);
    }
}

/* Four floats of as many lanes as fit: from p[4 at[0]] on, p[4 at[1]] on, ... */
static inline vf vf_load4(const float *p, const int *at)
{
    const __m128 first = _mm_loadu_ps(p + 4 * (ptrdiff_t)at[0]),
                 second = _mm_loadu_ps(p + 4 * (ptrdiff_t)at[1]);

    return _mm256_set_m128(second, first);
}

/* a[0] four times, a[1] four times, ... */
static inline vf vf_spread(const float *a)
{
    return _mm256_set_m128(_mm_set1_ps(a[1]), _mm_set1_ps(a[0]));
}

/* 2^a */
static inline vi vi_bit(vi a)
{
    return _mm256_sllv_epi32(_mm256_set1_epi32(1), a);
}

/* All bits of all lanes. */
static inline unsigned vi_any_bits(vi a)
{
    __m128i v = _mm_or_si128(_mm256_castsi256_si128(a), _mm256_extracti128_si256(a, 1));

    v = _mm_or_si128(v, _mm_shuffle_epi32(v, 0x4e));
    v = _mm_or_si128(v, _mm_shuffle_epi32(v, 0xb1));
    return (unsigned)_mm_cvtsi128_si32(v);
}

static inline float vf_most(vf a)
{
    __m128 v = _mm_max_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));

    v = _mm_max_ps(v, _mm_movehl_ps(v, v));
    v = _mm_max_ps(v, _mm_shuffle_ps(v, v, 1));
    return _mm_cvtss_f32(v);
}

static inline vi vi_load_bytes(const unsigned char *p)
{
    return _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)(const void *)p));
}

/* Four floats each, taken apart: out[c] has the c-th. */
static inline void vf_unzip4(const float *p, vf out[4])
{
    vf v[4], lo[2], hi[2];

    for (int k = 0; k < 4; k++)
        v[k] = _mm256_set_m128(_mm_loadu_ps(p + 16 + 4 * k), _mm_loadu_ps(p + 4 * k));
    for (int k = 0; k < 2; k++) {
        lo[k] = _mm256_unpacklo_ps(v[2 * k], v[2 * k + 1]);
        hi[k] = _mm256_unpackhi_ps(v[2 * k], v[2 * k + 1]);
    }
    out[0] = _mm256_shuffle_ps(lo[0], lo[1], 0x44);
    out[1] = _mm256_shuffle_ps(lo[0], lo[1], 0xee);
    out[2] = _mm256_shuffle_ps(hi[0], hi[1], 0x44);
    out[3] = _mm256_shuffle_ps(hi[0], hi[1], 0xee);
}

/* Eight floats of as many rows as fit. */
static inline vf vf_load_rows(const float *p, int pitch)
{
    (void)pitch;
    return _mm256_loadu_ps(p);
}

/* The lanes of 'm' one behind the other; what follows them at 'p', up to LANES in all, is anything. */
static inline void vf_pack(float *p, vf a, vm m)
{
    float all[LANES];

    vf_store(all, a);
    for (unsigned bits = vm_bits(m); bits; bits &= bits - 1)
        *p++ = all[__builtin_ctz(bits)];
}

static inline void vi_pack(int *p, vi a, vm m)
{
    int all[LANES];

    vi_store(all, a);
    for (unsigned bits = vm_bits(m); bits; bits &= bits - 1)
        *p++ = all[__builtin_ctz(bits)];
}

/* The fourth of each lane's four floats, as vf_blend4() has them. */
static inline vf vf_fourth(const vf q[4])
{
    const __m256i even = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
    const vf lo = _mm256_shuffle_ps(q[0], q[1], 0xff), hi = _mm256_shuffle_ps(q[2], q[3], 0xff);

    /* lo: lanes 0, 0, 2, 2, 1, 1, 3, 3; hi: the same of the other four */
    return _mm256_permutevar8x32_ps(_mm256_shuffle_ps(lo, hi, 0x88), even);
}

/* Adds a lane's share of its four floats to p[4 i], lane by lane: no two have the same i, but for one that is
 * nobody's. */
static inline void vf_add4(float *p, vi i, const vf q[4], vf share)
{
    float y[LANES];
    int at[LANES];

    vf_store(y, share);
    vi_store(at, i);
    for (int n = 0; n < 4; n++) {
        const vf part = _mm256_set_m128(_mm_set1_ps(y[2 * n + 1]), _mm_set1_ps(y[2 * n])) * q[n];
        float *first = p + 4 * at[2 * n], *second = p + 4 * at[2 * n + 1];

        _mm_storeu_ps(first, _mm_loadu_ps(first) + _mm256_castps256_ps128(part));
        _mm_storeu_ps(second, _mm_loadu_ps(second) + _mm256_extractf128_ps(part, 1));
    }
}

/* Adds a to p[i]; likewise. */
static inline void vf_add1(float *p, vi i, vf a)
{
    float part[LANES];
    int at[LANES];

    vf_store(part, a);
    vi_store(at, i);
    for (int k = 0; k < LANES; k++)
        p[at[k]] += part[k];
}

#endif /* BS_SIMD_H */
