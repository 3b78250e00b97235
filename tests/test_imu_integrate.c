/* Readings to motion: closed forms, and perfect readings of smooth motions, from a known start. */
#include <math.h>

#include "imu/integrate.h"
#include "tests/imu_motion.h"
#include "tests/trace_files.h"

#define MS INT64_C(1000000)
#define ROWS 401 /* two seconds at 200 Hz */

static const bs_imu_calibration on_earth = { .gravity_m_s2 = { 0, 0, -MOTION_GRAVITY } };
static const bs_imu_calibration weightless = { .gravity_m_s2 = { 0, 0, 0 } };

static char name[] = "constant";

/* The same reading throughout, from 0 s on. */
static bs_imu constant(bs_imu_sample rows[ROWS], const double gyro[3], const double accel[3])
{
    for (int i = 0; i < ROWS; i++) {
        rows[i] = (bs_imu_sample){ .t_ns = 5 * MS * i };
        for (int k = 0; k < 3; k++) {
            rows[i].gyro_rad_s[k] = gyro[k];
            rows[i].accel_m_s2[k] = accel[k];
        }
    }
    return (bs_imu){ .format = "constant", .path = name, .has_accel = 1, .rows = rows, .n = ROWS };
}

static bs_state carry(const bs_imu *imu, const bs_imu_calibration *cal, bs_state from, int64_t end_ns)
{
    bs_state to;
    bs_err err = { 0 };

    if (bs_imu_integrate(imu, cal, &from, end_ns, &to, &err))
        fail_msg("%s", err.text);
    assert_true(to.t_ns == end_ns);
    return to;
}

static const bs_state at_home = { .T_world_body = { .q = { 0, 0, 0, 1 } } };

/* A constant rate about each axis, and about all three, from one time between rows to another. */
static void test_constant_rate(void **state)
{
    static const double rates[][3] = { { 3, 0, 0 }, { 0, -2, 0 }, { 0, 0, 5 }, { 1, -2, 0.5 } };
    bs_imu_sample rows[ROWS];

    (void)state;
    for (size_t i = 0; i < sizeof rates / sizeof rates[0]; i++) {
        const double *w = rates[i], length = sqrt(w[0] * w[0] + w[1] * w[1] + w[2] * w[2]);
        const bs_imu imu = constant(rows, w, (double[]){ 0, 0, 0 });
        bs_state from = at_home, to;

        from.t_ns = 12 * MS + 345;
        to = carry(&imu, &weightless, from, 702 * MS);
        for (int k = 0; k < 3; k++)
            assert_near(to.T_world_body.q[k], w[k] / length * sin(0.5 * length * 1e-9 * (702e6 - 12000345)),
                        1e-13, "half the angle's sine");
        for (int k = 0; k < 3; k++)
            assert_near(to.T_world_body.t_m[k], 0, 0, "no way");
    }
}

static void test_constant_acceleration(void **state)
{
    const double a[3] = { 0.3, -0.2, 1 };
    bs_imu_sample rows[ROWS];
    bs_imu imu = constant(rows, (double[]){ 0, 0, 0 }, a);
    bs_state from = at_home, to;

    (void)state;
    from.v_m_s[1] = 2;
    to = carry(&imu, &weightless, from, 1503 * MS);
    for (int k = 0; k < 3; k++) {
        assert_near(to.v_m_s[k], from.v_m_s[k] + 1.503 * a[k], 1e-12, "velocity");
        assert_near(to.T_world_body.t_m[k], 1.503 * from.v_m_s[k] + 0.5 * 1.503 * 1.503 * a[k], 1e-12,
                    "position");
    }
}

/* At rest the accelerometer reads +g upwards and nothing moves; reading nothing, the body falls. */
static void test_gravity(void **state)
{
    bs_imu_sample rows[ROWS];
    bs_imu imu = constant(rows, (double[]){ 0, 0, 0 }, (double[]){ 0, MOTION_GRAVITY, 0 });
    bs_state from = at_home, to;

    (void)state;
    from.T_world_body.q[0] = from.T_world_body.q[3] = sqrt(0.5); /* the body's y is up */
    to = carry(&imu, &on_earth, from, 1000 * MS);
    for (int k = 0; k < 3; k++)
        assert_near(to.T_world_body.t_m[k], 0, 1e-13, "at rest");
    imu = constant(rows, (double[]){ 0, 0, 0 }, (double[]){ 0, 0, 0 });
    to = carry(&imu, &on_earth, from, 1000 * MS);
    assert_near(to.T_world_body.t_m[2], -0.5 * MOTION_GRAVITY, 1e-12, "free fall");
    assert_near(to.v_m_s[2], -MOTION_GRAVITY, 1e-12, "free fall");
}

/* What is taken off: a bias in the readings and the same in the calibration leave nothing. */
static void test_biases(void **state)
{
    bs_imu_calibration cal = { { 0.1, -0.2, 0.3 }, { 0.4, 0.5, -0.6 }, { 0, 0, 0 } };
    bs_imu_sample rows[ROWS];
    const bs_imu imu = constant(rows, cal.gyro_bias_rad_s, cal.accel_bias_m_s2);
    const bs_state to = carry(&imu, &cal, at_home, 1998 * MS);

    (void)state;
    assert_true(bs_pose_inverse(&to.T_world_body).q[3] == 1);
    for (int k = 0; k < 3; k++)
        assert_true(to.T_world_body.t_m[k] == 0 && to.w_rad_s[k] == 0);
}

/* The largest error over windows of 'length_ns' that begin everywhere. */
static motion_error worst_window(const motion *m, int64_t interval_ns, int64_t length_ns)
{
    bs_imu *imu = motion_imu(m, (size_t)(4000 * MS / interval_ns), interval_ns);
    motion_error worst = { 0, 0 };

    /* Away from both ends, where slopes are one-sided. */
    for (int64_t t = 10 * interval_ns; t + length_ns < 3900 * MS; t += 7 * MS + 13) {
        const bs_state from = motion_state(m, 1e-9 * (double)t);
        const bs_state truth = motion_state(m, 1e-9 * (double)(t + length_ns));
        const bs_state to = carry(imu, &on_earth, from, t + length_ns);
        const motion_error e =
            motion_compare(&from.T_world_body, &to.T_world_body, &from.T_world_body, &truth.T_world_body);

        worst.turn_deg = fmax(worst.turn_deg, e.turn_deg);
        worst.way_m = fmax(worst.way_m, e.way_m);
    }
    bs_imu_free(&imu);
    return worst;
}

static void test_simulated_truth(void **state)
{
    const motion_error shake = worst_window(&motion_shake, 5 * MS, 100 * MS);
    const motion_error brisk = worst_window(&motion_brisk, 5 * MS, 100 * MS);

    (void)state;
    if (!(shake.turn_deg < 2e-5 && shake.way_m < 1e-6))
        fail_msg("shake: %g deg, %g m", shake.turn_deg, shake.way_m);
    if (!(brisk.turn_deg < 1e-4 && brisk.way_m < 5e-6))
        fail_msg("brisk: %g deg, %g m", brisk.turn_deg, brisk.way_m);
}

/* Of fourth order: twice the rate, a sixteenth of the error. */
static void test_order(void **state)
{
    const motion_error coarse = worst_window(&motion_brisk, 5 * MS, 100 * MS);
    const motion_error fine = worst_window(&motion_brisk, 5 * MS / 2, 100 * MS);

    (void)state;
    if (!(fine.turn_deg < coarse.turn_deg / 7 && fine.way_m < coarse.way_m / 7))
        fail_msg("%g deg, %g m; at twice the rate %g deg, %g m", coarse.turn_deg, coarse.way_m, fine.turn_deg,
                 fine.way_m);
}

/* Rows at uneven times, some of them lost. */
static void test_uneven(void **state)
{
    const motion *m = &motion_brisk;
    bs_imu *imu = motion_imu(m, ROWS, 5 * MS);
    const bs_state from = motion_state(m, 0.5), truth = motion_state(m, 0.6);
    motion_error e;
    bs_state to;
    size_t n = 0;

    (void)state;
    for (int i = 0; i < ROWS; i++) {
        const int64_t t_ns = 5 * MS * i + (i * 7919) % 1000 * 1500; /* up to 1.5 ms late */

        if (i % 23 == 5)
            continue;
        imu->rows[n] = motion_reading(m, 1e-9 * (double)t_ns);
        imu->rows[n++].t_ns = t_ns;
    }
    imu->n = n;
    to = carry(imu, &on_earth, from, 600 * MS);
    e = motion_compare(&from.T_world_body, &to.T_world_body, &from.T_world_body, &truth.T_world_body);
    if (!(e.turn_deg < 1e-4 && e.way_m < 2e-6))
        fail_msg("%g deg, %g m", e.turn_deg, e.way_m);
    bs_imu_free(&imu);
}

/* Rows half a lifetime apart, as of a time in a wrong unit, turn by any angle, but still turn. */
static void test_any_angle(void **state)
{
    bs_imu_sample rows[2] = { { .gyro_rad_s = { 20, 20, 32 } },
                              { .t_ns = INT64_C(2140000580000000000), .gyro_rad_s = { 10, -20, 3 } } };
    const bs_imu imu = { .path = (char[]){ "far" }, .rows = rows, .n = 2 };
    const bs_state to = carry(&imu, &weightless, at_home, rows[1].t_ns);
    const double *q = to.T_world_body.q;

    (void)state;
    assert_near(q[0] * q[0] + q[1] * q[1] + q[2] * q[2] + q[3] * q[3], 1, 1e-12, "a unit quaternion");
}

static void test_range(void **state)
{
    bs_imu_sample rows[ROWS];
    const bs_imu imu = constant(rows, (double[]){ 0, 0, 0 }, (double[]){ 0, 0, 0 });
    bs_state from = at_home, to = { .t_ns = 42 };
    bs_err err = { 0 };

    (void)state;
    assert_int_equal(bs_imu_integrate(&imu, &weightless, &from, 2000 * MS, &to, &err), BS_OK);
    assert_int_equal(bs_imu_integrate(&imu, &weightless, &from, 0, &to, &err), BS_OK);
    to.t_ns = 42;
    assert_int_equal(bs_imu_integrate(&imu, &weightless, &from, 2000 * MS + 1, &to, &err), BS_ERANGE);
    assert_non_null(strstr(err.text, "constant: from 0.000000000 s to 2.000000001 s"));
    from.t_ns = -1;
    assert_int_equal(bs_imu_integrate(&imu, &weightless, &from, 5, &to, NULL), BS_ERANGE);
    from.t_ns = 100;
    assert_int_equal(bs_imu_integrate(&imu, &weightless, &from, 99, &to, NULL), BS_ERANGE);
    assert_int_equal(to.t_ns, 42);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_constant_rate),   cmocka_unit_test(test_constant_acceleration),
        cmocka_unit_test(test_gravity),         cmocka_unit_test(test_biases),
        cmocka_unit_test(test_simulated_truth), cmocka_unit_test(test_order),
        cmocka_unit_test(test_uneven),          cmocka_unit_test(test_any_angle),
        cmocka_unit_test(test_range),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
