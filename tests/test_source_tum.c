/* TUM sequences: reading the lists, pairing by time, depth in 1/5000 m. */
#include <inttypes.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "gen/source_internal.h"
#include "tests/tree.h"

/* Greedy as associate.py has it: all pairs, sorted by difference, then by the times. */
static void associate_slowly(const int64_t *a, size_t n_a, const int64_t *b, size_t n_b, int64_t limit_ns,
                             size_t *b_of_a)
{
    uint8_t b_used[64] = { 0 };

    for (size_t i = 0; i < n_a; i++)
        b_of_a[i] = SIZE_MAX;
    for (;;) {
        int64_t best = limit_ns;
        size_t best_a = 0, best_b = 0;

        for (size_t i = 0; i < n_a; i++)
            for (size_t j = 0; j < n_b; j++) {
                const int64_t d = a[i] < b[j] ? b[j] - a[i] : a[i] - b[j];

                if (b_of_a[i] == SIZE_MAX && !b_used[j] && d < best) {
                    best = d;
                    best_a = i;
                    best_b = j;
                }
            }
        if (best == limit_ns)
            return;
        b_of_a[best_a] = best_b;
        b_used[best_b] = 1;
    }
}

static size_t ascending_times(unsigned *seed, int64_t spacing, int64_t *t_ns)
{
    const size_t n = (*seed = *seed * 1103515245u + 12345u) >> 16 & 31;
    int64_t at = 0;

    for (size_t i = 0; i < n; i++) {
        *seed = *seed * 1103515245u + 12345u;
        at += 1 + (*seed >> 16) % spacing;
        t_ns[i] = at;
    }
    return n;
}

static void association_is_greedy(void **state)
{
    int64_t a[64], b[64];
    size_t fast[64], slow[64];

    (void)state;
    for (unsigned k = 0; k < 4000; k++) {
        unsigned seed = k;
        /* Small spacings give many equal differences and equal times. */
        const size_t n_a = ascending_times(&seed, 1 + k % 40, a), n_b = ascending_times(&seed, 1 + k % 29, b);

        assert_int_equal(bs_associate(a, n_a, b, n_b, 20, fast, NULL), BS_OK);
        associate_slowly(a, n_a, b, n_b, 20, slow);
        for (size_t i = 0; i < n_a; i++)
            if (fast[i] != slow[i])
                fail_msg("case %u: photo %zu of %zu at %" PRId64 ": depth %zd, expected %zd", k, i, n_a, a[i],
                         (ssize_t)fast[i], (ssize_t)slow[i]);
    }
}

static void association_takes_any_time(void **state)
{
    const int64_t a[2] = { INT64_MIN, INT64_MAX - 5 }, b[2] = { INT64_MIN + 3, INT64_MAX };
    size_t b_of_a[2];

    (void)state;
    assert_int_equal(bs_associate(a, 2, b, 2, 20, b_of_a, NULL), BS_OK);
    assert_true(b_of_a[0] == 0 && b_of_a[1] == 1);
    assert_int_equal(bs_associate(a, 2, b, 0, 20, b_of_a, NULL), BS_OK);
    assert_true(b_of_a[0] == SIZE_MAX && b_of_a[1] == SIZE_MAX);
}

static void lists_are_read_and_paired(void **state)
{
    const uint16_t px[2] = { 0, 5000 };
    tree t = tree_create();
    bs_source *src;
    bs_frame f;

    (void)state;
    /* Byte-order mark, CRLF, comments, blank lines, tabs, commas, no newline at the end, out of order. */
    tree_text(&t, "rgb.txt",
              "\xef\xbb\xbf# color images\r\n\r\n  # more\r\n0.5\trgb/b.png  \r\n"
              "0.1, ./rgb/a a.png\r\n0.9 rgb/lonely.png\r\n0.5 rgb/b again.png");
    tree_text(&t, "depth.txt", "0.105 depth/1.png\n0.51 depth/2.png\n0.519 depth/3.png\n0.92 depth/4.png\n");
    tree_photo(&t, "rgb/a a.png", 2, 1);
    tree_photo(&t, "rgb/b again.png", 2, 1);
    tree_photo(&t, "rgb/lonely.png", 2, 1);
    tree_depth_px(&t, "depth/1.png", 2, 1, px);
    tree_depth_px(&t, "depth/2.png", 2, 1, px);
    src = tree_open(&t, ".", BS_SOURCE_TUM);
    assert_int_equal(bs_source_n_trajectories(src), 1);
    assert_string_equal(bs_source_trajectory(src, 0)->name, ".");
    assert_int_equal(source_n_frames(src), 2);
    assert_string_equal(bs_source_frame_name(src, 0), "./rgb/a a.png");
    assert_string_equal(bs_source_depth_name(src, 0), "depth/1.png");
    assert_int_equal(bs_source_frame_time_ns(src, 0), 100000000);
    assert_string_equal(bs_source_frame_name(src, 1), "rgb/b again.png");
    assert_string_equal(bs_source_depth_name(src, 1), "depth/2.png");
    assert_contains(source_reason(src, "rgb/b.png"), "rgb.txt:4 has the same time as line 7");
    assert_string_equal(source_reason(src, "rgb/lonely.png"), "no depth within 0.02 s");
    assert_int_equal(bs_source_n_skips(src), 2);
    assert_true(bs_source_camera_guessed(src));
    assert_int_equal(bs_source_read(src, 0, &f, NULL), BS_OK);
    assert_true(isnan(f.depth_m.px[0]) && f.depth_m.px[1] == 1.0f);
    bs_frame_destroy(&f);
    bs_source_close(&src);
    tree_remove(&t);
}

static void what_is_not_on_disk_is_one_skip(void **state)
{
    char rgb[4096] = "", depth[4096] = "";
    size_t n = 0;
    tree t = tree_create();
    bs_source *src;

    (void)state;
    for (int i = 0; i < 50; i++) {
        snprintf(rgb + n, sizeof rgb - n, "%02d.000000 rgb/%02d.png\n", i, i);
        n += (size_t)snprintf(depth + n, sizeof depth - n, "%02d.000001 dpt/%02d.png\n", i, i);
    }
    tree_text(&t, "rgb.txt", rgb);
    tree_text(&t, "depth.txt", depth);
    tree_photo(&t, "rgb/07.png", 2, 1);
    tree_depth(&t, "dpt/07.png", 2, 1, 5000);
    tree_photo(&t, "rgb/08.png", 2, 1);
    src = tree_open(&t, ".", BS_SOURCE_TUM);
    assert_int_equal(source_n_frames(src), 1);
    assert_int_equal(bs_source_frame_time_ns(src, 0), INT64_C(7000000000));
    assert_int_equal(bs_source_n_skips(src), 1);
    assert_string_equal(source_reason(src, "rgb.txt"), "49 listed pairs are not on disk (first: rgb/00.png)");
    bs_source_close(&src);
    tree_remove(&t);
}

static void a_real_sequence(void **state)
{
    const char *shared = getenv("BLURSYNTH_SHARED");
    char dir[1024];
    bs_source_options opt = { .kind = BS_SOURCE_TUM, .dir = dir };
    bs_source *src = NULL;
    bs_err err = { 0 };

    (void)state;
    snprintf(dir, sizeof dir, "%s/data/real/tum_fr1_rpy", shared ? shared : "");
    if (!shared || access(dir, R_OK) != 0)
        skip();
    if (bs_source_open(&opt, &src, &err) != BS_OK)
        fail_msg("%s", err.text);
    assert_int_equal(source_n_frames(src), 12);
    assert_string_equal(bs_source_frame_name(src, 0), "rgb/1305031233.293802.png");
    assert_string_equal(bs_source_depth_name(src, 0), "depth/1305031233.300395.png");
    assert_int_equal(bs_source_frame_time_ns(src, 0), INT64_C(1305031233293802000));
    assert_contains(source_reason(src, "rgb.txt"), "are not on disk");
    for (size_t i = 0; i < 12; i++) {
        bs_frame f;

        if (bs_source_read(src, i, &f, &err) != BS_OK)
            fail_msg("%s", err.text);
        bs_frame_destroy(&f);
    }
    bs_source_close(&src);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(association_is_greedy),     cmocka_unit_test(association_takes_any_time),
        cmocka_unit_test(lists_are_read_and_paired), cmocka_unit_test(what_is_not_on_disk_is_one_skip),
        cmocka_unit_test(a_real_sequence),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
