/* Decimal numbers are read to the last bit as strtod reads them, whichever way is taken. */
#include <math.h>

#include "imu/trace_internal.h"
#include "tests/trace_files.h"

static uint64_t state = 88172645463325252u;

static uint64_t draw(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

static void assert_as_strtod(const char *text)
{
    const double expected = strtod(text, NULL);
    double v = NAN;
    const char *end = bs_parse_number(text, &v);

    if (!end || *end)
        fail_msg("\"%s\" was not read to its end", text);
    if (memcmp(&v, &expected, sizeof v))
        fail_msg("\"%s\": %a, expected %a", text, v, expected);
}

static void test_usual_numbers(void **unused)
{
    static const char *const formats[] = {
        "%.9f", "%.6f", "%.17g", "%.18e", "%.10g", "%.16f", "%.3e", "%.20f"
    };
    static const double sizes[] = { 1, 1e-3, 1e-6, 10, 1e4, 1e9 };
    char text[80];

    (void)unused;
    for (size_t f = 0; f < sizeof formats / sizeof formats[0]; f++)
        for (int i = 0; i < 60000; i++) {
            const double x = (double)(int64_t)draw() / 9.3e18 * sizes[draw() % 6];

            snprintf(text, sizeof text, formats[f], x);
            assert_as_strtod(text);
        }
}

/* Random digits with the point anywhere, and an exponent: also those that no printf makes. */
static void test_random_digits(void **unused)
{
    char digits[32], text[80];

    (void)unused;
    for (int i = 0; i < 400000; i++) {
        const int n = 1 + (int)(draw() % 22), point = (int)(draw() % (uint64_t)(n + 1));

        for (int k = 0; k < n; k++)
            digits[k] = (char)('0' + draw() % 10);
        snprintf(text, sizeof text, "%s%.*s.%.*s", draw() % 2 ? "-" : "", point, digits, n - point,
                 digits + point);
        if (draw() % 2)
            snprintf(text + strlen(text), 16, "e%d", (int)(draw() % 80) - 45);
        assert_as_strtod(text);
    }
}

/* Halfway between two doubles, and a digit to either side of it. */
/* Twenty digits may come round to 0 in 64 bits. */
static void test_round_trips_of_64_bits(void **unused)
{
    (void)unused;
    assert_as_strtod("18446744073709551616");
    assert_as_strtod("1844674407370955161.6");
    assert_as_strtod("-0.18446744073709551616e3");
    assert_as_strtod("00018446744073709551616123");
    assert_as_strtod("36893488147419103232");
}

static void test_ties(void **unused)
{
    static const char *const texts[] = {
        "9007199254740993",
        "9007199254740992.5",
        "9007199254740993.0001",
        "9007199254740994.9999",
        "4503599627370496.5",
        "4503599627370497.5",
        "4503599627370496.50001",
        "1.00000000000000011102230246251565",
        "1.0000000000000001110",
        "1.0000000000000001111",
        "18446744073709551615",
        "9999999999999999999e-27",
        "9999999999999999999e-28",
        "1e22",
        "1e23",
        "9007199254740993e22",
        "0",
        "-0.0",
        "-0e5",
        "000000000000000000000001.5",
        "0.000000000000000000000000000001",
    };

    (void)unused;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        assert_as_strtod(texts[i]);
    for (int i = 0; i < 200000;
         i++) { /* m + 1/2 of a unit in the last place, 54 bits, at every scale below 2^54 */
        const uint64_t m = (uint64_t)1 << 53 | (draw() >> 11) | 1;
        const int down = (int)(draw() % 11);
        char text[80];
        size_t n;

        snprintf(text, sizeof text, "%.*f", down, ldexp((double)(m & ~(uint64_t)1), -down));
        n = strlen(text);
        text[n - 1] = (char)('0' + draw() % 10);
        assert_as_strtod(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_usual_numbers),
        cmocka_unit_test(test_random_digits),
        cmocka_unit_test(test_round_trips_of_64_bits),
        cmocka_unit_test(test_ties),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
