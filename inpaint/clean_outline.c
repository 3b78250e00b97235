/* Outlines of cleaned depth, made regular. */
#include "inpaint/clean.h"

#include <math.h>
#include <string.h>

/* A pixel in doubt goes with the surface that most of its surroundings of this radius show, pixels.  More
 * would round corners, less leaves teeth of two pixels. */
#define BS_VOTE_RADIUS 2

/* Passes: each shortens a tooth by about a pixel. */
#define BS_VOTE_PASSES 2

/* Pixels that differ in colour by this much (0 to 1) have half a vote: what lies beyond an edge of the photo
 * should not outvote a corner or a pole.  The least that any has lets teeth of mixed colour lose. */
#define BS_VOTE_COLOUR 0.05f
#define BS_VOTE_LEAST 0.1f

/* A pixel whose surface is not the one that the sensor gave has less of a vote. */
#define BS_VOTE_AGAINST 0.6f

static float vote(const bs_clean *c, const float *label, size_t i, size_t j)
{
    const float *a = &c->guide[3 * i], *b = &c->guide[3 * j];
    const float d0 = a[0] - b[0], d1 = a[1] - b[1], d2 = a[2] - b[2];
    const float far2 = (d0 * d0 + d1 * d1 + d2 * d2) / (BS_VOTE_COLOUR * BS_VOTE_COLOUR);
    const float share = BS_VOTE_LEAST + (1 - BS_VOTE_LEAST) / (1 + far2);

    return c->known[j] && bs_clean_apart(label[j], c->prior[j]) ? BS_VOTE_AGAINST * share : share;
}

/* The pixel beside (x, y), of the four, that is farthest from it in depth and of another surface; its offset
 * in the plane, or (x, y)'s own where the surface goes on. */
static size_t across(const bs_clean *c, const float *label, int x, int y)
{
    static const int to[4][2] = { { 0, -1 }, { -1, 0 }, { 1, 0 }, { 0, 1 } };
    const bs_scene *s = c->s;
    const size_t i = bs_at(s, x, y);
    size_t far = i;

    for (int k = 0; k < 4; k++) {
        const int nx = x + to[k][0], ny = y + to[k][1];

        if (bs_in(s, nx, ny) && fabsf(label[bs_at(s, nx, ny)] - label[i]) > fabsf(label[far] - label[i]) &&
            bs_clean_step(s, label, x, y, to[k][0], to[k][1]))
            far = bs_at(s, nx, ny);
    }
    return far;
}

/* Votes around (x, y) for its own surface less those for the one of pixel 'other'; what lies between or
 * beyond goes with the closer of the two. */
static float majority(const bs_clean *c, const float *label, int x, int y, size_t other)
{
    const bs_scene *s = c->s;
    const size_t i = bs_at(s, x, y);
    float sum = 0;

    for (int dy = -BS_VOTE_RADIUS; dy <= BS_VOTE_RADIUS; dy++)
        for (int dx = -BS_VOTE_RADIUS; dx <= BS_VOTE_RADIUS; dx++) {
            size_t j;
            float share;

            if ((!dx && !dy) || !bs_in(s, x + dx, y + dy))
                continue;
            j = bs_at(s, x + dx, y + dy);
            share = vote(c, label, i, j);
            sum += fabsf(label[j] - label[i]) <= fabsf(label[j] - label[other]) ? share : -share;
        }
    return sum;
}

/* 'to' from 'from', all pixels at once: the result does not depend on their order. */
static int pass(const bs_clean *c, const float *from, float *to)
{
    const bs_scene *s = c->s;
    int changed = 0;

    memcpy(to, from, (size_t)s->width * (size_t)s->height * sizeof *to);
    for (int y = 0; y < s->height; y++)
        for (int x = 0; x < s->width; x++) {
            const size_t i = bs_at(s, x, y);
            size_t other;

            if (c->seed[i] == BS_SEED_SOLID || (c->seed[i] == BS_SEED_THIN && from[i] == c->prior[i]))
                continue;
            other = across(c, from, x, y);
            if (other == i || majority(c, from, x, y, other) >= 0)
                continue;
            to[i] = from[other];
            changed = 1;
        }
    return changed;
}

void bs_clean_outline(bs_clean *c, float *other)
{
    for (int k = 0; k < BS_VOTE_PASSES; k++) {
        float *swap = c->label;

        if (!pass(c, swap, other))
            break;
        c->label = other;
        other = swap;
    }
}
