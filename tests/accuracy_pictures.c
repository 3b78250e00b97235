/*
 * Enlarged pictures of where the errors are: side by side the sharp frame, the truth, what two methods make
 * of it, and how far each is off, eight times as bright.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "gen/encode.h"
#include "tests/accuracy_extra.h"
#include "tests/accuracy_table.h"
#include "tests/scene_truth.h"

enum { CROP_W = 64, CROP_H = 48, ZOOM = 4, COLUMNS = 6, GAP = 4, ERROR_GAIN = 8 };
enum { CELL_W = CROP_W * ZOOM, CELL_H = CROP_H * ZOOM, ROW_W = COLUMNS * (CELL_W + GAP) - GAP };

/* Kinds worth a look, and their seeds. */
static const struct {
    int is_other, kind;
    uint32_t seed;
} shown[] = { { 0, 0, 1 }, { 0, 1, 1 }, { 0, 2, 2 }, { 0, 3, 1 }, { 0, 5, 1 }, { 1, 3, 1 }, { 1, 4, 1 } };

enum { SHOWN = sizeof shown / sizeof *shown };

typedef struct sheet {
    const acc_case *c;
    uint8_t *truth, *hit, *scatter; /* owned, [h][w][3] */
    uint8_t *px;                    /* borrowed: a row of crops, ROW_W x CELL_H */
} sheet;

static uint8_t *copy(const uint8_t *rgb, size_t n_px)
{
    uint8_t *p = acc_alloc(3 * n_px, 1);

    if (rgb)
        memcpy(p, rgb, 3 * n_px);
    return p;
}

static double error_at(const sheet *s, int x, int y)
{
    const size_t i = (size_t)y * (size_t)s->c->camera.width + (size_t)x;
    double sum = 0;

    for (size_t k = 3 * i; k < 3 * i + 3 && !(s->c->doubt[i] & SCENE_OUTSIDE); k++)
        sum += (s->hit[k] - s->truth[k]) * (s->hit[k] - s->truth[k]);
    return sum;
}

/* The crop, on a grid of eight pixels, with the largest error of the first method. */
static void find_worst(const sheet *s, int *x0, int *y0)
{
    double worst = -1;

    for (int top = 0; top + CROP_H <= s->c->camera.height; top += 8)
        for (int left = 0; left + CROP_W <= s->c->camera.width; left += 8) {
            double sum = 0;

            for (int y = top; y < top + CROP_H; y++)
                for (int x = left; x < left + CROP_W; x++)
                    sum += error_at(s, x, y);
            if (sum > worst) {
                worst = sum;
                *x0 = left;
                *y0 = top;
            }
        }
}

/* A channel of column 'col' at a pixel. */
static uint8_t column(const sheet *s, int col, size_t k)
{
    const uint8_t *const from[COLUMNS] = { s->c->sharp, s->truth, s->hit, s->scatter, s->hit, s->scatter };
    const int off = abs(from[col][k] - s->truth[k]) * ERROR_GAIN;

    return col < 4 ? from[col][k] : (uint8_t)(off > 255 ? 255 : off);
}

static void draw_crop(const sheet *s, int x0, int y0)
{
    const int w = s->c->camera.width;

    for (int y = 0; y < CELL_H; y++)
        for (int col = 0; col < COLUMNS; col++)
            for (int x = 0; x < CELL_W; x++) {
                const size_t from = 3 * ((size_t)(y0 + y / ZOOM) * (size_t)w + (size_t)(x0 + x / ZOOM));
                uint8_t *to = &s->px[3 * ((size_t)y * ROW_W + (size_t)(col * (CELL_W + GAP) + x))];

                for (size_t k = 0; k < 3; k++)
                    to[k] = column(s, col, from + k);
            }
}

static void draw_case(bs_synth *synth, const acc_case *c, uint8_t *px)
{
    sheet s = { .c = c, .px = px, .truth = acc_alloc(3 * c->n_px, 1) };
    int x0 = 0, y0 = 0;

    for (size_t i = 0; i < 3 * c->n_px; i++)
        s.truth[i] = (uint8_t)lrint(255 * acc_encode((double)c->truth[i]));
    s.hit = copy(acc_run(synth, c, &acc_methods[ACC_FIRST_HIT], NULL), c->n_px);
    s.scatter = copy(acc_run(synth, c, &acc_methods[ACC_SCATTER], NULL), c->n_px);
    find_worst(&s, &x0, &y0);
    draw_crop(&s, x0, y0);
    printf("| %s | seed %u | %d, %d |\n", c->kind->name, c->seed, x0, y0);
    free(s.truth);
    free(s.hit);
    free(s.scatter);
}

static int write_png(const char *dir, const char *name, const uint8_t *px, int rows, bs_err *err)
{
    const int height = rows * (CELL_H + GAP) - GAP;
    bs_bytes png = { 0 };
    char path[4096];
    FILE *f;
    int rc = bs_encode_png8(px, ROW_W, height, 3, 9, NULL, &png, err);

    if (rc)
        return rc;
    snprintf(path, sizeof path, "%s/%s.png", dir, name);
    f = fopen(path, "wb");
    if (!f || fwrite(png.data, 1, png.n, f) != png.n)
        rc = bs_fail(err, BS_EOUTPUT, "%s: %s", path, strerror(errno));
    if (f && fclose(f) && !rc)
        rc = bs_fail(err, BS_EOUTPUT, "%s: %s", path, strerror(errno));
    bs_bytes_free(&png);
    return rc;
}

int acc_pictures(bs_synth *synth, const char *dir)
{
    const size_t step = (size_t)3 * ROW_W * (CELL_H + GAP);
    uint8_t *px = acc_alloc(SHOWN, step);
    bs_err err = { 0 };
    int rc = BS_OK;

    memset(px, 255, SHOWN * step);
    if (mkdir(dir, 0777) && errno != EEXIST)
        rc = bs_fail(&err, BS_EOUTPUT, "%s: %s", dir, strerror(errno));
    printf("| sharp, truth, first-hit, scatter, their errors x %d | world | crop at x, y |\n|---|---|---|\n",
           ERROR_GAIN);
    for (int i = 0; i < SHOWN && !rc; i++) {
        const acc_kind *kind = &(shown[i].is_other ? acc_other : acc_main)[shown[i].kind];
        acc_case *c = acc_case_create(kind, shown[i].seed, &acc_full);

        draw_case(synth, c, px + (size_t)i * step);
        rc = write_png(dir, kind->name, px + (size_t)i * step, 1, &err);
        acc_case_destroy(&c);
    }
    if (!rc)
        rc = write_png(dir, "all", px, SHOWN, &err);
    if (rc)
        fprintf(stderr, "accuracy: %s\n", err.text);
    free(px);
    return rc != BS_OK;
}
