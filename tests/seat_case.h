/*
 * tests/seat_case.h - blurs for the seats of the CUDA back end, and what a processor makes of them.
 */
#ifndef SEAT_CASE_H
#define SEAT_CASE_H

#include "cuda/seat.h"
#include "tests/warp_isa_case.h"

/* One frame and motion; what comes out of it by the processor. */
typedef struct seat_job {
    asked a;
    int w, h;
    bs_layers layers;
    bs_view *views;
    bs_response response;
    double peak;
    uint64_t seed, sample;
    float *blur, *seen;
    uint8_t *encoded;
    /* The frame itself, of which a device is to build the layers; its response is then that of its colours. */
    int is_frame;
    uint8_t *rgb, *measured;
    float *inv, *parallax;
    bs_reach *reach;
} seat_job;

/* 'number' says what noise is drawn.  seat_job_free() it. */
seat_job seat_job_make(const source *s, const asked *a, uint32_t number);
void seat_job_free(seat_job *j);

/* A seat, with the job's layers unless it is a frame; NULL if that fails, which '*rc' and '*err' tell. */
bs_seat *seat_job_sit(bs_cuda *cuda, const seat_job *j, int *rc, bs_err *err);

int seat_job_run(bs_seat *seat, const seat_job *j, int with_blur, bs_seat_result *out, bs_err *err);

/* What would be built by the device; only if 'a' asks for no filling that it does not know. */
seat_job seat_job_make_frame(const source *s, const asked *a, uint32_t number);

/* What of a result is not what the processor makes, by its name; NULL: it is the same. */
const char *seat_job_differs(const seat_job *j, const bs_seat_result *r);

#endif /* SEAT_CASE_H */
