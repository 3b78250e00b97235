/*
 * tests/cuda_words.h - the words of CUDA's that cuda/warp_team.h and cuda/block_team.h are written in, for the lanes of
 * tests/lanes.h: so that what the device's teams are made of runs without a device, too.  C++.
 */
#ifndef CUDA_WORDS_H
#define CUDA_WORDS_H

#define LANES_RAW
#include "tests/lanes.h"

#include <stddef.h>
#include <string.h>

#define __device__
#define __inline__ inline
#define __shared__ static

struct cuda_index {
    unsigned x;
};

static inline cuda_index lanes_index(void)
{
    const cuda_index i = { (unsigned)lanes_number() };

    return i;
}

#define threadIdx lanes_index()

static inline void __syncwarp(void)
{
    lanes_sync();
}

static inline void __syncthreads(void)
{
    lanes_sync();
}

/* What lane 'from' of the caller's warp gives, by numbers that all lanes give: 'what' says which word it is. */
template <typename T> static inline T lanes_give(uint32_t what, T v, int from)
{
    const uint32_t *all;
    uint32_t bits;

    memcpy(&bits, &v, sizeof bits);
    lanes_exchange(what, bits, &all);
    memcpy(&v, &all[lanes_number() / 32 * 32 + from], sizeof v);
    return v;
}

template <typename T> static inline T __shfl_xor_sync(unsigned, T v, int step)
{
    return lanes_give(100 + (uint32_t)step, v, lanes_number() % 32 ^ step);
}

template <typename T> static inline T __shfl_up_sync(unsigned, T v, int step)
{
    const int lane = lanes_number() % 32;

    return lanes_give(200 + (uint32_t)step, v, lane < step ? lane : lane - step);
}

template <typename T> static inline T __shfl_sync(unsigned, T v, int from)
{
    return lanes_give(300 + (uint32_t)from, v, from);
}

/* No lane is stopped in the middle of them. */
static inline unsigned atomicOr(unsigned *at, unsigned bits)
{
    const unsigned was = *at;

    *at = was | bits;
    return was;
}

static inline unsigned atomicAnd(unsigned *at, unsigned bits)
{
    const unsigned was = *at;

    *at = was & bits;
    return was;
}

#endif /* CUDA_WORDS_H */
