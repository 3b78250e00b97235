/* Rest is found where nothing moves and nowhere else; what it tells of the gyroscope's bias and of
 * gravity. */
#include <math.h>

#include "imu/integrate_internal.h"
#include "tests/imu_motion.h"
#include "tests/trace_files.h"

#define MS INT64_C(1000000)
#define RATE 200
#define GAP_NS (25 * MS)

/* A number in [-1, 1) that looks random; the same sequence for the same 'seed'. */
static double noise(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return (double)(*seed >> 8) / 8388608.0 - 1;
}

/* A second after another at rest ('.') or moving ('m'), level, with a sensor's noise. */
static bs_imu *story(const char *seconds)
{
    bs_imu *imu = motion_imu(&motion_brisk, strlen(seconds) * RATE, 5 * MS);
    uint32_t seed = 1;

    for (size_t i = 0; i < imu->n; i++) {
        bs_imu_sample *r = &imu->rows[i];

        for (int k = 0; k < 3; k++) {
            if (seconds[i / RATE] == '.') {
                r->gyro_rad_s[k] = 0;
                r->accel_m_s2[k] = k == 2 ? 9.7 : 0;
            }
            r->gyro_rad_s[k] += 0.004 * noise(&seed);
            r->accel_m_s2[k] += 0.05 * noise(&seed);
        }
    }
    return imu;
}

static size_t find(const bs_imu *imu, bs_still rests[4])
{
    bs_still *found = NULL;
    size_t n = 0;

    assert_int_equal(bs_rests_find(imu, GAP_NS, &found, &n, NULL), BS_OK);
    assert_true(n <= 4);
    if (n)
        memcpy(rests, found, n * sizeof *rests);
    free(found);
    return n;
}

static void test_found(void **state)
{
    bs_imu *imu = story("..mmm..mm.");
    bs_still r[4];

    (void)state;
    assert_int_equal(find(imu, r), 3);
    assert_true(r[0].first == 0 && r[1].last < 7 * RATE + 10 && r[2].last == imu->n - 1);
    assert_near((double)r[0].last, 2 * RATE, 10, "end of the first, to a block");
    assert_near((double)r[1].first, 5 * RATE, 10, "begin of the second");
    assert_near((double)r[1].last, 7 * RATE, 10, "end of the second");
    assert_near((double)r[2].first, 9 * RATE, 10, "begin of the third");
    assert_near(bs_rests_gravity(r, 3), 9.7, 0.01, "gravity");
    bs_imu_free(&imu);
}

static void test_shake_is_no_rest(void **state)
{
    bs_imu *imu = motion_imu(&motion_shake, 20 * RATE, 5 * MS);
    bs_still r[4];

    (void)state;
    assert_int_equal(find(imu, r), 0);
    imu->has_accel = 0;
    assert_int_equal(find(imu, r), 0);
    bs_imu_free(&imu);
}

static void test_gyroscope_alone(void **state)
{
    bs_imu *imu = story("m..m");
    bs_still r[4];

    (void)state;
    imu->has_accel = 0;
    for (size_t i = 0; i < imu->n; i++)
        memset(imu->rows[i].accel_m_s2, 0, sizeof imu->rows[i].accel_m_s2);
    assert_int_equal(find(imu, r), 1);
    assert_near((double)r[0].first, RATE, 10, "begin");
    bs_imu_free(&imu);
}

/* A steady turn is no rest: not if it is fast, not if it tilts gravity, not beside a rest without it. */
static void test_steady_turn(void **state)
{
    static const struct {
        double gyro[3], tilt_rad_s;
        size_t rests;
    } turns[] = {
        { { 0, 0, 0.3 }, 0, 0 },     /* a pan */
        { { 0.09, 0, 0 }, 0.09, 0 }, /* a slow roll: gravity wanders by 0.09 rad a second */
        { { 0, 0, 0.05 }, 0, 1 },    /* cannot be told from a bias */
    };
    bs_imu *imu = story("....");
    bs_still r[4];

    (void)state;
    for (size_t i = 0; i < sizeof turns / sizeof turns[0]; i++) {
        for (size_t j = 0; j < imu->n; j++) {
            const double angle = turns[i].tilt_rad_s * (double)j / RATE;

            memcpy(imu->rows[j].gyro_rad_s, turns[i].gyro, sizeof turns[i].gyro);
            imu->rows[j].accel_m_s2[0] = 0;
            imu->rows[j].accel_m_s2[1] = MOTION_GRAVITY * sin(angle);
            imu->rows[j].accel_m_s2[2] = MOTION_GRAVITY * cos(angle);
        }
        assert_int_equal(find(imu, r), turns[i].rests);
    }
    bs_imu_free(&imu);
    imu = story("...m..");
    for (size_t i = 4 * RATE; i < imu->n; i++)
        imu->rows[i].gyro_rad_s[2] += 0.03;
    assert_int_equal(find(imu, r), 1);
    assert_true(r[0].first == 0);
    bs_imu_free(&imu);
}

static void test_gap_ends_rest(void **state)
{
    bs_imu *imu = story("....");
    bs_still r[4];

    (void)state;
    for (size_t i = 2 * RATE; i < imu->n; i++)
        imu->rows[i].t_ns += 100 * MS;
    assert_int_equal(find(imu, r), 2);
    assert_true(r[0].last == 2 * RATE - 1 && r[1].first == 2 * RATE);
    bs_imu_free(&imu);
}

static bs_trace *integrate(const bs_imu *imu, const bs_trace_options *opt)
{
    bs_trace *tr = NULL;
    bs_err err = { 0 };

    if (bs_trace_from_imu(imu, opt, &tr, &err))
        fail_msg("%s", err.text);
    return tr;
}

/* A bias that wanders from one rest to another is followed between them. */
static void test_bias(void **state)
{
    bs_imu *imu = story("..mmm..mmm");
    bs_still r[4];

    (void)state;
    for (size_t i = 0; i < imu->n; i++)
        imu->rows[i].gyro_rad_s[1] += 0.02 + 0.002 * (double)i / RATE;
    assert_int_equal(find(imu, r), 2);
    assert_near(r[0].gyro_rad_s[1], 0.022, 5e-4, "in the middle of the first");
    assert_near(r[1].gyro_rad_s[1], 0.032, 5e-4, "in the middle of the second");
    for (size_t i = 0; i < imu->n; i++)
        imu->rows[i].gyro_rad_s[1] = 0.02 + 0.002 * (double)i / RATE;
    bs_rests_unbias(imu, r, 2);
    for (size_t i = RATE; i < 6 * RATE; i++)
        assert_near(imu->rows[i].gyro_rad_s[1], 0, 1e-3, "between the rests");
    assert_near(imu->rows[0].gyro_rad_s[1], 0.020 - 0.022, 5e-4, "constant before the first");
    assert_near(imu->rows[imu->n - 1].gyro_rad_s[1], 0.040 - 0.032, 5e-4, "constant after the last");
    bs_imu_free(&imu);
}

static void test_sources_of_bias(void **state)
{
    const bs_trace_options given = { .has_gyro_bias = 1, .gyro_bias_rad_s = { 0.1, 0.2, 0.3 } };
    const bs_trace_options shifted = { .shift_ns = 3 * MS };
    bs_imu *still = story("..mm"), *moving = motion_imu(&motion_brisk, 4 * RATE, 5 * MS);
    bs_trace *tr = integrate(still, &shifted);
    const bs_imu_summary *sum = bs_trace_describe(tr)->imu;

    (void)state;
    assert_int_equal(sum->bias_source, BS_BIAS_REST);
    assert_string_equal(sum->notes, "");
    assert_int_equal(sum->n_rests, 1);
    assert_int_equal(sum->rests[0].start_ns, -3 * MS);
    assert_near(sum->gravity_m_s2, 9.7, 0.01, "gravity from rest");
    assert_near(sum->rate_hz, RATE, 1e-9, "rate");
    bs_trace_close(&tr);
    tr = integrate(moving, NULL);
    sum = bs_trace_describe(tr)->imu;
    assert_int_equal(sum->bias_source, BS_BIAS_NONE);
    assert_string_equal(sum->notes, "no stretch at rest: the gyroscope's bias is taken as 0");
    assert_near(sum->gravity_m_s2, 9.81, 0, "gravity without rest");
    for (int k = 0; k < 3; k++)
        assert_near(sum->gyro_bias_rad_s[k], 0, 0, "bias");
    bs_trace_close(&tr);
    tr = integrate(still, &given);
    sum = bs_trace_describe(tr)->imu;
    assert_int_equal(sum->bias_source, BS_BIAS_GIVEN);
    for (int k = 0; k < 3; k++)
        assert_near(sum->gyro_bias_rad_s[k], given.gyro_bias_rad_s[k], 1e-12, "bias");
    bs_trace_close(&tr);
    bs_imu_free(&still);
    bs_imu_free(&moving);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_found),           cmocka_unit_test(test_shake_is_no_rest),
        cmocka_unit_test(test_gyroscope_alone), cmocka_unit_test(test_steady_turn),
        cmocka_unit_test(test_gap_ends_rest),   cmocka_unit_test(test_bias),
        cmocka_unit_test(test_sources_of_bias),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
