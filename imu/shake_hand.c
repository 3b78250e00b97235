/*
 * A hand that holds a camera: slow sway and physiological tremor, each a sum of sines of random frequency and
 * phase, and so smooth to any derivative.  What is spread over frequency is the power of the *rate* (angular
 * rate, velocity); displacement falls by one more power of frequency.
 */
#include <math.h>

#include "imu/shake_internal.h"

/* Sines of sway and of tremor for each of six degrees of freedom: their frequencies are the middles,
 * blurred, of as many parts of equal power, so that every motion has the whole spectrum. */
#define WAVES 10

#define SWAY_LOW_HZ 0.1
#define TREMOR_LOW_HZ 4.0
#define TREMOR_HIGH_HZ 12.0

/* What tremor has of the power of velocity, as a part of what it has of the power of angular rate: a wrist
 * turns a camera more than it carries it. */
#define TREMOR_CARRIED 0.4

typedef struct wave {
    double omega, phase, rate; /* rad/s; amplitude of the derivative */
} wave;

/*
 * The frequency below which sway has the share 'u' of its power: 1/f up to 'corner', beyond it falling as
 * f^-5, from 0.1 Hz to twice the corner.  The density 1 / (f (1 + (f/c)^4)) has the integral ln(g) / 4
 * with g = f^4 / (c^4 + f^4), which can be turned round.
 */
static double sway_hz(double corner, double u)
{
    const double low = pow(SWAY_LOW_HZ / corner, 4), high = 16;
    const double g_low = low / (1 + low), g_high = high / (1 + high);
    const double g = g_low * pow(g_high / g_low, u);

    return corner * sqrt(sqrt(g / (1 - g)));
}

/* Likewise of tremor: a triangle from 4 to 12 Hz. */
static double tremor_hz(double peak, double u)
{
    const double width = TREMOR_HIGH_HZ - TREMOR_LOW_HZ, rise = peak - TREMOR_LOW_HZ;

    if (u * width < rise)
        return TREMOR_LOW_HZ + sqrt(u * width * rise);
    return TREMOR_HIGH_HZ - sqrt((1 - u) * width * (width - rise));
}

/* The waves of one degree of freedom whose rate has the root mean square 'rms'. */
static void draw_waves(const bs_shake *s, const bs_dice *dice, int axis, double rms, wave w[2 * WAVES])
{
    const double tremor = axis < 3 ? s->tremor : TREMOR_CARRIED * s->tremor;

    for (int i = 0; i < 2 * WAVES; i++) {
        const int shakes = i >= WAVES;
        double u[2], at;

        bs_dice_two(dice, (uint32_t)(2 * WAVES * axis + i), u);
        at = (i % WAVES + u[0]) / WAVES;
        w[i].omega = 2 * BS_PI * (shakes ? tremor_hz(s->peak_hz, at) : sway_hz(s->drift_hz, at));
        w[i].phase = 2 * BS_PI * u[1];
        w[i].rate = rms * sqrt(2 * (shakes ? tremor : 1 - tremor) / WAVES);
    }
}

void bs_shake_hand(const bs_shake *s, const bs_dice *dice, bs_path *p)
{
    const double turn = s->rotation_deg_s * BS_PI / 180 / sqrt(2 + s->roll * s->roll);
    const double rms[6] = { turn,
                            turn,
                            turn * s->roll,
                            s->translation_m_s / sqrt(3),
                            s->translation_m_s / sqrt(3),
                            s->translation_m_s / sqrt(3) };

    for (int k = 0; k < 6; k++) {
        wave w[2 * WAVES];

        draw_waves(s, dice, k, rms[k], w);
        for (size_t i = 0; i < p->n; i++) {
            const double t_s = 1e-9 * (double)p->t_ns[i];
            double x = 0, dx = 0;

            for (int j = 0; j < 2 * WAVES; j++) {
                const double at = w[j].omega * t_s + w[j].phase;

                x += w[j].rate / w[j].omega * (sin(at) - sin(w[j].phase)); /* starts where the world begins */
                dx += w[j].rate * cos(at);
            }
            p->x[i][k] = x;
            p->dx[i][k] = dx;
        }
    }
}
