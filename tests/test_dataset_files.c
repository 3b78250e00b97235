/* What the files of a tuple hold: photo, depth, kernel, and the picture of a camera that does not move. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gen/decode.h"
#include "tests/dataset_case.h"

/* PNG and JPEG alike: what decodes from sharp/ is what decodes from the source. */
static void sharp_is_the_photo(void **state)
{
    dataset_case c;

    (void)state;
    case_open(&c, 1, 1);
    tree_jpeg(&c.t, "in/0/0/photo/25.jpg", CASE_W, CASE_H);
    tree_depth(&c.t, "in/0/0/depth/25.png", CASE_W, CASE_H, 2000);
    case_make(&c, 2);
    for (int i = 0; i < 2; i++) {
        const char *in = tree_path(&c.t, i ? "in/0/0/photo/25.jpg" : "in/0/0/photo/0.png");
        const char *out = tree_path(&c.t, i ? "out/sharp/00000001.png" : "out/sharp/00000000.png");
        bs_rgb8 photo, sharp;

        assert_int_equal(bs_photo_read(in, &photo, NULL), BS_OK);
        assert_int_equal(bs_photo_read(out, &sharp, NULL), BS_OK);
        assert_int_equal(sharp.width, CASE_W);
        assert_int_equal(sharp.height, CASE_H);
        assert_memory_equal(photo.px, sharp.px, 3 * CASE_W * CASE_H);
        bs_rgb8_destroy(&photo);
        bs_rgb8_destroy(&sharp);
    }
    case_close(&c);
}

/* The sharp image and depth of a frame are encoded once, and are those of its own samples: by one thread, of
 * frames that differ in content and in size, one of them bad, and in sequences, where later ones move. */
static void samples_share_what_is_of_their_frame(void **state)
{
    dataset_case c;
    snap once, s;
    char name[2][64];

    (void)state;
    case_open(&c, 1, 3);
    tree_jpeg(&c.t, "in/0/0/photo/75.jpg", 2 * CASE_W, 2 * CASE_H);
    tree_depth(&c.t, "in/0/0/depth/75.png", 2 * CASE_W, 2 * CASE_H, 2000);
    tree_cut(&c.t, "in/0/0/photo/25.png", 100);
    c.opt.threads = 1;
    c.opt.frames_per_trajectory = 0;
    case_make(&c, 3);
    once = snap_take(&c.t, "out");
    case_output(&c, "twice");
    c.opt.samples_per_frame = 2;
    case_make(&c, 6);
    s = snap_take(&c.t, "twice");
    for (int key = 0; key < 8; key++)
        for (int depth = 0; depth < 2; depth++) {
            snprintf(name[0], sizeof name[0], "%s/%08d.png", depth ? "depth" : "sharp", key / 2);
            snprintf(name[1], sizeof name[1], "%s/%08d.png", depth ? "depth" : "sharp", key);
            if (key / 2 != 1 && !same_file(snap_find(&once, name[0]), snap_find(&s, name[1])))
                fail_msg("sample %d: %s is not that of its frame", key, name[1]);
        }
    snap_free(&s);
    case_output(&c, "video");
    c.opt.samples_per_frame = 1;
    c.opt.frames_per_sequence = 2;
    c.opt.frame_interval_ns = 100000000;
    c.opt.exposure_min_ns = c.opt.exposure_max_ns = 50000000;
    case_make(&c, 6);
    s = snap_take(&c.t, "video");
    assert_true(same_file(snap_find(&once, "sharp/00000000.png"), snap_find(&s, "sharp/00000000.png")));
    assert_false(same_file(snap_find(&s, "sharp/00000000.png"), snap_find(&s, "sharp/00000001.png")));
    assert_true(same_file(snap_find(&once, "depth/00000003.png"), snap_find(&s, "depth/00000006.png")));
    assert_false(same_file(snap_find(&s, "depth/00000006.png"), snap_find(&s, "depth/00000007.png")));
    snap_free(&s);
    snap_free(&once);
    case_close(&c);
}

/* Paired folders with 100 units a metre: 0 by '--depth-zero', and what lies beyond 65.534 m is far. */
static void depth_is_millimetres(void **state)
{
    static const uint16_t raw[] = { 0, 1, 2, 123, 6552, 6553, 6554, 65535 };
    static const uint16_t mm[] = { 0, 10, 20, 1230, 65520, 65530, 65535, 65535 };
    const char *out = "out/depth/00000000.png";
    uint16_t px[48];
    dataset_case c;
    bs_gray16 depth;

    (void)state;
    case_open(&c, 0, 0);
    for (int i = 0; i < 48; i++)
        px[i] = raw[i % 8];
    tree_photo(&c.t, "in/rgb/1.png", 8, 6);
    tree_depth_px(&c.t, "in/depth/1.png", 8, 6, px);
    c.opt.source = BS_SOURCE_RGBD;
    c.opt.depth_scale = 100;
    for (int far = 0; far < 2; far++) {
        c.opt.depth_zero = far ? BS_ZERO_FAR : BS_ZERO_UNKNOWN;
        c.opt.overwrite = far;
        case_make(&c, 1);
        assert_int_equal(bs_depth_png_read(tree_path(&c.t, out), &depth, NULL), BS_OK);
        for (int i = 0; i < 48; i++)
            if (depth.px[i] != (far && !raw[i % 8] ? 65535 : mm[i % 8]))
                fail_msg("pixel %d: %d mm from a value of %d", i, depth.px[i], px[i]);
        bs_gray16_destroy(&depth);
    }
    case_close(&c);
}

static float float_at(const snap_file *f, size_t offset)
{
    float v;

    memcpy(&v, f->data.data + offset, sizeof v);
    return v;
}

static void kernel_formats(void **state)
{
    static const struct {
        const char *name, *starts, *holds;
        size_t n, bytes; /* of 'starts'; of the file, 0: not fixed */
    } cases[] = {
        { "kernel/00000000.npy", "\x93NUMPY\x01",
          "'descr': '<f4', 'fortran_order': False, 'shape': (36, 48, 2)", 7, 128 + 36 * 48 * 8 },
        { "kernel/00000000.npy", "\x93NUMPY\x01",
          "'descr': '<f2', 'fortran_order': False, 'shape': (36, 48, 2)", 7, 128 + 36 * 48 * 4 },
        { "kernel/00000000.flo", "PIEH\x30\0\0\0\x24\0\0\0", NULL, 12, 12 + 36 * 48 * 8 },
        { "kernel/00000000.png", "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x30\0\0\0\x24\x10\x02", NULL, 26, 0 },
    };
    dataset_case c;
    float npy[2] = { 0 };

    (void)state;
    case_open(&c, 1, 1);
    for (int i = 0; i < 4; i++) {
        const snap_file *f;
        snap s;

        c.opt.kernel_format = (bs_kernel_format)i;
        c.opt.overwrite = i > 0;
        case_make(&c, 1);
        s = snap_take(&c.t, "out");
        f = snap_find(&s, cases[i].name);
        assert_non_null(f);
        assert_memory_equal(f->data.data, cases[i].starts, cases[i].n);
        if (cases[i].bytes)
            assert_int_equal(f->data.n, cases[i].bytes);
        if (cases[i].holds)
            assert_contains((const char *)f->data.data + 10, cases[i].holds);
        for (int k = 0; i == 0 && k < 2; k++)
            npy[k] = float_at(f, 128 + 4 * (size_t)k);
        for (int k = 0; i == 2 && k < 2; k++) /* the same vector, whatever the file is called */
            assert_true(npy[k] != 0 && float_at(f, 12 + 4 * (size_t)k) == npy[k]);
        snap_free(&s);
    }
    case_close(&c);
}

/* A camera that does not move sees the photo, bit for bit, through any response. */
static void a_still_camera_blurs_nothing(void **state)
{
    dataset_case c;
    snap s;

    (void)state;
    case_open(&c, 1, 1);
    tree_text(&c.t, "hand.csv",
              "timestamp,tx,ty,tz,qx,qy,qz,qw\n0,1,2,3,0.1,0.2,0.3,0.927362\n"
              "1,1,2,3,0.1,0.2,0.3,0.927362\n");
    c.opt.noise_peak = 0;
    c.opt.n_poses = 7;
    for (int r = BS_RESPONSE_AUTO; r <= BS_RESPONSE_NONE; r++) {
        c.opt.response = (bs_response_kind)r;
        c.opt.gamma = 2.2;
        c.opt.overwrite = r > 0;
        case_make(&c, 1);
        s = snap_take(&c.t, "out");
        if (!same_file(snap_find(&s, "blur/00000000.png"), snap_find(&s, "sharp/00000000.png")))
            fail_msg("response %d: a still camera changed the picture", r);
        for (size_t i = 0; i < 2 * CASE_W * CASE_H; i++)
            assert_true(float_at(snap_find(&s, "kernel/00000000.npy"), 128 + 4 * i) == 0);
        assert_true(case_mask_mean(&c, "out/mask/00000000.png") == 1);
        snap_free(&s);
    }
    case_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sharp_is_the_photo),
        cmocka_unit_test(samples_share_what_is_of_their_frame),
        cmocka_unit_test(depth_is_millimetres),
        cmocka_unit_test(kernel_formats),
        cmocka_unit_test(a_still_camera_blurs_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
