/* A camera beside its IMU: lever arm, axes and clock, from readings to where a point is seen. */
#include <math.h>

#include "homography/views.h"
#include "imu/exposure.h"
#include "imu/integrate.h"
#include "tests/imu_motion.h"
#include "tests/trace_files.h"

#define MS INT64_C(1000000)
#define RATE 200

static const bs_camera camera = {
    .width = 320, .height = 240, .fx = 300, .fy = 300, .cx = 159.5, .cy = 119.5
};

/*
 * Camera axes on a phone that is held upright: the IMU's x to the right, y up, z towards who looks at the
 * screen; the camera at the back has x to the right, y down, z away.
 */
static const bs_pose T_phone_cam = { .q = { 1, 0, 0, 0 } };

/* The IMU lies still but for a turn: at 'rate + gain t' rad/s about one of its own axes, which is up. */
static bs_imu *turning(int axis, double rate, double gain)
{
    bs_imu *imu = motion_imu(&motion_shake, 2 * RATE, 5 * MS);

    for (size_t i = 0; i < imu->n; i++)
        for (int k = 0; k < 3; k++) {
            imu->rows[i].gyro_rad_s[k] = k == axis ? rate + gain * (double)i / RATE : 0;
            imu->rows[i].accel_m_s2[k] = k == axis ? MOTION_GRAVITY : 0;
        }
    return imu;
}

static bs_trace *open_turning(int axis, double rate, double gain, const bs_trace_options *opt)
{
    bs_imu *imu = turning(axis, rate, gain);
    bs_trace *tr = NULL;
    bs_err err = { 0 };

    if (bs_trace_from_imu(imu, opt, &tr, &err))
        fail_msg("%s", err.text);
    bs_imu_free(&imu);
    return tr;
}

/* Where the point that the camera sees at (x, y) at 'from_ns', 2 m away, is seen at 'to_ns'. */
static void track(const bs_trace *tr, int64_t from_ns, int64_t to_ns, double *u, double *v)
{
    bs_pose T_from_to, T_to_from;
    bs_map map;
    bs_err err = { 0 };

    if (bs_exposure_poses(tr, from_ns, &to_ns, 1, &T_from_to, &err))
        fail_msg("%s", err.text);
    T_to_from = bs_pose_inverse(&T_from_to);
    map = bs_map_make(&camera, &T_to_from);
    assert_true(bs_map_apply(&map, camera.cx, camera.cy, 0.5, u, v));
}

/* Turning about itself, the IMU carries the camera around a circle. */
static void test_lever_arm(void **state)
{
    const double radius = 0.1, rate = 0.8;
    const bs_trace_options opt = { .has_mount = 1,
                                   .T_body_cam = { .q = { 0, 0, 0, 1 }, .t_m = { radius, 0, 0.3 } } };
    bs_trace *tr = open_turning(2, rate, 0, &opt);

    (void)state;
    for (int64_t t = 0; t + 500 * MS < 1990 * MS; t += 71 * MS + 7) {
        const int64_t later = t + 500 * MS;
        const double angle = 0.5 * rate;
        bs_pose p;

        assert_int_equal(bs_exposure_poses(tr, t, &later, 1, &p, NULL), BS_OK);
        assert_near(p.t_m[0], radius * (cos(angle) - 1), 1e-9, "inwards");
        assert_near(p.t_m[1], radius * sin(angle), 1e-9, "along");
        assert_near(p.t_m[2], 0, 1e-9, "in a plane");
    }
    bs_trace_close(&tr);
}

/* Turning the phone to the left (about its y, which is up) moves what the camera sees to the right; and so
 * on. */
static void test_axes(void **state)
{
    static const struct {
        int axis;
        double u, v; /* of tan(angle) fx */
    } turns[] = { { 1, 1, 0 }, { 0, 0, 1 }, { 2, 0, 0 } };
    const bs_trace_options opt = { .has_mount = 1, .T_body_cam = T_phone_cam };

    (void)state;
    for (size_t i = 0; i < sizeof turns / sizeof turns[0]; i++) {
        bs_trace *tr = open_turning(turns[i].axis, 0.5, 0, &opt);
        double u, v;

        track(tr, 500 * MS, 600 * MS, &u, &v);
        assert_near(u - camera.cx, turns[i].u * 300 * tan(0.05), 1e-6, "u");
        assert_near(v - camera.cy, turns[i].v * 300 * tan(0.05), 1e-6, "v");
        bs_trace_close(&tr);
    }
}

/* A turn that gets faster: a trace whose clock is ahead shows the camera a later, faster part. */
static void test_delay(void **state)
{
    bs_trace_options opt = { .has_mount = 1, .T_body_cam = T_phone_cam };

    (void)state;
    for (int sign = -1; sign <= 1; sign++) {
        const double t = 0.5 + 0.04 * sign; /* on the trace's clock */
        const double angle = 0.2 * 0.1 + 0.5 * ((t + 0.1) * (t + 0.1) - t * t);
        bs_trace *tr;
        double u, v;

        opt.shift_ns = sign * 40 * MS;
        tr = open_turning(1, 0.2, 1, &opt);
        track(tr, 500 * MS, 600 * MS, &u, &v);
        assert_near(u - camera.cx, 300 * tan(angle), 1e-6, "u");
        bs_trace_close(&tr);
    }
}

/* All at once through a file, as the program does it. */
static void test_file(void **state)
{
    const bs_trace_options opt = { .has_mount = 1, .T_body_cam = T_phone_cam, .shift_ns = 10 * MS };
    FILE *f = fopen(trace_path, "w");
    bs_trace *tr = NULL;
    double u, v;

    (void)state;
    assert_non_null(f);
    fputs("timestamp,gx,gy,gz,ax,ay,az\n", f);
    for (int i = 0; i < RATE; i++)
        fprintf(f, "%.3f,0,0.5,0,0,9.81,0\n", 1000 + 0.005 * i);
    assert_int_equal(fclose(f), 0);
    assert_int_equal(bs_trace_open(trace_path, &opt, &tr, NULL), BS_OK);
    assert_true(bs_trace_describe(tr)->origin_ns == 1000000 * MS);
    assert_true(bs_trace_describe(tr)->start_ns == (1000000 - 10) * MS);
    track(tr, 1000000 * MS, 1000100 * MS, &u, &v);
    assert_near(u - camera.cx, 300 * tan(0.05), 1e-6, "u");
    assert_near(v - camera.cy, 0, 1e-6, "v");
    bs_trace_close(&tr);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lever_arm),
        cmocka_unit_test(test_axes),
        cmocka_unit_test(test_delay),
        cmocka_unit_test(test_file),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
