/*
 * nvcc reads the rules as the C compiler does: what it makes of them for the host gives the same bytes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "homography/depth.h"
#include "homography/sensor.h"
#include "homography/warp.h"
#include "tests/nvcc_host.h"
#include "tests/scene_parts.h"
#include "tests/warp_isa_case.h"

/* What is being compared. */
typedef struct look {
    const char *name;
    const source *s;
    const asked *a;
} look;

static void same(const look *k, const char *what, const void *nvcc, const void *c, size_t n)
{
    if (memcmp(nvcc, c, n))
        fail_msg("%s differs: %s %dx%d, shutter %s, %d poses, motion %s, bicubic %d", what, k->name,
                 k->s->cam.width, k->s->cam.height, shutter_names[k->a->shutter], k->a->n, k->a->move->name,
                 k->a->bicubic);
}

static void check(const source *s, const char *name, const asked *a, const bs_response *resp, uint64_t number)
{
    static const double peaks[] = { 0, 3, 200, 5000 };
    const int w = s->cam.width, h = s->cam.height;
    const size_t n = (size_t)w * (size_t)h;
    const look k = { name, s, a };
    bs_view *views = make_views(s, a);
    bs_layers l = make_layers(s, a, views);
    float *f = calloc(8 * n, sizeof *f);
    uint8_t *u = calloc(6 * n, 1);
    const bs_blur_item item = { .layers = l,
                                .views = views,
                                .n_poses = a->n,
                                .n_lines = bs_shutter_lines(a->shutter, w, h),
                                .rows = bs_rows_of(a->shutter),
                                .blur = f,
                                .seen = f + 3 * n,
                                .response = resp,
                                .encoded = u,
                                .noise_peak = (float)peaks[number % 4],
                                .seed = 1ull << 40 | number,
                                .sample = number << 33 | 7 };

    assert_true(f && u);
    nvcc_blur(&item);
    bs_warp_isa(BS_ISA_PLAIN, &l, a->shutter, views, a->n, 1, f + 4 * n, f + 7 * n);
    same(&k, "the blur", f, f + 4 * n, 4 * n * sizeof *f);
    nvcc_expose(&item);
    bs_expose(resp, f, w, h, (double)item.noise_peak, item.seed, item.sample, 1, u + 3 * n);
    same(&k, "the exposure", u, u + 3 * n, 3 * n);
    nvcc_depth(&l, views, f, u);
    bs_depth_cpu(&l, views, 1, f + n, u + n);
    same(&k, "the depth", f, f + n, n * sizeof *f);
    same(&k, "what depth was seen", u, u + n, n);
    free(u);
    free(f);
    bs_layers_destroy(&l);
    free(views);
}

static void test_all(void **state)
{
    static const int sizes[][2] = { { 1, 1 }, { 7, 5 }, { 17, 13 }, { 33, 21 }, { 83, 61 } };
    static const int counts[] = { 1, 5, 9, 30, 45 };
    bs_response resp;

    (void)state;
    assert_int_equal(bs_response_make(BS_RESPONSE_SRGB, 0, &resp, NULL), BS_OK);
    for (int i = 0; i < 5; i++)
        for (int k = 0; k < n_sources; k++) {
            source s = make_source(k, sizes[i][0], sizes[i][1]);

            for (int m = 0; m < n_moves; m++) {
                const uint32_t number = (uint32_t)((64 * i + k) * 64 + m);
                const asked a = { &moves[m], (bs_shutter)(scene_hash01(number, 1, 2, 3) * 5),
                                  counts[(k + m + i) % 5], number % 5 ? BS_INPAINT_BACKGROUND : BS_INPAINT_NONE,
                                  (k + m) % 2, number % 3 ? 1 : 0.1 };

                if (i < 4 || scene_hash01(number, 4, 5, 6) < 0.2)
                    check(&s, source_names[k], &a, &resp, number);
            }
            free_source(&s);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_all) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
