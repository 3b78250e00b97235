/* How close the sharp images, depth and kernel maps of a sequence's later frames are to ray-traced truth. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/accuracy_extra.h"
#include "tests/scene_truth.h"

/* Mean way of a point from the RGB-D frame to the later one, px. */
static const double ways_px[] = { 5, 10, 20, 30 };
#define WAYS ((int)(sizeof ways_px / sizeof *ways_px))

/* The later frame's anchor is at 'when' = 1 of the hand's motion; its exposure is from BEGIN to END. */
#define BEGIN 0.95
#define END 1.05
#define POSES 9

/* A neighbour's inverse depth this much apart is a silhouette, 1/m; and so far around it is beside it, px. */
#define EDGE_INV 0.02
#define EDGE_PX 3

static const acc_setup setup = { 320, 240, 1, BS_PLACEMENT_MIDPOINT, 32, 1, BS_SHUTTER_GLOBAL, 0, 0 };

enum { SHARP_LINEAR, SHARP_CUBIC, BLUR = SHARP_CUBIC + 1, PICTURES };

/* What is measured of a later frame. */
typedef struct figures {
    double way_px, seen_share;
    double psnr[PICTURES][ACC_REGIONS];
    double depth_median, depth_off,
        depth_off_inside; /* share of the error; of pixels beyond 2 %, all and away
                                                         from silhouettes */
    double kernel_p99_px;
} figures;

/* The truth of the later frame. */
typedef struct later {
    bs_pose T_frame_anchor, T_frame_first, T_frame_last, T_frame_cam[POSES];
    float *sharp, *blur, *depth_m, *kernel;
    uint8_t *edge, *sharp_doubt, *blur_doubt;
} later;

static double mean_way(const acc_case *c)
{
    const bs_pose still = bs_pose_identity(), to = acc_pose(c, 1);
    float *uv = acc_alloc(2 * c->n_px, sizeof *uv);
    double sum = 0, n = 0;

    scene_kernel(c->scene, &c->camera, &still, &still, &to, uv);
    for (size_t i = 0; i < c->n_px; i++) {
        const double d = hypot((double)uv[2 * i], (double)uv[2 * i + 1]);

        if (isnan(d))
            continue;
        sum += d;
        n++;
    }
    free(uv);
    return sum / n;
}

static void find_edges(const acc_case *c, const float *depth_m, uint8_t *edge)
{
    const int w = c->camera.width, h = c->camera.height;

    for (int y = 0; y + 1 < h; y++)
        for (int x = 0; x + 1 < w; x++) {
            const float *z = &depth_m[(size_t)y * (size_t)w + (size_t)x];

            if (fabs(1 / (double)z[0] - 1 / (double)z[1]) < EDGE_INV &&
                fabs(1 / (double)z[0] - 1 / (double)z[w]) < EDGE_INV)
                continue;
            for (int v = y - EDGE_PX; v <= y + EDGE_PX; v++)
                for (int u = x - EDGE_PX; u <= x + EDGE_PX; u++)
                    if (u >= 0 && v >= 0 && u < w && v < h)
                        edge[(size_t)v * (size_t)w + (size_t)u] = 1;
        }
}

static later render(const acc_case *c)
{
    const bs_pose frame = bs_pose_identity();
    later l = { .T_frame_anchor = acc_pose(c, 1),
                .T_frame_first = acc_pose(c, BEGIN),
                .T_frame_last = acc_pose(c, END) };

    l.sharp = acc_alloc(3 * c->n_px, sizeof *l.sharp);
    l.blur = acc_alloc(3 * c->n_px, sizeof *l.blur);
    l.depth_m = acc_alloc(c->n_px, sizeof *l.depth_m);
    l.kernel = acc_alloc(2 * c->n_px, sizeof *l.kernel);
    l.edge = acc_alloc(c->n_px, 1);
    l.sharp_doubt = acc_alloc(c->n_px, 1);
    l.blur_doubt = acc_alloc(c->n_px, 1);
    for (int i = 0; i < POSES; i++)
        l.T_frame_cam[i] = acc_pose(c, BEGIN + (END - BEGIN) * (i + 0.5) / POSES);
    scene_render(c->scene, &c->camera, &l.T_frame_anchor, 32, 3, l.sharp, l.depth_m, NULL);
    for (size_t i = 0; i < c->n_px; i++)
        l.depth_m[i] *= (float)bs_camera_ray_to_z(&c->camera, (int)(i % (size_t)c->camera.width),
                                                  (int)(i / (size_t)c->camera.width));
    find_edges(c, l.depth_m, l.edge);
    scene_blur(c->scene, &c->camera, l.T_frame_cam, POSES, 8, 4, l.blur);
    scene_kernel(c->scene, &c->camera, &l.T_frame_anchor, &l.T_frame_first, &l.T_frame_last, l.kernel);
    scene_doubt(c->scene, &c->camera, &frame, &l.T_frame_anchor, 1, l.sharp_doubt);
    scene_doubt(c->scene, &c->camera, &frame, l.T_frame_cam, POSES, l.blur_doubt);
    return l;
}

static void free_later(later *l)
{
    free(l->sharp);
    free(l->blur);
    free(l->depth_m);
    free(l->kernel);
    free(l->edge);
    free(l->sharp_doubt);
    free(l->blur_doubt);
}

/* PSNR of a picture of the later frame, by region. */
static void measure_picture(acc_case *c, const uint8_t *rgb, const float *truth, const uint8_t *doubt,
                            double psnr[ACC_REGIONS])
{
    memcpy(c->truth, truth, 3 * c->n_px * sizeof *truth);
    memcpy(c->doubt, doubt, c->n_px);
    for (int r = 0; r < ACC_REGIONS; r++)
        psnr[r] = acc_psnr(c, rgb, (acc_region)r);
}

/* Where the frame saw the surface. */
static void measure_depth(const acc_case *c, const later *l, const float *depth_m, figures *f)
{
    double *error = acc_alloc(c->n_px, sizeof *error), off = 0, off_inside = 0, n_inside = 0;
    size_t n = 0;

    for (size_t i = 0; i < c->n_px; i++) {
        const double z = (double)l->depth_m[i];

        if (isnan(depth_m[i]))
            continue;
        error[n] = isinf(z) && isinf(depth_m[i]) ? 0 : isinf(z) ? 1 : fabs((double)depth_m[i] - z) / z;
        off += error[n] > 0.02;
        n_inside += !l->edge[i];
        off_inside += !l->edge[i] && error[n] > 0.02;
        n++;
    }
    f->depth_off = off / (double)n;
    f->depth_off_inside = off_inside / n_inside;
    f->depth_median = acc_percentile(error, n, 0.5);
    free(error);
}

/* Away from silhouettes, where the frame saw the surface. */
static void measure_kernel(const acc_case *c, const later *l, const bs_tuple *t, figures *f)
{
    double *error = acc_alloc(c->n_px, sizeof *error);
    size_t n = 0;

    for (size_t i = 0; i < c->n_px; i++)
        if (!isnan(t->depth_m[i]) && !l->edge[i])
            error[n++] = hypot((double)t->kernel[2 * i] - (double)l->kernel[2 * i],
                               (double)t->kernel[2 * i + 1] - (double)l->kernel[2 * i + 1]);
    f->kernel_p99_px = acc_percentile(error, n, 0.99);
    free(error);
}

static bs_tuple run(bs_synth *synth, const acc_case *c, const later *l, bs_interpolation interpolation)
{
    const bs_synth_options opt = { .interpolation = interpolation };
    const bs_pose T_anchor_frame = bs_pose_inverse(&l->T_frame_anchor);
    const bs_pose T_anchor_first = bs_pose_mul(&T_anchor_frame, &l->T_frame_first);
    const bs_pose T_anchor_last = bs_pose_mul(&T_anchor_frame, &l->T_frame_last);
    bs_pose span[POSES + 3], T_anchor_cam[POSES];
    bs_synth_input in = acc_input(c);
    double when[POSES];
    bs_err err = { 0 };
    bs_tuple t;

    for (int i = 0; i < POSES; i++) {
        span[i] = l->T_frame_cam[i];
        T_anchor_cam[i] = bs_pose_mul(&T_anchor_frame, &l->T_frame_cam[i]);
        when[i] = (i + 0.5) / POSES;
    }
    span[POSES] = l->T_frame_first;
    span[POSES + 1] = l->T_frame_last;
    span[POSES + 2] = l->T_frame_anchor;
    in.T_anchor_cam = T_anchor_cam;
    in.n_poses = POSES;
    in.when = when;
    in.T_anchor_first = &T_anchor_first;
    in.T_anchor_last = &T_anchor_last;
    in.T_frame_anchor = &l->T_frame_anchor;
    in.T_frame_span = span;
    in.n_span = POSES + 3;
    if (bs_synth_run(synth, &in, &opt, &t, &err)) {
        fprintf(stderr, "accuracy: %s\n", err.text);
        exit(1);
    }
    return t;
}

static figures measure(bs_synth *synth, acc_case *c)
{
    figures f = { .way_px = mean_way(c) };
    later l = render(c);
    bs_tuple t = run(synth, c, &l, BS_INTERPOLATION_BICUBIC);

    measure_picture(c, t.sharp, l.sharp, l.sharp_doubt, f.psnr[SHARP_CUBIC]);
    t = run(synth, c, &l, BS_INTERPOLATION_BILINEAR);
    measure_picture(c, t.sharp, l.sharp, l.sharp_doubt, f.psnr[SHARP_LINEAR]);
    measure_picture(c, t.blur, l.blur, l.blur_doubt, f.psnr[BLUR]);
    f.seen_share = t.sharp_seen_share;
    measure_depth(c, &l, t.depth_m, &f);
    measure_kernel(c, &l, &t, &f);
    free_later(&l);
    return f;
}

/* Sums of figures; the regions that a scene has no pixels of are left out of their means. */
static void add(figures *sum, const figures *f, double n[PICTURES][ACC_REGIONS])
{
    sum->way_px += f->way_px;
    sum->seen_share += f->seen_share;
    sum->depth_median += f->depth_median;
    sum->depth_off += f->depth_off;
    sum->depth_off_inside += f->depth_off_inside;
    sum->kernel_p99_px = fmax(sum->kernel_p99_px, f->kernel_p99_px);
    for (int p = 0; p < PICTURES; p++)
        for (int r = 0; r < ACC_REGIONS; r++)
            if (!isnan(f->psnr[p][r])) {
                sum->psnr[p][r] += f->psnr[p][r];
                n[p][r]++;
            }
}

static void print_row(const char *name, const figures *sum, double n[PICTURES][ACC_REGIONS], double cases)
{
    printf("| %s | %.1f | %.0f %% |", name, sum->way_px / cases, 100 * sum->seen_share / cases);
    for (int p = 0; p < PICTURES; p++)
        for (int r = 0; r < ACC_REGIONS; r++)
            if (n[p][r] > 0)
                printf(" %.1f%s", sum->psnr[p][r] / n[p][r], r + 1 < ACC_REGIONS ? "," : " |");
            else
                printf(" -%s", r + 1 < ACC_REGIONS ? "," : " |");
    printf(" %.3f %% | %.2f %% | %.2f %% | %.3f |\n", 100 * sum->depth_median / cases,
           100 * sum->depth_off / cases, 100 * sum->depth_off_inside / cases, sum->kernel_p99_px);
    fflush(stdout);
}

int acc_sequence(bs_synth *synth, int n_seeds, const char *only)
{
    printf("| | way, px | seen | sharp, bilinear | sharp, bicubic | blur, bilinear | depth, median | beyond "
           "2 %% | "
           "away from silhouettes | kernel p99, px |\n|---|---|---|---|---|---|---|---|---|---|\n");
    for (int w = 0; w < WAYS; w++) {
        figures all = { 0 };
        double n_all[PICTURES][ACC_REGIONS] = { { 0 } }, cases = 0;

        for (int k = 0; k < acc_n_main; k++) {
            figures sum = { 0 };
            double n[PICTURES][ACC_REGIONS] = { { 0 } };

            if (only && strcmp(only, acc_main[k].name) != 0)
                continue;
            for (int seed = 1; seed <= n_seeds; seed++) {
                acc_case *c = acc_case_create(&acc_main[k], (uint32_t)seed, &setup);
                figures f;

                for (int i = 0; i < 3; i++) /* the way is nearly proportional to the motion */
                    c->scale *= ways_px[w] / mean_way(c);
                f = measure(synth, c);
                add(&sum, &f, n);
                add(&all, &f, n_all);
                cases++;
                acc_case_destroy(&c);
            }
            print_row(acc_main[k].name, &sum, n, n_seeds);
        }
        print_row("**mean**", &all, n_all, cases);
    }
    return 0;
}
