/* Outputs that are somebody else's, of another configuration, or cannot be written; and --overwrite. */
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

static void refused_and_untouched(dataset_case *c, const char *part)
{
    snap before = snap_take(&c->t, "out");

    case_refused(c, BS_ECONFIG, part);
    assert_untouched(&c->t, "out", &before);
}

static void another_configuration_is_refused(void **state)
{
    dataset_case c;

    (void)state;
    case_open(&c, 1, 2);
    c.opt.seed = UINT64_MAX;
    case_make(&c, 2);
    c.opt.seed--; /* a double does not tell it from the one before */
    refused_and_untouched(&c, "differs in: seed)");
    c.opt.seed = 4;
    c.opt.noise_peak = 100;
    refused_and_untouched(&c, "differs in: noise, seed)");
    c.opt.seed = UINT64_MAX;
    c.opt.noise_peak = 5000;
    c.opt.interpolation = BS_INTERPOLATION_BICUBIC;
    refused_and_untouched(&c, "differs in: interpolation)");
    c.opt.interpolation = BS_INTERPOLATION_BILINEAR;
    c.opt.has_start = 1;
    c.opt.start_ns = 1;
    c.opt.exposure_max_ns--;
    refused_and_untouched(&c, "differs in: exposure, start)");
    c.opt.has_start = 0;
    c.opt.exposure_max_ns++;
    c.opt.threads = 7; /* decides nothing */
    c.opt.strict = 1;
    case_make(&c, 0);
    tree_text(&c.t, "hand.csv", "timestamp,tx,ty,tz,qx,qy,qz,qw\n0,0,0,0,0,0,0,1\n1,0,0,0,0,0,0,1\n");
    refused_and_untouched(&c, "inputs");
    case_close(&c);
}

static void what_is_not_ours_is_refused(void **state)
{
    static const char *const damaged[] = { "", "{", "{\"made_by\": \"blursynth\", \"opt" };
    dataset_case c;

    (void)state;
    case_open(&c, 1, 1);
    tree_text(&c.t, "out/thesis.txt", "x");
    for (c.opt.overwrite = 0; c.opt.overwrite < 2; c.opt.overwrite++) {
        refused_and_untouched(&c, "holds no dataset.json");
        tree_text(&c.t, "out/dataset.json", "{\"name\": \"of another program\"}");
        refused_and_untouched(&c, "not made by blursynth");
        unlink(tree_path(&c.t, "out/dataset.json"));
    }
    c.opt.overwrite = 0;
    for (int i = 0; i < 3; i++) {
        tree_text(&c.t, "out/dataset.json", damaged[i]);
        refused_and_untouched(&c, "damaged");
    }
    c.opt.overwrite = 1; /* as that message proposes */
    case_make(&c, 1);
    case_close(&c);
}

static void overwriting_removes_our_files_only(void **state)
{
    static const char *const strangers[] = { "notes.txt", "blur/notes.txt", "train/sharp/best.png",
                                             "__meta__/log.txt" };
    dataset_case c;
    snap fresh, s;

    (void)state;
    case_open(&c, 1, 3);
    c.opt.n_splits = 1;
    c.opt.splits[0] = (bs_split){ "train", 1 };
    c.opt.samples_per_frame = 2;
    c.opt.shard_size = 2;
    case_make(&c, 6);
    for (int i = 0; i < 4; i++) {
        char name[64];

        snprintf(name, sizeof name, "out/%s", strangers[i]);
        tree_text(&c.t, name, "mine");
    }
    c.opt.n_splits = 0;
    c.opt.samples_per_frame = 1;
    c.opt.emit = BS_EMIT_SHARP;
    c.opt.overwrite = 1;
    case_make(&c, 3);
    s = snap_take(&c.t, "out");
    case_output(&c, "fresh");
    case_make(&c, 3);
    fresh = snap_take(&c.t, "fresh");
    assert_part_of(&fresh, &s, "");
    for (int i = 0; i < 4; i++)
        assert_string_equal(snap_text(&s, strangers[i]), "mine");
    /* And nothing else: the strangers' files in their three folders. */
    assert_int_equal(s.n, fresh.n + 4 + 3);
    snap_free(&fresh);
    snap_free(&s);
    case_close(&c);
}

static void output_that_cannot_be_written(void **state)
{
    static const struct {
        const char *in_the_way, *named;
    } cases[] = { { "blur", "/blur/0000000" },
                  { "__meta__/tmp", "cannot write below it" },
                  { "meta/00000001.json/x", "meta/00000001.json" },
                  { "metadata.jsonl/x", "metadata.jsonl" } };
    dataset_case c;
    char name[64];
    snap before;

    (void)state;
    case_open(&c, 1, 2);
    tree_text(&c.t, "file", "x");
    before = snap_take(&c.t, ".");
    case_output(&c, "file");
    case_refused(&c, BS_EOUTPUT, "file");
    case_output(&c, "file/below/it");
    case_refused(&c, BS_EOUTPUT, "file");
    case_output(&c, "out");
    c.opt.output = "/proc/nothing/can/be/made/here";
    case_refused(&c, BS_EOUTPUT, "/proc/nothing");
    assert_untouched(&c.t, ".", &before);
    for (int i = 0; i < 4; i++) { /* once the way is free, it goes on */
        bs_dataset_summary sum;

        snprintf(name, sizeof name, "out%d", i);
        case_output(&c, name);
        assert_int_equal(case_run_until(&c, 0, &sum), BS_EINTERRUPT); /* only dataset.json */
        snprintf(name, sizeof name, "out%d/%s", i, cases[i].in_the_way);
        tree_text(&c.t, name, "x");
        case_refused(&c, BS_EOUTPUT, cases[i].named);
        assert_int_equal(unlink(tree_path(&c.t, name)), 0);
        if (strstr(name, "/x")) {
            *strrchr(name, '/') = '\0';
            assert_int_equal(rmdir(tree_path(&c.t, name)), 0);
        }
        assert_int_equal(case_run_until(&c, 100, &sum), BS_OK);
        assert_int_equal(sum.made + sum.kept, 2);
    }
    case_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(another_configuration_is_refused),
        cmocka_unit_test(what_is_not_ours_is_refused),
        cmocka_unit_test(overwriting_removes_our_files_only),
        cmocka_unit_test(output_that_cannot_be_written),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
