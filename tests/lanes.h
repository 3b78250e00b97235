/*
 * tests/lanes.h - the lanes of a team (homography/team_px.h) as coroutines of one thread: what a GPU runs side by side,
 * one lane after the other, each as far as to the next point where it waits for the others.
 *
 * Code that forgets to wait gives other results in another order of the lanes, or fails here.
 *
 * Included before anything of homography/, by files that define BS_LANES as the size of the team.
 */
#ifndef LANES_H
#define LANES_H

#include <stdint.h>

#include "tests/lanes_order.h"

#define LANES_MOST 256

#ifdef __cplusplus
extern "C" {
#endif

/* Runs 'f' by each of 'n' lanes.  Aborts, with a message, if they do not wait for each other at the same places. */
void lanes_run(int n, lanes_order order, void (*f)(void *user), void *user);

int lanes_number(void);
int lanes_count(void);
/* Each lane gives 'v'; '*all', [lanes_count()] of them, is what all gave, until the next but one such call.  'what'
 * is a number that all of them must give. */
void lanes_exchange(uint32_t what, uint32_t v, const uint32_t **all);
/* Between code that each lane runs alone. */
void lanes_sync(void);

#ifndef LANES_RAW /* a team of other make: tests/cuda_words.h */
float bs_team_min(float v);
float bs_team_max(float v);
uint32_t bs_team_or(uint32_t v);
int bs_team_before(int v, int *all);
#endif

#ifdef __cplusplus
}
#endif

#ifndef LANES_RAW

#define BS_TEAM static inline

static inline int bs_lane(void)
{
    return lanes_number();
}

static inline void bs_team_sync(void)
{
    lanes_sync();
}

/* No lane is stopped in the middle of them. */
static inline int bs_team_set(uint8_t *at, int bits)
{
    const int was = *at;

    *at = (uint8_t)(was | bits);
    return was;
}

static inline int bs_team_clear(uint8_t *at, int bits)
{
    const int was = *at;

    *at = (uint8_t)(was & ~bits);
    return was;
}

#endif /* LANES_RAW */

#endif /* LANES_H */
