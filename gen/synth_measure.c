#include "gen/synth_measure.h"

#include <math.h>

/* Parts of an image that are added up apart, so that no sum depends on threads. */
#define BANDS 64

/* Numbers added up side by side. */
#define LANES 8

/* Where band b of n pixels begins: a whole number of lanes, but for the end. */
static size_t band_start(size_t n, size_t b)
{
    return b == BANDS ? n : n * b / BANDS / LANES * LANES;
}

static double mask_band(const float *seen, size_t n, uint8_t *mask)
{
    double sum[LANES] = { 0 }, all = 0;
    size_t i = 0;

    for (; i + LANES <= n; i += LANES)
        for (size_t k = 0; k < LANES; k++)
            sum[k] += (double)seen[i + k];
    for (; i < n; i++)
        sum[0] += (double)seen[i];
    for (i = 0; i < n; i++) {
        const float share = seen[i] < 1.0f ? seen[i] : 1.0f;

        mask[i] = (uint8_t)(int)(share * 255.0f + 0.5f);
    }
    for (int k = 0; k < LANES; k++)
        all += sum[k];
    return all;
}

double bs_mask_make(const float *seen, size_t n, int threads, uint8_t *mask)
{
    double band[BANDS], sum = 0;

    (void)threads; /* without OpenMP there is one */
#pragma omp parallel for schedule(static) num_threads(threads) if (threads > 1)
    for (size_t b = 0; b < BANDS; b++) {
        const size_t at = band_start(n, b);

        band[b] = mask_band(&seen[at], band_start(n, b + 1) - at, &mask[at]);
    }
    for (int b = 0; b < BANDS; b++)
        sum += band[b];
    return sum / (double)n;
}

double bs_measured_share(const uint8_t *measured, size_t n, int threads)
{
    size_t known = 0;

    (void)threads;
#pragma omp parallel for schedule(static) num_threads(threads) if (threads > 1) reduction(+ : known)
    for (size_t i = 0; i < n; i++)
        known += measured[i] != 0;
    return (double)known / (double)n;
}

static void find_range(const float *v, size_t n, float *lo, float *hi)
{
    float low[LANES], high[LANES];
    size_t i = 0;

    for (int k = 0; k < LANES; k++) {
        low[k] = INFINITY;
        high[k] = -INFINITY;
    }
    for (; i + LANES <= n; i += LANES)
        for (size_t k = 0; k < LANES; k++) {
            low[k] = v[i + k] < low[k] ? v[i + k] : low[k];
            high[k] = v[i + k] > high[k] ? v[i + k] : high[k];
        }
    for (; i < n; i++) {
        low[0] = v[i] < low[0] ? v[i] : low[0];
        high[0] = v[i] > high[0] ? v[i] : high[0];
    }
    *lo = low[0];
    *hi = high[0];
    for (int k = 1; k < LANES; k++) {
        *lo = low[k] < *lo ? low[k] : *lo;
        *hi = high[k] > *hi ? high[k] : *hi;
    }
}

void bs_range(const float *v, size_t n, int threads, float *lo, float *hi)
{
    float band_lo[BANDS], band_hi[BANDS];

    (void)threads;
#pragma omp parallel for schedule(static) num_threads(threads) if (threads > 1)
    for (size_t b = 0; b < BANDS; b++) {
        const size_t at = band_start(n, b);

        find_range(&v[at], band_start(n, b + 1) - at, &band_lo[b], &band_hi[b]);
    }
    *lo = band_lo[0];
    *hi = band_hi[0];
    for (int b = 1; b < BANDS; b++) {
        *lo = band_lo[b] < *lo ? band_lo[b] : *lo;
        *hi = band_hi[b] > *hi ? band_hi[b] : *hi;
    }
}
