/* What a dataset holds: every file of the contract, and what it says about itself. */
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

#include "gen/checksum.h"
#include "tests/dataset_case.h"

static const char *const folders[] = { "blur", "sharp", "kernel", "depth", "mask", "meta" };
static const char *const extensions[] = { "png", "png", "npy", "png", "png", "json" };

static double number(const cJSON *o, const char *name)
{
    const cJSON *m = cJSON_GetObjectItemCaseSensitive(o, name);

    if (!cJSON_IsNumber(m))
        fail_msg("no number \"%s\"", name);
    return m->valuedouble;
}

static const char *text(const cJSON *o, const char *name)
{
    const char *s = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(o, name));

    if (!s)
        fail_msg("no text \"%s\"", name);
    return s;
}

static cJSON *json(const char *s)
{
    const char *end = NULL;
    cJSON *o = cJSON_ParseWithOpts(s, &end, 0);

    if (!o || !end || strspn(end, "\n") != strlen(end))
        fail_msg("not one JSON object: %.200s", s);
    return o;
}

/* Line 'i' of metadata.jsonl. */
static cJSON *line(const snap *s, const char *name, int i)
{
    const char *at = snap_text(s, name);
    char one[4096];

    while (i-- > 0 && (at = strchr(at, '\n')))
        at++;
    if (!at || !*at)
        fail_msg("%s is shorter", name);
    snprintf(one, sizeof one, "%.*s", (int)strcspn(at, "\n"), at);
    return json(one);
}

static size_t count_lines(const char *s)
{
    size_t n = 0;

    for (; *s; s++)
        n += *s == '\n';
    return n;
}

static void every_file_and_no_other(void **state)
{
    dataset_case c;
    size_t expected = 6 + 1 + 5; /* folders of members, __meta__/, and the files outside members */
    char name[64];
    snap s;

    (void)state;
    case_open(&c, 2, 2);
    c.opt.samples_per_frame = 2;
    c.opt.shard_size = 5; /* a frame's samples on both sides */
    case_make(&c, 8);
    s = snap_take(&c.t, "out");
    assert_true(snap_find(&s, "dataset.json") && snap_find(&s, "metadata.jsonl"));
    assert_true(snap_find(&s, "__meta__/000000.jsonl") && snap_find(&s, "__meta__/000001.jsonl"));
    assert_string_equal(snap_text(&s, "__meta__/skipped.jsonl"), "");
    for (int m = 0; m < 6; m++)
        for (int key = 0; key < 8; key++, expected++) {
            snprintf(name, sizeof name, "%s/%08d.%s", folders[m], key, extensions[m]);
            assert_true(strlen(snap_text(&s, name)) > 0);
        }
    assert_int_equal(s.n, expected);
    for (size_t i = 0; i < s.n; i++) /* nothing says where it was made */
        for (size_t b = 0; b + strlen(c.t.dir) <= s.file[i].data.n; b++)
            if (!memcmp(s.file[i].data.data + b, c.t.dir, strlen(c.t.dir)))
                fail_msg("%s holds a path of this machine", s.file[i].name);
    snap_free(&s);
    case_close(&c);
}

static void check_meta(const dataset_case *c, const snap *s, int key)
{
    char name[64];
    cJSON *meta, *entry = line(s, "metadata.jsonl", key);
    const cJSON *exposure, *blur, *pose;
    double weights = 0, last_ns = -1, n = 0, seen;

    snprintf(name, sizeof name, "meta/%08d.json", key);
    meta = json(snap_text(s, name));
    assert_true(number(meta, "key") == key && number(entry, "key") == key && number(meta, "seed") == 0);
    assert_string_equal(text(cJSON_GetObjectItem(meta, "source"), "photo"), text(entry, "source"));
    assert_true(number(cJSON_GetObjectItem(meta, "camera"), "width") == CASE_W);
    exposure = cJSON_GetObjectItem(meta, "exposure");
    assert_true(number(exposure, "length_s") == number(entry, "exposure_s"));
    assert_true(number(exposure, "length_s") >= 0.03 && number(exposure, "length_s") <= 0.1);
    last_ns = number(exposure, "start_ns");
    assert_non_null(cJSON_GetObjectItem(meta, "poses"));
    cJSON_ArrayForEach (pose, cJSON_GetObjectItem(meta, "poses")) {
        const cJSON *T = cJSON_GetObjectItem(pose, "T_anchor_cam");

        assert_true(number(pose, "t_ns") > last_ns && number(pose, "t_ns") < number(exposure, "end_ns"));
        assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(T, "t_m")), 3);
        assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(T, "q_xyzw")), 4);
        last_ns = number(pose, "t_ns");
        weights += number(pose, "weight");
        n++;
    }
    assert_true(fabs(weights - 1) < 1e-9 && n == number(entry, "n_poses"));
    blur = cJSON_GetObjectItem(meta, "blur");
    assert_true(number(blur, "mean_px") > 0 && number(blur, "max_px") >= number(blur, "mean_px"));
    assert_true(number(blur, "max_step_px") <= 1 && number(blur, "linearity_error_px") >= 0);
    snprintf(name, sizeof name, "out/mask/%08d.png", key);
    seen = number(blur, "seen_share") - case_mask_mean(c, name);
    assert_true(fabs(seen) < 1.0 / 255);
    cJSON_Delete(meta);
    cJSON_Delete(entry);
}

/* The files that a metadata line names are there, with its sizes and checksums. */
static void check_line(const snap *s, int i)
{
    static const char *const keys[] = { "file_name",  "sharp_file_name", "kernel_path",
                                        "depth_path", "mask_path",       "meta_path" };
    cJSON *o = line(s, "metadata.jsonl", i);

    for (int m = 0; m < 6; m++) {
        const cJSON *says = cJSON_GetObjectItem(cJSON_GetObjectItem(o, "files"), folders[m]);
        const snap_file *f = snap_find(s, text(o, keys[m]));
        char hex[BS_SHA256_HEX];
        bs_sha256 sum;

        assert_non_null(f);
        assert_true(number(says, "bytes") == (double)f->data.n);
        assert_int_equal(bs_sha256_of(f->data.data, f->data.n, &sum, NULL), BS_OK);
        bs_sha256_hex(&sum, hex);
        assert_string_equal(text(says, "sha256"), hex);
    }
    cJSON_Delete(o);
}

static void descriptions_hold(void **state)
{
    dataset_case c;
    cJSON *o, *counts;
    snap s;

    (void)state;
    case_open(&c, 2, 2);
    c.opt.shard_size = 3;
    case_make(&c, 4);
    s = snap_take(&c.t, "out");
    assert_int_equal(count_lines(snap_text(&s, "metadata.jsonl")), 4);
    for (int i = 0; i < 4; i++) {
        check_line(&s, i);
        check_meta(&c, &s, i);
    }
    o = json(snap_text(&s, "dataset.json"));
    assert_string_equal(text(o, "version"), bs_version());
    counts = cJSON_GetObjectItem(o, "counts");
    assert_true(number(counts, "planned") == 4 && number(counts, "made") == 4);
    assert_true(number(counts, "lost_to_bad_input") == 0 && number(counts, "inputs_skipped") == 0);
    cJSON_Delete(o);
    snap_free(&s);
    case_close(&c);
}

/* How a dataset is blurred, in its own words and in each tuple's. */
static void expect_choices(dataset_case *c, const char *method, const char *inpaint,
                           const char *interpolation)
{
    static const char *const files[] = { "dataset.json", "meta/00000000.json" };
    snap s;

    c->opt.overwrite = 1;
    case_make(c, 1);
    s = snap_take(&c->t, "out");
    for (int i = 0; i < 2; i++) {
        cJSON *root = json(snap_text(&s, files[i]));
        const cJSON *o = i ? root : cJSON_GetObjectItem(root, "options");

        assert_string_equal(text(o, "method"), method);
        assert_string_equal(text(o, "inpaint"), inpaint);
        assert_string_equal(text(o, "interpolation"), interpolation);
        cJSON_Delete(root);
    }
    snap_free(&s);
}

static void choices_of_blur_are_recorded(void **state)
{
    dataset_case c;

    (void)state;
    case_open(&c, 1, 1);
    expect_choices(&c, "first-hit", "background", "bilinear");
    c.opt.interpolation = BS_INTERPOLATION_BICUBIC;
    expect_choices(&c, "first-hit", "background", "bicubic");
    c.opt.inpaint = BS_INPAINT_NONE;
    expect_choices(&c, "first-hit", "none", "bicubic");
    c.opt.method = BS_METHOD_SCATTER; /* copies whole pixels, whatever was asked for */
    expect_choices(&c, "scatter", "none", "nearest");
    c.opt.inpaint = BS_INPAINT_BACKGROUND;
    if (bs_has_opencv())
        expect_choices(&c, "scatter", "telea", "nearest");
    else
        case_refused(&c, BS_EINVAL, "add --inpaint none");
    case_close(&c);
}

static void null_writes_nothing(void **state)
{
    bs_dataset_summary sum;
    dataset_case c;
    snap before;

    (void)state;
    case_open(&c, 2, 2);
    c.opt.format = BS_FORMAT_NULL;
    before = snap_take(&c.t, ".");
    sum = case_make(&c, 4);
    assert_true(sum.bytes > 0 && sum.mean_px > 0);
    assert_untouched(&c.t, ".", &before);
    case_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_file_and_no_other),
        cmocka_unit_test(descriptions_hold),
        cmocka_unit_test(choices_of_blur_are_recorded),
        cmocka_unit_test(null_writes_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
