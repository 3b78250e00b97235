/* What the values of a depth image mean, a strip of columns at a time. */
#include <math.h>

#include "gen/source_internal.h"

/* No camera sees sharply what is nearer than this: such a value is a fault of the sensor's, and unknown.
 * Taken for a surface, a single pixel of it would call for thousands of poses. */
#define NEAREST_M 0.01

/* Columns of a strip: their arrays stay in the first cache. */
#define STRIP 256

/* Columns x0 to x0 + n - 1, and 1 + ((x - cx) / fx)^2 of each: what of a ray's length no row changes. */
typedef struct strip {
    int x0, n;
    double square[STRIP];
} strip;

static void set_strip(const bs_camera *cam, int x0, strip *s)
{
    s->x0 = x0;
    s->n = cam->width - x0 < STRIP ? cam->width - x0 : STRIP;
    for (int i = 0; i < s->n; i++) {
        const double u = (x0 + i - cam->cx) / cam->fx;

        s->square[i] = 1 + u * u;
    }
}

/* Ranges of a row to z: m[i] times what bs_camera_ray_to_z() says, to the bit. */
static void turn_ranges(const bs_camera *cam, const strip *s, int y, double *m)
{
    const double v = (y - cam->cy) / cam->fy, square = v * v;

    for (int i = 0; i < s->n; i++)
        m[i] *= 1 / sqrt(s->square[i] + square);
}

/* A row of the strip; how many values are known. */
static int convert_row(const bs_depth_rule *rule, const bs_camera *cam, const strip *s, int y,
                       const uint16_t *in, float *z_m)
{
    double m[STRIP];
    int n_known = 0;

    for (int i = 0; i < s->n; i++) {
        const double known = (in[i] + rule->add) / rule->units_per_m;

        m[i] = in[i] ? known : rule->zero;
    }
    if (rule->kind == BS_DEPTH_RAY)
        turn_ranges(cam, s, y, m);
    for (int i = 0; i < s->n; i++) {
        const int is_known = m[i] >= NEAREST_M; /* NaN is not */

        z_m[i] = is_known ? (float)m[i] : NAN;
        n_known += is_known;
    }
    return n_known;
}

size_t bs_depth_convert(const bs_depth_rule *rule, const bs_camera *cam, const uint16_t *in, float *z_m)
{
    size_t n_known = 0;

    for (int x = 0; x < cam->width; x += STRIP) {
        strip s;

        set_strip(cam, x, &s);
        for (int y = 0; y < cam->height; y++) {
            const size_t at = (size_t)y * (size_t)cam->width + (size_t)x;

            n_known += (size_t)convert_row(rule, cam, &s, y, &in[at], &z_m[at]);
        }
    }
    return n_known;
}
