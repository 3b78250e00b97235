/* Where a depth map is torn: which neighbours show two surfaces rather than one. */
#include "inpaint/scene.h"

#include <math.h>
#include <string.h>

#include "homography/camera.h"

/* Groups of the widest row, and one more on either side. */
#define BS_MAX_GROUPS ((BS_MAX_SIDE + 2 * BS_MARGIN) / BS_GROUP + 3)

/*
 * Marks in 'out' the pixels of a row that inverse depth changes beside by more than a tear, whatever slopes
 * say: few, and plain arithmetic finds them.
 */
static void suspect(const float *restrict row, const float *restrict below, const float *restrict parallax,
                    int n, uint8_t *restrict out)
{
    for (int x = 0; x < n; x++) {
        const float here = row[x], right = fabsf(row[x + 1] - here), down = fabsf(below[x] - here);
        const float diag = fabsf(below[x + 1] - here), anti = fabsf(below[x - 1] - here);
        /* In this order NaN, beyond the frame, gives way. */
        const float a = right > 0 ? right : 0, b = down > a ? down : a, c = diag > b ? diag : b;

        out[x] = (anti > c ? anti : c) > bs_tear_inv(parallax[x], here);
    }
}

/*
 * A plane is linear in inverse depth over the image, so a surface goes on from one pixel to the next if either
 * side's own slope predicts the other: a steep floor and a crease between two walls are whole, a silhouette
 * is not.  NaN, beyond the frame, predicts nothing.
 */
static int torn_between(const float *a, ptrdiff_t step, float tear)
{
    const float miss = a[step] - a[0];

    return fabsf(miss) > tear && !(fabsf(miss - (a[0] - a[-step])) <= tear) &&
           !(fabsf(miss - (a[2 * step] - a[step])) <= tear);
}

static int tears_at(const bs_scene *s, int x, int y)
{
    const float *a = &s->inv[bs_plane_at(s, x, y)];
    const float tear = bs_tear_at(s, x, y);

    return (torn_between(a, bs_step(s, 1, 0), tear) ? BS_TEAR_RIGHT : 0) |
           (torn_between(a, bs_step(s, 0, 1), tear) ? BS_TEAR_DOWN : 0) |
           (torn_between(a, bs_step(s, 1, 1), tear) ? BS_TEAR_DIAG : 0) |
           (torn_between(a, bs_step(s, -1, 1), tear) ? BS_TEAR_ANTI : 0);
}

/* Tears of the pixels 'from' to 'to' - 1 of a row. */
static void find_between(const bs_scene *s, int y, int from, int to, uint8_t *tears)
{
    const size_t i = bs_plane_at(s, 0, y);
    uint8_t *row = &tears[i];

    suspect(&s->inv[i + (size_t)from], &s->inv[i + (size_t)(s->stride + from)],
            &s->parallax_px_m[bs_at(s, from, y)], to - from, row + from);
    for (int x = bs_next_marked(row, from, to); x < to; x = bs_next_marked(row, x + 1, to))
        row[x] = (uint8_t)tears_at(s, x, y);
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
        for (int g = bs_next_marked(busy, 0, n); g < n;) {
            const int from = g * BS_GROUP - BS_MARGIN;
            int to;

            while (g < n && busy[g])
                g++;
            to = g * BS_GROUP - BS_MARGIN;
            find_between(s, y, from > 0 ? from : 0, to < s->width ? to : s->width, s->tears_other);
            g = bs_next_marked(busy, g, n);
        }
    }
}

/* The tears at 'i', found in s->tears_other, that are rims: those that were torn before, and those between
 * pixels that were both hidden, or neither. */
static int rims_at(const bs_scene *s, size_t i)
{
    int rims = 0;

    for (int k = 0; k < BS_WAYS; k++) {
        const bs_way *way = &bs_ways[k];
        const size_t j = i + (size_t)bs_step(s, way->dx, way->dy);

        if (!way->at_neighbour && s->tears_other[i] & way->tear &&
            (s->tears[i] & way->tear || !((s->role[i] ^ s->role[j]) & BS_ROLE_HIDDEN)))
            rims |= way->tear;
    }
    return rims;
}

void bs_tears_start(bs_scene *s)
{
    for (int y = 0; y < s->height; y++) {
        uint8_t *row = &s->tears[bs_plane_at(s, 0, y)];

        find_between(s, y, 0, s->width, s->tears);
        for (int x = bs_next_marked(row, 0, s->width); x < s->width; x = bs_next_marked(row, x + 1, s->width))
            row[x] |= (uint8_t)(row[x] << BS_RIM);
    }
}

void bs_tears_peeled(bs_scene *s)
{
    uint8_t *found = s->tears_other;

    bs_tears_again(s);
    for (int y = 0; y < s->height; y++) {
        const size_t i = bs_plane_at(s, 0, y);

        for (int x = bs_next_marked(&found[i], 0, s->width); x < s->width;
             x = bs_next_marked(&found[i], x + 1, s->width))
            found[i + (size_t)x] |= (uint8_t)(rims_at(s, i + (size_t)x) << BS_RIM);
    }
    s->tears_other = s->tears;
    s->tears = found;
}
