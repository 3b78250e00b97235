/* Files that are no trace, or a damaged one: the code, the line and the reason; nothing is opened. */
#include <locale.h>

#include "imu/trace_internal.h"
#include "tests/trace_files.h"

#define R1 "1,0,0,0,0,0,0,1\n"
#define R2 "2,0,0,0,0,0,0,1\n"

/* The file must be refused with 'code', and the text must hold each of 'words' (up to a NULL). */
static void assert_refused_file(const char *path, int code, const char *const words[])
{
    bs_trace *const untouched = (bs_trace *)(uintptr_t)64;
    bs_trace *tr = untouched;
    bs_err err = { 0 };
    const int rc = bs_trace_open(path, NULL, &tr, &err);

    if (rc != code)
        fail_msg("%s: code %d, expected %d: %s", path, rc, code, err.text);
    assert_int_equal(err.code, code);
    assert_ptr_equal(tr, untouched);
    for (; *words; words++)
        if (!strstr(err.text, *words))
            fail_msg("expected \"%s\" in \"%s\"", *words, err.text);
    assert_int_equal(bs_trace_open(path, NULL, &tr, NULL), code);
}

static void assert_refused(const char *text, size_t n, const char *const words[])
{
    write_bytes(text, n);
    assert_refused_file(trace_path, BS_EFORMAT, words);
}

#define REFUSED(text, ...) assert_refused(text, sizeof(text) - 1, (const char *const[]){ __VA_ARGS__, NULL })

static void test_unknown_headers(void **state)
{
    (void)state;
    REFUSED("", "t.csv: ", "empty", "timestamp,tx,ty,tz,qx,qy,qz,qw");
    REFUSED("\n# nothing\n\n", "holds no row");
    REFUSED("hello\nworld\n", "t.csv:1: ", "not a pose trace", "\"hello\"", "EuRoC", "TUM");
    REFUSED("# rgb\n\n# timestamp filename\n1.5 rgb/1.5.png\n", "t.csv:4: ", "\"1.5 rgb/1.5.png\"");
    REFUSED("1,0,0,0,0,0,0,1\n2,0,0,0,0,0,0,1\n", "t.csv:1: ", "not a pose trace");
    REFUSED("1 0 0 0 0 0 1\n", "t.csv:1: ", "not a pose trace");
    REFUSED("1 0 0 1 0 0 1 0 0 1 0 0\n", "t.csv:1: ", "not a pose trace");
    REFUSED("\x89PNG\r\n\x1a\n", "t.csv:1: ", "\"?PNG\"");
}

static void test_incomplete_headers(void **state)
{
    (void)state;
    REFUSED("timestamp,tx,ty,tz\n" R1, "t.csv:1: ", "no column for qx");
    REFUSED("tx,ty,tz,qx,qy,qz,qw\n" R1, "t.csv:1: ", "no column for timestamp");
    REFUSED("# timestamp tx ty tz qx qy qz\n" R1, "t.csv:1: ", "no column for qw");
    REFUSED("t,x,tx,ty,tz,qx,qy,qz,qw\n" R1, "t.csv:1: ", "more than one column for tx");
    REFUSED("timestamp [ms],tx,ty,tz,qx,qy,qz,qw\n" R1, "t.csv:1: ", "[ms]", "[ns]");
    REFUSED("# t [us] tx ty tz qx qy qz qw\n" R1, "t.csv:1: ", "[us]");
    REFUSED("t,tx [mm],ty [mm],tz [mm],qx,qy,qz,qw\n" R1, "t.csv:1: ", "[mm]", "metres");
}

/* Where poses are wanted, the readings of an IMU are named for what they are. */
static void assert_no_poses(const char *text, const char *quoted)
{
    bs_trace_kind kind;
    bs_state *rows;
    size_t n;
    bs_err err = { 0 };

    write_bytes(text, strlen(text));
    assert_int_equal(bs_rows_read(trace_path, &kind, &rows, &n, NULL, &err), BS_EFORMAT);
    assert_null(rows);
    assert_non_null(strstr(err.text, "raw readings of an IMU"));
    assert_non_null(strstr(err.text, "expected poses, with the columns timestamp,tx,ty,tz,qx,qy,qz,qw"));
    if (!strstr(err.text, quoted))
        fail_msg("expected \"%s\" in \"%s\"", quoted, err.text);
}

static void test_imu_traces(void **state)
{
    (void)state;
    assert_no_poses("timestamp,gx,gy,gz,ax,ay,az\n1,0,0,0,0,0,0\n", "t.csv:1: these are");
    assert_no_poses("timestamp,gx,gy,gz,ax,ay,az\n1,0,0,0,0,0,0\n", "(\"gx\")");
    assert_no_poses("#timestamp [ns],w_RS_S_x [rad s^-1],w_RS_S_y [rad s^-1],w_RS_S_z [rad s^-1],"
                    "a_RS_S_x [m s^-2],a_RS_S_y [m s^-2],a_RS_S_z [m s^-2]\n1,0,0,0,0,0,0\n",
                    "(\"w_RS_S_x [rad s^-1]\")");
    assert_no_poses("GYROFLOW IMU LOG\nversion,1.3\n", "GYROFLOW");
    assert_no_poses("Timestamp[nanosec],gx[rad/s],gy[rad/s],gz[rad/s],ax[m/s^2],ay[m/s^2],az[m/s^2],"
                    "Unix time[nanosec]\n",
                    "gx[rad/s]");
    assert_no_poses("\"Time (s)\",\"Gyroscope x (rad/s)\",\"Gyroscope y (rad/s)\"\n", "Gyroscope x (rad/s)");
    assert_no_poses("# accelerometer data\n# timestamp ax ay az\n", "t.csv:2: ");
}

static void test_bad_numbers(void **state)
{
    static const char *const bad[] = { "nan", "-inf", "0x1p3", "1e400", "--1", "1.2.3",
                                       "1e",  "1 2",  "abc",   "",      "+",   "\"0.5\"" };
    char text[256], quoted[32];

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        snprintf(text, sizeof text, CSV_HEADER R1 "\n# a comment\n2,0,%s,0,0,0,0,1\n", bad[i]);
        snprintf(quoted, sizeof quoted, "ty \"%s\"", bad[i]);
        assert_refused(text, strlen(text), (const char *const[]){ "t.csv:5: ", quoted, "expected", NULL });
    }
    REFUSED(CSV_HEADER R1 "2,0,0,5,0,0,0,0,1\n", "t.csv:3: ", "9 columns where 8", "decimal commas");
    REFUSED(CSV_HEADER R1 "2,0,0,0,0,0\n", "t.csv:3: ", "6 columns where 8", "commas", "2,0,0,0,0,0");
    REFUSED(CSV_HEADER R1 "2 0 0 0 0 0 0 1\n", "t.csv:3: ", "1 columns where 8");
    REFUSED(CSV_HEADER R1 "2,0,0,0,0,0,0,1e", "t.csv:3: ", "qw \"1e\"");
    REFUSED(CSV_HEADER R1 "2,1e300,0,0,0,0,0,1\n", "t.csv:3: ", "tx = 1e+300", "metres");
    REFUSED(CSV_HEADER R1 CSV_HEADER, "t.csv:3: ", "timestamp \"timestamp\"", "decimal seconds");
}

static void test_bad_times(void **state)
{
    (void)state;
    REFUSED(CSV_HEADER R1 "nan,0,0,0,0,0,0,1\n", "t.csv:3: ", "timestamp \"nan\"");
    REFUSED(CSV_HEADER R1 ",0,0,0,0,0,0,1\n", "t.csv:3: ", "timestamp \"\"");
    REFUSED(CSV_HEADER "1403715524907143168,0,0,0,0,0,0,1\n", "t.csv:2: ", "1403715524907143168",
            "nanoseconds", "timestamp [ns]");
    REFUSED(CSV_HEADER "1403715524907.14,0,0,0,0,0,0,1\n", "t.csv:2: ", "seconds, below");
    REFUSED("timestamp [ns],tx,ty,tz,qx,qy,qz,qw\n1.40363657975856E+018,0,0,0,0,0,0,1\n",
            "t.csv:2: ", "1.40363657975856E+018", "digits of this time are lost");
    REFUSED("timestamp [ns],tx,ty,tz,qx,qy,qz,qw\n1305031225.9334,0,0,0,0,0,0,1\n",
            "t.csv:2: ", "whole nanoseconds", "timestamp [s]");
    REFUSED("timestamp [ns],tx,ty,tz,qx,qy,qz,qw\n99999999999999999999,0,0,0,0,0,0,1\n",
            "t.csv:2: ", "whole nanoseconds");
}

static void test_order_of_times(void **state)
{
    (void)state;
    REFUSED(CSV_HEADER R2 "\n" R1, "t.csv:4: ", "1.000000000", "2.000000000 on line 2", "sort -t, -k1,1g");
    REFUSED(CSV_HEADER R1 R1, "t.csv:3: ", "1.000000000", "line 2", "remove one");
    REFUSED("x;y;z;qx;qy;qz;qw;t_ns\n0;0;0;0;0;0;1;7\n0;0;0;0;0;0;1;-7\n",
            "t.csv:3: ", "-7 is not later than 7", "sort -t';' -k8,8g");
    REFUSED("2 0 0 0 0 0 0 1\n-0.5 0 0 0 0 0 0 1\n", "t.csv:2: ", "-0.500000000", "sort -k1,1g");
}

static void test_bad_quaternions(void **state)
{
    (void)state;
    REFUSED(CSV_HEADER R1 "2,0,0,0,0,0,0,0\n", "t.csv:3: ", "quaternion of length 0");
    REFUSED(CSV_HEADER R1 "2,0,0,0,0,0,0,1e-7\n", "t.csv:3: ", "quaternion of length 0");
    REFUSED(CSV_HEADER R1 "2,0,0,0,0,3,0,4\n", "t.csv:3: ", "0 3 0 4", "length 5");
    REFUSED(CSV_HEADER R1 "2,0,0,0,0,0,0,0.89\n", "t.csv:3: ", "length 0.89");
    REFUSED(CSV_HEADER R1 "2,0,0,0,1e200,0,0,1e200\n", "t.csv:3: ", "length inf");
}

static void test_too_few_rows(void **state)
{
    (void)state;
    REFUSED(CSV_HEADER, "t.csv: ", "no row", "two poses");
    REFUSED(CSV_HEADER R1, "t.csv: ", "one row", "two poses");
}

static void test_not_text(void **state)
{
    const size_t n = 1 << 20;
    char *text = malloc(n);

    (void)state;
    assert_non_null(text);
    REFUSED(CSV_HEADER R1 "2,0,0,0,\0,0,0,1\n", "t.csv:3: ", "NUL");
    REFUSED("\xff\xfet\0i\0m\0e\0\n\0", "t.csv:1: ", "NUL", "UTF-8");
    REFUSED(CSV_HEADER R1 "2,0,0,\x1b[31m\xe4,0,0,0,1\n", "t.csv:3: ", "\"?[31m?\"");

    memset(text, '7', n); /* one line of a megabyte, then lines around the limit */
    assert_refused(text, n, (const char *const[]){ "t.csv:1: ", "longer than", NULL });
    memcpy(text, CSV_HEADER R1, sizeof(CSV_HEADER R1) - 1);
    assert_refused(text, n, (const char *const[]){ "t.csv:3: ", "longer than", NULL });
    for (size_t length = 65530; length < 65542; length++)
        assert_refused(text, length + sizeof(CSV_HEADER R1) - 1, (const char *const[]){ "t.csv:3: ", NULL });
    free(text);
}

/* Long lines of comment and blanks are fine up to the limit, wherever the reader's buffer ends. */
static void test_long_lines_are_whole(void **state)
{
    const size_t n = 65000;
    char *text = malloc(4 * n);
    bs_trace *tr;

    (void)state;
    assert_non_null(text);
    for (size_t pad = 0; pad < n; pad += 997) {
        snprintf(text, 4 * n, CSV_HEADER "#%*s\n" R1 "%*s2,0,0,0,0,0,0,1\n#%*s", (int)pad, "x",
                 (int)(n - pad), "", (int)n, "x");
        tr = open_text(text, 0);
        assert_int_equal(bs_trace_describe(tr)->rows, 2);
        bs_trace_close(&tr);
    }
    free(text);
}

static void test_unreadable(void **state)
{
    (void)state;
    assert_refused_file("/nonexistent/t.csv", BS_EIO,
                        (const char *const[]){ "/nonexistent/t.csv", "opened", NULL });
    assert_refused_file("/", BS_EIO, (const char *const[]){ "/: ", "read", NULL });
}

static void test_arguments(void **state)
{
    const bs_trace_options opt = { .max_gap_ns = -1 };
    bs_trace *tr = NULL;
    bs_err err = { 0 };

    (void)state;
    assert_int_equal(bs_trace_open("t.csv", &opt, &tr, &err), BS_EINVAL);
    assert_null(tr);
}

/* A host program may have set a locale whose decimal point is a comma. */
static void test_locale(void **state)
{
    static const char *const names[] = { "de_DE.UTF-8", "fr_FR.UTF-8", "de_DE", "nl_NL.UTF-8" };
    const char *found = NULL;
    bs_trace *tr;
    bs_pose p;

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0] && !found; i++)
        found = setlocale(LC_ALL, names[i]);
    if (!found)
        skip();
    tr = open_text(CSV_HEADER "0.5,2.5e-1,0,0,0,0,0,1\n1.5,0,0,0,0,0,0,1\n", 0);
    assert_int_equal(bs_trace_pose_at(tr, 500000000, &p, NULL), BS_OK);
    assert_near(p.t_m[0], 0.25, 0, "tx");
    bs_trace_close(&tr);
    setlocale(LC_ALL, "C");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_unknown_headers), cmocka_unit_test(test_incomplete_headers),
        cmocka_unit_test(test_imu_traces),      cmocka_unit_test(test_bad_numbers),
        cmocka_unit_test(test_bad_times),       cmocka_unit_test(test_order_of_times),
        cmocka_unit_test(test_bad_quaternions), cmocka_unit_test(test_too_few_rows),
        cmocka_unit_test(test_not_text),        cmocka_unit_test(test_long_lines_are_whole),
        cmocka_unit_test(test_unreadable),      cmocka_unit_test(test_arguments),
        cmocka_unit_test(test_locale),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
