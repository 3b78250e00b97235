/*
 * cuda/block_team.h - a block as a team (homography/team_px.h): for what is done once a frame.  Blocks have one
 * dimension and BS_LANES threads.
 *
 * Included before anything of homography/, with BS_LANES 256, or another multiple of 32 up to 1024.
 */
#ifndef BS_BLOCK_TEAM_H
#define BS_BLOCK_TEAM_H

#ifndef BS_LANES
#define BS_LANES 256
#endif

#define BS_TEAM static __device__ __inline__

#define BS_WARP 32
#define BS_WARPS (BS_LANES / BS_WARP)
#define BS_WHOLE_WARP 0xffffffffu

static_assert(BS_LANES % BS_WARP == 0 && BS_WARPS <= BS_WARP,
              "a block is whole warps, and one of them holds a number of each");

BS_TEAM int bs_lane(void)
{
    return (int)threadIdx.x;
}

/* Orders memory among the lanes, too, be it shared or global. */
BS_TEAM void bs_team_sync(void)
{
    __syncthreads();
}

/* A number of each warp's, the same for all of its lanes, in 'all' for all lanes of the team. */
template <typename T> static __device__ __inline__ const T *bs_block_share(T v)
{
    __shared__ T all[BS_WARPS];

    __syncthreads(); /* what it held has been read */
    if (threadIdx.x % BS_WARP == 0)
        all[threadIdx.x / BS_WARP] = v;
    __syncthreads();
    return all;
}

BS_TEAM float bs_team_min(float v)
{
    const float *all;

    for (int step = BS_WARP / 2; step > 0; step /= 2) {
        const float other = __shfl_xor_sync(BS_WHOLE_WARP, v, step);

        v = other < v ? other : v;
    }
    all = bs_block_share(v);
    v = all[0];
    for (int i = 1; i < BS_WARPS; i++)
        v = all[i] < v ? all[i] : v;
    return v;
}

BS_TEAM float bs_team_max(float v)
{
    return -bs_team_min(-v);
}

BS_TEAM unsigned bs_team_or(unsigned v)
{
    const unsigned *all;

    for (int step = BS_WARP / 2; step > 0; step /= 2)
        v |= __shfl_xor_sync(BS_WHOLE_WARP, v, step);
    all = bs_block_share(v);
    v = 0;
    for (int i = 0; i < BS_WARPS; i++)
        v |= all[i];
    return v;
}

BS_TEAM int bs_team_before(int v, int *sum)
{
    const int lane = (int)threadIdx.x % BS_WARP, warp = (int)threadIdx.x / BS_WARP;
    const int *all;
    int upto = v, before;

    for (int step = 1; step < BS_WARP; step *= 2) {
        const int other = __shfl_up_sync(BS_WHOLE_WARP, upto, step);

        upto += lane >= step ? other : 0;
    }
    before = upto - v;
    all = bs_block_share(__shfl_sync(BS_WHOLE_WARP, upto, BS_WARP - 1));
    *sum = 0;
    for (int i = 0; i < BS_WARPS; i++) {
        before += i < warp ? all[i] : 0;
        *sum += all[i];
    }
    return before;
}

/* There are atomics for words alone; the first byte of one is its lowest. */
BS_TEAM unsigned *bs_word_of(unsigned char *at, int *shift)
{
    const size_t off = (size_t)at % sizeof(unsigned);

    *shift = 8 * (int)off;
    return (unsigned *)(at - off);
}

BS_TEAM int bs_team_set(unsigned char *at, int bits)
{
    int shift;
    unsigned *word = bs_word_of(at, &shift);

    return (int)(atomicOr(word, (unsigned)bits << shift) >> shift & 255u);
}

BS_TEAM int bs_team_clear(unsigned char *at, int bits)
{
    int shift;
    unsigned *word = bs_word_of(at, &shift);

    return (int)(atomicAnd(word, ~((unsigned)bits << shift)) >> shift & 255u);
}

#endif /* BS_BLOCK_TEAM_H */
