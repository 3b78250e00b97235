/* What each key of made motion does, and how keys are read and written. */
#include "tests/shake_case.h"

/* Largest distance from the start of turn (0) or shift (3). */
static double reach(const bs_path *p, int first)
{
    double largest = 0;

    for (size_t i = 0; i < p->n; i++) {
        double d[3];

        for (int k = 0; k < 3; k++)
            d[k] = p->x[i][first + k] - p->x[0][first + k];
        largest = fmax(largest, bs_norm(d));
    }
    return largest;
}

static double way(const bs_path *p, int first)
{
    double sum = 0;

    for (size_t i = 1; i < p->n; i++) {
        double d[3];

        for (int k = 0; k < 3; k++)
            d[k] = p->x[i][first + k] - p->x[i - 1][first + k];
        sum += bs_norm(d);
    }
    return sum;
}

/* 'changed' moves 'turn' times as far in rotation as 'text' does, and 'shift' times in translation. */
static void assert_times(const char *text, const char *changed, double turn, double shift)
{
    bs_path a = made(text, 4, 9, 0, 80 * MS, 80 * MS), b = made(changed, 4, 9, 0, 80 * MS, 80 * MS);

    for (size_t i = 0; i < a.n; i++)
        for (int k = 0; k < 6; k++)
            assert_float_equal(b.x[i][k], (k < 3 ? turn : shift) * a.x[i][k], 1e-12);
    bs_path_free(&a);
    bs_path_free(&b);
}

static void strengths_scale_motion(void **state)
{
    (void)state;
    assert_times("handheld", "handheld:rotation=16", 2, 1);
    assert_times("handheld", "handheld:translation=0.12", 1, 3);
    assert_times("handheld", "handheld:strength=strong", 30.0 / 8, 3);
    assert_times("handheld", "handheld:rotation=4,strength=strong", 0.5, 3); /* the key wins wherever it is */
    assert_times("handheld", "handheld:strength=light,translation=0", 0.25, 0);
    assert_times("random-walk", "random-walk:rotation=5,translation=0.6", 0.25, 10);
    assert_times("spline", "spline:angle=1.08,shift=0", 2, 0);
}

static void roll_is_its_own_axis(void **state)
{
    (void)state;
    for (int k = 0; k < 3; k++) {
        char text[64];
        bs_path none, much;

        snprintf(text, sizeof text, "%s:roll=0", kinds[k]);
        none = made(text, 4, 2, 0, 80 * MS, 80 * MS);
        snprintf(text, sizeof text, "%s:roll=10", kinds[k]);
        much = made(text, 4, 2, 0, 80 * MS, 80 * MS);
        for (size_t i = 0; i < none.n; i++)
            assert_true(none.x[i][2] == 0);
        assert_true(fabs(much.x[much.n - 1][2]) > 0.5 * DEGREE * 0.1);
        bs_path_free(&none);
        bs_path_free(&much);
    }
}

static void rate_counts_rows(void **state)
{
    bs_path p;

    (void)state;
    for (int k = 0; k < 3; k++) {
        char text[64];

        snprintf(text, sizeof text, "%s:rate=2000", kinds[k]);
        p = made(text, 0, 0, 0, 100 * MS, 100 * MS);
        assert_int_equal(p.n, 201);
        bs_path_free(&p);
        p = made(kinds[k], 0, 0, 0, MS, MS); /* however short the exposure is */
        assert_int_equal(p.n, 65);
        bs_path_free(&p);
        p = made(kinds[k], 0, 0, 0, 10, 10); /* but for one of ten nanoseconds */
        assert_int_equal(p.n, 11);
        bs_path_free(&p);
    }
}

static void a_walk_has_constant_speed(void **state)
{
    (void)state;
    for (uint64_t sample = 0; sample < 20; sample++) {
        bs_path p = made("random-walk:roll=1,rotation=10,translation=0.05", 1, sample, 0, 50 * MS, 120 * MS);

        assert_float_equal(way(&p, 0), 10 * DEGREE * 0.12, 1e-9);
        assert_float_equal(way(&p, 3), 0.05 * 0.12, 1e-9);
        assert_true(p.drawn.jitter >= 0 && p.drawn.jitter <= 6 && p.drawn.pull >= 0 && p.drawn.pull <= 12 &&
                    p.drawn.impulses >= 0 && p.drawn.impulses <= 1.5);
        assert_false(p.has_rates);
        bs_path_free(&p);
    }
}

/* How far a walk comes of the way it goes, mean over samples. */
static double progress(const char *text)
{
    double sum = 0;

    for (uint64_t sample = 0; sample < 40; sample++) {
        bs_path p = made(text, 6, sample, 0, 100 * MS, 100 * MS);

        sum += (reach(&p, 0) / way(&p, 0) + reach(&p, 3) / way(&p, 3)) / 80;
        bs_path_free(&p);
    }
    return sum;
}

static void jitter_pull_and_impulses_bend_a_walk(void **state)
{
    (void)state;
    assert_float_equal(progress("random-walk:roll=1,jitter=0,pull=0,impulses=0"), 1, 1e-9);
    assert_in_range((int)(1000 * progress("random-walk:roll=1,jitter=6,pull=0,impulses=0")), 300, 900);
    assert_in_range((int)(1000 * progress("random-walk:roll=1,jitter=60,pull=0,impulses=0")), 50, 300);
    assert_in_range((int)(1000 * progress("random-walk:roll=1,jitter=0.5,pull=100,impulses=0")), 50, 800);
    assert_in_range((int)(1000 * progress("random-walk:roll=1,jitter=0,pull=0,impulses=10")), 200, 900);
}

static void a_spline_of_order_1_is_straight(void **state)
{
    bs_path p = made("spline:order=1", 2, 0, 0, 60 * MS, 60 * MS);

    (void)state;
    assert_float_equal(way(&p, 0), reach(&p, 0), 1e-12);
    assert_float_equal(way(&p, 3), reach(&p, 3), 1e-12);
    assert_int_equal(p.drawn.order, 1);
    bs_path_free(&p);
}

/* Orders are all drawn; displacement stays within the largest and what its points may stand beside it. */
static void splines_keep_within_their_bounds(void **state)
{
    int orders[9] = { 0 };

    (void)state;
    for (uint64_t sample = 0; sample < 200; sample++) {
        bs_path p = made("spline:order=2:5,angle=1,shift=0.01,roll=1", 2, sample, 0, 60 * MS, 60 * MS);

        orders[p.drawn.order]++;
        assert_true(reach(&p, 0) <= sqrt(3) * DEGREE * (1 + 2 * sqrt(3) / 6));
        assert_true(reach(&p, 3) <= 0.01 * 0.83 * (1 + 2 * sqrt(3) / 3));
        bs_path_free(&p);
    }
    assert_int_equal(orders[2] + orders[3] + orders[4] + orders[5], 200);
    for (int i = 2; i <= 5; i++)
        assert_in_range(orders[i], 30, 75);
}

/* The largest change of velocity from row to row. */
static double largest_jump(const bs_path *p)
{
    double largest = 0;

    for (size_t i = 1; i < p->n; i++)
        for (int k = 0; k < 6; k++)
            largest = fmax(largest, fabs(p->dx[i][k] - p->dx[i - 1][k]));
    return largest;
}

/* A longer motion goes on for each exposure's length at its speed, and without a corner. */
static void a_long_spline_goes_on(void **state)
{
    bs_path p = made("spline:order=3,rate=5000,roll=1", 2, 1, 0, 50 * MS, 1000 * MS),
            fine = made("spline:order=3,rate=10000,roll=1", 2, 1, 0, 50 * MS, 1000 * MS);
    const double jump = largest_jump(&p);

    (void)state;
    assert_float_equal(way(&p, 0) / 20 / DEGREE, 0.54 * 0.96, 0.1); /* the mean length in a cube of side 2 */
    assert_true(reach(&p, 0) > DEGREE);                             /* displacement upon displacement */
    for (size_t i = 1; i + 1 < p.n; i++)
        for (int k = 0; k < 6; k++)
            assert_float_equal((p.x[i + 1][k] - p.x[i - 1][k]) / 4e-4, p.dx[i][k], jump);
    assert_true(largest_jump(&fine) < 0.6 * jump); /* a corner stays as it is */
    bs_path_free(&p);
    bs_path_free(&fine);
}

/* ---- text ---- */

static void equal_motion_has_equal_text(void **state)
{
    static const char *const texts[][2] = {
        { "handheld", "handheld:rotation=8,translation=0.04,tremor=0.2,peak=9,drift=2,roll=0.6,rate=1000" },
        { "handheld:rate=500,strength=light,rotation=2.50,blur=1:2",
          "handheld:rotation=2.5,translation=0.01,tremor=0.2,peak=9,drift=2,roll=0.6,rate=500" },
        { "random-walk:pull=0",
          "random-walk:rotation=20,translation=0.06,jitter=6,pull=0,impulses=1.5,roll=0.6,"
          "rate=1000" },
        { "spline:order=3", "spline:angle=0.54,shift=0.005,order=3:3,roll=1,rate=1000" },
        { "spline:shift=0.000001", "spline:angle=0.54,shift=0.000001,order=1:4,roll=1,rate=1000" }
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char text[BS_SHAKE_TEXT];
        bs_shake s = parsed(texts[i][0]);

        bs_shake_text(&s, text);
        assert_string_equal(text, texts[i][1]);
        s = parsed(text);
        bs_shake_text(&s, text);
        assert_string_equal(text, texts[i][1]);
    }
    assert_true(parsed("spline:blur=0.5:12").blur_min_px == 0.5);
    assert_true(parsed("spline:blur=0.5:12").blur_max_px == 12);
}

static void every_key_has_its_range(void **state)
{
    static const struct {
        const char *kind, *key, *low, *high, *below, *above;
    } keys[] = { { "handheld", "rotation", "0", "500", "-1", "500.1" },
                 { "handheld", "translation", "0", "10", "-1", "11" },
                 { "handheld", "tremor", "0", "1", "-0.1", "1.1" },
                 { "handheld", "peak", "4", "12", "3.9", "12.1" },
                 { "handheld", "drift", "0.2", "2", "0.1", "2.1" },
                 { "handheld", "roll", "0", "10", "-1", "10.1" },
                 { "handheld", "rate", "50", "20000", "49", "20001" },
                 { "handheld", "blur", "0:1", "1:1000", "1", "1:1001" },
                 { "random-walk", "jitter", "0", "100", "-1", "101" },
                 { "random-walk", "pull", "0", "1000", "-1", "1001" },
                 { "random-walk", "impulses", "0", "50", "-1", "51" },
                 { "random-walk", "rotation", "0", "500", "x", "1e2" },
                 { "spline", "angle", "0", "90", "", "91" },
                 { "spline", "shift", "0", "10", ".", "10.1" },
                 { "spline", "order", "1", "8", "0", "9" },
                 { "spline", "order", "1:1", "8:8", "3:2", "1.5:2" },
                 { "spline", "order", "1:8", "2:3", "1:9", "1:2:3" },
                 { "spline", "blur", "0:1", "2:2", "0:0", "3:2" },
                 { "handheld", "strength", "light", "strong", "", "mild" } };

    (void)state;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const char *const values[] = { keys[i].low, keys[i].high, keys[i].below, keys[i].above };

        for (int v = 0; v < 4; v++) {
            bs_err err = { 0 };
            char text[96];
            bs_shake s;

            snprintf(text, sizeof text, "%s:%s=%s", keys[i].kind, keys[i].key, values[v]);
            if ((bs_shake_parse(text, &s, &err) == BS_OK) != (v < 2))
                fail_msg("%s: %s", text, v < 2 ? err.text : "taken");
            if (v >= 2 && (!strstr(err.text, keys[i].key) || !strstr(err.text, "its keys are")))
                fail_msg("%s: \"%s\"", text, err.text);
        }
    }
}

static void what_is_no_key_is_refused(void **state)
{
    static const char *const wrong[] = { "handheld:",
                                         "handheld:,",
                                         "handheld:rotation",
                                         "handheld:rotation=8,",
                                         "handheld:jitter=1",
                                         "handheld:angle=1",
                                         "random-walk:tremor=0",
                                         "spline:rotation=1",
                                         "spline:strength=light",
                                         "handheld:=3",
                                         "handheld:Rotation=3",
                                         "handheld: rotation=3" };
    static const char *const files[] = {
        "./handheld", "handheld.csv", "hand", "handheldx:a", "", "spline/a:b"
    };
    bs_err err;
    bs_shake s;

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        err = (bs_err){ 0 };
        assert_true(bs_shake_is(wrong[i]));
        if (bs_shake_parse(wrong[i], &s, &err) != BS_EINVAL || !strstr(err.text, "its keys are"))
            fail_msg("%s: \"%s\"", wrong[i], err.text);
    }
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        assert_false(bs_shake_is(files[i]));
}

static void too_many_rows_are_refused(void **state)
{
    const bs_shake s = parsed("handheld:rate=20000");
    bs_path p = { 0 };
    bs_err err = { 0 };

    (void)state;
    assert_int_equal(bs_shake_path(&s, 0, 0, 0, 3600 * S, 3600 * S, &p, &err), BS_EINVAL);
    assert_non_null(strstr(err.text, "rate="));
    bs_path_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strengths_scale_motion),
        cmocka_unit_test(roll_is_its_own_axis),
        cmocka_unit_test(rate_counts_rows),
        cmocka_unit_test(a_walk_has_constant_speed),
        cmocka_unit_test(jitter_pull_and_impulses_bend_a_walk),
        cmocka_unit_test(a_spline_of_order_1_is_straight),
        cmocka_unit_test(splines_keep_within_their_bounds),
        cmocka_unit_test(a_long_spline_goes_on),
        cmocka_unit_test(equal_motion_has_equal_text),
        cmocka_unit_test(every_key_has_its_range),
        cmocka_unit_test(what_is_no_key_is_refused),
        cmocka_unit_test(too_many_rows_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
