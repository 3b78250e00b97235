/*
 * tests/team_layers.h - the layers of a frame as a GPU's team builds them, on a processor: its lanes are those of
 * tests/lanes.h.
 */
#ifndef TEAM_LAYERS_H
#define TEAM_LAYERS_H

#include "homography/layers.h"
#include "homography/reach.h"
#include "inpaint/method.h"
#include "tests/lanes_order.h"

/* What bs_layers_build_team() is given, but for its memory. */
typedef struct team_frame {
    const float *rgb, *inv_depth, *parallax_px_m;
    const uint8_t *measured;
    const bs_reach *reach;
    bs_inpaint method;
} team_frame;

struct bs_scene;

#ifdef __cplusplus
extern "C" {
#endif

/* By 32 lanes, or 256; by 32 as nvcc compiles the rules for the host; and by what a block of 256 is made of
 * (cuda/block_team.h), of which the lanes have but the words.  '*room' and '*out' become what the lanes have of them in
 * the end; aborts if that is not the same for all.  Returns what bs_layers_build_team() does. */
int team_layers_32(const team_frame *f, lanes_order order, struct bs_scene *room, bs_layers *out);
int team_layers_256(const team_frame *f, lanes_order order, struct bs_scene *room, bs_layers *out);
int team_layers_block(const team_frame *f, lanes_order order, struct bs_scene *room, bs_layers *out);
int team_layers_nvcc(const team_frame *f, lanes_order order, struct bs_scene *room, bs_layers *out);

#ifdef __cplusplus
}
#endif

#endif /* TEAM_LAYERS_H */
