/*
 * homography/team_px.h - who runs a piece of code: one thread that does all of it, or the lanes of a team that share it.
 *
 * Rules for more than a pixel are written once, for a team.  On a processor a team is one thread, BS_LANES is 1, and all
 * of this vanishes: loops are loops, and what a lane holds is everything.  On a GPU it is a warp, or a block: every lane
 * runs through the same statements with the same numbers, but for what the loops below share out.  A test runs the
 * lanes of a team one after the other on a processor (tests/lanes.h).
 *
 * Rules of such code, called BS_TEAM where others are BS_PX:
 *   - bs_team_*() are called by all lanes of a team or by none.  What they return is the same for all.
 *   - What one lane writes and another reads is in memory that the team shares, never in a lane's own variable; between
 *     the two, and before it is written anew, is a bs_team_sync().
 *     (Where all write the same value, or the same bits beside an atomic that decides, none is wanted between them.)
 *   - Minima and maxima are the same in any order, but for the sign of a zero, which nothing may depend on.
 *   - Bytes whose bits several lanes set, or several lanes clear, between two bs_team_sync() are changed by
 *     bs_team_set() and bs_team_clear() alone.
 */
#ifndef BS_TEAM_PX_H
#define BS_TEAM_PX_H

#include <stdint.h>

#include "homography/api.h"

#ifndef BS_LANES /* cuda/ and its tests say otherwise */
#define BS_LANES 1
#endif

#if BS_LANES == 1

#define BS_TEAM static inline

BS_TEAM int bs_lane(void)
{
    return 0;
}

BS_TEAM void bs_team_sync(void)
{
}

/* The least, or the most, of what lanes have; what any of them has of bits. */
BS_TEAM float bs_team_min(float v)
{
    return v;
}

BS_TEAM float bs_team_max(float v)
{
    return v;
}

BS_TEAM uint32_t bs_team_or(uint32_t v)
{
    return v;
}

/* The sum of what the lanes before this one have, and in '*all' of what all have.  Whatever a lane did before is seen
 * by all after it. */
BS_TEAM int bs_team_before(int v, int *all)
{
    *all = v;
    return 0;
}

/* Sets, or clears, 'bits' of a byte, which other lanes may be doing at the same time; returns what it was. */
BS_TEAM int bs_team_set(uint8_t *at, int bits)
{
    const int was = *at;

    *at = (uint8_t)(was | bits);
    return was;
}

BS_TEAM int bs_team_clear(uint8_t *at, int bits)
{
    const int was = *at;

    *at = (uint8_t)(was & ~bits);
    return was;
}

/* Loops over the texels of an area. */
#define BS_EACH_TEXEL(x, y, a)               \
    for (int y = (a)->y0; y <= (a)->y1; y++) \
        for (int x = (a)->x0; x <= (a)->x1; x++)

#else

/* What lanes are made of brings BS_TEAM, bs_lane() and bs_team_*(): CUDA's threads (cuda/), or coroutines (tests/lanes.h). */
#ifndef BS_TEAM
#error "include what a team is made of first"
#endif

/* Patches of eight columns. */
#define BS_EACH_TEXEL(x, y, a)                                             \
    for (int y = (a)->y0 + bs_lane() / 8; y <= (a)->y1; y += BS_LANES / 8) \
        for (int x = (a)->x0 + bs_lane() % 8; x <= (a)->x1; x += 8)

#endif

/* Loops over 'n' things from 0 on. */
#define BS_EACH(i, n) BS_EACH_OF (i, 0, n)

/* And over those from 'from' to n - 1. */
#define BS_EACH_OF(i, from, n) for (int i = (from) + bs_lane(); i < (n); i += BS_LANES)

#endif /* BS_TEAM_PX_H */
