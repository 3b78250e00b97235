#include "tests/seat_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "homography/sensor.h"
#include "homography/sensor_px.h"
#include "homography/warp.h"
#include "inpaint/background.h"

/* What the processor makes of layers and views. */
static void blur_here(seat_job *j)
{
    const size_t n = (size_t)j->w * (size_t)j->h;

    j->blur = malloc(3 * n * sizeof *j->blur);
    j->seen = malloc(n * sizeof *j->seen);
    j->encoded = malloc(3 * n);
    assert_true(j->blur && j->seen && j->encoded);
    bs_warp_cpu(&j->layers, j->a.shutter, j->views, j->a.n, 1, j->blur, j->seen);
    bs_expose(&j->response, j->blur, j->w, j->h, j->peak, j->seed, j->sample, 1, j->encoded);
}

static seat_job begin(const source *s, const asked *a, bs_response_kind response, uint32_t number)
{
    static const double peaks[] = { 700, 0, 5000, 8 };
    seat_job j = { .a = *a,
                   .w = s->cam.width,
                   .h = s->cam.height,
                   .peak = peaks[number % 4],
                   .seed = (uint64_t)number << 20 | 3,
                   .sample = (uint64_t)1 << 33 | number };

    assert_int_equal(bs_response_make(response, 0, &j.response, NULL), BS_OK);
    j.views = make_views(s, a);
    return j;
}

seat_job seat_job_make(const source *s, const asked *a, uint32_t number)
{
    seat_job j = begin(s, a, number % 3 ? BS_RESPONSE_SRGB : BS_RESPONSE_LINEAR, number);

    j.layers = make_layers(s, a, j.views);
    blur_here(&j);
    return j;
}

/* The frame's colours as they were decoded, and how far its surfaces go. */
static void keep_frame(const source *s, seat_job *j)
{
    const size_t n = (size_t)j->w * (size_t)j->h;
    float lo = s->inv[0], hi = lo;

    j->is_frame = 1;
    j->rgb = malloc(3 * n);
    j->measured = malloc(n);
    j->inv = malloc(n * sizeof *j->inv);
    j->parallax = malloc(n * sizeof *j->parallax);
    j->reach = malloc((size_t)bs_reach_cells(j->w) * (size_t)bs_reach_cells(j->h) * sizeof *j->reach);
    assert_true(j->rgb && j->measured && j->inv && j->parallax && j->reach);
    for (size_t i = 0; i < 3 * n; i++)
        j->rgb[i] = bs_encode_px(&j->response, s->rgb[i]);
    memcpy(j->measured, s->measured, n);
    memcpy(j->inv, s->inv, n * sizeof *j->inv);
    for (size_t i = 1; i < n; i++) {
        lo = s->inv[i] < lo ? s->inv[i] : lo;
        hi = s->inv[i] > hi ? s->inv[i] : hi;
    }
    bs_views_parallax(&s->cam, j->a.shutter, j->views, j->a.n, (double)lo, (double)hi, j->parallax, j->reach);
}

seat_job seat_job_make_frame(const source *s, const asked *a, uint32_t number)
{
    seat_job j = begin(s, a, BS_RESPONSE_SRGB, number);
    bs_builder *b = NULL;

    keep_frame(s, &j);
    assert_int_equal(bs_builder_create(j.w, j.h, &b, NULL), BS_OK);
    assert_int_equal(bs_layers_create(j.w, j.h, &j.layers, NULL), BS_OK);
    j.layers.bicubic = a->bicubic;
    assert_int_equal(bs_layers_build(b, s->rgb, s->inv, s->measured, j.parallax, j.reach, a->method,
                                     &j.response, &j.layers, NULL),
                     BS_OK);
    bs_builder_destroy(&b);
    blur_here(&j);
    return j;
}

void seat_job_free(seat_job *j)
{
    bs_layers_destroy(&j->layers);
    free(j->views);
    free(j->blur);
    free(j->seen);
    free(j->encoded);
    free(j->rgb);
    free(j->measured);
    free(j->inv);
    free(j->parallax);
    free(j->reach);
}

bs_seat *seat_job_sit(bs_cuda *cuda, const seat_job *j, int *rc, bs_err *err)
{
    bs_seat *seat = NULL;
    bs_layers *l;

    *rc = bs_seat_create(cuda, j->w, j->h, &seat, err);
    if (*rc != BS_OK || j->is_frame)
        return seat;
    *rc = bs_seat_layers(seat, &l, err);
    if (*rc == BS_OK) {
        memcpy(l->memory, j->layers.memory, bs_layers_used(&j->layers));
        *l = bs_layers_moved(&j->layers, l->memory);
    } else {
        bs_seat_destroy(&seat);
    }
    return seat;
}

int seat_job_run(bs_seat *seat, const seat_job *j, int with_blur, bs_seat_result *out, bs_err *err)
{
    const bs_seat_frame given = { j->rgb,   j->inv,      j->parallax, j->measured,
                                  j->reach, j->a.method, j->a.bicubic };
    const bs_seat_order order = { .frame = j->is_frame ? &given : NULL,
                                  .shutter = j->a.shutter,
                                  .views = j->views,
                                  .n = j->a.n,
                                  .response = &j->response,
                                  .noise_peak = j->peak,
                                  .seed = j->seed,
                                  .sample = j->sample,
                                  .with_blur = with_blur };

    return bs_seat_blur(seat, &order, out, err);
}

const char *seat_job_differs(const seat_job *j, const bs_seat_result *r)
{
    const size_t n = (size_t)j->w * (size_t)j->h;

    if (r->blur && memcmp(r->blur, j->blur, 3 * n * sizeof *r->blur))
        return "the blur";
    if (memcmp(r->seen, j->seen, n * sizeof *r->seen))
        return "what was seen";
    return memcmp(r->encoded, j->encoded, 3 * n) ? "the exposure" : NULL;
}
