#include "tests/guarded.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

/* Whole pages, with two more that cannot be touched around them. */
static char *map_pages(guarded *g, size_t n, size_t page)
{
    const size_t size = (n + page - 1) / page * page + 2 * page;
    const int fd = open("/dev/zero", O_RDWR);
    char *at;

    assert_true(fd >= 0 && g->n < GUARDED_MOST);
    at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
    close(fd);
    assert_true(at != MAP_FAILED);
    assert_int_equal(mprotect(at, page, PROT_NONE), 0);
    assert_int_equal(mprotect(at + size - page, page, PROT_NONE), 0);
    g->map[g->n].at = at;
    g->map[g->n].size = size;
    g->n++;
    for (size_t i = page; i < size - page; i += sizeof g->poison)
        memcpy(at + i, &g->poison, sizeof g->poison);
    return at;
}

void *guarded_alloc(guarded *g, size_t n)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE), whole = (n + page - 1) / page * page;
    char *at = map_pages(g, n, page) + page;

    return g->side == GUARD_BEFORE ? at : at + whole - n;
}

void *guarded_copy(guarded *g, const void *from, size_t n)
{
    return memcpy(guarded_alloc(g, n), from, n);
}

/* Of 'size' bytes a texel, from texel (0, 0) to texel (0, 0) of a plane with another stride. */
static void *copy_plane(guarded *g, const bs_layers *l, const void *from, size_t size, int stride)
{
    const int rows = l->height + BS_PAD_BEFORE + BS_PAD_AFTER;
    const size_t row = (size_t)stride * size, n = (size_t)(l->width + BS_PAD_BEFORE + BS_PAD_AFTER) * size;
    const char *px = (const char *)from - BS_PAD_BEFORE * ((size_t)l->stride + 1) * size;
    char *to = guarded_alloc(g, (size_t)rows * row);

    for (int y = 0; y < rows; y++)
        memcpy(to + (size_t)y * row, px + (size_t)y * (size_t)l->stride * size, n);
    return to + BS_PAD_BEFORE * (row + size);
}

bs_layers guarded_layers(guarded *g, const bs_layers *l, int spare)
{
    const size_t blocks = (size_t)l->blocks_x * (size_t)l->blocks_y;
    bs_layers out = *l;

    out.stride = l->stride + spare;
    for (int k = 0; k < BS_LAYERS; k++) {
        out.light[k] = copy_plane(g, l, l->light[k], 4 * sizeof *l->light[k], out.stride);
        out.inv[k] = copy_plane(g, l, l->inv[k], sizeof *l->inv[k], out.stride);
    }
    out.bits = copy_plane(g, l, l->bits, sizeof *l->bits, out.stride);
    out.blocks = guarded_copy(g, l->blocks, blocks * sizeof *l->blocks);
    out.near = guarded_copy(g, l->near, blocks * sizeof *l->near);
    out.near_around = guarded_copy(g, l->near_around, blocks * sizeof *l->near_around);
    out.areas = guarded_copy(g, l->areas, (size_t)l->areas_x * (size_t)l->areas_y * sizeof *l->areas);
    return out;
}

void guarded_free_from(guarded *g, int n)
{
    while (g->n > n) {
        g->n--;
        munmap(g->map[g->n].at, g->map[g->n].size);
    }
}

static void scribble_on(uint32_t word)
{
    volatile uint32_t stack[1 << 15];

    for (size_t i = 0; i < sizeof stack / sizeof stack[0]; i++)
        stack[i] = word;
}

/* Called where no compiler sees it, so that its frame is one of its own. */
void (*volatile scribble)(uint32_t word) = scribble_on;
