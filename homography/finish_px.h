/*
 * homography/finish_px.h - what bs_layers_finish() does, for a team: padding, tables and range.
 *
 * layers.c does the same for one thread, row by row and many texels at once.
 */
#ifndef BS_FINISH_PX_H
#define BS_FINISH_PX_H

#include <math.h>

#include "homography/layers.h"
#include "homography/team_px.h"

BS_PX int bs_finish_clamp(int v, int last)
{
    return v < 0 ? 0 : v > last ? last : v;
}

/* A texel of the frame's border in the padding, at (x, y). */
BS_PX void bs_pad_texel(const bs_layers *l, int x, int y, int only_bits)
{
    const size_t from = bs_texel_at(l, bs_finish_clamp(x, l->width - 1), bs_finish_clamp(y, l->height - 1));
    const ptrdiff_t to = (ptrdiff_t)y * l->stride + x;

    l->bits[to] = l->bits[from];
    for (int k = 0; !only_bits && k < BS_LAYERS && (k == 0 || l->light[k] != l->light[0]); k++) {
        for (int c = 0; c < 4; c++)
            l->light[k][4 * to + c] = l->light[k][4 * from + (size_t)c];
        l->inv[k][to] = l->inv[k][from];
    }
}

BS_TEAM void bs_pad(const bs_layers *l, int only_bits)
{
    const int beside = BS_PAD_BEFORE + BS_PAD_AFTER, around = beside * l->stride,
              n = around + beside * l->height;

    BS_EACH (i, n) {
        const int is_row = i < around, at = is_row ? i / l->stride : (i - around) % beside;
        const int off =
            at < BS_PAD_BEFORE ? at - BS_PAD_BEFORE : at - BS_PAD_BEFORE + (is_row ? l->height : l->width);

        if (is_row)
            bs_pad_texel(l, i % l->stride - BS_PAD_BEFORE, off, only_bits);
        else
            bs_pad_texel(l, off, (i - around) / beside, only_bits);
    }
    bs_team_sync();
}

/* From cells that are whole to those that are so together with the cells around them. */
BS_TEAM void bs_narrow_whole(const bs_layers *l, uint8_t *spare)
{
    const int n = l->width * l->height;

    BS_EACH (i, n) {
        const uint8_t *bits = &l->bits[bs_texel_at(l, i % l->width, i / l->width)];
        int all = 255;

        for (int dy = -1; dy <= 1; dy++)
            for (int dx = -1; dx <= 1; dx++)
                all &= bits[(ptrdiff_t)dy * l->stride + dx];
        spare[i] = (uint8_t)(*bits & (all | (BS_TEXEL_WHOLE - 1)));
    }
    bs_team_sync();
    BS_EACH (i, n)
        l->bits[bs_texel_at(l, i % l->width, i / l->width)] = spare[i];
    bs_team_sync();
}

/* What the surfaces of a block lie between: its texels, and those one beyond that its cells are made of; what the
 * frame ends before is its border. */
BS_PX bs_block bs_block_px(const bs_layers *l, int bx, int by)
{
    float near = 0, far = INFINITY, front = INFINITY;
    int all = 255, seen = 255;
    bs_block out;

    for (int v = 0; v <= BS_BLOCK; v++)
        for (int u = 0; u <= BS_BLOCK; u++) {
            const size_t o = bs_texel_at(l, bs_finish_clamp(bx * BS_BLOCK + u, l->width - 1),
                                         bs_finish_clamp(by * BS_BLOCK + v, l->height - 1));

            near = bs_maxf(near, fabsf(l->inv[0][o]));
            front = bs_minf(front, fabsf(l->inv[0][o]));
            far = bs_minf(far, fabsf(l->inv[BS_LAYERS - 1][o]));
            seen &= l->bits[o];
            if (u < BS_BLOCK && v < BS_BLOCK)
                all &= l->bits[o];
        }
    out.min[BS_MIN_NEAR] = -near;
    out.min[BS_MIN_FAR] = far;
    out.min[BS_MIN_FRONT] = all & BS_TEXEL_WHOLE ? front : -1;
    out.min[BS_MIN_SEEN] = seen & 1 ? 0.0f : -1.0f;
    return out;
}

BS_TEAM void bs_bound_blocks(const bs_layers *l)
{
    const int n = l->blocks_x * l->blocks_y;

    BS_EACH (i, n) {
        l->blocks[i] = bs_block_px(l, i % l->blocks_x, i / l->blocks_x);
        l->near[i] = -l->blocks[i].min[BS_MIN_NEAR];
    }
    bs_team_sync();
    BS_EACH (i, n) {
        float near = 0;

        for (int dy = -1; dy <= 1; dy++)
            for (int dx = -1; dx <= 1; dx++)
                near = bs_maxf(near,
                               l->near[bs_finish_clamp(i / l->blocks_x + dy, l->blocks_y - 1) * l->blocks_x +
                                       bs_finish_clamp(i % l->blocks_x + dx, l->blocks_x - 1)]);
        l->near_around[i] = near;
    }
    bs_team_sync();
}

/* An area from its blocks. */
BS_PX bs_block bs_area_px(const bs_layers *l, int ax, int ay)
{
    const int part = BS_AREA_LOG2 - BS_BLOCK_LOG2, x0 = ax << part, y0 = ay << part;
    bs_block all = l->blocks[y0 * l->blocks_x + x0];

    for (int y = y0; y < y0 + (1 << part) && y < l->blocks_y; y++)
        for (int x = x0; x < x0 + (1 << part) && x < l->blocks_x; x++)
            bs_block_join(&all, &l->blocks[y * l->blocks_x + x]);
    return all;
}

/* Areas, and the frame's range. */
BS_TEAM void bs_join_blocks(bs_layers *l)
{
    const int n = l->areas_x * l->areas_y;
    float lo = INFINITY, hi = 0;

    BS_EACH (i, n) {
        l->areas[i] = bs_area_px(l, i % l->areas_x, i / l->areas_x);
        lo = bs_minf(l->areas[i].min[BS_MIN_FAR], lo);
        hi = bs_minf(l->areas[i].min[BS_MIN_NEAR], hi);
    }
    l->inv_lo = bs_team_min(lo);
    l->inv_hi = -bs_team_min(hi);
    bs_team_sync();
}

/* bs_layers_finish(); 'spare' has room for a byte a pixel. */
BS_TEAM void bs_finish_layers(bs_layers *l, uint8_t *spare)
{
    bs_pad(l, 0);
    if (l->bicubic) {
        bs_narrow_whole(l, spare);
        bs_pad(l, 1);
    }
    bs_bound_blocks(l);
    bs_join_blocks(l);
}

#endif /* BS_FINISH_PX_H */
