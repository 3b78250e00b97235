/*
 * tests/shake_case.h - motions made from a text, for the tests of what makes them.
 */
#ifndef BS_TEST_SHAKE_CASE_H
#define BS_TEST_SHAKE_CASE_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "imu/rotation.h"
#include "imu/shake.h"

#define S INT64_C(1000000000)
#define MS INT64_C(1000000)
#define DEGREE (3.14159265358979323846 / 180)

static const char *const kinds[] = { "handheld", "random-walk", "spline" };

static inline bs_shake parsed(const char *text)
{
    bs_err err = { 0 };
    bs_shake s;

    if (bs_shake_parse(text, &s, &err) != BS_OK)
        fail_msg("%s", err.text);
    return s;
}

static inline bs_path made(const char *text, uint64_t seed, uint64_t sample, uint32_t attempt,
                           int64_t exposure_ns, int64_t length_ns)
{
    const bs_shake s = parsed(text);
    bs_path p = { 0 };

    assert_int_equal(bs_shake_path(&s, seed, sample, attempt, exposure_ns, length_ns, &p, NULL), BS_OK);
    assert_int_equal(p.t_ns[0], 0);
    assert_true(p.t_ns[p.n - 1] == length_ns);
    return p;
}

static inline int same(const bs_path *a, const bs_path *b)
{
    return a->n == b->n && !memcmp(a->t_ns, b->t_ns, a->n * sizeof *a->t_ns) &&
           !memcmp(a->x, b->x, a->n * sizeof *a->x) && !memcmp(a->dx, b->dx, a->n * sizeof *a->dx);
}

#endif /* BS_TEST_SHAKE_CASE_H */
