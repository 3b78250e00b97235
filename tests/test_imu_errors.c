/* Files of an IMU that are damaged or cannot be used: the line, the reason, and what was expected. */
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
        cmocka_unit_test(test_unreadable),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
