/* Sources that cannot be opened and frames that cannot be read: what the error says, and '*out' untouched. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/tree.h"

static const bs_source_kind kinds[] = { BS_SOURCE_SCENENET, BS_SOURCE_TUM, BS_SOURCE_RGBD };

static void folders_that_are_none(void **state)
{
    tree t = tree_create();
    bs_err err;

    (void)state;
    tree_text(&t, "file", "x");
    for (int i = 0; i < 3; i++) {
        assert_int_equal(tree_open_fails(&t, "missing", kinds[i], &err), BS_EIO);
        assert_contains(err.text, "missing: No such file");
        assert_int_equal(tree_open_fails(&t, "file", kinds[i], &err), BS_EIO);
        assert_contains(err.text, "file: Not a directory");
    }
    tree_remove(&t);
}

static void wrong_layouts_show_the_right_one(void **state)
{
    static const char *const expected[] = { "<chunk>/<trajectory>/photo/<n>.jpg", "rgb.txt and depth.txt",
                                            "rgb/<name>.jpg" };
    tree t = tree_create();
    bs_err err;

    (void)state;
    tree_folder(&t, "empty");
    tree_folder(&t, "other/images");
    tree_text(&t, "other/re\nadme", "x");
    for (int i = 0; i < 3; i++) {
        assert_int_equal(tree_open_fails(&t, "empty", kinds[i], &err), BS_EFORMAT);
        assert_contains(err.text, expected[i]);
        assert_contains(err.text, "found nothing");
        assert_int_equal(tree_open_fails(&t, "other", kinds[i], &err), BS_EFORMAT);
        assert_contains(err.text, "images/, re");
    }
    for (int i = 0; i < 40; i++) {
        char name[300];

        snprintf(name, sizeof name, "many/%02d%0200d", i, 0);
        tree_folder(&t, name);
    }
    assert_int_equal(tree_open_fails(&t, "many", BS_SOURCE_SCENENET, &err), BS_EFORMAT);
    assert_contains(err.text, "and 32 more");
    tree_remove(&t);
}

static void nothing_but_skips(void **state)
{
    tree t = tree_create();
    bs_err err;

    (void)state;
    tree_folder(&t, "0/3/photo");
    assert_int_equal(tree_open_fails(&t, ".", BS_SOURCE_SCENENET, &err), BS_EFORMAT);
    assert_contains(err.text, "not usable: 0/3: no photos in photo/");
    tree_photo(&t, "rgb/a.png", 8, 6);
    assert_int_equal(tree_open_fails(&t, ".", BS_SOURCE_RGBD, &err), BS_EFORMAT);
    assert_contains(err.text, "no folder depth/");
    tree_text(&t, "rgb.txt", "1 rgb/b.png\n");
    tree_text(&t, "depth.txt", "1 depth/b.png\n");
    assert_int_equal(tree_open_fails(&t, ".", BS_SOURCE_TUM, &err), BS_EFORMAT);
    assert_contains(err.text, "1 listed pairs are not on disk (first: rgb/b.png)");
    tree_remove(&t);
}

static void lists_with_bad_lines(void **state)
{
    static const char *const bad[] = { "1.0 rgb/a.png\nrgb/b.png 2\n", "# x\n1.0\n", "1\nx", "\n1.0rgb/a.png",
                                       "1 a\n2020-01-01 a" };
    tree t = tree_create();
    bs_err err;

    (void)state;
    tree_text(&t, "depth.txt", "1 a.png\n");
    for (size_t i = 0; i < 5; i++) {
        tree_text(&t, "rgb.txt", bad[i]);
        assert_int_equal(tree_open_fails(&t, ".", BS_SOURCE_TUM, &err), BS_EFORMAT);
        assert_contains(err.text, i == 2 ? "rgb.txt:1: " : "rgb.txt:2: ");
        assert_contains(err.text, "is not \"timestamp filename\"");
    }
    tree_text(&t, "rgb.txt", "# nothing\n");
    assert_int_equal(tree_open_fails(&t, ".", BS_SOURCE_TUM, &err), BS_EFORMAT);
    assert_contains(err.text, "lists no image");
    tree_bytes(&t, "rgb.txt", "1 a\0\n", 5);
    assert_int_equal(tree_open_fails(&t, ".", BS_SOURCE_TUM, &err), BS_EFORMAT);
    tree_remove(&t);
}

static void lists_cannot_lead_out(void **state)
{
    static const char *const outside[] = { "../secret.png", "rgb/../../secret.png", "/secret.png", "rgb/..",
                                           ".." };
    tree t = tree_create();
    char text[256] = "9 rgb/..a..b/a.png\n";
    bs_source *src;

    (void)state;
    for (size_t i = 0; i < 5; i++)
        sprintf(text + strlen(text), "%zu %s\n", i, outside[i]);
    tree_photo(&t, "secret.png", 2, 1);
    tree_text(&t, "seq/rgb.txt", text);
    tree_text(&t, "seq/depth.txt", "0 d.png\n1 d.png\n2 d.png\n3 d.png\n4 d.png\n9 d.png\n8 ../d.png\n");
    tree_photo(&t, "seq/rgb/..a..b/a.png", 2, 1);
    tree_depth(&t, "seq/d.png", 2, 1, 5000);
    src = tree_open(&t, "seq", BS_SOURCE_TUM);
    assert_int_equal(source_n_frames(src), 1);
    for (size_t i = 0; i < 5; i++)
        assert_contains(source_reason(src, outside[i]), "leads out of the source's folder");
    assert_contains(source_reason(src, "../d.png"), "depth.txt:7 leads out");
    assert_int_equal(bs_source_n_skips(src), 6);
    bs_source_close(&src);
    tree_remove(&t);
}

static void frames_that_cannot_be_read(void **state)
{
    static const struct {
        int rc;
        const char *part, *part_2;
    } expected[] = {
        { BS_OK, NULL, NULL },
        { BS_EFORMAT, "photo/1.png", "photo/1.png" }, /* cut */
        { BS_EFORMAT, "depth/2.png", "depth/2.png" }, /* 8 bits */
        { BS_EFORMAT, "photo/3.png is 8x6", "depth/3.png is 4x3" },
        { BS_EFORMAT, "depth/4.png", "no depth is known" },
        { BS_EIO, "photo/5.png", "photo/5.png" }, /* a link that leads nowhere */
        { BS_EFORMAT, "photo/6.png: 8x8", "320x240" },
        { BS_EFORMAT, "depth/7.png", "depth/7.png" }, /* cut */
    };
    tree t = tree_create();
    bs_source_options opt = { .kind = BS_SOURCE_SCENENET, .dir = t.dir, .depth_zero = BS_ZERO_UNKNOWN };
    bs_source *src = NULL;

    (void)state;
    for (int i = 0; i < 8; i++)
        tree_frame(&t, "0/0", (char[]){ (char)('0' + i), '\0' }, (uint16_t)(i == 4 ? 0 : 1000));
    tree_cut(&t, "0/0/photo/1.png", 60);
    tree_grey(&t, "0/0/depth/2.png", 8, 6);
    tree_depth(&t, "0/0/depth/3.png", 4, 3, 1000);
    unlink(tree_path(&t, "0/0/photo/5.png"));
    tree_link(&t, "nowhere", "0/0/photo/5.png");
    tree_photo(&t, "0/0/photo/6.png", 8, 8);
    tree_depth(&t, "0/0/depth/6.png", 8, 8, 1000);
    tree_cut(&t, "0/0/depth/7.png", 60);
    assert_int_equal(bs_source_open(&opt, &src, NULL), BS_OK);
    assert_int_equal(source_n_frames(src), 8);
    for (size_t i = 0; i < 8; i++) {
        bs_frame f = { .rgb = { .width = -7 } };
        bs_err err = { 0 };

        assert_int_equal(bs_source_read(src, i, &f, &err), expected[i].rc);
        assert_int_equal(err.code, expected[i].rc);
        if (expected[i].rc == BS_OK) {
            bs_frame_destroy(&f);
            continue;
        }
        assert_contains(err.text, expected[i].part);
        assert_contains(err.text, expected[i].part_2);
        assert_int_equal(f.rgb.width, -7);
        assert_null(f.rgb.px);
    }
    bs_source_close(&src);
    tree_remove(&t);
}

static void photos_of_which_none_can_be_read(void **state)
{
    tree t = tree_create();
    bs_err err;

    (void)state;
    tree_frame(&t, "0/0", "0", 1000);
    tree_frame(&t, "0/0", "1", 1000);
    tree_text(&t, "0/0/photo/0.png", "not an image");
    tree_text(&t, "0/0/photo/1.png", "");
    assert_int_equal(tree_open_fails(&t, ".", BS_SOURCE_SCENENET, &err), BS_EFORMAT);
    assert_contains(err.text, "photo/0.png");
    tree_remove(&t);
}

static void folders_that_may_not_be_read(void **state)
{
    tree t = tree_create();
    bs_source *src;

    (void)state;
    if (geteuid() == 0) {
        tree_remove(&t);
        skip(); /* root may read everything */
    }
    tree_frame(&t, "0/0", "0", 1000);
    tree_frame(&t, "0/1", "0", 1000);
    chmod(tree_path(&t, "0/1/photo"), 0);
    src = tree_open(&t, ".", BS_SOURCE_SCENENET);
    assert_int_equal(source_n_frames(src), 1);
    assert_contains(source_reason(src, "0/1/photo/"), "cannot be listed: Permission denied");
    bs_source_close(&src);
    chmod(tree_path(&t, "0/1/photo"), 0700);
    tree_remove(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folders_that_are_none),
        cmocka_unit_test(wrong_layouts_show_the_right_one),
        cmocka_unit_test(nothing_but_skips),
        cmocka_unit_test(lists_with_bad_lines),
        cmocka_unit_test(lists_cannot_lead_out),
        cmocka_unit_test(frames_that_cannot_be_read),
        cmocka_unit_test(photos_of_which_none_can_be_read),
        cmocka_unit_test(folders_that_may_not_be_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
