/*
 * gen/arena.h - memory for long lists: text that lives as long as its list, and arrays that grow.
 *
 * Five million file names cost their bytes and no more: text is packed into blocks, which never move, so a
 * pointer into them stays good until bs_arena_free().  {0} is an empty arena.
 */
#ifndef BS_ARENA_H
#define BS_ARENA_H

#include <stddef.h>

typedef struct bs_arena_block bs_arena_block;

typedef struct bs_arena {
    bs_arena_block *newest; /* owned */
} bs_arena;

/* Room for 'n' chars, not cleared, not aligned; NULL if there is no memory. */
char *bs_arena_chars(bs_arena *a, size_t n);

/* A copy of 's'; NULL if there is no memory. */
const char *bs_arena_copy(bs_arena *a, const char *s);

/* Frees every block; the arena is then {0}. */
void bs_arena_free(bs_arena *a);

/*
 * Makes room for item number 'n' in an array of '*capacity' items of 'size' bytes.  Returns the array, moved
 * or not; or NULL if there is no memory, and then the old one is still good.
 */
void *bs_grow(void *items, size_t n, size_t *capacity, size_t size);

#endif /* BS_ARENA_H */
