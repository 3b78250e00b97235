/* The rules for the velocity; what rest, gaps and a lone gyroscope become. */
#include <math.h>

#include "imu/integrate.h"
#include "imu/rotation.h"
#include "imu/trace_internal.h"
#include "tests/imu_motion.h"
#include "tests/trace_files.h"

#define MS INT64_C(1000000)
#define RATE 200
#define SECONDS 20

static const double no_bias[3] = { 0, 0, 0 };

static bs_trace *integrate(const bs_imu *imu, const bs_trace_options *opt)
{
    bs_trace *tr = NULL;
    bs_err err = { 0 };

    if (bs_trace_from_imu(imu, opt, &tr, &err))
        fail_msg("%s", err.text);
    return tr;
}

static bs_imu *biased(const motion *m, const double gyro[3], const double accel[3])
{
    bs_imu *imu = motion_imu(m, SECONDS * RATE, 5 * MS);

    for (size_t i = 0; i < imu->n; i++)
        for (int k = 0; k < 3; k++) {
            imu->rows[i].gyro_rad_s[k] += gyro[k];
            imu->rows[i].accel_m_s2[k] += accel[k];
        }
    return imu;
}

/* The largest error over windows of 100 ms that begin between two times. */
static motion_error worst_window(const bs_trace *tr, const motion *m, int64_t begin_ns, int64_t end_ns)
{
    motion_error worst = { 0, 0 };

    for (int64_t t = begin_ns; t < end_ns; t += 17 * MS + 3) {
        const bs_state from = motion_state(m, 1e-9 * (double)t), to = motion_state(m, 1e-9 * (double)t + 0.1);
        bs_pose a, b;
        motion_error e;

        assert_int_equal(bs_trace_pose_at(tr, t, &a, NULL), BS_OK);
        assert_int_equal(bs_trace_pose_at(tr, t + 100 * MS, &b, NULL), BS_OK);
        e = motion_compare(&a, &b, &from.T_world_body, &to.T_world_body);
        worst.turn_deg = fmax(worst.turn_deg, e.turn_deg);
        worst.way_m = fmax(worst.way_m, e.way_m);
    }
    return worst;
}

static void assert_errors(motion_error e, double turn_deg, double way_m, const char *what)
{
    if (!(e.turn_deg <= turn_deg && e.way_m <= way_m))
        fail_msg("%s: %g deg, %g m: expected at most %g deg, %g m", what, e.turn_deg, e.way_m, turn_deg,
                 way_m);
}

/* Hand shake passes; neither a bias of the accelerometer nor a steady flight is seen. */
static void test_zero_mean(void **state)
{
    bs_imu *perfect = biased(&motion_shake, no_bias, no_bias);
    bs_imu *poor = biased(&motion_shake, no_bias, (double[]){ 0.2, -0.1, 0.3 });
    bs_trace *a = integrate(perfect, NULL), *b = integrate(poor, NULL);
    bs_pose p;

    (void)state;
    /* The sway of 0.4 Hz is 1 mm to 2 mm in 100 ms; a little of it is lost, more of it at the ends. */
    assert_errors(worst_window(a, &motion_shake, 2000 * MS, 18000 * MS), 0.02, 4e-4, "inside");
    assert_errors(worst_window(a, &motion_shake, 0, 19900 * MS), 0.02, 2.5e-3, "everywhere");
    assert_errors(worst_window(b, &motion_shake, 2000 * MS, 18000 * MS), 0.02, 5e-4, "with a bias");
    assert_errors(worst_window(b, &motion_shake, 0, 19900 * MS), 0.02, 3e-3, "everywhere, with a bias");
    assert_int_equal(bs_trace_pose_at(b, 19995 * MS, &p, NULL), BS_OK);
    for (int k = 0; k < 3; k++)
        assert_near(p.t_m[k], 0, 0.03, "it does not run away");
    assert_string_equal(bs_trace_describe(a)->imu->notes,
                        "no stretch at rest: the gyroscope's bias is taken as 0");
    bs_trace_close(&a);
    bs_trace_close(&b);
    bs_imu_free(&perfect);
    bs_imu_free(&poor);
}

/* Along x from rest to rest: 0.3 m from 2 s to 3 s and back from 5 s to 6 s, without jerk at the ends. */
static double push_at(double t)
{
    const double s = t < 4 ? t - 2 : t - 5, sign = t < 4 ? 1 : -1;

    return s < 0 || s > 1 ? 0 : sign * 0.3 * (60 * s - 180 * s * s + 120 * s * s * s);
}

static bs_imu *there_and_back(double accel_bias)
{
    bs_imu *imu = motion_imu(&motion_shake, 8 * RATE, 5 * MS);

    for (size_t i = 0; i < imu->n; i++) {
        const double reading[3] = { push_at((double)i / RATE) + accel_bias, 0, MOTION_GRAVITY };

        memset(imu->rows[i].gyro_rad_s, 0, sizeof imu->rows[i].gyro_rad_s);
        memcpy(imu->rows[i].accel_m_s2, reading, sizeof reading);
    }
    return imu;
}

static void test_rest(void **state)
{
    const bs_trace_options opt = { .velocity = BS_VELOCITY_REST };

    (void)state;
    for (int biased_too = 0; biased_too < 2; biased_too++) {
        bs_imu *imu = there_and_back(biased_too ? 0.1 : 0);
        bs_trace *tr = integrate(imu, &opt);
        /* A bias of 0.1 m/s^2 tilts the world by 0.1 / 9.81, which 0.3 m see as 3 mm. */
        bs_pose at1, at1_5, at4, at5, at7;

        assert_int_equal(bs_trace_describe(tr)->imu->n_rests, 3);
        assert_string_equal(bs_trace_describe(tr)->imu->notes, "");
        bs_trace_pose_at(tr, 1000 * MS, &at1, NULL);
        bs_trace_pose_at(tr, 1500 * MS, &at1_5, NULL);
        bs_trace_pose_at(tr, 4000 * MS, &at4, NULL);
        bs_trace_pose_at(tr, 4800 * MS, &at5, NULL);
        bs_trace_pose_at(tr, 7000 * MS, &at7, NULL);
        for (int k = 0; k < 3; k++) {
            assert_near(at1_5.t_m[k] - at1.t_m[k], 0, 0, "at rest");
            assert_near(at5.t_m[k] - at4.t_m[k], 0, 0, "at rest again");
            assert_near(at4.t_m[k] - at1.t_m[k], k ? 0 : 0.3, 0.0035, "there");
            assert_near(at7.t_m[k] - at1.t_m[k], 0, 0.0035, "and back");
        }
        bs_trace_close(&tr);
        bs_imu_free(&imu);
    }
}

/* Without any rest the first row is at rest, whatever it was. */
static void test_rest_without_rest(void **state)
{
    const bs_trace_options opt = { .velocity = BS_VELOCITY_REST };
    bs_imu *imu = biased(&motion_shake, no_bias, no_bias);
    bs_trace *tr = integrate(imu, &opt);

    (void)state;
    assert_true(tr->rows[0].v_m_s[0] == 0 && tr->rows[0].v_m_s[1] == 0 && tr->rows[0].v_m_s[2] == 0);
    assert_non_null(strstr(bs_trace_describe(tr)->imu->notes,
                           "1 of 1 stretches without rest: each is taken to begin at rest"));
    bs_trace_close(&tr);
    bs_imu_free(&imu);
}

/* What moves before it comes to rest moved backwards in time from there. */
static void test_rest_at_the_end(void **state)
{
    const bs_trace_options opt = { .velocity = BS_VELOCITY_REST };
    bs_imu *imu = motion_imu(&motion_shake, 6 * RATE, 5 * MS);
    bs_trace *tr;

    (void)state;
    imu->gravity_removed = 1;
    for (size_t i = 0; i < imu->n; i++) { /* 3 s at -0.5 m/s, 0.5 s of braking, 2.5 s at rest */
        const double t = (double)i / RATE;

        imu->rows[i] = (bs_imu_sample){ .t_ns = imu->rows[i].t_ns,
                                        .gyro_rad_s = { t < 3.2 ? sin(9 * t) : 0, 0, 0 },
                                        .accel_m_s2 = { t >= 3 && t < 3.5 ? 1 : 0, 0, 0 } };
    }
    tr = integrate(imu, &opt);
    assert_int_equal(bs_trace_describe(tr)->imu->n_rests, 1);
    assert_near(tr->rows[0].v_m_s[0], -0.5, 0.01, "speed at the first row");
    assert_near(tr->rows[2 * RATE].v_m_s[0], -0.5, 0.01, "and on");
    assert_near(tr->rows[2 * RATE].T_world_body.t_m[0], -1, 0.02, "way in two seconds");
    assert_true(tr->rows[5 * RATE].v_m_s[0] == 0);
    assert_memory_equal(tr->rows[5 * RATE].T_world_body.t_m, tr->rows[4 * RATE].T_world_body.t_m,
                        3 * sizeof(double)); /* in every bit */
    bs_trace_close(&tr);
    bs_imu_free(&imu);
}

/* Positions are the integral of the velocities, whatever was added to these. */
static void test_way_is_the_integral(void **state)
{
    bs_imu *imu = biased(&motion_brisk, no_bias, (double[]){ 0.3, 0, 0 });

    (void)state;
    for (int rule = 0; rule < 2; rule++) {
        const bs_trace_options opt = { .velocity = (bs_velocity)rule };
        bs_trace *tr = integrate(imu, &opt);
        const bs_state *s = tr->rows;
        double way = 0;

        for (size_t i = 1; i < imu->n; i++)
            way += 0.5 / RATE * (s[i - 1].v_m_s[0] + s[i].v_m_s[0]);
        assert_near(s[imu->n - 1].T_world_body.t_m[0] - s[0].T_world_body.t_m[0], way, 1e-3, "way");
        bs_trace_close(&tr);
    }
    bs_imu_free(&imu);
}

/* Poses of the body at 'hz' in another world, by our format, without those between two times. */
static void write_poses(const motion *m, int hz, double from_s, double to_s, const bs_pose *T_other_world)
{
    FILE *f = fopen(trace_path, "w");

    assert_non_null(f);
    fputs(CSV_HEADER, f);
    for (int i = 0; i < SECONDS * hz; i++) {
        const bs_state s = motion_state(m, (double)i / hz);
        const bs_pose p = bs_pose_mul(T_other_world, &s.T_world_body);
        const double *t = p.t_m, *q = p.q, sign = i % 2 ? -1 : 1; /* either is the same rotation */

        if ((double)i / hz <= from_s || (double)i / hz >= to_s)
            fprintf(f, "%.9f,%.9f,%.9f,%.9f,%.9f,%.9f,%.9f,%.9f\n", (double)i / hz, t[0], t[1], t[2],
                    sign * q[0], sign * q[1], sign * q[2], sign * q[3]);
    }
    assert_int_equal(fclose(f), 0);
}

static void test_poses(void **state)
{
    const bs_trace_options opt = { .velocity = BS_VELOCITY_POSES, .velocity_poses = trace_path };
    bs_imu *imu = biased(&motion_brisk, (double[]){ 0.01, -0.02, 0.03 }, (double[]){ 0.2, -0.1, 0.3 });
    const bs_pose same = bs_pose_identity();
    const bs_trace_info *info;
    bs_trace *tr;

    (void)state;
    write_poses(&motion_brisk, 50, 8, 8.5, &same);
    tr = integrate(imu, &opt);
    info = bs_trace_describe(tr);
    assert_errors(worst_window(tr, &motion_brisk, 300 * MS, 7600 * MS), 0.2, 1e-3, "before the gap");
    assert_errors(worst_window(tr, &motion_brisk, 8700 * MS, 19500 * MS), 0.2, 1e-3, "after the gap");
    assert_int_equal(info->n_stretches, 2);
    assert_true(info->stretches[0].end_ns == 8000 * MS && info->stretches[1].start_ns == 8500 * MS);
    assert_non_null(strstr(info->imu->notes, " rows have no pose"));
    assert_near(info->imu->gravity_m_s2, 9.81, 0.45, "gravity with the accelerometer's bias");
    bs_trace_close(&tr);
    bs_imu_free(&imu);
}

/* The world is that of the poses, and gravity is where it is there. */
static void test_poses_of_a_tilted_world(void **state)
{
    const bs_trace_options opt = { .velocity = BS_VELOCITY_POSES, .velocity_poses = trace_path };
    const bs_pose z_to_x = { .q = { 0.5, 0.5, 0.5, 0.5 }, .t_m = { 3, -2, 5 } };
    bs_imu *imu = biased(&motion_brisk, no_bias, no_bias);
    const double *down;
    bs_trace *tr;

    (void)state;
    write_poses(&motion_brisk, 50, 30, 30, &z_to_x);
    tr = integrate(imu, &opt);
    assert_errors(worst_window(tr, &motion_brisk, 300 * MS, 19500 * MS), 0.05, 1e-3, "a tilted world");
    down = bs_trace_describe(tr)->imu->down_world;
    assert_near(down[0], -1, 1e-4, "down is -x");
    assert_near(down[1], 0, 5e-3, "and not y");
    assert_near(down[2], 0, 5e-3, "nor z");
    bs_trace_close(&tr);
    imu->n = RATE; /* so short that the gain in speed counts */
    tr = integrate(imu, &opt);
    assert_near(bs_trace_describe(tr)->imu->gravity_m_s2, MOTION_GRAVITY, 0.1, "gravity in a second");
    assert_near(bs_trace_describe(tr)->imu->down_world[0], -1, 1e-3, "down in a second");
    bs_trace_close(&tr);
    bs_imu_free(&imu);
}

static void test_refused(void **state)
{
    bs_trace_options opt = { .velocity = BS_VELOCITY_POSES };
    bs_imu *imu = motion_imu(&motion_shake, 10, 5 * MS);
    bs_trace *tr = NULL;
    bs_err err = { 0 };

    (void)state;
    assert_int_equal(bs_trace_from_imu(imu, &opt, &tr, &err), BS_EINVAL);
    opt.velocity_poses = trace_path;
    write_bytes("100 0 0 0 0 0 0 1\n101 0 0 0 0 0 0 1\n", 36);
    err = (bs_err){ 0 };
    assert_int_equal(bs_trace_from_imu(imu, &opt, &tr, &err), BS_EINVAL);
    assert_non_null(strstr(err.text, "they run from 100.000 s to 101.000 s"));
    write_bytes("timestamp,gx,gy,gz\n0,0,0,0\n1,0,0,0\n", 35);
    assert_int_equal(bs_trace_from_imu(imu, &opt, &tr, NULL), BS_EFORMAT);
    imu->rows[3].gyro_rad_s[1] = NAN;
    err = (bs_err){ 0 };
    assert_int_equal(bs_trace_from_imu(imu, NULL, &tr, &err), BS_EINVAL);
    assert_string_equal(err.text, "simulated: row 3: expected readings below 1e+06");
    imu->rows[2].t_ns = imu->rows[1].t_ns;
    assert_int_equal(bs_trace_from_imu(imu, NULL, &tr, NULL), BS_EINVAL);
    imu->n = 1;
    assert_int_equal(bs_trace_from_imu(imu, NULL, &tr, NULL), BS_EINVAL);
    assert_null(tr);
    bs_imu_free(&imu);
}

/* However the IMU lies, at rest nothing moves, by any rule; nor without gravity if that is removed. */
static void test_at_rest(void **state)
{
    bs_imu *imu = motion_imu(&motion_shake, 5 * RATE, 5 * MS);

    (void)state;
    for (int removed = 0; removed < 2; removed++) {
        imu->gravity_removed = removed;
        for (size_t i = 0; i < imu->n; i++)
            for (int k = 0; k < 3; k++) {
                imu->rows[i].gyro_rad_s[k] = 0.01 * (k + 1);
                imu->rows[i].accel_m_s2[k] = removed ? 0 : (double[]){ 3, -9, -2 }[k];
            }
        for (int rule = 0; rule < 2; rule++) {
            const bs_trace_options opt = { .velocity = (bs_velocity)rule };
            bs_trace *tr = integrate(imu, &opt);
            bs_pose p;

            for (int64_t t = 0; t < 4990 * MS; t += 100 * MS + 1) {
                assert_int_equal(bs_trace_pose_at(tr, t, &p, NULL), BS_OK);
                for (int k = 0; k < 3; k++)
                    assert_near(p.t_m[k], 0, 1e-12, "it stays");
                for (int k = 0; k < 4; k++)
                    assert_near(p.q[k], tr->rows[0].T_world_body.q[k], 1e-12, "it does not turn");
            }
            bs_trace_close(&tr);
        }
    }
    bs_imu_free(&imu);
}

/* The world's z is up, however the IMU lies. */
static void test_level(void **state)
{
    const double lying[][3] = { { 0, 0, 9.81 }, { 0, 0, -9.81 }, { 9.81, 0, 0 }, { 3, -9, -2 } };
    bs_imu *imu = motion_imu(&motion_shake, RATE, 5 * MS);

    (void)state;
    for (size_t j = 0; j < sizeof lying / sizeof lying[0]; j++) {
        double R[9], up = 0;
        bs_trace *tr;

        for (size_t i = 0; i < imu->n; i++) {
            memset(imu->rows[i].gyro_rad_s, 0, sizeof imu->rows[i].gyro_rad_s);
            memcpy(imu->rows[i].accel_m_s2, lying[j], sizeof lying[j]);
        }
        tr = integrate(imu, NULL);
        bs_pose_rotation(&tr->rows[RATE / 2].T_world_body, R);
        for (int k = 0; k < 3; k++)
            up += R[6 + k] * lying[j][k] /
                  sqrt(lying[j][0] * lying[j][0] + lying[j][1] * lying[j][1] + lying[j][2] * lying[j][2]);
        assert_near(up, 1, 1e-12, "the accelerometer's direction at rest is up");
        assert_true(tr->info.imu->down_world[2] == -1);
        bs_trace_close(&tr);
    }
    bs_imu_free(&imu);
}

/* What lies behind a gap is integrated by itself: as if nothing had been before. */
static void test_gap(void **state)
{
    const bs_trace_options opt = { .has_gyro_bias = 1 };
    bs_imu *imu = motion_imu(&motion_brisk, 6 * RATE, 5 * MS), tail = *imu;
    const size_t first = 2 * RATE;
    bs_trace *whole, *part;

    (void)state;
    for (size_t i = first; i < imu->n; i++)
        imu->rows[i].t_ns += 30 * MS;
    tail.rows += first;
    tail.n -= first;
    whole = integrate(imu, &opt);
    part = integrate(&tail, &opt);
    assert_int_equal(bs_trace_describe(whole)->n_stretches, 2);
    assert_int_equal(bs_trace_describe(part)->n_stretches, 1);
    assert_memory_equal(whole->rows + first, part->rows, tail.n * sizeof *part->rows);
    bs_trace_close(&whole);
    bs_trace_close(&part);
    bs_imu_free(&imu);
}

static void test_gyroscope_alone(void **state)
{
    bs_imu *imu = motion_imu(&motion_brisk, 4 * RATE, 5 * MS);
    const bs_trace_info *info;
    bs_trace *tr;

    (void)state;
    imu->has_accel = 0;
    for (size_t i = 0; i < imu->n; i++)
        memset(imu->rows[i].accel_m_s2, 0, sizeof imu->rows[i].accel_m_s2);
    tr = integrate(imu, NULL);
    info = bs_trace_describe(tr);
    assert_true(info->rotation_only && info->kind == BS_TRACE_IMU && info->imu->gravity_m_s2 == 0);
    assert_true(bs_norm(info->imu->down_world) == 0);
    assert_non_null(strstr(info->imu->notes, "\ngyroscope only: the camera turns on the spot"));
    for (int64_t t = 100 * MS; t < 3800 * MS; t += 37 * MS) {
        const bs_state from = motion_state(&motion_brisk, 1e-9 * (double)t);
        const bs_state to = motion_state(&motion_brisk, 1e-9 * (double)t + 0.1);
        bs_pose a, b;

        assert_int_equal(bs_trace_pose_at(tr, t, &a, NULL), BS_OK);
        assert_int_equal(bs_trace_pose_at(tr, t + 100 * MS, &b, NULL), BS_OK);
        assert_true(motion_compare(&a, &b, &from.T_world_body, &to.T_world_body).turn_deg < 1e-3);
        assert_true(b.t_m[0] == 0 && b.t_m[1] == 0 && b.t_m[2] == 0);
    }
    bs_trace_close(&tr);
    bs_imu_free(&imu);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_zero_mean),
        cmocka_unit_test(test_rest),
        cmocka_unit_test(test_rest_without_rest),
        cmocka_unit_test(test_rest_at_the_end),
        cmocka_unit_test(test_way_is_the_integral),
        cmocka_unit_test(test_poses),
        cmocka_unit_test(test_poses_of_a_tilted_world),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_at_rest),
        cmocka_unit_test(test_level),
        cmocka_unit_test(test_gap),
        cmocka_unit_test(test_gyroscope_alone),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
