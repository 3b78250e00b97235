/* The kernel as an IMU with errors tells it, as a member of a dataset. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <cmocka.h>
#include <math.h>

#include "gen/checksum.h"
#include "imu/noise.h"
#include "tests/dataset_case.h"

#define N_PX (CASE_W * CASE_H)

static snap make_snap(dataset_case *c, const char *name, int64_t made)
{
    case_output(c, name);
    case_make(c, made);
    return snap_take(&c->t, name);
}

/* The map in an .npy file: its numbers stand at the end. */
static void read_map(const snap *s, const char *folder, int key, float *out)
{
    char name[64];
    const snap_file *f;

    snprintf(name, sizeof name, "%s/%08d.npy", folder, key);
    f = snap_find(s, name);
    if (!f)
        fail_msg("no %s", name);
    assert_true(f->data.n > 2 * N_PX * sizeof *out);
    memcpy(out, f->data.data + f->data.n - 2 * N_PX * sizeof *out, 2 * N_PX * sizeof *out);
}

/* Mean and largest distance of the two kernels of a tuple. */
static void distance(const snap *s, int key, double *mean, double *largest)
{
    static float exact[2 * N_PX], noisy[2 * N_PX];

    read_map(s, "kernel", key, exact);
    read_map(s, "kernel_noisy", key, noisy);
    *mean = *largest = 0;
    for (int i = 0; i < N_PX; i++) {
        const double d =
            hypot((double)(noisy[2 * i] - exact[2 * i]), (double)(noisy[2 * i + 1] - exact[2 * i + 1]));

        assert_true(isfinite(d));
        *mean += d / N_PX;
        *largest = fmax(*largest, d);
    }
}

static void an_ideal_imu_tells_the_kernel(void **state)
{
    static const bs_shutter shutters[] = { BS_SHUTTER_GLOBAL, BS_SHUTTER_TOP_DOWN, BS_SHUTTER_RIGHT_LEFT };
    dataset_case c;
    double mean, largest;

    (void)state;
    case_open(&c, 1, 2);
    c.opt.imu_noise = "ideal:rate=150";
    c.opt.emit = BS_EMIT_KERNEL;
    c.opt.overwrite = 1;
    for (int i = 0; i < 3; i++) {
        snap s;

        c.opt.has_shutter = 1;
        c.opt.shutter = shutters[i];
        c.opt.readout_ns = i ? 30000000 : 0;
        s = make_snap(&c, "out", 2);
        for (int key = 0; key < 2; key++) {
            distance(&s, key, &mean, &largest);
            if (!(largest < 1e-3))
                fail_msg("shutter %d: the kernels are %g px apart", i, largest);
        }
        snap_free(&s);
    }
    case_close(&c);
}

/* Readings of an IMU that lies still, with 'up' in its axes. */
static void write_still(const char *path, const double up[3])
{
    FILE *f = fopen(path, "w");

    assert_non_null(f);
    fputs("timestamp,gx,gy,gz,ax,ay,az\n", f);
    for (int i = 0; i < 200; i++)
        fprintf(f, "%d.%02d,0,0,0,%g,%g,%g\n", i / 100, i % 100, 9.81 * up[0], 9.81 * up[1], 9.81 * up[2]);
    assert_int_equal(fclose(f), 0);
}

/* A tilt pushes the camera along the horizon, which the accelerometer of a recording knows: across the
 * image of a camera that stands upright, along its columns if it lies on its side. */
static void a_tilt_pushes_along_the_horizon(void **state)
{
    static const double ups[2][3] = { { 0, -1, 0 }, { 1, 0, 0 } };
    static float noisy[2 * N_PX];
    dataset_case c;

    (void)state;
    case_open(&c, 1, 1);
    c.opt.emit = BS_EMIT_KERNEL;
    c.opt.exposure_min_ns = c.opt.exposure_max_ns = 100000000;
    c.opt.imu_noise = "ideal:tilt=5";
    c.opt.overwrite = 1;
    for (int side = 0; side < 2; side++) {
        double sum[2] = { 0, 0 };
        snap s;

        write_still(c.poses, ups[side]);
        s = make_snap(&c, "out", 1);
        read_map(&s, "kernel_noisy", 0, noisy);
        for (int i = 0; i < 2 * N_PX; i++)
            sum[i % 2] += (double)noisy[i] / N_PX;
        if (!(fabs(sum[side]) > 0.02 && fabs(sum[!side]) < 0.3 * fabs(sum[side])))
            fail_msg("camera %d: pushed by %g, %g px", side, sum[0], sum[1]);
        snap_free(&s);
    }
    case_close(&c);
}

/* Mean distance of the two kernels over some rows. */
static double row_error(const float *exact, const float *noisy, int from, int to)
{
    double sum = 0;

    for (int i = from * CASE_W; i < to * CASE_W; i++)
        sum += hypot((double)(noisy[2 * i] - exact[2 * i]), (double)(noisy[2 * i + 1] - exact[2 * i + 1]));
    return sum / ((to - from) * CASE_W);
}

/* Each line errs as it must at its own time: a gyroscope's bias turns all lines alike, an accelerometer's
 * pushes late ones more, by b T (t + T / 2) for a line that begins at t: four times as far near the end
 * that is read last.  The same rows, read first and read last. */
static void lines_err_for_their_own_time(void **state)
{
    static float exact[2 * N_PX], noisy[2 * N_PX];
    static const char *const texts[] = { "ideal:gyro_bias=0.2", "ideal:accel_bias=5" };
    dataset_case c;

    (void)state;
    case_open(&c, 1, 1);
    c.opt.emit = BS_EMIT_KERNEL;
    c.opt.exposure_min_ns = c.opt.exposure_max_ns = 20000000;
    c.opt.has_shutter = 1;
    c.opt.readout_ns = 60000000;
    c.opt.overwrite = 1;
    for (int accel = 0; accel < 2; accel++) {
        double top[2], bottom[2]; /* read downwards, upwards */

        c.opt.imu_noise = texts[accel];
        for (int up = 0; up < 2; up++) {
            snap s;

            c.opt.shutter = up ? BS_SHUTTER_BOTTOM_UP : BS_SHUTTER_TOP_DOWN;
            s = make_snap(&c, "out", 1);
            read_map(&s, "kernel", 0, exact);
            read_map(&s, "kernel_noisy", 0, noisy);
            top[up] = row_error(exact, noisy, 2, 6);
            bottom[up] = row_error(exact, noisy, CASE_H - 6, CASE_H - 2);
            snap_free(&s);
        }
        if (accel) {
            assert_true(top[1] > 3 * top[0] && top[1] < 5 * top[0]);
            assert_true(bottom[0] > 3 * bottom[1] && bottom[0] < 5 * bottom[1]);
        } else {
            assert_true(fabs(top[1] - top[0]) < 0.1 * top[0]);
            assert_true(fabs(bottom[1] - bottom[0]) < 0.1 * bottom[0]);
        }
    }
    case_close(&c);
}

static const cJSON *item(const cJSON *o, const char *name)
{
    const cJSON *m = cJSON_GetObjectItemCaseSensitive(o, name);

    if (!m)
        fail_msg("no %s", name);
    return m;
}

/* An array of the metadata holds 'v' times 'unit'. */
static void is_told(const cJSON *o, const char *name, const double *v, int n, double unit)
{
    for (int i = 0; i < n; i++) {
        const double told = cJSON_GetArrayItem(item(o, name), i)->valuedouble;

        if (fabs(told - v[i] * unit) > 1e-12 * unit)
            fail_msg("%s[%d] is told as %.17g, drawn as %.17g", name, i, told, v[i] * unit);
    }
}

static void the_draw_is_told(void **state)
{
    dataset_case c;
    cJSON *meta, *entry, *dataset;
    const cJSON *told;
    double mean, largest;
    bs_sha256 sum;
    char hex[BS_SHA256_HEX];
    const snap_file *f;
    bs_imu_noise m;
    snap s;

    (void)state;
    case_open(&c, 1, 2);
    c.opt.imu_noise = "phone:tilt=1,centre=0.1";
    c.opt.seed = 17;
    s = make_snap(&c, "out", 2);
    assert_int_equal(bs_imu_noise_parse(c.opt.imu_noise, &m, NULL), BS_OK);
    for (int key = 0; key < 2; key++) {
        const bs_imu_draw d = bs_imu_noise_draw(&m, 17, (uint64_t)key);
        char name[64];

        snprintf(name, sizeof name, "meta/%08d.json", key);
        meta = cJSON_Parse(snap_text(&s, name));
        told = item(meta, "imu_noise");
        assert_string_equal(item(told, "preset")->valuestring, "phone");
        is_told(told, "gyro_bias_rad_s", d.gyro_bias_rad_s, 3, 1);
        is_told(told, "accel_bias_m_s2", d.accel_bias_m_s2, 3, 1);
        is_told(told, "misalign_rad", d.misalign_rad, 3, 1);
        is_told(told, "velocity_m_s", d.velocity_m_s, 3, 1);
        is_told(told, "tilt_rad", d.tilt_rad, 2, 1);
        is_told(told, "centre_px", d.centre, 1, CASE_W);
        assert_true(fabs(item(told, "delay_s")->valuedouble - d.delay_s) < 1e-9);
        distance(&s, key, &mean, &largest);
        assert_true(mean > 0.01);
        assert_true(fabs(item(told, "mean_error_px")->valuedouble - mean) < 1e-4);
        assert_true(fabs(item(told, "max_error_px")->valuedouble - largest) < 1e-4);
        cJSON_Delete(meta);
    }
    entry = cJSON_Parse(strtok((char *)snap_text(&s, "metadata.jsonl"), "\n"));
    assert_string_equal(item(entry, "kernel_noisy_path")->valuestring, "kernel_noisy/00000000.npy");
    f = snap_find(&s, "kernel_noisy/00000000.npy");
    assert_int_equal(bs_sha256_of(f->data.data, f->data.n, &sum, NULL), BS_OK);
    bs_sha256_hex(&sum, hex);
    assert_string_equal(item(item(item(entry, "files"), "kernel_noisy"), "sha256")->valuestring, hex);
    cJSON_Delete(entry);
    dataset = cJSON_Parse(snap_text(&s, "dataset.json"));
    told = item(item(dataset, "options"), "imu-noise");
    assert_true(item(told, "gyro")->valuedouble == 1.2e-3 && item(told, "centre")->valuedouble == 0.1);
    assert_int_equal(cJSON_GetArraySize(item(item(dataset, "options"), "emit")), 7);
    cJSON_Delete(dataset);
    snap_free(&s);
    case_close(&c);
}

/* The tuples of a sequence are taken by one device; those of two are not. */
static void a_sequence_has_one_imu(void **state)
{
    dataset_case c;
    cJSON *bias[4];
    snap s;

    (void)state;
    case_open(&c, 1, 2);
    c.opt.imu_noise = "phone";
    c.opt.emit = BS_EMIT_KERNEL | BS_EMIT_META;
    c.opt.exposure_min_ns = c.opt.exposure_max_ns = 20000000;
    c.opt.frames_per_sequence = 2;
    c.opt.frame_interval_ns = 33300000;
    s = make_snap(&c, "out", 4);
    for (int key = 0; key < 4; key++) {
        char name[64];
        cJSON *meta;

        snprintf(name, sizeof name, "meta/%08d.json", key);
        meta = cJSON_Parse(snap_text(&s, name));
        bias[key] = cJSON_DetachItemFromObject(cJSON_GetObjectItem(meta, "imu_noise"), "accel_bias_m_s2");
        assert_non_null(bias[key]);
        cJSON_Delete(meta);
    }
    assert_true(cJSON_Compare(bias[0], bias[1], 1) && cJSON_Compare(bias[2], bias[3], 1));
    assert_false(cJSON_Compare(bias[0], bias[2], 1));
    for (int key = 0; key < 4; key++)
        cJSON_Delete(bias[key]);
    snap_free(&s);
    case_close(&c);
}

/* Nothing else changes, and without blur and mask it is the same, too. */
static void the_rest_stays(void **state)
{
    static const char *const folders[] = { "blur/", "sharp/", "kernel/", "depth/", "mask/" };
    dataset_case c;
    snap with, without, only;

    (void)state;
    case_open(&c, 1, 2);
    without = make_snap(&c, "without", 2);
    assert_null(snap_find(&without, "kernel_noisy/"));
    c.opt.imu_noise = "mems";
    with = make_snap(&c, "with", 2);
    for (int i = 0; i < 5; i++)
        assert_int_equal(assert_part_of(&without, &with, folders[i]), 2);
    c.opt.emit = BS_EMIT_KERNEL_NOISY;
    only = make_snap(&c, "only", 2);
    assert_int_equal(assert_part_of(&only, &with, "kernel_noisy/"), 2);
    assert_null(snap_find(&only, "kernel/"));
    snap_free(&with);
    snap_free(&without);
    snap_free(&only);
    case_close(&c);
}

static void threads_and_restarts_change_nothing(void **state)
{
    static const int threads[] = { 1, 2, 7 };
    snap first = { 0 };
    dataset_case c;

    (void)state;
    case_open(&c, 1, 3);
    c.opt.imu_noise = "phone";
    c.opt.emit = BS_EMIT_KERNEL | BS_EMIT_META;
    c.opt.samples_per_frame = 3;
    for (int i = 0; i < 3; i++) {
        char name[16];
        snap s;

        snprintf(name, sizeof name, "out%d", i);
        c.opt.threads = threads[i];
        s = make_snap(&c, name, 9);
        if (i) {
            assert_same_snap(&first, &s);
            snap_free(&s);
        } else {
            first = s;
        }
    }
    {
        bs_dataset_summary sum;
        bs_err err;
        snap s;

        case_output(&c, "again");
        c.opt.threads = 1;
        assert_int_equal(case_run_until(&c, 4, &sum), BS_EINTERRUPT);
        assert_int_equal(case_run(&c, NULL, &sum, &err), BS_OK);
        assert_true(sum.kept >= 4);
        s = snap_take(&c.t, "again");
        assert_same_snap(&first, &s);
        snap_free(&s);
    }
    snap_free(&first);
    case_close(&c);
}

static void formats_and_splits_hold(void **state)
{
    static const struct {
        bs_kernel_format format;
        const char *name;
    } formats[] = { { BS_KERNEL_NPY16, "train/kernel_noisy/00000000.npy" },
                    { BS_KERNEL_FLO, "train/kernel_noisy/00000000.flo" },
                    { BS_KERNEL_KITTI, "train/kernel_noisy/00000000.png" } };
    dataset_case c;

    (void)state;
    case_open(&c, 1, 1);
    c.opt.imu_noise = "esim";
    c.opt.n_splits = 1;
    c.opt.splits[0] = (bs_split){ "train", 1 };
    c.opt.overwrite = 1;
    for (int i = 0; i < 3; i++) {
        const snap_file *noisy, *exact;
        char other[64];
        snap s;

        c.opt.kernel_format = formats[i].format;
        s = make_snap(&c, "out", 1);
        noisy = snap_find(&s, formats[i].name);
        assert_non_null(noisy);
        snprintf(other, sizeof other, "train/kernel/%s", strrchr(formats[i].name, '/') + 1);
        exact = snap_find(&s, other);
        assert_non_null(exact);
        if (formats[i].format != BS_KERNEL_KITTI) /* that one is compressed */
            assert_int_equal(noisy->data.n, exact->data.n);
        assert_false(same_file(noisy, exact));
        if (i) /* --overwrite left nothing of the format before */
            assert_null(snap_find(&s, formats[i - 1].name));
        snap_free(&s);
    }
    case_close(&c);
}

static void what_makes_no_sense_is_refused(void **state)
{
    dataset_case c;

    (void)state;
    case_open(&c, 1, 1);
    c.opt.emit = BS_EMIT_ALL | BS_EMIT_KERNEL_NOISY;
    case_refused(&c, BS_EINVAL, "--imu-noise");
    c.opt.emit = BS_EMIT_BLUR;
    c.opt.imu_noise = "phone";
    case_refused(&c, BS_EINVAL, "kernel_noisy");
    c.opt.emit = BS_EMIT_ALL;
    c.opt.imu_noise = "telephone";
    case_refused(&c, BS_EINVAL, "\"telephone\" is no preset");
    c.opt.imu_noise = "phone:gyro=much";
    case_refused(&c, BS_EINVAL, "rad/s");
    c.opt.imu_noise = "phone";
    c.opt.n_splits = 1;
    c.opt.splits[0] = (bs_split){ "kernel_noisy", 1 };
    case_refused(&c, BS_EINVAL, "--split");
    c.opt.n_splits = 0;
    case_make(&c, 1);
    c.opt.imu_noise = "phone:gyro=0.002";
    case_refused(&c, BS_ECONFIG, "imu-noise");
    case_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_ideal_imu_tells_the_kernel),
        cmocka_unit_test(a_tilt_pushes_along_the_horizon),
        cmocka_unit_test(lines_err_for_their_own_time),
        cmocka_unit_test(the_draw_is_told),
        cmocka_unit_test(a_sequence_has_one_imu),
        cmocka_unit_test(the_rest_stays),
        cmocka_unit_test(threads_and_restarts_change_nothing),
        cmocka_unit_test(formats_and_splits_hold),
        cmocka_unit_test(what_makes_no_sense_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
