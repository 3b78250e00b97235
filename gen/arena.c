#include "gen/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Small at first, because a listing of one folder uses an arena too. */
#define FIRST_BLOCK 4096
#define LARGEST_BLOCK (1 << 20)

struct bs_arena_block {
    bs_arena_block *older;
    size_t used, capacity;
    char text[];
};

static bs_arena_block *add_block(bs_arena *a, size_t n)
{
    size_t capacity = a->newest ? a->newest->capacity * 2 : FIRST_BLOCK;
    bs_arena_block *b;

    if (capacity > LARGEST_BLOCK)
        capacity = LARGEST_BLOCK;
    if (capacity < n)
        capacity = n;
    if (capacity > SIZE_MAX / 2)
        return NULL;
    b = malloc(sizeof *b + capacity);
    if (b) {
        *b = (bs_arena_block){ .older = a->newest, .capacity = capacity };
        a->newest = b;
    }
    return b;
}

char *bs_arena_chars(bs_arena *a, size_t n)
{
    bs_arena_block *b = a->newest;
    char *text;

    if (!b || b->capacity - b->used < n)
        b = add_block(a, n);
    if (!b)
        return NULL;
    text = b->text + b->used;
    b->used += n;
    return text;
}

const char *bs_arena_copy(bs_arena *a, const char *s)
{
    const size_t n = strlen(s) + 1;
    char *text = bs_arena_chars(a, n);

    return text ? memcpy(text, s, n) : NULL;
}

void bs_arena_free(bs_arena *a)
{
    while (a->newest) {
        bs_arena_block *older = a->newest->older;

        free(a->newest);
        a->newest = older;
    }
}

void *bs_grow(void *items, size_t n, size_t *capacity, size_t size)
{
    const size_t wanted = *capacity ? *capacity * 2 : 32;
    void *moved;

    if (n < *capacity)
        return items;
    if (wanted > SIZE_MAX / 2 / size)
        return NULL;
    moved = realloc(items, wanted * size);
    if (moved)
        *capacity = wanted;
    return moved;
}
