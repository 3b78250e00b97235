#include "tests/blur_case.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

const char *const layout_names[N_LAYOUTS] = { "flat", "card", "holes", "noise" };

static uint32_t draw(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static float depth_at(layout kind, int w, int h, int x, int y, uint32_t *seed)
{
    const int card = x > w / 4 && x < w / 2 && y > h / 4 && y < 3 * h / 4;

    switch (kind) {
    case FLAT:
        return 2;
    case CARD:
        return card ? 1 : 3 + 0.02f * (float)x;
    case HOLES:
        return card ? 1 : x > 3 * w / 4 ? INFINITY : y < h / 5 ? NAN : 4;
    case NOISE:
    case N_LAYOUTS:
        break;
    }
    switch (draw(seed) % 8) {
    case 0:
        return NAN;
    case 1:
        return INFINITY;
    default:
        return 0.3f + 0.001f * (float)(draw(seed) % 5000);
    }
}

frame make_frame(int w, int h, layout kind, uint32_t seed)
{
    frame f = { .cam = { w, h, 100, 110, (w - 1) / 2.0 + 0.3, (h - 1) / 2.0 - 0.2 } };
    const size_t n = (size_t)w * (size_t)h;

    f.rgb = malloc(3 * n);
    f.depth = malloc(n * sizeof *f.depth);
    assert_true(f.rgb && f.depth);
    for (size_t i = 0; i < 3 * n; i++)
        f.rgb[i] = (uint8_t)draw(&seed);
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++)
            f.depth[y * w + x] = depth_at(kind, w, h, x, y, &seed);
    f.depth[0] = 2; /* something is known in any size */
    return f;
}

void free_frame(frame *f)
{
    free(f->rgb);
    free(f->depth);
}

motion make_motion(int n, double tx, double ty, double tz, double rx, double ry, double rz)
{
    const double t[3] = { tx, ty, tz }, r[3] = { rx, ry, rz }, angle = sqrt(rx * rx + ry * ry + rz * rz);
    motion m = { .n = n };

    for (int i = 0; i < n; i++) {
        const double s = (i + 0.5) / n - 0.5;

        m.when[i] = s + 0.5;
        m.pose[i].q[3] = cos(s * angle / 2);
        for (int k = 0; k < 3; k++) {
            m.pose[i].t_m[k] = s * t[k];
            m.pose[i].q[k] = angle > 0 ? sin(s * angle / 2) * r[k] / angle : 0;
        }
    }
    return m;
}

motion make_pose(double tx, double ty, double tz, double rx, double ry, double rz)
{
    motion m = make_motion(2, 2 * tx, 2 * ty, 2 * tz, 2 * rx, 2 * ry, 2 * rz);
    const motion wide = make_motion(2, 4 * tx, 4 * ty, 4 * tz, 4 * rx, 4 * ry, 4 * rz);

    m.n = 1;
    m.pose[0] = wide.pose[1]; /* a quarter of four times */
    return m;
}

bs_tuple blur(bs_synth *s, const frame *f, const motion *m, const bs_synth_options *opt)
{
    const bs_synth_input in = { .camera = f->cam,
                                .rgb = f->rgb,
                                .depth_m = f->depth,
                                .T_anchor_cam = m->pose,
                                .n_poses = m->n,
                                .T_anchor_first = &m->pose[0],
                                .T_anchor_last = &m->pose[m->n - 1],
                                .when = m->when,
                                .frame_id = f->id };
    bs_err err = { 0 };
    bs_tuple out;

    if (bs_synth_run(s, &in, opt, &out, &err) != BS_OK)
        fail_msg("%dx%d, %d poses: code %d: %s", f->cam.width, f->cam.height, m->n, err.code, err.text);
    return out;
}

int setup_synth(void **state)
{
    bs_synth *s = NULL;

    if (bs_synth_create(&s, NULL) != BS_OK)
        return -1;
    *state = s;
    return 0;
}

int teardown_synth(void **state)
{
    bs_synth *s = *state;

    bs_synth_destroy(&s);
    return s != NULL;
}
