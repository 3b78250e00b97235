/* Numbers in JSON: every text is the one that cJSON itself prints. */
#include <inttypes.h>
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gen/json_add.h"
#include "homography/sensor_px.h"

static void same(double v)
{
    cJSON *n = cJSON_CreateNumber(v);
    char *want = cJSON_PrintUnformatted(n), got[BS_JSON_NUMBER];

    bs_json_number(v, got);
    if (v == 0 && signbit(v)) /* not every cJSON has a minus there */
        assert_string_equal(got, "-0");
    else if (!want || strcmp(got, want) != 0)
        fail_msg("%a: \"%s\", expected \"%s\"", v, got, want);
    cJSON_free(want);
    cJSON_Delete(n);
}

static uint64_t bits(uint32_t i)
{
    const bs_random r = bs_draw(5, 6, 7, i);

    return (uint64_t)r.v[0] << 32 | r.v[1];
}

static double unit(uint32_t i)
{
    return (double)(bits(i) >> 11) * 0x1p-53;
}

/* v and what lies up to four steps of the last bit beside it. */
static void same_around(double v)
{
    double up = v, down = v;

    for (int i = 0; i < 5; i++) {
        same(up);
        same(-down);
        up = nextafter(up, INFINITY);
        down = nextafter(down, -INFINITY);
    }
}

static void test_numbers(void **state)
{
    static const double odd[] = { 0,
                                  -0.0,
                                  1,
                                  2147483647.0,
                                  2147483648.0,
                                  -2147483648.0,
                                  -2147483649.0,
                                  1e15,
                                  1e22,
                                  1e300,
                                  1.7e308,
                                  2.2250738585072014e-308,
                                  5e-324,
                                  1e-310,
                                  0.1,
                                  1.0 / 3,
                                  0.5,
                                  123456.789,
                                  9007199254740993.0 };

    (void)state;
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++)
        same_around(odd[i]);
    same((double)NAN);
    same((double)INFINITY); /* beside it cJSON rounds up to what is no number any more */
    same(-(double)INFINITY);
    for (uint32_t i = 0; i < 30000; i++) {
        const uint64_t b = bits(i);
        double any;

        memcpy(&any, &b, sizeof any);
        same(any);
        same(2 * unit(i) - 1);
        same(ldexp(unit(i), (int)(i % 80) - 40));
    }
}

/* Around numbers of 15 digits, and of fewer, at all sizes. */
static void test_decimals(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 4000; i++) {
        const uint64_t whole = bits(i) % UINT64_C(1000000000000000);
        char text[64];

        snprintf(text, sizeof text, "%" PRIu64 "e%d", i & 1 ? whole : whole / UINT64_C(10000000000),
                 (int)(i % 60) - 40);
        same_around(strtod(text, NULL));
    }
    for (int n = 1; n <= 4096; n++)
        same(1.0 / n);
}

/* Where a number has a comma, JSON has none. */
static void test_locale(void **state)
{
    static const char *const names[] = { "de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "de_DE" };
    int i = 0;

    (void)state;
    while (i < 4 && !setlocale(LC_NUMERIC, names[i]))
        i++;
    if (i == 4)
        skip();
    same(0.5);
    same(1.0 / 3);
    same(-1e-7 / 3);
    setlocale(LC_NUMERIC, "C");
}

static void test_arrays(void **state)
{
    const bs_pose p = { { 0.1, -1.0 / 3, 0, 1 }, { 1e-20, 2, -0.5 } };
    cJSON *a = cJSON_CreateObject(), *b = cJSON_CreateObject(), *pose = cJSON_AddObjectToObject(b, "T");
    char *got, *want;

    (void)state;
    bs_json_add_pose(a, "T", &p);
    cJSON_AddItemToObject(pose, "t_m", cJSON_CreateDoubleArray(p.t_m, 3));
    cJSON_AddItemToObject(pose, "q_xyzw", cJSON_CreateDoubleArray(p.q, 4));
    bs_json_add_number(a, "n", 1.0 / 7);
    cJSON_AddNumberToObject(b, "n", 1.0 / 7);
    got = cJSON_Print(a);
    want = cJSON_Print(b);
    assert_string_equal(got, want);
    cJSON_free(got);
    cJSON_free(want);
    cJSON_Delete(a);
    cJSON_Delete(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_decimals),
        cmocka_unit_test(test_locale),
        cmocka_unit_test(test_arrays),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
