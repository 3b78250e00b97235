/* Surfaces spread from believed pixels over those in doubt, along the smoothest way through the colours. */
#include "inpaint/clean.h"

#include <math.h>

/*
 * What a way costs, in steps of colour from black (0) to white (1) as colour_step() counts them: an edge
 * of 0.1 counts 0.05, of 0.15 0.09, of 0.25 0.18.  Found on ray-traced scenes seen by a simulated Kinect,
 * then looked at on real frames.
 */

/* Each pixel: where colour says nothing, surfaces meet halfway. */
#define BS_COST_PX 0.002f

/* Each pixel of a hole that its surroundings' farther side would take.  The shadow beside a near thing stays
 * far; a thing keeps 15 pixels of hole that look like it and end at an edge of 0.25. */
#define BS_COST_UNSAID 0.012f

/* Each pixel that the sensor gave to another surface: an edge of 0.15 draws an outline over 3 pixels, one of
 * 0.1 over one or two, and the texture of a surface over none. */
#define BS_COST_AGAINST 0.03f

/* To start from the middle of something thin, which may lie beside its colour and is then overrun from all
 * sides. */
#define BS_COST_THIN 0.03f

/* Steps of colour much below this count by their square, much above it as they are: noise and shading cost
 * little, and an edge costs more than the same change in many small steps. */
#define BS_COLOUR_NOISE 0.1f

/* Pairs of sweeps at most.  A way costs one more whenever it turns back; those around more corners than
 * this are no longer the cheapest but for single pixels. */
#define BS_FLOOD_SWEEPS 4

static float colour_step(const float *a, const float *b)
{
    const float d0 = fabsf(a[0] - b[0]), d1 = fabsf(a[1] - b[1]), d2 = fabsf(a[2] - b[2]);
    const float d01 = d0 > d1 ? d0 : d1, d = d01 > d2 ? d01 : d2; /* fmaxf() is a call each, for its NaN */

    return d * d / (d + BS_COLOUR_NOISE);
}

/* Takes the way to (x, y) from its neighbour (x + dx, y + dy) if it is cheaper.  Returns 1 if so. */
static int reach(bs_clean *c, int x, int y, int dx, int dy)
{
    const size_t i = bs_at(c->s, x, y), j = bs_at(c->s, x + dx, y + dy);
    const float px = dx && dy ? 1.4f : 1.0f;
    float cost = c->cost[j] + px * BS_COST_PX;
    int agrees;

    if (!(cost < c->cost[i]))
        return 0;
    agrees = !bs_clean_apart(c->label[j], c->prior[i]) ||
             (c->label[j] == c->prior[j] && !bs_clean_torn(c->s, c->tears, x, y, dx, dy));
    if (!agrees)
        cost += px * (c->known[i] ? BS_COST_AGAINST : BS_COST_UNSAID);
    cost += colour_step(&c->guide[3 * i], &c->guide[3 * j]);
    if (!(cost < c->cost[i]))
        return 0;
    c->cost[i] = cost;
    /* The surface goes on as it was measured, or else as deep as it was. */
    c->label[i] = agrees ? c->prior[i] : c->label[j];
    return 1;
}

/* One sweep over the frame, forward (dir 1) or backward (-1).  Returns 1 if a way was found. */
static int sweep(bs_clean *c, int dir)
{
    const bs_scene *s = c->s;
    const int w = s->width, h = s->height;
    int changed = 0;

    for (int k = 0; k < h; k++)
        for (int m = 0; m < w; m++) {
            const int x = dir > 0 ? m : w - 1 - m, y = dir > 0 ? k : h - 1 - k;
            const size_t i = bs_at(s, x, y);

            if (c->seed[i] == BS_SEED_SOLID)
                continue;
            if (bs_in(s, x - dir, y))
                changed |= reach(c, x, y, -dir, 0);
            if (!bs_in(s, x, y - dir))
                continue;
            changed |= reach(c, x, y, 0, -dir);
            if (bs_in(s, x - dir, y - dir))
                changed |= reach(c, x, y, -dir, -dir);
            if (bs_in(s, x + dir, y - dir))
                changed |= reach(c, x, y, dir, -dir);
        }
    return changed;
}

void bs_clean_flood(bs_clean *c)
{
    static const float start[] = {
        [BS_SEED_NONE] = INFINITY, [BS_SEED_THIN] = BS_COST_THIN, [BS_SEED_SOLID] = 0
    };
    const size_t n = (size_t)c->s->width * (size_t)c->s->height;

    for (size_t i = 0; i < n; i++) {
        c->cost[i] = start[c->seed[i]];
        c->label[i] = c->prior[i];
    }
    for (int k = 0; k < BS_FLOOD_SWEEPS; k++) {
        const int forward = sweep(c, 1), backward = sweep(c, -1);

        if (!forward && !backward)
            break;
    }
}
