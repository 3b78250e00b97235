/* Reading traces: every kind and spelling gives the same poses; times are exact; gaps are never bridged. */
#include <math.h>

#include "tests/trace_files.h"

#define MS INT64_C(1000000)

/* The same two poses however written: no two numbers of the first alike; the identity 10 ms later. */
static const int64_t t0 = INT64_C(1305031225933400000);

static void assert_two_poses(const char *what, const char *text, bs_trace_kind kind)
{
    bs_trace *tr = open_text(text, 0);
    const bs_trace_info *info = bs_trace_describe(tr);
    bs_pose p, q;

    if (info->kind != kind || info->rows != 2 || info->start_ns != t0 || info->end_ns != t0 + 10 * MS)
        fail_msg("%s: kind %d, %zu rows, %lld to %lld", what, (int)info->kind, info->rows,
                 (long long)info->start_ns, (long long)info->end_ns);
    assert_int_equal(bs_trace_pose_at(tr, t0, &p, NULL), BS_OK);
    assert_int_equal(bs_trace_pose_at(tr, t0 + 10 * MS, &q, NULL), BS_OK);
    for (int i = 0; i < 3; i++) {
        assert_near(p.t_m[i], (double[]){ 1.5, -0.25, 3e-3 }[i], 0, what);
        assert_near(q.t_m[i], 0, 0, what);
    }
    for (int i = 0; i < 4; i++) {
        assert_near(p.q[i], (double[]){ 0.1, -0.5, 0.7, 0.5 }[i], 1e-15, what);
        assert_near(q.q[i], i == 3, 0, what);
    }
    bs_trace_close(&tr);
    assert_null(tr);
}

#define R1 "1305031225.9334,1.5,-0.25,3e-3,0.1,-0.5,0.7,0.5"
#define R2 "1305031225.9434,0,0,0,0,0,0,1"
#define B1 "1305031225.9334 1.5 -0.25 3e-3 0.1 -0.5 0.7 0.5"
#define B2 "1305031225.9434 0 0 0 0 0 0 1"
#define N1 "1305031225933400000,1.5,-0.25,3e-3,0.5,0.1,-0.5,0.7"
#define N2 "1305031225943400000,0,0,0,1,0,0,0"
#define EUROC_POSE "p_RS_R_x [m], p_RS_R_y [m], p_RS_R_z [m], q_RS_w [], q_RS_x [], q_RS_y [], q_RS_z []"
#define NINE "1,2,3,4,5,6,7,8,9"

static void test_kinds(void **state)
{
    (void)state;
    assert_two_poses("ours", CSV_HEADER R1 "\n" R2 "\n", BS_TRACE_CSV);
    assert_two_poses("TUM", "# ground truth\n# timestamp tx ty tz qx qy qz qw\n" B1 "\n" B2 "\n",
                     BS_TRACE_TUM);
    assert_two_poses("TUM without header", B1 "\n" B2 "\n", BS_TRACE_TUM);
    assert_two_poses("EuRoC", "#timestamp [ns], " EUROC_POSE "\n" N1 "\n" N2 "\n", BS_TRACE_EUROC);
    assert_two_poses("EuRoC without unit", "#timestamp, " EUROC_POSE "\n" N1 "\n" N2 "\n", BS_TRACE_EUROC);
    assert_two_poses("EuRoC with velocity and biases",
                     "#timestamp, " EUROC_POSE ", v_RS_R_x [m s^-1], v_RS_R_y [m s^-1], "
                     "v_RS_R_z [m s^-1], b_w_RS_S_x [rad s^-1], b_w_RS_S_y [rad s^-1], b_w_RS_S_z "
                     "[rad s^-1], b_a_RS_S_x [m s^-2], b_a_RS_S_y [m s^-2], b_a_RS_S_z [m s^-2]\n" N1 "," NINE
                     "\n" N2 "," NINE "\n",
                     BS_TRACE_EUROC);
}

static void test_columns_go_by_name(void **state)
{
    (void)state;
    assert_two_poses("another order", "#timestamp [ns], x, y, z, qw, qx, qy, qz\n" N1 "\n" N2 "\n",
                     BS_TRACE_CSV);
    assert_two_poses("unit in the name", "time_ns,p_x,p_y,p_z,q_w,q_x,q_y,q_z\n" N1 "\n" N2 "\n",
                     BS_TRACE_CSV);
    assert_two_poses("further columns",
                     "timestamp, frame, x, y, z, qx, qy, qz, qw\n"
                     "1305031225.9334, a, 1.5, -0.25, 3e-3, 0.1, -0.5, 0.7, "
                     "0.5\n1305031225.9434, , 0, 0, 0, 0, 0, 0, 1\n",
                     BS_TRACE_CSV);
    assert_two_poses("blanks and units",
                     "# t [s]  x [m]\ty [m] z [m] qx qy qz qw (unit length)\n" B1 "\n" B2 "\n", BS_TRACE_TUM);
    assert_two_poses("order told in a comment",
                     "# format: t x y z qw qx qy qz\n"
                     "1305031225.9334 1.5 -0.25 3e-3 0.5 0.1 -0.5 0.7\n"
                     "1305031225.9434 0 0 0 1 0 0 0\n",
                     BS_TRACE_TUM);
    assert_two_poses("semicolons",
                     "t;tx;ty;tz;qx;qy;qz;qw\n1305031225.9334;1.5;-0.25;3e-3;0.1;-0.5;0.7;0.5\n"
                     "1305031225.9434;0;0;0;0;0;0;1\n",
                     BS_TRACE_CSV);
}

static void test_spelling(void **state)
{
    (void)state;
    assert_two_poses("CRLF", "timestamp,tx,ty,tz,qx,qy,qz,qw\r\n" R1 "\r\n" R2 "\r\n", BS_TRACE_CSV);
    assert_two_poses("byte-order mark", "\xef\xbb\xbf" CSV_HEADER R1 "\n" R2, BS_TRACE_CSV);
    assert_two_poses("case and blanks", "  # TimeStamp , TX,Ty ,\ttz, QX,qY,qz,QW \t\n " R1 " \t\n\t" R2 " ",
                     BS_TRACE_CSV);
    assert_two_poses("quoted names",
                     "\"timestamp (s)\",\"tx\",\"ty\",\"tz\",\"qx\",\"qy\",\"qz\",\"qw\"\n" R1 "\n" R2,
                     BS_TRACE_CSV);
    assert_two_poses("trailing commas", "timestamp,tx,ty,tz,qx,qy,qz,qw,\n" R1 ",\n" R2 ",,\n", BS_TRACE_CSV);
    assert_two_poses("comments and empty lines",
                     "\n# by hand\n\n" CSV_HEADER "#\n" R1 "\n  \r\n# nan,nan\n" R2 "\n\n#\n", BS_TRACE_CSV);
    assert_two_poses("blanks and tabs", "  " B1 "  \r\n1305031225.9434\t0\t0  0 0\t0 0\t1\n", BS_TRACE_TUM);
    assert_two_poses("rounded quaternion",
                     CSV_HEADER "1305031225.9334,1.5,-0.25,3e-3,0.105,-0.525,0.735,0.525\n" R2, BS_TRACE_CSV);
}

static void test_parse_time(void **state)
{
    static const struct {
        const char *text;
        int64_t t_ns;
        const char *rest;
    } good[] = {
        { "1305031225.9334", INT64_C(1305031225933400000), "" },
        { "1.305031225933400154e+09", INT64_C(1305031225933400154), "" },
        { "12", INT64_C(12000000000), "" },
        { "-0.5", -500000000, "" },
        { "+.5s", 500000000, "s" },
        { "1.5e-3,2", 1500000, ",2" },
        { "0.0000000004", 0, "" },
        { "0.0000000005", 1, "" },
        { "-0.0000000015", -2, "" },
        { "0.99999999950", INT64_C(1000000000), "" },
        { "7e", INT64_C(7000000000), "e" },
        { "0x10", 0, "x10" },
        { "1e-999999999999", 0, "" },
        { "0e999999999999", 0, "" },
        { "00000000000000000000000000001", INT64_C(1000000000), "" },
        { "9223372036.854775807", INT64_MAX, "" },
        { "9223372036.8547758074", INT64_MAX, "" },
        { "-9223372036.854775807", -INT64_MAX, "" },
    };
    static const char *const bad[] = { "",    "-",   ".",   "e5",         " 1",    "nan",
                                       "inf", "abc", "--1", "9223372037", "1e400", "9223372036.8547758075" };
    int64_t t_ns;

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        const char *rest = bs_parse_time_ns(good[i].text, &t_ns);

        if (!rest || strcmp(rest, good[i].rest) || t_ns != good[i].t_ns)
            fail_msg("\"%s\": %lld ns and \"%s\" left, expected %lld and \"%s\"", good[i].text,
                     (long long)t_ns, rest ? rest : "(not read)", (long long)good[i].t_ns, good[i].rest);
    }
    t_ns = 42;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (bs_parse_time_ns(bad[i], &t_ns) || t_ns != 42)
            fail_msg("\"%s\" was read as %lld ns", bad[i], (long long)t_ns);
}

/* Rows at 100 Hz with a step of 30 ms and one of 60 ms; x is the time in seconds. */
#define ROW(t) t "," t ",0,0,0,0,0,1\n"
#define GAPPY                                                                                               \
    CSV_HEADER ROW("0") ROW("0.01") ROW("0.02") ROW("0.05") ROW("0.06") ROW("0.07") ROW("0.13") ROW("0.14") \
        ROW("0.15") ROW("0.16")

/* Of an even number of intervals the lower middle one counts. */
static void test_median_of_two(void **state)
{
    bs_trace *tr = open_text(CSV_HEADER ROW("0") ROW("0.01") ROW("0.03"), 0);

    (void)state;
    assert_int_equal(bs_trace_describe(tr)->median_interval_ns, 10 * MS);
    bs_trace_close(&tr);
}

static void test_gaps(void **state)
{
    bs_trace *tr = open_text(GAPPY, 0);
    const bs_trace_info *info = bs_trace_describe(tr);

    (void)state;
    assert_int_equal(info->median_interval_ns, 10 * MS);
    assert_int_equal(info->max_gap_ns, 50 * MS);
    assert_int_equal(info->n_stretches, 2);
    assert_int_equal(info->stretches[0].end_ns, 70 * MS);
    assert_int_equal(info->stretches[1].start_ns, 130 * MS);
    assert_int_equal(info->stretches[1].end_ns, 160 * MS);
    for (int64_t t = -5 * MS; t < 170 * MS; t += MS / 4) {
        const int want = t < 0 || t > 160 * MS ? BS_ERANGE : t > 70 * MS && t < 130 * MS ? BS_EGAP : BS_OK;
        bs_pose p = { .t_m = { 42 } };
        const int rc = bs_trace_pose_at(tr, t, &p, NULL);

        if (rc != want)
            fail_msg("at %lld ns: code %d, expected %d", (long long)t, rc, want);
        assert_near(p.t_m[0], rc ? 42 : 1e-9 * (double)t, 1e-15, "x");
    }
    assert_int_equal(bs_trace_pose_at(tr, INT64_MIN, &(bs_pose){ 0 }, NULL), BS_ERANGE);
    assert_int_equal(bs_trace_pose_at(tr, INT64_MAX, &(bs_pose){ 0 }, NULL), BS_ERANGE);
    bs_trace_close(&tr);

    tr = open_text(GAPPY, 60 * MS); /* the limit itself is bridged */
    assert_int_equal(bs_trace_describe(tr)->n_stretches, 1);
    bs_trace_close(&tr);

    tr = open_text(GAPPY, 1); /* each row alone */
    assert_int_equal(bs_trace_describe(tr)->n_stretches, 10);
    assert_int_equal(bs_trace_describe(tr)->stretches[3].start_ns, 50 * MS);
    assert_int_equal(bs_trace_describe(tr)->stretches[3].end_ns, 50 * MS);
    bs_trace_close(&tr);
    bs_trace_close(&tr);
    bs_trace_close(NULL);
}

static void test_a_camera_at_rest_rests_in_every_bit(void **state)
{
    bs_trace *tr = open_text(CSV_HEADER "0,0.1,0.2,0.3,0.1,-0.5,0.7,0.5\n1,0.1,0.2,0.3,0.1,-0.5,0.7,0.5\n"
                                        "2,0.1,0.2,0.3,-0.1,0.5,-0.7,-0.5\n",
                             0);
    bs_pose first, p;

    (void)state;
    assert_int_equal(bs_trace_pose_at(tr, 0, &first, NULL), BS_OK);
    for (int64_t t = 0; t < 2000 * MS; t += 7 * MS + 1) {
        assert_int_equal(bs_trace_pose_at(tr, t, &p, NULL), BS_OK);
        for (int i = 0; i < 7; i++)
            assert_near(i < 4 ? fabs(p.q[i]) : p.t_m[i - 4], i < 4 ? fabs(first.q[i]) : first.t_m[i - 4], 0,
                        "pose at rest");
    }
    bs_trace_close(&tr);
}

static void assert_real(const char *name, bs_trace_kind kind, size_t rows, int64_t start_ns,
                        size_t n_stretches)
{
    char path[512];
    bs_trace *tr = open_file(shared_file(name, path, sizeof path), 0);
    const bs_trace_info *info = bs_trace_describe(tr);

    if (info->kind != kind || info->rows != rows || info->start_ns != start_ns ||
        info->n_stretches != n_stretches)
        fail_msg("%s: kind %d, %zu rows from %lld, %zu stretches", name, (int)info->kind, info->rows,
                 (long long)info->start_ns, info->n_stretches);
    bs_trace_close(&tr);
}

static void test_real_tum(void **state)
{
    (void)state; /* holes of 60 and 130 ms at 100 Hz */
    assert_real("real/tum_fr1_rpy/groundtruth.txt", BS_TRACE_TUM, 2742, INT64_C(1305031225933400000), 3);
}

static void test_real_euroc(void **state)
{
    (void)state;
    assert_real("real/euroc_v1_02/mav0/state_groundtruth_estimate0/data.csv", BS_TRACE_EUROC, 16702,
                INT64_C(1403715524907143168), 1);
}

static void test_real_oracle(void **state)
{
    (void)state;
    assert_real("oracle/cards_sharp/poses.csv", BS_TRACE_CSV, 30, INT64_C(100000000000), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_columns_go_by_name),
        cmocka_unit_test(test_spelling),
        cmocka_unit_test(test_parse_time),
        cmocka_unit_test(test_median_of_two),
        cmocka_unit_test(test_gaps),
        cmocka_unit_test(test_a_camera_at_rest_rests_in_every_bit),
        cmocka_unit_test(test_real_tum),
        cmocka_unit_test(test_real_euroc),
        cmocka_unit_test(test_real_oracle),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
