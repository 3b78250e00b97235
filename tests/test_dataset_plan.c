/* Which samples a dataset has, and that nothing but the options decides: seed, limit, frames, splits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/dataset_case.h"

static snap make_snap(dataset_case *c, const char *name, int64_t made)
{
    case_output(c, name);
    case_make(c, made);
    return snap_take(&c->t, name);
}

/* Few frames, so that threads work inside images; many, so that they work on frames of their own. */
static void threads_change_no_byte(void **state)
{
    static const int threads[] = { 1, 1, 2, 7 };
    char name[32];
    dataset_case c;

    (void)state;
    for (int many = 0; many < 2; many++) {
        snap first = { 0 };

        case_open(&c, many ? 3 : 1, 3);
        c.opt.samples_per_frame = 2;
        c.opt.shard_size = many ? 15 : 5;
        for (int i = 0; i < 4; i++) {
            snap s;

            snprintf(name, sizeof name, "out%d", i);
            c.opt.threads = threads[i];
            s = make_snap(&c, name, many ? 18 : 6);
            if (i == 0) {
                first = s;
                continue;
            }
            assert_same_snap(&first, &s);
            snap_free(&s);
        }
        snap_free(&first);
        case_close(&c);
    }
}

static void the_seed_decides(void **state)
{
    static const char *const drawn[] = { "blur/00000001.png", "kernel/00000001.npy", "meta/00000001.json" };
    static const char *const given[] = { "sharp/", "depth/" };
    snap zero, one;
    dataset_case c;

    (void)state;
    case_open(&c, 1, 3);
    zero = make_snap(&c, "zero", 3);
    c.opt.seed = 1;
    one = make_snap(&c, "one", 3);
    for (int i = 0; i < 3; i++)
        assert_false(same_file(snap_find(&zero, drawn[i]), snap_find(&one, drawn[i])));
    for (int i = 0; i < 2; i++)
        assert_int_equal(assert_part_of(&zero, &one, given[i]), 3);
    snap_free(&zero);
    snap_free(&one);
    case_close(&c);
}

/* Neither the limit nor the size of shards changes a sample; samples of one frame differ. */
static void a_limit_gives_a_prefix(void **state)
{
    dataset_case c;
    snap all, some;

    (void)state;
    case_open(&c, 2, 2);
    c.opt.samples_per_frame = 2;
    all = make_snap(&c, "all", 8);
    c.opt.limit = 5;
    c.opt.shard_size = 2;
    some = make_snap(&c, "some", 5);
    assert_int_equal(assert_part_of(&some, &all, "blur/"), 5);
    assert_int_equal(assert_part_of(&some, &all, "sharp/"), 5);
    assert_int_equal(assert_part_of(&some, &all, "kernel/"), 5);
    assert_int_equal(assert_part_of(&some, &all, "depth/"), 5);
    assert_int_equal(assert_part_of(&some, &all, "mask/"), 5);
    assert_int_equal(assert_part_of(&some, &all, "meta/"), 5);
    assert_ptr_equal(strstr(snap_text(&all, "metadata.jsonl"), snap_text(&some, "metadata.jsonl")),
                     snap_text(&all, "metadata.jsonl"));
    assert_true(same_file(snap_find(&all, "sharp/00000000.png"), snap_find(&all, "sharp/00000001.png")));
    assert_false(same_file(snap_find(&all, "blur/00000000.png"), snap_find(&all, "blur/00000001.png")));
    snap_free(&all);
    snap_free(&some);
    case_close(&c);
}

static void emit_leaves_out_and_changes_nothing(void **state)
{
    static const char *const folders[] = { "blur/", "sharp/", "kernel/", "depth/", "mask/", "meta/" };
    dataset_case c;
    snap all, some;

    (void)state;
    case_open(&c, 1, 2);
    all = make_snap(&c, "all", 2);
    for (unsigned emit = 1; emit < BS_EMIT_ALL; emit = emit * 3 + 1) { /* 1, 4, 13, 40 */
        c.opt.emit = emit;
        c.opt.overwrite = 1;
        some = make_snap(&c, "some", 2);
        for (unsigned m = 0; m < 6; m++)
            if ((1u << m) == BS_EMIT_META && emit & BS_EMIT_META && !(emit & (BS_EMIT_BLUR | BS_EMIT_MASK)))
                assert_int_equal(assert_meta_without_seen(&some, &all), 2);
            else if (emit & (1u << m))
                assert_int_equal(assert_part_of(&some, &all, folders[m]), 2);
            else if (snap_find(&some, folders[m]))
                fail_msg("emit %u made %s", emit, folders[m]);
        assert_true(!(emit & BS_EMIT_MASK) == !strstr(snap_text(&some, "metadata.jsonl"), "mask_path"));
        snap_free(&some);
    }
    c.opt.emit = 0;
    case_refused(&c, BS_EINVAL, "--emit");
    snap_free(&all);
    case_close(&c);
}

static void numbers_that_are_no_choice_are_refused(void **state)
{
    dataset_case c;

    (void)state;
    case_open(&c, 1, 1);
    c.opt.interpolation = (bs_interpolation)2;
    case_refused(&c, BS_EINVAL, "--interpolation: 2");
    c.opt.interpolation = BS_INTERPOLATION_BILINEAR;
    c.opt.method = (bs_method)2;
    case_refused(&c, BS_EINVAL, "--method: 2");
    case_close(&c);
}

/* The middles of equal parts, so that few frames stand for the whole of a trajectory. */
static void frames_are_spread(void **state)
{
    static const struct {
        int64_t wanted, made;
        const char *photos[4];
    } cases[] = { { 1, 1, { "photo/5.png" } },
                  { 3, 3, { "photo/1.png", "photo/5.png", "photo/8.png" } },
                  { 0, 10, { "photo/0.png", "photo/4.png", "photo/9.png" } },
                  { 99, 10, { "photo/0.png", "photo/9.png" } } };
    dataset_case c;
    char base[8];

    (void)state;
    case_open(&c, 0, 0);
    for (int i = 0; i < 10; i++) {
        snprintf(base, sizeof base, "%d", i);
        tree_frame(&c.t, "in/0/0", base, 2000);
    }
    c.opt.overwrite = 1;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        snap s;

        c.opt.frames_per_trajectory = cases[i].wanted;
        s = make_snap(&c, "out", cases[i].made);
        for (size_t p = 0; p < 4 && cases[i].photos[p]; p++)
            assert_contains(snap_text(&s, "metadata.jsonl"), cases[i].photos[p]);
        snap_free(&s);
    }
    case_close(&c);
}

/* The split of a trajectory ("0/17"), by the one metadata.jsonl that names it. */
static int split_of(const snap *s, const dataset_case *c, int trajectory)
{
    int found = -1;

    for (int i = 0; i < c->opt.n_splits; i++) {
        char name[64], mark[64];

        snprintf(name, sizeof name, "%s/metadata.jsonl", c->opt.splits[i].name);
        snprintf(mark, sizeof mark, "\"trajectory\":\"0/%d\"", trajectory);
        if (!strstr(snap_text(s, name), mark))
            continue;
        if (found >= 0)
            fail_msg("trajectory %d is in two splits", trajectory);
        found = i;
    }
    return found;
}

static void make_trajectory(const dataset_case *c, int trajectory)
{
    char name[32];

    snprintf(name, sizeof name, "in/0/%d", trajectory);
    tree_frame(&c->t, name, "0", 2000);
    tree_frame(&c->t, name, "1", 2000);
}

static void splits_are_by_trajectory(void **state)
{
    dataset_case c;
    int split[21], used[3] = { 0 };
    snap s;

    (void)state;
    case_open(&c, 0, 0);
    for (int i = 1; i <= 20; i++)
        make_trajectory(&c, i);
    c.opt.n_splits = 3;
    c.opt.splits[0] = (bs_split){ "train", 2 };
    c.opt.splits[1] = (bs_split){ "val", 1 };
    c.opt.splits[2] = (bs_split){ "test", 1 };
    c.opt.emit = BS_EMIT_SHARP | BS_EMIT_META;
    s = make_snap(&c, "out", 40);
    assert_null(snap_find(&s, "metadata.jsonl"));
    assert_null(snap_find(&s, "sharp/"));
    for (int i = 1; i <= 20; i++) {
        split[i] = split_of(&s, &c, i);
        assert_true(split[i] >= 0);
        used[split[i]]++;
    }
    assert_true(used[0] > used[1] && used[0] > used[2] && used[1] > 0 && used[2] > 0);
    for (int key = 0, n = 0; key < 40; key++, n = 0) { /* each tuple in one split, whole */
        char name[64];

        for (int i = 0; i < 3; i++) {
            snprintf(name, sizeof name, "%s/sharp/%08d.png", c.opt.splits[i].name, key);
            n += !!snap_find(&s, name);
            snprintf(name, sizeof name, "%s/meta/%08d.json", c.opt.splits[i].name, key);
            n += 10 * !!snap_find(&s, name);
        }
        assert_int_equal(n, 11);
    }
    snap_free(&s);
    make_trajectory(&c, 0); /* now all others have another place in the list */
    make_trajectory(&c, 1000);
    s = make_snap(&c, "more", 44);
    for (int i = 1; i <= 20; i++)
        assert_int_equal(split_of(&s, &c, i), split[i]);
    snap_free(&s);
    case_close(&c);
}

/* A split without trajectories is an empty one, not a missing one. */
static void an_empty_split_is_there(void **state)
{
    dataset_case c;
    snap s;

    (void)state;
    case_open(&c, 0, 0);
    make_trajectory(&c, 1);
    c.opt.n_splits = 2;
    c.opt.splits[0] = (bs_split){ "train", 1e6 };
    c.opt.splits[1] = (bs_split){ "val", 1e-6 };
    s = make_snap(&c, "out", 2);
    assert_int_equal(split_of(&s, &c, 1), 0);
    assert_string_equal(snap_text(&s, "val/metadata.jsonl"), "");
    snap_free(&s);
    strcpy(c.opt.splits[1].name, "blur");
    case_refused(&c, BS_EINVAL, "--split: \"blur\"");
    strcpy(c.opt.splits[1].name, "../val");
    case_refused(&c, BS_EINVAL, "--split: \"../val\"");
    case_close(&c);
}

/* Only a sensor's depth has holes, and only such depth is cleaned up unless it is asked for; dataset.json and
 * meta say what was done, and kernel and blur come of it, while depth/ stays the source's. */
static void sensors_are_cleaned_up_after(void **state)
{
    static const struct {
        bs_depth_zero zero;
        bs_cleanup asked, want;
    } rounds[] = {
        { BS_ZERO_AUTO, BS_CLEANUP_AUTO, BS_CLEANUP_OFF },
        { BS_ZERO_FAR, BS_CLEANUP_ON, BS_CLEANUP_ON },
        { BS_ZERO_UNKNOWN, BS_CLEANUP_AUTO, BS_CLEANUP_ON },
        { BS_ZERO_UNKNOWN, BS_CLEANUP_OFF, BS_CLEANUP_OFF },
    };
    static const char *const words[] = { "\"auto\"", "\"on\"", "\"off\"" };
    char name[32], dataset[64], meta[64];
    dataset_case c;
    snap s[4];

    (void)state;
    case_open(&c, 1, 1);
    c.opt.has_intrinsics = 1; /* one camera and one response for all rounds */
    c.opt.fx = c.opt.fy = 42;
    c.opt.cx = 23.5;
    c.opt.cy = 17.5;
    for (int i = 0; i < 4; i++) {
        snprintf(name, sizeof name, "clean%d", i);
        c.opt.depth_zero = rounds[i].zero;
        c.opt.cleanup = rounds[i].asked;
        s[i] = make_snap(&c, name, 1);
        snprintf(dataset, sizeof dataset, "\"depth-cleanup\":\t%s", words[rounds[i].want]);
        snprintf(meta, sizeof meta, "\"depth_cleanup\":\t%s", words[rounds[i].want]);
        assert_non_null(strstr(snap_text(&s[i], "dataset.json"), dataset));
        assert_non_null(strstr(snap_text(&s[i], "meta/00000000.json"), meta));
    }
    assert_false(same_file(snap_find(&s[2], "kernel/00000000.npy"), snap_find(&s[3], "kernel/00000000.npy")));
    assert_false(same_file(snap_find(&s[2], "blur/00000000.png"), snap_find(&s[3], "blur/00000000.png")));
    assert_true(same_file(snap_find(&s[2], "depth/00000000.png"), snap_find(&s[3], "depth/00000000.png")));
    c.opt.cleanup = (bs_cleanup)3;
    case_refused(&c, BS_EINVAL, "--depth-cleanup");
    for (int i = 0; i < 4; i++)
        snap_free(&s[i]);
    case_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_change_no_byte),
        cmocka_unit_test(the_seed_decides),
        cmocka_unit_test(a_limit_gives_a_prefix),
        cmocka_unit_test(emit_leaves_out_and_changes_nothing),
        cmocka_unit_test(numbers_that_are_no_choice_are_refused),
        cmocka_unit_test(frames_are_spread),
        cmocka_unit_test(splits_are_by_trajectory),
        cmocka_unit_test(an_empty_split_is_there),
        cmocka_unit_test(sensors_are_cleaned_up_after),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
