/* Poles a pixel or two wide before a far wall: few pixels show nothing but the pole, some poles have none.
 * The exposure smears them over many times their width, and their light must neither grow nor shrink. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/blur_case.h"

enum { W = 96, H = 64, POSES = 30, FINE = 16 };

static const double focal_px = 100, z_pole = 1, z_wall = 4, middle_px = 47.3;

typedef struct pole {
    double width_px, slope; /* middle at x = middle_px + slope (y - H / 2) */
    double light, wall[2];  /* the wall's brightness goes from wall[0] on the left to wall[1] on the right */
} pole;

static double wall_light(const pole *p, double x)
{
    return p->wall[0] + (p->wall[1] - p->wall[0]) * fmin(fmax(x / W, 0), 1);
}

/* Light of pixel (x, y) seen from 't_m' on the right: FINE x FINE points of it. */
static double seen_at(const pole *p, int x, int y, double t_m)
{
    double sum = 0;

    for (int j = 0; j < FINE; j++)
        for (int i = 0; i < FINE; i++) {
            const double u = x - 0.5 + (i + 0.5) / FINE, v = y - 0.5 + (j + 0.5) / FINE;
            const double at = u + focal_px * t_m / z_pole - middle_px - p->slope * (v - H / 2);

            sum += fabs(at) < p->width_px / 2 * sqrt(1 + p->slope * p->slope)
                       ? p->light
                       : wall_light(p, u + focal_px * t_m / z_wall);
        }
    return sum / FINE / FINE;
}

static frame make_pole(const pole *p)
{
    frame f = make_frame(W, H, FLAT, 1);

    f.cam = (bs_camera){ W, H, focal_px, focal_px, (W - 1) / 2.0, (H - 1) / 2.0 };
    for (int i = 0; i < W * H; i++) {
        const int x = i % W, y = i / W;
        const double at = x - middle_px - p->slope * (y - H / 2);
        const int hit = fabs(at) < p->width_px / 2 * sqrt(1 + p->slope * p->slope);

        f.depth[i] = (float)(hit ? z_pole : z_wall);
        for (int c = 0; c < 3; c++)
            f.rgb[3 * i + c] = (uint8_t)lround(255 * seen_at(p, x, y, 0));
    }
    return f;
}

static void check(bs_synth *s, const pole *p, double tx)
{
    const motion m = make_motion(POSES, tx, 0, 0, 0, 0, 0);
    const bs_synth_options opt = { .response = BS_RESPONSE_LINEAR };
    frame f = make_pole(p);
    const bs_tuple t = blur(s, &f, &m, &opt);
    double sum = 0, n = 0, got_light = 0, want_light = 0, sharp = 0;

    for (int y = 8; y < H - 8; y++)
        for (int x = 14; x < W - 14; x++) {
            double want = 0, e, w = 0;

            for (int i = 0; i < POSES; i++)
                want += seen_at(p, x, y, m.pose[i].t_m[0]) / POSES;
            for (int i = 0; i < POSES; i++)
                w += wall_light(p, x + focal_px * m.pose[i].t_m[0] / z_wall) / POSES;
            e = (double)t.blur_linear[3 * (W * y + x)] - want;
            sum += e * e;
            n++;
            got_light += (double)t.blur_linear[3 * (W * y + x)] - w;
            want_light += want - w;
            e = f.rgb[3 * (W * y + x)] / 255.0 - want;
            sharp += e * e;
        }
    if (!(sqrt(sum / n) <= 0.003 && fabs(got_light / want_light - 1) <= 0.025))
        fail_msg(
            "%.2f px wide, slope %.2f, light %.2f, moved %g px: error %.5f rms (sharp %.5f), expected 0.003; "
            "light %.3f of %.3f, expected within 2.5 %%",
            p->width_px, p->slope, p->light, 100 * tx, sqrt(sum / n), sqrt(sharp / n), got_light, want_light);
    free_frame(&f);
}

static void test_poles(void **state)
{
    static const double widths[] = { 0.8, 1.2, 1.5, 2, 2.5, 3, 4, 6 }, slopes[] = { 0, 0.13, 0.6 };

    for (int k = 0; k < 8; k++)
        for (int j = 0; j < 3; j++) {
            const pole bright = { widths[k], slopes[j], 0.9, { 0.1, 0.3 } };
            const pole dark = { widths[k], slopes[j], 0.1, { 0.8, 0.4 } };

            check(*state, &bright, 0.2);
            check(*state, &dark, 0.2);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_poles),
    };

    return cmocka_run_group_tests(tests, setup_synth, teardown_synth);
}
