/* The variants of the blur. */
#include <string.h>

#include "tests/bench.h"

static bs_isa in_force = BS_ISAS; /* BS_ISAS: the library's choice */

void bench_use_variant(bs_isa isa)
{
    in_force = isa;
}

bs_isa bench_variant(void)
{
    return in_force == BS_ISAS ? bs_isa_best() : in_force;
}

bs_isa bench_variant_named(const char *name)
{
    for (int i = 0; i < BS_ISAS; i++)
        if (!strcmp(name, bs_isa_names[i]) && bs_isa_runs((bs_isa)i))
            return (bs_isa)i;
    bench_stop("--variant %s: there is none of that name that this machine can run", name);
}
