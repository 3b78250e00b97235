/* Depth as the anchors of a sequence have it. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/scene.h"
#include "tests/sequence_case.h"

enum { W = 80, H = 60 };

/* Forwards, z shrinks by the way; a turned camera sees z = 2 / (r3 . ray). */
static void depth_is_that_of_the_other_camera(void **state)
{
    const motion still = make_pose(0, 0, 0, 0, 0, 0);
    const bs_synth_options opt = { 0 };
    const double turn = 0.1;
    frame f = make_frame(W, H, FLAT, 3);
    later l = later_at(0.01, -0.02, 0.5, 0, 0, 0);
    bs_tuple t = later_make(*state, &f, &still, &l, &opt);

    for (int i = 0; i < W * H; i++)
        if (!(fabsf(t.depth_m[i] - 1.5f) < 1e-5f)) /* it sees a part of what the frame does */
            fail_msg("pixel %d: %g", i, (double)t.depth_m[i]);
    l = later_at(0, 0, 0, 0, turn, 0);
    t = later_make(*state, &f, &still, &l, &opt);
    for (int i = 0; i < W * H; i++) {
        /* The third row of R, for a turn about y, times the ray. */
        const double z = 2 / (cos(turn) - sin(turn) * (i % W - f.cam.cx) / f.cam.fx);

        if (!isnan(t.depth_m[i]) && !(fabs((double)t.depth_m[i] - z) < 1e-5))
            fail_msg("pixel %d: %g, expected %g", i, (double)t.depth_m[i], z);
    }
    free_frame(&f);
}

/* A step so small that nothing comes apart there is a step in depth all the same, and a slope is a slope. */
static void depth_is_not_mixed(void **state)
{
    const motion still = make_pose(0, 0, 0, 0, 0, 0);
    const bs_synth_options opt = { 0 };
    frame f = make_frame(W, H, FLAT, 1);
    const later l = later_at(0.005, 0.004, 0, 0, 0, 0); /* 0.1 px apart */
    bs_tuple t;

    for (int i = 0; i < W * H; i++)
        f.depth[i] = i % W < W / 2 ? 2.0f : 2.6f;
    t = later_make(*state, &f, &still, &l, &opt);
    for (int i = 0; i < W * H; i++)
        if (!isnan(t.depth_m[i]) && fabsf(t.depth_m[i] - 2) > 1e-3f && fabsf(t.depth_m[i] - 2.6f) > 1e-3f)
            fail_msg("pixel (%d, %d): %g", i % W, i / W, (double)t.depth_m[i]);
    for (int i = 0; i < W * H; i++) /* a plane, up to 9 % nearer from pixel to pixel */
        f.depth[i] = 1 / (0.02f + 0.02f * (float)(i / W));
    t = later_make(*state, &f, &still, &l, &opt);
    for (int i = 0; i < W * (H - 1); i++) {
        /* p = y + c w(p), w = 0.02 + 0.02 p */
        const double c = 0.004 * f.cam.fy, p = (i / W + 0.02 * c) / (1 - 0.02 * c);
        const double z = 1 / (0.02 + 0.02 * p);

        if (i / W > 10 && i / W < H - 3 && !isnan(t.depth_m[i]) &&
            !(fabs((double)t.depth_m[i] / z - 1) < 1e-4))
            fail_msg("pixel (%d, %d): %g, expected %g", i % W, i / W, (double)t.depth_m[i], z);
    }
    free_frame(&f);
}

/* Infinitely far stays so, unknown stays unknown, and both move with the camera. */
static void holes_stay_holes(void **state)
{
    const motion still = make_pose(0, 0, 0, 0, 0, 0);
    const bs_synth_options opt = { 0 };
    frame f = make_frame(W, H, HOLES, 9);
    const later l = later_at(0, 0, 0, 0, -0.1, 0); /* to the left, where the view shifts to the right */
    const bs_tuple t = later_make(*state, &f, &still, &l, &opt);
    int far = 0, unknown = 0;

    for (int x = 0; x < W; x++) {
        unknown += isnan(t.depth_m[5 * W + x]) || isinf(t.depth_m[5 * W + x]);
        far += isinf(t.depth_m[(H - 5) * W + x]) != 0;
    }
    assert_int_equal(unknown, W); /* the rows on top are, or far */
    assert_true(far > 5 && far < W / 4);
    free_frame(&f);
}

/* Against ray-traced depth of the same world from elsewhere. */
static void depth_is_the_ray_casters(void **state)
{
    const bs_camera cam = { 160, 120, 138.56, 144.85, 79.5, 59.5 };
    const size_t n = 160 * 120;
    const bs_pose T_world_frame = bs_pose_identity(),
                  there = make_pose(0.04, 0.02, 0.05, 0, 0.02, 0.03).pose[0];
    const motion still = make_pose(0, 0, 0, 0, 0, 0);
    const bs_synth_options opt = { .response = BS_RESPONSE_GAMMA, .gamma = 2 };
    scene *world = scene_create("room_smooth", 1);
    frame f = make_frame(cam.width, cam.height, FLAT, 1);
    float *truth = malloc(n * sizeof *truth), *light = malloc(3 * n * sizeof *light);
    double known = 0, off = 0;
    bs_tuple t;

    assert_true(world && truth && light);
    f.cam = cam;
    scene_render(world, &cam, &T_world_frame, 8, 1, light, f.depth, NULL);
    for (size_t i = 0; i < 3 * n; i++)
        f.rgb[i] = (uint8_t)lrintf(255 * sqrtf(light[i]));
    scene_render(world, &cam, &there, 1, 1, NULL, truth, NULL);
    for (size_t i = 0; i < n; i++) {
        const float z = (float)bs_camera_ray_to_z(&cam, (double)(i % 160), (double)(i / 160));

        f.depth[i] *= z;
        truth[i] *= z;
    }
    t = later_make(*state, &f, &still, &(later){ .T_frame_anchor = there }, &opt);
    for (size_t i = 0; i < n; i++) {
        if (isnan(t.depth_m[i]))
            continue;
        known++;
        off += !(isinf(truth[i]) && isinf(t.depth_m[i])) && !(fabsf(t.depth_m[i] / truth[i] - 1) < 0.02f);
    }
    if (known < 0.8 * (double)n || off > 0.015 * known)
        fail_msg("known %.1f %%, of it %.2f %% beyond 2 %%", 100 * known / (double)n, 100 * off / known);
    free(truth);
    free(light);
    scene_destroy(&world);
    free_frame(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(depth_is_that_of_the_other_camera),
        cmocka_unit_test(depth_is_not_mixed),
        cmocka_unit_test(holes_stay_holes),
        cmocka_unit_test(depth_is_the_ray_casters),
    };

    return cmocka_run_group_tests(tests, setup_synth, teardown_synth);
}
