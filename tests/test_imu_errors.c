/* Files of an IMU that are damaged or cannot be used: the line, the reason, and what was expected. */
#include <math.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/imu_files.h"

#define CSV "timestamp,gx,gy,gz,ax,ay,az\n"
#define R1 "1,0,0,0,0,0,9.8\n"
#define R2 "2,0,0,0,0,0,9.8\n"

static void refused(const char *text, const char *const words[])
{
    write_file("t.csv", text);
    assert_refused(file_path("t.csv"), NULL, words);
}

#define REFUSED(text, ...) refused(text, WORDS(__VA_ARGS__))

static void test_headers(void **state)
{
    (void)state;
    REFUSED("timestamp,gx,gy,ax,ay,az\n", "t.csv:1: ", "no column for axis z of the gyroscope");
    REFUSED("timestamp,gx,gy,gz,ay,az\n", "t.csv:1: ", "no column for axis x of the accelerometer",
            "timestamp,gx,gy,gz,ax,ay,az");
    REFUSED("gx,gy,gz,ax,ay,az\n", "t.csv:1: ", "no column for timestamp");
    REFUSED("t,gx,gy,gz,wx\n", "t.csv:1: ", "more than one column for axis x of the gyroscope");
    REFUSED("t [min],gx,gy,gz\n", "t.csv:1: ", "[min]", "[us]");
    REFUSED("t,gx [rpm],gy [rpm],gz [rpm]\n", "t.csv:1: ", "[rpm]", "[deg/s]");
    REFUSED("t,gx,gy,gz,ax [ft/s^2],ay,az\n", "t.csv:1: ", "[ft/s^2]", "[m/s^2]");
    REFUSED("t,gx [rad/s],gy [deg/s],gz\n", "t.csv:1: rates are in rad/s and in deg/s", "one unit");
    REFUSED("# accelerometer data\n# timestamp ax ay az\n1 0 0 9.8\n2 0 0 9.8\n",
            "t.csv: an accelerometer alone gives no rotation", "gyroscope");
}

static void test_rows(void **state)
{
    (void)state;
    REFUSED(CSV, "t.csv: ", "no row", "two rows");
    REFUSED(CSV R1, "t.csv: ", "one row", "two rows");
    REFUSED(CSV R1 "2,0,nan,0,0,0,9.8\n", "t.csv:3: ", "gy \"nan\"", "finite decimal number");
    REFUSED(CSV R1 "2,0,0,0,0,0\n", "t.csv:3: ", "6 columns where 7", "commas");
    REFUSED(CSV R1 "2,0,0,0,0,0,9.8,1\n", "t.csv:3: ", "8 columns where 7");
    REFUSED(CSV R1 "2,0,0,0,0,0,\n", "t.csv:3: ", "az \"\"");
    REFUSED(CSV R1 "\n" R1, "t.csv:4: ", "1.000000000", "line 2", "remove one");
    REFUSED(CSV R2 R1, "t.csv:3: ", "not later than 2.000000000 on line 2", "sort -t, -k1,1g");
    REFUSED("0.25,1,2,3\n0.5,1,2,3\n", "t.csv:2: without a header", "not later than in line 1",
            "timestamp,gx,gy,gz");
    REFUSED(CSV "1403715524907143168,0,0,0,0,0,9.8\n", "t.csv:2: ", "nanoseconds", "timestamp [ns]");
}

static void test_damaged_stamps(void **state)
{
    (void)state;
    REFUSED("#timestamp [ns],w_RS_S_x [rad s^-1],w_RS_S_y [rad s^-1],w_RS_S_z [rad s^-1],"
            "a_RS_S_x [m s^-2],a_RS_S_y [m s^-2],a_RS_S_z [m s^-2]\n"
            "1.40363657975856E+018,0,0,0,0,0,9.8\n",
            "t.csv:2: ", "1.40363657975856E+018", "digits of this time are lost");
    REFUSED("1.40363657975856E+018,0,0,0,0,0,9.8\n", "t.csv:1: ", "digits of this time are lost");
}

static void refused_with(const char *text, const bs_imu_options *opt, const char *const words[])
{
    write_file("t.csv", text);
    assert_refused(file_path("t.csv"), opt, words);
}

/* A unit that cannot be meant is found by what a sensor can read. */
static void test_implausible_rates(void **state)
{
    const bs_imu_options degrees = { .gyro_unit = BS_GYRO_DEG_S };

    (void)state;
    REFUSED(CSV R1 "2,0,51,0,0,0,9.8\n3,0,90,0,0,0,9.8\n", "t.csv:3: gy = 51 rad/s", "below 50 rad/s",
            "look like deg/s", "--imu-units deg/s");
    REFUSED("0.1,20,-30,1.1\n-10,15,3,2.2\n", "t.csv: rates of 27.", "below 10 rad/s", "look like deg/s");
    REFUSED(CSV R1 "2,0,0,-9000,0,0,9.8\n", "t.csv:3: gz = -9000 rad/s", "must be in rad/s or deg/s");
    REFUSED("t,gx [rad/s],gy [rad/s],gz [rad/s]\n1,0,0,0\n2,60,0,0\n", "t.csv:3: gx = 60 rad/s",
            "look like deg/s", "correct the unit in the header");
    refused_with(CSV R1 "2,0,0,-9000,0,0,9.8\n", &degrees, WORDS("gz = -9000 deg/s"));
}

/* Slow rates in deg/s are none too fast for rad/s; but turned by them gravity would not stay where it is. */
static void test_rates_against_gravity(void **state)
{
    const bs_imu_options g = { .accel_unit = BS_ACCEL_G };
    const bs_imu_options degrees = { .gyro_unit = BS_GYRO_DEG_S, .accel_unit = BS_ACCEL_G };
    static char text[2][90000];

    (void)state;
    for (int rad = 0; rad < 2; rad++) {
        const double size = rad ? 3.14159265358979 / 180 : 1;
        size_t n = (size_t)sprintf(text[rad], CSV);
        bs_imu *imu;

        for (int i = 0; i < 1000; i++) {
            const double t = 0.005 * i, wave[3] = { 8 * sin(7 * t), 6 * cos(5 * t), 5 * sin(3 * t + 1) };

            n += (size_t)sprintf(text[rad] + n, "%.3f,%.6f,%.6f,%.6f,%.6f,0,1\n", t, size * wave[0],
                                 size * wave[1], size * wave[2], 0.01 * sin(20 * t));
        }
        write_file("t.csv", text[rad]);
        imu = read_file(file_path("t.csv"), rad ? &g : &degrees);
        bs_imu_free(&imu);
    }
    refused_with(text[0], &g, WORDS("t.csv: by its rates, 7.", "look like deg/s", "--imu-units deg/s,g"));
}

static void test_implausible_gravity(void **state)
{
    const bs_imu_options g = { .accel_unit = BS_ACCEL_G };
    const bs_imu_options degrees = { .gyro_unit = BS_GYRO_DEG_S };

    (void)state;
    refused_with(CSV "1,0,90,0,0,0,1\n2,0,90,0,0,0,1\n", &degrees, WORDS("--imu-units deg/s,g"));
    REFUSED(CSV "1,0,0,0,0,0,-1\n2,0,0,0,0.1,0,-1\n", "t.csv: at rest", "length 1",
            "m/s^2 where gravity has 9.81", "these look like g", "--imu-units rad/s,g");
    REFUSED(CSV "1,0,0,0,981,0,0\n2,0,0,0,981,0,0\n", "length 981", "cm/s^2 or thousandths of g");
    REFUSED(CSV "1,0,0,0,0.1,0,0\n2,0,0,0,0,0,0.05\n", "gravity seems to have been removed");
    REFUSED(CSV "1,0,0,0,0,0,3\n2,0,0,0,0,0,3\n", "length 3", "must be in m/s^2 or g");
    REFUSED("t,gx,gy,gz,ax [m/s^2],ay [m/s^2],az [m/s^2]\n1,0,0,0,0,0,1\n2,0,0,0,0,0,1\n", "look like g",
            "correct the unit in the header");
    refused_with(CSV R1 R2, &g,
                 WORDS("length 9.8 g where gravity has 1;", "look like m/s^2", "--imu-units rad/s,m/s2"));
    REFUSED("GYROFLOW IMU LOG\nt,gx,gy,gz,ax,ay,az\n1,0,0,0,0,0,9.8\n2,0,0,0,0,0,9.8\n", "t.csv: at rest",
            "9.8 g", "look like m/s^2");
}

static void test_implausible_accelerations(void **state)
{
    (void)state;
    REFUSED(CSV R1 "1.1,0,0,0,0,0,9.8\n1.2,0,0,0,0,0,9.8\n1.3,0,0,0,0,0,9.8\n1.4,0,0,0,0,0,9.8\n"
                   "2,0,0,0,0,-1e5,9.8\n2.3,0,0,0,0,1e5,9.8\n2.5,0,0,0,0,1e308,9.8\n",
            "t.csv:7: ay = -100000 m/s^2", "below 10000 m/s^2");
    REFUSED("\"Time (s)\",\"Gyroscope x (rad/s)\",\"Gyroscope y (rad/s)\",\"Gyroscope z (rad/s)\",\"Linear "
            "Acceleration x (g)\",\"Linear Acceleration y (g)\",\"Linear Acceleration z (g)\"\n"
            "1,0,0,0,0,0,0\n2,0,0,0,0,0,1e308\n",
            "t.csv:3: az = 1e+308 g", "below 10000 m/s^2");
}

/* Only the quietest moments count: a trace may shake at several g. */
static void test_rest_is_where_it_is_quiet(void **state)
{
    char text[60000];
    size_t n = (size_t)sprintf(text, CSV);
    bs_imu *imu;

    (void)state;
    for (int i = 0; i < 1000; i++)
        n += (size_t)sprintf(text + n, "%d.%02d,0,0,0,0,%d,9.8\n", i / 100, i % 100,
                             i < 800 ? (i % 2 ? 90 : -10) : 0);
    imu = read_text(text);
    assert_int_equal(imu->n, 1000);
    bs_imu_free(&imu);
}

/* Shaken at several g nothing can be said: gravity is lost in it with any unit. */
static void test_shaking_is_no_unit(void **state)
{
    static char text[90000];
    size_t n = (size_t)sprintf(text, CSV);
    bs_imu *imu;

    (void)state;
    for (int i = 0; i < 1000; i++)
        n += (size_t)sprintf(text + n, "%.3f,%.6f,0,0,%.6f,0,9.8\n", 0.005 * i, 3 * sin(0.035 * i),
                             i % 200 < 100 ? 0 : 60 * sin(0.2 * i));
    imu = read_text(text);
    bs_imu_free(&imu);
}

/* A row alone in front of a gap or the end does not scatter, and is not quiet for that. */
static void test_lone_rows_are_not_quiet(void **state)
{
    char text[8000];
    size_t n = (size_t)sprintf(text, CSV);
    bs_imu *imu;

    (void)state;
    for (int i = 0; i < 102; i++)
        n += (size_t)sprintf(text + n, "%.2f,0,0,0,%s\n", i < 101 ? 0.01 * i : 2.0,
                             i >= 100 ? "9,5,14"
                             : i % 2  ? "3,0,9.8"
                                      : "-3,0,9.8");
    imu = read_text(text);
    assert_int_equal(imu->n, 102);
    bs_imu_free(&imu);
}

static void test_gyroflow_heads(void **state)
{
    (void)state;
    REFUSED("GYROFLOW IMU LOG\ntscale,0.001\n", "t.csv: ", "without the line t,gx,gy,gz");
    REFUSED("GYROFLOW IMU LOG\ntscale,0\nt,gx,gy,gz\n", "t.csv:2: tscale \"0\"", "positive");
    REFUSED("GYROFLOW IMU LOG\ngscale,abc\n", "t.csv:2: gscale \"abc\"");
    REFUSED("GYROFLOW IMU LOG\nid,x\norientation,XYY\n", "t.csv:3: orientation \"XYY\"", "each axis once");
    REFUSED("GYROFLOW IMU LOG\norientation,XY\n", "orientation \"XY\"");
    REFUSED("GYROFLOW IMU LOG\nframe_readout_direction,7\n", "frame_readout_direction \"7\"",
            "top to bottom");
    REFUSED("GYROFLOW IMU LOG\nframe_readout_time,-3\n", "frame_readout_time \"-3\"");
    REFUSED("GYROFLOW IMU LOG\nt,gx,gy\n", "t.csv:2: ", "no column for axis z of the gyroscope");
    REFUSED("GYROFLOW IMU LOG\nt,speed\n", "t.csv:2: ", "t,gx,gy,gz");
    REFUSED("GYROFLOW IMU LOG\nt,gx,gy,gz\n1,0,0,0\n2,0,x,0\n", "t.csv:4: gy \"x\"");
    REFUSED("GYROFLOW IMU LOG\ntscale,0.002\nt,gx,gy,gz\n1,0,0,0\n1e300,0,0,0\n", "t.csv:5: time 1e+300");
    REFUSED("GYROFLOW IMU LOG\nt,gx,gy,gz\n2,0,0,0\n1,0,0,0\n",
            "t.csv:4: time 1.000000 is not later than 2.000000");
}

/* A file of which every prefix is tried: refused or read, but never anything else. */
static void test_every_prefix(void **state)
{
    static const char *const texts[] = {
        "GYROFLOW IMU "
        "LOG\norientation,YxZ\ntscale,0.001\nt,gx,gy,gz,ax,ay,az\n0,1,2,3,0,0,1\n1,1,2,3,0,0,1\n",
        "\"Time (s)\",\"Gyroscope x (rad/s)\",\"Gyroscope y (rad/s)\",\"Gyroscope z "
        "(rad/s)\"\n1e0,1,2,3\n2e0,1,2,3\n",
        "4 5000000000 1 2 3\n1 4990000000 0 0 10\n4 5010000000 4 5 6\n1 5030000000 0 2 8\n",
        "1.5E-4, 0.5, -0.25, 86000000000\n1, 2, 3, 86010000000\n",
    };
    char text[300];

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        for (size_t n = 0; n <= strlen(texts[i]); n++) {
            bs_imu *imu = NULL;
            bs_err err = { 0 };
            int rc;

            snprintf(text, sizeof text, "%.*s", (int)n, texts[i]);
            write_file("t.csv", text);
            rc = bs_imu_read(file_path("t.csv"), NULL, &imu, &err);
            assert_true(rc == BS_OK || rc == BS_EFORMAT);
            assert_true(rc == BS_OK || !imu);
            assert_true(!imu || imu->n >= 2);
            bs_imu_free(&imu);
        }
}

/* A named pipe is not even opened: nobody need write yet, and a writer whose reader closes does not come
 * back. */
static void test_named_pipe(void **state)
{
    bs_imu *imu = (bs_imu *)(uintptr_t)64;
    bs_err err = { 0 };

    (void)state;
    assert_int_equal(mkfifo(file_path("pipe.csv"), 0600), 0);
    alarm(60); /* opening it would wait for ever */
    assert_int_equal(bs_imu_read(file_path("pipe.csv"), NULL, &imu, &err), BS_OK);
    alarm(0);
    assert_null(imu);
    unlink(file_path("pipe.csv"));
}

static void test_unreadable(void **state)
{
    bs_imu *imu = NULL;
    bs_err err = { 0 };

    (void)state;
    assert_int_equal(bs_imu_read("/nonexistent/t.csv", NULL, &imu, &err), BS_EIO);
    assert_non_null(strstr(err.text, "/nonexistent/t.csv: cannot be opened"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_headers),
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_damaged_stamps),
        cmocka_unit_test(test_implausible_rates),
        cmocka_unit_test(test_rates_against_gravity),
        cmocka_unit_test(test_implausible_gravity),
        cmocka_unit_test(test_implausible_accelerations),
        cmocka_unit_test(test_rest_is_where_it_is_quiet),
        cmocka_unit_test(test_shaking_is_no_unit),
        cmocka_unit_test(test_lone_rows_are_not_quiet),
        cmocka_unit_test(test_gyroflow_heads),
        cmocka_unit_test(test_every_prefix),
        cmocka_unit_test(test_named_pipe),
        cmocka_unit_test(test_unreadable),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
