/* How much of a bad sensor's damage the clean-up of depth undoes. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/accuracy_extra.h"
#include "tests/sensor_case.h"

/* A step of inverse depth between neighbours that counts as an edge, 1/m, and how far "beside" it reaches. */
#define ACC_EDGE_INV 0.03f
#define ACC_EDGE_PX 8

enum { SENSORS = 3, PLACES = 2, CLEAN = 2 };

static const char *const sensor_names[SENSORS] = { "bad", "mild", "exact" };

static sensor sensor_of(int q)
{
    const sensor mild = {
        .ragged_px = 1.2f, .shift_px = { 0.4f, 0.3f }, .baseline = 20, .flying = 0.2f, .holes = 0.005f
    };
    const sensor exact = { 0 };

    return q == 0 ? bad_sensor : q == 1 ? mild : exact;
}

/* Marks what lies within ACC_EDGE_PX of (x, y). */
static void mark_disc(const acc_case *c, int x, int y, uint8_t *edge)
{
    const int w = c->camera.width, h = c->camera.height;

    for (int v = -ACC_EDGE_PX; v <= ACC_EDGE_PX; v++)
        for (int u = -ACC_EDGE_PX; u <= ACC_EDGE_PX; u++)
            if (u * u + v * v <= ACC_EDGE_PX * ACC_EDGE_PX && x + u >= 0 && y + v >= 0 && x + u < w &&
                y + v < h)
                edge[(size_t)(y + v) * (size_t)w + (size_t)(x + u)] = 1;
}

static void find_edges(const acc_case *c, uint8_t *edge)
{
    const int w = c->camera.width, h = c->camera.height;

    memset(edge, 0, c->n_px);
    for (int y = 0; y + 1 < h; y++)
        for (int x = 0; x + 1 < w; x++) {
            const float *z = &c->depth_m[(size_t)y * (size_t)w + (size_t)x];

            if (fabsf(1 / z[0] - 1 / z[1]) > ACC_EDGE_INV || fabsf(1 / z[0] - 1 / z[w]) > ACC_EDGE_INV)
                mark_disc(c, x, y, edge);
        }
}

/* PSNR of one case, with the clean-up off and on, all over and beside edges; added to 'sum'. */
static void measure(bs_synth *synth, const acc_case *c, int q, const uint8_t *edge, double sum[CLEAN][PLACES])
{
    const sensor how = sensor_of(q);
    float *seen = acc_alloc(c->n_px, sizeof *seen);

    sensor_see(&how, c->depth_m, c->camera.width, c->camera.height, 11, seen);
    for (int on = 0; on < CLEAN; on++) {
        const bs_synth_options opt = { .cleanup = on ? BS_CLEANUP_ON : BS_CLEANUP_OFF };
        bs_synth_input in = acc_input(c);
        bs_err err = { 0 };
        bs_tuple t;

        in.depth_m = seen;
        if (bs_synth_run(synth, &in, &opt, &t, &err)) {
            fprintf(stderr, "accuracy: %s\n", err.text);
            exit(1);
        }
        sum[on][0] += acc_psnr(c, t.blur, ACC_INSIDE);
        sum[on][1] += acc_psnr_where(c, t.blur, ACC_INSIDE, edge);
    }
    free(seen);
}

int acc_sensors(bs_synth *synth, int n_seeds)
{
    for (int q = 0; q < SENSORS; q++)
        printf("%s%s: all | %s: beside edges |%s", q ? " " : "| | ", sensor_names[q], sensor_names[q],
               q + 1 < SENSORS ? "" : "\n|---|---|---|---|---|---|---|\n");
    for (int k = 0; k < acc_n_main; k++) {
        double sum[SENSORS][CLEAN][PLACES] = { { { 0 } } };

        if (!strncmp(acc_main[k].name, "slant", 5)) /* no edges */
            continue;
        fprintf(stderr, "accuracy: %s\n", acc_main[k].name);
        for (int seed = 1; seed <= n_seeds; seed++) {
            acc_case *c = acc_case_create(&acc_main[k], (uint32_t)seed, &acc_full);
            uint8_t *edge = acc_alloc(c->n_px, 1);

            find_edges(c, edge);
            for (int q = 0; q < SENSORS; q++)
                measure(synth, c, q, edge, sum[q]);
            free(edge);
            acc_case_destroy(&c);
        }
        printf("| %s |", acc_main[k].name);
        for (int q = 0; q < SENSORS; q++)
            for (int p = 0; p < PLACES; p++)
                printf(" %.1f → %.1f |", sum[q][0][p] / n_seeds, sum[q][1][p] / n_seeds);
        printf("\n");
        fflush(stdout);
    }
    return 0;
}
