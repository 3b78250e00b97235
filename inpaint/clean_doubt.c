/* Where a sensor's depth is believed, and where it is not. */
#include "inpaint/clean.h"

#include <limits.h>
#include <math.h>

/* A thing too thin to have believed pixels is believed along its middle if it has this many pixels in a
 * square of 7: a line of one pixel has 7, a speck of noise up to 4. */
#define BS_THIN_RADIUS 3
#define BS_THIN_COUNT 6

/* Teeth of a ragged outline are shorter than this, pixels, and hang on a believed surface; what reaches
 * farther from it is a thing of its own. */
#define BS_TOOTH_PX (2 * BS_DOUBT_PX + 2)

/* A pixel between two surfaces (a flying one) has both of them within this many pixels. */
#define BS_FLYING_RADIUS (BS_DOUBT_PX + 2)

/* Slopes are measured over this many pixels: over one they are noise (some sensors give every second row
 * twice), and flying pixels make a slope of one or two. */
#define BS_SLOPE_PX 3

/* What the slope on one side of a pair foretells for the other: (x, y) is the pixel on this side, (dx, dy)
 * leads away from the pair. */
static float foretold(const bs_scene *s, const float *plane, int x, int y, int dx, int dy)
{
    const float here = plane[bs_at(s, x, y)];
    int n = 0;

    while (n < BS_SLOPE_PX && bs_in(s, x + (n + 1) * dx, y + (n + 1) * dy))
        n++;
    return n ? here + (here - plane[bs_at(s, x + n * dx, y + n * dy)]) / (float)n : here;
}

/* That the other side's slope foretells the step is not enough, because a row of flying pixels goes on into
 * one of its ends. */
int bs_clean_step(const bs_scene *s, const float *plane, int x, int y, int dx, int dy)
{
    const float a = plane[bs_at(s, x, y)], b = plane[bs_at(s, x + dx, y + dy)];

    return bs_clean_apart(a, b) && (bs_clean_apart(foretold(s, plane, x, y, -dx, -dy), b) ||
                                    bs_clean_apart(foretold(s, plane, x + dx, y + dy, dx, dy), a));
}

int bs_clean_torn(const bs_scene *s, const uint8_t *tears, int x, int y, int dx, int dy)
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

static int find_steps(bs_clean *c)
{
    static const int to[4][3] = {
        { 1, 0, BS_TEAR_RIGHT }, { 0, 1, BS_TEAR_DOWN }, { 1, 1, BS_TEAR_DIAG }, { -1, 1, BS_TEAR_ANTI }
    };
    const bs_scene *s = c->s;
    int any = 0;

    for (int y = 0; y < s->height; y++)
        for (int x = 0; x < s->width; x++) {
            const size_t i = bs_at(s, x, y);

            c->tears[i] = 0;
            for (int k = 0; k < 4; k++)
                if (bs_in(s, x + to[k][0], y + to[k][1]) &&
                    bs_clean_step(s, c->prior, x, y, to[k][0], to[k][1]))
                    c->tears[i] |= (uint8_t)to[k][2];
            any |= c->tears[i];
        }
    return any;
}

/* Both sides of every step are at 3; INT_MAX / 2 elsewhere. */
static void start_distance(bs_clean *c)
{
    const bs_scene *s = c->s;
    const size_t n = (size_t)s->width * (size_t)s->height;

    for (size_t i = 0; i < n; i++)
        c->dist[i] = INT_MAX / 2;
    for (int y = 0; y < s->height; y++)
        for (int x = 0; x < s->width; x++) {
            const uint8_t t = c->tears[bs_at(s, x, y)];

            if (t)
                c->dist[bs_at(s, x, y)] = 3;
            if (t & BS_TEAR_RIGHT)
                c->dist[bs_at(s, x + 1, y)] = 3;
            if (t & BS_TEAR_DOWN)
                c->dist[bs_at(s, x, y + 1)] = 3;
            if (t & BS_TEAR_DIAG)
                c->dist[bs_at(s, x + 1, y + 1)] = 3;
            if (t & BS_TEAR_ANTI)
                c->dist[bs_at(s, x - 1, y + 1)] = 3;
        }
}

/* The four neighbours that a sweep from the top (dir 1) or the bottom (-1) has been at before a pixel. */
static const int before[4][2] = { { -1, 0 }, { -1, -1 }, { 0, -1 }, { 1, -1 } };

/* One sweep of the 3-4 chamfer distance. */
static void sweep_distance(bs_clean *c, int dir)
{
    const bs_scene *s = c->s;

    for (int k = 0; k < s->height; k++)
        for (int m = 0; m < s->width; m++) {
            const int x = dir > 0 ? m : s->width - 1 - m, y = dir > 0 ? k : s->height - 1 - k;
            int *here = &c->dist[bs_at(s, x, y)];

            for (int d = 0; d < 4; d++) {
                const int nx = x + dir * before[d][0], ny = y + dir * before[d][1];
                const int step = before[d][0] && before[d][1] ? 4 : 3;

                if (bs_in(s, nx, ny) && c->dist[bs_at(s, nx, ny)] + step < *here)
                    *here = c->dist[bs_at(s, nx, ny)] + step;
            }
        }
}

static int is_solid(const bs_clean *c, size_t i)
{
    return c->known[i] && c->dist[i] > 3 * BS_DOUBT_PX;
}

/* One sweep of the way along measured surfaces, not over steps, to a solid pixel. */
static void sweep_way(bs_clean *c, int dir)
{
    const bs_scene *s = c->s;

    for (int k = 0; k < s->height; k++)
        for (int m = 0; m < s->width; m++) {
            const int x = dir > 0 ? m : s->width - 1 - m, y = dir > 0 ? k : s->height - 1 - k;
            int *here = &c->way[bs_at(s, x, y)];

            if (!*here || !c->known[bs_at(s, x, y)])
                continue;
            for (int d = 0; d < 4; d++) {
                const int dx = dir * before[d][0], dy = dir * before[d][1];

                if (bs_in(s, x + dx, y + dy) && c->way[bs_at(s, x + dx, y + dy)] + 1 < *here &&
                    !bs_clean_torn(s, c->tears, x, y, dx, dy))
                    *here = c->way[bs_at(s, x + dx, y + dy)] + 1;
            }
        }
}

/* Whether no neighbour on the same surface is farther from a step. */
static int is_ridge(const bs_clean *c, int x, int y)
{
    const bs_scene *s = c->s;

    for (int d = 0; d < 9; d++) {
        const int dx = d % 3 - 1, dy = d / 3 - 1;

        if (d != 4 && bs_in(s, x + dx, y + dy) && c->known[bs_at(s, x + dx, y + dy)] &&
            c->dist[bs_at(s, x + dx, y + dy)] > c->dist[bs_at(s, x, y)] &&
            !bs_clean_torn(s, c->tears, x, y, dx, dy))
            return 0;
    }
    return 1;
}

/* The centre of a square around 'v' that does not look past the frame, if that is large enough. */
static int centre(int v, int side)
{
    if (v + BS_THIN_RADIUS > side - 1)
        v = side - 1 - BS_THIN_RADIUS;
    return v > BS_THIN_RADIUS ? v : BS_THIN_RADIUS;
}

static int has_company(const bs_clean *c, int x, int y)
{
    const bs_scene *s = c->s;
    const float own = c->prior[bs_at(s, x, y)];
    const int cx = centre(x, s->width), cy = centre(y, s->height);
    int n = 0;

    for (int dy = -BS_THIN_RADIUS; dy <= BS_THIN_RADIUS; dy++)
        for (int dx = -BS_THIN_RADIUS; dx <= BS_THIN_RADIUS; dx++)
            n += bs_in(s, cx + dx, cy + dy) && c->known[bs_at(s, cx + dx, cy + dy)] &&
                 !bs_clean_apart(c->prior[bs_at(s, cx + dx, cy + dy)], own);
    return n >= BS_THIN_COUNT;
}

static int is_flying(const bs_clean *c, int x, int y)
{
    const bs_scene *s = c->s;
    const float own = c->prior[bs_at(s, x, y)];
    int nearer = 0, farther = 0;

    for (int dy = -BS_FLYING_RADIUS; dy <= BS_FLYING_RADIUS; dy++)
        for (int dx = -BS_FLYING_RADIUS; dx <= BS_FLYING_RADIUS; dx++)
            if (bs_in(s, x + dx, y + dy) && is_solid(c, bs_at(s, x + dx, y + dy))) {
                const float w = c->prior[bs_at(s, x + dx, y + dy)];

                nearer |= w > own && bs_clean_apart(w, own);
                farther |= w < own && bs_clean_apart(w, own);
            }
    return nearer && farther;
}

/* Ways along a surface have few turns as long as they are short: two pairs of sweeps find those asked for. */
static void find_ways(bs_clean *c)
{
    const size_t n = (size_t)c->s->width * (size_t)c->s->height;

    for (size_t i = 0; i < n; i++)
        c->way[i] = is_solid(c, i) ? 0 : INT_MAX / 2;
    for (int k = 0; k < 2; k++) {
        sweep_way(c, 1);
        sweep_way(c, -1);
    }
}

int bs_clean_doubt(bs_clean *c)
{
    const bs_scene *s = c->s;

    if (!find_steps(c))
        return 0;
    start_distance(c);
    sweep_distance(c, 1);
    sweep_distance(c, -1);
    find_ways(c);
    for (int y = 0; y < s->height; y++)
        for (int x = 0; x < s->width; x++) {
            const size_t i = bs_at(s, x, y);

            c->seed[i] = is_solid(c, i) ? BS_SEED_SOLID : BS_SEED_NONE;
            if (c->known[i] && c->way[i] > BS_TOOTH_PX && is_ridge(c, x, y) && has_company(c, x, y) &&
                !is_flying(c, x, y))
                c->seed[i] = BS_SEED_THIN;
        }
    return 1;
}
