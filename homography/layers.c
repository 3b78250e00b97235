#include "homography/layers.h"

#include <math.h>
#include <stdlib.h>

#include "homography/camera.h"

_Static_assert(BS_LAYERS == 3 && BS_SEEN == BS_TORN << BS_LAYERS, "geom holds three depths and the bits");

int bs_layers_create(int width, int height, bs_layers *out, bs_err *err)
{
    bs_layers l = { .width = width, .height = height };
    size_t n;

    if (width < 1 || height < 1 || width > BS_MAX_SIDE || height > BS_MAX_SIDE)
        return bs_fail(err, BS_EINVAL, "image size %dx%d; each side must be 1 to %d pixels", width, height,
                       BS_MAX_SIDE);
    n = (size_t)width * (size_t)height * 4;
    l.blocks_x = (width + BS_BLOCK - 1) / BS_BLOCK;
    l.blocks_y = (height + BS_BLOCK - 1) / BS_BLOCK;
    l.dx = width > 1 ? 4 : 0;
    l.dy = height > 1 ? 4 * width : 0;
    l.stride = 4 * width;
    l.last_x = (float)(width - 1);
    l.last_y = (float)(height - 1);
    l.cell_x = (float)(width > 1 ? width - 2 : 0);
    l.cell_y = (float)(height > 1 ? height - 2 : 0);
    for (int k = 0; k < BS_LAYERS; k++)
        l.light[k] = malloc(n * sizeof *l.light[k]);
    l.geom = malloc(n * sizeof *l.geom);
    l.blocks = malloc((size_t)l.blocks_x * (size_t)l.blocks_y * sizeof *l.blocks);
    if (!l.light[0] || !l.light[1] || !l.light[2] || !l.geom || !l.blocks) {
        bs_layers_destroy(&l);
        return bs_fail(err, BS_ENOMEM, "no memory for the layers of a %dx%d frame", width, height);
    }
    *out = l;
    return BS_OK;
}

void bs_layers_destroy(bs_layers *l)
{
    for (int k = 0; k < BS_LAYERS; k++)
        free(l->light[k]);
    free(l->geom);
    free(l->blocks);
    *l = (bs_layers){ 0 };
}

/* One pixel beyond the block on the right and below belongs to the cells that begin in it. */
static bs_block bound_block(const bs_layers *l, int bx, int by)
{
    const int x1 = (bx + 1) * BS_BLOCK < l->width ? (bx + 1) * BS_BLOCK : l->width - 1;
    const int y1 = (by + 1) * BS_BLOCK < l->height ? (by + 1) * BS_BLOCK : l->height - 1;
    const int any_torn = (BS_TORN << BS_LAYERS) - BS_TORN;
    bs_block b = { .inv_lo = INFINITY, .inv_hi = 0, .edge = 0 };

    for (int y = by * BS_BLOCK; y <= y1; y++)
        for (int x = bx * BS_BLOCK; x <= x1; x++) {
            const size_t i = 4 * ((size_t)y * (size_t)l->width + (size_t)x);
            const float near = l->geom[i], far = l->geom[i + BS_LAYERS - 1];

            b.inv_lo = far < b.inv_lo ? far : b.inv_lo;
            b.inv_hi = near > b.inv_hi ? near : b.inv_hi;
            b.edge |= near != far || l->light[0][i + 3] != 1 || ((int)l->geom[i + 3] & any_torn);
        }
    return b;
}

void bs_layers_bound(bs_layers *l)
{
    l->inv_lo = INFINITY;
    l->inv_hi = 0;
    for (int by = 0; by < l->blocks_y; by++)
        for (int bx = 0; bx < l->blocks_x; bx++) {
            const bs_block b = bound_block(l, bx, by);

            l->blocks[(size_t)by * (size_t)l->blocks_x + (size_t)bx] = b;
            l->inv_lo = b.inv_lo < l->inv_lo ? b.inv_lo : l->inv_lo;
            l->inv_hi = b.inv_hi > l->inv_hi ? b.inv_hi : l->inv_hi;
        }
}
