/*
 * A device's blur and exposure are twins of the processor's: the same bytes, whatever the frame, the motion and the
 * batch.  Skipped (77) where there is no device.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/scene_parts.h"
#include "tests/seat_case.h"

#define SKIPPED 77
#define IN_A_BATCH 12

static bs_cuda *cuda;

typedef struct caller {
    pthread_t thread;
    seat_job j;
    int rc;
    const char *differs;
    bs_err err;
} caller;

static void *call_it(void *user)
{
    caller *c = user;
    bs_seat *seat = seat_job_sit(cuda, &c->j, &c->rc, &c->err);
    bs_seat_result result;

    if (c->rc == BS_OK)
        c->rc = seat_job_run(seat, &c->j, 1, &result, &c->err);
    c->differs = c->rc == BS_OK && !result.too_many ? seat_job_differs(&c->j, &result) : NULL;
    bs_seat_destroy(&seat);
    return NULL;
}

/* Blurs that wait at the same time, so that they become batches. */
static void run(caller *callers, int n, const char *name)
{
    for (int i = 0; i < n; i++)
        assert_int_equal(pthread_create(&callers[i].thread, NULL, call_it, &callers[i]), 0);
    for (int i = 0; i < n; i++) {
        const seat_job *j = &callers[i].j;

        pthread_join(callers[i].thread, NULL);
        if (callers[i].rc != BS_OK)
            fail_msg("%s", callers[i].err.text);
        if (callers[i].differs)
            fail_msg(
                "%s differs: %s %dx%d, shutter %s, %d poses, motion %s, inpaint %d, bicubic %d, known %g",
                callers[i].differs, name, j->w, j->h, shutter_names[j->a.shutter], j->a.n, j->a.move->name,
                (int)j->a.method, j->a.bicubic, j->a.known);
        seat_job_free(&callers[i].j);
    }
}

/* Number 'number' of all that can be asked, in no order. */
static asked ask(const move *m, uint32_t number)
{
    static const int counts[] = { 1, 3, 5, 8, 9, 30, 45, 100 };
    static const double known[] = { 1, 1, 1, 0.1, 0 };
    uint32_t pick[5];

    for (uint32_t i = 0; i < 5; i++)
        pick[i] = (uint32_t)(4096 * scene_hash01(number, i, 31, 32));
    return (asked){ m,
                    pick[0] % 2 ? BS_SHUTTER_GLOBAL : (bs_shutter)(pick[0] / 2 % 5),
                    counts[pick[1] % 8],
                    (bs_inpaint)(pick[2] % 4),
                    (int)(pick[3] % 2),
                    known[pick[4] % 5] };
}

/* Whether the device fills layers in so. */
static int is_known(bs_inpaint method)
{
    return method == BS_INPAINT_BACKGROUND || method == BS_INPAINT_NONE;
}

/* Every frame of a size with every motion 'rounds' times, or a share of that. */
static void check_size(int w, int h, uint32_t rounds, double share)
{
    static caller callers[IN_A_BATCH];
    int n = 0;

    for (int k = 0; k < n_sources; k++) {
        source s = make_source(k, w, h);

        for (uint32_t i = 0; i < rounds * (uint32_t)n_moves; i++) {
            const uint32_t number = (i * 64 + (uint32_t)k) * 4096 + (uint32_t)(w + h);
            const asked a = ask(&moves[i % (uint32_t)n_moves], number);

            if (scene_hash01(number, 1, 2, 3) >= share)
                continue;
            callers[n] = (caller){ .j = number % 2 && is_known(a.method) ? seat_job_make_frame(&s, &a, number)
                                                                         : seat_job_make(&s, &a, number) };
            if (++n == IN_A_BATCH) {
                run(callers, n, source_names[k]);
                n = 0;
            }
        }
        run(callers, n, source_names[k]);
        n = 0;
        free_source(&s);
    }
}

static void test_small(void **state)
{
    static const int sizes[][2] = {
        { 1, 1 }, { 1, 9 }, { 9, 1 }, { 7, 5 }, { 8, 8 }, { 17, 13 }, { 33, 21 }
    };

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        check_size(sizes[i][0], sizes[i][1], 3, 1);
}

static void test_large(void **state)
{
    (void)state;
    check_size(83, 61, 2, 1);
    check_size(161, 99, 1, 1);
    check_size(320, 240, 1, 0.3);
}

static void test_full_hd(void **state)
{
    (void)state;
    check_size(1920, 1080, 1, 0.02);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_small), cmocka_unit_test(test_large),
                                        cmocka_unit_test(test_full_hd) };
    bs_err err = { 0 };
    int failed;

    if (bs_cuda_open(0, &cuda, &err) != BS_OK) {
        printf("skipped: %s\n", err.text);
        return err.code == BS_ENODEV ? SKIPPED : 1;
    }
    printf("on %s\n", bs_cuda_device_of(cuda)->name);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    bs_cuda_close(&cuda);
    return failed != 0;
}
