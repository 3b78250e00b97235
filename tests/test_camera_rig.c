/* Camera files: how the camera sits on its IMU, the clock between them, the readout. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "gen/camera_file.h"
#include "tests/tree.h"

#define LENS "\"fx\": 5, \"fy\": 5, \"cx\": 1, \"cy\": 1"
/* x_imu = z_cam, y_imu = -x_cam, z_imu = -y_cam, as a forward-looking camera sits on a vehicle's IMU. */
#define FORWARD "[[0, 0, 1, 0.1], [-1, 0, 0, 0.2], [0, -1, 0, -0.3], [0, 0, 0, 1]]"

static bs_camera_file read_text(const char *text)
{
    tree t = tree_create();
    bs_camera_file f = { 0 };
    bs_err err = { 0 };

    tree_text(&t, "cam.json", text);
    if (bs_camera_file_read(tree_path(&t, "cam.json"), &f, &err) != BS_OK)
        fail_msg("%s", err.text);
    tree_remove(&t);
    return f;
}

static void assert_takes(const bs_pose *T_a_b, double x, double y, double z, double u, double v, double w)
{
    double R[9];
    const double b[3] = { x, y, z }, a[3] = { u, v, w };

    bs_pose_rotation(T_a_b, R);
    for (int r = 0; r < 3; r++) {
        const double got = R[3 * r] * b[0] + R[3 * r + 1] * b[1] + R[3 * r + 2] * b[2] + T_a_b->t_m[r];

        if (!(fabs(got - a[r]) < 1e-12))
            fail_msg("axis %d: %g, expected %g", r, got, a[r]);
    }
}

static void a_mount_takes_camera_points_to_the_imu(void **state)
{
    bs_camera_file f = read_text("{" LENS ", \"T_imu_cam\": " FORWARD "}");

    (void)state;
    assert_true(f.has_mount && f.has_intrinsics && !f.has_readout && f.time_shift_ns == 0);
    assert_takes(&f.T_imu_cam, 0, 0, 0, 0.1, 0.2, -0.3);
    assert_takes(&f.T_imu_cam, 0, 0, 1, 1.1, 0.2, -0.3); /* forward */
    assert_takes(&f.T_imu_cam, 1, 0, 0, 0.1, -0.8, -0.3);
    f = read_text("{" LENS ", \"T_cam_imu\": " FORWARD "}"); /* the other way round */
    assert_takes(&f.T_imu_cam, 0.1, 0.2, -0.3, 0, 0, 0);
    assert_takes(&f.T_imu_cam, 0.1, -0.8, -0.3, 1, 0, 0);
    f = read_text("{" LENS ", \"T_imu_cam\": [0,0,1,0.1, -1,0,0,0.2, 0,-1,0,-0.3, 0,0,0,1]}");
    assert_takes(&f.T_imu_cam, 0, 0, 1, 1.1, 0.2, -0.3);
}

/* Half turns are where a quaternion's scalar vanishes. */
static void half_turns(void **state)
{
    bs_camera_file f = read_text("{\"T_imu_cam\": [1,0,0,0, 0,-1,0,0, 0,0,-1,0, 0,0,0,1]}");

    (void)state;
    assert_false(f.has_intrinsics);
    assert_takes(&f.T_imu_cam, 1, 2, 3, 1, -2, -3);
    f = read_text("{\"T_imu_cam\": [-1,0,0,0, 0,1,0,0, 0,0,-1,0, 0,0,0,1]}");
    assert_takes(&f.T_imu_cam, 1, 2, 3, -1, 2, -3);
    f = read_text("{\"T_imu_cam\": [-1,0,0,0, 0,-1,0,0, 0,0,1,0, 0,0,0,1]}");
    assert_takes(&f.T_imu_cam, 1, 2, 3, -1, -2, 3);
}

static void clock_and_readout(void **state)
{
    bs_camera_file f = read_text("{\"time_shift_s\": -0.0055, \"readout_s\": 0.0294737}");

    (void)state;
    assert_false(f.has_intrinsics || f.has_mount);
    assert_true(f.time_shift_ns == -5500000 && f.has_readout && f.readout_ns == 29473700);
    assert_int_equal(f.shutter, BS_SHUTTER_TOP_DOWN);
    f = read_text("{\"readout_s\": 0.01, \"readout_direction\": \"right-left\"}");
    assert_int_equal(f.shutter, BS_SHUTTER_RIGHT_LEFT);
    f = read_text("{\"readout_s\": 0}");
    assert_true(f.has_readout && f.shutter == BS_SHUTTER_GLOBAL);
    f = read_text("{\"time_shift_s\": 0}");
    assert_true(f.time_shift_ns == 0 && !f.has_intrinsics && !f.has_readout);
}

static void what_is_wrong_is_named(void **state)
{
    static const struct {
        const char *text, *part;
    } bad[] = {
        { "{\"T_imu_cam\": 1}", "\"T_imu_cam\": expected a 4x4 matrix" },
        { "{\"T_imu_cam\": [[1,0,0],[0,1,0],[0,0,1]]}", "expected a 4x4 matrix" },
        { "{\"T_imu_cam\": [[1,0,0,0],[0,1,0,0],[0,0,1,0],[0,0,0,\"1\"]]}", "expected a 4x4 matrix" },
        { "{\"T_imu_cam\": [[1,0,0,0],[0,1,0,0],[0,0,1,0],{\"a\": 1}]}", "expected a 4x4 matrix" },
        { "{\"T_imu_cam\": [1,0,0,0, 0,1,0,0, 0,0,-1,0, 0,0,0,1]}", "expected a rigid motion" },
        { "{\"T_imu_cam\": [2,0,0,0, 0,1,0,0, 0,0,1,0, 0,0,0,1]}", "expected a rigid motion" },
        { "{\"T_imu_cam\": [1,0,0,0, 0,1,0,0, 0,0,1,0, 5,0,0,1]}", "expected a rigid motion" },
        { "{\"T_imu_cam\": [1,0,0,120, 0,1,0,0, 0,0,1,0, 0,0,0,1]}", "expected metres" },
        { "{\"T_imu_cam\": " FORWARD ", \"T_cam_imu\": " FORWARD "}", "give one of them" },
        { "{\"T_cam_imu\": " FORWARD ", \"T_cam_imu\": " FORWARD "}", "there twice" },
        { "{\"T_imu_cam\": " FORWARD ", \"fx\": 5}", "no \"fy\"" },
        { "{\"time_shift_s\": \"x\"}", "\"time_shift_s\" is not a number" },
        { "{\"time_shift_s\": 5500}", "\"time_shift_s\" is 5500" },
        { "{\"readout_s\": 29}", "\"readout_s\" is 29" },
        { "{\"readout_s\": -1}", "\"readout_s\" is -1" },
        { "{\"readout_s\": 0.1, \"readout_direction\": \"down\"}", "expected \"top-down\"" },
        { "{" LENS ", \"readout_direction\": \"top-down\"}", "\"readout_direction\" without \"readout_s\"" },
        { "{\"serial\": 1}", "no \"fx\"" },
    };
    tree t = tree_create();

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        bs_camera_file f = { .readout_ns = -7 };
        bs_err err = { 0 };

        tree_text(&t, "cam.json", bad[i].text);
        assert_int_equal(bs_camera_file_read(tree_path(&t, "cam.json"), &f, &err), BS_EFORMAT);
        if (!strstr(err.text, bad[i].part) || !strstr(err.text, "cam.json"))
            fail_msg("expected \"%s\" in \"%s\"", bad[i].part, err.text);
        assert_true(f.readout_ns == -7);
    }
    tree_remove(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mount_takes_camera_points_to_the_imu),
        cmocka_unit_test(half_turns),
        cmocka_unit_test(clock_and_readout),
        cmocka_unit_test(what_is_wrong_is_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
