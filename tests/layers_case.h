/*
 * tests/layers_case.h - a small frame, a card before a slanted plane, and the layers made of it.
 */
#ifndef LAYERS_CASE_H
#define LAYERS_CASE_H

#include <stdint.h>

#include "gen/blursynth.h"
#include "homography/layers.h"
#include "inpaint/background.h"

enum { W = 80, H = 60, N = W * H };

/* A frame and everything made of it. */
typedef struct bench {
    bs_builder *builder;
    bs_layers l;
    bs_response resp;
    float depth[N], inv[N], rgb[3 * N], blur[3 * N], seen[N], parallax[N];
    uint8_t measured[N];
} bench;

extern const char *const inpaint_names[4];
extern const float card_rgb[3];

/* cmocka's: '*state' is a bench. */
int setup_bench(void **state);
int teardown_bench(void **state);

/* From depth to inverse depth; builds the layers with parallax as it is, or the same everywhere. */
void complete(bench *b);
void build_moved(bench *b, bs_inpaint method);
void build(bench *b, double parallax_px_m, bs_inpaint method);

/* Layer 'k' at pixel 'i' of the frame: [4] light and coverage; inverse depth; whether its cell is torn; and
 * of all layers, which were seen. */
const float *light_at(const bench *b, int k, int i);
float inv_at(const bench *b, int k, int i);
int torn_at(const bench *b, int k, int i);
int seen_at(const bench *b, int i);

/* Inverse depth and colour of the plane. */
float plane_inv(int x, int y);
float plane_rgb(int x, int y, int c);

/* A card at 'card_inv' from (30, 20) to (49, 39) in front of the plane; colours unmixed. */
void put_card(bench *b, float card_inv);

#endif /* LAYERS_CASE_H */
