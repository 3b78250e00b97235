/*
 * A random walk with inertia, after Boracchi and Foi ("Modeling the performance of image restoration from
 * motion blur", 2012), whose plane trajectories of constant speed DeblurGAN made the field's habit; here
 * in rotation and in translation.  The direction of motion wanders, is pulled back to where the exposure
 * began, and is at times thrown round.  Time is counted in exposures, way in the length of the way of one.
 */
#include <math.h>

#include "imu/rotation.h"
#include "imu/shake_internal.h"

/* Draws of a step: 3 normal numbers for each walker, one pair of uniform ones, and normal ones for
 * impulses. */
#define DRAWS 16

typedef struct walker {
    double at[3], direction[3];
} walker;

static void normals(const bs_dice *d, uint32_t number, double out[3])
{
    for (uint32_t i = 0; i < 3; i++) {
        const bs_random r = bs_draw(d->seed, d->sample, d->purpose, number + i);

        out[i] = bs_normal(&r);
    }
}

static void normalise(double v[3])
{
    const double length = bs_norm(v);

    for (int i = 0; i < 3; i++)
        v[i] = length > 1e-9 ? v[i] / length : i == 0;
}

static void begin(walker *w, const bs_dice *dice, uint32_t number)
{
    *w = (walker){ { 0 }, { 0 } };
    normals(dice, number, w->direction);
    normalise(w->direction);
}

/* One step of duration 'h', its draws beginning at 'number'; 'u' decides about an impulse. */
static void step(walker *w, const bs_shake_drawn *how, double h, const bs_dice *dice, uint32_t number,
                 double u)
{
    double n[3];

    normals(dice, number, n);
    for (int i = 0; i < 3; i++)
        w->direction[i] += how->jitter * sqrt(h) * n[i] - how->pull * h * w->at[i];
    if (u < how->impulses * h) { /* back, a little aside */
        normals(dice, number + 8, n);
        for (int i = 0; i < 3; i++)
            w->direction[i] = 0.3 * n[i] - w->direction[i];
    }
    normalise(w->direction);
    for (int i = 0; i < 3; i++)
        w->at[i] += h * w->direction[i];
}

void bs_shake_walk(const bs_shake *s, const bs_dice *dice, int64_t exposure_ns, bs_path *p)
{
    const double exposure_s = 1e-9 * (double)exposure_ns;
    const double turn_rad = s->rotation_deg_s * BS_PI / 180 * exposure_s,
                 way_m = s->translation_m_s * exposure_s;
    bs_shake_drawn *how = &p->drawn;
    walker turns, moves;
    double u[2];

    bs_dice_two(dice, 0, u);
    how->jitter = s->jitter * u[0];
    how->pull = s->pull * u[1];
    bs_dice_two(dice, 1, u);
    how->impulses = s->impulses * u[0];
    begin(&turns, dice, 2);
    begin(&moves, dice, 5);
    for (size_t i = 0; i < p->n; i++) {
        const uint32_t number = DRAWS * (uint32_t)(i + 1);

        for (int k = 0; k < 3; k++) {
            p->x[i][k] = turn_rad * turns.at[k] * (k == 2 ? s->roll : 1);
            p->x[i][3 + k] = way_m * moves.at[k];
            p->dx[i][k] = p->dx[i][3 + k] = 0; /* not asked for */
        }
        if (i + 1 == p->n)
            break;
        const double h = (double)(p->t_ns[i + 1] - p->t_ns[i]) / (double)exposure_ns;

        bs_dice_two(dice, number + 6, u);
        step(&turns, how, h, dice, number, u[0]);
        step(&moves, how, h, dice, number + 3, u[1]);
    }
}
