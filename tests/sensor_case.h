/*
 * tests/sensor_case.h - exact depth made into what a structured-light sensor would have measured.
 */
#ifndef SENSOR_CASE_H
#define SENSOR_CASE_H

#include <stdint.h>

/* What goes wrong; {0} is a perfect sensor. */
typedef struct sensor {
    float ragged_px;   /* outlines wander by up to this, over a few pixels */
    float shift_px[2]; /* depth lies this far beside colour */
    float baseline;    /* disparity in pixels for each 1/m: shadows of that width to the left of near things,
                          depth in steps of an eighth of a pixel, and noise of about half a step */
    float flying;      /* share of the pixels beside a step that lie between its two sides */
    float holes;       /* share of single pixels that are lost; four times as many beside a step */
} sensor;

/* A Kinect at half its resolution, calibrated a little badly. */
extern const sensor bad_sensor;

/* 'seen' from 'z_m', both [h][w] z-depth in metres; INFINITY is far away, NaN is not seen. */
void sensor_see(const sensor *how, const float *z_m, int w, int h, uint32_t seed, float *seen);

#endif /* SENSOR_CASE_H */
