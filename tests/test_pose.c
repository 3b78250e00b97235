/* Rigid motions: the group's laws, known rotations, and slerp against its closed form. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "homography/pose.h"

#define ROUNDS 1000

static const double pi = 3.14159265358979323846;

/* Repeatable numbers in [-1, 1). */
static double draw(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (double)(*seed >> 11) * 0x1p-52 - 1;
}

static bs_pose draw_pose(uint64_t *seed)
{
    bs_pose p;
    double n = 0;

    while (n < 0.01) {
        n = 0;
        for (int i = 0; i < 4; i++) {
            p.q[i] = draw(seed);
            n += p.q[i] * p.q[i];
        }
    }
    for (int i = 0; i < 4; i++)
        p.q[i] /= sqrt(n);
    for (int i = 0; i < 3; i++)
        p.t_m[i] = 10 * draw(seed);
    return p;
}

static bs_pose about(int axis, double angle)
{
    bs_pose p = bs_pose_identity();

    p.q[axis] = sin(angle / 2);
    p.q[3] = cos(angle / 2);
    return p;
}

static void assert_close(double a, double b, double tolerance, const char *what, int round)
{
    if (!(fabs(a - b) <= tolerance))
        fail_msg("%s, round %d: %.17g, expected %.17g within %g", what, round, a, b, tolerance);
}

/* Equal as motions: q and -q are one rotation. */
static void assert_pose(const bs_pose *a, const bs_pose *b, const char *what, int round)
{
    double dot = 0;

    for (int i = 0; i < 4; i++)
        dot += a->q[i] * b->q[i];
    for (int i = 0; i < 4; i++)
        assert_close(dot < 0 ? -a->q[i] : a->q[i], b->q[i], 1e-14, what, round);
    for (int i = 0; i < 3; i++)
        assert_close(a->t_m[i], b->t_m[i], 1e-13, what, round);
}

static void apply(const bs_pose *T, const double x[3], double out[3])
{
    double R[9];

    bs_pose_rotation(T, R);
    for (int r = 0; r < 3; r++)
        out[r] = R[3 * r] * x[0] + R[3 * r + 1] * x[1] + R[3 * r + 2] * x[2] + T->t_m[r];
}

static void test_inverse(void **state)
{
    const bs_pose identity = bs_pose_identity();
    uint64_t seed = 1;

    (void)state;
    for (int i = 0; i < ROUNDS; i++) {
        const bs_pose T_a_b = draw_pose(&seed), T_b_a = bs_pose_inverse(&T_a_b);
        const bs_pose T_a_a = bs_pose_mul(&T_a_b, &T_b_a), T_b_b = bs_pose_mul(&T_b_a, &T_a_b);

        assert_pose(&T_a_a, &identity, "T_a_b T_b_a", i);
        assert_pose(&T_b_b, &identity, "T_b_a T_a_b", i);
    }
}

static void test_product_applies_in_turn(void **state)
{
    const double x_c[3] = { 0.3, -2, 5 };
    uint64_t seed = 2;

    (void)state;
    for (int i = 0; i < ROUNDS; i++) {
        const bs_pose T_a_b = draw_pose(&seed), T_b_c = draw_pose(&seed);
        const bs_pose T_a_c = bs_pose_mul(&T_a_b, &T_b_c);
        double x_b[3], x_a[3], direct[3];

        apply(&T_b_c, x_c, x_b);
        apply(&T_a_b, x_b, x_a);
        apply(&T_a_c, x_c, direct);
        for (int k = 0; k < 3; k++)
            assert_close(direct[k], x_a[k], 1e-13, "T_a_c x_c", i);
    }
}

static void test_rotation_is_orthonormal(void **state)
{
    uint64_t seed = 3;

    (void)state;
    for (int i = 0; i < ROUNDS; i++) {
        const bs_pose p = draw_pose(&seed);
        double R[9];

        bs_pose_rotation(&p, R);
        for (int r = 0; r < 9; r++) {
            const double *a = R + 3 * (r / 3), *b = R + 3 * (r % 3);

            assert_close(a[0] * b[0] + a[1] * b[1] + a[2] * b[2], r / 3 == r % 3, 1e-14, "R R'", i);
        }
        assert_close(R[0] * (R[4] * R[8] - R[5] * R[7]) - R[1] * (R[3] * R[8] - R[5] * R[6]) +
                         R[2] * (R[3] * R[7] - R[4] * R[6]),
                     1, 1e-14, "det R", i);
    }
}

/* A quarter turn about an axis takes the next axis to the one after it: about z, x to y. */
static void test_quarter_turns(void **state)
{
    (void)state;
    for (int axis = 0; axis < 3; axis++) {
        const bs_pose p = about(axis, pi / 2);
        double x[3] = { 0 }, y[3];

        x[(axis + 1) % 3] = 1;
        apply(&p, x, y);
        for (int k = 0; k < 3; k++)
            assert_close(y[k], k == (axis + 2) % 3, 1e-15, "quarter turn about axis", axis);
    }
}

static void test_interpolation_keeps_its_ends(void **state)
{
    uint64_t seed = 4;

    (void)state;
    for (int i = 0; i < ROUNDS; i++) {
        const bs_pose p = draw_pose(&seed), q = draw_pose(&seed);
        const bs_pose start = bs_pose_interpolate(&p, &q, 0), end = bs_pose_interpolate(&p, &q, 1);

        assert_memory_equal(&start, &p, sizeof p);
        assert_memory_equal(&end, &q, sizeof q);
    }
}

/* Between turns by a and b about one axis, slerp turns by a + s (b - a), at constant speed. */
static void test_slerp_closed_form(void **state)
{
    static const double ends[][2] = {
        { 0, 0.5 }, { -1, 1 }, { 0.2, 3 }, { 0, 1e-3 }, { 0, 1e-5 }, { 0, 1e-7 }, { 1, 1 + 1e-10 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
        for (int k = 0; k <= 20; k++) {
            const double a = ends[i][0], b = ends[i][1], s = k / 20.0;
            bs_pose p = about(1, a), q = about(1, b), got, want = about(1, a + s * (b - a));

            p.t_m[0] = -1;
            q.t_m[0] = 3;
            want.t_m[0] = -1 + 4 * s;
            got = bs_pose_interpolate(&p, &q, s);
            assert_pose(&got, &want, "slerp", (int)i);
        }
}

/* At s = 1/2 slerp is the sum of both quaternions at unit length, whatever they are. */
static void test_slerp_half_way(void **state)
{
    uint64_t seed = 5;

    (void)state;
    for (int i = 0; i < ROUNDS; i++) {
        const bs_pose p = draw_pose(&seed), q = draw_pose(&seed);
        const bs_pose got = bs_pose_interpolate(&p, &q, 0.5);
        double dot = 0, n = 0, sum[4];

        for (int k = 0; k < 4; k++)
            dot += p.q[k] * q.q[k];
        for (int k = 0; k < 4; k++) {
            sum[k] = p.q[k] + (dot < 0 ? -q.q[k] : q.q[k]);
            n += sum[k] * sum[k];
        }
        for (int k = 0; k < 4; k++)
            assert_close(got.q[k], sum[k] / sqrt(n), 1e-14, "half way", i);
    }
}

static void test_sign_of_a_quaternion_says_nothing(void **state)
{
    uint64_t seed = 6;

    (void)state;
    for (int i = 0; i < ROUNDS; i++) {
        const double s = 0.5 + 0.5 * draw(&seed);
        const bs_pose p = draw_pose(&seed), q = draw_pose(&seed);
        const bs_pose straight = bs_pose_interpolate(&p, &q, s);
        bs_pose flipped = q, got;

        for (int k = 0; k < 4; k++)
            flipped.q[k] = -q.q[k];
        got = bs_pose_interpolate(&p, &flipped, s);
        assert_pose(&got, &straight, "short arc", i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_inverse),
        cmocka_unit_test(test_product_applies_in_turn),
        cmocka_unit_test(test_rotation_is_orthonormal),
        cmocka_unit_test(test_quarter_turns),
        cmocka_unit_test(test_interpolation_keeps_its_ends),
        cmocka_unit_test(test_slerp_closed_form),
        cmocka_unit_test(test_slerp_half_way),
        cmocka_unit_test(test_sign_of_a_quaternion_says_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
