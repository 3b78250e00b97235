/* SceneNet's layout: what is found, in which order and under which name, and what depth and camera become. */
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

#include "tests/tree.h"

static void order_is_numeric(void **state)
{
    static const char *const trajectories[] = { "10/3", "2/100", "0/9", "0/10", "0/x", "room/0" };
    static const char *const expected[] = { "0/9", "0/10", "0/x", "2/100", "10/3", "room/0" };
    tree t = tree_create();
    bs_source *src;

    (void)state;
    for (size_t i = 0; i < 6; i++) {
        tree_frame(&t, trajectories[i], "100", 2000);
        tree_frame(&t, trajectories[i], "25", 2000);
        tree_frame(&t, trajectories[i], "0", 2000);
    }
    src = tree_open(&t, ".", BS_SOURCE_SCENENET);
    assert_int_equal(bs_source_n_trajectories(src), 6);
    for (size_t i = 0; i < 6; i++) {
        const bs_trajectory *trajectory = bs_source_trajectory(src, i);

        assert_string_equal(trajectory->name, expected[i]);
        assert_int_equal(trajectory->first_frame, 3 * i);
        assert_int_equal(trajectory->n_frames, 3);
    }
    assert_string_equal(bs_source_frame_name(src, 1), "0/9/photo/25.png");
    assert_string_equal(bs_source_depth_name(src, 1), "0/9/depth/25.png");
    assert_string_equal(bs_source_frame_name(src, 2), "0/9/photo/100.png");
    assert_int_equal(bs_source_frame_time_ns(src, 2), INT64_MIN);
    assert_int_equal(bs_source_n_skips(src), 0);
    bs_source_close(&src);
    assert_null(src);
    tree_remove(&t);
}

static void splits_chunks_and_trajectories_open(void **state)
{
    static const char *const names[] = { "test/0/1", "train/0/1", "train/16/1", "val/0/1" };
    static const struct {
        const char *dir, *name;
    } inner[] = { { "train/", "0/1" }, { "train/16", "1" }, { "train/16/1//", "." } };
    tree t = tree_create();
    bs_source *src;

    (void)state;
    for (size_t i = 0; i < 4; i++)
        tree_frame(&t, names[i], "0", 2000);
    tree_frame(&t, "deep/er/0/1", "0", 2000); /* not a split, so too deep */
    src = tree_open(&t, ".", BS_SOURCE_SCENENET);
    assert_int_equal(bs_source_n_trajectories(src), 4);
    for (size_t i = 0; i < 4; i++)
        assert_string_equal(bs_source_trajectory(src, i)->name, names[i]);
    assert_string_equal(bs_source_frame_name(src, 3), "val/0/1/photo/0.png");
    bs_source_close(&src);
    for (size_t i = 0; i < 3; i++) {
        bs_frame f;

        src = tree_open(&t, inner[i].dir, BS_SOURCE_SCENENET);
        assert_string_equal(bs_source_trajectory(src, 0)->name, inner[i].name);
        assert_int_equal(bs_source_read(src, 0, &f, NULL), BS_OK);
        bs_frame_destroy(&f);
        if (i == 2)
            assert_string_equal(bs_source_frame_name(src, 0), "photo/0.png");
        bs_source_close(&src);
    }
    tree_remove(&t);
}

static void what_cannot_be_used_is_named(void **state)
{
    tree t = tree_create();
    bs_source *src;

    (void)state;
    tree_frame(&t, "0/1", "7", 2000);
    tree_photo(&t, "0/1/photo/8.png", 8, 6);
    tree_text(&t, "0/1/photo/notes.txt", "x");
    tree_text(&t, "0/1/photo/8b.png", "x");
    tree_folder(&t, "0/1/photo/9.png");
    tree_text(&t, "0/1/photo/.hidden.png", "x");
    tree_text(&t, "0/1/photo/Thumbs.db", "x");
    tree_text(&t, "0/1/photo/desktop.ini", "x");
    tree_folder(&t, "0/2/photo");
    tree_folder(&t, "0/2/depth");
    tree_photo(&t, "0/3/photo/0.png", 8, 6);
    tree_depth(&t, "0/4/depth/0.png", 8, 6, 1000);
    tree_folder(&t, "0/5/instance");
    tree_folder(&t, "truth/photos");
    tree_folder(&t, "depth"); /* beside the chunks it is nothing */
    tree_text(&t, "README.md", "x");
    src = tree_open(&t, ".", BS_SOURCE_SCENENET);
    assert_int_equal(source_n_frames(src), 1);
    assert_string_equal(source_reason(src, "0/1/photo/8.png"), "no depth/8.png");
    assert_contains(source_reason(src, "0/1/photo/notes.txt"), "not a photo");
    assert_contains(source_reason(src, "0/1/photo/8b.png"), "not a photo");
    assert_contains(source_reason(src, "0/1/photo/9.png"), "not a photo");
    assert_string_equal(source_reason(src, "0/2"), "no photos in photo/");
    assert_string_equal(source_reason(src, "0/3"), "no folder depth/");
    assert_string_equal(source_reason(src, "0/4"), "depth/ without photo/");
    assert_int_equal(bs_source_n_skips(src), 7);
    bs_source_close(&src);
    tree_remove(&t);
}

static void a_frame_is_found_once(void **state)
{
    tree t = tree_create();
    bs_source *src;

    (void)state;
    tree_frame(&t, "0/1", "5", 2000);
    tree_jpeg(&t, "0/1/photo/5.jpg", 8, 6);
    tree_jpeg(&t, "0/1/photo/6.JPG", 8, 6);
    tree_jpeg(&t, "0/1/photo/06.jpeg", 8, 6);
    tree_depth(&t, "0/1/depth/6.png", 8, 6, 1000);
    src = tree_open(&t, ".", BS_SOURCE_SCENENET);
    assert_int_equal(source_n_frames(src), 2);
    assert_string_equal(bs_source_frame_name(src, 0), "0/1/photo/5.png"); /* without loss */
    assert_string_equal(bs_source_frame_name(src, 1), "0/1/photo/6.JPG");
    assert_string_equal(source_reason(src, "0/1/photo/06.jpeg"), "no depth/06.png");
    assert_int_equal(bs_source_n_skips(src), 1);
    bs_source_close(&src);
    tree_remove(&t);
}

static void links_are_followed(void **state)
{
    tree t = tree_create();
    bs_source *src;
    bs_frame f;

    (void)state;
    tree_frame(&t, "store/a/b/c", "5", 2000);
    tree_link(&t, "../store/a/b/c", "set/0");
    tree_link(&t, "../../store/a/b/c/photo", "set/1/photo");
    tree_link(&t, "../../../store/a/b/c/depth/5.png", "set/1/depth/5.png");
    src = tree_open(&t, "set", BS_SOURCE_SCENENET);
    assert_int_equal(bs_source_n_trajectories(src), 2);
    assert_int_equal(bs_source_read(src, 1, &f, NULL), BS_OK);
    bs_frame_destroy(&f);
    bs_source_close(&src);
    tree_remove(&t);
}

/* Value floor(mm) of ray length: (v + 0.5) mm along the ray is z = that / sqrt(1 + u^2 + v^2). */
static void ray_length_becomes_z(void **state)
{
    uint16_t px[48];
    tree t = tree_create();
    bs_source *src;
    bs_frame f;

    (void)state;
    for (int i = 0; i < 48; i++)
        px[i] = (uint16_t)(i == 20 ? 0 : 1000 + 700 * i);
    tree_frame(&t, "0/1", "0", 0);
    tree_depth_px(&t, "0/1/depth/0.png", 8, 6, px);
    src = tree_open(&t, ".", BS_SOURCE_SCENENET);
    assert_int_equal(bs_source_read(src, 0, &f, NULL), BS_OK);
    for (int i = 0; i < 48; i++) {
        const double u = (i % 8 - 3.5) / 4 * tan(acos(-1) / 6), v = (i / 8 - 2.5) / 3 * tan(acos(-1) / 8);
        const double z_m = (px[i] + 0.5) / 1000 / sqrt(1 + u * u + v * v);

        if (i == 20)
            assert_true(isinf(f.depth_m.px[i]) && f.depth_m.px[i] > 0);
        else if (fabs(f.depth_m.px[i] - z_m) > 1e-6 * z_m)
            fail_msg("pixel %d: z %.9g, expected %.9g", i, f.depth_m.px[i], z_m);
        for (int c = 0; c < 3; c++)
            assert_int_equal(f.rgb.px[3 * i + c], tree_photo_value(i % 8, i / 8, c));
    }
    bs_frame_destroy(&f);
    bs_frame_destroy(&f); /* twice is fine */
    bs_source_close(&src);
    tree_remove(&t);
}

static void zero_is_far_or_unknown(void **state)
{
    const uint16_t px[2] = { 0, 1000 };
    tree t = tree_create();
    bs_source *src = NULL;
    bs_frame f;
    bs_source_options opt = { .kind = BS_SOURCE_SCENENET, .dir = t.dir, .has_camera = 1 };

    (void)state;
    opt.camera = (bs_camera){ .fx = 2, .fy = 2, .cx = 0.5 };
    tree_photo(&t, "0/1/photo/0.png", 2, 1);
    tree_depth_px(&t, "0/1/depth/0.png", 2, 1, px);
    opt.depth_zero = BS_ZERO_UNKNOWN;
    assert_int_equal(bs_source_open(&opt, &src, NULL), BS_OK);
    assert_int_equal(bs_source_read(src, 0, &f, NULL), BS_OK);
    assert_true(isnan(f.depth_m.px[0]) && f.depth_m.px[1] > 0.9f);
    bs_frame_destroy(&f);
    bs_source_close(&src);
    opt.depth_zero = BS_ZERO_FAR;
    assert_int_equal(bs_source_open(&opt, &src, NULL), BS_OK);
    assert_int_equal(bs_source_read(src, 0, &f, NULL), BS_OK);
    assert_true(isinf(f.depth_m.px[0]));
    bs_frame_destroy(&f);
    bs_source_close(&src);
    tree_remove(&t);
}

static void real_frames_in_this_layout(void **state)
{
    const char *shared = getenv("BLURSYNTH_SHARED");
    bs_source_options opt = { .kind = BS_SOURCE_SCENENET, .depth_zero = BS_ZERO_UNKNOWN, .has_camera = 1 };
    bs_source *src = NULL;
    char dir[1024];
    bs_err err = { 0 };

    (void)state;
    snprintf(dir, sizeof dir, "%s/data/scenenet_layout/tum_fr1", shared ? shared : "");
    if (!shared || access(dir, R_OK) != 0)
        skip();
    opt.dir = dir;
    opt.camera = (bs_camera){ .fx = 517.3, .fy = 516.5, .cx = 318.6, .cy = 255.3 };
    if (bs_source_open(&opt, &src, &err) != BS_OK)
        fail_msg("%s", err.text);
    assert_int_equal(source_n_frames(src), 12);
    assert_string_equal(bs_source_frame_name(src, 11), "0/0/photo/275.jpg");
    for (size_t i = 0; i < 12; i++) {
        bs_frame f;

        if (bs_source_read(src, i, &f, &err) != BS_OK)
            fail_msg("%s", err.text);
        assert_int_equal(f.camera.width, 640);
        assert_true(f.camera.fx == 517.3);
        bs_frame_destroy(&f);
    }
    bs_source_close(&src);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(order_is_numeric),
        cmocka_unit_test(splits_chunks_and_trajectories_open),
        cmocka_unit_test(what_cannot_be_used_is_named),
        cmocka_unit_test(a_frame_is_found_once),
        cmocka_unit_test(links_are_followed),
        cmocka_unit_test(ray_length_becomes_z),
        cmocka_unit_test(zero_is_far_or_unknown),
        cmocka_unit_test(real_frames_in_this_layout),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
