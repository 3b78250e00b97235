/* imu/shake_internal.h - what the generators share; not installed. */
#ifndef BS_SHAKE_INTERNAL_H
#define BS_SHAKE_INTERNAL_H

#include "homography/sensor_px.h"
#include "imu/shake.h"

#define BS_PI 3.14159265358979323846

/* Random numbers of one motion. */
typedef struct bs_dice {
    uint64_t seed, sample;
    uint32_t purpose;
} bs_dice;

/* Two uniform numbers in [0, 1), 53 bits, of the motion's draw 'number'. */
static inline void bs_dice_two(const bs_dice *d, uint32_t number, double u[2])
{
    const bs_random r = bs_draw(d->seed, d->sample, d->purpose, number);

    u[0] = (double)((((uint64_t)r.v[0] << 32) | r.v[1]) >> 11) * 0x1p-53;
    u[1] = (double)((((uint64_t)r.v[2] << 32) | r.v[3]) >> 11) * 0x1p-53;
}

static inline double bs_dice_one(const bs_dice *d, uint32_t number)
{
    double u[2];

    bs_dice_two(d, number, u);
    return u[0];
}

/* Each fills x and dx of 'p', whose n and t_ns are there, and what it draws. */
void bs_shake_hand(const bs_shake *s, const bs_dice *dice, bs_path *p);
void bs_shake_walk(const bs_shake *s, const bs_dice *dice, int64_t exposure_ns, bs_path *p);
int bs_shake_spline(const bs_shake *s, const bs_dice *dice, int64_t exposure_ns, bs_path *p, bs_err *err);

#endif /* BS_SHAKE_INTERNAL_H */
