/* Real readings against poses of a motion-capture system: what docs/imu.md says stays true. */
#include <math.h>

#include "imu/integrate.h"
#include "tests/imu_accuracy.h"
#include "tests/imu_files.h"

#define MS INT64_C(1000000)

static char imu_path[4096], truth_path[4096];

static void find_data(void)
{
    shared_file("real/euroc_v1_02/mav0/imu0/data.csv", imu_path, sizeof imu_path);
    shared_file("real/euroc_v1_02/mav0/state_groundtruth_estimate0/data.csv", truth_path, sizeof truth_path);
}

static bs_trace *by_rule(bs_velocity rule)
{
    const bs_trace_options opt = { .velocity = rule, .velocity_poses = truth_path };
    bs_trace *tr = NULL;
    bs_err err = { 0 };

    if (bs_trace_open(imu_path, &opt, &tr, &err))
        fail_msg("%s", err.text);
    return tr;
}

static void assert_below(double value, double limit, const char *what)
{
    if (!(value <= limit))
        fail_msg("%s: %g, expected at most %g", what, value, limit);
}

static void test_rotation(void **state)
{
    const bs_imu_summary *sum;
    bs_trace *tr, *truth;
    bs_imu *imu;
    acc_errors e;

    (void)state;
    find_data();
    imu = read_file(imu_path, NULL);
    truth = acc_truth(truth_path);
    tr = by_rule(BS_VELOCITY_ZERO_MEAN);
    sum = bs_trace_describe(tr)->imu;
    assert_true(sum->bias_source == BS_BIAS_REST && sum->n_rests >= 1);
    assert_near(sum->rests[0].start_ns, bs_trace_describe(tr)->origin_ns, 0, "begins at rest");
    for (int k = 0; k < 3; k++) /* the dataset's own estimate */
        assert_near(sum->gyro_bias_rad_s[k], (double[]){ -0.00215, 0.0207, 0.0758 }[k], 0.003, "bias");
    assert_near(sum->gravity_m_s2, 9.81, 0.03, "gravity");
    e = acc_of_trace(imu, tr, truth, 100 * MS);
    assert_below(e.turn_deg_median, 0.02, "median of rotation, degrees");
    assert_below(e.turn_deg_p95, 0.05, "p95 of rotation, degrees");
    bs_trace_close(&tr);
    bs_trace_close(&truth);
    bs_imu_free(&imu);
}

static void test_translation(void **state)
{
    bs_trace *tr, *truth;
    bs_imu *imu;
    acc_errors e;

    (void)state;
    find_data();
    imu = read_file(imu_path, NULL);
    truth = acc_truth(truth_path);
    tr = by_rule(BS_VELOCITY_POSES);
    assert_true(strstr(bs_trace_describe(tr)->imu->notes, "200 of 7999 rows") != NULL);
    e = acc_of_pieces(imu, bs_trace_describe(tr)->imu->gyro_bias_rad_s, 9.81, truth, ACC_START_TRUE,
                      100 * MS);
    assert_below(e.way_mm_median, 0.8, "median of translation from a known start, mm");
    assert_below(e.way_mm_p95, 1.3, "p95 of translation from a known start, mm");
    e = acc_of_trace(imu, tr, truth, 100 * MS);
    assert_below(e.way_mm_median, 0.18, "median of translation with velocities of poses, mm");
    assert_below(e.way_mm_p95, 0.35, "p95 of translation with velocities of poses, mm");
    assert_below(e.turn_deg_median, 0.01, "median of rotation with poses, degrees");
    bs_trace_close(&tr);
    bs_trace_close(&truth);
    bs_imu_free(&imu);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_rotation), cmocka_unit_test(test_translation) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
