#include "tests/sheet_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

static double draw(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return (*seed >> 8) / 16777216.0;
}

double between(uint32_t *seed, double lo, double hi)
{
    return lo + (hi - lo) * draw(seed);
}

bs_layers make_layers(void)
{
    bs_layers l = { 0 };

    assert_int_equal(bs_layers_create(W, H, &l, NULL), BS_OK);
    for (int k = 0; k < BS_LAYERS; k++)
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++) {
                const size_t i = bs_texel_at(&l, x, y);

                l.inv[k][i] = 0.25f;
                memset(&l.light[k][4 * i], 0, 4 * sizeof *l.light[k]);
                l.bits[i] = 1;
            }
    return l;
}
