/*
 * A smooth curve through six dimensions, as GS-Blur draws it: a straight displacement over the exposure,
 * cut into equal parts by control points that stand a little beside it.  One exposure is a Bezier curve of
 * random degree; a longer motion is the clamped B-spline that goes on with a new displacement for each
 * exposure's length.
 */
#include <math.h>
#include <stdlib.h>

#include "imu/rotation.h"
#include "imu/shake_internal.h"

#define MAX_ORDER 8

/* How far beside the displacement a control point may stand, for a displacement of 1. */
#define ASIDE_TURN (1.0 / 6)
#define ASIDE_SHIFT (1.0 / 3)

/* Of shift along the optical axis, for 1 across it. */
#define FORWARD 0.1

/* Draws of a control point, and among them those of an exposure's displacement. */
#define DRAWS 16

static double either_way(const bs_dice *dice, uint32_t number)
{
    return 2 * bs_dice_one(dice, number) - 1;
}

/* The displacement of one exposure. */
static void draw_chord(const bs_shake *s, const bs_dice *dice, uint32_t number, double chord[6])
{
    const double angle = s->angle_deg * BS_PI / 180;
    double u[2], length;

    for (uint32_t k = 0; k < 6; k++)
        chord[k] = either_way(dice, number + k);
    for (int k = 0; k < 3; k++)
        chord[k] *= angle * (k == 2 ? s->roll : 1);
    chord[5] *= FORWARD;
    length = fmax(bs_norm(chord + 3), 1e-9);
    bs_dice_two(dice, number + 6, u); /* between a sixth and five sixths of the largest, mostly about half */
    for (int k = 3; k < 6; k++)
        chord[k] *= s->shift_m * (0.66 * u[0] + 0.33 + 0.67 * u[1]) / 2 / length;
}

/* Knot 'i' of a clamped uniform B-spline of degree 'order' with 'spans' spans of length 1. */
static double knot(int64_t i, int order, int64_t spans)
{
    const int64_t at = i - order;

    return (double)(at < 0 ? 0 : at > spans ? spans : at);
}

/* Where on the spline control point 'i' has most to say: the mean of its inner knots. */
static double place_of(int64_t i, int order, int64_t spans)
{
    double sum = 0;

    for (int k = 1; k <= order; k++)
        sum += knot(i + k, order, spans);
    return sum / order;
}

/* Control points stand where a camera that goes from displacement to displacement at even speed would be
 * at their place, and a little beside. */
static void draw_controls(const bs_shake *s, const bs_dice *dice, int order, int64_t exposures,
                          double (*c)[6])
{
    const int64_t spans = order * (exposures - 1) + 1;
    double from[6] = { 0 }, chord[6];
    int64_t exposure = 0;

    draw_chord(s, dice, DRAWS, chord);
    for (int64_t i = 0; i <= order * exposures; i++) {
        const double at = place_of(i, order, spans) / (double)spans * (double)exposures;
        const uint32_t number = DRAWS * (uint32_t)(i + 1) + 8;

        while (exposure + 1 < exposures && at > (double)(exposure + 1)) {
            for (int k = 0; k < 6; k++)
                from[k] += chord[k];
            exposure++;
            draw_chord(s, dice, DRAWS * (uint32_t)(exposure + 1), chord);
        }
        for (int k = 0; k < 6; k++) {
            const double aside = k < 3 ? ASIDE_TURN * bs_norm(chord) : ASIDE_SHIFT * bs_norm(chord + 3);

            c[i][k] = from[k] + (at - (double)exposure) * chord[k] +
                      aside * either_way(dice, number + (uint32_t)k) * (k == 2 ? s->roll : 1);
        }
    }
}

/* De Boor's algorithm at 'u' in [0, spans]: value and derivative with respect to u. */
static void evaluate(const double (*c)[6], int order, int64_t spans, double u, double x[6], double du[6])
{
    const int64_t span = u < (double)spans ? (int64_t)u : spans - 1, last = span + order;
    double d[MAX_ORDER + 1][6];

    for (int j = 0; j <= order; j++)
        for (int k = 0; k < 6; k++)
            d[j][k] = c[span + j][k];
    for (int r = 1; r <= order; r++)
        for (int j = order; j >= r; j--) {
            const double from = knot(span + j, order, spans), to = knot(last + 1 + j - r, order, spans);
            const double a = (u - from) / (to - from);

            for (int k = 0; k < 6; k++) {
                if (r == order)
                    du[k] = order * (d[j][k] - d[j - 1][k]) / (to - from);
                d[j][k] = (1 - a) * d[j - 1][k] + a * d[j][k];
            }
        }
    for (int k = 0; k < 6; k++)
        x[k] = d[order][k];
}

int bs_shake_spline(const bs_shake *s, const bs_dice *dice, int64_t exposure_ns, bs_path *p, bs_err *err)
{
    const int64_t length_ns = p->t_ns[p->n - 1], exposures = (length_ns + exposure_ns - 1) / exposure_ns;
    const int order = (int)(s->order_min + floor(bs_dice_one(dice, 0) * (s->order_max - s->order_min + 1)));
    const int64_t spans = order * (exposures - 1) + 1;
    const size_t n = (size_t)(order * exposures) + 1;
    double(*c)[6] = malloc(n * sizeof *c);

    if (!c)
        return bs_fail(err, BS_ENOMEM, "no memory for a spline of %zu points", n);
    draw_controls(s, dice, order, exposures, c);
    for (size_t i = 0; i < p->n; i++) {
        evaluate((const double(*)[6])c, order, spans, (double)spans * (double)p->t_ns[i] / (double)length_ns,
                 p->x[i], p->dx[i]);
        for (int k = 0; k < 6; k++)
            p->dx[i][k] *= (double)spans / (1e-9 * (double)length_ns);
    }
    free(c);
    p->drawn.order = order;
    return BS_OK;
}
