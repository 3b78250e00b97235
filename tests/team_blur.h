/*
 * tests/team_blur.h - the blur of a GPU's teams, on a processor: its lanes are those of tests/lanes.h.
 */
#ifndef TEAM_BLUR_H
#define TEAM_BLUR_H

#include "tests/lanes_order.h"

struct bs_blur_item;

#ifdef __cplusplus
extern "C" {
#endif

/* All tiles of an item. */
void team_blur(const struct bs_blur_item *item, lanes_order order);
/* The same by what a warp is made of (cuda/warp_team.h), of which the lanes have but the words. */
void team_blur_warp(const struct bs_blur_item *item, lanes_order order);

#ifdef __cplusplus
}
#endif

#endif /* TEAM_BLUR_H */
