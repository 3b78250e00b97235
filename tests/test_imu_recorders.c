/* Files of recorders with ways of their own: signs, scales, order of axes, where the time is. */
#include "tests/imu_files.h"

#define V(...) ((const double[3]){ __VA_ARGS__ })

static void test_marslogger(void **state)
{
    bs_imu *imu = read_text("Timestamp[nanosec],gx[rad/s],gy[rad/s],gz[rad/s],ax[m/s^2],ay[m/s^2],az[m/s^2],"
                            "Unix time[nanosec]\n"
                            "86234567890123,0.01,-0.02,0.03,0.1,9.7,-0.3,1666189734398\n"
                            "86234569890123,0.04,-0.05,0.06,0.2,9.8,-0.4,1666189734400\n");

    (void)state;
    assert_string_equal(imu->format, "MarsLogger");
    assert_row(imu, 1, 86234569890123, V(0.04, -0.05, 0.06), V(0.2, 9.8, -0.4));
    bs_imu_free(&imu);
}

/* iOS gives accelerations the other sign; earlier versions of the app wrote m/s^2, later ones g. */
static void test_stray_scanner(void **state)
{
    bs_imu *imu = read_text("timestamp, a_x, a_y, a_z, alpha_x, alpha_y, alpha_z\n"
                            "103512.5, 0.25, -0.9375, 0.125, 0.1, 0.2, -0.3\n"
                            "103512.51, 0.25, -0.9375, 0.125, 0.4, 0.5, -0.6\n");

    (void)state;
    assert_string_equal(imu->format, "Stray Scanner");
    assert_string_equal(imu->accel_unit, "g");
    assert_row(imu, 1, 103512510000000, V(0.4, 0.5, -0.6),
               V(-0.25 * 9.80665, 0.9375 * 9.80665, -0.125 * 9.80665));
    bs_imu_free(&imu);
    imu = read_text("timestamp, a_x, a_y, a_z, alpha_x, alpha_y, alpha_z\n"
                    "1, 0.5, -9.75, 0, 0.1, 0.2, -0.3\n2, 0.5, -9.75, 0, 0.1, 0.2, -0.3\n");
    assert_string_equal(imu->accel_unit, "m/s^2");
    assert_row(imu, 1, 2000000000, V(0.1, 0.2, -0.3), V(-0.5, 9.75, 0));
    bs_imu_free(&imu);
}

static void test_gyroflow(void **state)
{
    bs_imu *imu = read_text("GYROFLOW IMU LOG\nversion,1.3\nid,custom_logger_name \norientation,YxZ\n"
                            "note,development_test, of two commas, see\nfwversion,FIRMWARE_0.1.0\n"
                            "timestamp,1644159993\nvendor,potatocam\nvideofilename,videofilename.mp4\n"
                            "lensprofile,potatocam/mark1\nlens_info,wide\nframe_readout_time,16.25\n"
                            "frame_readout_direction,1\ntscale,0.001\ngscale,0.0625\nascale,0.0009765625\n"
                            "t,gx,gy,gz,ax,ay,az \n"
                            "0,39,86,183,512,1024,0 \n1,56,100,202,512,1024,0\n2.5,56,100,202,512,1024,0\n");

    (void)state;
    assert_string_equal(imu->format, "gyroflow");
    assert_int_equal(imu->n, 3);
    assert_row(imu, 0, 0, V(5.375, -2.4375, 11.4375), V(9.80665, -0.5 * 9.80665, 0));
    assert_row(imu, 1, 1000000, V(6.25, -3.5, 12.625), V(9.80665, -0.5 * 9.80665, 0));
    assert_int_equal(imu->rows[2].t_ns, 2500000);
    assert_near(imu->readout_s, 0.01625, 1e-18, "readout");
    assert_int_equal(imu->readout_direction, 1);
    assert_string_equal(imu->accel_unit, "g");
    bs_imu_free(&imu);
}

/* Everything but the columns may be missing; ticks need not be powers of ten; a magnetometer may follow. */
static void test_gyroflow_defaults(void **state)
{
    bs_imu *imu = read_text("CAMERA IMU LOG\r\ntime,gx,gy,gz\r\n1000,1,2,3\r\n2000,4,5,6\r\n");

    (void)state;
    assert_row(imu, 1, 2000000000, V(4, 5, 6), V(0, 0, 0));
    assert_true(!imu->has_accel && !imu->accel_unit);
    assert_near(imu->readout_s, 0, 0, "readout");
    assert_int_equal(imu->readout_direction, -1);
    bs_imu_free(&imu);
    imu = read_text("GYROFLOW IMU LOG\nversion:1.3\ntscale,0.016666666666666666\n"
                    "t,gx,gy,gz,ax,ay,az,mx,my,mz\n0,1,2,3,0,0,1,4,5,6\n60,1,2,3,0,0,1,4,5,6\n");
    assert_row(imu, 1, 1000000000, V(1, 2, 3), V(0, 0, 9.80665));
    bs_imu_free(&imu);
    imu = read_text("GYROFLOW IMU LOG\ntscale,1.6e-9\nt,gx,gy,gz\n1,1,2,3\n3,1,2,3\n"); /* 1.6 and 4.8 ns */
    assert_row(imu, 0, 2, V(1, 2, 3), V(0, 0, 0));
    assert_row(imu, 1, 5, V(1, 2, 3), V(0, 0, 0));
    bs_imu_free(&imu);
    imu = read_text("GYROFLOW IMU LOG\ntscale,1.0e-9\norientation,xyz\nframe_readout_direction,LeftToRight\n"
                    "t,gx,gy,gz\n1403636579758555392,1,2,3\n1403636579758555393,1,2,3\n");
    assert_row(imu, 1, 1403636579758555393, V(-1, -2, -3), V(0, 0, 0));
    assert_int_equal(imu->readout_direction, 2);
    bs_imu_free(&imu);
}

/* A phone's file: the time comes last, in floating-point seconds that must be read as decimals. */
static void test_rows_with_time_last(void **state)
{
    bs_imu *imu = read_text("3.972999999999999969e-03,3.833799999999999708e-02,1.477799999999999947e-02,"
                            "4.328040426741000265e+06\n"
                            "6.415999999999999828e-03,4.200299999999999867e-02,1.844399999999999859e-02,"
                            "4.328040429166999646e+06\n");

    (void)state;
    assert_int_equal(imu->has_accel, 0);
    assert_row(imu, 0, 4328040426741000, V(3.973e-3, 3.8338e-2, 1.4778e-2), V(0, 0, 0));
    assert_row(imu, 1, 4328040429167000, V(6.416e-3, 4.2003e-2, 1.8444e-2), V(0, 0, 0));
    bs_imu_free(&imu);
}

static void test_real_phone(void **state)
{
    char path[512];
    bs_imu *imu;

    (void)state;
    imu = read_file(shared_file("real/phone_gyro_412hz/gyro.txt", path, sizeof path), NULL);
    assert_int_equal(imu->n, 29466);
    assert_row(imu, 0, 4328040426741000, V(3.973e-3, 3.8338e-2, 1.4778e-2), V(0, 0, 0));
    assert_row(imu, 29465, 4328112148469000, V(5.805e-3, 4.3836e-2, -1.7597e-2), V(0, 0, 0));
    for (size_t i = 0; i < imu->n; i++) { /* the clock counted microseconds */
        const int64_t off_ns = (imu->rows[i].t_ns + 500) % 1000 - 500;

        assert_true(off_ns >= -1 && off_ns <= 1);
    }
    bs_imu_free(&imu);
}

/* Rows of three sensors, each in order of its own; the magnetometer's are left out. */
static void test_deepgyro(void **state)
{
    bs_imu *imu =
        read_text("4 5000000000 1 2 3\n1 4990000000 0 0 10\n2 4990000000 30 40 -20\n4 5010000000 4 5 6\n"
                  "1 5010000000 0 2 10\n4 5020000000 7 8 9\n1 5030000000 0 2 8\n");

    (void)state;
    assert_string_equal(imu->format, "DeepGyro");
    assert_int_equal(imu->n, 3);
    assert_row(imu, 0, 5000000000, V(1, 2, 3), V(0, 1, 10));
    assert_row(imu, 1, 5010000000, V(4, 5, 6), V(0, 2, 10));
    assert_row(imu, 2, 5020000000, V(7, 8, 9), V(0, 2, 9));
    bs_imu_free(&imu);
    imu = read_text("4 5000000000 1 2 3\n2 4990000000 30 40 -20\n4 5010000000 4 5 6\n");
    assert_true(!imu->has_accel && imu->n == 2);
    bs_imu_free(&imu);
}

/* A sensor at the end of its range is noted; a constant, and quantised readings at rest, are not. */
static void test_saturation_is_noted(void **state)
{
    bs_imu *imu =
        read_text("timestamp,gx,gy,gz,ax,ay,az\n0,0,0,1,0,0,9.8\n1,8.5,0,1,0,0,9.8\n2,8.5,0,1,0,0,9.8\n"
                  "3,8.75,0,1,0,0,9.8\n4,8.75,0,1,0,0,9.8\n# a comment\n5,1,0.5,1,0,0,9.8\n"
                  "6,8.75,0.5,1,0,0,9.8\n7,8.75,0.5,1,0,0,9.8\n8,8.75,0.5,1,0,0,9.8\n9,0,0,1,0,0,9.8\n");

    (void)state;
    if (!strstr(imu->notice, "t.csv:9: gx stays at its highest, 8.75 rad/s, for 3 rows"))
        fail_msg("notice: \"%s\"", imu->notice);
    assert_null(strchr(imu->notice, '\n'));
    bs_imu_free(&imu);
    imu = read_text("timestamp,gx,gy,gz\n0,9,0,0\n1,9,0,0\n2,9,0,0\n3,9,0.25,0\n4,9,0.25,0\n5,9,0.25,0\n");
    assert_string_equal(imu->notice, "");
    bs_imu_free(&imu);
}

/* Times in milliseconds that were not called so. */
static void test_odd_intervals_are_noted(void **state)
{
    bs_imu *imu = read_text("timestamp,gx,gy,gz\n1000,0,0,0\n1010,0,0,0\n1020,0,0,0\n");

    (void)state;
    assert_non_null(strstr(imu->notice, "t.csv: a row every 10 s"));
    assert_non_null(strstr(imu->notice, "timestamp [ms]"));
    bs_imu_free(&imu);
    imu = read_text("0,0,0,1666189734398\n0,0,0,1666189734408\n");
    assert_non_null(strstr(imu->notice, "t.csv: a row every 1e-08 s"));
    bs_imu_free(&imu);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_marslogger),
        cmocka_unit_test(test_stray_scanner),
        cmocka_unit_test(test_gyroflow),
        cmocka_unit_test(test_gyroflow_defaults),
        cmocka_unit_test(test_rows_with_time_last),
        cmocka_unit_test(test_real_phone),
        cmocka_unit_test(test_deepgyro),
        cmocka_unit_test(test_saturation_is_noted),
        cmocka_unit_test(test_odd_intervals_are_noted),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
