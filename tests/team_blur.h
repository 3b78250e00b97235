/*
 * tests/team_blur.h - the blur of a GPU's teams, on a processor: its lanes are those of tests/lanes.h.
 */
#ifndef TEAM_BLUR_H
#define TEAM_BLUR_H

#include "tests/lanes_order.h"

struct bs_blur_item;

/* All tiles of an item; one thread at a time. */
void team_blur(const struct bs_blur_item *item, lanes_order order);

#endif /* TEAM_BLUR_H */
