/* Every file of an IMU's readings that is read: times to the nanosecond, units, order of axes. */
#include "tests/imu_files.h"

#define V(...) ((const double[3]){ __VA_ARGS__ })

static void test_ours(void **state)
{
    bs_imu *imu = read_text("timestamp,gx,gy,gz,ax,ay,az\n"
                            "1403715523.912140001,0.1,-0.2,0.3,0.5,-1,9.75\n"
                            "1403715523.912140002,1e-1,-2E-1,.3,0,0,9.81\n");

    (void)state;
    assert_string_equal(imu->format, "CSV");
    assert_int_equal(imu->n, 2);
    assert_true(imu->has_accel && !imu->gravity_removed);
    assert_row(imu, 0, 1403715523912140001, V(0.1, -0.2, 0.3), V(0.5, -1, 9.75));
    assert_row(imu, 1, 1403715523912140002, V(0.1, -0.2, 0.3), V(0, 0, 9.81));
    bs_imu_free(&imu);
    assert_null(imu);
    bs_imu_free(&imu);
}

static void test_any_order_of_columns(void **state)
{
    bs_imu *imu = read_text("\xef\xbb\xbf"
                            "az;temperature;GX;gz;ay;t [s];gy;ax\r\n"
                            "9.8;21;1;3;-2;0.5;2;-1\r\n"
                            "\r\n# a comment\r\n"
                            "9.8;;1;3;-2;1.5;2;-1\r\n");

    (void)state;
    assert_row(imu, 0, 500000000, V(1, 2, 3), V(-1, -2, 9.8));
    assert_row(imu, 1, 1500000000, V(1, 2, 3), V(-1, -2, 9.8));
    bs_imu_free(&imu);
}

static void test_gyroscope_alone(void **state)
{
    bs_imu *imu = read_text("# time w_x w_y w_z\n0 1 2 3\n1 4 5 6\n");

    (void)state;
    assert_int_equal(imu->has_accel, 0);
    assert_row(imu, 1, 1000000000, V(4, 5, 6), V(0, 0, 0));
    bs_imu_free(&imu);
}

#define EUROC_HEADER                                                               \
    "#timestamp [ns],w_RS_S_x [rad s^-1],w_RS_S_y [rad s^-1],w_RS_S_z [rad s^-1]," \
    "a_RS_S_x [m s^-2],a_RS_S_y [m s^-2],a_RS_S_z [m s^-2]"

/* As published; with the line ends of DOS; Kimera's trailing comma; without header; as VINS-Course has it. */
static void test_euroc(void **state)
{
    static const char *const texts[] = {
        EUROC_HEADER "\n1403636579758555392,-0.099134701513277898,0.14730578886832138,0.02722713633111154,"
                     "8.1476917083333333,-0.37592158333333331,-2.4026292499999999\n"
                     "1403636579763555584,0,0,1,8,0,-2\n",
        EUROC_HEADER "\r\n1403636579758555392,-0.099134701513277898,0.14730578886832138,0.02722713633111154,"
                     "8.1476917083333333,-0.37592158333333331,-2.4026292499999999\r\n"
                     "1403636579763555584,0,0,1,8,0,-2\r\n",
        EUROC_HEADER ",\n1403636579758555392,-0.099134701513277898,0.14730578886832138,0.02722713633111154,"
                     "8.1476917083333333,-0.37592158333333331,-2.4026292499999999,\n"
                     "1403636579763555584,0,0,1,8,0,-2,\n",
        "1403636579758555392,-0.099134701513277898,0.14730578886832138,0.02722713633111154,"
        "8.1476917083333333,-0.37592158333333331,-2.4026292499999999,\n"
        "1403636579763555584,0,0,1,8,0,-2\n",
        "1403636579758555392 -0.099134701513277898 0.14730578886832138 0.02722713633111154 "
        "8.1476917083333333 -0.37592158333333331 -2.4026292499999999\r\n"
        "1403636579763555584 0 0 1 8 0 -2\r\n",
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        bs_imu *imu = read_text(texts[i]);

        assert_string_equal(imu->format, "EuRoC");
        assert_int_equal(imu->n, 2);
        assert_row(imu, 0, 1403636579758555392,
                   V(-0.099134701513277898, 0.14730578886832138, 0.02722713633111154),
                   V(8.1476917083333333, -0.37592158333333331, -2.4026292499999999));
        assert_row(imu, 1, 1403636579763555584, V(0, 0, 1), V(8, 0, -2));
        bs_imu_free(&imu);
    }
}

/* EuRoC's names without their units, and four columns that begin with a stamp. */
static void test_stamps_of_bare_files(void **state)
{
    bs_imu *imu = read_text(
        "#timestamp,w_RS_S_x,w_RS_S_y,w_RS_S_z\n1403636579758555392,1,2,3\n1403636579763555584,1,2,3\n");

    (void)state;
    assert_row(imu, 0, 1403636579758555392, V(1, 2, 3), V(0, 0, 0));
    bs_imu_free(&imu);
    imu = read_text("1403636579758555392,1,2,3\n1403636579763555584,4,5,6\n");
    assert_row(imu, 1, 1403636579763555584, V(4, 5, 6), V(0, 0, 0));
    bs_imu_free(&imu);
}

static void test_real_euroc(void **state)
{
    char path[512];
    bs_imu *imu;

    (void)state;
    imu = read_file(shared_file("real/euroc_v1_02/mav0/imu0/data.csv", path, sizeof path), NULL);
    assert_int_equal(imu->n, 7999);
    assert_row(imu, 0, 1403715523912140000, V(-0.0006981317, 0.0195476876, 0.0767944871),
               V(9.218251, 0.3023717083, -3.1544724167));
    assert_row(imu, 7998, 1403715563902140000, V(0.8740608894, 0.0719075652, 0.1019272283),
               V(10.9997924167, -1.3811032083, -4.75622525));
    for (size_t i = 1; i < imu->n; i++)
        assert_int_equal(imu->rows[i].t_ns - imu->rows[i - 1].t_ns, 5000000);
    bs_imu_free(&imu);
}

static void test_tum_vi(void **state)
{
    bs_imu *imu = read_text(EUROC_HEADER "\n"
                                         "1520530308199447626,-0.00047,0.014,-0.0081,-0.11,9.8,0.42\n"
                                         "1520530308204447626,-0.001,0.013,-0.0084,-0.12,9.81,0.41\n");

    (void)state;
    assert_row(imu, 0, 1520530308199447626, V(-0.00047, 0.014, -0.0081), V(-0.11, 9.8, 0.42));
    assert_string_equal(imu->gyro_unit, "rad/s");
    assert_string_equal(imu->accel_unit, "m/s^2");
    bs_imu_free(&imu);
}

/* A header of the same meaning in many words. */
static void test_units_in_headers(void **state)
{
    static const struct {
        const char *header;
        double time_s, gyro_rad_s, accel_m_s2; /* one of the file's */
    } units[] = {
        { "t [s],gx [rad/s],gy [rad/s],gz [rad/s],ax [m/s^2],ay [m/s^2],az [m/s^2]", 1, 1, 1 },
        { "t_ms,gx [deg/s],gy [deg/s],gz [deg/s],ax [m/s2],ay [m/s2],az [m/s2]", 1e-3, 1, 1 },
        { "time (us),gx (dps),gy (dps),gz (dps),ax (g),ay (g),az (g)", 1e-6, 0, 9.80665 },
        { "timestamp [ns],gx [\xc2\xb0/s],gy [\xc2\xb0/s],gz [\xc2\xb0/s],ax [G],ay [G],az [G]", 1e-9, 0,
          9.80665 },
        { "\"Time (s)\",\"Gyroscope x (rad/s)\",\"Gyroscope y (rad/s)\",\"Gyroscope z "
          "(rad/s)\",\"Acceleration x "
          "(m/s^2)\",\"Acceleration y (m/s^2)\",\"Acceleration z (m/s^2)\"",
          1, 1, 1 },
        { "time_us,gyro_x [rad s^-1],gyro_y [rad s^-1],gyro_z [rad s^-1],acc_x [m s^-2],acc_y [m s^-2],acc_z "
          "[m s^-2]",
          1e-6, 1, 1 },
        { "ts_ns,angular_velocity.x,angular_velocity.y,angular_velocity.z,linear_acceleration.x,"
          "linear_acceleration.y,linear_acceleration.z",
          1e-9, 1, 1 },
    };
    char text[600];

    (void)state;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        const int degrees = strstr(units[i].header, "rad") == NULL && i < 6 ? 1 : 0;
        const double rate = degrees ? 0.017453292519943295 : 1;
        const char *down = units[i].accel_m_s2 > 1 ? "1" : "9.8";
        bs_imu *imu;

        snprintf(text, sizeof text, "%s\n1000000000,1,-2,3,0,0,%s\n2000000000,4,-5,6,0,0,%s\n",
                 units[i].header, down, down);
        imu = read_text(text);
        if (imu->rows[1].t_ns != (int64_t)(2e9 * (units[i].time_s * 1e9) + 0.5))
            fail_msg("%s: time %lld", units[i].header, (long long)imu->rows[1].t_ns);
        assert_row(imu, 1, imu->rows[1].t_ns, V(4 * rate, -5 * rate, 6 * rate),
                   V(0, 0, (down[1] ? 9.8 : 1) * units[i].accel_m_s2));
        assert_string_equal(imu->gyro_unit, degrees ? "deg/s" : "rad/s");
        bs_imu_free(&imu);
    }
}

/* The caller's units count where the file names none. */
static void test_units_of_the_caller(void **state)
{
    const bs_imu_options opt = { .gyro_unit = BS_GYRO_DEG_S, .accel_unit = BS_ACCEL_G };
    bs_imu *imu;

    (void)state;
    write_file("t.csv", "timestamp,gx,gy,gz,ax,ay,az\n0,90,180,-90,0,-1,0\n1,90,180,-90,0,-1,0\n");
    imu = read_file(file_path("t.csv"), &opt);
    assert_row(imu, 0, 0, V(1.5707963267948966, 3.1415926535897932, -1.5707963267948966), V(0, -9.80665, 0));
    bs_imu_free(&imu);
    write_file("t.csv", "timestamp,gx [rad/s],gy [rad/s],gz [rad/s],ax [m/s^2],ay [m/s^2],az [m/s^2]\n"
                        "0,1,2,3,0,0,9.8\n1,1,2,3,0,0,9.8\n");
    imu = read_file(file_path("t.csv"), &opt);
    assert_row(imu, 0, 0, V(1, 2, 3), V(0, 0, 9.8));
    bs_imu_free(&imu);
}

/* Poses, and what is nothing at all, are left to the reader of poses. */
static void test_not_of_an_imu(void **state)
{
    static const char *const texts[] = {
        "",
        "\n# nothing\n",
        "hello\nworld\n",
        "timestamp,tx,ty,tz,qx,qy,qz,qw\n1,0,0,0,0,0,0,1\n",
        "timestamp,tx,ty,tz,qx,qy,qz,qw,gx,gy,gz\n1,0,0,0,0,0,0,1,0,0,0\n",
        "# timestamp tx ty tz qx qy qz qw\n1 0 0 0 0 0 0 1\n",
        "1 0 0 0 0 0 0 1\n",
        "1 0 0 0 0 0 1\n",
        "1 0 0 1 0 0 1 0 0 1 0 0\n",
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        bs_imu *imu = (bs_imu *)(uintptr_t)64;
        bs_err err = { 0 };

        write_file("t.csv", texts[i]);
        if (bs_imu_read(file_path("t.csv"), NULL, &imu, &err) || imu)
            fail_msg("%s: should be no trace of an IMU: %s", texts[i], err.text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ours),
        cmocka_unit_test(test_any_order_of_columns),
        cmocka_unit_test(test_gyroscope_alone),
        cmocka_unit_test(test_euroc),
        cmocka_unit_test(test_stamps_of_bare_files),
        cmocka_unit_test(test_real_euroc),
        cmocka_unit_test(test_tum_vi),
        cmocka_unit_test(test_units_in_headers),
        cmocka_unit_test(test_units_of_the_caller),
        cmocka_unit_test(test_not_of_an_imu),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
