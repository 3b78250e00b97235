/* Running again on what is not as it was left: inputs lost and repaired, a marker spoilt, a folder in the
 * way. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/dataset_case.h"

/* The whole file, to be written back later; the caller frees it. */
static bs_bytes load(const dataset_case *c, const char *name)
{
    bs_bytes b = { 0 };
    char part[4096];
    size_t n;
    FILE *f = fopen(tree_path(&c->t, name), "rb");

    assert_non_null(f);
    while ((n = fread(part, 1, sizeof part, f)) > 0)
        assert_int_equal(bs_bytes_append(&b, part, n, NULL), BS_OK);
    fclose(f);
    return b;
}

/* Of three samples of a frame one is gone and its photo has gone bad: one tuple is lost, two are kept. */
static void a_kept_tuple_is_not_lost(void **state)
{
    dataset_case c;
    bs_dataset_summary sum;
    bs_bytes photo;
    bs_err err;
    snap whole, s;

    (void)state;
    case_open(&c, 1, 2);
    c.opt.samples_per_frame = 3;
    case_make(&c, 6);
    whole = snap_take(&c.t, "out");
    photo = load(&c, "in/0/0/photo/0.png");
    tree_cut(&c.t, "in/0/0/photo/0.png", 200);
    assert_int_equal(unlink(tree_path(&c.t, "out/blur/00000000.png")), 0);
    assert_int_equal(case_run(&c, NULL, &sum, &err), BS_OK);
    if (sum.made != 0 || sum.kept != 5 || sum.lost != 1 || sum.n_skips != 1)
        fail_msg("made %d, kept %d, lost %d, skipped %d; expected 0, 5, 1, 1", (int)sum.made, (int)sum.kept,
                 (int)sum.lost, (int)sum.n_skips);
    s = snap_take(&c.t, "out");
    assert_contains(snap_text(&s, "__meta__/skipped.jsonl"), "\"tuples\":1}");
    assert_contains(snap_text(&s, "dataset.json"), "\"lost_to_bad_input\":\t1");
    snap_free(&s);

    tree_bytes(&c.t, "in/0/0/photo/0.png", photo.data, photo.n); /* repaired */
    sum = case_make(&c, 1);
    assert_int_equal(sum.kept, 5);
    s = snap_take(&c.t, "out");
    assert_same_snap(&whole, &s);
    snap_free(&s);
    snap_free(&whole);
    bs_bytes_free(&photo);
    case_close(&c);
}

static void a_spoilt_marker_is_written_anew(void **state)
{
    static const char *const garbage[] = { "garbage", "garbage\n", "{}\n{\n" };
    dataset_case c;
    snap whole, s;

    (void)state;
    case_open(&c, 1, 2);
    case_make(&c, 2);
    whole = snap_take(&c.t, "out");
    for (int i = 0; i < 3; i++) {
        FILE *f = fopen(tree_path(&c.t, "out/__meta__/000000.jsonl"), "ab");
        bs_dataset_summary sum;

        assert_non_null(f);
        assert_true(fputs(garbage[i], f) >= 0 && !fclose(f));
        sum = case_make(&c, 0);
        assert_int_equal(sum.kept, 2);
        s = snap_take(&c.t, "out");
        assert_same_snap(&whole, &s);
        snap_free(&s);
    }
    snap_free(&whole);
    case_close(&c);
}

/* Where a user standing in the folder of the frames gets it by default. */
static void the_output_is_no_source(void **state)
{
    dataset_case c;
    bs_dataset_summary sum;
    bs_err err;
    snap first, second;

    (void)state;
    case_open(&c, 1, 2);
    case_output(&c, "in/blursynth-out");
    case_make(&c, 2);
    first = snap_take(&c.t, "in/blursynth-out");
    assert_int_equal(case_run(&c, NULL, &sum, &err), BS_OK);
    assert_true(sum.n_skips == 0 && sum.kept == 2);
    second = snap_take(&c.t, "in/blursynth-out");
    assert_same_snap(&first, &second);
    snap_free(&first);
    snap_free(&second);
    case_close(&c);
}

/* A fresh volume has lost+found, a desktop leaves hidden files: neither is anybody's work. */
static void an_empty_volume_is_empty(void **state)
{
    dataset_case c;

    (void)state;
    case_open(&c, 1, 1);
    tree_folder(&c.t, "out");
    tree_folder(&c.t, "out/lost+found");
    tree_text(&c.t, "out/.DS_Store", "x");
    case_make(&c, 1);
    case_close(&c);
}

static void a_wrong_output_is_refused_before_any_work(void **state)
{
    dataset_case c;
    bs_dataset *ds = NULL;
    bs_err err = { 0 };

    (void)state;
    case_open(&c, 1, 1);
    case_make(&c, 1);
    c.opt.seed = 1;
    assert_int_equal(bs_dataset_open(&c.opt, &ds, &err), BS_ECONFIG);
    assert_contains(err.text, "seed");
    assert_null(ds);
    case_close(&c);
}

/* Seeds beyond a double's whole numbers, and a split that is called seed. */
static void large_seeds_differ(void **state)
{
    dataset_case c;

    (void)state;
    case_open(&c, 2, 1);
    c.opt.n_splits = 2;
    c.opt.splits[0] = (bs_split){ "seed", 1 };
    c.opt.splits[1] = (bs_split){ "val", 1 };
    c.opt.seed = 9007199254740993u;
    case_make(&c, 2);
    c.opt.seed--;
    case_refused(&c, BS_ECONFIG, "differs in: seed");
    case_close(&c);
}

/* A host program may have set a locale whose decimal point is a comma; JSON has none. */
static void no_locale_has_a_say(void **state)
{
    static const char *const names[] = { "de_DE.UTF-8", "fr_FR.UTF-8", "de_DE.utf8", "de_DE" };
    const char *found = NULL;
    dataset_case c;
    snap plain, comma;

    (void)state;
    case_open(&c, 1, 1);
    case_make(&c, 1);
    plain = snap_take(&c.t, "out");
    for (size_t i = 0; i < sizeof names / sizeof *names && !found; i++)
        found = setlocale(LC_ALL, names[i]);
    if (found) {
        c.opt.overwrite = 1;
        case_make(&c, 1);
        setlocale(LC_ALL, "C");
        comma = snap_take(&c.t, "out");
        assert_same_snap(&plain, &comma);
        snap_free(&comma);
    }
    snap_free(&plain);
    case_close(&c);
    if (!found)
        skip(); /* no such locale on this machine */
}

/* File names are any bytes, JSON is UTF-8. */
static void names_become_utf8(void **state)
{
    dataset_case c;
    snap s;

    (void)state;
    case_open(&c, 1, 1);
    assert_int_equal(rename(tree_path(&c.t, "in/0"), tree_path(&c.t, "in/caf\xe9")), 0);
    case_make(&c, 1);
    s = snap_take(&c.t, "out");
    assert_contains(snap_text(&s, "metadata.jsonl"), "\"caf\xef\xbf\xbd/0/photo/0.png\"");
    assert_contains(snap_text(&s, "meta/00000000.json"), "\"caf\xef\xbf\xbd/0\"");
    assert_null(strchr(snap_text(&s, "metadata.jsonl"), '\xe9'));
    snap_free(&s);
    case_close(&c);
}

/* One pixel at a millimetre is a fault of the sensor's, not a call for thousands of poses. */
static void a_pixel_on_the_lens_is_unknown(void **state)
{
    static uint16_t depth[CASE_W * CASE_H];
    dataset_case c;
    snap s;

    (void)state;
    case_open(&c, 1, 1);
    for (int i = 0; i < CASE_W * CASE_H; i++)
        depth[i] = 2000;
    depth[CASE_W * 7 + 9] = 1;
    tree_depth_px(&c.t, "in/0/0/depth/0.png", CASE_W, CASE_H, depth);
    c.opt.exposure_min_ns = c.opt.exposure_max_ns = 50000000;
    case_make(&c, 1);
    s = snap_take(&c.t, "out");
    assert_true(atoi(strstr(snap_text(&s, "metadata.jsonl"), "\"n_poses\":") + 10) < 100);
    snap_free(&s);
    case_close(&c);
}

/* A few to look at, then the rest: what is there is kept, and the end is as if there had been no limit. */
static void a_dataset_grows(void **state)
{
    dataset_case c;
    bs_dataset_summary sum;
    snap whole, s;

    (void)state;
    case_open(&c, 2, 3);
    c.opt.shard_size = 4;
    case_make(&c, 6);
    whole = snap_take(&c.t, "out");
    case_output(&c, "grown");
    for (c.opt.limit = 1; c.opt.limit <= 5; c.opt.limit += 2) {
        sum = case_make(&c, c.opt.limit == 1 ? 1 : 2);
        assert_int_equal(sum.kept, c.opt.limit == 1 ? 0 : c.opt.limit - 2);
    }
    c.opt.limit = 2;
    case_refused(&c, BS_ECONFIG, "differs in: limit");
    c.opt.limit = 0;
    sum = case_make(&c, 1);
    assert_int_equal(sum.kept, 5);
    s = snap_take(&c.t, "grown");
    assert_same_snap(&whole, &s);
    snap_free(&s);
    snap_free(&whole);
    c.opt.limit = 5;
    case_refused(&c, BS_ECONFIG, "differs in: limit");
    case_close(&c);
}

/* A run that goes on from a finished shard and is stopped inside it: neither's tuples are made again. */
static void growth_can_be_interrupted(void **state)
{
    dataset_case c;
    bs_dataset_summary sum;
    snap whole, s;

    (void)state;
    case_open(&c, 1, 6);
    c.opt.frames_per_trajectory = 0;
    c.opt.threads = 1;
    case_make(&c, 6);
    whole = snap_take(&c.t, "out");
    case_output(&c, "grown");
    c.opt.limit = 2;
    case_make(&c, 2);
    c.opt.limit = 0;
    assert_int_equal(case_run_until(&c, 4, &sum), BS_EINTERRUPT);
    assert_true(sum.kept == 2 && sum.made == 2);
    sum = case_make(&c, 2);
    assert_int_equal(sum.kept, 4);
    s = snap_take(&c.t, "grown");
    assert_same_snap(&whole, &s);
    snap_free(&s);
    snap_free(&whole);
    case_close(&c);
}

/* With fewer frames than threads the samples of a frame go to several: the tree must not show it. */
static void threads_share_a_bad_frame(void **state)
{
    dataset_case c;
    bs_dataset_summary sum;
    bs_err err;
    snap one = { 0 }, many;

    (void)state;
    case_open(&c, 1, 2);
    c.opt.samples_per_frame = 3;
    tree_cut(&c.t, "in/0/0/photo/25.png", 200);
    for (c.opt.threads = 1; c.opt.threads <= 7; c.opt.threads += 3) {
        c.opt.overwrite = 1;
        assert_int_equal(case_run(&c, NULL, &sum, &err), BS_OK);
        assert_true(sum.made == 3 && sum.lost == 3 && sum.n_skips == 1);
        many = snap_take(&c.t, "out");
        if (c.opt.threads == 1)
            one = many;
        else
            assert_same_snap(&one, &many);
        if (c.opt.threads > 1)
            snap_free(&many);
    }
    snap_free(&one);
    case_close(&c);
}

static void nothing_made_is_a_failure(void **state)
{
    dataset_case c;

    (void)state;
    case_open(&c, 1, 2);
    tree_cut(&c.t, "in/0/0/depth/0.png", 60);
    tree_cut(&c.t, "in/0/0/depth/25.png", 60);
    case_refused(&c, BS_EFORMAT, "none of the 2 planned tuples could be made; for one, 0/0/photo/");
    case_close(&c);
}

/* The notice that the options and a trace of two poses, 'step_m' and 'step_s' apart, give rise to. */
static void check_notice(dataset_case *c, double step_m, double step_s, const char *part)
{
    char trace[400] = "timestamp,tx,ty,tz,qx,qy,qz,qw\n";
    bs_dataset *ds = NULL;
    bs_err err = { 0 };

    for (int i = 0; i < 5; i++)
        snprintf(trace + strlen(trace), sizeof trace - strlen(trace), "%.3f,%.6f,0,0,0,0,0,1\n", i * step_s,
                 i * step_m);
    tree_text(&c->t, "hand.csv", trace);
    if (bs_dataset_open(&c->opt, &ds, &err) != BS_OK)
        fail_msg("%s", err.text);
    if (part)
        assert_contains(bs_dataset_get_plan(ds)->notice ? bs_dataset_get_plan(ds)->notice : "(none)", part);
    else
        assert_null(bs_dataset_get_plan(ds)->notice);
    bs_dataset_close(&ds);
}

static void doubtful_inputs_are_noticed(void **state)
{
    dataset_case c;

    (void)state;
    case_open(&c, 1, 1);
    check_notice(&c, 0.01, 0.05, NULL);
    check_notice(&c, 10, 0.05, "are its positions in metres?");
    check_notice(&c, 0.01, 5, "is the trace's time in seconds?");
    c.opt.has_intrinsics = 1;
    c.opt.fx = c.opt.fy = 50;
    check_notice(&c, 0.01, 0.05, "--depth-zero unknown");
    check_notice(&c, 0.01, 0.05, "\nframes in SceneNet's layout");
    c.opt.depth_zero = BS_ZERO_FAR;
    c.opt.response = BS_RESPONSE_SRGB;
    check_notice(&c, 0.01, 0.05, NULL);
    case_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_kept_tuple_is_not_lost),
        cmocka_unit_test(a_spoilt_marker_is_written_anew),
        cmocka_unit_test(the_output_is_no_source),
        cmocka_unit_test(an_empty_volume_is_empty),
        cmocka_unit_test(a_wrong_output_is_refused_before_any_work),
        cmocka_unit_test(large_seeds_differ),
        cmocka_unit_test(no_locale_has_a_say),
        cmocka_unit_test(names_become_utf8),
        cmocka_unit_test(a_pixel_on_the_lens_is_unknown),
        cmocka_unit_test(a_dataset_grows),
        cmocka_unit_test(growth_can_be_interrupted),
        cmocka_unit_test(threads_share_a_bad_frame),
        cmocka_unit_test(nothing_made_is_a_failure),
        cmocka_unit_test(doubtful_inputs_are_noticed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
