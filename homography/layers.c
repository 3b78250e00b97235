#include "homography/layers.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "homography/camera.h"

/* What lies before texel (0, 0) in a plane's allocation. */
static size_t margin(const bs_layers *l)
{
    return (size_t)BS_PAD_BEFORE * ((size_t)l->stride + 1);
}

/* A plane of 'size' bytes a texel, at its texel (0, 0); NULL without memory. */
static void *create_plane(const bs_layers *l, size_t size)
{
    const size_t rows = (size_t)l->height + BS_PAD_BEFORE + BS_PAD_AFTER;
    char *plane = malloc(rows * (size_t)l->stride * size);

    return plane ? plane + margin(l) * size : NULL;
}

static void free_plane(const bs_layers *l, void *plane, size_t size)
{
    if (plane)
        free((char *)plane - margin(l) * size);
}

int bs_layers_create(int width, int height, bs_layers *out, bs_err *err)
{
    bs_layers l = { .width = width, .height = height };
    int ok = 1;

    if (width < 1 || height < 1 || width > BS_MAX_SIDE || height > BS_MAX_SIDE)
        return bs_fail(err, BS_EINVAL, "image size %dx%d; each side must be 1 to %d pixels", width, height,
                       BS_MAX_SIDE);
    l.blocks_x = (width + BS_BLOCK - 1) / BS_BLOCK;
    l.blocks_y = (height + BS_BLOCK - 1) / BS_BLOCK;
    l.areas_x = (width + (1 << BS_AREA_LOG2) - 1) >> BS_AREA_LOG2;
    l.areas_y = (height + (1 << BS_AREA_LOG2) - 1) >> BS_AREA_LOG2;
    l.stride = width + BS_PAD_BEFORE + BS_PAD_AFTER;
    l.last_x = (float)(width - 1);
    l.last_y = (float)(height - 1);
    for (int k = 0; k < BS_LAYERS; k++) {
        l.light[k] = create_plane(&l, 4 * sizeof *l.light[k]);
        l.inv[k] = create_plane(&l, sizeof *l.inv[k]);
        ok = ok && l.light[k] && l.inv[k];
    }
    l.bits = create_plane(&l, sizeof *l.bits);
    l.blocks = malloc((size_t)l.blocks_x * (size_t)l.blocks_y * sizeof *l.blocks);
    l.near = malloc((size_t)l.blocks_x * (size_t)l.blocks_y * sizeof *l.near);
    l.near_around = malloc((size_t)l.blocks_x * (size_t)l.blocks_y * sizeof *l.near_around);
    l.areas = malloc((size_t)l.areas_x * (size_t)l.areas_y * sizeof *l.areas);
    if (!ok || !l.bits || !l.blocks || !l.near || !l.near_around || !l.areas) {
        bs_layers_destroy(&l);
        return bs_fail(err, BS_ENOMEM, "no memory for the layers of a %dx%d frame", width, height);
    }
    *out = l;
    return BS_OK;
}

void bs_layers_destroy(bs_layers *l)
{
    for (int k = 0; k < BS_LAYERS; k++) {
        free_plane(l, l->light[k], 4 * sizeof *l->light[k]);
        free_plane(l, l->inv[k], sizeof *l->inv[k]);
    }
    free_plane(l, l->bits, sizeof *l->bits);
    free(l->blocks);
    free(l->near);
    free(l->near_around);
    free(l->areas);
    *l = (bs_layers){ 0 };
}

/* Repeats the border of a plane of 'size' bytes a texel. */
static void pad_plane(const bs_layers *l, void *plane, size_t size)
{
    const size_t row = (size_t)l->stride * size;
    char *first = plane, *last = first + (size_t)(l->height - 1) * row;

    for (int y = 0; y < l->height; y++) {
        char *px = first + (size_t)y * row, *end = px + (size_t)(l->width - 1) * size;

        for (size_t i = 1; i <= BS_PAD_BEFORE; i++)
            memcpy(px - i * size, px, size);
        for (size_t i = 1; i <= BS_PAD_AFTER; i++)
            memcpy(end + i * size, end, size);
    }
    first -= BS_PAD_BEFORE * size;
    last -= BS_PAD_BEFORE * size;
    for (size_t i = 1; i <= BS_PAD_BEFORE; i++)
        memcpy(first - i * row, first, row);
    for (size_t i = 1; i <= BS_PAD_AFTER; i++)
        memcpy(last + i * row, last, row);
}

/* For work in here: covered fully; and whole as far as a bilinear cell goes. */
#define COVERED 0x40
#define WHOLE_CELL 0x80

/* 'keep': the bits that stay. */
static void find_covered(const float *restrict light, int keep, int n, uint8_t *restrict bits)
{
    for (int x = 0; x < n; x++)
        bits[x] = (uint8_t)((bits[x] & keep) | (light[4 * x + 3] == 1 ? COVERED : 0));
}

/* Cells whose four texels are covered and that are not torn. */
static void find_whole_cells(const float *restrict inv, const uint8_t *restrict below, int n,
                             uint8_t *restrict bits)
{
    for (int x = 0; x < n; x++) {
        const int covered = bits[x] & bits[x + 1] & below[x] & below[x + 1] & COVERED;

        bits[x] |= copysignf(1, inv[x]) < 0 ? 0 : (uint8_t)(covered * (WHOLE_CELL / COVERED));
    }
}

/* Gives bit 'whole' to cells that are whole like the cells around them, or only themselves for 'bicubic' 0. */
static void find_whole(int n, ptrdiff_t row, int bicubic, int whole, uint8_t *bits)
{
    for (int x = 0; x < n; x++) {
        const uint8_t *b = bits + x;
        const int around =
            b[-row - 1] & b[-row] & b[-row + 1] & b[-1] & b[1] & b[row - 1] & b[row] & b[row + 1];

        bits[x] |= (uint8_t)(b[0] & (bicubic ? around : 0xff) & WHOLE_CELL ? whole : 0);
    }
}

/* BS_TEXEL_WHOLE of layer 'k': of the four texels of a cell, and for a cubic of the cells around as well. */
static void mark_whole(const bs_layers *l, int k)
{
    const int whole = BS_TEXEL_WHOLE << k;

    for (int y = 0; y < l->height; y++)
        find_covered(&l->light[k][4 * bs_texel_at(l, 0, y)], (COVERED - 1) & ~whole, l->width,
                     &l->bits[bs_texel_at(l, 0, y)]);
    pad_plane(l, l->bits, 1);
    for (int y = 0; y < l->height; y++) {
        uint8_t *bits = &l->bits[bs_texel_at(l, 0, y)];

        find_whole_cells(&l->inv[k][bs_texel_at(l, 0, y)], bits + l->stride, l->width, bits);
    }
    pad_plane(l, l->bits, 1);
    for (int y = 0; y < l->height; y++)
        find_whole(l->width, l->stride, l->bicubic, whole, &l->bits[bs_texel_at(l, 0, y)]);
    pad_plane(l, l->bits, 1);
}

/* Columns that are bounded together, and one more on the right. */
#define STRIP 64

typedef struct strip {
    float inv_hi[STRIP + 1], inv_lo[STRIP + 1], front_lo[STRIP + 1];
    uint8_t all[STRIP + 1], seen[STRIP + 1]; /* bits of all texels, without and with those below */
} strip;

static void start_strip(strip *s)
{
    for (int x = 0; x <= STRIP; x++) {
        s->inv_hi[x] = 0;
        s->inv_lo[x] = s->front_lo[x] = INFINITY;
        s->all[x] = s->seen[x] = 0xff;
    }
}

static void add_row(const float *restrict near, const float *restrict far, const uint8_t *restrict bits,
                    int is_below, int n, strip *restrict s)
{
    for (int x = 0; x < n; x++) {
        const float w0 = fabsf(near[x]), w2 = fabsf(far[x]);

        s->inv_hi[x] = w0 > s->inv_hi[x] ? w0 : s->inv_hi[x];
        s->inv_lo[x] = w2 < s->inv_lo[x] ? w2 : s->inv_lo[x];
        s->front_lo[x] = w0 < s->front_lo[x] ? w0 : s->front_lo[x];
    }
    for (int x = 0; x < n; x++) {
        s->seen[x] &= bits[x];
        s->all[x] &= is_below ? 0xff : bits[x];
    }
}

/* Columns 'from' to 'to' of a strip. One texel beyond the block belongs to the cells that begin in it. */
static bs_block bound_block(const strip *s, int from, int to)
{
    bs_block b = { { 0, INFINITY, INFINITY, 0 } };

    for (int x = from; x <= to; x++) {
        const int whole = x == from + BS_BLOCK || s->all[x] & BS_TEXEL_WHOLE;
        const bs_block column = { { -s->inv_hi[x], s->inv_lo[x], whole ? s->front_lo[x] : -1,
                                    s->seen[x] & 1 ? 0 : -1 } };

        bs_block_join(&b, &column);
    }
    return b;
}

static void bound_blocks(bs_layers *l, int by)
{
    const int y0 = by * BS_BLOCK, y1 = y0 + BS_BLOCK < l->height ? y0 + BS_BLOCK : l->height - 1;
    strip s;

    for (int x0 = 0; x0 < l->width; x0 += STRIP) {
        bs_block *block = &l->blocks[(size_t)by * (size_t)l->blocks_x + (size_t)(x0 / BS_BLOCK)];
        const int n = l->width - x0 < STRIP + 1 ? l->width - x0 : STRIP + 1;

        start_strip(&s);
        for (int y = y0; y <= y1; y++) {
            const size_t i = bs_texel_at(l, x0, y);

            add_row(&l->inv[0][i], &l->inv[BS_LAYERS - 1][i], &l->bits[i], y == y0 + BS_BLOCK, n, &s);
        }
        for (int x = 0; x < STRIP && x < n; x += BS_BLOCK)
            *block++ = bound_block(&s, x, x + BS_BLOCK < n ? x + BS_BLOCK : n - 1);
    }
}

/* The nearest surface of the blocks that lie around (bx, by). */
static float look_around(const bs_layers *l, int bx, int by)
{
    float near = 0;

    for (int y = by > 0 ? by - 1 : 0; y <= by + 1 && y < l->blocks_y; y++)
        for (int x = bx > 0 ? bx - 1 : 0; x <= bx + 1 && x < l->blocks_x; x++) {
            const float at = l->near[(size_t)y * (size_t)l->blocks_x + (size_t)x];

            near = at > near ? at : near;
        }
    return near;
}

/* Areas from their blocks, and the frame's range from the areas. */
static void join_blocks(bs_layers *l)
{
    const int part = BS_AREA_LOG2 - BS_BLOCK_LOG2, first = (1 << part) - 1;
    bs_block all = { { 0, INFINITY, INFINITY, 0 } };

    for (int by = 0; by < l->blocks_y; by++)
        for (int bx = 0; bx < l->blocks_x; bx++) {
            const bs_block *b = &l->blocks[(size_t)by * (size_t)l->blocks_x + (size_t)bx];
            bs_block *area = &l->areas[(size_t)(by >> part) * (size_t)l->areas_x + (size_t)(bx >> part)];

            if (!(bx & first) && !(by & first))
                *area = *b;
            bs_block_join(area, b);
            bs_block_join(&all, b);
        }
    l->inv_lo = all.min[BS_MIN_FAR];
    l->inv_hi = -all.min[BS_MIN_NEAR];
}

void bs_layers_finish(bs_layers *l)
{
    for (int k = 0; k < BS_LAYERS; k++) {
        pad_plane(l, l->light[k], 4 * sizeof *l->light[k]);
        pad_plane(l, l->inv[k], sizeof *l->inv[k]);
    }
    for (int k = 0; k < BS_LAYERS; k++)
        mark_whole(l, k);
    for (int by = 0; by < l->blocks_y; by++)
        bound_blocks(l, by);
    for (size_t i = 0; i < (size_t)l->blocks_x * (size_t)l->blocks_y; i++)
        l->near[i] = -l->blocks[i].min[BS_MIN_NEAR];
    for (int by = 0; by < l->blocks_y; by++)
        for (int bx = 0; bx < l->blocks_x; bx++)
            l->near_around[(size_t)by * (size_t)l->blocks_x + (size_t)bx] = look_around(l, bx, by);
    join_blocks(l);
}
