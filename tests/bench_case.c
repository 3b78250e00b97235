/* A frame and its motion, ready to be blurred. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "homography/depth.h"
#include "homography/sensor.h"
#include "homography/views.h"
#include "homography/warp.h"
#include "tests/bench.h"

const char *const bench_kind_names[BENCH_KINDS] = { "plane", "room", "thin" };
static const char *const kinds[BENCH_KINDS] = { "slant_sharp", "room_sharp", "thin_smooth" };

static const acc_kind *find_kind(const char *name)
{
    for (int i = 0; i < acc_n_main; i++)
        if (!strcmp(acc_main[i].name, name))
            return &acc_main[i];
    bench_stop("no scene is called %s", name);
}

static void check(int rc, const bs_err *err)
{
    if (rc != BS_OK)
        bench_stop("%s", err->text);
}

/* Colours: one ray a pixel of a smaller picture, whose pixels are repeated. */
static void trace_colours(acc_case *c, int enlarged)
{
    const bs_pose T_world_ref = bs_pose_identity();
    const int w = c->camera.width / enlarged, h = c->camera.height / enlarged;
    const bs_camera small = bs_camera_scaled(&c->camera, w, h);
    float *light = acc_alloc(3 * (size_t)w * (size_t)h, sizeof *light);

    scene_render(c->scene, &small, &T_world_ref, 1, 1, light, NULL, NULL);
    for (size_t i = 0; i < c->n_px; i++) {
        const size_t x = i % (size_t)c->camera.width / (size_t)enlarged;
        const size_t y = i / (size_t)c->camera.width / (size_t)enlarged;

        for (size_t k = 0; k < 3; k++)
            c->sharp[3 * i + k] =
                (uint8_t)lrint(255 * acc_encode((double)light[3 * (y * (size_t)w + x) + k]));
    }
    free(light);
}

/* Whole millimetres of ray length, as z. */
static void trace_depth(acc_case *c)
{
    const bs_pose T_world_ref = bs_pose_identity();

    scene_render(c->scene, &c->camera, &T_world_ref, 1, 1, NULL, c->depth_m, NULL);
    for (size_t i = 0; i < c->n_px; i++) {
        const int x = (int)(i % (size_t)c->camera.width), y = (int)(i / (size_t)c->camera.width);
        const double mm = floor(1000 * (double)c->depth_m[i]);

        c->depth_m[i] =
            isinf(mm) ? INFINITY : (float)((mm + 0.5) / 1000 * bs_camera_ray_to_z(&c->camera, x, y));
    }
}

static void find_parallax(bench_case *b)
{
    const acc_case *c = b->c;
    float lo = b->inv_depth[0], hi = lo;

    for (int i = 0; i < b->n_poses; i++)
        b->views[i] = bs_view_make(&c->camera, &c->T_ref_cam[i]);
    for (size_t i = 1; i < c->n_px; i++) {
        lo = fminf(lo, b->inv_depth[i]);
        hi = fmaxf(hi, b->inv_depth[i]);
    }
    bs_views_parallax(&c->camera, c->shutter, b->views, b->n_poses, (double)lo, (double)hi, b->parallax,
                      b->reach);
}

bench_case *bench_case_create(int kind, bench_size size, int n_poses)
{
    const acc_setup setup = {
        .width = size.width, .height = size.height, .n_poses = n_poses, .placement = BS_PLACEMENT_MIDPOINT
    };
    bench_case *b = acc_alloc(1, sizeof *b);
    acc_case *c = acc_case_begin(find_kind(kinds[kind]), 1, &setup);
    const size_t n = c->n_px;
    bs_err err = { 0 };

    b->c = c;
    b->n_poses = n_poses;
    c->sharp = acc_alloc(3 * n, 1);
    c->depth_m = acc_alloc(n, sizeof *c->depth_m);
    trace_colours(c, size.enlarged);
    trace_depth(c);
    b->measured = acc_alloc(n, 1);
    b->light = acc_alloc(3 * n, sizeof *b->light);
    b->inv_depth = acc_alloc(n, sizeof *b->inv_depth);
    b->parallax = acc_alloc(n, sizeof *b->parallax);
    b->reach =
        acc_alloc((size_t)bs_reach_cells(size.width) * (size_t)bs_reach_cells(size.height), sizeof *b->reach);
    b->blur = acc_alloc(3 * n, sizeof *b->blur);
    b->seen = acc_alloc(n, sizeof *b->seen);
    b->views = acc_alloc((size_t)n_poses, sizeof *b->views);
    check(bs_response_make(BS_RESPONSE_SRGB, 0, &b->response, &err), &err);
    check(bs_builder_create(size.width, size.height, &b->builder, &err), &err);
    check(bs_layers_create(size.width, size.height, &b->layers, &err), &err);
    bs_decode(&b->response, c->sharp, 3 * n, 1, b->light);
    check(bs_depth_complete(b->builder, c->depth_m, b->inv_depth, b->measured, &err), &err);
    find_parallax(b);
    bench_case_layers(b);
    return b;
}

void bench_case_destroy(bench_case **b)
{
    bench_case *old = *b;

    if (!old)
        return;
    acc_case_destroy(&old->c);
    bs_builder_destroy(&old->builder);
    bs_layers_destroy(&old->layers);
    free(old->views);
    free(old->measured);
    free(old->light);
    free(old->inv_depth);
    free(old->parallax);
    free(old->reach);
    free(old->blur);
    free(old->seen);
    free(old);
    *b = NULL;
}

void bench_case_layers(bench_case *b)
{
    bs_err err = { 0 };

    check(bs_layers_build(b->builder, b->light, b->inv_depth, b->measured, b->parallax, b->reach,
                          BS_INPAINT_BACKGROUND, &b->response, &b->layers, &err),
          &err);
}

void bench_case_warp(bench_case *b, int threads)
{
    bs_warp_isa(bench_variant(), &b->layers, b->c->shutter, b->views, b->n_poses, threads, b->blur, b->seen);
}

void bench_case_input(const bench_case *b, bs_synth_input *in)
{
    *in = acc_input(b->c);
}

void bench_case_map(const bench_case *b, float *x, float *y)
{
    const acc_case *c = b->c;
    const bs_pose *T_ref_cam = &c->T_ref_cam[b->n_poses / 2];
    const bs_map map = bs_map_make(&c->camera, T_ref_cam);
    const bs_view view = bs_view_make(&c->camera, T_ref_cam);
    float *inv = acc_alloc(c->n_px, sizeof *inv);
    uint8_t *seen = acc_alloc(c->n_px, 1);

    bs_depth_cpu(&b->layers, &view, 1, inv, seen);
    for (size_t i = 0; i < c->n_px; i++) {
        double u = -1, v = -1;

        bs_map_apply(&map, (double)(i % (size_t)c->camera.width), (double)(i / (size_t)c->camera.width),
                     (double)inv[i], &u, &v);
        x[i] = (float)u;
        y[i] = (float)v;
    }
    free(inv);
    free(seen);
}
