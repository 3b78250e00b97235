/* A sensor's depth put right by colour: the blur made from it against ray-traced truth, with and without. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gen/blursynth.h"
#include "homography/sensor.h"
#include "tests/scene.h"
#include "tests/sensor_case.h"

enum { W = 240, H = 180, N = W * H, POSES = 6, RAYS = 4, SCENES = 4, MOTIONS = 2, SENSORS = 2, EDGE_PX = 8 };

static const bs_camera camera = { W, H, 208, 208, 119.5, 89.5 };

static const char *const scene_name[SCENES] = { "step", "cards", "thin", "room" };
static const char *const motion_name[MOTIONS] = { "sideways", "hand-held" };
static const char *const sensor_name[SENSORS] = { "exact", "Kinect" };

/* What cleaning up must gain within EDGE_PX of true depth edges, dB.  For the sensor two thirds of what
 * was measured (8.1, 0.5; 2.1, 0.2; 1.3, 0.3; 2.3, 0.0); exact depth has nothing to gain, and loses a
 * little where textures run along its edges (0.1, 0.0; 0.5, 0.0; 0.3, 0.1; 0.8, -0.1). */
static const double least_gain[SENSORS][SCENES][MOTIONS] = {
    { { -0.2, -0.1 }, { -0.6, -0.1 }, { -0.4, -0.2 }, { -1.0, -0.2 } },
    { { 5.4, 0.3 }, { 1.4, 0.1 }, { 0.8, 0.1 }, { 1.5, -0.1 } },
};

typedef struct bench {
    bs_synth *synth;
    bs_response srgb;
    float light[3 * N], truth_light[3 * N], range[N], z[N], seen[N];
    uint8_t sharp[3 * N], truth[3 * N], edge[N];
    int margin; /* pixels beside the border that look past it */
} bench;

static int setup(void **state)
{
    bench *b = calloc(1, sizeof *b);

    if (!b || bs_synth_create(&b->synth, NULL) || bs_response_make(BS_RESPONSE_SRGB, 0, &b->srgb, NULL))
        return -1;
    *state = b;
    return 0;
}

static int teardown(void **state)
{
    bench *b = *state;

    bs_synth_destroy(&b->synth);
    free(b);
    return 0;
}

static bs_pose motion_at(int motion, double s)
{
    const bs_pose still = scene_handheld(3, 0.2), moved = scene_handheld(3, 0.2 + 0.12 * s);
    const bs_pose T_still_world = bs_pose_inverse(&still);
    bs_pose T = bs_pose_identity();

    if (motion)
        return bs_pose_mul(&T_still_world, &moved);
    T.t_m[0] = 0.1 * s;
    return T;
}

/* Marks what is within EDGE_PX of a step of true depth. */
static void find_edges(bench *b)
{
    memset(b->edge, 0, sizeof b->edge);
    for (int i = 0; i < N; i++) {
        const int right = i % W + 1 < W ? i + 1 : i, down = i + W < N ? i + W : i;
        const float own = 1 / b->z[i];

        if (fabsf(1 / b->z[right] - own) <= 0.03f && fabsf(1 / b->z[down] - own) <= 0.03f)
            continue;
        for (int y = i / W - EDGE_PX; y <= i / W + EDGE_PX; y++)
            for (int x = i % W - EDGE_PX; x <= i % W + EDGE_PX; x++)
                if (x >= 0 && y >= 0 && x < W && y < H)
                    b->edge[y * W + x] = 1;
    }
}

/* PSNR of 8-bit values in dB; beside edges (1) or away from them (0). */
static double psnr(const bench *b, const uint8_t *blur, int edge)
{
    double sum = 0, n = 0;

    for (int i = 0; i < N; i++) {
        const int x = i % W, y = i / W;

        if (x < b->margin || y < b->margin || x >= W - b->margin || y >= H - b->margin || b->edge[i] != edge)
            continue;
        for (int c = 0; c < 3; c++) {
            const double d = blur[3 * i + c] - b->truth[3 * i + c];

            sum += d * d;
            n++;
        }
    }
    return 10 * log10(255.0 * 255 * n / fmax(sum, 1e-9));
}

static void render(bench *b, const scene *s, int m, bs_synth_input *in, bs_pose *T_anchor_cam, bs_pose *ends,
                   double *when)
{
    const bs_pose T_world_anchor = scene_view(0, 3);
    bs_pose T_world_cam[POSES];

    for (int i = 0; i < POSES; i++) {
        when[i] = (i + 0.5) / POSES;
        T_anchor_cam[i] = motion_at(m, when[i] - 0.5);
        T_world_cam[i] = bs_pose_mul(&T_world_anchor, &T_anchor_cam[i]);
    }
    scene_render(s, &camera, &T_world_anchor, RAYS, 1, b->light, b->range, NULL);
    scene_blur(s, &camera, T_world_cam, POSES, RAYS, 2, b->truth_light);
    bs_expose(&b->srgb, b->light, W, H, 2000, 1, 0, 1, b->sharp);
    bs_expose(&b->srgb, b->truth_light, W, H, 0, 0, 0, 1, b->truth);
    for (int i = 0; i < N; i++)
        b->z[i] = isinf(b->range[i])
                      ? INFINITY
                      : (float)((double)b->range[i] * bs_camera_ray_to_z(&camera, i % W, i / W));
    find_edges(b);
    ends[0] = motion_at(m, -0.5);
    ends[1] = motion_at(m, 0.5);
    *in = (bs_synth_input){ .camera = camera,
                            .rgb = b->sharp,
                            .depth_m = b->seen,
                            .T_anchor_cam = T_anchor_cam,
                            .n_poses = POSES,
                            .T_anchor_first = &ends[0],
                            .T_anchor_last = &ends[1],
                            .when = when };
}

static void compare(bench *b, const scene *s, int k, int m)
{
    const sensor exact = { 0 };
    bs_pose T_anchor_cam[POSES], ends[2];
    double when[POSES], db[2][2]; /* [off, on][away from edges, beside them] */
    bs_synth_input in;

    render(b, s, m, &in, T_anchor_cam, ends, when);
    for (int q = 0; q < SENSORS; q++) {
        sensor_see(q ? &bad_sensor : &exact, b->z, W, H, 7, b->seen);
        for (int on = 0; on < 2; on++) {
            const bs_synth_options opt = { .cleanup = on ? BS_CLEANUP_ON : BS_CLEANUP_OFF };
            bs_err err = { 0 };
            bs_tuple t;

            if (bs_synth_run(b->synth, &in, &opt, &t, &err) != BS_OK)
                fail_msg("%s, %s: %s", scene_name[k], motion_name[m], err.text);
            b->margin = (int)ceil(t.max_px / 2) + 2;
            for (int edge = 0; edge < 2; edge++)
                db[on][edge] = psnr(b, t.blur, edge);
        }
        print_message(
            "%-5s %-9s %-6s depth: beside edges %5.2f dB, cleaned up %5.2f; elsewhere %5.2f, %5.2f\n",
            scene_name[k], motion_name[m], sensor_name[q], db[0][1], db[1][1], db[0][0], db[1][0]);
        if (!(db[1][1] - db[0][1] >= least_gain[q][k][m]))
            fail_msg("%s, %s, %s depth: %.2f dB beside edges, %.2f without, expected %+.2f", scene_name[k],
                     motion_name[m], sensor_name[q], db[1][1], db[0][1], least_gain[q][k][m]);
        if (!(db[1][0] - db[0][0] >= -0.2))
            fail_msg("%s, %s, %s depth: %.2f dB away from edges, %.2f without", scene_name[k], motion_name[m],
                     sensor_name[q], db[1][0], db[0][0]);
    }
}

static void test_scenes(void **state)
{
    for (int k = 0; k < SCENES; k++) {
        scene *s = scene_create(scene_name[k], 1);

        assert_non_null(s);
        for (int m = 0; m < MOTIONS; m++)
            compare(*state, s, k, m);
        scene_destroy(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_scenes) };

    return cmocka_run_group_tests(tests, setup, teardown);
}
