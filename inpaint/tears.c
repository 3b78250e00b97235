/* Where a depth map is torn: which neighbours show two surfaces rather than one. */
#include "inpaint/scene.h"

#include <math.h>
#include <string.h>

/*
 * A plane is linear in inverse depth over the image, so a surface goes on from a to b if either side's own
 * slope predicts the other: a steep floor and a crease between two walls are whole, a silhouette is not.
 */
static int torn_between(const bs_scene *s, const float *plane, int x, int y, int dx, int dy)
{
    const float a = plane[bs_at(s, x, y)], b = plane[bs_at(s, x + dx, y + dy)];
    const float tear = bs_tear_inv(s, bs_at(s, x, y));
    float miss = fabsf(b - a);

    if (miss <= tear)
        return 0;
    if (bs_in(s, x - dx, y - dy))
        miss = fminf(miss, fabsf(b - 2 * a + plane[bs_at(s, x - dx, y - dy)]));
    if (bs_in(s, x + 2 * dx, y + 2 * dy))
        miss = fminf(miss, fabsf(a - 2 * b + plane[bs_at(s, x + 2 * dx, y + 2 * dy)]));
    return miss > tear;
}

void bs_tears_find(const bs_scene *s, const float *plane, uint8_t *tears)
{
    for (int y = 0; y < s->height; y++)
        for (int x = 0; x < s->width; x++) {
            const int right = x + 1 < s->width, down = y + 1 < s->height;
            int t = 0;

            if (right && torn_between(s, plane, x, y, 1, 0))
                t |= BS_TEAR_RIGHT;
            if (down && torn_between(s, plane, x, y, 0, 1))
                t |= BS_TEAR_DOWN;
            if (right && down && torn_between(s, plane, x, y, 1, 1))
                t |= BS_TEAR_DIAG;
            if (x > 0 && down && torn_between(s, plane, x, y, -1, 1))
                t |= BS_TEAR_ANTI;
            tears[bs_at(s, x, y)] = (uint8_t)t;
        }
}

int bs_torn(const bs_scene *s, const uint8_t *tears, int x, int y, int dx, int dy)
{
    int bit;

    if (dy < 0 || (dy == 0 && dx < 0)) { /* tears are kept at the upper or left pixel of a pair */
        x += dx;
        y += dy;
        dx = -dx;
        dy = -dy;
    }
    bit = dy == 0 ? BS_TEAR_RIGHT : dx == 0 ? BS_TEAR_DOWN : dx > 0 ? BS_TEAR_DIAG : BS_TEAR_ANTI;
    return (tears[bs_at(s, x, y)] & bit) != 0;
}

/* Whether a tear between pixels i and j is a rim; 'was': they were torn before the peeling, too. */
static int is_rim(const bs_scene *s, size_t i, size_t j, int was)
{
    return was || (s->role[i] & BS_ROLE_HIDDEN) == (s->role[j] & BS_ROLE_HIDDEN);
}

void bs_tears_peeled(bs_scene *s, uint8_t *scratch)
{
    const size_t w = (size_t)s->width, n = w * (size_t)s->height;
    const struct {
        int bit;
        size_t step;
    } pairs[] = {
        { BS_TEAR_RIGHT, 1 }, { BS_TEAR_DOWN, w }, { BS_TEAR_DIAG, w + 1 }, { BS_TEAR_ANTI, w - 1 }
    };

    bs_tears_find(s, s->inv, scratch);
    for (size_t i = 0; i < n; i++) {
        int rims = 0;

        for (int k = 0; k < 4; k++)
            if (scratch[i] & pairs[k].bit && is_rim(s, i, i + pairs[k].step, s->tears[i] & pairs[k].bit))
                rims |= pairs[k].bit;
        s->rims[i] = (uint8_t)rims;
    }
    memcpy(s->tears, scratch, n);
}
