/*
 * tests/guarded.h - copies of what the blur reads and writes in memory where a byte too far shows: it is poison
 * that would spoil the result, or a page that nobody may touch.
 */
#ifndef GUARDED_H
#define GUARDED_H

#include <stddef.h>
#include <stdint.h>

#include "homography/layers.h"

/* Which end of an allocation lies at a page that cannot be read; the other is within a page of one. */
typedef enum guard_side { GUARD_BEFORE, GUARD_BEHIND } guard_side;

#define GUARDED_MOST 24

/* What is allocated together. */
typedef struct guarded {
    guard_side side;
    uint32_t poison; /* every word of fresh memory */
    int n;
    struct guarded_map {
        char *at;
        size_t size;
    } map[GUARDED_MOST];
} guarded;

/* 'n' bytes full of poison; fails the test without memory.  Aligned for floats if n is a multiple of 4. */
void *guarded_alloc(guarded *g, size_t n);

/* A copy of 'n' bytes. */
void *guarded_copy(guarded *g, const void *from, size_t n);

/* A copy of all planes and tables, with 'spare' poisoned texels between the padding of a row and the next. */
bs_layers guarded_layers(guarded *g, const bs_layers *l, int spare);

/* Frees all but the first 'n' allocations. */
void guarded_free_from(guarded *g, int n);

/* Leaves 'word' all over the stack beyond the caller's frame. */
extern void (*volatile scribble)(uint32_t word);

#endif /* GUARDED_H */
