/* What the program prints: help, exit statuses, the progress line, and the JSON summary. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <cjson/cJSON.h>

#include "gen/cli.h"
#include "gen/cli_progress.h"

static const char *printed(void (*print)(FILE *))
{
    static char text[16384];
    FILE *to = tmpfile();
    size_t n;

    assert_non_null(to);
    print(to);
    rewind(to);
    n = fread(text, 1, sizeof text - 1, to);
    text[n] = '\0';
    fclose(to);
    return text;
}

/* How many lines of 'text' introduce the option 'name'. */
static int count_entries(const char *text, const char *name)
{
    char entry[64];
    int n = 0;

    snprintf(entry, sizeof entry, "--%s", name);
    for (const char *s = strstr(text, entry); s; s = strstr(s + 1, entry))
        n += s - text >= 7 && s[-7] == '\n' && strchr(" \n", s[strlen(entry)]);
    return n;
}

static void test_help(void **state)
{
    const char *text = printed(bs_cli_print_help);

    (void)state;
    for (int i = 0; i < bs_cli_table_size; i++)
        if (count_entries(text, bs_cli_table[i].name) != 1)
            fail_msg("--%s is not told once", bs_cli_table[i].name);
    for (const char *line = text, *end; *line; line = end + 1) {
        end = line + strcspn(line, "\n");
        if (end - line > 100 || (end > line && end[-1] == ' '))
            fail_msg("line too long, or blank at its end: %.*s", (int)(end - line), line);
    }
    assert_non_null(strstr(text, "Examples\n"));
    assert_non_null(strstr(text, "\n   75  "));
    assert_null(strstr(text, "webdataset"));
}

static void test_version(void **state)
{
    const char *text = printed(bs_cli_print_version);
    char first[64];

    (void)state;
    snprintf(first, sizeof first, "blursynth %s\nback ends: openmp; cuda: ", bs_version());
    assert_memory_equal(text, first, strlen(first));
    assert_non_null(strstr(text, "\ninpainting: background"));
}

static void test_status(void **state)
{
    static const struct {
        int code;
        size_t n_skips;
        int status;
    } cases[] = {
        { BS_OK, 0, 0 },      { BS_OK, 2, 3 },      { BS_EINVAL, 0, 2 }, { BS_EIO, 2, 1 },
        { BS_EFORMAT, 0, 1 }, { BS_ENOMEM, 0, 1 },  { BS_ERANGE, 0, 1 }, { BS_EGAP, 0, 1 },
        { BS_EOUTPUT, 0, 5 }, { BS_ECONFIG, 0, 2 }, { BS_ENODEV, 0, 6 }, { BS_EINTERRUPT, 9, 75 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(bs_cli_status(cases[i].code, cases[i].n_skips), cases[i].status);
    assert_string_equal(bs_cli_status_word(75), "interrupted");
}

static void expect_line(int bar, int columns, const char *text)
{
    const bs_progress_state s = { .done = 4310, .planned = 10000, .skipped = 2, .rate = 21.2 };
    char line[256];
    const int len = bs_progress_line(&s, bar, columns, line, sizeof line);

    assert_string_equal(line, text);
    assert_int_equal(len, strlen(line));
}

static void test_progress_line(void **state)
{
    (void)state;
    expect_line(1, 80, "blursynth [######........] 43%  4310/10000  21.2 tuples/s  4:29 left  2 skipped");
    expect_line(1, 60, "43%  4310/10000  21.2 tuples/s  4:29 left  2 skipped");
    expect_line(1, 40, "43%  4310/10000  4:29 left  2 skipped");
    expect_line(1, 30, "43%  4310/10000  4:29 left");
    expect_line(1, 20, "43%  4310/10000");
    expect_line(0, 1000, "blursynth: 43%  4310/10000  21.2 tuples/s  4:29 left  2 skipped");
}

static void test_progress_line_fits(void **state)
{
    const bs_progress_state odd[] = {
        { 0, 0, 0, 0 }, { 0, 5, 0, 0 }, { 5, 5, 0, 1e6 }, { 1, INT64_MAX, INT64_MAX, 1e-9 }, { 7, 5, 1, 3 }
    };
    char line[256];

    (void)state;
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++)
        for (int columns = 60; columns < 300; columns++)
            assert_true(bs_progress_line(&odd[i], 1, columns, line, sizeof line) < columns);
}

/* Ten a second for a minute, an hour's sleep, then ten a second again: soon the old rate, never the mean. */
static void test_rate_forgets_a_pause(void **state)
{
    bs_progress p = { 0 };
    double rate = 0;
    int64_t made = 0;

    (void)state;
    assert_true(bs_progress_rate(&p, 0, made) == 0);
    for (int i = 1; i <= 600; i++)
        rate = bs_progress_rate(&p, 0.1 * i, ++made);
    assert_true(rate > 9.9 && rate < 10.1);
    for (int i = 1; i <= 130; i++)
        rate = bs_progress_rate(&p, 3660 + 0.1 * i, ++made);
    assert_true(rate > 9.9 && rate < 10.1);
    memset(&p, 0, sizeof p);
    for (int i = 0; i < 5; i++) /* slower than the window */
        rate = bs_progress_rate(&p, 20.0 * i, i);
    assert_true(rate > 0.049 && rate < 0.051);
}

/* The summary of a refused command line is one JSON object in UTF-8. */
static void test_json(void **state)
{
    bs_cli cli = { .opt = { .output = "a\xff\xc3\xa4\xed\xa0\x80" } };
    const bs_cli_outcome out = { .cli = &cli, .code = BS_EINVAL, .status = 2, .error = "one\ntwo \"x\"" };
    char *text = NULL;
    size_t n;
    FILE *to = open_memstream(&text, &n);
    cJSON *o;

    (void)state;
    assert_int_equal(bs_cli_print_json(to, &out, NULL), BS_OK);
    fclose(to);
    assert_true(n > 1 && strchr(text, '\n') == text + n - 1);
    o = cJSON_Parse(text);
    assert_non_null(o);
    assert_string_equal(cJSON_GetObjectItem(o, "status")->valuestring, "refused");
    assert_int_equal(cJSON_GetObjectItem(o, "exit")->valueint, 2);
    assert_string_equal(cJSON_GetObjectItem(o, "error")->valuestring, "one\ntwo \"x\"");
    assert_string_equal(cJSON_GetObjectItem(o, "output")->valuestring,
                        "a\xef\xbf\xbd\xc3\xa4\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
    assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(o, "skipped")), 0);
    cJSON_Delete(o);
    free(text);
}

/* A plan tells what is asked of motion, wherever it was asked. */
static void test_json_plan(void **state)
{
    bs_cli cli = { .opt = { .output = "o", .frames_per_sequence = 3, .frame_interval_ns = 40000000 },
                   .dry_run = 1 };
    const bs_dataset_plan plan = { .made_by = "handheld",
                                   .shutter = BS_SHUTTER_LEFT_RIGHT,
                                   .readout_ns = 20000000,
                                   .blur_min_px = 2,
                                   .blur_max_px = 5,
                                   .response = BS_RESPONSE_SRGB,
                                   .depth_zero = BS_ZERO_FAR,
                                   .backend = "openmp" };
    bs_cli_outcome out = { .cli = &cli, .plan = &plan };
    char *text = NULL;
    size_t n;
    FILE *to = open_memstream(&text, &n);

    (void)state;
    cli.opt.imu_noise = "phone";
    out.sum.spread = (bs_blur_spread){ .n = 3, .n_bins = 1 };
    assert_int_equal(bs_cli_print_json(to, &out, NULL), BS_OK);
    fclose(to);
    assert_non_null(strstr(text, "\"shutter\":\"rolling\",\"readout_s\":0.02,"
                                 "\"readout_direction\":\"left-right\",\"frames_per_sequence\":3,"
                                 "\"frame_interval_s\":0.04,\"wanted_px\":[2,5],\"imu_noise\":\"phone\""));
    assert_null(strstr(text, "off_target"));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_help),
        cmocka_unit_test(test_version),
        cmocka_unit_test(test_status),
        cmocka_unit_test(test_progress_line),
        cmocka_unit_test(test_progress_line_fits),
        cmocka_unit_test(test_rate_forgets_a_pause),
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_json_plan),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
