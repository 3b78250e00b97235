/* tests/bench_ceiling.h - what a device can do at most: as measured, not as its maker says. */
#ifndef BENCH_CEILING_H
#define BENCH_CEILING_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct bench_ceilings {
    double instructions_s; /* of warps: additions that depend on little */
    double copy_bytes_s;   /* from the device to itself: read and written */
    double upload_bytes_s; /* from locked memory of the host's */
} bench_ceilings;

/* Copies 'n' bytes at a time.  NULL, or why it cannot be done. */
const char *bench_measure_ceilings(size_t n, bench_ceilings *out);

#ifdef __cplusplus
}
#endif

#endif /* BENCH_CEILING_H */
