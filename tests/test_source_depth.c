/* Values of a depth image to metres: every value of every kind as the rule says it, one pixel at a time. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gen/source_internal.h"

static float convert_one(const bs_depth_rule *rule, const bs_camera *cam, uint16_t value, int x, int y)
{
    double m = value ? (value + rule->add) / rule->units_per_m : rule->zero;

    if (rule->kind == BS_DEPTH_RAY)
        m *= bs_camera_ray_to_z(cam, x, y);
    return m < 0.01 ? NAN : (float)m;
}

/* Values all over their range, with zeros and very near ones among them. */
static uint16_t value_at(size_t i)
{
    const uint32_t mixed = (uint32_t)i * 2654435761u;

    return i % 7 == 0 ? 0 : i % 7 == 1 ? (uint16_t)(mixed >> 28) : (uint16_t)(mixed >> 16);
}

static void check(const bs_depth_rule *rule, int width, int height)
{
    const bs_camera cam = { width, height, 0.9 * width, 0.8 * width, 0.45 * width, 0.55 * height };
    const size_t n = (size_t)width * (size_t)height;
    uint16_t *in = malloc(n * sizeof *in);
    float *z_m = malloc(n * sizeof *z_m);
    size_t known = 0;

    assert_true(in && z_m);
    for (size_t i = 0; i < n; i++)
        in[i] = value_at(i);
    assert_true(bs_depth_convert(rule, &cam, in, z_m) <= n);
    for (size_t i = 0; i < n; i++) {
        const float z = convert_one(rule, &cam, in[i], (int)(i % (size_t)width), (int)(i / (size_t)width));

        if (isnan(z) ? !isnan(z_m[i]) : memcmp(&z, &z_m[i], sizeof z) != 0)
            fail_msg("%dx%d, value %d at %zu: %.9g m, expected %.9g", width, height, in[i], i, (double)z_m[i],
                     (double)z);
        known += !isnan(z);
    }
    assert_int_equal(bs_depth_convert(rule, &cam, in, z_m), known);
    free(z_m);
    free(in);
}

static void every_value_is_what_the_rule_says(void **state)
{
    static const int widths[] = { 1, 2, 3, 255, 256, 257, 320, 515 };
    const bs_depth_rule rules[] = { { 1000, 0.5, INFINITY, BS_DEPTH_RAY },
                                    { 5000, 0, NAN, BS_DEPTH_Z },
                                    { 1000, 0, NAN, BS_DEPTH_RAY },
                                    { 1e-6, 0, INFINITY, BS_DEPTH_Z } };

    (void)state;
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++)
        for (size_t k = 0; k < sizeof rules / sizeof *rules; k++)
            check(&rules[k], widths[i], 37);
}

static void of_nothing_nothing_is_known(void **state)
{
    static const bs_camera cam = { 300, 2, 300, 300, 150, 1 };
    const bs_depth_rule unknown = { 1000, 0, NAN, BS_DEPTH_RAY }, far = { 1000, 0, INFINITY, BS_DEPTH_RAY };
    uint16_t in[600] = { 0 };
    float z_m[600];

    (void)state;
    assert_int_equal(bs_depth_convert(&unknown, &cam, in, z_m), 0);
    assert_int_equal(bs_depth_convert(&far, &cam, in, z_m), 600);
    for (int i = 0; i < 600; i++)
        in[i] = 9; /* nearer than a centimetre */
    assert_int_equal(bs_depth_convert(&far, &cam, in, z_m), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_value_is_what_the_rule_says),
        cmocka_unit_test(of_nothing_nothing_is_known),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
