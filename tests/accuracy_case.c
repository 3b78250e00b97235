/* A world, an exposure and its truth. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "homography/sensor.h"
#include "tests/accuracy.h"
#include "tests/scene_parts.h"
#include "tests/scene_truth.h"

#define PI 3.14159265358979323846

const acc_setup acc_full = { 320, 240, 30, BS_PLACEMENT_ENDPOINTS, 32, 8, BS_SHUTTER_GLOBAL, 0, 0 };
const acc_setup acc_quick = { 160, 120, 15, BS_PLACEMENT_ENDPOINTS, 16, 4, BS_SHUTTER_GLOBAL, 0, 0 };

/* SceneNet's lens. */
static const bs_camera scenenet_camera = { 320, 240, 277.128129211020, 289.705627484771, 159.5, 119.5 };

/* Metres that a hand moves across for each radian that it turns, and the share of it along the axis.  With
 * these, parallax hides and uncovers as large a share of the pictures as in the reference set. */
#define SLIDE_M 1.0
#define ALONG 0.15

void *acc_alloc(size_t n, size_t size)
{
    void *p = calloc(n, size);

    if (!p) {
        fprintf(stderr, "accuracy: no memory\n");
        exit(1);
    }
    return p;
}

static bs_pose turned(int axis, double angle)
{
    bs_pose T = { .q = { 0, 0, 0, cos(angle / 2) } };

    T.q[axis] = sin(angle / 2);
    return T;
}

/* One of a hand's six degrees of freedom, relative to the instant 'still': swings of less than one to a few
 * periods, so that tracks bend and come back. */
static double sway(uint32_t seed, uint32_t axis, double when, double still)
{
    static const double periods[] = { 0.6, 1.1, 1.9 }, size[] = { 1, 0.6, 0.35 };
    double sum = 0;

    for (uint32_t i = 0; i < 3; i++) {
        const double f = 2 * PI * periods[i] * (0.8 + 0.4 * scene_hash01(seed, axis, i, 61));
        const double phase = 2 * PI * scene_hash01(seed, axis, i, 62);

        sum += size[i] * (sin(f * when + phase) - sin(f * still + phase));
    }
    return sum;
}

static bs_pose hand_pose(const acc_case *c, double when)
{
    const double still = c->kind->is_middle_sharp ? 0.5 : 0;
    bs_pose T = bs_pose_identity();
    double w[3], angle = 0;

    for (uint32_t i = 0; i < 3; i++) {
        T.t_m[i] = c->scale * SLIDE_M * (i == 2 ? ALONG : 1) * sway(c->seed, i, when, still);
        w[i] = c->scale * (i == 2 ? 0.7 : 1) * sway(c->seed, 3 + i, when, still);
        angle += w[i] * w[i];
    }
    angle = sqrt(angle);
    for (int i = 0; i < 3; i++)
        T.q[i] = angle > 0 ? sin(angle / 2) * w[i] / angle : 0;
    T.q[3] = cos(angle / 2);
    return T;
}

bs_pose acc_pose(const acc_case *c, double when)
{
    const double a = c->kind->amount * (c->kind->is_middle_sharp ? when - 0.5 : when);
    bs_pose T = bs_pose_identity();

    switch (c->kind->motion) {
    case ACC_HAND:
        return hand_pose(c, when);
    case ACC_SIDEWAYS:
        T.t_m[0] = a;
        T.t_m[1] = a / 3;
        return T;
    case ACC_FORWARD:
        T.t_m[2] = a;
        return T;
    case ACC_ROLL:
        return turned(2, a);
    case ACC_TURN:
        return turned(1, a);
    }
    return T;
}

bs_pose acc_line_pose(const acc_case *c, double line, double when)
{
    const double n = c->lines, last = n - 1;
    double order =
        c->shutter == BS_SHUTTER_BOTTOM_UP || c->shutter == BS_SHUTTER_RIGHT_LEFT ? last - line : line;

    if (c->n_bands)
        order = (floor(order * c->n_bands / n) + 0.5) * n / c->n_bands - 0.5;
    return acc_pose(c, c->exposed * (c->readout * order / n + when));
}

void acc_instants(bs_placement placement, int n, double *when)
{
    for (int i = 0; i < n; i++)
        when[i] = placement == BS_PLACEMENT_MIDPOINT ? (i + 0.5) / n : n > 1 ? i / (n - 1.0) : 0;
}

static double mean_extent(const acc_case *c, const bs_camera *cam)
{
    enum { STEPS = 30 };
    const size_t n = (size_t)cam->width * (size_t)cam->height;
    const bs_pose T_world_ref = bs_pose_identity();
    float *extent = acc_alloc(n, sizeof *extent);
    bs_pose T[STEPS];
    double sum = 0;

    for (int i = 0; i < STEPS; i++)
        T[i] = acc_pose(c, i / (STEPS - 1.0));
    scene_extent(c->scene, cam, &T_world_ref, T, STEPS, extent);
    for (size_t i = 0; i < n; i++)
        sum += (double)extent[i] / (double)n;
    free(extent);
    return sum;
}

/* Tracks are nearly proportional to the motion, so a few corrections settle its scale. */
static void scale_motion(acc_case *c)
{
    const bs_camera small = bs_camera_scaled(&scenenet_camera, 80, 60);

    c->scale = 0.02;
    for (int i = 0; i < 5 && c->kind->motion == ACC_HAND; i++)
        c->scale *= c->kind->amount / (mean_extent(c, &small) * scenenet_camera.width / small.width);
}

static void make_frame(acc_case *c, const acc_setup *setup)
{
    const bs_pose T_world_ref = bs_pose_identity();
    float *light = acc_alloc(3 * c->n_px, sizeof *light), *range = acc_alloc(c->n_px, sizeof *range);

    scene_render(c->scene, &c->camera, &T_world_ref, setup->sharp_rays, 1, light, range, NULL);
    for (size_t i = 0; i < 3 * c->n_px; i++)
        c->sharp[i] = (uint8_t)lrint(255 * acc_encode((double)light[i]));
    for (size_t i = 0; i < c->n_px; i++) {
        const int x = (int)(i % (size_t)c->camera.width), y = (int)(i / (size_t)c->camera.width);
        const double mm = floor(1000 * (double)range[i]);

        c->depth_m[i] =
            isinf(mm) ? INFINITY : (float)((mm + 0.5) / 1000 * bs_camera_ray_to_z(&c->camera, x, y));
    }
    free(light);
    free(range);
}

static bs_pose pose_at_end(const void *user, double line, int end)
{
    return acc_line_pose(user, line, end);
}

static void place_poses(acc_case *c, const acc_setup *setup)
{
    c->n_poses = setup->n_poses;
    acc_instants(setup->placement, c->n_poses, c->when);
    for (int k = 0; k < c->lines; k++) {
        c->T_ref_first[k] = acc_line_pose(c, k, 0);
        c->T_ref_last[k] = acc_line_pose(c, k, 1);
        for (int i = 0; i < c->n_poses; i++)
            c->T_ref_cam[i * c->lines + k] = acc_line_pose(c, k, c->when[i]);
    }
}

static void make_truth(acc_case *c, const acc_setup *setup)
{
    const bs_pose T_world_ref = bs_pose_identity();

    scene_blur_lines(c->scene, &c->camera, c->shutter, c->T_ref_cam, c->n_poses, setup->pose_rays, 2,
                     c->truth);
    if (!c->n_bands)
        scene_kernel_lines(c->scene, &c->camera, &T_world_ref, c->shutter, pose_at_end, c, c->kernel);
    scene_doubt_lines(c->scene, &c->camera, &T_world_ref, c->shutter, c->T_ref_cam, c->n_poses, c->doubt);
}

static void set_shutter(acc_case *c, const acc_setup *setup)
{
    c->shutter = setup->shutter;
    c->readout = setup->readout;
    c->n_bands = setup->n_bands;
    c->lines = bs_shutter_lines(c->shutter, c->camera.width, c->camera.height);
    c->exposed = 1 / (1 + c->readout * (c->lines - 1) / c->lines);
}

acc_case *acc_case_begin(const acc_kind *kind, uint32_t seed, const acc_setup *setup)
{
    acc_case *c = acc_alloc(1, sizeof *c);

    c->kind = kind;
    c->seed = seed;
    c->scene = scene_create(kind->scene, seed);
    if (!c->scene) {
        fprintf(stderr, "accuracy: no scene \"%s\"\n", kind->scene);
        exit(1);
    }
    c->camera = bs_camera_scaled(&scenenet_camera, kind->size * setup->width, kind->size * setup->height);
    c->n_px = (size_t)c->camera.width * (size_t)c->camera.height;
    set_shutter(c, setup);
    c->T_ref_cam = acc_alloc((size_t)setup->n_poses * (size_t)c->lines, sizeof *c->T_ref_cam);
    c->T_ref_first = acc_alloc((size_t)c->lines, sizeof *c->T_ref_first);
    c->T_ref_last = acc_alloc((size_t)c->lines, sizeof *c->T_ref_last);
    c->when = acc_alloc((size_t)setup->n_poses, sizeof *c->when);
    scale_motion(c);
    place_poses(c, setup);
    return c;
}

acc_case *acc_case_create(const acc_kind *kind, uint32_t seed, const acc_setup *setup)
{
    acc_case *c = acc_case_begin(kind, seed, setup);

    c->sharp = acc_alloc(3 * c->n_px, 1);
    c->depth_m = acc_alloc(c->n_px, sizeof *c->depth_m);
    c->truth = acc_alloc(3 * c->n_px, sizeof *c->truth);
    c->kernel = acc_alloc(2 * c->n_px, sizeof *c->kernel);
    c->doubt = acc_alloc(c->n_px, 1);
    make_frame(c, setup);
    make_truth(c, setup);
    return c;
}

void acc_case_destroy(acc_case **c)
{
    if (!*c)
        return;
    scene_destroy(&(*c)->scene);
    free((*c)->T_ref_cam);
    free((*c)->T_ref_first);
    free((*c)->T_ref_last);
    free((*c)->when);
    free((*c)->sharp);
    free((*c)->depth_m);
    free((*c)->truth);
    free((*c)->kernel);
    free((*c)->doubt);
    free(*c);
    *c = NULL;
}

bs_synth_input acc_input(const acc_case *c)
{
    return (bs_synth_input){ .camera = c->camera,
                             .rgb = c->sharp,
                             .depth_m = c->depth_m,
                             .shutter = c->shutter,
                             .T_anchor_cam = c->T_ref_cam,
                             .n_poses = c->n_poses,
                             .T_anchor_first = c->T_ref_first,
                             .T_anchor_last = c->T_ref_last,
                             .when = c->when };
}
