/*
 * tests/trace_files.h - little trace files for the tests that read them: in a folder of their own, gone
 * afterwards.
 */
#ifndef BS_TEST_TRACE_FILES_H
#define BS_TEST_TRACE_FILES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "imu/trace.h"
#include "tests/tree.h"

#define CSV_HEADER "timestamp,tx,ty,tz,qx,qy,qz,qw\n"

static tree trace_folder;
static char trace_path[sizeof trace_folder.dir + 8];

static inline int make_folder(void **state)
{
    (void)state;
    trace_folder = tree_create();
    snprintf(trace_path, sizeof trace_path, "%s/t.csv", trace_folder.dir);
    return 0;
}

static inline int remove_folder(void **state)
{
    (void)state;
    tree_remove(&trace_folder);
    return 0;
}

static inline void write_bytes(const char *text, size_t n)
{
    FILE *f = fopen(trace_path, "wb");

    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, n, f), n);
    assert_int_equal(fclose(f), 0);
}

/* The trace in the file 'path'; the test fails if it is none. */
static inline bs_trace *open_file(const char *path, int64_t max_gap_ns)
{
    bs_trace *tr = NULL;
    const bs_trace_options opt = { .max_gap_ns = max_gap_ns };
    bs_err err = { 0 };

    if (bs_trace_open(path, &opt, &tr, &err))
        fail_msg("%s should be a trace: %s", path, err.text);
    return tr;
}

static inline bs_trace *open_text(const char *text, int64_t max_gap_ns)
{
    write_bytes(text, strlen(text));
    return open_file(trace_path, max_gap_ns);
}

/* The real data of the project, where they are; else the test is skipped. */
static inline const char *shared_file(const char *name, char *path, size_t n)
{
    const char *shared = getenv("BLURSYNTH_SHARED");

    if (!shared)
        skip();
    snprintf(path, n, "%s/data/%s", shared, name);
    if (access(path, R_OK))
        skip();
    return path;
}

static inline void assert_near(double a, double b, double tolerance, const char *what)
{
    if (!(a - b <= tolerance && b - a <= tolerance))
        fail_msg("%s: %.17g, expected %.17g within %g", what, a, b, tolerance);
}

#endif /* BS_TEST_TRACE_FILES_H */
