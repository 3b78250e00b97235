/*
 * The blur as a GPU's teams run it is a twin of the plain rule: the same bytes, in whatever order lanes get on.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cuda/batch_px.h"
#include "homography/warp.h"
#include "tests/scene_parts.h"
#include "tests/team_blur.h"
#include "tests/warp_isa_case.h"

static void (*const teams[])(const bs_blur_item *item, lanes_order order) = {
    team_blur,
#ifdef HAVE_NVCC
    team_blur_warp,
#endif
};
enum { N_TEAMS = sizeof teams / sizeof teams[0] };

static void report(const bs_layers *l, const char *name, const asked *a, lanes_order order, const float *got,
                   const float *want, int channels)
{
    for (int i = 0; i < l->width * l->height * channels; i++)
        if (memcmp(&got[i], &want[i], sizeof got[i]))
            fail_msg(
                "%s %dx%d, %s, shutter %s, %d poses, motion %s, order %d: pixel (%d, %d), channel %d of %d: "
                "%.9g, plain %.9g",
                name, l->width, l->height, a->bicubic ? "bicubic" : "bilinear", shutter_names[a->shutter],
                a->n, a->move->name, (int)order, i / channels % l->width, i / channels / l->width,
                i % channels, channels, (double)got[i], (double)want[i]);
}

static void check(const source *s, const char *name, const asked *a, int team, lanes_order order)
{
    const int w = s->cam.width, h = s->cam.height;
    const size_t n = (size_t)w * (size_t)h;
    bs_view *views = make_views(s, a);
    bs_layers l = make_layers(s, a, views);
    float *want = malloc(8 * n * sizeof *want), *got = want + 4 * n;
    bs_blur_item item = { .layers = l,
                          .views = views,
                          .n_poses = a->n,
                          .n_lines = bs_shutter_lines(a->shutter, w, h),
                          .rows = bs_rows_of(a->shutter),
                          .blur = got,
                          .seen = got + 3 * n };

    assert_true(want);
    memset(want, 0xa5, 8 * n * sizeof *want);
    bs_warp_isa(BS_ISA_PLAIN, &l, a->shutter, views, a->n, 1, want, want + 3 * n);
    teams[team](&item, order);
    if (memcmp(want, got, 4 * n * sizeof *want)) {
        report(&l, name, a, order, got, want, 3);
        report(&l, name, a, order, got + 3 * n, want + 3 * n, 1);
    }
    free(want);
    bs_layers_destroy(&l);
    free(views);
}

/* A share of all that frames of a size, motions and options make. */
static void check_size(int w, int h, double share)
{
    static const int counts[] = { 1, 3, 8, 9, 30, 45 };
    static const double known[] = { 1, 1, 1, 0.1, 0 };

    for (int k = 0; k < n_sources; k++) {
        source s = make_source(k, w, h);

        for (int m = 0; m < n_moves; m++) {
            const uint32_t number = ((uint32_t)k * 64 + (uint32_t)m) * 256 + (uint32_t)(w + h);
            uint32_t pick[7];
            asked a;

            for (uint32_t i = 0; i < 7; i++)
                pick[i] = (uint32_t)(4096 * scene_hash01(number, i, 21, 22));
            a = (asked){ &moves[m],           pick[0] % 2 ? BS_SHUTTER_GLOBAL : (bs_shutter)(pick[0] / 2 % 5),
                         counts[pick[1] % 6], (bs_inpaint)(pick[2] % 2 ? 0 : 3),
                         (int)(pick[3] % 2),  known[pick[4] % 5] };
            if (scene_hash01(number, 1, 2, 3) < share)
                check(&s, source_names[k], &a, (int)(pick[6] % N_TEAMS),
                      (lanes_order)(pick[5] % LANES_ORDERS));
        }
        free_source(&s);
    }
}

static void test_small(void **state)
{
    static const int sizes[][2] = { { 1, 1 }, { 1, 9 }, { 9, 1 }, { 7, 5 }, { 8, 8 }, { 17, 13 } };

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        check_size(sizes[i][0], sizes[i][1], 0.5);
}

static void test_large(void **state)
{
    (void)state;
    check_size(33, 21, 0.5);
    check_size(83, 61, 0.1);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_small), cmocka_unit_test(test_large) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
