/* Gyroscope and accelerometer in a file each: which belong together, and what is between rows. */
#include "tests/imu_files.h"

#define V(...) ((const double[3]){ __VA_ARGS__ })

/* A folder's files go with it, or the next test would find them. */
static void remove_files(const char *const names[])
{
    for (; *names; names++)
        unlink(file_path(*names));
}

#define REMOVE(...) remove_files(WORDS(__VA_ARGS__))

#define GYRO_ROWS \
    "1.0E-4, 0.5, -0.25, 86000000000\n1, 2, 3, 86010000000\n4, 5, 6, 86020000000\n7, 8, 9, 86030000000\n"
#define ACCEL_ROWS "0, 0, 10, 86005000000\n0, 2, 10, 86015000000\n0, 2, 8, 86025000000\n"

static void test_opencamera(void **state)
{
    static const char *const given[] = { "VID_1_gyro.csv", "VID_1_accel.csv" };

    (void)state;
    write_file(given[0], GYRO_ROWS);
    write_file(given[1], ACCEL_ROWS);
    for (int i = 0; i < 2; i++) {
        bs_imu *imu = read_file(file_path(given[i]), NULL);

        assert_string_equal(imu->format, "OpenCamera Sensors");
        assert_string_equal(strrchr(imu->path, '/') + 1, given[0]);
        assert_string_equal(strrchr(imu->accel_path, '/') + 1, given[1]);
        assert_int_equal(imu->n, 2); /* the first and last have no acceleration */
        assert_row(imu, 0, 86010000000, V(1, 2, 3), V(0, 1, 10));
        assert_row(imu, 1, 86020000000, V(4, 5, 6), V(0, 2, 9));
        assert_string_equal(imu->notice, "");
        bs_imu_free(&imu);
    }
    REMOVE(given[0], given[1]);
}

static void test_alone(void **state)
{
    const bs_imu_options none = { .accel_path = "" };
    bs_imu *imu;

    (void)state;
    write_file("VID_1_gyro.csv", GYRO_ROWS);
    imu = read_file(file_path("VID_1_gyro.csv"), NULL);
    assert_true(!imu->has_accel && !imu->accel_path && imu->n == 4);
    assert_row(imu, 0, 86000000000, V(1e-4, 0.5, -0.25), V(0, 0, 0));
    bs_imu_free(&imu);
    write_file("VID_1_accel.csv", ACCEL_ROWS);
    imu = read_file(file_path("VID_1_gyro.csv"), &none);
    assert_true(!imu->has_accel && imu->n == 4);
    bs_imu_free(&imu);
    unlink(file_path("VID_1_gyro.csv"));
    assert_refused(file_path("VID_1_accel.csv"), NULL,
                   WORDS("VID_1_accel.csv: ", "accelerometer alone gives no rotation"));
    REMOVE("VID_1_accel.csv");
}

/* A file that is named outright, and need not be of the same kind. */
static void test_named_file(void **state)
{
    char accel[sizeof trace_folder.dir + 64];
    bs_imu_options opt = { .accel_path = accel };
    bs_imu *imu = NULL;
    bs_err err = { 0 };

    (void)state;
    snprintf(accel, sizeof accel, "%s", file_path("other.csv"));
    write_file("other.csv",
               "time [ms],ax [g],ay [g],az [g]\n86000,0,0,1\n86010,0,0,1\n86020,0,0.5,1\n86030,0,0,1\n");
    write_file("g.csv", GYRO_ROWS);
    imu = read_file(file_path("g.csv"), &opt);
    assert_int_equal(imu->n, 4);
    assert_string_equal(imu->accel_unit, "g");
    assert_row(imu, 2, 86020000000, V(4, 5, 6), V(0, 0.5 * 9.80665, 9.80665));
    bs_imu_free(&imu);
    write_file("g.csv", "timestamp,gx,gy,gz,ax,ay,az\n1,0,0,0,0,0,9.8\n2,0,0,0,0,0,9.8\n");
    assert_int_equal(bs_imu_read(file_path("g.csv"), &opt, &imu, &err), BS_EINVAL);
    assert_non_null(strstr(err.text, "other.csv is not wanted"));
    write_file("g.csv", GYRO_ROWS);
    write_file("other.csv", GYRO_ROWS);
    assert_refused(file_path("g.csv"), &opt,
                   WORDS("other.csv: ", "expected rows of an accelerometer", "g.csv"));
    REMOVE("g.csv", "other.csv");
}

static void test_clocks_and_rates(void **state)
{
    char text[4000];
    size_t n = 0;

    (void)state;
    write_file("a_gyro.csv", GYRO_ROWS);
    write_file("a_accel.csv", "0, 0, 10, 96005000000\n0, 2, 10, 96015000000\n0, 2, 8, 96025000000\n");
    assert_refused(
        file_path("a_gyro.csv"), NULL,
        WORDS("a_accel.csv: ", "96.005 to 96.025", "a_gyro.csv, from 86.000 to 86.030", "one clock"));
    write_file("a_accel.csv", "0, 0, 10, 86000000000\n0, 2, 10, 86200000000\n0, 2, 8, 86400000000\n");
    assert_refused(file_path("a_gyro.csv"), NULL, WORDS("a_accel.csv: a row every 200 ms", "every 10 ms"));
    for (int i = 0; i < 60; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "0, 0, 10, %d00000\n", 860000 + 5 * i);
    write_file("a_accel.csv", text);
    assert_refused(file_path("a_gyro.csv"), NULL, WORDS("a_accel.csv: a row every 0.5 ms", "every 10 ms"));
    write_file("a_accel.csv", "0, 0, 10, 86012000000\n0, 2, 10, 86018000000\n");
    assert_refused(file_path("a_gyro.csv"), NULL, WORDS("a_accel.csv: its times are those of no rows"));
    REMOVE("a_gyro.csv", "a_accel.csv");
}

/* In a gap of the accelerometer nothing is made up; its borders are readings. */
static void test_gap_of_the_accelerometer(void **state)
{
    char gyro[8000], accel[8000];
    size_t n = 0, m = 0;
    bs_imu *imu;

    (void)state;
    for (int i = 0; i <= 100; i++) {
        n += (size_t)snprintf(gyro + n, sizeof gyro - n, "0,0,0.5,%d0000000\n", 300 + i);
        if (i <= 40 || i >= 60)
            m += (size_t)snprintf(accel + m, sizeof accel - m, "0,0,9.8,%d0000000\n", 300 + i);
    }
    write_file("a_gyro.csv", gyro);
    write_file("a_accel.csv", accel);
    imu = read_file(file_path("a_gyro.csv"), NULL);
    assert_int_equal(imu->n, 82);
    assert_int_equal(imu->rows[40].t_ns, 3400000000);
    assert_int_equal(imu->rows[41].t_ns, 3600000000);
    bs_imu_free(&imu);
    REMOVE("a_gyro.csv", "a_accel.csv");
}

#define LOGGER "time,seconds_elapsed,z,y,x\n"
#define T1 "1767620467350470700,0.1,"
#define T2 "1767620467360470700,0.11,"

static void test_sensor_logger(void **state)
{
    bs_imu *imu;

    (void)state;
    write_file("Gyroscope.csv", LOGGER T1 "3,2,1\n" T2 "6,5,4\n");
    imu = read_file(file_path("Gyroscope.csv"), NULL);
    assert_string_equal(imu->format, "Sensor Logger");
    assert_true(!imu->has_accel);
    assert_row(imu, 1, 1767620467360470700, V(4, 5, 6), V(0, 0, 0));
    bs_imu_free(&imu);

    write_file("Accelerometer.csv", LOGGER T1 "0.25,0.5,0.75\n" T2 "0,0,0.5\n"); /* less gravity */
    imu = read_file(file_path("Gyroscope.csv"), NULL);
    assert_true(imu->has_accel && imu->gravity_removed);
    assert_row(imu, 0, 1767620467350470700, V(1, 2, 3), V(0.75, 0.5, 0.25));
    assert_non_null(strstr(imu->notice, "Accelerometer.csv: no Metadata.csv"));
    bs_imu_free(&imu);

    write_file("AccelerometerUncalibrated.csv", LOGGER T1 "9.5,0,0\n" T2 "9.5,0,0\n"); /* with it */
    imu = read_file(file_path("Gyroscope.csv"), NULL);
    assert_true(imu->has_accel && !imu->gravity_removed);
    assert_row(imu, 0, 1767620467350470700, V(1, 2, 3), V(0, 0, 9.5));
    bs_imu_free(&imu);
    unlink(file_path("AccelerometerUncalibrated.csv"));

    write_file("Gravity.csv", LOGGER T1 "9.75,0,0.5\n" T2 "9.75,0,0.5\n");
    imu = read_file(file_path("Gyroscope.csv"), NULL);
    assert_true(imu->has_accel && !imu->gravity_removed);
    assert_row(imu, 0, 1767620467350470700, V(1, 2, 3), V(1.25, 0.5, 10));
    bs_imu_free(&imu);

    write_file("TotalAcceleration.csv", LOGGER T1 "9.5,0.5,0\n" T2 "9.5,0.25,0\n"); /* Android alone has it */
    imu = read_file(file_path("Gyroscope.csv"), NULL);
    assert_true(imu->has_accel && !imu->gravity_removed);
    assert_row(imu, 1, 1767620467360470700, V(4, 5, 6), V(0, 0.25, 9.5));
    assert_string_equal(imu->notice, "");
    assert_string_equal(strrchr(imu->accel_path, '/') + 1, "TotalAcceleration.csv");
    bs_imu_free(&imu);
    imu = read_file(file_path("Accelerometer.csv"), NULL); /* the one that was asked for */
    assert_row(imu, 0, 1767620467350470700, V(1, 2, 3), V(1.25, 0.5, 10));
    bs_imu_free(&imu);
    assert_refused(file_path("Gravity.csv"), NULL, WORDS("Gravity.csv: holds gravity alone"));
    REMOVE("Gyroscope.csv", "Accelerometer.csv", "Gravity.csv", "TotalAcceleration.csv");
}

#define METADATA                                                                                             \
    "version,device name,recording epoch time,recording time,recording timezone,platform,appVersion,device " \
    "id,"                                                                                                    \
    "sensors,sampleRateMs,standardisation,platform version\n3,Phone,1767620467350,2026-01-05_13-41-07,"      \
    "Europe/London,"

/* An iPhone's accelerations have the other sign unless the app was told otherwise; raw ones are in g. */
static void test_sensor_logger_of_ios(void **state)
{
    static const struct {
        const char *platform;
        double sign;
    } recordings[] = { { "ios,1.30,id,Gyroscope,10,false,17", -1 },
                       { "ios,1.30,id,Gyroscope,10,true,17", 1 },
                       { "android,1.30,id,Gyroscope,10,false,14", 1 } };
    char text[600];
    bs_imu *imu;

    (void)state;
    write_file("Gyroscope.csv", LOGGER T1 "3,2,1\n" T2 "6,5,4\n");
    for (size_t i = 0; i < 3; i++) {
        const double s = recordings[i].sign;

        snprintf(text, sizeof text, METADATA "%s\n", recordings[i].platform);
        write_file("Metadata.csv", text);
        write_file("Accelerometer.csv", LOGGER T1 "0.25,0.5,0.75\n" T2 "0,0,0.5\n");
        write_file("Gravity.csv", LOGGER T1 "-9.75,0,0.5\n" T2 "-9.75,0,0.5\n");
        imu = read_file(file_path("Gyroscope.csv"), NULL);
        assert_row(imu, 0, 1767620467350470700, V(1, 2, 3), V(1.25 * s, 0.5 * s, -9.5 * s));
        assert_string_equal(imu->notice, "");
        bs_imu_free(&imu);
        REMOVE("Accelerometer.csv", "Gravity.csv");
        write_file("AccelerometerUncalibrated.csv", LOGGER T1 "-1,0,0.5\n" T2 "-1,0,0.5\n");
        imu = read_file(file_path("Gyroscope.csv"), NULL);
        assert_row(imu, 0, 1767620467350470700, V(1, 2, 3), V(0.5 * 9.80665 * s, 0, -9.80665 * s));
        assert_string_equal(imu->accel_unit, "g");
        bs_imu_free(&imu);
        REMOVE("AccelerometerUncalibrated.csv");
    }
    REMOVE("Gyroscope.csv", "Metadata.csv");
}

static void test_phyphox(void **state)
{
    bs_imu *imu;

    (void)state;
    write_file("Gyroscope.csv",
               "\"Time (s)\",\"Gyroscope x (rad/s)\",\"Gyroscope y (rad/s)\",\"Gyroscope z (rad/s)\","
               "\"Absolute (rad/s)\"\n"
               "1.004321940E-1,-2.5E-1,5E-1,-1.0E0,1.1E0\n1.104321940E-1,0,0,0,0\n");
    write_file("Accelerometer.csv", "\"Time (s)\",\"Acceleration x (m/s^2)\",\"Acceleration y (m/s^2)\","
                                    "\"Acceleration z (m/s^2)\",\"Absolute acceleration (m/s^2)\"\n"
                                    "1.0E-1,0,0,9.75E0,9.75E0\n1.2E-1,0,0,9.75E0,9.75E0\n");
    imu = read_file(file_path("Gyroscope.csv"), NULL);
    assert_string_equal(imu->format, "phyphox");
    assert_row(imu, 0, 100432194, V(-0.25, 0.5, -1), V(0, 0, 9.75));
    bs_imu_free(&imu);
    write_file("Accelerometer.csv",
               "\"Time (s)\",\"Linear Acceleration x (m/s^2)\",\"Linear Acceleration y (m/s^2)\","
               "\"Linear Acceleration z (m/s^2)\"\n1.0E-1,0,0,0.5\n1.2E-1,0,0,0.5\n");
    imu = read_file(file_path("Gyroscope.csv"), NULL);
    assert_true(imu->has_accel && imu->gravity_removed);
    bs_imu_free(&imu);
    REMOVE("Gyroscope.csv", "Accelerometer.csv");
}

/* What is wrong with the second file is said of the second file. */
static void test_second_file_is_checked(void **state)
{
    (void)state;
    write_file("a_gyro.csv", GYRO_ROWS);
    write_file("a_accel.csv", "0, 0, 10, 86005000000\n0, nan, 10, 86015000000\n");
    assert_refused(file_path("a_gyro.csv"), NULL, WORDS("a_accel.csv:2: ", "ay \"nan\""));
    write_file("a_accel.csv", "0, 0, 1, 86005000000\n0, 0, 1, 86015000000\n");
    assert_refused(file_path("a_gyro.csv"), NULL,
                   WORDS("a_accel.csv: ", "look like g", "--imu-units rad/s,g"));
    write_file("a_accel.csv", "hello\n");
    assert_refused(file_path("a_gyro.csv"), NULL,
                   WORDS("a_accel.csv: ", "expected rows of an accelerometer"));
    REMOVE("a_gyro.csv", "a_accel.csv");
    write_file("Session.csv", LOGGER T1 "3,2,1\n" T2 "6,5,4\n");
    assert_refused(file_path("Session.csv"), NULL,
                   WORDS("Session.csv:1: ", "Sensor Logger", "Gyroscope.csv"));
    write_file("Session.csv", "0, 0, 10, 86005000000\n0, 0, 10, 86015000000\n");
    assert_refused(file_path("Session.csv"), NULL,
                   WORDS("Session.csv: ", "looks like the file of an accelerometer"));
    REMOVE("Session.csv");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_opencamera),
        cmocka_unit_test(test_alone),
        cmocka_unit_test(test_named_file),
        cmocka_unit_test(test_clocks_and_rates),
        cmocka_unit_test(test_gap_of_the_accelerometer),
        cmocka_unit_test(test_sensor_logger),
        cmocka_unit_test(test_sensor_logger_of_ios),
        cmocka_unit_test(test_phyphox),
        cmocka_unit_test(test_second_file_is_checked),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
