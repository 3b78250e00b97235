#include "tests/seat_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "homography/sensor.h"
#include "homography/warp.h"

seat_job seat_job_make(const source *s, const asked *a, uint32_t number)
{
    static const double peaks[] = { 700, 0, 5000, 8 };
    seat_job j = { .a = *a,
                   .w = s->cam.width,
                   .h = s->cam.height,
                   .peak = peaks[number % 4],
                   .seed = (uint64_t)number << 20 | 3,
                   .sample = (uint64_t)1 << 33 | number };
    const size_t n = (size_t)j.w * (size_t)j.h;

    assert_int_equal(bs_response_make(number % 3 ? BS_RESPONSE_SRGB : BS_RESPONSE_LINEAR, 0, &j.response, NULL),
                     BS_OK);
    j.views = make_views(s, a);
    j.layers = make_layers(s, a, j.views);
    j.blur = malloc(3 * n * sizeof *j.blur);
    j.seen = malloc(n * sizeof *j.seen);
    j.encoded = malloc(3 * n);
    assert_true(j.blur && j.seen && j.encoded);
    bs_warp_cpu(&j.layers, a->shutter, j.views, a->n, 1, j.blur, j.seen);
    bs_expose(&j.response, j.blur, j.w, j.h, j.peak, j.seed, j.sample, 1, j.encoded);
    return j;
}

void seat_job_free(seat_job *j)
{
    bs_layers_destroy(&j->layers);
    free(j->views);
    free(j->blur);
    free(j->seen);
    free(j->encoded);
}

bs_seat *seat_job_sit(bs_cuda *cuda, const seat_job *j, int *rc, bs_err *err)
{
    bs_seat *seat = NULL;
    char *memory;

    *rc = bs_seat_create(cuda, j->w, j->h, &seat, err);
    if (*rc != BS_OK)
        return NULL;
    memory = bs_seat_layers(seat)->memory;
    memcpy(memory, j->layers.memory, bs_layers_used(&j->layers));
    *bs_seat_layers(seat) = bs_layers_moved(&j->layers, memory);
    return seat;
}

int seat_job_run(bs_seat *seat, const seat_job *j, int with_blur, bs_seat_result *out, bs_err *err)
{
    const bs_seat_order order = { .shutter = j->a.shutter,
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
