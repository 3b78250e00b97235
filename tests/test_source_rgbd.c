/* Paired folders rgb/ and depth/: pairing, order, depth scale and kind, guessed and given cameras. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "gen/dirlist.h"
#include "tests/tree.h"

static int natural(const char *a, const char *b)
{
    const int c = bs_natural_cmp(a, strlen(a), b, strlen(b));

    return (c > 0) - (c < 0);
}

static void natural_order(void **state)
{
    static const char *const ascending[] = {
        "",
        "-1",
        "0",
        "00",
        "1",
        "1a",
        "9",
        "010",
        "10",
        "10-2",
        "10.5",
        "99999999999999999999",
        "100000000000000000000",
        "a",
        "a1",
        "a02",
        "a2",
        "a10",
        "a10b",
        "b",
        "\xc3\xa9",
    };
    const int n = (int)(sizeof ascending / sizeof *ascending);

    (void)state;
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++)
            if (natural(ascending[i], ascending[j]) != (i > j) - (i < j))
                fail_msg("\"%s\" against \"%s\"", ascending[i], ascending[j]);
}

static void pairs_by_base_name(void **state)
{
    tree t = tree_create();
    bs_source *src;

    (void)state;
    tree_photo(&t, "rgb/f10.png", 8, 6);
    tree_photo(&t, "rgb/f2.png", 8, 6);
    tree_jpeg(&t, "rgb/1.5.jpg", 8, 6);
    tree_photo(&t, "rgb/lonely.png", 8, 6);
    tree_text(&t, "rgb/list.csv", "x");
    tree_text(&t, "rgb/.png", "x");
    tree_depth(&t, "depth/f10.png", 8, 6, 1000);
    tree_depth(&t, "depth/f2.PNG", 8, 6, 1000);
    tree_depth(&t, "depth/1.5.png", 8, 6, 1000);
    tree_depth(&t, "depth/other.png", 8, 6, 1000);
    tree_text(&t, "depth/lonely.txt", "x");
    src = tree_open(&t, ".", BS_SOURCE_RGBD);
    assert_int_equal(bs_source_n_trajectories(src), 1);
    assert_string_equal(bs_source_trajectory(src, 0)->name, ".");
    assert_int_equal(source_n_frames(src), 3);
    assert_string_equal(bs_source_frame_name(src, 0), "rgb/1.5.jpg");
    assert_string_equal(bs_source_frame_name(src, 1), "rgb/f2.png");
    assert_string_equal(bs_source_depth_name(src, 1), "depth/f2.PNG");
    assert_string_equal(bs_source_frame_name(src, 2), "rgb/f10.png");
    assert_string_equal(source_reason(src, "rgb/lonely.png"), "no depth/lonely.png");
    assert_contains(source_reason(src, "rgb/list.csv"), "not a .jpg or .png");
    assert_int_equal(bs_source_n_skips(src), 2);
    bs_source_close(&src);
    tree_remove(&t);
}

static float depth_at_corner(const tree *t, double scale, bs_depth_kind kind)
{
    const bs_source_options opt = { .kind = BS_SOURCE_RGBD,
                                    .dir = t->dir,
                                    .depth_scale = scale,
                                    .depth_kind = kind,
                                    .has_camera = 1,
                                    .camera = { .fx = 4, .fy = 3, .cx = 4, .cy = 3 } };
    bs_source *src = NULL;
    bs_frame f;
    float z_m;

    assert_int_equal(bs_source_open(&opt, &src, NULL), BS_OK);
    assert_int_equal(bs_source_read(src, 0, &f, NULL), BS_OK);
    z_m = f.depth_m.px[0];
    bs_frame_destroy(&f);
    bs_source_close(&src);
    return z_m;
}

static void depth_scale_and_kind(void **state)
{
    tree t = tree_create();

    (void)state;
    tree_photo(&t, "rgb/a.png", 8, 6);
    tree_depth(&t, "depth/a.png", 8, 6, 3000);
    assert_true(depth_at_corner(&t, 0, BS_DEPTH_Z) == 3.0f);
    assert_true(depth_at_corner(&t, 5000, BS_DEPTH_Z) == 0.6f);
    assert_true(depth_at_corner(&t, 1000, BS_DEPTH_RAY) == (float)(3 / sqrt(3.0)));
    tree_remove(&t);
}

static void options_are_checked(void **state)
{
    static const double bad[] = { -1, NAN, INFINITY, 1e-30 };
    bs_source_options opt = { .kind = BS_SOURCE_RGBD, .dir = "/" };
    bs_source *src = NULL;
    bs_err err = { 0 };

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        opt.depth_scale = bad[i];
        assert_int_equal(bs_source_open(&opt, &src, NULL), BS_EINVAL);
    }
    opt = (bs_source_options){ .kind = BS_SOURCE_RGBD, .dir = "/", .has_camera = 1 };
    opt.camera = (bs_camera){ .fx = 0, .fy = 1 };
    assert_int_equal(bs_source_open(&opt, &src, &err), BS_EINVAL);
    assert_contains(err.text, "focal");
    opt = (bs_source_options){ .kind = BS_SOURCE_NONE, .dir = "/" };
    assert_int_equal(bs_source_open(&opt, &src, NULL), BS_EINVAL);
    opt = (bs_source_options){ .kind = BS_SOURCE_RGBD, .dir = "" };
    assert_int_equal(bs_source_open(&opt, &src, NULL), BS_EINVAL);
    assert_null(src);
}

static void a_camera_is_guessed(void **state)
{
    tree t = tree_create();
    bs_source *src;
    bs_camera c;
    bs_frame f;

    (void)state;
    tree_photo(&t, "rgb/1.png", 20, 40);
    tree_cut(&t, "rgb/1.png", 50); /* the first one that can be read decides */
    tree_depth(&t, "depth/1.png", 20, 40, 1000);
    tree_photo(&t, "rgb/2.png", 8, 6);
    tree_depth(&t, "depth/2.png", 8, 6, 1000);
    tree_photo(&t, "rgb/3.png", 16, 12);
    tree_depth(&t, "depth/3.png", 16, 12, 1000);
    src = tree_open(&t, ".", BS_SOURCE_RGBD);
    c = bs_source_camera(src);
    assert_true(bs_source_camera_guessed(src));
    assert_true(c.width == 8 && c.height == 6 && c.fx == 8 && c.fy == 8 && c.cx == 3.5 && c.cy == 2.5);
    assert_int_equal(bs_source_read(src, 0, &f, NULL), BS_EFORMAT);
    assert_int_equal(bs_source_read(src, 2, &f, NULL), BS_OK);
    assert_true(f.camera.width == 16 && f.camera.fx == 16 && f.camera.cx == 7.5);
    bs_frame_destroy(&f);
    bs_source_close(&src);
    tree_remove(&t);
}

static void a_camera_is_scaled_to_each_frame(void **state)
{
    tree t = tree_create();
    bs_source_options opt = { .kind = BS_SOURCE_RGBD, .dir = t.dir, .has_camera = 1 };
    bs_source *src = NULL;
    bs_err err = { 0 };
    bs_frame f;

    (void)state;
    tree_photo(&t, "rgb/1.png", 8, 6);
    tree_depth(&t, "depth/1.png", 8, 6, 1000);
    tree_photo(&t, "rgb/2.png", 8, 7);
    tree_depth(&t, "depth/2.png", 8, 7, 1000);
    opt.camera = (bs_camera){ .width = 320, .height = 240, .fx = 300, .fy = 310, .cx = 159.5, .cy = 119.5 };
    assert_int_equal(bs_source_open(&opt, &src, NULL), BS_OK);
    assert_false(bs_source_camera_guessed(src));
    assert_int_equal(bs_source_read(src, 0, &f, NULL), BS_OK);
    assert_true(f.camera.fx == 7.5 && f.camera.fy == 7.75 && f.camera.cx == 3.5 && f.camera.cy == 2.5);
    bs_frame_destroy(&f);
    assert_int_equal(bs_source_read(src, 1, &f, &err), BS_EFORMAT);
    assert_contains(err.text, "8x7");
    assert_contains(err.text, "320x240");
    bs_source_close(&src);
    tree_remove(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(natural_order),        cmocka_unit_test(pairs_by_base_name),
        cmocka_unit_test(depth_scale_and_kind), cmocka_unit_test(options_are_checked),
        cmocka_unit_test(a_camera_is_guessed),  cmocka_unit_test(a_camera_is_scaled_to_each_frame),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
