/* The command line: what each option takes, what it refuses, and in which words. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "gen/cli_options.h"

#define MAX_ARGS 64

static bs_cli cli;
static bs_cli_errors errs;

/* Splits 'line' at blanks, in place of a shell, and parses it. */
static int parse(const char *line)
{
    static char text[4096], program[] = "blursynth"; /* outlive the call: values are borrowed from it */
    char *argv[MAX_ARGS] = { program };
    int argc = 1;

    snprintf(text, sizeof text, "%s", line);
    for (char *word = strtok(text, " "); word && argc < MAX_ARGS; word = strtok(NULL, " "))
        argv[argc++] = word;
    return bs_cli_parse(argc, argv, &cli, &errs);
}

/* Parses options beside a source and a trace, so that nothing else is missing. */
static int parse_beside(const char *options)
{
    char line[4096];

    snprintf(line, sizeof line, "--rgbd frames --poses p.csv %s", options);
    return parse(line);
}

static void expect_good(const char *options)
{
    if (parse_beside(options))
        fail_msg("%s: refused: %s", options, errs.err[0].text);
}

/* Refused with exactly one error, which begins with 'text'. */
static void expect_wrong(const char *options, const char *text)
{
    if (parse_beside(options) != BS_EINVAL)
        fail_msg("%s: accepted", options);
    if (errs.n != 1 || strncmp(errs.err[0].text, text, strlen(text)))
        fail_msg("%s: %d errors, first \"%s\", expected \"%s\"", options, errs.n, errs.err[0].text, text);
}

static void test_nothing_but_what_is_needed(void **state)
{
    bs_dataset_options plain;

    (void)state;
    bs_dataset_defaults(&plain);
    assert_int_equal(parse("--scenenet frames --poses p.csv"), BS_OK);
    assert_int_equal(cli.opt.source, BS_SOURCE_SCENENET);
    assert_string_equal(cli.opt.source_dir, "frames");
    assert_string_equal(cli.opt.poses, "p.csv");
    assert_string_equal(cli.opt.output, plain.output);
    assert_int_equal(cli.opt.exposure_min_ns, plain.exposure_min_ns);
    assert_int_equal(cli.opt.emit, BS_EMIT_ALL);
    assert_true(!cli.opt.has_start && !cli.opt.has_intrinsics && !cli.opt.n_splits && !cli.json);
    assert_int_equal(cli.progress, BS_CLI_SHOW_AUTO);
}

/* Every default that help shows is what the library has without the option. */
static void test_shown_defaults_are_in_force(void **state)
{
    bs_cli plain;
    char option[128];

    (void)state;
    assert_int_equal(parse_beside(""), BS_OK);
    plain = cli;
    for (int i = 0; i < bs_cli_table_size; i++) {
        const bs_cli_option *o = &bs_cli_table[i];

        if (!o->dflt)
            continue;
        snprintf(option, sizeof option, "--%s=%s", o->name, o->dflt);
        expect_good(option);
        cli.opt.source_dir = plain.opt.source_dir;
        assert_string_equal(cli.opt.output, plain.opt.output);
        cli.opt.output = plain.opt.output;
        if (memcmp(&cli.opt, &plain.opt, sizeof cli.opt) || cli.progress != plain.progress)
            fail_msg("%s is not what holds without it", option);
    }
}

static void test_sources(void **state)
{
    (void)state;
    assert_int_equal(parse("--tum d --poses p"), BS_OK);
    assert_int_equal(cli.opt.source, BS_SOURCE_TUM);
    assert_int_equal(parse("--poses p"), BS_EINVAL);
    assert_string_equal(errs.err[0].text, "no frames: give one of --scenenet DIR, --tum DIR, --rgbd DIR");
    assert_int_equal(parse("--tum d"), BS_EINVAL);
    assert_string_equal(errs.err[0].text, "no camera motion: give --poses FILE");
    expect_wrong("--tum d", "only one of --scenenet, --tum and --rgbd");
    expect_good("--depth-scale 5000 --depth-kind ray --depth-zero far");
    assert_true(cli.opt.depth_scale == 5000 && cli.opt.depth_kind == BS_DEPTH_RAY &&
                cli.opt.depth_zero == BS_ZERO_FAR);
    assert_int_equal(parse("--tum d --poses p --depth-scale 5000"), BS_EINVAL);
    assert_string_equal(errs.err[0].text, "--depth-scale: only for --rgbd, the other sources define it");
    expect_good("--camera c.json");
    expect_good("--intrinsics 525,526.5,-1,2e2");
    assert_true(cli.opt.has_intrinsics && cli.opt.fx == 525 && cli.opt.fy == 526.5 && cli.opt.cx == -1 &&
                cli.opt.cy == 200);
    expect_wrong("--intrinsics 5,5,3.5", "--intrinsics \"5,5,3.5\": expected four numbers in pixels");
    expect_wrong("--intrinsics 1,2,3,4,5", "--intrinsics");
    expect_wrong("--intrinsics 0,2,3,4", "--intrinsics");
    expect_wrong("--intrinsics 1,2,,4", "--intrinsics");
    expect_wrong("--intrinsics 1,2,3,nan", "--intrinsics");
    expect_wrong("--depth-scale 0", "--depth-scale \"0\": expected depth units per metre");
    expect_wrong("--depth-scale 0x10", "--depth-scale");
    expect_wrong("--depth-scale 1e999", "--depth-scale");
    expect_wrong("--depth-kind Z", "--depth-kind \"Z\": expected one of z, ray");
    expect_good("--depth-cleanup on");
    assert_int_equal(cli.opt.cleanup, BS_CLEANUP_ON);
    expect_good("--depth-cleanup off");
    assert_int_equal(cli.opt.cleanup, BS_CLEANUP_OFF);
    expect_good("--depth-cleanup auto");
    assert_int_equal(cli.opt.cleanup, BS_CLEANUP_AUTO);
    expect_wrong("--depth-cleanup yes", "--depth-cleanup \"yes\": expected one of auto, on, off");
    expect_wrong("--depth-zero auto", "--depth-zero \"auto\": expected one of far, unknown");
}

static void test_motion(void **state)
{
    (void)state;
    expect_good("--exposure 0.05 --start 1.000000001 --max-gap 2e-2");
    assert_int_equal(cli.opt.exposure_min_ns, 50000000);
    assert_int_equal(cli.opt.exposure_max_ns, 50000000);
    assert_true(cli.opt.has_start && cli.opt.start_ns == 1000000001 && cli.opt.max_gap_ns == 20000000);
    expect_good("--exposure 0.03:0.1 --anchor end --pose-placement endpoints --max-step 0.25");
    assert_int_equal(cli.opt.exposure_min_ns, 30000000);
    assert_int_equal(cli.opt.exposure_max_ns, 100000000);
    assert_true(cli.opt.anchor == BS_ANCHOR_END && cli.opt.placement == BS_PLACEMENT_ENDPOINTS &&
                cli.opt.max_step_px == 0.25);
    expect_good("--poses-per-exposure 17 --frames-per-trajectory all --samples-per-frame 8 --limit 100");
    assert_true(cli.opt.n_poses == 17 && cli.opt.samples_per_frame == 8 && cli.opt.limit == 100);
    assert_int_equal(cli.opt.frames_per_trajectory, 0);
    expect_wrong("--exposure abc",
                 "--exposure \"abc\": expected seconds, e.g. 0.05, or a range, e.g. 0.03:0.1");
    expect_wrong("--exposure 0.1:0.03", "--exposure");
    expect_wrong("--exposure 0", "--exposure");
    expect_wrong("--exposure -0.1", "--exposure");
    expect_wrong("--exposure 0.1s", "--exposure");
    expect_wrong("--exposure 0.1:", "--exposure");
    expect_wrong("--exposure 0.1:0.2:0.3", "--exposure");
    expect_wrong("--exposure inf", "--exposure");
    expect_wrong("--start -1", "--start \"-1\": expected seconds after the first row");
    expect_wrong("--max-gap 0", "--max-gap \"0\": expected seconds, above 0");
    expect_wrong("--anchor midle", "--anchor \"midle\": expected one of start, middle, end");
    expect_wrong("--poses-per-exposure 0", "--poses-per-exposure \"0\": expected a whole number from 1 to");
    expect_wrong("--poses-per-exposure 3.5", "--poses-per-exposure");
    expect_wrong("--max-step -1", "--max-step \"-1\": expected pixels from 0.01 to 100");
    expect_wrong("--max-step 1000", "--max-step");
    expect_wrong("--frames-per-trajectory none", "--frames-per-trajectory \"none\": expected a whole");
    expect_wrong("--samples-per-frame 1e3", "--samples-per-frame \"1e3\": expected a whole number from 1");
    expect_wrong("--limit 99999999999999999999", "--limit");
    expect_wrong("--poses=", "--poses \"\": expected a trace file");
}

static void test_blur(void **state)
{
    (void)state;
    expect_good("--inpaint telea --response gamma:2.2 --noise poisson:1000 --method first-hit");
    assert_true(cli.opt.inpaint == BS_INPAINT_TELEA && cli.opt.response == BS_RESPONSE_GAMMA &&
                cli.opt.gamma == 2.2 && cli.opt.noise_peak == 1000);
    expect_good("--response none --noise none");
    assert_true(cli.opt.response == BS_RESPONSE_NONE && cli.opt.noise_peak == 0);
    expect_good("--noise none --noise poisson");
    assert_true(cli.opt.noise_peak == 5000);
    assert_int_equal(cli.opt.method, BS_METHOD_FIRST_HIT);
    assert_int_equal(cli.opt.interpolation, BS_INTERPOLATION_BILINEAR);
    expect_good("--method scatter --interpolation bicubic");
    assert_int_equal(cli.opt.method, BS_METHOD_SCATTER);
    assert_int_equal(cli.opt.interpolation, BS_INTERPOLATION_BICUBIC);
    expect_good("--method first-hit --interpolation bilinear");
    assert_int_equal(cli.opt.method, BS_METHOD_FIRST_HIT);
    assert_int_equal(cli.opt.interpolation, BS_INTERPOLATION_BILINEAR);
    expect_wrong("--method firsthit", "--method \"firsthit\": expected one of first-hit, scatter");
    expect_wrong("--interpolation cubic", "--interpolation \"cubic\": expected one of bilinear, bicubic");
    expect_wrong("--inpaint opencv", "--inpaint \"opencv\": expected one of background, telea, ns, none");
    expect_wrong("--response gamma:11", "--response \"gamma:11\": expected one of auto, linear, srgb, ");
    expect_wrong("--response gamma", "--response");
    expect_wrong("--response gamma:", "--response");
    expect_wrong("--noise poisson:0", "--noise \"poisson:0\": expected none, poisson, or poisson:PEAK");
    expect_wrong("--noise gauss", "--noise");
}

static void test_output(void **state)
{
    (void)state;
    expect_good("-o here --format null --shard-size 10 --emit blur,kernel --kernel-format flo --png-level 9");
    assert_string_equal(cli.opt.output, "here");
    assert_true(cli.opt.format == BS_FORMAT_NULL && cli.opt.shard_size == 10 && cli.opt.png_level == 9 &&
                cli.opt.emit == (BS_EMIT_BLUR | BS_EMIT_KERNEL) && cli.opt.kernel_format == BS_KERNEL_FLO);
    expect_good("--split train:8,val-2:0.5");
    assert_int_equal(cli.opt.n_splits, 2);
    assert_string_equal(cli.opt.splits[1].name, "val-2");
    assert_true(cli.opt.splits[0].weight == 8 && cli.opt.splits[1].weight == 0.5);
    expect_wrong("--output -", "--output \"-\": not in this version");
    expect_wrong("--format webdataset", "--format \"webdataset\": not in this version");
    expect_wrong("--format zip", "--format \"zip\": expected one of folder, null");
    expect_wrong("--emit blur,", "--emit \"blur,\": expected a list of");
    expect_wrong("--emit blur,foo", "--emit");
    expect_wrong("--png-level 10", "--png-level \"10\": expected a whole number from 0 to 9");
    expect_wrong("--split train", "--split \"train\": expected up to 16 different names");
    expect_wrong("--split a:1,a:2", "--split");
    expect_wrong("--split a:0", "--split");
    expect_wrong("--split ../a:1", "--split");
    expect_wrong("--split __meta__:1", "--split");
    expect_wrong("--split a123456789b123456789c123456789d1:1", "--split");
    expect_wrong("--split a:1,b:1,c:1,d:1,e:1,f:1,g:1,h:1,i:1,j:1,k:1,l:1,m:1,n:1,o:1,p:1,q:1", "--split");
}

static void test_running(void **state)
{
    (void)state;
    expect_good("--overwrite --dry-run --strict --quiet --json --progress never --backend cuda --batch 7 "
                "--threads 3");
    assert_true(cli.opt.overwrite && cli.opt.strict && cli.dry_run && cli.quiet && cli.json);
    assert_true(cli.progress == BS_CLI_SHOW_NEVER && cli.opt.backend == BS_BACKEND_CUDA &&
                cli.opt.batch == 7);
    assert_int_equal(cli.opt.threads, 3);
    expect_good("--seed 18446744073709551615");
    assert_true(cli.opt.seed == UINT64_MAX);
    expect_wrong("--seed 18446744073709551616", "--seed");
    expect_wrong("--seed -1", "--seed \"-1\": expected a whole number from 0");
    expect_wrong("--batch 0", "--batch \"0\": expected a whole number from 1 to 256, or auto");
    expect_wrong("--backend gpu", "--backend \"gpu\": expected one of auto, openmp, cuda");
    expect_wrong("--threads many", "--threads \"many\": expected a whole number from 0");
    expect_wrong("--quiet=1", "--quiet: takes no value");
    assert_int_equal(parse("-h"), BS_EINVAL); /* the program prints help all the same */
    assert_true(cli.help);
    parse("--version --json --nonsense");
    assert_true(cli.version && cli.json);
}

static void test_forms(void **state)
{
    (void)state;
    expect_good("--anchor=start --output=a=b -o=c");
    assert_int_equal(cli.opt.anchor, BS_ANCHOR_START);
    assert_string_equal(cli.opt.output, "c");
    expect_good("--output=--json");
    assert_string_equal(cli.opt.output, "--json");
    assert_false(cli.json);
    expect_good("--seed 1 --seed 2 --rgbd last");
    assert_int_equal(cli.opt.seed, 2);
    assert_string_equal(cli.opt.source_dir, "last");
    expect_wrong("--output --json", "--output: its value is missing; expected a folder");
    expect_wrong("--seed", "--seed: its value is missing; expected a whole number");
    expect_wrong("-- --json", "\"--json\": belongs to no option");
    expect_wrong("stray", "\"stray\": belongs to no option; frames are given with --scenenet");
    expect_wrong("-", "\"-\": belongs to no option");
    assert_int_equal(parse("info t.csv --imu-units deg/s,g --json"), BS_OK);
    assert_true(cli.command == BS_CLI_INFO && cli.json && cli.opt.imu.accel_unit == BS_ACCEL_G);
    assert_string_equal(cli.file, "t.csv");
    assert_int_equal(parse("info"), BS_EINVAL);
    assert_string_equal(errs.err[0].text, "info: no file; give a trace of poses or of an IMU");
    assert_int_equal(parse("info a b"), BS_EINVAL);
    assert_string_equal(errs.err[0].text, "\"b\": info describes one file at a time");
    assert_int_equal(parse("info a --emit blur"), BS_EINVAL);
    assert_string_equal(errs.err[0].text, "--emit: means nothing to info");
    expect_wrong("--task 3/10", "--task: not in this version");
    expect_wrong("--frame-interval 0.1", "--frame-interval: without --frames-per-sequence");
}

static void test_suggestions(void **state)
{
    (void)state;
    assert_int_equal(parse("--senenet data --poses p.csv"), BS_EINVAL);
    assert_int_equal(errs.n, 1); /* not also "no frames", nor what to do with "data" */
    assert_string_equal(errs.err[0].text, "unknown option --senenet; did you mean --scenenet?");
    expect_wrong("--expo 0.05", "unknown option --expo; did you mean --exposure?"); /* no abbreviations */
    expect_wrong("--dryrun", "unknown option --dryrun; did you mean --dry-run?");
    expect_wrong("-output x", "unknown option -output; did you mean --output?");
    expect_wrong("--sed=7", "unknown option --sed; did you mean --seed?");
    expect_wrong("-x", "unknown option -x");
    assert_string_equal(errs.err[0].text, "unknown option -x");
    expect_wrong("--zzzzzzzz", "unknown option --zzzzzzzz");
    assert_null(strstr(errs.err[0].text, "mean"));
}

static void test_all_errors_at_once(void **state)
{
    char line[2048] = "";

    (void)state;
    assert_int_equal(parse("--exposure abc --anchor x --nosuchthing --png-level 12"), BS_EINVAL);
    assert_int_equal(errs.n, 4);
    assert_non_null(strstr(errs.err[0].text, "--exposure"));
    assert_non_null(strstr(errs.err[3].text, "--png-level"));
    for (int i = 0; i < 3 * BS_CLI_MAX_ERRORS / 2; i++)
        strcat(line, "--seed x ");
    parse_beside(line);
    assert_int_equal(errs.n, 3 * BS_CLI_MAX_ERRORS / 2);
}

/* Long and odd values are cut between characters and stay on one line. */
static void test_values_in_messages(void **state)
{
    char line[512] = "--seed a";

    (void)state;
    for (int i = 0; i < 60; i++)
        strcat(line, "\xc3\xa4");
    parse_beside(line);
    assert_non_null(strstr(errs.err[0].text, "\xc3\xa4...\": expected"));
    parse_beside("--seed a\nb");
    assert_non_null(strstr(errs.err[0].text, "\"a?b\""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_but_what_is_needed),
        cmocka_unit_test(test_shown_defaults_are_in_force),
        cmocka_unit_test(test_sources),
        cmocka_unit_test(test_motion),
        cmocka_unit_test(test_blur),
        cmocka_unit_test(test_output),
        cmocka_unit_test(test_running),
        cmocka_unit_test(test_forms),
        cmocka_unit_test(test_suggestions),
        cmocka_unit_test(test_all_errors_at_once),
        cmocka_unit_test(test_values_in_messages),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
