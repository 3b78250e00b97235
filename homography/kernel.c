/* Where points go from the start of an exposure to its end, and how far from straight. */
#include "homography/kernel.h"

#include <float.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>

#include "homography/isa.h"
#include "homography/lines.h"
#include "homography/target.h"

/* Sharp pixels at which linearity is measured: a grid with this spacing, pixels. */
#define BS_LINEARITY_SPACING 8

/* Points that are followed in one go: their arrays stay in the first cache. */
#define RUN 256

/* Parts of an image whose lengths are added up apart, so that no sum depends on threads. */
#define BANDS 64

/* ---- places of a run of points ---- */

/* Points of a row, 'step' pixels apart. */
typedef struct run {
    int x, y, step, n;
    const float *inv_depth; /* of the point at x; those of the others are 'step' apart as well */
} run;

typedef struct places {
    double u[RUN], v[RUN]; /* NaN behind the camera */
} places;

/* bs_map_apply() for a run. */
BS_EVERYWHERE void map_run(const bs_map *m, const run *r, places *out)
{
    const bs_map map = *m; /* which nothing that is written can change */
    double inv_depth[RUN], z[RUN];

    for (int i = 0; i < r->n; i++)
        inv_depth[i] = (double)r->inv_depth[i * r->step];
    for (int i = 0; i < r->n; i++)
        z[i] = bs_map_place(&map, r->x + i * r->step, r->y, inv_depth[i], &out->u[i], &out->v[i]);
    for (int i = 0; i < r->n; i++) {
        const double u = out->u[i], v = out->v[i];

        out->u[i] = z[i] > 0 ? u : (double)NAN;
        out->v[i] = z[i] > 0 ? v : (double)NAN;
    }
}

static void map_run_plain(const bs_map *m, const run *r, places *out)
{
    map_run(m, r, out);
}

BS_FOR_AVX2 static void map_run_avx2(const bs_map *m, const run *r, places *out)
{
    map_run(m, r, out);
}

static void find_places(const bs_line_maps *m, const run *r, places *out)
{
    if (m->n == 1) {
        if (bs_isa_runs(BS_ISA_AVX2))
            map_run_avx2(&m->map_to[0], r, out);
        else
            map_run_plain(&m->map_to[0], r, out);
        return;
    }
    bs_line_maps_apply_row(m, r->x, r->y, r->step, r->n, r->inv_depth, out->u, out->v);
}

/* The two ends of the exposure. */
typedef struct ends {
    bs_line_maps first, last; /* owned */
} ends;

static void destroy_ends(ends *e)
{
    bs_line_maps_destroy(&e->first);
    bs_line_maps_destroy(&e->last);
}

static int create_ends(const bs_camera *cam, bs_shutter shutter, const bs_pose *T_anchor_first,
                       const bs_pose *T_anchor_last, ends *e, bs_err *err)
{
    int rc = bs_line_maps_create(cam, shutter, &e->first, err);

    rc = rc ? rc : bs_line_maps_create(cam, shutter, &e->last, err);
    if (rc != BS_OK) {
        destroy_ends(e);
        return rc;
    }
    bs_line_maps_set(cam, T_anchor_first, &e->first);
    bs_line_maps_set(cam, T_anchor_last, &e->last);
    return BS_OK;
}

/* ---- the map ---- */

static void map_kernel(const ends *e, const run *r, float *uv)
{
    places first, last;

    find_places(&e->first, r, &first);
    find_places(&e->last, r, &last);
    for (int i = 0; i < r->n; i++) {
        const float u = (float)(last.u[i] - first.u[i]), v = (float)(last.v[i] - first.v[i]);
        const int is_finite = fabsf(u + v) <= FLT_MAX; /* else behind, or absurdly near */

        uv[2 * i] = is_finite ? u : NAN;
        uv[2 * i + 1] = is_finite ? v : NAN;
    }
}

int bs_kernel_map(const bs_camera *cam, bs_shutter shutter, const bs_pose *T_anchor_first,
                  const bs_pose *T_anchor_last, const float *inv_depth, int threads, float *uv, bs_err *err)
{
    ends e = { { 0 }, { 0 } };
    const int rc = create_ends(cam, shutter, T_anchor_first, T_anchor_last, &e, err);

    (void)threads; /* without OpenMP there is one */
    if (rc != BS_OK)
        return rc;
#pragma omp parallel for schedule(static) num_threads(threads) if (threads > 1)
    for (int y = 0; y < cam->height; y++)
        for (int x = 0; x < cam->width; x += RUN) {
            const size_t at = (size_t)y * (size_t)cam->width + (size_t)x;
            const run r = { x, y, 1, cam->width - x < RUN ? cam->width - x : RUN, &inv_depth[at] };

            map_kernel(&e, &r, &uv[2 * at]);
        }
    destroy_ends(&e);
    return BS_OK;
}

/* ---- how straight ---- */

/* The points at which linearity is measured, and the straight path of each. */
typedef struct grid {
    int nx, ny;
    double *u, *v, *du, *dv; /* [ny][nx] place at the start, way to the end; owned, one allocation */
} grid;

static int create_grid(const bs_camera *cam, grid *g, bs_err *err)
{
    const int nx = (cam->width - 1) / BS_LINEARITY_SPACING + 1;
    const int ny = (cam->height - 1) / BS_LINEARITY_SPACING + 1;
    const size_t n = (size_t)nx * (size_t)ny;
    double *all = malloc(4 * n * sizeof *all);

    if (!all)
        return bs_fail(err, BS_ENOMEM, "no memory for %zu points of the kernel", n);
    *g = (grid){ nx, ny, all, all + n, all + 2 * n, all + 3 * n };
    return BS_OK;
}

/* The points of row 'j' of the grid from the i-th on, as many as go in one go. */
static run grid_run(const bs_camera *cam, const grid *g, const float *inv_depth, int i, int j)
{
    const int x = i * BS_LINEARITY_SPACING, y = j * BS_LINEARITY_SPACING;
    const int n = g->nx - i < RUN ? g->nx - i : RUN;

    return (run){ x, y, BS_LINEARITY_SPACING, n, &inv_depth[(size_t)y * (size_t)cam->width + (size_t)x] };
}

static void set_ends(const ends *e, const run *r, size_t at, grid *g)
{
    places first, last;

    find_places(&e->first, r, &first);
    find_places(&e->last, r, &last);
    for (int i = 0; i < r->n; i++) {
        g->u[at + (size_t)i] = first.u[i];
        g->v[at + (size_t)i] = first.v[i];
        g->du[at + (size_t)i] = last.u[i] - first.u[i];
        g->dv[at + (size_t)i] = last.v[i] - first.v[i];
    }
}

/* The largest square of a distance from the straight path, 'when' of the way, over the points from 'at' on.
 * NaN, for a point that is behind a camera, is larger than nothing. */
static double bend(const grid *g, size_t at, const places *p, int n, double when)
{
    double lane[4] = { 0 }, square[RUN];

    for (int i = 0; i < n; i++) {
        const size_t k = at + (size_t)i;
        const double u = p->u[i] - g->u[k] - when * g->du[k], v = p->v[i] - g->v[k] - when * g->dv[k];

        square[i] = u * u + v * v;
    }
    while (n % 4)
        square[n++] = 0;
    for (int i = 0; i < n; i += 4)
        for (int k = 0; k < 4; k++)
            lane[k] = square[i + k] > lane[k] ? square[i + k] : lane[k];
    for (int k = 1; k < 4; k++)
        lane[0] = lane[k] > lane[0] ? lane[k] : lane[0];
    return lane[0];
}

/* The same over all of the grid at one pose. */
static double bend_at(const bs_camera *cam, const grid *g, const bs_line_maps *pose, double when,
                      const float *inv_depth, int threads)
{
    double largest = 0;

    (void)threads;
#pragma omp parallel for schedule(static) num_threads(threads) if (threads > 1) reduction(max : largest)
    for (int j = 0; j < g->ny; j++)
        for (int i = 0; i < g->nx; i += RUN) {
            const run r = grid_run(cam, g, inv_depth, i, j);
            places p;
            double square;

            find_places(pose, &r, &p);
            square = bend(g, (size_t)j * (size_t)g->nx + (size_t)i, &p, r.n, when);
            largest = square > largest ? square : largest;
        }
    return largest;
}

int bs_kernel_linearity_error(const bs_camera *cam, bs_shutter shutter, const bs_pose *T_anchor_cam,
                              const double *when, int n, const bs_pose *T_anchor_first,
                              const bs_pose *T_anchor_last, const float *inv_depth, int threads, double *out,
                              bs_err *err)
{
    ends e = { { 0 }, { 0 } };
    bs_line_maps pose = { 0 };
    grid g = { 0 };
    double largest = 0;
    int rc = create_ends(cam, shutter, T_anchor_first, T_anchor_last, &e, err);

    rc = rc ? rc : bs_line_maps_create(cam, shutter, &pose, err);
    rc = rc ? rc : create_grid(cam, &g, err);
    for (int j = 0; rc == BS_OK && j < g.ny; j++)
        for (int i = 0; i < g.nx; i += RUN) {
            const run r = grid_run(cam, &g, inv_depth, i, j);

            set_ends(&e, &r, (size_t)j * (size_t)g.nx + (size_t)i, &g);
        }
    for (int i = 0; rc == BS_OK && i < n; i++) {
        double square;

        bs_line_maps_set(cam, &T_anchor_cam[(size_t)i * (size_t)pose.n], &pose);
        square = bend_at(cam, &g, &pose, when[i], inv_depth, threads);
        largest = square > largest ? square : largest;
    }
    free(g.u);
    destroy_ends(&e);
    bs_line_maps_destroy(&pose);
    if (rc == BS_OK)
        *out = sqrt(largest);
    return rc;
}

/* ---- how long ---- */

/* What a part of an image adds; sums in four lanes, each in the order of the pixels. */
typedef struct tally {
    double sum[4], largest[4];
    int64_t known[4];
} tally;

static void add_run(const float *uv, const float *less, int n, tally *t)
{
    double length[RUN];

    for (int i = 0; i < n; i++) {
        const double u = (double)uv[2 * i] - (less ? (double)less[2 * i] : 0);
        const double v = (double)uv[2 * i + 1] - (less ? (double)less[2 * i + 1] : 0);

        length[i] = sqrt(u * u + v * v);
    }
    while (n % 4) /* unknown: adds nothing */
        length[n++] = (double)NAN;
    for (int i = 0; i < n; i += 4)
        for (int k = 0; k < 4; k++) {
            const double at = length[i + k];

            t->sum[k] += at >= 0 ? at : 0;
            t->known[k] += at >= 0;
            t->largest[k] = at > t->largest[k] ? at : t->largest[k];
        }
}

static void add_tally(const tally *from, tally *to)
{
    for (int k = 0; k < 4; k++) {
        to->sum[k] += from->sum[k];
        to->known[k] += from->known[k];
        to->largest[k] = from->largest[k] > to->largest[k] ? from->largest[k] : to->largest[k];
    }
}

bs_lengths bs_kernel_lengths(const float *uv, const float *less, size_t n, int threads)
{
    tally band[BANDS] = { { { 0 }, { 0 }, { 0 } } }, *all = &band[0];
    double sum, largest = 0;
    int64_t known;

    (void)threads;
#pragma omp parallel for schedule(static) num_threads(threads) if (threads > 1)
    for (size_t b = 0; b < BANDS; b++) {
        const size_t end = n * (b + 1) / BANDS; /* 2^28 pixels at most */

        for (size_t i = n * b / BANDS; i < end; i += RUN)
            add_run(&uv[2 * i], less ? &less[2 * i] : NULL, end - i < RUN ? (int)(end - i) : RUN, &band[b]);
    }
    for (int b = 1; b < BANDS; b++)
        add_tally(&band[b], all);
    sum = (all->sum[0] + all->sum[1]) + (all->sum[2] + all->sum[3]);
    known = all->known[0] + all->known[1] + all->known[2] + all->known[3];
    for (int k = 0; k < 4; k++)
        largest = all->largest[k] > largest ? all->largest[k] : largest;
    return (bs_lengths){ .mean_px = known ? sum / (double)known : 0, .max_px = largest };
}
