/* Datasets of a rolling shutter: the same as ever, and every line's motion can be told from what they say. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "tests/dataset_case.h"

#define READOUT_NS 20000000

static const cJSON *member(const cJSON *o, const char *name)
{
    const cJSON *m = cJSON_GetObjectItemCaseSensitive(o, name);

    if (!m)
        fail_msg("no \"%s\"", name);
    return m;
}

static double number(const cJSON *o, const char *name)
{
    const cJSON *m = member(o, name);

    assert_true(cJSON_IsNumber(m));
    return m->valuedouble;
}

static const char *text(const cJSON *o, const char *name)
{
    assert_true(cJSON_IsString(member(o, name)));
    return member(o, name)->valuestring;
}

static bs_pose pose_of(const cJSON *entry, const char *name)
{
    const cJSON *T = member(entry, name);
    bs_pose p;

    for (int i = 0; i < 3; i++)
        p.t_m[i] = cJSON_GetArrayItem(member(T, "t_m"), i)->valuedouble;
    for (int i = 0; i < 4; i++)
        p.q[i] = cJSON_GetArrayItem(member(T, "q_xyzw"), i)->valuedouble;
    return p;
}

static cJSON *json_of(const snap *s, const char *name)
{
    cJSON *o = cJSON_Parse(snap_text(s, name));

    if (!o)
        fail_msg("%s is no JSON", name);
    return o;
}

static void set_shutter(dataset_case *c, bs_shutter shutter, int64_t readout_ns)
{
    c->opt.has_shutter = 1;
    c->opt.shutter = shutter;
    c->opt.readout_ns = readout_ns;
}

/* The camera at 't_ns', as the track has it. */
static bs_pose track_at(const cJSON *track, double t_ns)
{
    const cJSON *entry = member(track, "track")->child;

    while (entry->next->next && number(entry->next, "t_ns") < t_ns)
        entry = entry->next;
    {
        const bs_pose a = pose_of(entry, "T_anchor_cam"), b = pose_of(entry->next, "T_anchor_cam");
        const double t0 = number(entry, "t_ns"), t1 = number(entry->next, "t_ns");

        return bs_pose_interpolate(&a, &b, (t_ns - t0) / (t1 - t0));
    }
}

static void assert_close(const bs_pose *a, const bs_pose *b, const char *what)
{
    double off = 0;

    for (int i = 0; i < 3; i++)
        off = fmax(off, fabs(a->t_m[i] - b->t_m[i]));
    for (int i = 0; i < 4; i++)
        off = fmax(off, fabs(a->q[i] - b->q[i]));
    if (!(off < 2e-5))
        fail_msg("%s: the track is off by %g", what, off);
}

static void check_track(const cJSON *exposure, const cJSON *rolling)
{
    const cJSON *entries = member(rolling, "track"), *entry;
    double last = -1;

    assert_in_range(cJSON_GetArraySize(entries), 33, 257);
    cJSON_ArrayForEach (entry, entries) {
        assert_true(number(entry, "t_ns") > last);
        last = number(entry, "t_ns");
    }
    assert_true(number(entries->child, "t_ns") == number(exposure, "start_ns"));
    assert_true(last == number(exposure, "end_ns"));
}

/* Times of lines follow from each other; the poses told are those of their line, and on the track. */
static void check_meta(const snap *s, int key, bs_shutter shutter)
{
    static const char *const directions[] = { "", "top-down", "bottom-up", "left-right", "right-left" };
    const int lines = shutter <= BS_SHUTTER_BOTTOM_UP ? CASE_H : CASE_W, line = lines / 2;
    char name[64];
    cJSON *meta;
    const cJSON *e, *r, *p;

    snprintf(name, sizeof name, "meta/%08d.json", key);
    meta = json_of(s, name);
    e = member(meta, "exposure");
    r = member(e, "rolling");
    assert_string_equal(text(e, "shutter"), "rolling");
    assert_string_equal(text(r, "direction"), directions[shutter]);
    assert_true(number(r, "readout_s") == 0.02 && number(r, "lines") == lines);
    assert_true(fabs(number(r, "line_time_s") - 0.02 / lines) < 1e-15);
    assert_true(number(r, "poses_line") == line);
    {
        const double first = number(r, "first_line_start_ns"), last = number(r, "last_line_start_ns");
        const double length = round(1e9 * number(e, "length_s"));
        const int order =
            shutter == BS_SHUTTER_BOTTOM_UP || shutter == BS_SHUTTER_RIGHT_LEFT ? lines - 1 - line : line;
        const double start = first + round((double)READOUT_NS * order / lines);
        const bs_pose T_first = pose_of(e, "T_anchor_first"), T_last = pose_of(e, "T_anchor_last");
        const bs_pose a = track_at(r, start), b = track_at(r, start + length);

        assert_true(first == number(e, "start_ns") && last + length == number(e, "end_ns"));
        assert_true(last - first == round((double)READOUT_NS * (lines - 1) / lines));
        assert_true(fabs(number(r, "anchor_ns") - (first + last + length) / 2) <= 0.5);
        assert_true(number(r, "anchor_ns") == number(e, "anchor_ns"));
        assert_close(&T_first, &a, "first");
        assert_close(&T_last, &b, "last");
        cJSON_ArrayForEach (p, member(meta, "poses")) {
            const double t = number(p, "t_ns");
            const bs_pose T = pose_of(p, "T_anchor_cam"), on_track = track_at(r, t);

            assert_true(t > start && t < start + length);
            assert_close(&T, &on_track, "a pose");
        }
    }
    check_track(e, r);
    assert_true(number(member(meta, "blur"), "max_step_px") <= 1);
    cJSON_Delete(meta);
}

static void test_metadata(void **state)
{
    dataset_case c;

    (void)state;
    case_open(&c, 1, 2);
    for (bs_shutter i = BS_SHUTTER_TOP_DOWN; i <= BS_SHUTTER_RIGHT_LEFT; i++) {
        static const char *const words[] = { "", "rolling:0.020000000:top-down",
                                             "rolling:0.020000000:bottom-up",
                                             "rolling:0.020000000:left-right",
                                             "rolling:0.020000000:right-left" };
        cJSON *whole;
        snap s;

        set_shutter(&c, i, READOUT_NS);
        case_output(&c, words[i] + 20);
        case_make(&c, 2);
        s = snap_take(&c.t, words[i] + 20);
        for (int key = 0; key < 2; key++)
            check_meta(&s, key, i);
        whole = json_of(&s, "dataset.json");
        assert_string_equal(text(member(whole, "options"), "shutter"), words[i]);
        cJSON_Delete(whole);
        snap_free(&s);
    }
    case_close(&c);
}

/* The folders of two datasets hold the same files but for what they say about themselves. */
static void assert_same_pictures(const dataset_case *c, const char *a, const char *b)
{
    static const char *const folders[] = { "blur/", "kernel/", "mask/", "sharp/", "depth/" };
    snap s = snap_take(&c->t, a), t = snap_take(&c->t, b);

    for (int i = 0; i < 5; i++)
        assert_true(assert_part_of(&s, &t, folders[i]) >= 2);
    snap_free(&s);
    snap_free(&t);
}

static void test_no_readout_is_global(void **state)
{
    dataset_case c;

    (void)state;
    case_open(&c, 1, 2);
    case_make(&c, 2);
    for (bs_shutter i = BS_SHUTTER_TOP_DOWN; i <= BS_SHUTTER_RIGHT_LEFT; i++) {
        const char *const names[] = { "", "o1", "o2", "o3", "o4" };

        set_shutter(&c, i, 0);
        case_output(&c, names[i]);
        case_make(&c, 2);
        assert_same_pictures(&c, "out", names[i]);
    }
    case_close(&c);
}

static void test_threads(void **state)
{
    dataset_case c;
    snap one, seven;

    (void)state;
    case_open(&c, 1, 2);
    set_shutter(&c, BS_SHUTTER_BOTTOM_UP, READOUT_NS);
    c.opt.threads = 1;
    case_make(&c, 2);
    case_output(&c, "seven");
    c.opt.threads = 7;
    case_make(&c, 2);
    one = snap_take(&c.t, "out");
    seven = snap_take(&c.t, "seven");
    assert_same_snap(&one, &seven);
    snap_free(&one);
    snap_free(&seven);
    case_close(&c);
}

/* What the camera file says counts until the command line says otherwise. */
static void test_camera_file(void **state)
{
    static const char *const json = "{\"readout_s\": 0.02, \"readout_direction\": \"bottom-up\"}";
    bs_dataset *ds = NULL;
    dataset_case c;
    char path[400];

    (void)state;
    case_open(&c, 1, 2);
    tree_text(&c.t, "camera.json", json);
    snprintf(path, sizeof path, "%s/camera.json", c.t.dir);
    case_make(&c, 2);
    set_shutter(&c, BS_SHUTTER_BOTTOM_UP, READOUT_NS);
    case_output(&c, "rolling");
    case_make(&c, 2);
    c.opt.camera_file = path;
    set_shutter(&c, BS_SHUTTER_GLOBAL, 0);
    case_output(&c, "said_global");
    case_make(&c, 2);
    assert_same_pictures(&c, "out", "said_global");
    c.opt.has_shutter = 0;
    case_output(&c, "said_by_file");
    case_make(&c, 2);
    assert_same_pictures(&c, "rolling", "said_by_file");
    assert_int_equal(bs_dataset_open(&c.opt, &ds, NULL), BS_OK);
    assert_int_equal(bs_dataset_get_plan(ds)->shutter, BS_SHUTTER_BOTTOM_UP);
    assert_int_equal(bs_dataset_get_plan(ds)->readout_ns, READOUT_NS);
    bs_dataset_close(&ds);
    c.opt.method = BS_METHOD_SCATTER;
    c.opt.inpaint = BS_INPAINT_NONE;
    case_output(&c, "scattered");
    case_refused(&c, BS_EINVAL, "camera file");
    case_close(&c);
}

/* How the camera sits on an IMU changes nothing of made motion, and is not said to. */
static void test_mount_is_for_recordings(void **state)
{
    static const char *const json =
        "{\"T_imu_cam\": [0,0,1,0.1, -1,0,0,0.2, 0,-1,0,-0.3, 0,0,0,1], \"time_shift_s\": 0.01}";
    dataset_case c;
    char path[400];
    snap s;

    (void)state;
    case_open(&c, 1, 1);
    tree_text(&c.t, "camera.json", json);
    snprintf(path, sizeof path, "%s/camera.json", c.t.dir);
    c.opt.camera_file = path;
    for (int made = 0; made < 2; made++) {
        const char *name = made ? "made" : "recorded";

        c.opt.poses = made ? "handheld" : c.poses;
        case_output(&c, name);
        case_make(&c, 1);
        s = snap_take(&c.t, name);
        assert_int_equal(strstr(snap_text(&s, "dataset.json"), "T_imu_cam") == NULL, made);
        assert_int_equal(strstr(snap_text(&s, "dataset.json"), "time_shift_s") == NULL, made);
        snap_free(&s);
    }
    case_close(&c);
}

static void test_refused(void **state)
{
    dataset_case c;

    (void)state;
    case_open(&c, 1, 2);
    set_shutter(&c, BS_SHUTTER_TOP_DOWN, READOUT_NS);
    case_make(&c, 2);
    c.opt.readout_ns++; /* another dataset */
    case_refused(&c, BS_ECONFIG, "shutter");
    c.opt.readout_ns = -1;
    case_refused(&c, BS_EINVAL, "--shutter");
    c.opt.readout_ns = BS_MAX_READOUT_NS + 1;
    case_refused(&c, BS_EINVAL, "--shutter");
    c.opt.readout_ns = READOUT_NS;
    c.opt.method = BS_METHOD_SCATTER;
    c.opt.inpaint = BS_INPAINT_NONE;
    case_refused(&c, BS_EINVAL, "global shutter");
    case_close(&c);
}

/* The whole capture has to fit into the trace, to the nanosecond: its first line's start to its last one's
 * end. */
static void test_capture_must_fit(void **state)
{
    const int64_t delay_ns = (int64_t)READOUT_NS * (CASE_H - 1) / CASE_H; /* and 4/9, which are rounded off */
    bs_trace *tr = NULL;
    int64_t all_ns;
    dataset_case c;

    (void)state;
    case_open(&c, 1, 1);
    set_shutter(&c, BS_SHUTTER_TOP_DOWN, READOUT_NS);
    assert_int_equal(bs_trace_open(c.opt.poses, NULL, &tr, NULL), BS_OK);
    all_ns = bs_exposure_longest_ns(tr);
    bs_trace_close(&tr);
    c.opt.n_poses = 3;
    c.opt.exposure_min_ns = c.opt.exposure_max_ns = all_ns - delay_ns + 1;
    case_refused(&c, BS_EGAP, "readout");
    c.opt.has_start = 1;
    case_refused(&c, BS_ERANGE, "not inside the trace");
    c.opt.exposure_min_ns = --c.opt.exposure_max_ns;
    case_make(&c, 1);
    c.opt.has_start = 0;
    case_output(&c, "drawn");
    case_make(&c, 1);
    case_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_metadata),
        cmocka_unit_test(test_no_readout_is_global),
        cmocka_unit_test(test_threads),
        cmocka_unit_test(test_camera_file),
        cmocka_unit_test(test_mount_is_for_recordings),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_capture_must_fit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
