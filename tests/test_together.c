/* Poses looked at together, and one by one: the same picture but for what sheets leave out. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "tests/blur_case.h"

enum { W = 64, H = 48, MARGIN = 14 };

/* How far one thing is from another, shares of white; and the mean difference of masks, shares too. */
typedef struct apart {
    double largest, mean, mask;
} apart;

/* The mean of poses looked at together beside that of poses looked at one by one, where none looks beside the
 * frame: there they make up other things. */
static apart together_and_alone(bs_synth *s, const frame *f, const motion *m)
{
    const bs_synth_options opt = { .response = BS_RESPONSE_LINEAR };
    static float want[3 * W * H], mask[W * H];
    apart out = { 0, 0, 0 };
    bs_tuple t;

    memset(want, 0, sizeof want);
    memset(mask, 0, sizeof mask);
    for (int i = 0; i < m->n; i++) {
        motion one = { .n = 1 };

        one.pose[0] = m->pose[i];
        t = blur(s, f, &one, &opt);
        for (int k = 0; k < 3 * W * H; k++)
            want[k] += t.blur_linear[k] / (float)m->n;
        for (int k = 0; k < W * H; k++)
            mask[k] += t.mask[k] / (float)m->n;
    }
    t = blur(s, f, m, &opt);
    for (int k = 0; k < 3 * W * H; k++) {
        const int x = k / 3 % W, y = k / 3 / W;
        const double d = fabs((double)(t.blur_linear[k] - want[k]));

        if (x < MARGIN || y < MARGIN || x >= W - MARGIN || y >= H - MARGIN)
            continue;
        out.largest = fmax(out.largest, d);
        out.mask += k % 3 ? 0
                          : fabs((double)((float)t.mask[k / 3] - mask[k / 3])) /
                                (255 * (W - 2 * MARGIN) * (H - 2 * MARGIN));
        out.mean += d / (3 * (W - 2 * MARGIN) * (H - 2 * MARGIN));
    }
    return out;
}

static void expect_apart(const char *what, apart got, apart most)
{
    print_message("%-12s largest difference %.4f, mean %.5f, of masks %.5f\n", what, got.largest, got.mean,
                  got.mask);
    if (!(got.largest <= most.largest && got.mean <= most.mean && got.mask <= most.mask))
        fail_msg("%s: largest difference %.4f, expected %.4f; mean %.5f, expected %.5f; of masks %.5f, "
                 "expected %.5f",
                 what, got.largest, most.largest, got.mean, most.mean, got.mask, most.mask);
}

/* On white noise, the worst there is. */
static void many_poses_are_the_mean_of_each(void **state)
{
    static const apart most[N_LAYOUTS] = {
        { 0.006, 0.0005, 0.0001 }, { 0.016, 0.0014, 0.0035 }, { 0.03, 0.002, 0.0055 }, { 0.25, 0.03, 0.045 }
    };
    const motion m = make_motion(40, 0.08, -0.05, 0.02, 0.02, -0.03, 0.03); /* more than BS_RUN */

    for (int kind = 0; kind < N_LAYOUTS; kind++) {
        frame f = make_frame(W, H, (layout)kind, 3);

        expect_apart(layout_names[kind], together_and_alone(*state, &f, &m), most[kind]);
        free_frame(&f);
    }
}

/* On white noise too: surfaces that kernels, bent sheets and pixels by themselves look at. */
static void bowed_surfaces_are_seen_where_they_are(void **state)
{
    static const struct {
        const char *what;
        double bow; /* 1/m for a pixel squared */
        apart most;
    } cases[] = {
        { "flat", 0.5e-4, { 0.006, 0.0008, 0.0001 } },
        { "bowed", 2e-4, { 0.02, 0.0023, 0.0001 } },
        { "bent", 5e-4, { 0.02, 0.0022, 0.0001 } },
        { "very bent", 15e-4, { 0.035, 0.0015, 0.001 } },
    };
    const motion m = make_motion(24, 0.25, -0.1, 0, 0, 0, 0);

    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        frame f = make_frame(W, H, FLAT, 3);

        for (int i = 0; i < W * H; i++) {
            const double x = i % W - 0.5 * W, y = i / W - 0.5 * H;

            f.depth[i] = (float)(1 / (0.4 + cases[k].bow * (x * x + y * y)));
        }
        expect_apart(cases[k].what, together_and_alone(*state, &f, &m), cases[k].most);
        free_frame(&f);
    }
}

/* What the frame did not measure, or lies beside it, is not seen however many poses look there. */
static void nobody_sees_what_the_frame_did_not(void **state)
{
    const bs_synth_options opt = { .response = BS_RESPONSE_LINEAR };
    const motion m = make_motion(24, 0.24, 0, 0, 0, 0, 0); /* 12 px */
    frame f = make_frame(W, H, FLAT, 3);
    bs_tuple t;

    for (int y = 12; y < 36; y++)
        for (int x = 20; x < 44; x++)
            f.depth[y * W + x] = NAN;
    t = blur(*state, &f, &m, &opt);
    assert_int_equal(t.mask[24 * W + 32], 0);
    assert_int_equal(t.mask[5 * W + 32], 255);
    assert_in_range(t.mask[5 * W], 115, 140); /* half of the poses look beside the frame */
    assert_in_range(t.mask[5 * W + W - 1], 115, 140);
    assert_in_range(t.mask[24 * W + 20], 115, 140); /* and half at what was measured */
    free_frame(&f);
}

/* The red share of a pixel at x, where a white card from 16 to 40 is moved over a green wall by up to 'px' either way. */
static double share_of_card(double x, const motion *m, double px_m)
{
    double sum = 0;

    for (int i = 0; i < m->n; i++) {
        const double at = x + px_m * m->pose[i].t_m[0]; /* in the frame */

        sum += fmin(fmax(fmin(at - 15.5, 39.5 - at) + 0.5, 0), 1);
    }
    return sum / m->n;
}

/* A card whose depth is so noisy that it comes apart blurs like another one: no hard edge, whatever is known of the wall
 * behind it. */
static void noisy_cards_blur_softly(void **state)
{
    const bs_synth_options opt = { .response = BS_RESPONSE_LINEAR };
    const motion m = make_motion(24, 0.14, 0, 0, 0, 0, 0);
    frame f = make_frame(W, H, FLAT, 3);
    double largest = 0;
    uint32_t seed = 5;
    bs_tuple t;

    for (int i = 0; i < W * H; i++) {
        const int x = i % W, y = i / W, is_card = x >= 16 && x < 40 && y >= 8 && y < 40;
        const double noise = ((seed = seed * 1664525u + 1013904223u) >> 8) / 16777216.0 - 0.5;

        f.depth[i] = is_card ? (float)(1 / (0.95 + 0.05 * noise)) : 4;
        f.rgb[3 * i] = f.rgb[3 * i + 2] = is_card ? 255 : 0;
        f.rgb[3 * i + 1] = 255;
    }
    t = blur(*state, &f, &m, &opt);
    for (int x = 6; x < 50; x++) {
        const double got = (double)t.blur_linear[3 * (24 * W + x)], want = share_of_card(x, &m, 95);

        largest = fmax(largest, fabs(got - want));
    }
    print_message("noisy card   largest difference %.4f\n", largest);
    if (!(largest <= 0.01))
        fail_msg("the card's share is off by %.3f", largest);
    free_frame(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_poses_are_the_mean_of_each),
        cmocka_unit_test(bowed_surfaces_are_seen_where_they_are),
        cmocka_unit_test(nobody_sees_what_the_frame_did_not),
        cmocka_unit_test(noisy_cards_blur_softly),
    };

    return cmocka_run_group_tests(tests, setup_synth, teardown_synth);
}
