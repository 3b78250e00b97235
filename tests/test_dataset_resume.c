/* Running again makes what is missing; a bad input costs only itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/dataset_case.h"

/* Six tuples in three shards, with a bad frame among them or without. */
static void stopping_anywhere_and_going_on(void **state)
{
    dataset_case c;
    bs_dataset_summary first, sum;
    snap whole, s;
    char marker[64];

    (void)state;
    for (int bad = 0; bad < 2; bad++) {
        case_open(&c, 2, 3);
        c.opt.shard_size = 2;
        if (bad)
            tree_cut(&c.t, "in/0/0/photo/50.png", 200);
        case_make(&c, 6 - bad);
        whole = snap_take(&c.t, "out");
        for (int after = 0; after <= 6; after++) {
            int rc;

            case_output(&c, "again");
            c.opt.overwrite = 1;
            c.opt.threads = 1 + after % 2;
            rc = case_run_until(&c, after, &first);
            c.opt.overwrite = 0;
            assert_true(rc == BS_EINTERRUPT || (rc == BS_OK && after == 6));
            s = snap_take(&c.t, "again"); /* a name that is final is a file that is whole */
            assert_part_of(&s, &whole, "blur/");
            assert_part_of(&s, &whole, "kernel/");
            assert_part_of(&s, &whole, "meta/");
            for (int shard = 0; shard < 3; shard++) {
                snprintf(marker, sizeof marker, "__meta__/%06d.jsonl", shard);
                assert_part_of(&s, &whole, marker);
            }
            assert_null(snap_find(&s, "__meta__/tmp/"));
            snap_free(&s);
            if (case_run_until(&c, 100, &sum) != BS_OK)
                fail_msg("after %d, it does not go on", after);
            assert_int_equal(sum.kept, first.made); /* even in the middle of a shard */
            assert_int_equal(sum.made + sum.kept + sum.lost, 6);
            assert_true(sum.lost == bad && (int)sum.n_skips == bad);
            s = snap_take(&c.t, "again");
            assert_same_snap(&whole, &s);
            snap_free(&s);
        }
        snap_free(&whole);
        case_close(&c);
    }
}

static ino_t inode(const dataset_case *c, const char *name)
{
    struct stat st;

    assert_int_equal(stat(tree_path(&c->t, name), &st), 0);
    return st.st_ino;
}

static void what_is_missing_is_made_again(void **state)
{
    static const struct {
        const char *name;
        int cut, made;
    } cases[] = { { "blur/00000002.png", 0, 1 },     { "sharp/00000003.png", 1, 1 },
                  { "kernel/00000000.npy", 1, 1 },   { "depth/00000001.png", 0, 1 },
                  { "mask/00000004.png", 0, 1 },     { "meta/00000004.json", 1, 1 },
                  { "metadata.jsonl", 0, 0 },        { "__meta__/skipped.jsonl", 0, 0 },
                  { "__meta__/000001.jsonl", 0, 2 }, { "__meta__/000001.jsonl", 1, 2 } };
    dataset_case c;
    char path[64];
    snap whole;
    ino_t first;

    (void)state;
    case_open(&c, 1, 5);
    c.opt.frames_per_trajectory = 0;
    c.opt.shard_size = 2;
    case_make(&c, 5);
    whole = snap_take(&c.t, "out");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bs_dataset_summary sum;
        snap s;

        first = inode(&c, "out/blur/00000000.png");
        snprintf(path, sizeof path, "out/%s", cases[i].name);
        if (cases[i].cut)
            tree_cut(&c.t, path, 100);
        else
            assert_int_equal(unlink(tree_path(&c.t, path)), 0);
        sum = case_make(&c, cases[i].made);
        assert_int_equal(sum.kept, 5 - cases[i].made);
        s = snap_take(&c.t, "out");
        assert_same_snap(&whole, &s);
        snap_free(&s);
        if (!strstr(path, "00000000."))
            assert_true(first == inode(&c, "out/blur/00000000.png")); /* not written again */
    }
    snap_free(&whole);
    case_close(&c);
}

/* What a stopped run says it has made is looked at before it is believed. */
static void a_begun_shard_is_checked(void **state)
{
    static const struct {
        const char *spoilt;
        int cut, kept;
    } cases[] = { { "blur/00000001.png", 0, 2 },
                  { "meta/00000002.json", 100, 2 },
                  { "__meta__/000000.part.jsonl", 0, 0 },
                  { "__meta__/000000.part.jsonl", 20, 0 } };
    dataset_case c;
    snap whole, s;

    (void)state;
    case_open(&c, 1, 5);
    c.opt.frames_per_trajectory = 0;
    c.opt.threads = 1;
    case_make(&c, 5);
    whole = snap_take(&c.t, "out");
    case_output(&c, "again");
    for (int i = 0; i < 4; i++) {
        bs_dataset_summary sum;
        char path[64];

        c.opt.overwrite = 1;
        assert_int_equal(case_run_until(&c, 3, &sum), BS_EINTERRUPT);
        c.opt.overwrite = 0;
        snprintf(path, sizeof path, "again/%s", cases[i].spoilt);
        if (cases[i].cut)
            tree_cut(&c.t, path, (size_t)cases[i].cut);
        else
            assert_int_equal(unlink(tree_path(&c.t, path)), 0);
        sum = case_make(&c, 5 - cases[i].kept);
        assert_int_equal(sum.kept, cases[i].kept);
        s = snap_take(&c.t, "again");
        assert_same_snap(&whole, &s);
        snap_free(&s);
    }
    snap_free(&whole);
    case_close(&c);
}

/* Half-written files of runs that died go, of this process's number too, as containers give the same one each
 * time; those of a run that is at work stay. */
static void leftovers_of_the_dead_go(void **state)
{
    char host[65] = "", name[160];
    const pid_t dead = fork();
    dataset_case c;
    snap s;

    (void)state;
    if (dead == 0)
        _exit(0);
    assert_int_equal(waitpid(dead, NULL, 0), dead);
    assert_int_equal(gethostname(host, sizeof host - 1), 0);
    case_open(&c, 1, 1);
    for (int i = 0; i < 3; i++) {
        const pid_t owner = i == 0 ? dead : i == 1 ? getpid() : getppid();

        snprintf(name, sizeof name, "out/__meta__/tmp/%s-%ld-0", host, (long)owner);
        tree_text(&c.t, name, "half");
    }
    case_make(&c, 1);
    s = snap_take(&c.t, "out/__meta__/tmp");
    assert_int_equal(s.n, 1);
    assert_string_equal(s.file[0].name, strrchr(name, '/') + 1);
    snap_free(&s);
    case_close(&c);
}

static void a_bad_frame_costs_only_itself(void **state)
{
    dataset_case c;
    bs_dataset_summary sum;
    const char *skipped;
    snap clean, s, before;

    (void)state;
    case_open(&c, 2, 3);
    c.opt.samples_per_frame = 2;
    case_make(&c, 12);
    clean = snap_take(&c.t, "out");
    tree_cut(&c.t, "in/0/1/photo/0.png", 300); /* keys 6 and 7 */
    case_output(&c, "less");
    sum = case_make(&c, 10);
    assert_true(sum.lost == 2 && sum.n_skips == 1);
    s = snap_take(&c.t, "less");
    assert_int_equal(assert_part_of(&s, &clean, "blur/"), 10);
    assert_int_equal(assert_part_of(&s, &clean, "meta/"), 10);
    assert_null(snap_find(&s, "blur/00000006.png"));
    assert_null(snap_find(&s, "meta/00000007.json"));
    skipped = snap_text(&s, "__meta__/skipped.jsonl");
    assert_contains(skipped, "{\"input\":\"0/1/photo/0.png\",\"reason\":\"0/1/photo/0.png: ");
    assert_contains(skipped, "\"tuples\":2}\n");
    assert_null(strstr(skipped, c.t.dir));
    assert_contains(snap_text(&s, "dataset.json"), "\"lost_to_bad_input\":\t2");
    snap_free(&clean);
    before = s; /* running again finds it as it is */
    sum = case_make(&c, 0);
    assert_true(sum.kept == 10 && sum.lost == 2 && sum.n_skips == 1);
    assert_untouched(&c.t, "less", &before);
    case_output(&c, "strict");
    c.opt.strict = 1;
    case_refused(&c, BS_EFORMAT, "0/1/photo/0.png");
    c.opt.strict = 0; /* what was made until then is no obstacle */
    assert_int_equal(case_run_until(&c, 100, &sum), BS_OK);
    assert_true(sum.made + sum.kept == 10);
    case_close(&c);
}

/* The folder's name is taken out of a reason where it is a path, not where it is a letter of a word. */
static void a_reason_stays_readable(void **state)
{
    static const char *const dirs[] = { "e", ".", "e/", "./", ".//e//" };
    char there[1024];
    dataset_case c;
    snap first = { 0 }, s;

    (void)state;
    case_open(&c, 1, 2);
    tree_cut(&c.t, "in/0/0/depth/0.png", 100);
    assert_int_equal(rename(tree_path(&c.t, "in"), tree_path(&c.t, "e")), 0);
    assert_non_null(getcwd(there, sizeof there));
    for (int i = 0; i < 5; i++) {
        assert_int_equal(chdir(i % 2 ? tree_path(&c.t, "e") : c.t.dir), 0);
        c.opt.source_dir = dirs[i];
        c.opt.overwrite = 1;
        case_make(&c, 1);
        s = snap_take(&c.t, "out");
        assert_contains(snap_text(&s, "__meta__/skipped.jsonl"),
                        "\"reason\":\"0/0/depth/0.png: PNG cannot be decoded: ");
        if (i == 0)
            first = s;
        else
            assert_untouched(&c.t, "out", &s);
    }
    s = snap_take(&c.t, "out");
    assert_same_snap(&first, &s);
    snap_free(&first);
    snap_free(&s);
    assert_int_equal(chdir(there), 0);
    case_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stopping_anywhere_and_going_on), cmocka_unit_test(what_is_missing_is_made_again),
        cmocka_unit_test(a_begun_shard_is_checked),       cmocka_unit_test(leftovers_of_the_dead_go),
        cmocka_unit_test(a_bad_frame_costs_only_itself),  cmocka_unit_test(a_reason_stays_readable),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
