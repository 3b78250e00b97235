/*
 * The layers of a frame as a GPU's team builds them are a twin of bs_layers_build()'s: the same bytes in every plane and
 * table, in whatever order lanes get on, and nothing beyond the memory that was given.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "homography/shutter.h"
#include "inpaint/background.h"
#include "inpaint/room.h"
#include "tests/scene_parts.h"
#include "tests/team_layers.h"
#include "tests/warp_isa_case.h"

/* Bytes behind each array of a room, which must stay as they are. */
#define GUARD 64

/* Who builds layers. */
typedef struct team {
    const char *name;
    int (*build)(const team_frame *f, lanes_order order, struct bs_scene *room, bs_layers *out);
} team;

static const team teams[] = {
    { "32 lanes", team_layers_32 },
    { "256 lanes", team_layers_256 },
#ifdef HAVE_NVCC
    { "32 lanes by nvcc", team_layers_nvcc },
    { "a block", team_layers_block },
#endif
};

#define N_TEAMS ((uint32_t)(sizeof teams / sizeof teams[0]))

/* One frame, its layers as the processor builds them, and what a message says of it. */
typedef struct look {
    const char *source;
    const asked *asked;
    team_frame frame;
    const bs_layers *want;
} look;

static const char *method_name(bs_inpaint method)
{
    return method == BS_INPAINT_NONE ? "none" : "background";
}

static void compare(const look *k, const team *t, lanes_order order, const char *what, const void *got,
                    const void *want, size_t size, size_t n, size_t across)
{
    const unsigned char *a = got, *b = want;
    size_t i = 0;

    if (!memcmp(a, b, n * size))
        return;
    while (!memcmp(a + i * size, b + i * size, size))
        i++;
    fail_msg("%s %dx%d, inpaint %s, %s, motion %s (%g), %s reach, %s, order %d: %s differ, first at "
             "(%d, %d)",
             k->source, k->want->width, k->want->height, method_name(k->frame.method),
             k->asked->bicubic ? "bicubic" : "bilinear", k->asked->move->name, k->asked->known,
             k->frame.reach ? "known" : "any", t->name, (int)order, what, (int)(i % across),
             (int)(i / across));
}

/* All planes with their padding, and all tables. */
static void compare_layers(const look *k, const team *t, lanes_order order, const bs_layers *got)
{
    static const char *const lights[] = { "light of layer 0", "light of layer 1", "light of layer 2" };
    static const char *const invs[] = { "depths of layer 0", "depths of layer 1", "depths of layer 2" };
    const bs_layers *want = k->want;
    const size_t across = (size_t)want->stride, n_blocks = (size_t)want->blocks_x * (size_t)want->blocks_y;
    const size_t n = across * (size_t)(want->height + BS_PAD_BEFORE + BS_PAD_AFTER);
    const size_t before = BS_PAD_BEFORE * (across + 1),
                 n_areas = (size_t)want->areas_x * (size_t)want->areas_y;

    assert_int_equal(got->light[1] == got->light[0], want->light[1] == want->light[0]);
    for (int i = 0; i < BS_LAYERS; i++) {
        compare(k, t, order, invs[i], got->inv[i] - before, want->inv[i] - before, sizeof(float), n, across);
        compare(k, t, order, lights[i], got->light[i] - 4 * before, want->light[i] - 4 * before,
                4 * sizeof(float), n, across);
    }
    compare(k, t, order, "bits", got->bits - before, want->bits - before, 1, n, across);
    compare(k, t, order, "blocks", got->blocks, want->blocks, sizeof(bs_block), n_blocks,
            (size_t)want->blocks_x);
    compare(k, t, order, "near", got->near, want->near, sizeof(float), n_blocks, (size_t)want->blocks_x);
    compare(k, t, order, "near around", got->near_around, want->near_around, sizeof(float), n_blocks,
            (size_t)want->blocks_x);
    compare(k, t, order, "areas", got->areas, want->areas, sizeof(bs_block), n_areas, (size_t)want->areas_x);
    compare(k, t, order, "ranges", &got->inv_lo, &want->inv_lo, sizeof(float), 2, 2);
}

/* What a device's memory holds is anything. */
static void scribble_layers(bs_layers *l)
{
    const size_t n = (size_t)l->stride * (size_t)(l->height + BS_PAD_BEFORE + BS_PAD_AFTER);
    const size_t before = BS_PAD_BEFORE * ((size_t)l->stride + 1);

    for (int i = 0; i < BS_LAYERS; i++) {
        memset(l->own_light[i] - 4 * before, 0xa5, 4 * n * sizeof(float));
        memset(l->own_inv[i] - before, 0xa5, n * sizeof(float));
    }
    memset(l->bits - before, 0xa5, n);
}

static void expect_guard(const void *from, const char *what)
{
    const unsigned char *at = from;

    for (int i = 0; i < GUARD; i++)
        if (at[i] != 0xa5)
            fail_msg("%s: byte %d beyond the end was written", what, i);
}

/* Builds with room for 'spots' spots, the memory of more being guarded; returns what the team does, and how many spots
 * there were, or were wanted, in '*found'. */
static int build(const look *k, const team *t, lanes_order order, int spots, int *found)
{
    const int w = k->want->width, h = k->want->height, more = spots + GUARD;
    const size_t n = bs_room_bytes(w, h, more);
    char *memory = malloc(n + GUARD);
    bs_scene room;
    bs_layers out = { 0 };
    int rc;

    assert_non_null(memory);
    assert_int_equal(bs_layers_create(w, h, &out, NULL), BS_OK);
    memset(memory, 0xa5, n + GUARD);
    scribble_layers(&out);
    out.bicubic = k->want->bicubic;
    room = bs_room_place(w, h, more, memory);
    room.capacity = spots;
    rc = t->build(&k->frame, order, &room, &out);
    expect_guard(room.spots + spots, "spots");
    expect_guard(room.told + spots, "structures");
    expect_guard(memory + n, "planes");
    *found = rc ? room.wanted : room.n_spots;
    if (!rc)
        compare_layers(k, t, order, &out);
    bs_layers_destroy(&out);
    free(memory);
    return rc;
}

/* By one of the teams, in one order, with more than enough room; by chance also with just enough, and with less. */
static void check_teams(const look *k, uint32_t pick, int small)
{
    const team *t =
        &teams[small || pick % N_TEAMS != 1 ? pick % N_TEAMS : 0]; /* so many lanes take their time */
    const int plenty = 2 * k->want->width * k->want->height + 1;
    const lanes_order order = (lanes_order)(pick / N_TEAMS % LANES_ORDERS);
    int n, found;

    assert_int_equal(build(k, t, order, plenty, &n), 0);
    if (n < 2 || pick / N_TEAMS / LANES_ORDERS % 4)
        return;
    assert_int_equal(build(k, t, order, n, &found), 0);
    assert_int_equal(found, n);
    for (int less = n - 1; less > 0; less /= 3) {
        assert_int_equal(build(k, t, order, less, &found), -1);
        assert_true(found > less && found <= n);
    }
}

/* What the exposure needs, or less, and which way. */
static void find_parallax(const source *s, const asked *a, float *parallax, bs_reach *reach)
{
    const size_t n = (size_t)s->cam.width * (size_t)s->cam.height;
    bs_view *views = make_views(s, a);
    float lo = INFINITY, hi = 0;

    for (size_t i = 0; i < n; i++) {
        lo = fminf(lo, s->inv[i]);
        hi = fmaxf(hi, s->inv[i]);
    }
    bs_views_parallax(&s->cam, a->shutter, views, a->n, (double)lo, (double)hi, parallax, reach);
    for (size_t i = 0; i < n; i++)
        parallax[i] *= (float)a->known;
    free(views);
}

static void check(const source *s, const char *name, const asked *a, uint32_t pick, int small)
{
    const int w = s->cam.width, h = s->cam.height;
    const size_t n = (size_t)w * (size_t)h;
    float *parallax = malloc(n * sizeof *parallax);
    bs_reach *reach = malloc((size_t)(bs_reach_cells(w) * bs_reach_cells(h)) * sizeof *reach);
    bs_builder *b = NULL;
    bs_layers want = { 0 };
    look k = {
        name, a, { s->rgb, s->inv, parallax, s->measured, pick % 3 ? reach : NULL, a->method }, &want
    };

    assert_true(parallax && reach);
    find_parallax(s, a, parallax, reach);
    assert_int_equal(bs_builder_create(w, h, &b, NULL), BS_OK);
    assert_int_equal(bs_layers_create(w, h, &want, NULL), BS_OK);
    want.bicubic = a->bicubic;
    assert_int_equal(bs_layers_build(b, s->rgb, s->inv, s->measured, parallax, k.frame.reach, a->method, NULL,
                                     &want, NULL),
                     BS_OK);
    check_teams(&k, pick / 3, small);
    bs_layers_destroy(&want);
    bs_builder_destroy(&b);
    free(reach);
    free(parallax);
}

/* A share of all that frames of a size, motions and options make. */
static void check_size(int w, int h, double share)
{
    static const double known[] = { 1, 1, 1, 0.1 };

    for (int k = 0; k < n_sources; k++) {
        source s = make_source(k, w, h);

        for (int m = 0; m < n_moves; m++) {
            const uint32_t number = ((uint32_t)k * 64 + (uint32_t)m) * 256 + (uint32_t)(w + h);
            uint32_t pick[4];
            asked a;

            for (uint32_t i = 0; i < 4; i++)
                pick[i] = (uint32_t)(4096 * scene_hash01(number, i, 31, 32));
            a = (asked){ &moves[m],
                         (bs_shutter)(pick[0] % 5),
                         5,
                         pick[1] % 3 ? BS_INPAINT_BACKGROUND : BS_INPAINT_NONE,
                         (int)(pick[1] / 3 % 2),
                         known[pick[2] % 4] };
            if (scene_hash01(number, 4, 5, 6) < share)
                check(&s, source_names[k], &a, pick[3], w * h < 1000);
        }
        free_source(&s);
    }
}

static void test_small(void **state)
{
    static const int sizes[][2] = { { 1, 1 }, { 1, 9 }, { 9, 1 }, { 2, 2 }, { 7, 5 }, { 33, 17 } };

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        check_size(sizes[i][0], sizes[i][1], 1);
}

static void test_large(void **state)
{
    (void)state;
    check_size(70, 50, 0.3);
    check_size(161, 99, 0.05);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_small), cmocka_unit_test(test_large) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
