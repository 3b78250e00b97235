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

/* Leaves in bit 'to' of each texel whether bit 'from' is set in all of n x n texels, of which it is number
 * 'before' in both directions. */
static void all_around(const bs_layers *l, int from, int to, int before, int n)
{
    for (int y = 0; y < l->height; y++) {
        uint8_t *out = l->bits + bs_texel_at(l, 0, y);

        for (int x = 0; x < l->width; x++)
            out[x] |= (uint8_t)to;
        for (int v = -before; v < n - before; v++)
            for (int u = -before; u < n - before; u++) {
                const uint8_t *in = out + (ptrdiff_t)v * l->stride + u;

                for (int x = 0; x < l->width; x++)
                    out[x] &= (uint8_t)(in[x] & from ? 0xff : ~to);
            }
    }
    pad_plane(l, l->bits, 1);
}

/* For work in here: covered fully; and whole as far as a bilinear cell goes. */
#define COVERED 0x40
#define WHOLE_CELL 0x80

/* BS_TEXEL_WHOLE of layer 'k': of the four texels of a cell, and for a cubic of the cells around as well. */
static void mark_whole(const bs_layers *l, int k)
{
    for (int y = 0; y < l->height; y++) {
        const size_t row = bs_texel_at(l, 0, y);

        for (size_t i = row; i < row + (size_t)l->width; i++)
            l->bits[i] =
                (uint8_t)((l->bits[i] & (COVERED - 1)) | (l->light[k][4 * i + 3] == 1 ? COVERED : 0));
    }
    pad_plane(l, l->bits, 1);
    all_around(l, COVERED, WHOLE_CELL, 0, 2);
    for (int y = 0; y < l->height; y++) {
        const size_t row = bs_texel_at(l, 0, y);

        for (size_t i = row; i < row + (size_t)l->width; i++)
            l->bits[i] &= (uint8_t)(signbit(l->inv[k][i]) ? ~WHOLE_CELL : 0xff);
    }
    pad_plane(l, l->bits, 1);
    all_around(l, WHOLE_CELL, BS_TEXEL_WHOLE << k, l->bicubic ? 1 : 0, l->bicubic ? 3 : 1);
}

/* One pixel beyond the block on the right and below belongs to the cells that begin in it. */
static bs_block bound_block(const bs_layers *l, int bx, int by)
{
    const int x1 = (bx + 1) * BS_BLOCK < l->width ? (bx + 1) * BS_BLOCK : l->width - 1;
    const int y1 = (by + 1) * BS_BLOCK < l->height ? (by + 1) * BS_BLOCK : l->height - 1;
    bs_block b = { { 0, INFINITY, INFINITY, 0 } };

    for (int y = by * BS_BLOCK; y <= y1; y++)
        for (int x = bx * BS_BLOCK; x <= x1; x++) {
            const size_t i = bs_texel_at(l, x, y);
            const float near = fabsf(l->inv[0][i]), far = fabsf(l->inv[BS_LAYERS - 1][i]);
            const int begins = x < (bx + 1) * BS_BLOCK && y < (by + 1) * BS_BLOCK;
            const int whole = !begins || l->bits[i] & BS_TEXEL_WHOLE;
            const bs_block texel = { { -near, far, whole ? near : -1, l->bits[i] & 1 ? 0 : -1 } };

            bs_block_join(&b, &texel);
        }
    return b;
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
        for (int bx = 0; bx < l->blocks_x; bx++) {
            const size_t i = (size_t)by * (size_t)l->blocks_x + (size_t)bx;

            l->blocks[i] = bound_block(l, bx, by);
            l->near[i] = -l->blocks[i].min[BS_MIN_NEAR];
        }
    for (int by = 0; by < l->blocks_y; by++)
        for (int bx = 0; bx < l->blocks_x; bx++)
            l->near_around[(size_t)by * (size_t)l->blocks_x + (size_t)bx] = look_around(l, bx, by);
    join_blocks(l);
}
