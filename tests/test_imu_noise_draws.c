/* Draws of an IMU's errors against their model, and the presets and keys that tell it. */
#include "tests/noise_case.h"

#include <math.h>

typedef struct moments {
    double n, sum, squares;
} moments;

static void add(moments *m, double v)
{
    m->n++;
    m->sum += v;
    m->squares += v * v;
}

/* Mean within four standard errors of 'mean', deviation within 10 %. */
static void check(const moments *m, double mean, double deviation, const char *what)
{
    const double got = m->sum / m->n, sd = sqrt(m->squares / m->n - got * got);

    assert_near(got, mean, 4 * deviation / sqrt(m->n), what);
    assert_near(sd, deviation, 0.1 * deviation, what);
}

static void draws_follow_the_model(void **state)
{
    const bs_imu_noise m = model("ideal:gyro_bias=0.01,accel_bias=0.2,misalign=1,tilt=2,velocity=0.3,"
                                 "centre=0.25,delay=0.03:0.01");
    const double sd[] = { 0.01, 0.2, PI / 180, 2 * PI / 180, 0.3, 0.25, 0.01 };
    static const char *const names[] = { "gyro bias", "accel bias", "misalign", "tilt",
                                         "velocity",  "centre",     "delay" };
    moments at[7][3] = { 0 };

    (void)state;
    for (uint64_t sample = 0; sample < 4000; sample++) {
        const bs_imu_draw d = bs_imu_noise_draw(&m, 3, sample);

        for (int i = 0; i < 3; i++) {
            add(&at[0][i], d.gyro_bias_rad_s[i]);
            add(&at[1][i], d.accel_bias_m_s2[i]);
            add(&at[2][i], d.misalign_rad[i]);
            add(&at[4][i], d.velocity_m_s[i]);
            add(&at[3][i], d.tilt_rad[i % 2]);
            add(&at[5][i], d.centre[i % 2]);
            add(&at[6][i], d.delay_s);
        }
    }
    for (int what = 0; what < 7; what++)
        for (int i = 0; i < 3; i++)
            check(&at[what][i], what == 6 ? 0.03 : 0, sd[what], names[what]);
}

static void a_delay_keeps_its_limits(void **state)
{
    const bs_imu_noise m = model("deblurimu:delay=0.03:0.03:0:0.069"), one = model("ideal:delay=0.02:0");
    int low = 0, high = 0;

    (void)state;
    for (uint64_t sample = 0; sample < 1000; sample++) {
        const double s = bs_imu_noise_draw(&m, 0, sample).delay_s;

        assert_true(s >= 0 && s <= 0.069);
        low += s == 0;
        high += s == 0.069;
        assert_true(bs_imu_noise_draw(&one, 0, sample).delay_s == 0.02);
    }
    assert_in_range(low, 110, 210); /* 15.9 % */
    assert_in_range(high, 60, 140); /* 9.7 % */
}

/* White noise of density s turns by s sqrt(T) and moves by s sqrt(T^3 / 3), a walk of the bias by sqrt(T^3
 * / 3) and sqrt(T^5 / 20), whatever the rate. */
static void noise_adds_up_as_it_should(void **state)
{
    static const struct {
        const char *text;
        int turns;
        double power, divisor;
    } cases[] = {
        { "ideal:rate=200,gyro=0.01", 1, 1, 1 },       { "ideal:rate=1600,gyro=0.01", 1, 1, 1 },
        { "ideal:rate=400,accel=0.01", 0, 3, 3 },      { "ideal:rate=1600,accel=0.01", 0, 3, 3 },
        { "ideal:rate=1600,gyro_walk=0.01", 1, 3, 3 }, { "ideal:rate=1600,accel_walk=0.01", 0, 5, 20 },
    };
    const double T = 0.1;
    const bs_exposure window = { 200 * MS, 100 * MS };
    bs_trace *tr = record(still);
    bs_imu_drift drift = { 0 };
    bs_err err = { 0 };

    (void)state;
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        const bs_imu_noise m = model(cases[c].text);
        const double sd = 0.01 * sqrt(pow(T, cases[c].power) / cases[c].divisor);
        moments all = { 0 };

        for (uint64_t sample = 0; sample < 400; sample++) {
            bs_imu_draw draw = { 0 };
            const bs_pose *end;

            assert_int_equal(bs_imu_drift_make(tr, &m, 9, sample, &window, down_y, &draw, &drift, &err),
                             BS_OK);
            end = &drift.T_cam_taken[drift.n];
            for (int i = 0; i < 3; i++)
                add(&all, cases[c].turns ? 2 * end->q[i] : end->t_m[i]);
        }
        check(&all, 0, sd, cases[c].text);
    }
    bs_imu_drift_free(&drift);
    bs_trace_close(&tr);
}

/* Each error has a number of its own. */
static void errors_are_drawn_apart(void **state)
{
    const bs_imu_noise m =
        model("ideal:gyro_bias=1,accel_bias=1,misalign=57.29577951308232,tilt=57.29577951308232,"
              "velocity=1,centre=1,delay=0:0.01");
    const bs_imu_draw d = bs_imu_noise_draw(&m, 3, 4);
    double all[17];
    int n = 0;

    (void)state;
    for (int i = 0; i < 3; i++) {
        all[n++] = d.gyro_bias_rad_s[i];
        all[n++] = d.accel_bias_m_s2[i];
        all[n++] = d.misalign_rad[i];
        all[n++] = d.velocity_m_s[i];
    }
    for (int i = 0; i < 2; i++) {
        all[n++] = d.tilt_rad[i];
        all[n++] = d.centre[i];
    }
    all[n++] = 100 * d.delay_s;
    for (int i = 0; i < n; i++)
        for (int k = 0; k < i; k++)
            assert_true(fabs(all[i] - all[k]) > 1e-9);
}

/* ---- text ---- */

static void presets_and_keys_are_read(void **state)
{
    bs_imu_noise m = model("phone");
    const char *key;
    double value;
    int n = 0;

    (void)state;
    assert_string_equal(m.preset, "phone");
    assert_true(m.rate_hz == 800 && m.gyro_noise == 1.2e-3 && m.accel_noise == 8e-3);
    m = model("mems:gyro=1e-2,tilt=2,rate=100,delay=-0.01:0.002");
    assert_true(m.gyro_noise == 0.01 && m.accel_noise == 2e-3 && m.rate_hz == 100);
    assert_near(m.tilt_rad, 2 * PI / 180, 1e-15, "degrees");
    assert_true(m.delay_mean_s == -0.01 && m.delay_s == 0.002 && m.delay_min_s == -1 && m.delay_max_s == 1);
    m = model("deblurimu");
    assert_true(m.delay_min_s == 0 && m.delay_max_s == 0.069 && m.centre == 0.25);
    m = model("esim:velocity=0.5,tilt=3");
    while (bs_imu_noise_key(&m, n, &key, &value)) {
        if (!strcmp(key, "velocity"))
            assert_true(value == 0.5);
        if (!strcmp(key, "tilt"))
            assert_near(value, 3, 1e-12, "tilt as written");
        n++;
    }
    assert_int_equal(n, 12);
}

static void nonsense_is_refused(void **state)
{
    static const struct {
        const char *text, *part;
    } bad[] = {
        { "", "there are phone" },
        { "Phone", "\"Phone\" is no preset" },
        { "phones", "is no preset" },
        { "phone:", "\"\" is none of rate" },
        { "phone:tilt", "is none of" },
        { "phone:tilt=", "degrees" },
        { "phone:tilt=x", "from 0 to 90" },
        { "phone:tilt=-1", "from 0 to 90" },
        { "phone:tilt=2x", "\"tilt=2x\"" },
        { "phone:tilt=nan", "degrees" },
        { "phone:tilt=2,", "is none of" },
        { "phone:bias=2", "gyro_bias" },
        { "phone:rate=0", "Hz" },
        { "phone:delay=0.01", "MEAN:STD" },
        { "phone:delay=0:-1", "MEAN:STD" },
        { "phone:delay=0:0.1:0.2:0.1", "MEAN:STD" },
        { "phone:delay=2:0", "from -1 to 1" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        bs_imu_noise m = { .rate_hz = 42 };
        bs_err err = { 0 };

        if (bs_imu_noise_parse(bad[i].text, &m, &err) != BS_EINVAL)
            fail_msg("\"%s\" was read", bad[i].text);
        assert_contains(err.text, "--imu-noise");
        assert_contains(err.text, bad[i].part);
        assert_true(m.rate_hz == 42);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors_are_drawn_apart),    cmocka_unit_test(draws_follow_the_model),
        cmocka_unit_test(a_delay_keeps_its_limits),  cmocka_unit_test(noise_adds_up_as_it_should),
        cmocka_unit_test(presets_and_keys_are_read), cmocka_unit_test(nonsense_is_refused),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
