/* Wanted blur: met by made motion, found in recorded motion, the same whatever made it, and counted. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <cjson/cJSON.h>

#include "gen/spread.h"
#include "gen/motion.h"
#include "homography/kernel.h"
#include "tests/dataset_case.h"

#define MOST 256

/* What the metadata say of the tuples. */
typedef struct figures {
    int n;
    double mean_px[MOST], wanted_px[MOST];
} figures;

static figures read_figures(const snap *s)
{
    figures f = { 0 };

    for (const char *line = snap_text(s, "metadata.jsonl"); *line; line = strchr(line, '\n') + 1) {
        cJSON *o = cJSON_Parse(line);

        assert_true(o && f.n < MOST);
        f.mean_px[f.n] = cJSON_GetNumberValue(cJSON_GetObjectItem(o, "mean_px"));
        f.wanted_px[f.n++] = cJSON_GetNumberValue(cJSON_GetObjectItem(o, "wanted_px"));
        cJSON_Delete(o);
    }
    return f;
}

static int ascending(const void *a, const void *b)
{
    return (*(const double *)a > *(const double *)b) - (*(const double *)a < *(const double *)b);
}

/* The largest distance between the distribution of 'v' and the uniform one over [low, high]. */
static double off_uniform(const double *v, int n, double low, double high)
{
    double sorted[MOST], largest = 0;

    memcpy(sorted, v, (size_t)n * sizeof *v);
    qsort(sorted, (size_t)n, sizeof *sorted, ascending);
    for (int i = 0; i < n; i++) {
        const double u = (sorted[i] - low) / (high - low);

        largest = fmax(largest, fmax((i + 1.0) / n - u, u - (double)i / n));
    }
    return largest;
}

/* Six frames, 18 exposures of each: 108 tuples of which the kernel is of interest. */
static void open_many(dataset_case *c, const char *poses)
{
    case_open(c, 2, 3);
    c->opt.samples_per_frame = 18;
    c->opt.emit = BS_EMIT_META;
    c->opt.noise_peak = 0;
    if (poses)
        c->opt.poses = poses;
}

/* The smallest bound that 19 of 20 uniform samples of 108 keep (Kolmogorov). */
#define UNIFORM (1.36 / 10.39)

static void made_motion_meets_the_wanted_blur(void **state)
{
    static const struct {
        const char *poses;
        double low, high;
    } cases[] = { { "handheld", 0.2, 3 },
                  { "handheld:strength=strong,translation=1", 1, 12 }, /* depth counts */
                  { "random-walk", 0.3, 2 },
                  { "spline", 0.5, 3 } };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        dataset_case c;
        bs_dataset_summary sum;
        figures f;
        snap s;

        open_many(&c, cases[i].poses);
        c.opt.blur_min_px = cases[i].low;
        c.opt.blur_max_px = cases[i].high;
        sum = case_make(&c, 108);
        s = snap_take(&c.t, "out");
        f = read_figures(&s);
        assert_int_equal(f.n, 108);
        for (int k = 0; k < f.n; k++)
            if (!(fabs(f.mean_px[k] - f.wanted_px[k]) <= 0.02 * f.wanted_px[k] + 1e-4))
                fail_msg("%s: %g px, wanted %g", cases[i].poses, f.mean_px[k], f.wanted_px[k]);
        assert_true(off_uniform(f.mean_px, f.n, cases[i].low, cases[i].high) < UNIFORM);
        assert_int_equal(sum.spread.off_target, 0);
        snap_free(&s);
        case_close(&c);
    }
}

/* Line after line, and with another anchor. */
static void a_rolling_shutter_is_reckoned_with(void **state)
{
    dataset_case c;
    bs_depth_grid grid;
    static float depth_m[200 * 150];
    bs_motion m = { 0 };
    bs_shake shake;
    const bs_camera cam = { .width = 200, .height = 150, .fx = 180, .fy = 180, .cx = 99.5, .cy = 74.5 };

    (void)state;
    case_open(&c, 0, 0);
    for (int i = 0; i < 200 * 150; i++)
        depth_m[i] = i % 200 < 80 ? 1.0f : 3.0f;
    bs_depth_grid_make(depth_m, 200, 150, &grid);
    assert_int_equal(bs_shake_parse("handheld:strength=strong", &shake, NULL), BS_OK);
    c.opt.blur_min_px = 2;
    c.opt.blur_max_px = 10;
    c.opt.readout_ns = 25000000;
    for (int shutter = BS_SHUTTER_GLOBAL; shutter <= BS_SHUTTER_RIGHT_LEFT; shutter++) {
        const bs_motion_source from = { NULL, &shake };

        c.opt.shutter = (bs_shutter)shutter;
        c.opt.anchor = (bs_anchor)(shutter % 3);
        if (shutter == BS_SHUTTER_GLOBAL)
            c.opt.readout_ns = 0;
        else
            c.opt.readout_ns = 25000000;
        for (uint64_t sample = 0; sample < 20; sample++) {
            static float inv[200 * 150], uv[2 * 200 * 150];
            double sum = 0;

            assert_int_equal(bs_motion_draw(&c.opt, &from, sample, 0, &cam, &grid, 1.0 / 3, 1, &m, NULL),
                             BS_OK);
            for (int i = 0; i < 200 * 150; i++)
                inv[i] = 1 / depth_m[i];
            assert_int_equal(
                bs_kernel_map(&cam, m.shutter, m.T_anchor_first, m.T_anchor_last, inv, 1, uv, NULL), BS_OK);
            for (int i = 0; i < 200 * 150; i++)
                sum += hypot((double)uv[2 * i], (double)uv[2 * i + 1]) / (200 * 150);
            assert_float_equal(sum / m.wanted_px, 1, 0.02);
        }
    }
    bs_motion_free(&m);
    case_close(&c);
}

/* The exposures of a sequence have the wanted blur on average. */
static void a_sequence_has_one_wanted_blur(void **state)
{
    static const char *const poses[] = { NULL, "handheld:strength=strong" };

    (void)state;
    for (int i = 0; i < 2; i++) {
        dataset_case c;
        figures f;
        snap s;

        open_many(&c, poses[i]);
        c.opt.samples_per_frame = 4;
        c.opt.frames_per_sequence = 5;
        c.opt.frame_interval_ns = 110000000;
        c.opt.blur_min_px = 0.8;
        c.opt.blur_max_px = 2;
        case_make(&c, 120);
        s = snap_take(&c.t, "out");
        f = read_figures(&s);
        assert_int_equal(f.n, 120);
        assert_null(strstr(snap_text(&s, "dataset.json"), "off_target")); /* none of them has a target */
        for (int k = 0; k < f.n; k += 5) {
            double mean = 0;

            for (int j = k; j < k + 5; j++) {
                assert_true(fabs(f.wanted_px[j] - f.wanted_px[k]) < 1e-9);
                mean += f.mean_px[j] / 5;
            }
            assert_float_equal(mean / f.wanted_px[k], 1, i ? 0.05 : 0.5);
        }
        snap_free(&s);
        case_close(&c);
    }
}

static void recorded_motion_is_drawn_until_it_fits(void **state)
{
    dataset_case c;
    bs_dataset_summary sum;
    figures f;
    snap s;

    (void)state;
    open_many(&c, NULL);
    c.opt.blur_min_px = 0.5;
    c.opt.blur_max_px = 1.5;
    sum = case_make(&c, 108);
    s = snap_take(&c.t, "out");
    f = read_figures(&s);
    assert_int_equal(f.n, 108);
    for (int k = 0; k < f.n; k++) {
        assert_true(f.mean_px[k] >= 0.5 * 0.98 && f.mean_px[k] <= 1.5 * 1.02);
        assert_float_equal(f.mean_px[k], f.wanted_px[k], 0.2);
    }
    assert_true(off_uniform(f.mean_px, f.n, 0.5, 1.5) < UNIFORM);
    assert_int_equal(sum.spread.off_target, 0);
    assert_null(strstr(snap_text(&s, "meta/00000000.json"), "made_by"));
    snap_free(&s);
    case_close(&c);
}

/* The closest there is is taken, and counted. */
static void what_cannot_be_met_is_counted(void **state)
{
    static const char *const poses[] = { NULL, "handheld:rotation=0,translation=0", "handheld" };
    static const double low[] = { 100, 3, 500 };

    (void)state;
    for (int i = 0; i < 3; i++) {
        dataset_case c;
        bs_dataset_summary sum;
        snap s;

        case_open(&c, 1, 3);
        if (poses[i])
            c.opt.poses = poses[i];
        c.opt.blur_min_px = low[i];
        c.opt.blur_max_px = low[i] + 1;
        sum = case_make(&c, 3);
        s = snap_take(&c.t, "out");
        assert_int_equal(sum.spread.off_target, 3);
        assert_non_null(strstr(snap_text(&s, "dataset.json"), "\"off_target\":\t3"));
        assert_int_equal(sum.mean_px > 0, poses[i] == NULL || i == 2);
        snap_free(&s);
        case_close(&c);
    }
}

static void threads_and_restarts_change_no_byte(void **state)
{
    static const char *const poses[] = { NULL, "handheld:blur=1:6", "random-walk", "spline" };

    (void)state;
    for (int i = 0; i < 4; i++) {
        dataset_case c;
        snap whole, s;

        case_open(&c, 1, 3);
        if (poses[i])
            c.opt.poses = poses[i];
        else
            c.opt.blur_max_px = 2;
        c.opt.samples_per_frame = 2;
        c.opt.shard_size = 4;
        c.opt.threads = 1;
        case_make(&c, 6);
        whole = snap_take(&c.t, "out");
        case_output(&c, "again");
        for (int after = 1; after <= 5; after += 2) {
            c.opt.overwrite = 1;
            c.opt.threads = 1 + after;
            assert_int_equal(case_run_until(&c, after, NULL), BS_EINTERRUPT);
            c.opt.overwrite = 0;
            assert_int_equal(case_run_until(&c, 100, NULL), BS_OK);
            s = snap_take(&c.t, "again");
            assert_same_snap(&whole, &s);
            snap_free(&s);
        }
        c.opt.seed = 1;
        case_refused(&c, BS_ECONFIG, "seed");
        snap_free(&whole);
        case_close(&c);
    }
}

/* A tuple does not depend on how many there are, and each has a motion of its own. */
static void every_tuple_has_its_own_motion(void **state)
{
    dataset_case c;
    snap few, many;

    (void)state;
    case_open(&c, 1, 1);
    c.opt.poses = "handheld";
    c.opt.samples_per_frame = 8;
    c.opt.emit = BS_EMIT_KERNEL | BS_EMIT_META;
    case_make(&c, 8);
    many = snap_take(&c.t, "out");
    case_output(&c, "few");
    c.opt.limit = 3;
    case_make(&c, 3);
    few = snap_take(&c.t, "few");
    assert_int_equal(assert_part_of(&few, &many, "kernel/"), 3);
    assert_int_equal(assert_part_of(&few, &many, "meta/"), 3);
    for (int i = 0; i < 8; i++)
        for (int k = 0; k < i; k++) {
            char a[32], b[32];

            snprintf(a, sizeof a, "kernel/%08d.npy", i);
            snprintf(b, sizeof b, "kernel/%08d.npy", k);
            assert_false(same_file(snap_find(&many, a), snap_find(&many, b)));
        }
    snap_free(&few);
    snap_free(&many);
    case_close(&c);
}

/* What is in force is written down, whatever was typed, and nothing else goes on in the folder. */
static void a_dataset_tells_what_made_its_motion(void **state)
{
    dataset_case c;
    snap before, s;

    (void)state;
    case_open(&c, 1, 2);
    c.opt.poses = "random-walk:pull=0,blur=1:2";
    case_make(&c, 2);
    s = snap_take(&c.t, "out");
    assert_non_null(strstr(snap_text(&s, "dataset.json"),
                           "\"poses\":\t\"random-walk:rotation=20,translation=0.06,jitter=6,pull=0,"
                           "impulses=1.5,roll=0.6,rate=1000\""));
    assert_null(strstr(snap_text(&s, "dataset.json"), "max-gap"));
    assert_non_null(strstr(snap_text(&s, "meta/00000001.json"), "\"made_by\":\t\"random-walk:rotation=20,"));
    assert_non_null(strstr(snap_text(&s, "meta/00000001.json"), "\"scale\""));
    assert_non_null(strstr(snap_text(&s, "meta/00000001.json"), "\"impulses\""));
    assert_non_null(strstr(snap_text(&s, "meta/00000001.json"), "\"wanted_px\""));
    snap_free(&s);
    c.opt.poses = "random-walk:rotation=20,pull=0.0"; /* the same, typed otherwise */
    c.opt.blur_min_px = 1;
    c.opt.blur_max_px = 2;
    case_make(&c, 0);
    before = snap_take(&c.t, "out");
    c.opt.blur_max_px = 3;
    case_refused(&c, BS_ECONFIG, "blur");
    c.opt.blur_max_px = 2;
    c.opt.poses = "random-walk:pull=1";
    case_refused(&c, BS_ECONFIG, "poses");
    c.opt.poses = c.poses;
    case_refused(&c, BS_ECONFIG, "poses");
    assert_untouched(&c.t, "out", &before);
    case_close(&c);
}

static void recordings_options_are_refused(void **state)
{
    dataset_case c;

    (void)state;
    case_open(&c, 1, 1);
    c.opt.poses = "handheld:rotation=3";
    c.opt.has_start = 1;
    case_refused(&c, BS_EINVAL, "--start is for recorded motion");
    c.opt.poses = "handeld:tremor=0.5";
    case_refused(&c, BS_EIO, "no generator of motion: handheld, random-walk, spline");
    c.opt.poses = "handheld:rotation=3";
    c.opt.has_start = 0;
    c.opt.max_gap_ns = 1000;
    case_refused(&c, BS_EINVAL, "--max-gap is for recorded motion");
    c.opt.max_gap_ns = 0;
    c.opt.velocity = BS_VELOCITY_REST;
    case_refused(&c, BS_EINVAL, "--velocity is for recorded motion");
    c.opt.velocity = BS_VELOCITY_ZERO_MEAN;
    c.opt.has_gyro_bias = 1;
    case_refused(&c, BS_EINVAL, "--gyro-bias is for recorded motion");
    c.opt.has_gyro_bias = 0;
    c.opt.imu.accel_path = "a.csv";
    case_refused(&c, BS_EINVAL, "--accel is for recorded motion");
    c.opt.imu.accel_path = NULL;
    c.opt.imu.gyro_unit = BS_GYRO_DEG_S;
    case_refused(&c, BS_EINVAL, "--imu-units is for recorded motion");
    c.opt.imu.gyro_unit = BS_GYRO_AUTO;
    c.opt.poses = "handheld:blur=1:2";
    c.opt.blur_max_px = 3;
    case_refused(&c, BS_EINVAL, "give one of them");
    c.opt.blur_min_px = 4;
    case_refused(&c, BS_EINVAL, "--blur");
    c.opt.blur_min_px = c.opt.blur_max_px = 0;
    c.opt.poses = "handheld:shake=1";
    case_refused(&c, BS_EINVAL, "its keys are strength (light|normal|strong), rotation (0 to 500 deg/s)");
    c.opt.poses = "./handheld"; /* a file, and there is none */
    case_refused(&c, BS_EIO, "./handheld");
    case_close(&c);
}

/* ---- depth grid and distribution ---- */

static void the_grid_knows_both_sides_of_an_edge(void **state)
{
    static float depth_m[96 * 72];
    bs_depth_grid g;

    (void)state;
    for (int y = 0; y < 72;
         y++) /* blocks of 3 by 3: two thirds far in one, unknown and two depths in the next */
        for (int x = 0; x < 96; x++)
            depth_m[y * 96 + x] = x / 3 % 2    ? (x % 3 ? 5.0f : 2.0f)
                                  : x % 3 == 0 ? INFINITY
                                  : x % 3 == 1 ? NAN
                                               : 1.0f / (float)(1 + x / 3);
    bs_depth_grid_make(depth_m, 96, 72, &g);
    assert_true(g.width == 32 && g.height == 24);
    for (int i = 0; i < 32 * 24; i++) {
        const int column = i % 32, edge = column % 2;
        const double near_inv = edge ? 0.5 : 1 + column, far_inv = edge ? 0.2 : 0,
                     share = edge ? 1.0 / 3 : 0.5;

        assert_float_equal(g.near_inv[i], near_inv, 1e-5);
        assert_float_equal(g.far_inv[i], far_inv, 1e-6);
        assert_float_equal(g.near_share[i], share, 1e-6);
    }
    for (int i = 0; i < 96 * 72; i++) /* known in one corner only: told from ring to ring */
        depth_m[i] = i < 3 * 96 && i % 96 < 3 ? 4.0f : NAN;
    bs_depth_grid_make(depth_m, 96, 72, &g);
    for (int i = 0; i < 32 * 24; i++)
        assert_true(fabsf(g.far_inv[i] - 0.25f) < 1e-6f && fabsf(g.near_inv[i] - 0.25f) < 1e-6f);
    for (int i = 0; i < 96 * 72; i++)
        depth_m[i] = NAN;
    bs_depth_grid_make(depth_m, 7, 5, &g);
    assert_true(g.width == 7 && g.height == 5 && g.near_inv[34] == 0 && g.far_inv[34] == 0);
}

static bs_blur_spread told(bs_spread *s, double low, double high)
{
    const bs_dataset_options opt = { .blur_min_px = low, .blur_max_px = high };
    bs_blur_spread out;

    bs_spread_tell(s, &opt, &out);
    return out;
}

static void a_distribution_is_counted_to_hundredths(void **state)
{
    bs_spread *s = NULL;
    bs_blur_spread t;

    (void)state;
    assert_int_equal(bs_spread_create(&s, NULL), BS_OK);
    t = told(s, 0, 0);
    assert_true(t.n == 0 && t.n_bins == 0);
    for (int i = 0; i < 1000; i++)
        bs_spread_add(s, 0.0051 + i / 100.0); /* one in each hundredth up to 10 px */
    t = told(s, 0, 0);
    assert_int_equal(t.n, 1000);
    assert_float_equal(t.p10_px, 1, 0.011);
    assert_float_equal(t.p50_px, 5, 0.011);
    assert_float_equal(t.p90_px, 9, 0.011);
    assert_float_equal(t.bin_px, 0.5, 1e-12);
    assert_int_equal(t.n_bins, 20);
    for (int i = 0; i < 20; i++)
        assert_int_equal(t.histogram[i], 50);
    assert_int_equal(t.off_target, 0);
    assert_int_equal(told(s, 2, 5).off_target, 196 + 490); /* below 1.96 px and from 5.1 px on */
    for (int i = 0; i < 2000; i++)                         /* 0.03, as metadata of four decimals have it */
        bs_spread_add(s, 0.02999996);
    t = told(s, 0, 0);
    assert_float_equal(t.p50_px, 0.035, 1e-9);
    bs_spread_add(s, 5000);
    bs_spread_add(s, NAN);
    t = told(s, 0, 0);
    assert_int_equal(t.n, 3002);
    assert_float_equal(t.bin_px, 100, 1e-9);
    assert_int_equal(t.histogram[0], 3001);
    assert_int_equal(t.histogram[t.n_bins - 1], 1);
    bs_spread_destroy(&s);
    bs_spread_destroy(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(made_motion_meets_the_wanted_blur),
                                        cmocka_unit_test(a_rolling_shutter_is_reckoned_with),
                                        cmocka_unit_test(recorded_motion_is_drawn_until_it_fits),
                                        cmocka_unit_test(a_sequence_has_one_wanted_blur),
                                        cmocka_unit_test(what_cannot_be_met_is_counted),
                                        cmocka_unit_test(threads_and_restarts_change_no_byte),
                                        cmocka_unit_test(every_tuple_has_its_own_motion),
                                        cmocka_unit_test(a_dataset_tells_what_made_its_motion),
                                        cmocka_unit_test(recordings_options_are_refused),
                                        cmocka_unit_test(the_grid_knows_both_sides_of_an_edge),
                                        cmocka_unit_test(a_distribution_is_counted_to_hundredths) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
