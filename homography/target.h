/*
 * homography/target.h - one function compiled for several instruction sets.  Internal to homography/.
 *
 * A loop that compilers vectorise by themselves is written once, as a function BS_EVERYWHERE, and called by one
 * function for each instruction set (homography/isa.h), which carries its attribute.  All give the same bytes:
 * they differ in how many values they take at once, never in what is done to one.
 */
#ifndef BS_TARGET_H
#define BS_TARGET_H

/* The build says whether there is to be such code: x86-64, and a compiler with gcc's attributes. */
#ifdef BS_HAVE_X86
#define BS_TARGETS 1
#define BS_FOR_AVX2 __attribute__((target("avx2,fma")))
#define BS_FOR_AVX512 __attribute__((target("avx2,fma,avx512f,avx512bw,avx512dq,avx512vl")))
#else
#define BS_TARGETS 0
#define BS_FOR_AVX2
#define BS_FOR_AVX512
#endif

/* Inlined into each, and compiled there for its instructions. */
#if defined(__GNUC__)
#define BS_EVERYWHERE static inline __attribute__((always_inline))
#else
#define BS_EVERYWHERE static inline
#endif

#endif /* BS_TARGET_H */
