#include "tests/warp_isa_case.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "homography/sensor.h"
#include "inpaint/background.h"
#include "tests/scene.h"
#include "tests/scene_parts.h"

/* The nearest surface of most sources is 0.3 to 1 m away; focal lengths are about 100 px. */
const move moves[] = {
    { "none", { 0 }, { 0 }, 0 },
    { "tiny", { 1e-5, -2e-5, 1e-5 }, { 1e-5, 1e-5, -2e-5 }, 0 },
    { "hand", { 0.06, 0.03, 0.02 }, { 0.02, -0.03, 0.02 }, 0 },
    { "hand at rest", { 0.002, 0.003, 0.001 }, { 0.004, 0.003, -0.002 }, 0 },
    { "halves of pixels at 1 m", { 0.04, 4.0 / 110, 0 }, { 0 }, 0 },
    { "halves of pixels at 2 m", { 0.08, 8.0 / 110, 0 }, { 0 }, 0 },
    { "whole pixels at 4 m", { 0.32, -32.0 / 110, 0 }, { 0 }, 0 },
    { "right", { 1.2, 0, 0 }, { 0 }, 0 },
    { "down", { 0, 0.3, 0 }, { 0 }, 0 },
    { "away", { 40, -25, 3 }, { 0 }, 0 },
    { "forward", { 0, 0, 0.55 }, { 0 }, 0 },
    { "to the near clip", { 0.01, 0, 1.998 }, { 0 }, 0 },
    { "backward", { 0.1, 0.05, -3 }, { 0 }, 0 },
    { "roll", { 0 }, { 0, 0, 2.5 }, 0 },
    { "half roll", { 0.05, 0, 0 }, { 0, 0, 6.28318530717958648 }, 0 },
    { "turn", { 0 }, { 0.1, 0.7, 0 }, 0 },
    { "turn beside the frame", { 0.1, 0.1, 0 }, { 0.3, 2.2, 0.1 }, 0 },
    { "turn beyond the image plane", { 0.2, 0, 0.1 }, { 0.4, 3, 0.1 }, 0 },
    { "turn around", { 0.2, 0, 0.1 }, { 6, 0.2, 0.1 }, 0 },
    { "jumps", { 0.3, 0.3, 0.3 }, { 0.1, 0.1, 0.2 }, 1 },
    { "wild jumps", { 3, 3, 1 }, { 2, 2, 4 }, 1 },
};
const int n_moves = sizeof moves / sizeof moves[0];

enum { ROOM = N_LAYOUTS, CARDS, THIN, FAR, CONSTANT, WAVES, RAMP, PATCHES, STATIC, N_SOURCES };

const char *const source_names[] = { "flat", "card",     "holes", "noise", "room",    "cards", "thin",
                                     "far",  "constant", "waves", "ramp",  "patches", "static" };
const int n_sources = N_SOURCES;

/* From 1e-6 to 1e3 1/m. */
static float spread(double share)
{
    return (float)pow(10, -6 + 9 * share);
}

static float odd_inv(int kind, uint32_t x, uint32_t y)
{
    const double u = scene_hash01(x, y, 5, 6);

    switch (kind) {
    case FAR:
        return 0;
    case CONSTANT:
        return 0.5f;
    case WAVES:
        return (float)(1 + 0.4 * sin(0.4 * x) * cos(0.3 * y + 1));
    case RAMP:
        return spread((x % 64 + y % 64) / 126.0);
    case PATCHES:
        return spread(scene_hash01(x / 7, y / 5, 1, 2));
    default:
        return u < 0.1 ? 0 : u < 0.2 ? spread(scene_hash01(x, y, 7, 8)) : (float)(4 * u);
    }
}

static frame trace_frame(int w, int h, const char *name)
{
    const size_t n = (size_t)w * (size_t)h;
    frame f = make_frame(w, h, FLAT, 1);
    const bs_pose T = bs_pose_identity();
    float *light = malloc(3 * n * sizeof *light);
    scene *s = scene_create(name, 1);

    assert_true(light && s);
    scene_render(s, &f.cam, &T, 1, 1, light, f.depth, NULL);
    for (size_t i = 0; i < 3 * n; i++)
        f.rgb[i] = (uint8_t)(255 * light[i] + 0.5f);
    scene_destroy(&s);
    free(light);
    return f;
}

/* Depth as it is; unknown where it is NaN. */
static void complete(const frame *f, source *s)
{
    bs_builder *b = NULL;

    assert_int_equal(bs_builder_create(f->cam.width, f->cam.height, &b, NULL), BS_OK);
    assert_int_equal(bs_depth_complete(b, f->depth, s->inv, s->measured, NULL), BS_OK);
    bs_builder_destroy(&b);
}

source make_source(int kind, int w, int h)
{
    const size_t n = (size_t)w * (size_t)h;
    frame f = kind >= ROOM && kind <= THIN ? trace_frame(w, h, source_names[kind])
                                           : make_frame(w, h, kind < N_LAYOUTS ? (layout)kind : FLAT, 17);
    source s = { f.cam, malloc(3 * n * sizeof *s.rgb), malloc(n * sizeof *s.inv), malloc(n) };
    bs_response r;

    assert_true(s.rgb && s.inv && s.measured);
    assert_int_equal(bs_response_make(BS_RESPONSE_SRGB, 0, &r, NULL), BS_OK);
    bs_decode(&r, f.rgb, 3 * n, 1, s.rgb);
    complete(&f, &s);
    for (size_t i = 0; kind > THIN && i < n; i++) {
        const uint32_t x = (uint32_t)(i % (size_t)w), y = (uint32_t)(i / (size_t)w);

        s.inv[i] = odd_inv(kind, x, y);
        s.measured[i] = (kind != STATIC && kind != CONSTANT) || scene_hash01(x, y, 3, 4) < 0.8;
    }
    free_frame(&f);
    return s;
}

void free_source(source *s)
{
    free(s->rgb);
    free(s->inv);
    free(s->measured);
}

/* An exposure and all its readout take one second around the anchor. */
static bs_pose pose_at(const void *user, double t_s)
{
    const move *m = user;
    bs_pose T = bs_pose_identity();
    double r[3], angle = 0;

    for (uint32_t i = 0; i < 3; i++) {
        const uint32_t ms = (uint32_t)(1000 + 1000 * t_s);
        const double turned = m->jumps ? scene_hash01(ms, i, 1, 2) - 0.5 : t_s;

        T.t_m[i] = m->t[i] * (m->jumps ? scene_hash01(ms, i, 3, 4) - 0.5 : t_s);
        r[i] = m->r[i] * turned;
        angle += r[i] * r[i];
    }
    angle = sqrt(angle);
    for (int i = 0; i < 3; i++)
        T.q[i] = angle > 0 ? sin(angle / 2) * r[i] / angle : 0;
    T.q[3] = cos(angle / 2);
    return T;
}

bs_view *make_views(const source *s, const asked *a)
{
    const int rolls = a->shutter != BS_SHUTTER_GLOBAL;
    const capture k = { a->shutter, rolls ? 0.5 : 1, rolls ? 0.5 : 0, 0.5, a->n, pose_at, a->move };
    const size_t n = (size_t)a->n * (size_t)bs_shutter_lines(a->shutter, s->cam.width, s->cam.height);
    const frame f = { .cam = s->cam };
    bs_synth_input in = make_input(&f, &k);
    bs_view *views = malloc(n * sizeof *views);

    assert_non_null(views);
    for (size_t i = 0; i < n; i++)
        views[i] = bs_view_make(&s->cam, &in.T_anchor_cam[i]);
    free_input(&in);
    return views;
}

/* What the widest view needs, as the library finds it, or less. */
static float *find_parallax(const source *s, const asked *a, const bs_view *views)
{
    const size_t n = (size_t)s->cam.width * (size_t)s->cam.height;
    float *parallax = malloc(n * sizeof *parallax), lo = INFINITY, hi = 0;

    assert_non_null(parallax);
    for (size_t i = 0; i < n; i++) {
        lo = fminf(lo, s->inv[i]);
        hi = fmaxf(hi, s->inv[i]);
    }
    bs_views_parallax(&s->cam, a->shutter, views, a->n, (double)lo, (double)hi, parallax, NULL);
    for (size_t i = 0; i < n; i++)
        parallax[i] *= (float)a->known;
    return parallax;
}

bs_layers make_layers(const source *s, const asked *a, const bs_view *views)
{
    const int w = s->cam.width, h = s->cam.height;
    float *parallax = find_parallax(s, a, views);
    bs_builder *b = NULL;
    bs_layers l = { 0 };
    bs_response r;
    int rc;

    assert_int_equal(bs_response_make(BS_RESPONSE_SRGB, 0, &r, NULL), BS_OK);
    assert_int_equal(bs_builder_create(w, h, &b, NULL), BS_OK);
    assert_int_equal(bs_layers_create(w, h, &l, NULL), BS_OK);
    l.bicubic = a->bicubic;
    rc = bs_layers_build(b, s->rgb, s->inv, s->measured, parallax, NULL, a->method, &r, &l, NULL);
    if (rc == BS_EINVAL) /* no OpenCV */
        rc = bs_layers_build(b, s->rgb, s->inv, s->measured, parallax, NULL, BS_INPAINT_BACKGROUND, &r, &l,
                             NULL);
    assert_int_equal(rc, BS_OK);
    bs_builder_destroy(&b);
    free(parallax);
    return l;
}
