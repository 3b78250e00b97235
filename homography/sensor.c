#include "homography/sensor.h"

#include "homography/sensor_px.h"

void bs_decode(const bs_response *resp, const uint8_t *encoded, size_t n, float *light)
{
    for (size_t i = 0; i < n; i++)
        light[i] = resp->light[encoded[i]];
}

void bs_expose(const bs_response *resp, const float *light, int width, int height, double peak, uint64_t seed,
               uint64_t sample, int threads, uint8_t *encoded)
{
    (void)threads; /* without OpenMP there is one */
#pragma omp parallel for schedule(static) num_threads(threads) if (threads > 1)
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++)
            for (int c = 0; c < 3; c++) {
                const size_t i = (size_t)y * (size_t)width + (size_t)x;

                encoded[3 * i + (size_t)c] = bs_sensor_px(resp, light[3 * i + (size_t)c], (float)peak, seed,
                                                          sample, (uint32_t)i, (uint32_t)c);
            }
}
