/* Made motion: what it is a function of, its spectrum, its smoothness, and what each key does. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "imu/rotation.h"
#include "imu/shake.h"

#define S INT64_C(1000000000)
#define MS INT64_C(1000000)
#define DEGREE (3.14159265358979323846 / 180)

static const char *const kinds[] = { "handheld", "random-walk", "spline" };

static bs_shake parsed(const char *text)
{
    bs_err err = { 0 };
    bs_shake s;

    if (bs_shake_parse(text, &s, &err) != BS_OK)
        fail_msg("%s", err.text);
    return s;
}

static bs_path made(const char *text, uint64_t seed, uint64_t sample, uint32_t attempt, int64_t exposure_ns,
                    int64_t length_ns)
{
    const bs_shake s = parsed(text);
    bs_path p = { 0 };

    assert_int_equal(bs_shake_path(&s, seed, sample, attempt, exposure_ns, length_ns, &p, NULL), BS_OK);
    assert_int_equal(p.t_ns[0], 0);
    assert_true(p.t_ns[p.n - 1] == length_ns);
    return p;
}

static int same(const bs_path *a, const bs_path *b)
{
    return a->n == b->n && !memcmp(a->t_ns, b->t_ns, a->n * sizeof *a->t_ns) &&
           !memcmp(a->x, b->x, a->n * sizeof *a->x) && !memcmp(a->dx, b->dx, a->n * sizeof *a->dx);
}

static void equal_draws_are_equal_motions(void **state)
{
    (void)state;
    for (int k = 0; k < 3; k++) {
        bs_path first = made(kinds[k], 7, 3, 1, 50 * MS, 70 * MS);
        const struct {
            uint64_t seed, sample;
            uint32_t attempt;
        } others[] = { { 8, 3, 1 }, { 7, 4, 1 }, { 7, 3, 2 }, { 7 + (UINT64_C(1) << 32), 3, 1 } };
        bs_path p = made(kinds[k], 7, 3, 1, 50 * MS, 70 * MS);

        assert_true(same(&first, &p));
        bs_path_free(&p);
        for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
            p = made(kinds[k], others[i].seed, others[i].sample, others[i].attempt, 50 * MS, 70 * MS);
            assert_false(same(&first, &p));
            bs_path_free(&p);
        }
        bs_path_free(&first);
    }
}

/* ---- hand ---- */

/* Power of column 'k' of the derivative between two frequencies, Hann window: adds up to its mean square. */
static double power(const bs_path *p, int k, double low_hz, double high_hz)
{
    enum { MOST = 4000 };
    static double cosines[MOST], windowed[MOST];
    const size_t n = p->n - 1;
    const double length_s = 1e-9 * (double)p->t_ns[n];
    double sum = 0;

    assert_true(n <= MOST && n % 4 == 0);
    for (size_t i = 0; i < n; i++) {
        cosines[i] = cos(360 * DEGREE * (double)i / (double)n);
        windowed[i] = (1 - cosines[i]) * p->dx[i][k];
    }
    for (size_t f = (size_t)ceil(low_hz * length_s); (double)f < high_hz * length_s && f <= n / 2; f++) {
        double re = 0, im = 0;

        for (size_t i = 0, turn = 0; i < n; i++, turn = (turn + f) % n) {
            re += windowed[i] * cosines[turn];
            im += windowed[i] * cosines[(turn + n / 4) % n];
        }
        sum += (re * re + im * im) / ((double)n * (double)n) * (f ? 2 : 1) / 1.5;
    }
    return sum;
}

static double all_power(const bs_path *p, int first, int last, double low_hz, double high_hz)
{
    double sum = 0;

    for (int k = first; k <= last; k++)
        sum += power(p, k, low_hz, high_hz);
    return sum;
}

/* Shares of power in bands that are known in closed form; what is beyond a band is the window's skirt. */
static void a_hand_has_the_spectrum_it_says(void **state)
{
    static const struct {
        const char *text;
        double tremor, rotation, translation;
    } cases[] = { { "handheld:rate=50", 0.2, 8, 0.04 },
                  { "handheld:rate=50,tremor=0.6,rotation=3,translation=0.1,roll=1.5", 0.6, 3, 0.1 },
                  { "handheld:rate=50,strength=strong,tremor=0", 0, 30, 0.12 },
                  { "handheld:rate=50,strength=light,tremor=1", 1, 2, 0.01 } };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const double turn = pow(cases[i].rotation * DEGREE, 2), move = pow(cases[i].translation, 2);
        double all[2] = { 0 }, tremor[2] = { 0 }, above = 0;

        for (uint64_t sample = 0; sample < 6; sample++) {
            bs_path p = made(cases[i].text, 1, sample, 0, 2 * S, 20 * S);

            all[0] += all_power(&p, 0, 2, 0, 25) / turn / 6;
            all[1] += all_power(&p, 3, 5, 0, 25) / move / 6;
            tremor[0] += all_power(&p, 0, 2, 3.9, 12.1) / turn / 6;
            tremor[1] += all_power(&p, 3, 5, 3.9, 12.1) / move / 6;
            above = fmax(above, all_power(&p, 0, 5, 12.6, 25) / (turn + move));
            bs_path_free(&p);
        }
        assert_float_equal(all[0], 1, 0.1);
        assert_float_equal(all[1], 1, 0.1);
        assert_float_equal(tremor[0], cases[i].tremor, 0.05);
        assert_float_equal(tremor[1], 0.4 * cases[i].tremor, 0.05);
        assert_true(above < 1e-6);
    }
}

/* The integral of 1 / (f (1 + (f/2)^4)). */
static double sway_integral(double f)
{
    return log(pow(f, 4) / (16 + pow(f, 4))) / 4;
}

static void sway_falls_with_frequency(void **state)
{
    static const double edge[] = { 0.1, 0.4, 0.8, 1.6, 2, 4 };
    const double all = sway_integral(4) - sway_integral(0.1);

    (void)state;
    for (int i = 0; i < 5; i++) {
        double share = 0;

        for (uint64_t sample = 0; sample < 8; sample++) {
            bs_path p = made("handheld:rate=50,tremor=0", 5, sample, 0, 2 * S, 40 * S);

            share += all_power(&p, 0, 2, edge[i] - (i ? 0 : 0.1), edge[i + 1]) / 8 / pow(8 * DEGREE, 2);
            bs_path_free(&p);
        }
        assert_float_equal(share, (sway_integral(edge[i + 1]) - sway_integral(edge[i])) / all, 0.05);
    }
}

/* The mean frequency of tremor's power follows the peak; that of sway its corner. */
static void peak_and_drift_move_their_bands(void **state)
{
    static const double peaks[] = { 4, 6, 9, 12 };

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        char text[64];
        double mean = 0, all = 0;
        bs_path p;

        snprintf(text, sizeof text, "handheld:rate=50,tremor=1,peak=%g", peaks[i]);
        p = made(text, 2, i, 0, 2 * S, 20 * S);
        for (double f = 3.5; f < 12.5; f += 0.25) {
            const double here = all_power(&p, 0, 5, f, f + 0.25);

            mean += here * (f + 0.125);
            all += here;
        }
        assert_float_equal(mean / all, (4 + peaks[i] + 12) / 3, 0.3); /* the mean of a triangle */
        bs_path_free(&p);
        snprintf(text, sizeof text, "handheld:rate=50,tremor=0,drift=%g", 0.2 * (double)(i + 1));
        p = made(text, 2, i, 0, 2 * S, 40 * S);
        assert_true(all_power(&p, 0, 5, 0.4 * (double)(i + 1) + 0.1, 25) < 1e-4 * all_power(&p, 0, 5, 0, 25));
        bs_path_free(&p);
    }
}

/* The derivative is that of the position, and the second derivative is no larger than 12 Hz can make it. */
static void a_hand_moves_smoothly(void **state)
{
    bs_path p = made("handheld:strength=strong,tremor=1,rate=2000", 3, 0, 0, 50 * MS, 2 * S);
    const double step_s = 1e-9 * (double)(p.t_ns[1] - p.t_ns[0]), fastest = 2 * 180 * DEGREE * 12;

    (void)state;
    for (size_t i = 1; i + 1 < p.n; i++)
        for (int k = 0; k < 6; k++) {
            const double largest = (k < 3 ? 30 * DEGREE : 0.12) * sqrt(20); /* all sines at once */

            assert_float_equal((p.x[i + 1][k] - p.x[i - 1][k]) / (2 * step_s), p.dx[i][k],
                               largest * pow(fastest * step_s, 2) / 6);
            assert_true(fabs(p.dx[i + 1][k] - p.dx[i][k]) <= largest * fastest * step_s);
        }
    bs_path_free(&p);
}

/* ---- keys ---- */

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

/* ---- traces ---- */

/* Rows, what lies between them, and scale. */
static void a_trace_follows_its_path(void **state)
{
    (void)state;
    for (int k = 0; k < 3; k++) {
        bs_path p = made(kinds[k], 11, 5, 0, 90 * MS, 90 * MS), fine;
        bs_trace *tr = NULL;
        char text[64];

        assert_int_equal(bs_path_trace(&p, 2.5, "made", &tr, NULL), BS_OK);
        assert_int_equal(bs_trace_describe(tr)->kind, BS_TRACE_MADE);
        assert_int_equal(bs_trace_describe(tr)->rows, p.n);
        assert_int_equal(bs_trace_describe(tr)->n_stretches, 1);
        snprintf(text, sizeof text, "%s:rate=2000", kinds[k]);
        fine = made(text, 11, 5, 0, 90 * MS, 90 * MS); /* the same hand and spline; another walk */
        for (size_t i = 0; i < fine.n; i += k == 1 ? 2 : 1) {
            const bs_path *from = k == 1 ? &p : &fine;
            const size_t row = k == 1 ? i / 2 : i;
            double v[3];
            bs_pose T;

            assert_int_equal(bs_trace_pose_at(tr, fine.t_ns[i], &T, NULL), BS_OK);
            bs_rotation_log(T.q, v);
            for (int j = 0; j < 3; j++) {
                assert_float_equal(v[j], 2.5 * from->x[row][j], 1e-9);
                assert_float_equal(T.t_m[j], 2.5 * from->x[row][3 + j], 1e-9);
            }
        }
        bs_trace_close(&tr);
        bs_path_free(&p);
        bs_path_free(&fine);
    }
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
    const struct CMUnitTest tests[] = { cmocka_unit_test(equal_draws_are_equal_motions),
                                        cmocka_unit_test(a_hand_has_the_spectrum_it_says),
                                        cmocka_unit_test(sway_falls_with_frequency),
                                        cmocka_unit_test(peak_and_drift_move_their_bands),
                                        cmocka_unit_test(a_hand_moves_smoothly),
                                        cmocka_unit_test(strengths_scale_motion),
                                        cmocka_unit_test(roll_is_its_own_axis),
                                        cmocka_unit_test(rate_counts_rows),
                                        cmocka_unit_test(a_walk_has_constant_speed),
                                        cmocka_unit_test(jitter_pull_and_impulses_bend_a_walk),
                                        cmocka_unit_test(a_spline_of_order_1_is_straight),
                                        cmocka_unit_test(splines_keep_within_their_bounds),
                                        cmocka_unit_test(a_long_spline_goes_on),
                                        cmocka_unit_test(a_trace_follows_its_path),
                                        cmocka_unit_test(equal_motion_has_equal_text),
                                        cmocka_unit_test(every_key_has_its_range),
                                        cmocka_unit_test(what_is_no_key_is_refused),
                                        cmocka_unit_test(too_many_rows_are_refused) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
