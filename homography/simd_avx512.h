/*
 * homography/simd_avx512.h - sixteen pixels at a time: the operations that homography/warp_simd.h is written
 * in, for AVX-512 F, DQ, BW and VL.  Each is exactly the plain operation in every lane.
 */
#ifndef BS_SIMD_H
#define BS_SIMD_H

#include <immintrin.h>
#include <stddef.h>

#define LANES 16
#define BS_SIMD(name) name##_avx512

typedef __m512 vf;    /* floats: + - * / as they are */
typedef __m512i vi;   /* ints */
typedef __mmask16 vm; /* a choice of lanes */

#define ALL ((vm)0xffff)

static inline vf vf_set(float a)
{
    return _mm512_set1_ps(a);
}

static inline vf vf_load(const float *p)
{
    return _mm512_loadu_ps(p);
}

static inline void vf_store(float *p, vf a)
{
    _mm512_storeu_ps(p, a);
}

static inline vf vf_abs(vf a)
{
    return _mm512_abs_ps(a);
}

/* a > b ? a : b and a < b ? a : b, 'b' if one is NaN. */
static inline vf vf_max(vf a, vf b)
{
    return _mm512_max_ps(a, b);
}

static inline vf vf_min(vf a, vf b)
{
    return _mm512_min_ps(a, b);
}

/* m ? a : b */
static inline vf vf_pick(vm m, vf a, vf b)
{
    return _mm512_mask_blend_ps(m, b, a);
}

/* Truncated. */
static inline vi vf_int(vf a)
{
    return _mm512_cvttps_epi32(a);
}

static inline vf vi_float(vi a)
{
    return _mm512_cvtepi32_ps(a);
}

static inline vi vi_set(int a)
{
    return _mm512_set1_epi32(a);
}

static inline vi vi_load(const int *p)
{
    return _mm512_loadu_si512(p);
}

static inline void vi_store(int *p, vi a)
{
    _mm512_storeu_si512(p, a);
}

static inline vi vi_add(vi a, vi b)
{
    return _mm512_add_epi32(a, b);
}

static inline vi vi_mul(vi a, vi b)
{
    return _mm512_mullo_epi32(a, b);
}

static inline vi vi_and(vi a, vi b)
{
    return _mm512_and_si512(a, b);
}

static inline vi vi_or(vi a, vi b)
{
    return _mm512_or_si512(a, b);
}

/* a / 2^n of what is not below 0 */
static inline vi vi_shift(vi a, unsigned n)
{
    return _mm512_srli_epi32(a, n);
}

/* a 2^n */
static inline vi vi_shift_left(vi a, unsigned n)
{
    return _mm512_slli_epi32(a, n);
}

static inline vm vi_is_0(vi a)
{
    return _mm512_testn_epi32_mask(a, a);
}

/* Below 0, or -0. */
static inline vm vf_sign(vf a)
{
    return _mm512_movepi32_mask(_mm512_castps_si512(a));
}

static inline vm vf_lt(vf a, vf b)
{
    return _mm512_cmp_ps_mask(a, b, _CMP_LT_OQ);
}

static inline vm vf_eq(vf a, vf b)
{
    return _mm512_cmp_ps_mask(a, b, _CMP_EQ_OQ);
}

static inline vm vf_le(vf a, vf b)
{
    return _mm512_cmp_ps_mask(a, b, _CMP_LE_OQ);
}

static inline vm vm_and(vm a, vm b)
{
    return _kand_mask16(a, b);
}

static inline vm vm_or(vm a, vm b)
{
    return _kor_mask16(a, b);
}

/* a and not b */
static inline vm vm_less(vm a, vm b)
{
    return _kandn_mask16(b, a);
}

static inline int vm_any(vm a)
{
    return a != 0;
}

/* Whether it is all lanes. */
static inline int vm_all(vm a)
{
    return _kortestc_mask16_u8(a, a);
}

static inline vi vi_pick(vm m, vi a, vi b)
{
    return _mm512_mask_blend_epi32(m, b, a);
}

/* Bit i: lane i. */
static inline unsigned vm_bits(vm a)
{
    return a;
}

/* The first n lanes. */
static inline vm vm_first(int n)
{
    return (vm)((1u << n) - 1u);
}

/* p[i] in the lanes of m, 0 in others. */
static inline vf vf_gather(const float *p, vi i, vm m)
{
    return _mm512_mask_i32gather_ps(_mm512_setzero_ps(), m, i, p, 4);
}

/* p[i] in the lowest bits, the three bytes behind it above. */
static inline vi vi_gather_bytes(const unsigned char *p, vi i, vm m)
{
    return _mm512_mask_i32gather_epi32(_mm512_setzero_si512(), m, i, p, 1);
}

/* p[i] and p[i + 1] of all lanes. */
static inline void vf_gather2(const float *p, vi i, vf *a, vf *b)
{
    const __m512i even = _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
    const __m512i odd = _mm512_setr_epi32(1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);
    const __m512 lo = _mm512_castpd_ps(_mm512_i32gather_pd(_mm512_castsi512_si256(i), p, 4));
    const __m512 hi = _mm512_castpd_ps(_mm512_i32gather_pd(_mm512_extracti64x4_epi64(i, 1), p, 4));

    *a = _mm512_permutex2var_ps(lo, even, hi);
    *b = _mm512_permutex2var_ps(lo, odd, hi);
}

/*
 * Between the texels of four floats p[i], p[i + 1] and, 'row' floats on, those below: out[n] has four lanes'.
 */
static inline void vf_blend4(const float *p, size_t row, vi i, vf fx, vf fy, vf out[4])
{
    const __m512i step = _mm512_set1_epi32(4);
    __m512i two = _mm512_setr_epi32(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1);
    __m512i four = _mm512_setr_epi32(0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3);
    _Alignas(64) int at[LANES];

    vi_store(at, i);
    __asm__("" : "+m"(at)); /* loads are cheaper than taking the vector apart */
    for (int n = 0; n < 4; n++) {
        vf v[2], left, right;

        for (int k = 0; k < 2; k++) {
            const float *a = p + 4 * (size_t)at[4 * n + 2 * k], *b = p + 4 * (size_t)at[4 * n + 2 * k + 1];
            const vf up =
                _mm512_insertf32x8(_mm512_castps256_ps512(_mm256_loadu_ps(a)), _mm256_loadu_ps(b), 1);
            const vf down = _mm512_insertf32x8(_mm512_castps256_ps512(_mm256_loadu_ps(a + row)),
                                               _mm256_loadu_ps(b + row), 1);

            v[k] = up + _mm512_permutexvar_ps(two, fy) * (down - up);
            two = _mm512_add_epi32(two, _mm512_set1_epi32(2));
        }
        left = _mm512_shuffle_f32x4(v[0], v[1], 0x88);
        right = _mm512_shuffle_f32x4(v[0], v[1], 0xdd);
        out[n] = left + _mm512_permutexvar_ps(four, fx) * (right - left);
        four = _mm512_add_epi32(four, step);
    }
}

/* Four floats of as many lanes as fit: from p[4 at[0]] on, p[4 at[1]] on, ... */
static inline vf vf_load4(const float *p, const int *at)
{
    __m512 v = _mm512_castps128_ps512(_mm_loadu_ps(p + 4 * (ptrdiff_t)at[0]));

    v = _mm512_insertf32x4(v, _mm_loadu_ps(p + 4 * (ptrdiff_t)at[1]), 1);
    v = _mm512_insertf32x4(v, _mm_loadu_ps(p + 4 * (ptrdiff_t)at[2]), 2);
    return _mm512_insertf32x4(v, _mm_loadu_ps(p + 4 * (ptrdiff_t)at[3]), 3);
}

/* a[0] four times, a[1] four times, ... */
static inline vf vf_spread(const float *a)
{
    const __m512i four = _mm512_setr_epi32(0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3);

    return _mm512_permutexvar_ps(four, _mm512_castps128_ps512(_mm_loadu_ps(a)));
}

/* 2^a */
static inline vi vi_bit(vi a)
{
    return _mm512_sllv_epi32(_mm512_set1_epi32(1), a);
}

/* All bits of all lanes. */
static inline unsigned vi_any_bits(vi a)
{
    return (unsigned)_mm512_reduce_or_epi32(a);
}

static inline float vf_most(vf a)
{
    return _mm512_reduce_max_ps(a);
}

static inline vi vi_load_bytes(const unsigned char *p)
{
    return _mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)(const void *)p));
}

/* Four floats each, taken apart: out[c] has the c-th. */
static inline void vf_unzip4(const float *p, vf out[4])
{
    const __m512i rg = _mm512_setr_epi32(0, 4, 8, 12, 16, 20, 24, 28, 1, 5, 9, 13, 17, 21, 25, 29);
    const __m512i ba = _mm512_setr_epi32(2, 6, 10, 14, 18, 22, 26, 30, 3, 7, 11, 15, 19, 23, 27, 31);
    const vf a = vf_load(p), b = vf_load(p + LANES), c = vf_load(p + 2 * LANES), d = vf_load(p + 3 * LANES);
    const vf rg0 = _mm512_permutex2var_ps(a, rg, b), rg1 = _mm512_permutex2var_ps(c, rg, d);
    const vf ba0 = _mm512_permutex2var_ps(a, ba, b), ba1 = _mm512_permutex2var_ps(c, ba, d);

    out[0] = _mm512_shuffle_f32x4(rg0, rg1, 0x44);
    out[1] = _mm512_shuffle_f32x4(rg0, rg1, 0xee);
    out[2] = _mm512_shuffle_f32x4(ba0, ba1, 0x44);
    out[3] = _mm512_shuffle_f32x4(ba0, ba1, 0xee);
}

/* Eight floats of as many rows as fit. */
static inline vf vf_load_rows(const float *p, int pitch)
{
    return _mm512_insertf32x8(_mm512_castps256_ps512(_mm256_loadu_ps(p)), _mm256_loadu_ps(p + pitch), 1);
}

/* The lanes of 'm' one behind the other; what follows them at 'p', up to LANES in all, is anything. */
static inline void vf_pack(float *p, vf a, vm m)
{
    _mm512_storeu_ps(p, _mm512_maskz_compress_ps(m, a));
}

static inline void vi_pack(int *p, vi a, vm m)
{
    _mm512_storeu_si512(p, _mm512_maskz_compress_epi32(m, a));
}

/* The fourth of each lane's four floats, as vf_blend4() has them. */
static inline vf vf_fourth(const vf q[4])
{
    const __m512i i = _mm512_setr_epi32(3, 7, 11, 15, 19, 23, 27, 31, 0, 0, 0, 0, 0, 0, 0, 0);
    const vf lo = _mm512_permutex2var_ps(q[0], i, q[1]), hi = _mm512_permutex2var_ps(q[2], i, q[3]);

    return _mm512_insertf32x8(lo, _mm512_castps512_ps256(hi), 1);
}

/* Adds a lane's share of its four floats to p[4 i], lane by lane: no two have the same i, but for one that is
 * nobody's. */
static inline void vf_add4(float *p, vi i, const vf q[4], vf share)
{
    __m512i four = _mm512_setr_epi32(0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3);
    _Alignas(64) int at[LANES];

    vi_store(at, i);
    __asm__("" : "+m"(at));
    for (int n = 0; n < 4; n++) {
        _Alignas(64) float part[LANES];

        vf_store(part, _mm512_permutexvar_ps(four, share) * q[n]);
        for (int k = 0; k < 4; k++) {
            float *to = p + 4 * at[4 * n + k];

            _mm_storeu_ps(to, _mm_loadu_ps(to) + _mm_load_ps(part + 4 * k));
        }
        four = _mm512_add_epi32(four, _mm512_set1_epi32(4));
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
