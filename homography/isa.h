/*
 * homography/isa.h - which instruction sets there is code for, and which of them this processor runs.
 */
#ifndef BS_ISA_H
#define BS_ISA_H

#include "homography/api.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Every one writes the same bytes; the later ones are faster. */
typedef enum bs_isa {
    BS_ISA_PLAIN,  /* C as the compiler's default target has it */
    BS_ISA_AVX2,   /* x86-64 with AVX2 and FMA */
    BS_ISA_AVX512, /* the same with AVX-512 F, DQ, BW and VL */
    BS_ISAS
} bs_isa;

extern const char *const bs_isa_names[BS_ISAS];

/* Whether this build has code for it and this processor and system run it. */
int bs_isa_runs(bs_isa isa);

/* The fastest that runs. */
bs_isa bs_isa_best(void);

#ifdef __cplusplus
}
#endif

#endif /* BS_ISA_H */
