/*
 * cuda/warp_team.h - a warp as a team (homography/team_px.h).  Blocks have one: their index is that of the lane.
 *
 * Included before anything of homography/, with BS_LANES 32.
 */
#ifndef BS_WARP_TEAM_H
#define BS_WARP_TEAM_H

#define BS_LANES 32

#define BS_TEAM static __device__

#define BS_ALL_LANES 0xffffffffu

BS_TEAM int bs_lane(void)
{
    return (int)threadIdx.x;
}

/* Orders memory among the lanes, too. */
BS_TEAM void bs_team_sync(void)
{
    __syncwarp();
}

BS_TEAM float bs_team_min(float v)
{
    for (int step = BS_LANES / 2; step > 0; step /= 2) {
        const float other = __shfl_xor_sync(BS_ALL_LANES, v, step);

        v = other < v ? other : v;
    }
    return v;
}

BS_TEAM float bs_team_max(float v)
{
    for (int step = BS_LANES / 2; step > 0; step /= 2) {
        const float other = __shfl_xor_sync(BS_ALL_LANES, v, step);

        v = other > v ? other : v;
    }
    return v;
}

BS_TEAM unsigned bs_team_or(unsigned v)
{
#if __CUDA_ARCH__ >= 800
    return __reduce_or_sync(BS_ALL_LANES, v);
#else
    for (int step = BS_LANES / 2; step > 0; step /= 2)
        v |= __shfl_xor_sync(BS_ALL_LANES, v, step);
    return v;
#endif
}

#endif /* BS_WARP_TEAM_H */
