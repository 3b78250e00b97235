/* The pinhole camera: checks, scaling, ray length to z; and camera files, good and bad. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "gen/camera_file.h"
#include "gen/source_internal.h"
#include "tests/tree.h"

static void assert_near(double a, double b, double tolerance)
{
    if (!(fabs(a - b) <= tolerance))
        fail_msg("%.15g is not %.15g within %g", a, b, tolerance);
}

static void scenenet_is_60_by_45_degrees(void **state)
{
    const bs_camera c = bs_scenenet_camera();
    const double pi = acos(-1);
    double u, v;

    (void)state;
    assert_near(c.fx, 277.128129211020, 1e-11);
    assert_near(c.fy, 289.705627484771, 1e-11);
    assert_near(2 * atan(((c.width - 0.5) - c.cx) / c.fx), pi / 3, 1e-14);
    assert_near(2 * atan(((c.height - 0.5) - c.cy) / c.fy), pi / 4, 1e-14);
    u = 159.5 / 160 * tan(pi / 6);
    v = 119.5 / 120 * tan(pi / 8);
    assert_near(1 / bs_camera_ray_to_z(&c, 0, 0), sqrt(1 + u * u + v * v), 1e-12);
    /* What is lost at the corners by taking ray length for z. */
    assert_near(1 / bs_camera_ray_to_z(&c, 0, 0), 1.2253, 5e-5);
    assert_near(1 / bs_camera_ray_to_z(&c, 319, 239), 1.2253, 5e-5);
    assert_near(1 / bs_camera_ray_to_z(&c, 159, 119), 1.000003, 5e-7);
    assert_near(bs_camera_ray_to_z(&c, c.cx, c.cy), 1, 0);
}

/* Every point of the image keeps its ray when the image is resampled; corners are the easiest to name. */
static void scaling_keeps_rays(void **state)
{
    const bs_camera c = { .width = 640, .height = 480, .fx = 517.3, .fy = 516.5, .cx = 318.6, .cy = 255.3 };
    static const int sizes[][2] = { { 320, 240 }, { 1280, 960 }, { 640, 480 }, { 333, 101 } };

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        const bs_camera s = bs_camera_scaled(&c, sizes[i][0], sizes[i][1]);

        assert_int_equal(s.width, sizes[i][0]);
        assert_int_equal(s.height, sizes[i][1]);
        assert_near((-0.5 - s.cx) / s.fx, (-0.5 - c.cx) / c.fx, 1e-14);
        assert_near((-0.5 - s.cy) / s.fy, (-0.5 - c.cy) / c.fy, 1e-14);
        assert_near((s.width - 0.5 - s.cx) / s.fx, (c.width - 0.5 - c.cx) / c.fx, 1e-14);
        assert_near((s.height - 0.5 - s.cy) / s.fy, (c.height - 0.5 - c.cy) / c.fy, 1e-14);
    }
    assert_near(bs_camera_scaled(&c, 320, 240).cx, 159.05, 1e-12);
}

static void bad_cameras_are_named(void **state)
{
    const bs_camera good = { .width = 4, .height = 3, .fx = 5, .fy = 5, .cx = 1.5, .cy = 1 };
    bs_camera bad[8];
    bs_err err = { 0 };

    (void)state;
    assert_int_equal(bs_camera_check(&good, "cam", NULL), BS_OK);
    for (int i = 0; i < 8; i++)
        bad[i] = good;
    bad[0].width = 0;
    bad[1].height = -3;
    bad[2].width = BS_MAX_SIDE + 1;
    bad[3].fx = 0;
    bad[4].fy = -1;
    bad[5].fx = NAN;
    bad[6].cx = INFINITY;
    bad[7].cy = NAN;
    for (int i = 0; i < 8; i++)
        assert_int_equal(bs_camera_check(&bad[i], "cam", NULL), BS_EINVAL);
    bs_camera_check(&bad[4], "--intrinsics", &err);
    assert_contains(err.text, "--intrinsics: focal lengths 5, -1");
}

static void good_camera_files(void **state)
{
    tree t = tree_create();
    bs_camera_file f;
    const bs_camera *c = &f.camera;

    (void)state;
    tree_text(&t, "full.json",
              "{\"width\": 640, \"height\": 480, \"fx\": 517.3, \"fy\": 516.5,\n"
              " \"cx\": 318.6, \"cy\": 255.3, \"serial\": \"x\",\n"
              " \"lens\": [[1, 0], {\"fx\": 1}]}\n\n");
    assert_int_equal(bs_camera_file_read(tree_path(&t, "full.json"), &f, NULL), BS_OK);
    assert_true(c->width == 640 && c->height == 480 && c->fx == 517.3 && c->fy == 516.5);
    assert_true(c->cx == 318.6 && c->cy == 255.3);
    tree_text(&t, "short.json", "\xef\xbb\xbf{\"cx\":-1,\"cy\":2e2,\"fx\":5,\"fy\":6}");
    assert_int_equal(bs_camera_file_read(tree_path(&t, "short.json"), &f, NULL), BS_OK);
    assert_true(f.has_intrinsics && c->width == 0 && c->height == 0 && c->fx == 5 && c->fy == 6 &&
                c->cx == -1 && c->cy == 200);
    tree_remove(&t);
}

static void bad_camera_files_are_named(void **state)
{
#define K "\"fx\": 5, \"fy\": 5, \"cx\": 1, \"cy\": 1"
    static const struct {
        const char *text, *part;
    } bad[] = {
        { "", "not JSON" },
        { "{" K, "not JSON" },
        { "{" K "}\n x", ":2: not JSON" },
        { "{" K "}{}", "not JSON" },
        { "{\n\n\"fx\": NaN}", ":3: not JSON" },
        { "[1, 2]", "expected a JSON object" },
        { "{}", "no \"fx\"" },
        { "{\"fx\": 5, \"fy\": 5, \"cx\": 1, \"Cy\": 1}", "no \"cy\"" },
        { "{\"fx\": \"5\", \"fy\": 5, \"cx\": 1, \"cy\": 1}", "\"fx\" is not a number" },
        { "{\"fx\": 5, \"fy\": 1e999, \"cx\": 1, \"cy\": 1}", "\"fy\" is not a number" },
        { "{\"fx\": 5, \"fy\": -5, \"cx\": 1, \"cy\": 1}", "\"fy\" is -5" },
        { "{" K ", \"cx\": 2}", "\"cx\" is there twice" },
        { "{" K ", \"width\": 4}", "\"width\" without \"height\"" },
        { "{" K ", \"height\": 4}", "\"height\" without \"width\"" },
        { "{" K ", \"height\": 4, \"width\": 0}", "\"width\" is 0" },
        { "{" K ", \"height\": 4.5, \"width\": 4}", "\"height\" is 4.5" },
        { "{" K ", \"height\": 4, \"width\": 1e9}", "\"width\" is 1e+09" },
    };
#undef K
    tree t = tree_create();
    bs_camera_file c = { .camera.width = -7 };
    bs_err err;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        err = (bs_err){ 0 };
        tree_text(&t, "cam.json", bad[i].text);
        assert_int_equal(bs_camera_file_read(tree_path(&t, "cam.json"), &c, &err), BS_EFORMAT);
        assert_contains(err.text, bad[i].part);
        assert_contains(err.text, "cam.json");
    }
    tree_bytes(&t, "cam.json", "{}\0{}", 5);
    assert_int_equal(bs_camera_file_read(tree_path(&t, "cam.json"), &c, NULL), BS_EFORMAT);
    assert_int_equal(bs_camera_file_read(tree_path(&t, "none.json"), &c, NULL), BS_EIO);
    assert_int_equal(bs_camera_file_read(t.dir, &c, NULL), BS_EIO);
    assert_int_equal(c.camera.width, -7);
    tree_remove(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scenenet_is_60_by_45_degrees), cmocka_unit_test(scaling_keeps_rays),
        cmocka_unit_test(bad_cameras_are_named),        cmocka_unit_test(good_camera_files),
        cmocka_unit_test(bad_camera_files_are_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
