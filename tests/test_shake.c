/* Made motion: what it is a function of, its spectrum, its smoothness, and its trace. */
#include "tests/shake_case.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_draws_are_equal_motions), cmocka_unit_test(a_hand_has_the_spectrum_it_says),
        cmocka_unit_test(sway_falls_with_frequency),     cmocka_unit_test(peak_and_drift_move_their_bands),
        cmocka_unit_test(a_hand_moves_smoothly),         cmocka_unit_test(a_trace_follows_its_path),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
