/* Many workers and many shards at once: what comes out, what is told, and what a failure leaves. */
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

/* Two trajectories of three frames, two of them bad, three samples each: 18 planned, 12 made. */
static void open_case(dataset_case *c)
{
    case_open(c, 2, 3);
    c->opt.samples_per_frame = 3;
    tree_cut(&c->t, "in/0/0/photo/50.png", 200);
    tree_cut(&c->t, "in/0/1/photo/0.png", 200);
}

/* Everything a run tells of itself, to the last bit of its sums. */
typedef struct told {
    bs_dataset_summary sum;
    char skips[2][64];
    int64_t last_done;
} told;

static void count(void *user, int64_t done, int64_t planned, int64_t skipped)
{
    told *t = user;

    assert_true(done > t->last_done && done <= planned && skipped <= done); /* never back */
    t->last_done = done;
}

static told run_all(const dataset_case *c)
{
    const bs_dataset_watch watch = { .progress = count, .user = &(told){ .last_done = 0 } };
    told t = { .last_done = 0 };
    bs_dataset *ds = NULL;
    bs_err err = { 0 };

    if (bs_dataset_open(&c->opt, &ds, &err) != BS_OK || bs_dataset_run(ds, &watch, &t.sum, &err) != BS_OK)
        fail_msg("%s", err.text);
    assert_int_equal(t.sum.n_skips, 2);
    for (size_t i = 0; i < 2; i++)
        snprintf(t.skips[i], sizeof t.skips[i], "%s", bs_dataset_get_skip(ds, i).input);
    t.last_done = ((told *)watch.user)->last_done;
    bs_dataset_close(&ds);
    return t;
}

static void same_told(const told *a, const told *b)
{
    assert_memory_equal(a->skips, b->skips, sizeof a->skips);
    assert_int_equal(a->last_done, b->last_done);
    assert_true(a->sum.made == b->sum.made && a->sum.lost == b->sum.lost && a->sum.bytes == b->sum.bytes);
    assert_true(a->sum.mean_px == b->sum.mean_px && a->sum.max_px == b->sum.max_px);
    assert_true(a->sum.spread.p50_px == b->sum.spread.p50_px && a->sum.coarse == b->sum.coarse);
}

static void the_same_whoever_makes_it(void **state)
{
    static const int shard_sizes[] = { 1, 4, 1000 }, threads[] = { 2, 5, 40 };
    dataset_case c;

    (void)state;
    open_case(&c);
    for (int i = 0; i < 3; i++) {
        snap one, s;
        told first, t;

        c.opt.shard_size = shard_sizes[i];
        c.opt.threads = 1;
        case_output(&c, "one");
        c.opt.overwrite = i > 0;
        first = run_all(&c);
        assert_true(first.sum.made == 12 && first.sum.lost == 6 && first.last_done == 18);
        assert_string_equal(first.skips[0], "0/0/photo/50.png");
        one = snap_take(&c.t, "one");
        case_output(&c, "many");
        for (int k = 0; k < 3; k++) {
            c.opt.threads = threads[k];
            c.opt.overwrite = i > 0 || k > 0;
            t = run_all(&c);
            same_told(&first, &t);
            s = snap_take(&c.t, "many");
            assert_same_snap(&one, &s);
            snap_free(&s);
        }
        snap_free(&one);
    }
    case_close(&c);
}

/* Fewer samples than threads: they share the image, its blur and its files. */
static void threads_share_an_image(void **state)
{
    dataset_case c;
    snap one, s;

    (void)state;
    case_open(&c, 1, 1);
    c.opt.threads = 1;
    case_make(&c, 1);
    one = snap_take(&c.t, "out");
    c.opt.threads = 4;
    c.opt.overwrite = 1;
    case_make(&c, 1);
    s = snap_take(&c.t, "out");
    assert_same_snap(&one, &s);
    snap_free(&one);
    snap_free(&s);
    case_close(&c);
}

/* Many shards are begun when the run is stopped; each is gone on with where it was left. */
static void many_begun_shards_are_gone_on_with(void **state)
{
    dataset_case c;
    snap whole, s;

    (void)state;
    open_case(&c);
    c.opt.shard_size = 2; /* frames lie across shards */
    c.opt.threads = 5;
    case_make(&c, 12);
    whole = snap_take(&c.t, "out");
    case_output(&c, "again");
    for (int after = 0; after <= 18; after += 3) {
        bs_dataset_summary sum;
        int64_t made;

        c.opt.overwrite = 1;
        assert_true(case_run_until(&c, after, &sum) == BS_EINTERRUPT || after > 0);
        c.opt.overwrite = 0;
        made = sum.made;
        case_run_until(&c, after / 2, &sum); /* stopped once more, or not */
        made += sum.made;
        assert_int_equal(case_run_until(&c, 100, &sum), BS_OK);
        assert_true(sum.kept == made && sum.made + made == 12 && sum.lost == 6);
        s = snap_take(&c.t, "again");
        assert_same_snap(&whole, &s);
        snap_free(&s);
    }
    snap_free(&whole);
    case_close(&c);
}

/* A marker that cannot be put in place ends the run; what the workers have made by then is not lost. */
static void a_shard_that_cannot_be_committed(void **state)
{
    dataset_case c;
    bs_dataset_summary sum, then;
    bs_err err;
    snap whole, s;

    (void)state;
    open_case(&c);
    c.opt.shard_size = 3;
    case_make(&c, 12);
    whole = snap_take(&c.t, "out");
    case_output(&c, "again");
    c.opt.limit = 1;
    case_make(&c, 1);
    c.opt.limit = 0;
    tree_text(&c.t, "again/__meta__/000001.jsonl/in_the_way", "x");
    assert_int_equal(case_run(&c, NULL, &sum, &err), BS_EOUTPUT);
    assert_contains(err.text, "000001.jsonl");
    assert_true(sum.made >= 5 && sum.kept == 1); /* shards 0 and 1 were done */
    assert_int_equal(unlink(tree_path(&c.t, "again/__meta__/000001.jsonl/in_the_way")), 0);
    assert_int_equal(rmdir(tree_path(&c.t, "again/__meta__/000001.jsonl")), 0);
    assert_int_equal(case_run(&c, NULL, &then, &err), BS_OK);
    assert_true(then.kept == sum.made + 1 && then.made == 12 - then.kept);
    s = snap_take(&c.t, "again");
    assert_same_snap(&whole, &s);
    snap_free(&s);
    snap_free(&whole);
    case_close(&c);
}

/* With --strict the first bad frame that is met ends the run, and is named. */
static void the_first_fault_ends_the_run(void **state)
{
    dataset_case c;

    (void)state;
    open_case(&c);
    c.opt.strict = 1;
    for (c.opt.threads = 1; c.opt.threads <= 5; c.opt.threads += 2) {
        c.opt.shard_size = c.opt.threads;
        c.opt.overwrite = 1;
        case_refused(&c, BS_EFORMAT, "photo/");
    }
    case_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_whoever_makes_it),
        cmocka_unit_test(threads_share_an_image),
        cmocka_unit_test(many_begun_shards_are_gone_on_with),
        cmocka_unit_test(a_shard_that_cannot_be_committed),
        cmocka_unit_test(the_first_fault_ends_the_run),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
