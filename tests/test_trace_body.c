/* The camera on the body: its mount, its clock; traces made in memory, and cubics between their rows. */
#include <math.h>

#include "homography/views.h"
#include "imu/exposure.h"
#include "tests/trace_files.h"

#define MS INT64_C(1000000)

static const double quarter = 0.70710678118654752440; /* sin and cos of 45 degrees: a turn of 90 */

/* A body that turns about its own z at 2 rad/s, at the world's origin, seen at 100 Hz. */
#define ROWS 21
static void turning(bs_state rows[ROWS])
{
    for (int i = 0; i < ROWS; i++)
        rows[i] = (bs_state){ .t_ns = 10 * MS * i,
                              .T_world_body = { .q = { 0, 0, sin(0.01 * i), cos(0.01 * i) } },
                              .w_rad_s = { 0, 0, 2 } };
}

static bs_trace *made(const bs_state *rows, size_t n, int has_rates, const bs_trace_options *opt)
{
    bs_trace *tr = NULL;
    bs_err err = { 0 };

    if (bs_trace_from_rows("made", BS_TRACE_MADE, rows, n, has_rates, opt, &tr, &err))
        fail_msg("%s", err.text);
    return tr;
}

static bs_pose pose_at(const bs_trace *tr, int64_t t_ns)
{
    bs_pose p;
    bs_err err = { 0 };

    if (bs_trace_pose_at(tr, t_ns, &p, &err))
        fail_msg("%s", err.text);
    return p;
}

/* A lever arm moves the camera on a circle, whatever kind of rows it is. */
static void test_lever_arm(void **state)
{
    bs_trace_options opt = { .has_mount = 1, .T_body_cam = { .q = { 0, 0, 0, 1 }, .t_m = { 0.1, 0, 0.05 } } };
    bs_state rows[ROWS];

    (void)state;
    turning(rows);
    for (int has_rates = 0; has_rates < 2; has_rates++) {
        bs_trace *tr = made(rows, ROWS, has_rates, &opt);

        for (int64_t t = 0; t <= 200 * MS; t += 3 * MS + 1) {
            const double angle = 2e-9 * (double)t;
            const bs_pose p = pose_at(tr, t);

            assert_near(p.t_m[0], 0.1 * cos(angle), 1e-9, "x");
            assert_near(p.t_m[1], 0.1 * sin(angle), 1e-9, "y");
            assert_near(p.t_m[2], 0.05, 1e-15, "z");
            assert_near(p.q[2], sin(0.5 * angle), 1e-9, "the turn");
        }
        bs_trace_close(&tr);
    }
}

/*
 * The camera looks along the body's x (camera z = body x, camera x = -body y, camera y = -body z): the body's
 * turn to the left moves what the camera sees to the right.
 */
static void test_mount_turns_the_image(void **state)
{
    const bs_camera cam = { .width = 320, .height = 240, .fx = 300, .fy = 300, .cx = 159.5, .cy = 119.5 };
    bs_trace_options opt = { .has_mount = 1, .T_body_cam = { .q = { -0.5, 0.5, -0.5, 0.5 } } };
    const int64_t late = 50 * MS;
    bs_state rows[ROWS];
    bs_trace *tr;
    bs_pose T_now_late;
    bs_map map;
    double u, v;

    (void)state;
    turning(rows);
    tr = made(rows, ROWS, 1, &opt);
    assert_int_equal(bs_exposure_poses(tr, 0, &late, 1, &T_now_late, NULL), BS_OK);
    T_now_late = bs_pose_inverse(&T_now_late);
    map = bs_map_make(&cam, &T_now_late); /* from a pixel now to where its point is seen later */
    assert_true(bs_map_apply(&map, 159.5, 119.5, 0.5, &u, &v));
    assert_near(u, 159.5 + 300 * tan(0.1), 1e-6, "to the right");
    assert_near(v, 119.5, 1e-6, "not up or down");
    bs_trace_close(&tr);
}

static void test_shift(void **state)
{
    /* The trace's clock is 30 ms ahead: what the camera sees at 0 is the row stamped 30 ms. */
    bs_trace_options opt = { .shift_ns = 30 * MS };
    const bs_trace_info *info;
    bs_exposure ex = { -30 * MS, 200 * MS };
    bs_err err = { 0 };
    bs_state rows[ROWS];
    bs_trace *tr;
    bs_pose p;
    int64_t t_ns;

    (void)state;
    turning(rows);
    tr = made(rows, ROWS, 0, &opt);
    info = bs_trace_describe(tr);
    assert_true(info->origin_ns == 0 && info->start_ns == -30 * MS && info->end_ns == 170 * MS);
    assert_true(info->stretches[0].start_ns == -30 * MS && info->stretches[0].end_ns == 170 * MS);
    p = pose_at(tr, 0);
    assert_true(bs_pose_inverse(&p).q[2] == -rows[3].T_world_body.q[2]);
    bs_trace_row(tr, 3, &t_ns, &p);
    assert_true(t_ns == 0 && p.q[2] == rows[3].T_world_body.q[2]);
    assert_int_equal(bs_trace_pose_at(tr, 171 * MS, &p, NULL), BS_ERANGE);
    assert_int_equal(bs_exposure_check(tr, &ex, NULL), BS_OK);
    ex.start_ns--;
    assert_int_equal(bs_exposure_check(tr, &ex, &err), BS_ERANGE);
    assert_non_null(strstr(err.text, "from -0.03 s to 0.170000000 s"));
    bs_trace_close(&tr);
}

/* Mount and shift count for files, too. */
static void test_file(void **state)
{
    bs_trace_options opt = { .has_mount = 1,
                             .T_body_cam = { .q = { quarter, 0, 0, quarter }, .t_m = { 1, 2, 3 } },
                             .shift_ns = -MS };
    bs_trace *tr = NULL;
    bs_pose p;

    (void)state;
    write_bytes("0 0 0 0 0 0 1 0\n1 0 0 0 0 0 1 0\n", 32);
    assert_int_equal(bs_trace_open(trace_path, &opt, &tr, NULL), BS_OK);
    assert_int_equal(bs_trace_describe(tr)->origin_ns, 0);
    p = pose_at(tr, MS);
    for (int i = 0; i < 3; i++) /* half a turn about z */
        assert_near(p.t_m[i], (double[]){ -1, -2, 3 }[i], 1e-15, "position");
    assert_near(fabs(p.q[1]), quarter, 1e-15, "half about z after a quarter about x");
    bs_trace_close(&tr);
}

/* A cubic path with a turn whose rotation vector is a cubic as well is met everywhere, not only at the
 * rows. */
static void test_cubic(void **state)
{
    bs_state rows[ROWS];
    bs_trace *tr;

    (void)state;
    for (int i = 0; i < ROWS; i++) {
        const double t = 0.05 * i, angle = 0.3 + 2 * t - 3 * t * t + t * t * t;

        rows[i] = (bs_state){ .t_ns = 50 * MS * i,
                              .T_world_body = { .q = { 0, sin(0.5 * angle), 0, cos(0.5 * angle) },
                                                .t_m = { 1 + t * t * t, t * t, -t } },
                              .v_m_s = { 3 * t * t, 2 * t, -1 },
                              .w_rad_s = { 0, 2 - 6 * t + 3 * t * t, 0 } };
    }
    tr = made(rows, ROWS, 1, NULL);
    for (int64_t t_ns = 0; t_ns <= 1000 * MS; t_ns += 7 * MS + 1) {
        const double t = 1e-9 * (double)t_ns, angle = 0.3 + 2 * t - 3 * t * t + t * t * t;
        const bs_pose p = pose_at(tr, t_ns);

        assert_near(p.t_m[0], 1 + t * t * t, 1e-14, "x");
        assert_near(p.t_m[1], t * t, 1e-14, "y");
        assert_near(p.t_m[2], -t, 1e-14, "z");
        assert_near(p.q[1], sin(0.5 * angle), 1e-14, "the turn");
    }
    bs_trace_close(&tr);
}

/* A coning motion, whose axis turns: fourth order in the spacing of rows, where slerp is of second order. */
static double coning_error(int n, int has_rates)
{
    bs_state *rows = calloc((size_t)n, sizeof *rows);
    double worst = 0;
    bs_trace *tr;

    for (int i = 0; i < n; i++) { /* R = Rz(3 t) Rx(0.5 + 4 t): body rate (4, 0, 0) + Rx^T (0, 0, 3) */
        const double t = (double)i / (n - 1);

        rows[i] = (bs_state){ .t_ns = (int64_t)llround(1e9 * t) };
        rows[i].T_world_body = bs_pose_mul(&(bs_pose){ .q = { 0, 0, sin(1.5 * t), cos(1.5 * t) } },
                                           &(bs_pose){ .q = { sin(0.25 + 2 * t), 0, 0, cos(0.25 + 2 * t) } });
        rows[i].w_rad_s[0] = 4;
        rows[i].w_rad_s[1] = 3 * sin(0.5 + 4 * t);
        rows[i].w_rad_s[2] = 3 * cos(0.5 + 4 * t);
    }
    tr = made(rows, (size_t)n, has_rates, &(bs_trace_options){ .max_gap_ns = 1000 * MS });
    for (int64_t t_ns = 0; t_ns < 1000 * MS; t_ns += 9 * MS) {
        const double t = 1e-9 * (double)t_ns;
        const bs_pose truth = bs_pose_mul(&(bs_pose){ .q = { 0, 0, sin(1.5 * t), cos(1.5 * t) } },
                                          &(bs_pose){ .q = { sin(0.25 + 2 * t), 0, 0, cos(0.25 + 2 * t) } });
        const bs_pose p = pose_at(tr, t_ns);
        const bs_pose back = bs_pose_inverse(&truth), off = bs_pose_mul(&back, &p);

        worst = fmax(worst, 2 * hypot(hypot(off.q[0], off.q[1]), off.q[2]));
    }
    bs_trace_close(&tr);
    free(rows);
    return worst;
}

static void test_order(void **state)
{
    const double slerp = coning_error(21, 0), coarse = coning_error(21, 1), fine = coning_error(41, 1);

    (void)state;
    if (!(slerp > 1e-3 && coarse < 2e-5 && fine < coarse / 12))
        fail_msg("slerp %g, cubic %g, of half the interval %g rad", slerp, coarse, fine);
}

static void test_still_is_still(void **state)
{
    bs_state rows[2] = { { .T_world_body = { .q = { 0.1, 0.2, 0.3, 0 }, .t_m = { 0.1, 0.7, 1.3 } } } };
    bs_trace_options opt = { .has_mount = 1,
                             .T_body_cam = { .q = { 0.6, 0, 0, 0.8 }, .t_m = { 0.3, 0, 0.1 } } };
    const int64_t t_ns = 3 * MS + 1;
    bs_pose p;
    bs_trace *tr;

    (void)state;
    rows[0].T_world_body.q[3] = sqrt(1 - 0.14);
    rows[1] = rows[0];
    rows[1].t_ns = 10 * MS;
    for (int moving = 0; moving < 2; moving++) { /* there and back between two equal rows is no rest */
        rows[0].v_m_s[0] = moving;
        rows[1].v_m_s[0] = -moving;
        tr = made(rows, 2, 1, &opt);
        assert_int_equal(bs_exposure_poses(tr, 0, &t_ns, 1, &p, NULL), BS_OK);
        assert_true((bs_trace_describe(tr)->rows == 2) && (p.t_m[0] != 0) == moving);
        bs_trace_close(&tr);
    }
}

static void test_refused(void **state)
{
    bs_trace_options opt = { .has_mount = 1 };
    bs_state rows[ROWS];
    bs_trace *tr = NULL;
    bs_err err = { 0 };

    (void)state;
    turning(rows);
    assert_int_equal(bs_trace_from_rows("made", BS_TRACE_MADE, rows, ROWS, 1, &opt, &tr, &err), BS_EINVAL);
    assert_non_null(strstr(err.text, "the camera's pose on the body"));
    opt = (bs_trace_options){ .shift_ns = INT64_MAX };
    assert_int_equal(bs_trace_from_rows("made", BS_TRACE_MADE, rows, ROWS, 1, &opt, &tr, NULL), BS_EINVAL);
    assert_int_equal(bs_trace_from_rows("made", BS_TRACE_MADE, rows, 1, 1, NULL, &tr, NULL), BS_EINVAL);
    rows[3].w_rad_s[1] = NAN;
    assert_int_equal(bs_trace_from_rows("made", BS_TRACE_MADE, rows, ROWS, 1, NULL, &tr, NULL), BS_EINVAL);
    assert_int_equal(bs_trace_from_rows("made", BS_TRACE_MADE, rows, ROWS, 0, NULL, &tr, NULL), BS_OK);
    bs_trace_close(&tr);
    rows[5].t_ns = rows[4].t_ns;
    assert_int_equal(bs_trace_from_rows("made", BS_TRACE_MADE, rows, ROWS, 0, NULL, &tr, NULL), BS_EINVAL);
    rows[4].T_world_body.q[0] = 1;
    err = (bs_err){ 0 };
    assert_int_equal(bs_trace_from_rows("made", BS_TRACE_MADE, rows, ROWS, 0, NULL, &tr, &err), BS_EINVAL);
    assert_non_null(strstr(err.text, "made: row 4"));
    assert_null(tr);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lever_arm),      cmocka_unit_test(test_mount_turns_the_image),
        cmocka_unit_test(test_shift),          cmocka_unit_test(test_file),
        cmocka_unit_test(test_cubic),          cmocka_unit_test(test_order),
        cmocka_unit_test(test_still_is_still), cmocka_unit_test(test_refused),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
