/*
 * The blur's code for each instruction set is a twin of the plain rule: the same bytes, whatever the frame, the
 * motion, the threads, and whatever lies in memory that is not theirs.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "homography/isa.h"
#include "homography/warp.h"
#include "tests/guarded.h"
#include "tests/scene_parts.h"
#include "tests/warp_isa_case.h"

/* Sanitizers make the plain rule many times slower. */
#if defined(__SANITIZE_ADDRESS__)
#define IS_SLOW 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define IS_SLOW 1
#endif
#endif
#ifndef IS_SLOW
#define IS_SLOW 0
#endif

/* NaN, a signalling NaN, a huge float, small ones. */
static const uint32_t poisons[] = { 0xffffffff, 0x7fa07fa0, 0x7f7f7f7f, 0x3f803f80 };

/* One blur and what it is compared with. */
typedef struct look {
    const char *source;
    const asked *asked;
    const bs_layers *l;
    const bs_view *views;
    const float *blur, *seen; /* what the plain rule gives */
} look;

static void report(const look *k, const char *who, int threads, const float *got, const float *want,
                   int channels)
{
    const asked *a = k->asked;
    static const char *const inpaints[] = { "background", "telea", "ns", "none" };
    const int w = k->l->width, h = k->l->height;

    for (int i = 0; i < w * h * channels; i++) {
        uint32_t bits[2];

        memcpy(&bits[0], &got[i], sizeof bits[0]);
        memcpy(&bits[1], &want[i], sizeof bits[1]);
        if (bits[0] != bits[1])
            fail_msg("%s, %s %dx%d, inpaint %s, %s, shutter %s, %d poses, motion %s (%g), %d threads: pixel "
                     "(%d, %d) "
                     "%s %d: %.9g (%08x), plain %.9g (%08x)",
                     who, k->source, w, h, inpaints[a->method], a->bicubic ? "bicubic" : "bilinear",
                     shutter_names[a->shutter], a->n, a->move->name, a->known, threads, i / channels % w,
                     i / channels / w, channels == 1 ? "seen" : "channel", i % channels, (double)got[i],
                     bits[0], (double)want[i], bits[1]);
    }
}

/* From layers and views that are somewhere else and followed by something else each time. */
static void compare(const look *k, bs_isa isa, const bs_layers *l, const bs_view *views, guarded *g,
                    int threads)
{
    const size_t n = (size_t)l->width * (size_t)l->height;
    const int maps = g->n;
    float *blur = guarded_alloc(g, 3 * n * sizeof *blur), *seen = guarded_alloc(g, n * sizeof *seen);

    scribble(g->poison);
    bs_warp_isa(isa, l, k->asked->shutter, views, k->asked->n, threads, blur, seen);
    if (memcmp(blur, k->blur, 3 * n * sizeof *blur))
        report(k, bs_isa_names[isa], threads, blur, k->blur, 3);
    if (memcmp(seen, k->seen, n * sizeof *seen))
        report(k, bs_isa_names[isa], threads, seen, k->seen, 1);
    guarded_free_from(g, maps);
}

static void compare_all(const look *k, uint32_t number, int threads)
{
    const size_t n_views =
        (size_t)k->asked->n * (size_t)bs_shutter_lines(k->asked->shutter, k->l->width, k->l->height);
    const uint32_t pick = (uint32_t)(4096 * scene_hash01(number, 11, 12, 13));
    guarded g = { .side = pick % 2 ? GUARD_BEFORE : GUARD_BEHIND,
                  .poison = poisons[pick / 2 % (sizeof poisons / sizeof poisons[0])] };
    const bs_layers l = guarded_layers(&g, k->l, pick / 8 % 2 ? 3 : 0);
    const bs_view *views = guarded_copy(&g, k->views, n_views * sizeof *views);

    for (int v = threads > 1 ? BS_ISA_PLAIN : BS_ISA_PLAIN + 1; v < BS_ISAS; v++)
        if (bs_isa_runs((bs_isa)v))
            compare(k, (bs_isa)v, &l, views, &g, threads);
    guarded_free_from(&g, 0);
}

static void check(const source *s, const char *name, const asked *a, uint32_t number, const int *threads)
{
    const size_t n = (size_t)s->cam.width * (size_t)s->cam.height;
    bs_view *views = make_views(s, a);
    bs_layers l = make_layers(s, a, views);
    float *blur = malloc(3 * n * sizeof *blur), *seen = malloc(n * sizeof *seen);
    const look k = { name, a, &l, views, blur, seen };

    assert_true(blur && seen);
    bs_warp_isa(BS_ISA_PLAIN, &l, a->shutter, views, a->n, 1, blur, seen);
    for (; *threads; threads++)
        compare_all(&k, number + (uint32_t)*threads, *threads);
    free(blur);
    free(seen);
    bs_layers_destroy(&l);
    free(views);
}

/* Number 'number' of all that can be asked, in no order. */
static asked ask(const move *m, uint32_t number)
{
    static const int counts[] = { 1, 3, 5, 8, 9, 30, 45 };
    static const double known[] = { 1, 1, 1, 0.1, 0 };
    uint32_t pick[5];

    for (uint32_t i = 0; i < 5; i++)
        pick[i] = (uint32_t)(4096 * scene_hash01(number, i, 9, 10));
    return (asked){ .move = m,
                    .shutter = (bs_shutter)(pick[0] % 5),
                    .n = counts[pick[1] % 7],
                    .method = (bs_inpaint)(pick[2] % 4),
                    .bicubic = (int)(pick[3] % 2),
                    .known = known[pick[4] % 5] };
}

/* Every frame of a size with every motion 'rounds' times, asked otherwise each time; 'share' of all that. */
static void check_size(int w, int h, uint32_t rounds, double share)
{
    static const int one[] = { 1, 0 };

    for (int k = 0; k < n_sources; k++) {
        source s = make_source(k, w, h);

        for (uint32_t r = 0; r < rounds; r++)
            for (int m = 0; m < n_moves; m++) {
                const uint32_t number = ((r * 64 + (uint32_t)k) * 64 + (uint32_t)m) * 64 + (uint32_t)(w + h);
                const asked a = ask(&moves[m], number);

                if (scene_hash01(number, 1, 2, 3) < share)
                    check(&s, source_names[k], &a, number, one);
            }
        free_source(&s);
    }
}

static void test_small(void **state)
{
    static const int sizes[][2] = { { 1, 1 }, { 1, 9 }, { 9, 1 }, { 7, 5 }, { 8, 8 }, { 17, 13 } };

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        check_size(sizes[i][0], sizes[i][1], IS_SLOW ? 1 : 3, 1);
}

static void test_large(void **state)
{
    (void)state;
    check_size(33, 21, 1, IS_SLOW ? 0.3 : 1);
    check_size(83, 61, 1, IS_SLOW ? 0.05 : 0.5);
    check_size(161, 99, 1, IS_SLOW ? 0.02 : 0.2);
}

/* Numbers so large that a view overflows make lines that are nowhere; those of the other poses are not to hide
 * them. */
static void test_lines_without_place(void **state)
{
    static const float odd[] = { NAN, INFINITY, -INFINITY };
    source s = make_source(0, 33, 21);

    (void)state;
    for (uint32_t i = 0; i < 3 * 12; i++) {
        const asked a = { .move = &moves[0], .n = 5, .bicubic = (int)(i % 2), .known = 1 };
        bs_view *views = make_views(&s, &a);
        bs_layers l = make_layers(&s, &a, views);
        float blur[3 * 33 * 21], seen[33 * 21];
        const look k = { source_names[0], &a, &l, views, blur, seen };

        *(i / 3 < 9 ? &views[2].H_inf[i / 3] : &views[2].b[i / 3 - 9]) = odd[i % 3];
        bs_warp_isa(BS_ISA_PLAIN, &l, a.shutter, views, a.n, 1, blur, seen);
        compare_all(&k, i, 1);
        bs_layers_destroy(&l);
        free(views);
    }
    free_source(&s);
}

static void test_threads(void **state)
{
    static const int threads[] = { 1, 2, 5, 0 };

    (void)state;
    for (int k = 0; k < n_sources; k++) {
        source s = make_source(k, 83, 61);
        const asked a = ask(&moves[(5 * k + 2) % n_moves], 1000 + (uint32_t)k);

        check(&s, source_names[k], &a, (uint32_t)k, threads);
        free_source(&s);
    }
}

static int say_what_runs(void **state)
{
    (void)state;
    for (int v = 0; v < BS_ISAS; v++)
        if (!bs_isa_runs((bs_isa)v))
            print_message("%s: skipped, this build or machine does not run it\n", bs_isa_names[v]);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_small),
        cmocka_unit_test(test_large),
        cmocka_unit_test(test_lines_without_place),
        cmocka_unit_test(test_threads),
    };

    return cmocka_run_group_tests(tests, say_what_runs, NULL);
}
