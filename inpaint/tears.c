/* Where a depth map is torn, row by row, and no more of it than need be. */
#include "inpaint/scene.h"

#include <math.h>
#include <string.h>

#include "homography/camera.h"
#include "inpaint/tears_px.h"

/* Groups of the widest row, and one more on either side. */
#define BS_MAX_GROUPS ((BS_MAX_SIDE + 2 * BS_MARGIN) / BS_GROUP + 3)

/*
 * Marks in 'out' the pixels of a row that inverse depth changes beside by more than a tear, or just less,
 * whatever slopes say: few, and plain arithmetic finds them.
 */
static void suspect(const float *restrict row, const float *restrict below, const float *restrict parallax,
                    int n, uint8_t *restrict out)
{
    for (int x = 0; x < n; x++) {
        const float here = row[x], right = fabsf(row[x + 1] - here), down = fabsf(below[x] - here);
        const float diag = fabsf(below[x + 1] - here), anti = fabsf(below[x - 1] - here);
        /* In this order NaN, beyond the frame, gives way. */
        const float a = right > 0 ? right : 0, b = down > a ? down : a, c = diag > b ? diag : b;
        const float most = anti > c ? anti : c;

        out[x] = (most * parallax[x] > 0.99f * BS_TEAR_PX) & (most > 0.99f * BS_TEAR_REL * here);
    }
}

/* The tears of pixels side by side, those of the planes from 'inv' on. */
static void find(const float *restrict inv, ptrdiff_t stride, const float *restrict parallax, int n,
                 uint8_t *restrict out)
{
    for (int x = 0; x < n; x++)
        out[x] = bs_tears_px(inv + x, stride, parallax[x]);
}

/* Tears of the pixels 'from' to 'to' - 1 of a row. */
static void find_between(const bs_scene *s, int y, int from, int to, uint8_t *tears)
{
    const size_t i = bs_plane_at(s, 0, y);
    const float *inv = &s->inv[i], *parallax = &s->parallax_px_m[bs_at(s, 0, y)];
    uint8_t *row = &tears[i];

    suspect(inv + from, inv + s->stride + from, parallax + from, to - from, row + from);
    for (int x = from; x < to; x += BS_GROUP) {
        const int n = to - x < BS_GROUP ? to - x : BS_GROUP;
        uint64_t group = 0;

        memcpy(&group, row + x, (size_t)n);
        if (group)
            find(inv + x, s->stride, parallax + x, n, row + x);
    }
}

/* Tears without rims. */
static void keep(const uint8_t *restrict from, int n, uint8_t *restrict to)
{
    for (int x = 0; x < n; x++)
        to[x] = from[x] & ((1 << BS_RIM) - 1);
}

/* Groups of a row where something may have changed that a tear is told from: two pixels away at most. */
static void find_busy(const bs_scene *s, int y, uint8_t *restrict busy)
{
    const int n = s->stride / BS_GROUP;
    const uint8_t *row = &s->busy[(size_t)(y + BS_MARGIN - 1) * (size_t)n];
    uint8_t any[BS_MAX_GROUPS];

    for (int g = 0; g < n; g++)
        any[g + 1] = row[g] | row[n + g] | row[2 * n + g] | row[3 * n + g];
    any[0] = any[n + 1] = 0;
    for (int g = 0; g < n; g++)
        busy[g] = any[g] | any[g + 1] | any[g + 2];
}

void bs_tears_again(bs_scene *s)
{
    const int n = s->stride / BS_GROUP;
    uint8_t busy[BS_MAX_GROUPS];

    for (int y = 0; y < s->height; y++) {
        keep(&s->tears[bs_plane_at(s, 0, y)], s->width, &s->tears_other[bs_plane_at(s, 0, y)]);
        find_busy(s, y, busy);
        for (int g = 0, end; g < n; g = end + 1) {
            const int from = g * BS_GROUP - BS_MARGIN;
            int to;

            for (end = g; end < n && busy[end];)
                end++;
            to = end * BS_GROUP - BS_MARGIN;
            if (end > g)
                find_between(s, y, from > 0 ? from : 0, to < s->width ? to : s->width, s->tears_other);
        }
    }
}

static void all_rims(uint8_t *row, int n)
{
    for (int x = 0; x < n; x++)
        row[x] |= (uint8_t)(row[x] << BS_RIM);
}

void bs_tears_start(bs_scene *s)
{
    for (int y = 0; y < s->height; y++) {
        uint8_t *row = &s->tears[bs_plane_at(s, 0, y)];

        find_between(s, y, 0, s->width, s->tears);
        all_rims(row, s->width);
    }
}

void bs_tears_peeled(bs_scene *s)
{
    uint8_t *found = s->tears_other;

    bs_tears_again(s);
    for (int y = 0; y < s->height; y++) {
        const size_t i = bs_plane_at(s, 0, y);
        const int n = bs_list_marked(&found[i], 0, s->width, s->marked);

        for (int k = 0; k < n; k++)
            found[i + (size_t)s->marked[k]] |= (uint8_t)(bs_rims_px(s, i + (size_t)s->marked[k]) << BS_RIM);
    }
    s->tears_other = s->tears;
    s->tears = found;
}
