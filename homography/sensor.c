#include "homography/sensor.h"

#include "homography/draws.h"
#include "homography/encoder.h"

/* Pixels that are exposed in one go: their arrays stay in the first cache. */
#define RUN_PX 256
#define RUN (3 * RUN_PX)

/* Values that are decoded in one go. */
#define DECODED 16384

_Static_assert(RUN % BS_DRAWS == 0, "a run is a whole number of draws");

static void decode_run(const float *restrict table, const uint8_t *restrict encoded, size_t n,
                       float *restrict light)
{
    for (size_t i = 0; i < n; i++)
        light[i] = table[encoded[i]];
}

void bs_decode(const bs_response *resp, const uint8_t *encoded, size_t n, int threads, float *light)
{
    (void)threads; /* without OpenMP there is one */
#pragma omp parallel for schedule(static) num_threads(threads) if (threads > 1)
    for (size_t i = 0; i < n; i += DECODED)
        decode_run(resp->light, &encoded[i], n - i < DECODED ? n - i : DECODED, &light[i]);
}

/* ---- photon noise: what bs_poisson() does to one value, for many ---- */

/* Values of a run that are drawn by inversion, in the order of the run. */
typedef struct dark {
    int n, at[RUN];
    float mean[RUN];
    uint32_t word[RUN]; /* their random number */
} dark;

/* The counts of bright values; of others anything but a trap. */
BS_EVERYWHERE void count_bright(const bs_draws *d, const float *mean, float *count)
{
    for (int k = 0; k < BS_DRAWS; k++) {
        const bs_random r = { { d->v[0][k], d->v[1][k], d->v[2][k], d->v[3][k] } };

        count[k] = bs_poisson_bright(mean[k], &r);
    }
    for (int k = 0; k < BS_DRAWS; k++)
        count[k] = mean[k] > 0.0f ? count[k] : 0.0f;
}

/* Remembers the dark values among those of a draw, the first of which is value 'from' of the run. */
BS_EVERYWHERE void note_dark(const bs_draws *d, const float *mean, int from, dark *to)
{
    int any = 0;

    for (int k = 0; k < BS_DRAWS; k++)
        any |= mean[k] < BS_POISSON_EXACT;
    for (int k = 0; any && k < BS_DRAWS; k++) {
        to->at[to->n] = from + k;
        to->mean[to->n] = mean[k];
        to->word[to->n] = d->v[0][k];
        to->n += mean[k] > 0.0f && mean[k] < BS_POISSON_EXACT;
    }
}

/* bs_exp_minus() for means below BS_POISSON_EXACT. */
BS_EVERYWHERE void exp_minus(const float *mean, float *e)
{
    int whole[BS_DRAWS];

    for (int k = 0; k < BS_DRAWS; k++) {
        whole[k] = (int)mean[k];
        e[k] = bs_exp_series(mean[k] - (float)whole[k]);
    }
    for (int i = 0; i + 1 < (int)BS_POISSON_EXACT; i++)
        for (int k = 0; k < BS_DRAWS; k++)
            e[k] *= i < whole[k] ? BS_EXP_MINUS_1 : 1.0f;
}

/* bs_poisson_dark() for BS_DRAWS values, all of which go up by one together. */
BS_EVERYWHERE void count_dark(const float *mean, const uint32_t *word, float *count)
{
    float u[BS_DRAWS], p[BS_DRAWS], sum[BS_DRAWS];
    int searching = 1;

    exp_minus(mean, p);
    for (int k = 0; k < BS_DRAWS; k++) {
        u[k] = bs_unit(word[k]);
        sum[k] = p[k];
        count[k] = 0.0f;
    }
    for (int n = 1; n <= BS_POISSON_MOST && searching; n++) {
        searching = 0;
        for (int k = 0; k < BS_DRAWS; k++) {
            const int beyond = u[k] > sum[k]; /* once it is not it stays so, for no p is negative */
            const float next = p[k] * (mean[k] / (float)n);

            searching |= beyond;
            count[k] += beyond ? 1.0f : 0.0f;
            p[k] = beyond ? next : 0.0f;
            sum[k] += p[k];
        }
    }
}

BS_EVERYWHERE void draw_dark(dark *d, float *count)
{
    for (int i = 0; i < d->n; i += BS_DRAWS) {
        float mean[BS_DRAWS] = { 0 }, drawn[BS_DRAWS];
        uint32_t word[BS_DRAWS] = { 0 };
        const int m = d->n - i < BS_DRAWS ? d->n - i : BS_DRAWS;

        memcpy(mean, &d->mean[i], (size_t)m * sizeof *mean);
        memcpy(word, &d->word[i], (size_t)m * sizeof *word);
        count_dark(mean, word, drawn);
        for (int k = 0; k < m; k++)
            count[d->at[i + k]] = drawn[k];
    }
}

typedef void draw_function(const bs_drawing *d, uint32_t first, bs_draws *out);

/* The light of up to RUN_PX pixels from 'first' on, as photons tell it. */
BS_EVERYWHERE void add_noise(draw_function *draw, const bs_drawing *d, float peak, const float *light,
                             uint32_t first, int n_px, float noisy[RUN])
{
    float mean[RUN];
    bs_draws draws;
    dark few;

    few.n = 0;
    for (int i = 0; i < RUN; i++)
        mean[i] = 0.0f;
    for (int i = 0; i < 3 * n_px; i++)
        mean[i] = light[i] * peak;
    for (int i = 0; i < 3 * n_px; i += BS_DRAWS) {
        draw(d, first + (uint32_t)i / 3, &draws);
        count_bright(&draws, &mean[i], &noisy[i]);
        note_dark(&draws, &mean[i], i, &few);
    }
    draw_dark(&few, noisy);
    for (int i = 0; i < 3 * n_px; i++)
        noisy[i] /= peak;
}

/* ---- an image ---- */

typedef void noise_function(const bs_drawing *d, float peak, const float *light, uint32_t first, int n_px,
                            float noisy[RUN]);

static void add_noise_plain(const bs_drawing *d, float peak, const float *light, uint32_t first, int n_px,
                            float noisy[RUN])
{
    add_noise(bs_draws_plain, d, peak, light, first, n_px, noisy);
}

#if BS_TARGETS
BS_FOR_AVX2 static void add_noise_avx2(const bs_drawing *d, float peak, const float *light, uint32_t first,
                                       int n_px, float noisy[RUN])
{
    add_noise(bs_draws_avx2, d, peak, light, first, n_px, noisy);
}

BS_FOR_AVX512 static void add_noise_avx512(const bs_drawing *d, float peak, const float *light,
                                           uint32_t first, int n_px, float noisy[RUN])
{
    add_noise(bs_draws_avx512, d, peak, light, first, n_px, noisy);
}
#else
#define add_noise_avx2 add_noise_plain
#define add_noise_avx512 add_noise_plain
#endif

void bs_expose_isa(bs_isa isa, const bs_response *resp, const float *light, int width, int height,
                   double peak, uint64_t seed, uint64_t sample, int threads, uint8_t *encoded)
{
    noise_function *const noise = isa == BS_ISA_AVX512 ? add_noise_avx512
                                  : isa == BS_ISA_AVX2 ? add_noise_avx2
                                                       : add_noise_plain;
    const bs_drawing drawing = bs_drawing_make(seed, sample);
    const size_t n = (size_t)width * (size_t)height;
    bs_encoder encoder;

    (void)threads; /* without OpenMP there is one */
    bs_encoder_make(resp, &encoder);
#pragma omp parallel for schedule(static) num_threads(threads) if (threads > 1)
    for (size_t i = 0; i < n; i += RUN_PX) {
        const int n_px = n - i < RUN_PX ? (int)(n - i) : RUN_PX;
        float noisy[RUN];

        if ((float)peak > 0.0f)
            noise(&drawing, (float)peak, &light[3 * i], (uint32_t)i, n_px, noisy);
        bs_encode(&encoder, (float)peak > 0.0f ? noisy : &light[3 * i], 3 * (size_t)n_px, &encoded[3 * i]);
    }
}

void bs_expose(const bs_response *resp, const float *light, int width, int height, double peak, uint64_t seed,
               uint64_t sample, int threads, uint8_t *encoded)
{
    bs_expose_isa(bs_isa_best(), resp, light, width, height, peak, seed, sample, threads, encoded);
}
