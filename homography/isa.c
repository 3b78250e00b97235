#include "homography/isa.h"

const char *const bs_isa_names[BS_ISAS] = { "plain", "avx2", "avx512" };

int bs_isa_runs(bs_isa isa)
{
    switch (isa) {
    case BS_ISA_PLAIN:
        return 1;
#ifdef BS_HAVE_X86
    /* What -mavx2 lets a compiler use beside it, and "fma" of target.h.  The system must keep the registers as
     * well: that is asked with each. */
    case BS_ISA_AVX2:
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
               __builtin_cpu_supports("popcnt");
    case BS_ISA_AVX512:
        return bs_isa_runs(BS_ISA_AVX2) && __builtin_cpu_supports("avx512f") &&
               __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
               __builtin_cpu_supports("avx512vl");
#endif
    default:
        return 0;
    }
}

bs_isa bs_isa_best(void)
{
    int best = BS_ISAS - 1;

    while (!bs_isa_runs((bs_isa)best))
        best--;
    return (bs_isa)best;
}
