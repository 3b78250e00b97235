/* Unknown depth, completed from its surroundings. */
#include "inpaint/background.h"

#include <math.h>

#include "inpaint/builder.h"

/* Surroundings whose inverse depth is within this ratio of the farthest count as one surface with it. */
#define BS_SAME_SURFACE 1.15f

/* The mean of those among 'n' weighted values that lie on the farthest surface; NaN if none is known. */
static float farthest(const float *v, const float *weight, int n)
{
    float far = INFINITY, sum = 0, total = 0;

    for (int i = 0; i < n; i++)
        if (v[i] < far) /* false for NaN */
            far = v[i];
    for (int i = 0; i < n; i++)
        if (v[i] <= far * BS_SAME_SURFACE) {
            sum += weight[i] * v[i];
            total += weight[i];
        }
    return total > 0 ? sum / total : NAN;
}

/* One level of the pyramid from the finer one: a coarse pixel is the farthest surface of its four. */
static void shrink(const float *fine, int w, int h, float *coarse)
{
    static const float even[4] = { 1, 1, 1, 1 };
    const int cw = (w + 1) / 2, ch = (h + 1) / 2;

    for (int y = 0; y < ch; y++)
        for (int x = 0; x < cw; x++) {
            float v[4];

            for (int c = 0; c < 4; c++) {
                const int fx = 2 * x + (c & 1), fy = 2 * y + (c >> 1);

                v[c] = fx < w && fy < h ? fine[(size_t)fy * (size_t)w + (size_t)fx] : NAN;
            }
            coarse[(size_t)y * (size_t)cw + (size_t)x] = farthest(v, even, 4);
        }
}

/* What is unknown at the finer level: between the four nearest coarse pixels, again the farther surface. */
static void grow(const float *coarse, float *fine, int w, int h)
{
    const int cw = (w + 1) / 2, ch = (h + 1) / 2;

    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            float *to = &fine[(size_t)y * (size_t)w + (size_t)x];
            float v[4], weight[4];

            if (!isnan(*to))
                continue;
            for (int c = 0; c < 4; c++) { /* the parent, and the neighbours on this pixel's side of it */
                const int nx = x / 2 + (c & 1 ? (x & 1 ? 1 : -1) : 0),
                          ny = y / 2 + (c & 2 ? (y & 1 ? 1 : -1) : 0);
                const int in = nx >= 0 && ny >= 0 && nx < cw && ny < ch;

                v[c] = in ? coarse[(size_t)ny * (size_t)cw + (size_t)nx] : NAN;
                weight[c] = (c & 1 ? 0.25f : 0.75f) * (c & 2 ? 0.25f : 0.75f);
            }
            *to = farthest(v, weight, 4);
        }
}

/* 'coarse' has room for all levels but the finest. */
static void complete(float *fine, int w, int h, float *coarse)
{
    const int cw = (w + 1) / 2, ch = (h + 1) / 2;

    if (w == 1 && h == 1)
        return;
    shrink(fine, w, h, coarse);
    complete(coarse, cw, ch, coarse + (size_t)cw * (size_t)ch);
    grow(coarse, fine, w, h);
}

int bs_depth_complete(bs_builder *b, const float *depth_m, float *inv_depth, uint8_t *measured, bs_err *err)
{
    const int w = b->scene.width, h = b->scene.height;
    const size_t n = (size_t)w * (size_t)h;
    unsigned known = 0;
    int rc;

    for (size_t i = 0; i < n; i++) {
        measured[i] = depth_m[i] > 0; /* false for NaN */
        known += measured[i];
    }
    if (!known)
        return bs_fail(err, BS_EFORMAT, "no pixel of the frame has a known depth");
    for (size_t i = 0; i < n; i++)
        inv_depth[i] = 1.0f / (depth_m[i] > 0 ? depth_m[i] : NAN);
    if (known == n)
        return BS_OK;
    /* Halves of odd sides are rounded up: with w + h + 64 to spare, all coarser levels fit into 1/3 of the
     * frame. */
    rc = bs_builder_scratch(b, n / 3 + (size_t)w + (size_t)h + 64, sizeof *inv_depth, err);
    if (rc == BS_OK)
        complete(inv_depth, w, h, b->scratch);
    return rc;
}
