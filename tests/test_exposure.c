/* Exposures: inside a stretch, uniform over all places; exact instants; the identity at the anchor. */
#include <math.h>

#include "imu/exposure.h"
#include "tests/trace_files.h"

#define MS INT64_C(1000000)
#define DRAWS 20000

/*
 * 100 Hz, x = time in seconds, a turn about y of 2 rad/s; stretches of 60 ms, of one row, and of 20 ms:
 * 0 ... 60, 120, 180 ... 200 ms.
 */
static bs_trace *gappy(void)
{
    static const int ms[] = { 0, 10, 20, 30, 40, 50, 60, 120, 180, 190, 200 };
    char text[4096] = CSV_HEADER;

    for (size_t i = 0; i < sizeof ms / sizeof ms[0]; i++) {
        const double t = 1e-3 * ms[i];
        const size_t n = strlen(text);

        snprintf(text + n, sizeof text - n, "%.17g,%.17g,0,0,0,%.17g,0,%.17g\n", 1000 + t, t, sin(t), cos(t));
    }
    return open_text(text, 0);
}

static const int64_t first_ns = 1000000 * MS;

static void test_longest(void **state)
{
    bs_trace *tr = gappy();

    (void)state;
    assert_int_equal(bs_trace_describe(tr)->n_stretches, 3);
    assert_int_equal(bs_exposure_longest_ns(tr), 60 * MS);
    bs_trace_close(&tr);
    tr = open_text("0 0 0 0 0 0 0 1\n1 0 0 0 0 0 0 1\n", 1);
    assert_int_equal(bs_exposure_longest_ns(tr), 0);
    bs_trace_close(&tr);
}

/* A draw over the whole of [0, 1), its ends included, that no length of the trace divides. */
static double nth_draw(int i)
{
    return i == 0 ? 0 : i == DRAWS - 1 ? 1 - 0x1p-53 : (double)i / DRAWS;
}

static void test_placed_exposures_are_legal(void **state)
{
    static const int64_t lengths[] = { 0,       1,           7 * MS + 13, 20 * MS - 1,
                                       20 * MS, 20 * MS + 1, 60 * MS - 1, 60 * MS };
    bs_trace *tr = gappy();

    (void)state;
    for (size_t k = 0; k < sizeof lengths / sizeof lengths[0]; k++)
        for (int i = 0; i < DRAWS; i++) {
            bs_exposure ex = { -1, -1 };
            bs_err err = { 0 };

            if (bs_exposure_place(tr, lengths[k], nth_draw(i), &ex, &err) || bs_exposure_check(tr, &ex, &err))
                fail_msg("length %lld ns, draw %d of %d: start %lld: %s", (long long)lengths[k], i, DRAWS,
                         (long long)(ex.start_ns - first_ns), err.text);
            assert_int_equal(ex.length_ns, lengths[k]);
        }
    bs_trace_close(&tr);
}

static void test_placement_is_uniform(void **state)
{
    const int64_t length = 10 * MS; /* starts in [0, 50] and [180, 190] ms: 5 of 6 in the former */
    bs_trace *tr = gappy();
    int64_t last = 0;
    int in_first = 0;
    double sum = 0;

    (void)state;
    for (int i = 0; i < DRAWS; i++) {
        bs_exposure ex;

        assert_int_equal(bs_exposure_place(tr, length, nth_draw(i), &ex, NULL), BS_OK);
        assert_true(ex.start_ns >= last); /* time order is draw order */
        last = ex.start_ns;
        if (ex.start_ns - first_ns <= 50 * MS) {
            in_first++;
            sum += 1e-6 * (double)(ex.start_ns - first_ns);
        }
    }
    assert_near(in_first, DRAWS * 5.0 / 6, 1, "draws in the first stretch");
    assert_near(sum / in_first, 25, 0.01, "mean start in the first stretch, ms");
    assert_int_equal(last, first_ns + 190 * MS);
    bs_trace_close(&tr);
}

static void test_a_stretch_can_be_filled(void **state)
{
    bs_trace *tr = gappy();
    bs_exposure ex = { 42, 42 };
    bs_err err = { 0 };

    (void)state;
    for (int i = 0; i < DRAWS; i += 999) {
        assert_int_equal(bs_exposure_place(tr, 60 * MS, nth_draw(i), &ex, NULL), BS_OK);
        assert_int_equal(ex.start_ns, first_ns);
    }
    ex = (bs_exposure){ 42, 42 };
    assert_int_equal(bs_exposure_place(tr, 60 * MS + 1, 0.5, &ex, &err), BS_EGAP);
    assert_non_null(strstr(err.text, "0.060000000 s"));
    assert_int_equal(bs_exposure_place(tr, INT64_MAX, 0.5, &ex, NULL), BS_EGAP);
    assert_int_equal(bs_exposure_place(tr, -1, 0.5, &ex, NULL), BS_EINVAL);
    assert_int_equal(bs_exposure_place(tr, MS, 1, &ex, NULL), BS_EINVAL);
    assert_int_equal(bs_exposure_place(tr, MS, -1e-9, &ex, NULL), BS_EINVAL);
    assert_int_equal(bs_exposure_place(tr, MS, NAN, &ex, NULL), BS_EINVAL);
    assert_true(ex.start_ns == 42 && ex.length_ns == 42);
    bs_trace_close(&tr);
}

static void test_check(void **state)
{
    static const struct {
        int64_t start_ns, length_ns; /* start after the first row */
        int code;
        const char *text;
    } cases[] = {
        { 0, 60 * MS, BS_OK, "" },
        { 180 * MS, 20 * MS, BS_OK, "" },
        { 120 * MS, 0, BS_OK, "" },
        { 0, 60 * MS + 1, BS_EGAP, "from 0.060000000 s to 0.120000000 s" },
        { 60 * MS + 1, 0, BS_EGAP, "from 0.060000000 s to 0.120000000 s" },
        { 120 * MS, 1, BS_EGAP, "from 0.120000000 s to 0.180000000 s" },
        { 50 * MS, 140 * MS, BS_EGAP, "from 0.060000000 s to 0.120000000 s" },
        { 0, 200 * MS, BS_EGAP, "bridged" },
        { -1, 2, BS_ERANGE, "0.200000000 s" },
        { 190 * MS, 10 * MS + 1, BS_ERANGE, "0.200000000 s" },
        { 201 * MS, 0, BS_ERANGE, "0.201000000 s" },
        { 0, INT64_MAX, BS_ERANGE, "" },
        { INT64_MAX - 1000000 * MS, INT64_MAX, BS_ERANGE, "" },
        { INT64_MIN, INT64_MAX, BS_ERANGE, "" },
        { 0, -1, BS_EINVAL, "negative" },
        { 0, INT64_MIN, BS_EINVAL, "negative" },
    };
    bs_trace *tr = gappy();

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const bs_exposure ex = { cases[i].start_ns + first_ns, cases[i].length_ns };
        bs_err err = { 0 };
        const int rc = bs_exposure_check(tr, &ex, &err);

        if (rc != cases[i].code || !strstr(err.text, cases[i].text))
            fail_msg("case %zu: code %d, expected %d; \"%s\" in \"%s\"", i, rc, cases[i].code, cases[i].text,
                     err.text);
    }
    bs_trace_close(&tr);
}

static void test_instants(void **state)
{
    static const int64_t mid[] = { 10, 30, 50, 70, 90 }, ends[] = { 0, 25, 50, 75, 100 };
    static const int64_t rounded[] = { 0, 3, 7, 10 }, longest = INT64_C(4000000000000000000);
    const bs_exposure ex = { 1000, 100 }, ten = { 0, 10 }, far = { -7, longest };

    (void)state;
    for (int i = 0; i < 5; i++) {
        assert_int_equal(bs_exposure_instant_ns(&ex, BS_PLACEMENT_MIDPOINT, 5, i), 1000 + mid[i]);
        assert_int_equal(bs_exposure_instant_ns(&ex, BS_PLACEMENT_ENDPOINTS, 5, i), 1000 + ends[i]);
    }
    for (int i = 0; i < 4; i++)
        assert_int_equal(bs_exposure_instant_ns(&ten, BS_PLACEMENT_ENDPOINTS, 4, i), rounded[i]);
    assert_int_equal(bs_exposure_instant_ns(&ex, BS_PLACEMENT_ENDPOINTS, 1, 0), 1050);
    assert_int_equal(bs_exposure_instant_ns(&ex, BS_PLACEMENT_MIDPOINT, 1, 0), 1050);
    /* Nothing overflows: a century in two thousand million instants. */
    assert_int_equal(bs_exposure_instant_ns(&far, BS_PLACEMENT_ENDPOINTS, INT32_MAX, INT32_MAX - 1),
                     longest - 7);
    assert_int_equal(bs_exposure_instant_ns(&far, BS_PLACEMENT_MIDPOINT, INT32_MAX, INT32_MAX / 2),
                     longest / 2 - 7);
}

static void test_anchor(void **state)
{
    (void)state;
    for (int64_t length = 0; length < 50; length++) {
        const bs_exposure ex = { -20, length };

        assert_int_equal(bs_exposure_anchor_ns(&ex, BS_ANCHOR_START), -20);
        assert_int_equal(bs_exposure_anchor_ns(&ex, BS_ANCHOR_END), -20 + length);
        assert_int_equal(bs_exposure_anchor_ns(&ex, BS_ANCHOR_MIDDLE), -20 + (length + 1) / 2);
        for (int n = 1; n < 12; n += 2) { /* the middle one of an odd number is the anchor to the ns */
            assert_int_equal(bs_exposure_instant_ns(&ex, BS_PLACEMENT_MIDPOINT, n, n / 2),
                             -20 + (length + 1) / 2);
            assert_int_equal(bs_exposure_instant_ns(&ex, BS_PLACEMENT_ENDPOINTS, n, n / 2),
                             -20 + (length + 1) / 2);
        }
    }
}

/* The camera turns about y by 2 rad/s and moves along the world's x at 1 m/s. */
static void test_poses(void **state)
{
    const bs_exposure ex = { INT64_C(1000003) * MS, 50 * MS };
    const bs_pose identity = bs_pose_identity();
    bs_trace *tr = gappy();

    (void)state;
    for (int a = BS_ANCHOR_MIDDLE; a <= BS_ANCHOR_END; a++) {
        const int64_t anchor = bs_exposure_anchor_ns(&ex, (bs_anchor)a);
        int64_t t[9];
        bs_pose T[9];

        for (int i = 0; i < 9; i++)
            t[i] = bs_exposure_instant_ns(&ex, BS_PLACEMENT_ENDPOINTS, 9, i);
        assert_int_equal(bs_exposure_poses(tr, anchor, t, 9, T, NULL), BS_OK);
        for (int i = 0; i < 9; i++) {
            const double dt = 1e-9 * (double)(t[i] - anchor), angle = 2e-9 * (double)(anchor - first_ns);

            if (t[i] == anchor)
                assert_memory_equal(&T[i], &identity, sizeof identity);
            assert_near(T[i].q[1] / T[i].q[3], tan(dt), 1e-12, "turn since the anchor");
            assert_near(T[i].t_m[0], dt * cos(angle), 1e-12, "x in the anchor's frame");
            assert_near(T[i].t_m[2], dt * sin(angle), 1e-12, "z in the anchor's frame");
        }
    }
    bs_trace_close(&tr);
}

static void test_poses_fail_whole(void **state)
{
    const int64_t t[] = { first_ns, first_ns + 61 * MS }, late = first_ns + 201 * MS;
    bs_trace *tr = gappy();
    bs_pose T[2], before[2];

    (void)state;
    memset(T, 0xA5, sizeof T);
    memcpy(before, T, sizeof T);
    assert_int_equal(bs_exposure_poses(tr, first_ns, t, 2, T, NULL), BS_EGAP);
    assert_int_equal(bs_exposure_poses(tr, late, t, 1, T, NULL), BS_ERANGE);
    assert_memory_equal(T, before, sizeof T);
    bs_trace_close(&tr);
}

static void test_no_motion_is_the_identity(void **state)
{
    bs_trace *tr = open_text(CSV_HEADER "0,0.1,0.2,0.3,0.1,-0.5,0.7,0.5\n"
                                        "1,0.1,0.2,0.3,0.1,-0.5,0.7,0.5\n2,0.1,0.2,0.3,-0.1,0.5,-0.7,-0.5\n",
                             0);
    const bs_pose identity = bs_pose_identity();

    (void)state;
    for (int64_t t = 0; t <= 2000 * MS; t += 11 * MS + 3) {
        bs_pose T;

        assert_int_equal(bs_exposure_poses(tr, 777 * MS, &t, 1, &T, NULL), BS_OK);
        assert_memory_equal(&T, &identity, sizeof T);
    }
    bs_trace_close(&tr);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_longest),
        cmocka_unit_test(test_placed_exposures_are_legal),
        cmocka_unit_test(test_placement_is_uniform),
        cmocka_unit_test(test_a_stretch_can_be_filled),
        cmocka_unit_test(test_check),
        cmocka_unit_test(test_instants),
        cmocka_unit_test(test_anchor),
        cmocka_unit_test(test_poses),
        cmocka_unit_test(test_poses_fail_whole),
        cmocka_unit_test(test_no_motion_is_the_identity),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
