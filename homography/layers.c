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

/* Where the next thing may lie: behind 'n' bytes, at the start of a line of the cache. */
#define BS_ALIGN 64

static size_t take(size_t *used, size_t n)
{
    const size_t at = *used;

    *used = (at + n + BS_ALIGN - 1) / BS_ALIGN * BS_ALIGN;
    return at;
}

/* A plane of 'size' bytes a texel, at its texel (0, 0). */
static void *place_plane(const bs_layers *l, size_t size, size_t *used)
{
    const size_t rows = (size_t)l->height + BS_PAD_BEFORE + BS_PAD_AFTER;

    return l->memory + take(used, rows * (size_t)l->stride * size) + margin(l) * size;
}

/* Layer 0 and the tables, and returns how far they reach. */
static size_t place_front(bs_layers *l)
{
    const size_t blocks = (size_t)l->blocks_x * (size_t)l->blocks_y;
    const size_t areas = (size_t)l->areas_x * (size_t)l->areas_y;
    size_t used = 0;

    l->own_light[0] = place_plane(l, 4 * sizeof *l->light[0], &used);
    l->own_inv[0] = place_plane(l, sizeof *l->inv[0], &used);
    l->bits = place_plane(l, sizeof *l->bits, &used);
    l->blocks = (bs_block *)(void *)(l->memory + take(&used, blocks * sizeof *l->blocks));
    l->near = (float *)(void *)(l->memory + take(&used, blocks * sizeof *l->near));
    l->near_around = (float *)(void *)(l->memory + take(&used, blocks * sizeof *l->near_around));
    l->areas = (bs_block *)(void *)(l->memory + take(&used, areas * sizeof *l->areas));
    return used;
}

static size_t place_all(bs_layers *l)
{
    size_t used = place_front(l);

    for (int k = 0; k < BS_LAYERS; k++) {
        if (k > 0) {
            l->own_light[k] = place_plane(l, 4 * sizeof *l->light[k], &used);
            l->own_inv[k] = place_plane(l, sizeof *l->inv[k], &used);
        }
        l->light[k] = l->own_light[k];
        l->inv[k] = l->own_inv[k];
    }
    return used;
}

int bs_layers_place(int width, int height, void *memory, bs_layers *out, bs_err *err)
{
    bs_layers l = { .width = width, .height = height, .memory = memory };

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
    (void)place_all(&l);
    *out = l;
    return BS_OK;
}

size_t bs_layers_bytes(int width, int height)
{
    static char nowhere[BS_ALIGN]; /* nothing is read or written there */
    bs_layers l;

    return bs_layers_place(width, height, nowhere, &l, NULL) == BS_OK ? place_all(&l) : 0;
}

int bs_layers_create(int width, int height, bs_layers *out, bs_err *err)
{
    const size_t n = bs_layers_bytes(width, height);
    void *memory = n ? aligned_alloc(BS_ALIGN, n) : NULL;
    int rc;

    if (n && !memory)
        return bs_fail(err, BS_ENOMEM, "no memory for the layers of a %dx%d frame", width, height);
    rc = bs_layers_place(width, height, memory, out, err);
    if (rc == BS_OK)
        out->is_owner = 1;
    return rc;
}

void bs_layers_destroy(bs_layers *l)
{
    if (l->is_owner)
        free(l->memory);
    *l = (bs_layers){ 0 };
}

size_t bs_layers_used(const bs_layers *l)
{
    bs_layers copy = *l;

    return l->light[BS_LAYERS - 1] == l->light[0] ? place_front(&copy) : place_all(&copy);
}

/* The pointer to what was at 'p' of the first memory, in the second. */
static void *moved(const void *p, const char *from, char *to)
{
    return to + ((const char *)p - from);
}

bs_layers bs_layers_moved(const bs_layers *l, void *memory)
{
    bs_layers out = *l;

    for (int k = 0; k < BS_LAYERS; k++) {
        out.light[k] = moved(l->light[k], l->memory, memory);
        out.inv[k] = moved(l->inv[k], l->memory, memory);
        out.own_light[k] = moved(l->own_light[k], l->memory, memory);
        out.own_inv[k] = moved(l->own_inv[k], l->memory, memory);
    }
    out.bits = moved(l->bits, l->memory, memory);
    out.blocks = moved(l->blocks, l->memory, memory);
    out.near = moved(l->near, l->memory, memory);
    out.near_around = moved(l->near_around, l->memory, memory);
    out.areas = moved(l->areas, l->memory, memory);
    out.memory = memory;
    out.is_owner = 0;
    return out;
}

void bs_layers_separate(bs_layers *l)
{
    const size_t n = (size_t)l->height * (size_t)l->stride - (size_t)(l->stride - l->width);

    bs_layers_own(l);
    for (int k = 1; k < BS_LAYERS; k++) {
        memcpy(l->light[k], l->light[0], 4 * n * sizeof *l->light[k]);
        memcpy(l->inv[k], l->inv[0], n * sizeof *l->inv[k]);
    }
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

/* What three texels side by side have in common. */
static void join_three(const uint8_t *restrict bits, int n, uint8_t *restrict out)
{
    for (int x = 0; x < n; x++)
        out[x] = bits[x - 1] & bits[x] & bits[x + 1];
}

/* Leaves whole what all three rows say. */
static void keep_whole(const uint8_t *restrict a, const uint8_t *restrict b, const uint8_t *restrict c, int n,
                       uint8_t *restrict bits)
{
    for (int x = 0; x < n; x++)
        bits[x] &= (a[x] & b[x] & c[x]) | (BS_TEXEL_WHOLE - 1);
}

/* From cells that are whole to those that are so together with the cells around them. */
static void narrow_whole(const bs_layers *l)
{
    uint8_t rows[3][BS_MAX_SIDE];

    for (int y = -1; y <= l->height; y++) {
        uint8_t *bits = &l->bits[(ptrdiff_t)y * l->stride];

        join_three(bits, l->width, rows[(y + 1) % 3]);
        if (y > 0)
            keep_whole(rows[0], rows[1], rows[2], l->width, bits - l->stride);
    }
}

/* Columns that are bounded together, but for those on the right that belong to the last block as well. */
#define STRIP 64

/* Rows, and columns, that the cells of a block are made of: one texel beyond it. */
#define ROWS (BS_BLOCK + 1)

typedef struct strip {
    float near[STRIP + ROWS], far[STRIP + ROWS];   /* nearest, and farthest, of all layers */
    float front[STRIP + ROWS];                     /* farthest of layer 0 */
    uint8_t all[STRIP + ROWS], seen[STRIP + ROWS]; /* bits of all texels, without and with those below */
} strip;

/* 'at': the places of ROWS rows in the planes. */
static void bound_columns(const float *restrict front, const float *restrict far,
                          const uint8_t *restrict bits, const size_t at[ROWS], int n, strip *restrict s)
{
    const size_t b = at[1] - at[0], c = at[2] - at[0], d = at[3] - at[0], e = at[4] - at[0];

    _Static_assert(ROWS == 5, "rows are named");
    front += at[0];
    far += at[0];
    bits += at[0];
    for (size_t x = 0; x < (size_t)n; x++) {
        s->near[x] = bs_maxf(bs_maxf(bs_maxf(fabsf(front[x]), fabsf(front[x + b])),
                                     bs_maxf(fabsf(front[x + c]), fabsf(front[x + d]))),
                             fabsf(front[x + e]));
        s->front[x] = bs_minf(bs_minf(bs_minf(fabsf(front[x]), fabsf(front[x + b])),
                                      bs_minf(fabsf(front[x + c]), fabsf(front[x + d]))),
                              fabsf(front[x + e]));
        s->far[x] = bs_minf(
            bs_minf(bs_minf(fabsf(far[x]), fabsf(far[x + b])), bs_minf(fabsf(far[x + c]), fabsf(far[x + d]))),
            fabsf(far[x + e]));
    }
    for (size_t x = 0; x < (size_t)n; x++) {
        s->all[x] = bits[x] & bits[x + b] & bits[x + c] & bits[x + d];
        s->seen[x] = s->all[x] & bits[x + e];
    }
}

/* Repeats the last of 'n' columns where the frame ends. */
static void fill_columns(strip *s, int n)
{
    for (int x = n; x < STRIP + ROWS; x++) {
        s->near[x] = s->near[n - 1];
        s->far[x] = s->far[n - 1];
        s->front[x] = s->front[n - 1];
        s->all[x] = s->all[n - 1];
        s->seen[x] = s->seen[n - 1];
    }
}

/* The block that begins at column 'x' of a strip. */
static bs_block bound_block(const strip *s, int x)
{
    const int all = s->all[x] & s->all[x + 1] & s->all[x + 2] & s->all[x + 3];
    int seen = s->seen[x];
    float near = s->near[x], far = s->far[x], front = s->front[x];

    for (int i = 1; i < ROWS; i++) {
        near = bs_maxf(near, s->near[x + i]);
        far = bs_minf(far, s->far[x + i]);
        front = bs_minf(front, s->front[x + i]);
        seen &= s->seen[x + i];
    }
    return (bs_block){ { -near, far, all & BS_TEXEL_WHOLE ? front : -1, seen & 1 ? 0 : -1 } };
}

static void bound_blocks(bs_layers *l, int by)
{
    size_t at[ROWS];

    for (int x0 = 0; x0 < l->width; x0 += STRIP) {
        const size_t first = (size_t)by * (size_t)l->blocks_x + (size_t)(x0 / BS_BLOCK);
        const int n = l->width - x0 < STRIP + 1 ? l->width - x0 : STRIP + 1;
        strip s;

        for (int r = 0; r < ROWS; r++)
            at[r] = bs_texel_at(l, x0, by * BS_BLOCK + r < l->height ? by * BS_BLOCK + r : l->height - 1);
        bound_columns(l->inv[0], l->inv[BS_LAYERS - 1], l->bits, at, n, &s);
        fill_columns(&s, n);
        for (int b = 0; BS_BLOCK * b < STRIP && BS_BLOCK * b < n; b++) {
            l->blocks[first + (size_t)b] = bound_block(&s, BS_BLOCK * b);
            l->near[first + (size_t)b] = -l->blocks[first + (size_t)b].min[BS_MIN_NEAR];
        }
    }
}

static void most_of_rows(const float *restrict a, const float *restrict b, const float *restrict c, int n,
                         float *restrict out)
{
    for (int x = 0; x < n; x++)
        out[x] = bs_maxf(bs_maxf(a[x], b[x]), c[x]);
}

static void most_of_three(const float *restrict in, int n, float *restrict out)
{
    for (int x = 0; x < n; x++)
        out[x] = bs_maxf(bs_maxf(in[x], in[x + 1]), in[x + 2]);
}

/* The nearest surface of the blocks around those of a row. */
static void look_around(const bs_layers *l, int by)
{
    const int n = l->blocks_x, above = by > 0 ? by - 1 : by, below = by + 1 < l->blocks_y ? by + 1 : by;
    float rows[(BS_MAX_SIDE + BS_BLOCK - 1) / BS_BLOCK + 2]; /* and a block more on either side */

    most_of_rows(&l->near[(size_t)above * (size_t)n], &l->near[(size_t)by * (size_t)n],
                 &l->near[(size_t)below * (size_t)n], n, rows + 1);
    rows[0] = rows[1];
    rows[n + 1] = rows[n];
    most_of_three(rows, n, &l->near_around[(size_t)by * (size_t)n]);
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
    for (int k = 0; k < BS_LAYERS && (k == 0 || l->light[k] != l->light[0]); k++) {
        pad_plane(l, l->light[k], 4 * sizeof *l->light[k]);
        pad_plane(l, l->inv[k], sizeof *l->inv[k]);
    }
    pad_plane(l, l->bits, 1);
    if (l->bicubic) {
        narrow_whole(l);
        pad_plane(l, l->bits, 1);
    }
    for (int by = 0; by < l->blocks_y; by++)
        bound_blocks(l, by);
    for (int by = 0; by < l->blocks_y; by++)
        look_around(l, by);
    join_blocks(l);
}
