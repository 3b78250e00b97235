/*
 * homography/api.h - two words that every declaration needs.
 *
 * BS_API   a symbol of libblursynth's public interface; everything else is built with hidden visibility.
 * BS_PX    a per-pixel rule: defined once, in a '*_px.h' header, and read by the C compiler and by nvcc.
 *          Such headers stay in the part of C that is also C++ and use only + - * / sqrtf floorf fabsf
 *          fmaf, which round alike on both machines; both are built without contraction.
 */
#ifndef BS_API_H
#define BS_API_H

#if defined(__GNUC__)
#define BS_API __attribute__((visibility("default")))
#define BS_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#else
#define BS_API
#define BS_PRINTF(fmt, args)
#endif

#if defined(__CUDACC__)
#define BS_PX static __host__ __device__ __forceinline__
#else
#define BS_PX static inline
#endif

#endif /* BS_API_H */
