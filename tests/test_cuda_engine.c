/*
 * The host's side of the CUDA back end, with a device that there is not: batches, memory, failures.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cuda/engine.h"
#include "tests/fake_device.h"
#include "tests/seat_case.h"

static seat_job make_job(int i)
{
    static const int sizes[][2] = { { 33, 21 }, { 40, 9 }, { 7, 5 } };
    static const bs_shutter shutters[] = { BS_SHUTTER_GLOBAL, BS_SHUTTER_TOP_DOWN, BS_SHUTTER_LEFT_RIGHT };
    const asked a = { &moves[2 + i % 2], shutters[i / 3 % 3], 9 + i % 5, BS_INPAINT_BACKGROUND, i % 2, 1 };
    source s = make_source(i % 5, sizes[i % 3][0], sizes[i % 3][1]);
    const seat_job j =
        i / 3 % 2 ? seat_job_make_frame(&s, &a, (uint32_t)i) : seat_job_make(&s, &a, (uint32_t)i);

    free_source(&s);
    return j;
}

static void is_empty(const fake_device *f)
{
    assert_int_equal(f->alive, 0);
    assert_int_equal(f->alive_host, 0);
    assert_int_equal(f->streams, 0);
    assert_true(f->used == 0 && f->used_host == 0);
}

/* ---- many callers at once */

#define CALLERS 9
#define ROUNDS 4

typedef struct caller {
    pthread_t thread;
    bs_cuda *cuda;
    seat_job j;
    int rc, wrong;
    int *asked;          /* shared, counted up */
    int *working, *most; /* likewise: those that do not wait for the device; the most there ever were */
} caller;

/* One more works, or one less. */
static void work_on(const caller *c, int more)
{
    const int now = __atomic_add_fetch(c->working, more, __ATOMIC_SEQ_CST);
    int most = __atomic_load_n(c->most, __ATOMIC_SEQ_CST);

    while (now > most &&
           !__atomic_compare_exchange_n(c->most, &most, now, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
        ;
}

static void *call_it(void *user)
{
    caller *c = user;
    bs_seat *seat;

    bs_cuda_begin(c->cuda);
    work_on(c, 1);
    seat = seat_job_sit(c->cuda, &c->j, &c->rc, NULL);
    for (int r = 0; c->rc == BS_OK && r < ROUNDS; r++) {
        bs_seat_result result;

        __atomic_add_fetch(c->asked, 1, __ATOMIC_SEQ_CST);
        work_on(c, -1);
        c->rc = seat_job_run(seat, &c->j, r % 2, &result, NULL);
        work_on(c, 1);
        c->wrong += c->rc == BS_OK && (seat_job_differs(&c->j, &result) || (result.blur != NULL) != r % 2);
    }
    bs_seat_destroy(&seat);
    work_on(c, -1);
    bs_cuda_end(c->cuda);
    return NULL;
}

static int count(void *user)
{
    return __atomic_load_n((int *)user, __ATOMIC_SEQ_CST);
}

/* All jobs by callers of their own; the number of those that fail. */
static int call_all(fake_device *f, int batch, int share, int (*kind)(int i))
{
    static caller callers[CALLERS];
    bs_device dev;
    bs_cuda *cuda;
    int failed = 0, so_far = 0, working = 0, most = 0;

    f->blur = fake_blur_plain;
    f->build = fake_build_plain;
    f->asked = count;
    f->asked_user = &so_far;
    fake_device_make(f, &dev);
    assert_int_equal(bs_cuda_open_on(&dev, batch, &cuda, NULL), BS_OK);
    bs_cuda_share(cuda, share);
    for (int i = 0; i < CALLERS; i++) {
        callers[i] = (caller){
            .cuda = cuda, .j = make_job(kind(i)), .asked = &so_far, .working = &working, .most = &most
        };
    }
    for (int i = 0; i < CALLERS; i++)
        assert_int_equal(pthread_create(&callers[i].thread, NULL, call_it, &callers[i]), 0);
    for (int i = 0; i < CALLERS; i++) {
        pthread_join(callers[i].thread, NULL);
        assert_int_equal(callers[i].wrong, 0);
        failed += callers[i].rc != BS_OK;
        seat_job_free(&callers[i].j);
    }
    bs_cuda_close(&cuda);
    assert_null(cuda);
    is_empty(f);
    assert_true(!share || most <= share);
    return failed;
}

static int of_all_kinds(int i)
{
    return i;
}

static int of_one_size(int i)
{
    return 3 * i;
}

static void test_callers(void **state)
{
    fake_device f = { .memory = 0 };

    (void)state;
    assert_int_equal(call_all(&f, 0, 0, of_all_kinds), 0);
}

/* No more of them work at a time than may, and all get done. */
static void test_share(void **state)
{
    (void)state;
    for (int share = 1; share <= 3; share++) {
        fake_device f = { .memory = 0 };

        assert_int_equal(call_all(&f, 0, share, of_all_kinds), 0);
    }
}

/* While the device is busy with two batches, what comes after them waits, and becomes two. */
static void test_batches_grow(void **state)
{
    fake_device f = { .gate = CALLERS };

    (void)state;
    assert_int_equal(call_all(&f, 4, 0, of_one_size), 0);
    assert_in_range(f.largest, 2, 4);
    assert_true(f.batches < CALLERS * ROUNDS);
    f = (fake_device){ .gate = CALLERS };
    assert_int_equal(call_all(&f, 1, 0, of_one_size), 0);
    assert_int_equal(f.largest, 1);
    assert_int_equal(f.batches, CALLERS * ROUNDS);
}

/* What a device of so much memory is made ready with: crews and images of a batch; 0, 0 if it is too little. */
static void make_do(size_t memory, const seat_job *j, int *crews, int *images)
{
    fake_device f = { .memory = memory, .blur = fake_blur_plain, .build = fake_build_plain };
    bs_device dev;
    bs_cuda *cuda = NULL;
    int rc;

    *crews = *images = 0;
    fake_device_make(&f, &dev);
    rc = bs_cuda_open_on(&dev, 8, &cuda, NULL);
    assert_true(rc == BS_OK || rc == BS_ENOMEM);
    rc = rc ? BS_ENODEV : bs_cuda_reserve(cuda, j->w, j->h, (size_t)j->a.n, NULL);
    if (rc == BS_OK) {
        bs_seat *seat = seat_job_sit(cuda, j, &rc, NULL);
        bs_seat_result result;

        assert_int_equal(seat_job_run(seat, j, 1, &result, NULL), BS_OK);
        assert_null(seat_job_differs(j, &result));
        *crews = cuda->crews[0].is_started + cuda->crews[1].is_started;
        *images = (int)(cuda->crews[0].places_bytes / cuda->crews[0].place_bytes);
        bs_seat_destroy(&seat);
    } else {
        assert_int_equal(rc, BS_ENODEV);
    }
    bs_cuda_close(&cuda);
    is_empty(&f);
    assert_true(!memory || f.most <= memory);
}

/* With less and less memory: smaller batches first, then one crew, as long as one image fits; and the same bytes to the
 * last. */
static void test_little_memory(void **state)
{
    seat_job j = make_job(0);
    int crews, images, last_crews = 2, last_images = 8, seen[3][9] = { { 0 } };

    (void)state;
    for (size_t memory = 8000000; last_crews; memory -= memory / 40) {
        make_do(memory, &j, &crews, &images);
        assert_in_range(images, 0, 8);
        assert_true(crews < last_crews || (crews == last_crews && images <= last_images));
        seen[crews][images]++;
        last_crews = crews;
        last_images = images;
    }
    for (int n = 1; n <= 8; n *= 2)
        assert_true(seen[2][n]);
    assert_true(seen[1][1]);
    seat_job_free(&j);
}

/* After the first of each size nothing is allocated. */
static void test_no_allocation(void **state)
{
    fake_device f = { .blur = fake_blur_plain, .build = fake_build_plain };
    bs_device dev;
    bs_cuda *cuda;
    seat_job j = make_job(0);
    bs_seat_result result;
    bs_seat *seat;
    int allocs, rc;

    (void)state;
    fake_device_make(&f, &dev);
    assert_int_equal(bs_cuda_open_on(&dev, 1, &cuda, NULL), BS_OK);
    assert_int_equal(bs_cuda_reserve(cuda, j.w, j.h, (size_t)j.a.n, NULL), BS_OK);
    seat = seat_job_sit(cuda, &j, &rc, NULL);
    assert_int_equal(seat_job_run(seat, &j, 1, &result, NULL), BS_OK);
    allocs = f.allocs;
    for (int i = 0; i < 20; i++)
        assert_int_equal(seat_job_run(seat, &j, 1, &result, NULL), BS_OK);
    for (int n = 1; n <= j.a.n; n++) { /* nor for more poses than ever before */
        seat_job more = j;

        more.a.n = n;
        assert_int_equal(seat_job_run(seat, &more, 1, &result, NULL), BS_OK);
    }
    assert_null(seat_job_differs(&j, &result));
    assert_int_equal(f.allocs, allocs);
    bs_seat_destroy(&seat);
    bs_cuda_close(&cuda);
    seat_job_free(&j);
    is_empty(&f);
}

/* Everything that a caller does, with the device failing at call 'at'; returns how many calls there were. */
static int fail_at(int at, int code)
{
    fake_device f = { .fail_at = at, .fail_code = code, .blur = fake_blur_plain, .build = fake_build_plain };
    bs_device dev;
    bs_cuda *cuda = NULL;
    bs_seat_result result = { NULL, NULL, NULL, 0 };
    bs_err err = { 0 }, again = { 0 };
    int rc;

    fake_device_make(&f, &dev);
    rc = bs_cuda_open_on(&dev, 2, &cuda, &err);
    if (rc == BS_OK) {
        seat_job j = make_job(3);
        bs_seat *seat = seat_job_sit(cuda, &j, &rc, &err);

        rc = rc ? rc : seat_job_run(seat, &j, 1, &result, &err);
        if (rc == BS_OK) {
            assert_null(seat_job_differs(&j, &result));
        } else if (seat && code == BS_ENODEV) { /* it stays away, and says why */
            assert_int_equal(seat_job_run(seat, &j, 1, &result, &again), BS_EDEVICE);
            assert_non_null(strstr(again.text, "the fake device fails"));
        } else if (seat) { /* memory may come back */
            assert_int_equal(seat_job_run(seat, &j, 1, &result, &again), BS_OK);
            assert_null(seat_job_differs(&j, &result));
        }
        if (rc != BS_OK && code == BS_ENODEV)
            assert_null(result.seen);
        bs_seat_destroy(&seat);
        seat_job_free(&j);
    }
    /* Of several crews one may be missing. */
    assert_true(rc == BS_OK || ((rc == code || (rc == BS_EDEVICE && code == BS_ENODEV)) &&
                                strstr(err.text, "the fake device fails")));
    assert_true(!f.failed || rc != BS_OK || code == BS_ENOMEM);
    bs_cuda_close(&cuda);
    is_empty(&f);
    return f.calls;
}

static void test_failures(void **state)
{
    static const int codes[] = { BS_ENODEV, BS_ENOMEM };
    const int all = fail_at(0, BS_OK);

    (void)state;
    assert_true(all > 12);
    for (size_t c = 0; c < 2; c++)
        for (int at = 1; at <= all; at++)
            (void)fail_at(at, codes[c]);
}

/* A frame of too many edges is no failure, and nothing comes of it. */
static void test_too_many_edges(void **state)
{
    fake_device f = { .blur = fake_blur_plain, .build = fake_build_too_many };
    bs_seat_result result = { NULL, NULL, NULL, 0 };
    seat_job j = make_job(3);
    bs_device dev;
    bs_cuda *cuda;
    bs_seat *seat;
    int rc;

    (void)state;
    assert_true(j.is_frame);
    fake_device_make(&f, &dev);
    assert_int_equal(bs_cuda_open_on(&dev, 1, &cuda, NULL), BS_OK);
    seat = seat_job_sit(cuda, &j, &rc, NULL);
    assert_int_equal(seat_job_run(seat, &j, 1, &result, NULL), BS_OK);
    assert_true(result.too_many && !result.blur && !result.seen && !result.encoded);
    f.build = fake_build_plain;
    assert_int_equal(seat_job_run(seat, &j, 1, &result, NULL), BS_OK);
    assert_true(!result.too_many);
    assert_null(seat_job_differs(&j, &result));
    bs_seat_destroy(&seat);
    bs_cuda_close(&cuda);
    seat_job_free(&j);
    is_empty(&f);
}

static void test_wrong_size(void **state)
{
    fake_device f = { .blur = fake_blur_plain, .build = fake_build_plain };
    bs_device dev;
    bs_cuda *cuda;
    bs_seat *seat = NULL;
    bs_err err = { 0 };

    (void)state;
    fake_device_make(&f, &dev);
    assert_int_equal(bs_cuda_open_on(&dev, 0, &cuda, NULL), BS_OK);
    assert_int_equal(bs_seat_create(cuda, 0, 5, &seat, &err), BS_EINVAL);
    assert_non_null(strstr(err.text, "image size 0x5"));
    assert_null(seat);
    bs_cuda_close(&cuda);
    is_empty(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_callers),        cmocka_unit_test(test_batches_grow),
        cmocka_unit_test(test_little_memory),  cmocka_unit_test(test_no_allocation),
        cmocka_unit_test(test_failures),       cmocka_unit_test(test_wrong_size),
        cmocka_unit_test(test_too_many_edges), cmocka_unit_test(test_share),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
