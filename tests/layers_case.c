#include "tests/layers_case.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

const char *const inpaint_names[4] = { "background", "telea", "ns", "none" };
const float card_rgb[3] = { 0.9f, 0.02f, 0.6f };

int setup_bench(void **state)
{
    bench *b = calloc(1, sizeof *b);

    if (!b || bs_builder_create(W, H, &b->builder, NULL) || bs_layers_create(W, H, &b->l, NULL) ||
        bs_response_make(BS_RESPONSE_SRGB, 0, &b->resp, NULL))
        return -1;
    *state = b;
    return 0;
}

int teardown_bench(void **state)
{
    bench *b = *state;

    bs_builder_destroy(&b->builder);
    bs_layers_destroy(&b->l);
    free(b);
    return 0;
}

void complete(bench *b)
{
    bs_err err = { 0 };

    if (bs_depth_complete(b->builder, b->depth, b->inv, b->measured, &err) != BS_OK)
        fail_msg("code %d: %s", err.code, err.text);
}

void build_moved(bench *b, bs_inpaint method)
{
    bs_err err = { 0 };

    if (bs_layers_build(b->builder, b->rgb, b->inv, b->measured, b->parallax, NULL, method, &b->resp, &b->l,
                        &err) != BS_OK)
        fail_msg("inpaint %s: code %d: %s", inpaint_names[method], err.code, err.text);
}

void build(bench *b, double parallax_px_m, bs_inpaint method)
{
    for (int i = 0; i < N; i++)
        b->parallax[i] = (float)parallax_px_m;
    build_moved(b, method);
}

static size_t texel(const bench *b, int i)
{
    return bs_texel_at(&b->l, i % W, i / W);
}

const float *light_at(const bench *b, int k, int i)
{
    return &b->l.light[k][4 * texel(b, i)];
}

float inv_at(const bench *b, int k, int i)
{
    return fabsf(b->l.inv[k][texel(b, i)]);
}

int torn_at(const bench *b, int k, int i)
{
    return signbit(b->l.inv[k][texel(b, i)]) != 0;
}

int seen_at(const bench *b, int i)
{
    return b->l.bits[texel(b, i)] & ((1 << BS_LAYERS) - 1);
}

float plane_inv(int x, int y)
{
    return 0.3f + 0.002f * (float)x - 0.001f * (float)y;
}

float plane_rgb(int x, int y, int c)
{
    return c == 0 ? 0.1f + 0.003f * (float)x : c == 1 ? 0.6f - 0.004f * (float)y : 0.05f;
}

void put_card(bench *b, float card_inv)
{
    for (int i = 0; i < N; i++) {
        const int x = i % W, y = i / W, card = x >= 30 && x < 50 && y >= 20 && y < 40;

        b->inv[i] = card ? card_inv : plane_inv(x, y);
        b->measured[i] = 1;
        for (int c = 0; c < 3; c++)
            b->rgb[3 * i + c] = card ? card_rgb[c] : plane_rgb(x, y, c);
    }
}
