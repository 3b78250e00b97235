/* Errors of an IMU, one at a time, against what they do in closed form. */
#include "tests/noise_case.h"

#include <math.h>

#include "homography/kernel.h"

#define G 9.81

/* Pixel (32, 24) looks straight ahead. */
enum { W = 65, H = 49, CENTRE = 24 * W + 32 };
static const bs_camera cam = { .width = W, .height = H, .fx = 277, .fy = 277, .cx = 32, .cy = 24 };

static bs_pose about_y(double angle)
{
    return (bs_pose){ .q = { 0, sin(angle / 2), 0, cos(angle / 2) } };
}

static bs_pose turning(double t)
{
    return about_y(0.8 * t);
}

static bs_pose turning_faster(double t)
{
    return about_y(0.3 * t + 0.5 * 4 * t * t);
}

static bs_pose speeding_up(double t)
{
    return (bs_pose){ .q = { 0, 0, 0, 1 }, .t_m = { 0.1 * t + 0.5 * 3 * t * t, 0, 0 } };
}

static bs_pose hand(double t)
{
    const double a = 0.02 * sin(31 * t), b = 0.03 * cos(17 * t), c = 0.05 * sin(9 * t + 1);
    const double n = sqrt(1 + a * a + b * b + c * c);

    return (bs_pose){ .q = { a / n, b / n, c / n, 1 / n },
                      .t_m = { 0.02 * sin(11 * t), 0.03 * cos(7 * t), 0.05 * sin(5 * t) } };
}

/* An even motion that turns about more axes than it began with. */
static bs_pose screwing(double t)
{
    const bs_pose start = { .q = { 0.5, 0.5, -0.5, 0.5 }, .t_m = { 1, -2, 3 } }, turn = about_y(0.8 * t);

    return bs_pose_mul(&start, &turn);
}

/* The kernel over the frame at 'inv_depth', exact and as taken from readings with the errors of '*draw'
 * and the model's white noise. */
typedef struct kernels {
    float exact[2 * W * H], taken[2 * W * H];
} kernels;

static kernels both(const bs_trace *tr, const bs_imu_noise *m, bs_imu_draw *draw, const bs_exposure *ex,
                    int64_t anchor_ns, double inv_depth)
{
    const int64_t ends[] = { ex->start_ns, ex->start_ns + ex->length_ns };
    static float inv[W * H];
    static bs_imu_drift drift;
    bs_err err = { 0 };
    bs_pose T[2], taken[2];
    kernels k;

    for (int i = 0; i < W * H; i++)
        inv[i] = (float)inv_depth;
    if (bs_imu_drift_make(tr, m, 5, 7, ex, down_y, draw, &drift, &err))
        fail_msg("%s", err.text);
    assert_int_equal(bs_exposure_poses(tr, anchor_ns, ends, 2, T, &err), BS_OK);
    for (int i = 0; i < 2; i++)
        taken[i] = bs_imu_drift_apply(&drift, anchor_ns, ends[i], &T[i]);
    assert_int_equal(bs_kernel_map(&cam, BS_SHUTTER_GLOBAL, &T[0], &T[1], inv, 1, k.exact, &err), BS_OK);
    assert_int_equal(bs_kernel_map(&cam, BS_SHUTTER_GLOBAL, &taken[0], &taken[1], inv, 1, k.taken, &err),
                     BS_OK);
    bs_imu_drift_free(&drift);
    return k;
}

/* What is taken for the kernel at the centre, with the sharp image at the start of 50 ms from 0.2 s on. */
static void taken_at_centre(path *p, const char *text, bs_imu_draw *draw, double inv_depth, double out[2])
{
    const bs_exposure ex = { 200 * MS, 50 * MS };
    const bs_imu_noise m = model(text);
    bs_trace *tr = record(p);
    const kernels k = both(tr, &m, draw, &ex, ex.start_ns, inv_depth);

    out[0] = k.taken[2 * CENTRE];
    out[1] = k.taken[2 * CENTRE + 1];
    bs_trace_close(&tr);
}

static void without_errors_it_is_exact(void **state)
{
    static const char *const texts[] = { "ideal", "ideal:rate=1", "ideal:rate=37", "ideal:rate=8000" };
    const bs_exposure windows[] = {
        { 200 * MS, 50 * MS }, { 123456789, 98765432 }, { 0, 1000 * MS }, { 7, 1 }
    };
    bs_trace *tr = record(hand);

    (void)state;
    for (int t = 0; t < 4; t++)
        for (int w = 0; w < 4; w++)
            for (int a = 0; a < 3; a++) {
                const bs_imu_noise m = model(texts[t]);
                bs_imu_draw draw = bs_imu_noise_draw(&m, 1, 2);
                const kernels k =
                    both(tr, &m, &draw, &windows[w], bs_exposure_anchor_ns(&windows[w], (bs_anchor)a), 0.5);

                for (int i = 0; i < 2 * W * H; i++)
                    assert_near((double)k.taken[i], (double)k.exact[i], 1e-5, texts[t]);
            }
    bs_trace_close(&tr);
}

/* Lines of a rolling shutter begin between readings: there, too, no error is no error. */
static void any_time_is_exact_without_errors(void **state)
{
    const bs_exposure window = { 100 * MS, 80 * MS };
    const bs_imu_noise m = model("ideal:rate=200");
    bs_imu_draw draw = bs_imu_noise_draw(&m, 1, 2);
    bs_imu_drift drift = { 0 };
    bs_trace *tr = record(hand);
    const int64_t anchor_ns = 131234567;
    bs_err err = { 0 };

    (void)state;
    assert_int_equal(bs_imu_drift_make(tr, &m, 1, 2, &window, down_y, &draw, &drift, &err), BS_OK);
    assert_int_equal(drift.n, 16);
    for (int64_t t = window.start_ns; t <= window.start_ns + window.length_ns; t += 1234567) {
        bs_pose T, taken;

        assert_int_equal(bs_exposure_poses(tr, anchor_ns, &t, 1, &T, &err), BS_OK);
        taken = bs_imu_drift_apply(&drift, anchor_ns, t, &T);
        for (int i = 0; i < 3; i++) {
            assert_near(taken.t_m[i], T.t_m[i], 1e-12, "position");
            assert_near(taken.q[i], T.q[i], 1e-12, "rotation");
        }
    }
    bs_imu_drift_free(&drift);
    bs_trace_close(&tr);
}

/* f tan(b T): the camera is taken to turn to the right, so points move to the left. */
static void a_gyro_bias_turns(void **state)
{
    bs_imu_draw draw = { .gyro_bias_rad_s = { 0, 0.02, 0 } };
    double k[2];

    (void)state;
    taken_at_centre(still, "ideal", &draw, 0, k);
    assert_near(k[0], -277 * tan(0.02 * 0.05), 1e-5, "x");
    assert_near(k[1], 0, 1e-6, "y");
    draw = (bs_imu_draw){ .gyro_bias_rad_s = { 0.02, 0, 0 } };
    taken_at_centre(still, "ideal", &draw, 0, k);
    assert_near(k[1], 277 * tan(0.02 * 0.05), 1e-5, "a turn about x, down");
    draw = (bs_imu_draw){ .gyro_bias_rad_s = { 0, 0.02, 0 } };
    taken_at_centre(turning, "ideal", &draw, 0, k);
    assert_near(k[0], -277 * tan(0.82 * 0.05), 1e-4, "bias and motion about one axis");
}

/* b T^2 / 2 in metres, whatever the rate. */
static void an_accel_bias_pushes(void **state)
{
    static const char *const rates[] = { "ideal:rate=20", "ideal:rate=100", "ideal:rate=8000" };
    bs_imu_draw draw = { .accel_bias_m_s2 = { 0.6, -0.4, 0 } };
    double k[2];

    (void)state;
    for (int i = 0; i < 3; i++) {
        taken_at_centre(still, rates[i], &draw, 0.5, k);
        assert_near(k[0], -277 * 0.5 * 0.5 * 0.6 * 0.05 * 0.05, 1e-5, "x");
        assert_near(k[1], 277 * 0.5 * 0.5 * 0.4 * 0.05 * 0.05, 1e-5, "y");
    }
    taken_at_centre(still, "ideal", &draw, 0, k);
    assert_near(hypot(k[0], k[1]), 0, 1e-9, "infinitely far");
}

/* Gravity leaks: g sin(tilt) T^2 / 2 sideways, and g (1 - cos(tilt)) T^2 / 2 upwards. */
static void a_tilt_lets_gravity_through(void **state)
{
    const double tilt = 2 * PI / 180, half = 0.5 * G * 0.05 * 0.05;
    bs_imu_draw draw = { .tilt_rad = { 0, tilt } };
    double k[2], forward;

    (void)state;
    taken_at_centre(still, "ideal", &draw, 0.5, k);
    assert_near(fabs(k[0]), 277 * 0.5 * half * sin(tilt), 1e-5, "sideways");
    assert_near(k[1], 277 * 0.5 * half * (1 - cos(tilt)), 1e-5, "up");
    /* About x: along the axis of the camera, where only pixels off the centre see it. */
    draw = (bs_imu_draw){ .tilt_rad = { tilt, 0 } };
    taken_at_centre(still, "ideal", &draw, 0.5, k);
    assert_near(k[0], 0, 1e-9, "not sideways");
    forward = 1 - 0.5 * half * sin(tilt);
    assert_near(k[1], 277 * 0.5 * half * (1 - cos(tilt)) / forward, 1e-5, "up, and nearer");
}

static void a_wrong_velocity_carries_on(void **state)
{
    bs_imu_draw draw = { .velocity_m_s = { 0.05, -0.02, 0 } };
    double k[2];

    (void)state;
    taken_at_centre(still, "ideal", &draw, 0.5, k);
    assert_near(k[0], -277 * 0.5 * 0.05 * 0.05, 1e-5, "x");
    assert_near(k[1], 277 * 0.5 * 0.02 * 0.05, 1e-5, "y");
}

/* The axis of a turn is taken for another one; gravity, read in the same axes, does not leak. */
static void misalignment_turns_the_motion(void **state)
{
    const double e = 3 * PI / 180, angle = 0.8 * 0.05;
    bs_imu_draw draw = { .misalign_rad = { 0, 0, e } };
    double k[2];

    (void)state;
    taken_at_centre(turning, "ideal", &draw, 0, k);
    assert_near(k[0], -277 * tan(angle) * cos(e), 1e-4, "x");
    assert_near(k[1], -277 * tan(angle) * sin(e), 1e-4, "y");
    draw = (bs_imu_draw){ .misalign_rad = { 0.05, 0.02, e } };
    taken_at_centre(still, "ideal", &draw, 0.5, k);
    assert_near(hypot(k[0], k[1]), 0, 1e-6, "at rest");
    draw = (bs_imu_draw){ .misalign_rad = { 0, 0, e } };
    taken_at_centre(speeding_up, "ideal", &draw, 0.5, k);
    /* 0.1 T + 1.5 ((0.2 + T)^2 - 0.2^2) metres, turned by e. */
    assert_near(k[1] / k[0], tan(e), 1e-6, "direction of a translation");
    assert_near(hypot(k[0], k[1]), 277 * 0.5 * (0.1 * 0.05 + 1.5 * (0.0625 - 0.04)), 1e-4, "its length");
}

/* Of an even motion a delay shows nothing; of one with acceleration a it shows a delay T. */
static void a_delay_shows_what_was(void **state)
{
    bs_imu_draw none = { 0 }, draw = { .delay_s = 0.03 };
    double k[2], late[2];

    (void)state;
    taken_at_centre(turning, "ideal", &none, 0, k);
    taken_at_centre(turning, "ideal", &draw, 0, late);
    assert_near(late[0], k[0], 1e-5, "even turn");
    taken_at_centre(turning_faster, "ideal", &draw, 0, late);
    /* 0.3 T + 2 ((t + T)^2 - t^2) at t = 0.2 - 0.03 */
    assert_near(late[0], -277 * tan(0.3 * 0.05 + 2 * (0.22 * 0.22 - 0.17 * 0.17)), 1e-4, "turn");
    taken_at_centre(speeding_up, "ideal", &none, 0.5, k);
    taken_at_centre(speeding_up, "ideal", &draw, 0.5, late);
    assert_near(late[0] - k[0], 277 * 0.5 * 3 * 0.03 * 0.05, 1e-4, "push");
}

/* Before the trace its own motion stands for what was: of the turn by a(t), 30 ms before 50 ms at the
 * start it is a(30 ms) + a(20 ms); and likewise behind its end. */
static void beyond_the_trace_motion_goes_on(void **state)
{
    const bs_imu_noise m = model("ideal");
    const bs_exposure first = { 0, 50 * MS }, last = { 950 * MS, 50 * MS };
    bs_trace *tr = record(turning_faster);
    bs_imu_draw draw = { .delay_s = 0.03 };
    kernels k = both(tr, &m, &draw, &first, first.start_ns, 0);

    (void)state;
    assert_near((double)k.taken[2 * CENTRE], -277 * tan(0.3 * 0.05 + 2 * (0.03 * 0.03 + 0.02 * 0.02)), 1e-4,
                "before");
    draw.delay_s = -0.03;
    k = both(tr, &m, &draw, &last, last.start_ns, 0);
    /* Backwards from the end the rate is 4.3 rad/s - 4 rad/s^2 t. */
    assert_near((double)k.taken[2 * CENTRE], -277 * tan(4.3 * 0.05 - 2 * (0.03 * 0.03 + 0.02 * 0.02)), 1e-3,
                "after");
    draw.delay_s = 3;
    both(tr, &m, &draw, &last, last.start_ns, 0);
    assert_near(draw.delay_s, 1.95, 1e-12, "no more than that");
    draw.delay_s = -3;
    both(tr, &m, &draw, &last, last.start_ns, 0);
    assert_near(draw.delay_s, -1, 1e-12, "nor behind the end");
    bs_trace_close(&tr);
}

/* Beyond an end of the trace an even motion goes on, wherever it is in the world: a delay does not show. */
static void an_even_motion_goes_on(void **state)
{
    const bs_imu_noise m = model("ideal:rate=1000");
    const bs_exposure windows[] = { { 0, 50000000 }, { 950000000, 50000000 } };
    bs_trace *tr = record(screwing);
    bs_imu_drift drift = { 0 };
    bs_err err = { 0 };

    (void)state;
    for (int w = 0; w < 2; w++) {
        bs_imu_draw draw = { .delay_s = w ? -0.2 : 0.2 };
        const bs_pose *end;

        assert_int_equal(bs_imu_drift_make(tr, &m, 1, 2, &windows[w], down_y, &draw, &drift, &err), BS_OK);
        end = &drift.T_cam_taken[drift.n];
        for (int i = 0; i < 3; i++) {
            assert_near(end->q[i], 0, 1e-6, "it turns as it does inside");
            assert_near(end->t_m[i], 0, 1e-4, "and stays in its place");
        }
    }
    bs_imu_drift_free(&drift);
    bs_trace_close(&tr);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_even_motion_goes_on),
        cmocka_unit_test(without_errors_it_is_exact),
        cmocka_unit_test(any_time_is_exact_without_errors),
        cmocka_unit_test(a_gyro_bias_turns),
        cmocka_unit_test(an_accel_bias_pushes),
        cmocka_unit_test(a_tilt_lets_gravity_through),
        cmocka_unit_test(a_wrong_velocity_carries_on),
        cmocka_unit_test(misalignment_turns_the_motion),
        cmocka_unit_test(a_delay_shows_what_was),
        cmocka_unit_test(beyond_the_trace_motion_goes_on),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
