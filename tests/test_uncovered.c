/* A card before a wall, seen by a camera moving sideways: what it covers, what it uncovers, and nothing else.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "gen/blursynth.h"

/* Focal length 100 px; the card at 1 m fills the picture up to its edge, between pixels LAST and LAST + 1
 * along x, or along y; the wall is 4 m away. */
enum { SIDE = 120, N = SIDE * SIDE, LAST = 59, POSES = 15 };

static const double z_card = 1, z_wall = 4, focal_px = 100, edge_px = LAST + 0.5;
static const uint8_t card[3] = { 220, 60, 20 }, wall[3] = { 30, 90, 200 };

typedef struct picture { /* what a line across the edge shows, in linear light */
    double card_share[SIDE];
    double seen[SIDE];
} picture;

typedef struct test_case {
    int down;            /* motion and edge along y, not x */
    double from_m, to_m; /* camera's way along the axis */
    int poses;
    bs_inpaint method;
} test_case;

static double light(uint8_t v)
{
    return v <= 10 ? v / 255.0 / 12.92 : pow((v / 255.0 + 0.055) / 1.055, 2.4);
}

/* Blurs, and reads the picture along the line across the edge through its middle; all other lines, but those
 * where the frame ends, must be alike. */
static picture take(const test_case *k)
{
    uint8_t *rgb = malloc(3 * N);
    float *depth = malloc(N * sizeof *depth);
    bs_pose pose[POSES];
    double when[POSES];
    const bs_synth_options opt = { .inpaint = k->method };
    bs_synth_input in = { .camera = { SIDE, SIDE, focal_px, focal_px, 59.5, 59.5 },
                          .rgb = rgb,
                          .depth_m = depth,
                          .T_anchor_cam = pose,
                          .n_poses = k->poses,
                          .when = when };
    bs_synth *s = NULL;
    bs_err err = { 0 };
    bs_tuple t;
    picture p;

    assert_true(rgb && depth);
    for (int i = 0; i < N; i++) {
        const int at = k->down ? i / SIDE : i % SIDE;

        depth[i] = (float)(at <= LAST ? z_card : z_wall);
        for (int c = 0; c < 3; c++)
            rgb[3 * i + c] = at <= LAST ? card[c] : wall[c];
    }
    for (int i = 0; i < k->poses; i++) {
        when[i] = (i + 0.5) / k->poses;
        pose[i] = bs_pose_identity();
        pose[i].t_m[k->down] = k->from_m + when[i] * (k->to_m - k->from_m);
    }
    in.T_anchor_first = &pose[0];
    in.T_anchor_last = &pose[k->poses - 1];
    assert_int_equal(bs_synth_create(&s, &err), BS_OK);
    if (bs_synth_run(s, &in, &opt, &t, &err) != BS_OK)
        fail_msg("%s", err.text);
    for (int i = 0; i < N; i++) {
        const int at = k->down ? i / SIDE : i % SIDE, line = k->down ? i % SIDE : i / SIDE;
        const int middle = k->down ? SIDE * at + SIDE / 2 : SIDE * (SIDE / 2) + at;

        if (line >= 4 && line < SIDE - 4 && abs(t.blur[3 * i] - t.blur[3 * middle]) > 1)
            fail_msg("axis %d, from %g to %g m: line %d at %d shows %d, line %d shows %d", k->down, k->from_m,
                     k->to_m, line, at, t.blur[3 * i], SIDE / 2, t.blur[3 * middle]);
        if (i != middle)
            continue;
        p.card_share[at] =
            ((double)t.blur_linear[3 * i] - light(wall[0])) / (light(card[0]) - light(wall[0]));
        p.seen[at] = t.mask[i] / 255.0;
        for (int c = 1; c < 3; c++) {
            const double share =
                ((double)t.blur_linear[3 * i + c] - light(wall[c])) / (light(card[c]) - light(wall[c]));

            if (!(fabs(share - p.card_share[at]) <= 0.01))
                fail_msg("axis %d, from %g to %g m, at %d: red says %.3f card, channel %d %.3f: a colour "
                         "that is neither card nor wall",
                         k->down, k->from_m, k->to_m, at, p.card_share[at], c, share);
        }
    }
    bs_synth_destroy(&s);
    free(depth);
    free(rgb);
    return p;
}

/* Where the edge of the card is for a camera at 't_m'; the wall's point that was beside it, likewise. */
static double card_at(double t_m)
{
    return edge_px - focal_px * t_m / z_card;
}

static double wall_at(double t_m)
{
    return edge_px - focal_px * t_m / z_wall;
}

/* One pose: left of the edge all card, right of it all wall, between card and wall's old place nothing was
 * seen. */
static void test_one_pose(void **state)
{
    static const double moves[] = { 0.02, 0.105, 0.2, 0.3, -0.02, -0.1, -0.2 };

    (void)state;
    for (int down = 0; down < 2; down++)
        for (size_t k = 0; k < sizeof moves / sizeof moves[0]; k++) {
            const double t = moves[k], edge = card_at(t), old = fmax(wall_at(t), edge);
            const test_case c = { .down = down, .from_m = t, .to_m = t, .poses = 1 };
            const picture p = take(&c);
            double covered = 0, unseen = 0;
            const int from = t < 0 ? (int)ceil(-t * focal_px) + 1 : 0; /* before it,
                the camera sees past the frame */
            const int to = SIDE - (t > 0 ? (int)ceil(t * focal_px / z_wall) + 1 : 0);

            for (int i = from; i < to; i++) {
                const double share = i < edge - 1 ? 1 : i > edge + 1 ? 0 : p.card_share[i];
                const double seen = i < edge - 1 || i > old + 1.5     ? 1
                                    : i > edge + 1.5 && i < old - 1.5 ? 0
                                                                      : p.seen[i];

                covered += p.card_share[i];
                unseen += 1 - p.seen[i];
                if (!(fabs(p.card_share[i] - share) <= 0.01))
                    fail_msg("axis %d, camera at %g m, edge at %.2f: at %d the share of the card is %.4f, "
                             "expected %g",
                             down, t, edge, i, p.card_share[i], share);
                if (!(fabs(p.seen[i] - seen) <= 0.005))
                    fail_msg(
                        "axis %d, camera at %g m, uncovered from %.2f to %.2f: at %d seen %.4f, expected %g",
                        down, t, edge, old, i, p.seen[i], seen);
            }
            if (!(fabs(covered + from - 0.5 - edge) <= 0.3))
                fail_msg("axis %d, camera at %g m: the card ends at %.3f, expected %.3f", down, t,
                         covered + from - 0.5, edge);
            if (!(fabs(unseen - (old - edge)) <= 0.6))
                fail_msg("axis %d, camera at %g m: %.3f px uncovered, expected f T (1 / Zc - 1 / Zw) = %.3f",
                         down, t, unseen, old - edge);
        }
}

/* An exposure: the card's colour is found only where its edge has been, and rises there evenly. */
static void test_exposure(void **state)
{
    static const double ways[][2] = { { -0.1, 0.1 }, { 0, 0.2 }, { -0.2, 0 }, { 0.1, -0.1 } };

    (void)state;
    for (int down = 0; down < 2; down++)
        for (int k = 0; k < 4; k++) {
            const test_case c = { .down = down, .from_m = ways[k][0], .to_m = ways[k][1], .poses = POSES };
            const picture p = take(&c);
            const double a = fmin(card_at(c.from_m), card_at(c.to_m)),
                         b = fmax(card_at(c.from_m), card_at(c.to_m));

            for (int i = 21; i < SIDE - 6; i++) {
                /* POSES steps, each a silhouette one or two pixels wide */
                const double want = fmin(fmax((b - i) / (b - a), 0), 1),
                             slack = i < a - 1 || i > b + 1 ? 0.004 : 0.06;

                if (!(fabs(p.card_share[i] - want) <= slack))
                    fail_msg("axis %d, from %g to %g m, edge from %.2f to %.2f: at %d the share of the card "
                             "is %.4f, expected %.4f within %g",
                             down, c.from_m, c.to_m, a, b, i, p.card_share[i], want, slack);
            }
        }
}

/* The same share of light from places that the frame did not see: the mean over the poses of the uncovered
 * width. */
static void test_mask_of_exposure(void **state)
{
    const test_case c = { .from_m = 0, .to_m = 0.2, .poses = POSES };
    const picture p = take(&c);
    const double want = focal_px * 0.1 * (1 / z_card - 1 / z_wall); /* 0.1 m is the mean */
    double unseen = 0;

    (void)state;
    for (int i = 0; i < SIDE - 6; i++)
        unseen += 1 - p.seen[i];
    if (!(fabs(unseen - want) <= 0.6))
        fail_msg("%.3f px of light not seen, expected %.3f", unseen, want);
}

/* With nothing filled, what is uncovered counts for nothing: a pixel shows the mean of what it knows. */
static void test_nothing_filled(void **state)
{
    const test_case c = { .from_m = -0.1, .to_m = 0.1, .poses = POSES, .method = BS_INPAINT_NONE };
    const picture p = take(&c);

    (void)state;
    for (int i = 12; i < SIDE - 6; i++)
        if (!(p.card_share[i] >= -0.004 && p.card_share[i] <= 1.004))
            fail_msg("at %d the share of the card is %.4f, expected 0 to 1", i, p.card_share[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_pose),
        cmocka_unit_test(test_exposure),
        cmocka_unit_test(test_mask_of_exposure),
        cmocka_unit_test(test_nothing_filled),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
