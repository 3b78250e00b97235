/* How far a picture is from the truth, and what a case is like. */
#include <math.h>
#include <stdlib.h>

#include "tests/accuracy.h"
#include "tests/scene_truth.h"

double acc_encode(double light)
{
    const double l = fmax(0, fmin(1, light));

    return l <= 0.0031308 ? 12.92 * l : 1.055 * pow(l, 1 / 2.4) - 0.055;
}

static int is_in(unsigned doubt, acc_region region)
{
    switch (region) {
    case ACC_INSIDE:
        return !(doubt & SCENE_OUTSIDE);
    case ACC_VISIBLE:
        return doubt == 0;
    case ACC_HIDDEN:
        return doubt == SCENE_HIDDEN;
    case ACC_REGIONS:
        break;
    }
    return 0;
}

double acc_psnr_where(const acc_case *c, const uint8_t *rgb, acc_region region, const uint8_t *where)
{
    double sum = 0, n = 0;

    for (size_t i = 0; i < c->n_px; i++)
        for (size_t k = 3 * i; k < 3 * i + 3 && is_in(c->doubt[i], region) && (!where || where[i]); k++) {
            const double d = rgb[k] / 255.0 - acc_encode((double)c->truth[k]);

            sum += d * d;
            n++;
        }
    return n > 0 ? -10 * log10(fmax(sum / n, 1e-12)) : NAN;
}

double acc_psnr(const acc_case *c, const uint8_t *rgb, acc_region region)
{
    return acc_psnr_where(c, rgb, region, NULL);
}

double acc_unseen(const acc_case *c, const uint8_t *mask)
{
    double sum = 0, n = 0;

    for (size_t i = 0; i < c->n_px; i++) {
        if (!is_in(c->doubt[i], ACC_HIDDEN))
            continue;
        sum += 1 - mask[i] / 255.0;
        n++;
    }
    return n > 0 ? sum / n : NAN;
}

static int by_size(const void *a, const void *b)
{
    const double u = *(const double *)a, v = *(const double *)b;

    return (u > v) - (u < v);
}

double acc_percentile(double *v, size_t n, double p)
{
    if (!n)
        return NAN;
    qsort(v, n, sizeof *v, by_size);
    return v[(size_t)(p * (double)(n - 1) + 0.5)];
}

double acc_kernel_p99(const acc_case *c, const float *kernel)
{
    double *error = acc_alloc(c->n_px, sizeof *error), p99;
    size_t n = 0;

    for (size_t i = 0; i < c->n_px; i++) {
        const double u = (double)kernel[2 * i] - (double)c->kernel[2 * i];
        const double v = (double)kernel[2 * i + 1] - (double)c->kernel[2 * i + 1];

        if (!isnan(u) && !isnan(v))
            error[n++] = hypot(u, v);
    }
    p99 = acc_percentile(error, n, 0.99);
    free(error);
    return p99;
}

static double luma(const uint8_t *rgb)
{
    return 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2];
}

/* Of differences to the right and downwards. */
static double gradient(const acc_case *c)
{
    const size_t w = (size_t)c->camera.width;
    double sum = 0, n = 0;

    for (size_t i = 0; i + w < c->n_px; i++) {
        const double here = luma(&c->sharp[3 * i]), right = luma(&c->sharp[3 * (i + 1)]);
        const double below = luma(&c->sharp[3 * (i + w)]);

        if (i % w == w - 1)
            continue;
        sum += (right - here) * (right - here) + (below - here) * (below - here);
        n++;
    }
    return sqrt(sum / n);
}

static void measure_depth(const acc_case *c, acc_stats *st)
{
    double *range = acc_alloc(c->n_px, sizeof *range);

    for (size_t i = 0; i < c->n_px; i++) {
        const int x = (int)(i % (size_t)c->camera.width), y = (int)(i / (size_t)c->camera.width);

        range[i] = (double)c->depth_m[i] / bs_camera_ray_to_z(&c->camera, x, y);
    }
    st->depth_lo_m = acc_percentile(range, c->n_px, 0.05);
    st->depth_hi_m = acc_percentile(range, c->n_px, 0.95);
    free(range);
}

acc_stats acc_measure(const acc_case *c)
{
    const bs_pose T_world_ref = bs_pose_identity();
    float *extent = acc_alloc(c->n_px, sizeof *extent);
    acc_stats st = { .gradient = gradient(c) };
    const double n = (double)c->n_px;

    scene_extent(c->scene, &c->camera, &T_world_ref, c->T_ref_cam, c->n_poses, extent);
    for (size_t i = 0; i < c->n_px; i++) {
        st.kernel_px += hypot((double)c->kernel[2 * i], (double)c->kernel[2 * i + 1]) / n;
        st.extent_px += (double)extent[i] / n;
        st.max_extent_px = fmax(st.max_extent_px, (double)extent[i]);
        st.inside_share += is_in(c->doubt[i], ACC_INSIDE) / n;
        st.hidden_share += is_in(c->doubt[i], ACC_HIDDEN) / n;
    }
    measure_depth(c, &st);
    free(extent);
    return st;
}
