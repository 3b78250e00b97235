/*
 * tests/noise_case.h - recorded paths and error models for the tests of a noisy IMU.
 */
#ifndef BS_TEST_NOISE_CASE_H
#define BS_TEST_NOISE_CASE_H

#include "tests/trace_files.h"

#include "imu/noise.h"

#define MS 1000000LL
#define PI 3.14159265358979323846

static const double down_y[3] = { 0, 1, 0 };

/* Where a camera is after 't' seconds: T_world_cam. */
typedef bs_pose path(double t);

static inline bs_pose still(double t)
{
    (void)t;
    return bs_pose_identity();
}

/* A second of the path at 1000 Hz, from 0 s on the trace's clock. */
static inline bs_trace *record(path *p)
{
    bs_trace *tr = NULL;
    FILE *f = fopen(trace_path, "w");
    bs_err err = { 0 };

    assert_non_null(f);
    fputs(CSV_HEADER, f);
    for (int i = 0; i <= 1000; i++) {
        const bs_pose T = p(i / 1000.0);

        fprintf(f, "%.3f,%.17g,%.17g,%.17g,%.17g,%.17g,%.17g,%.17g\n", i / 1000.0, T.t_m[0], T.t_m[1],
                T.t_m[2], T.q[0], T.q[1], T.q[2], T.q[3]);
    }
    fclose(f);
    if (bs_trace_open(trace_path, NULL, &tr, &err))
        fail_msg("%s", err.text);
    return tr;
}

static inline bs_imu_noise model(const char *text)
{
    bs_imu_noise m;
    bs_err err = { 0 };

    if (bs_imu_noise_parse(text, &m, &err))
        fail_msg("%s", err.text);
    return m;
}

#endif /* BS_TEST_NOISE_CASE_H */
