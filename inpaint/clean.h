/*
 * inpaint/clean.h - a sensor's depth made fit for warping.  Internal to inpaint/.
 *
 * Around every step of depth the sensor is not believed: its outlines are ragged, its pixels between two
 * surfaces fly, its steps lie a pixel or three beside those of the photo, and beside them it sees nothing at
 * all.  There, and in holes, each pixel is given to the surface that reaches it from believed pixels over the
 * smoothest way through the colours (a geodesic flood), so that two surfaces meet at the strongest edge of
 * colour.  No depth between two surfaces is ever made.
 *
 *   clean_doubt.c    steps of depth, the band of doubt around them, and the pixels that are believed (seeds)
 *   clean_flood.c    the flood
 *   clean_outline.c  outlines made regular
 *   clean.c          the pass
 *
 * Everything is in inverse depth, 1/m: the noise of triangulating sensors is nearly constant there, and so is
 * what a camera's motion makes of it in pixels.  The pass knows nothing of the motion: a frame has the same
 * depth in each of its exposures.
 */
#ifndef BS_CLEAN_H
#define BS_CLEAN_H

#include <stddef.h>
#include <stdint.h>

#include "inpaint/scene.h"

/* A step of inverse depth between neighbours, 1/m, beyond what slopes explain: two surfaces.  A Kinect's
 * noise is 0.0015 to 0.003 from 0.7 to 4 m, its disparity comes in steps of 0.003, a RealSense's noise is
 * 0.0025: 0.02 is at least six times that.  It parts surfaces 2 cm apart at 1 m and 18 cm at 3 m; what is
 * closer shifts by 0.2 px against each other when a lens of 500 px moves by 2 cm. */
#define BS_STEP_INV 0.02f

/* The same as a share of inverse depth: nearer than 75 cm surfaces are rougher to a sensor than its noise at
 * a distance says (a RealSense gives a floor 30 cm away in stairs of 3 mm, 0.03 1/m). */
#define BS_STEP_SHARE 0.015f

/* Pixels from a step in which the sensor is not believed: outlines jitter by up to 3, and depth lies up to
 * 2 beside colour.  More would leave little of small things, and lets edges of colour inside a surface
 * draw its outline to them. */
#define BS_DOUBT_PX 4

/* How far a pixel's depth is believed. */
enum {
    BS_SEED_NONE,
    BS_SEED_THIN,  /* the middle of something thin: as long as colour does not object */
    BS_SEED_SOLID, /* away from every step: always */
};

typedef struct bs_clean {
    const bs_scene *s;    /* for its size; its planes below are borrowed for the pass */
    const float *prior;   /* [h][w] 1/m: as measured, and completed from the farther side */
    const uint8_t *known; /* [h][w] 1: measured */
    float *guide;         /* [h][w][3] colour, roughly as the eye spaces it */
    uint8_t *tears;       /* [h][w] BS_TEAR_* of 'prior' */
    int *dist;            /* [h][w] thirds of a pixel to the nearest step, 3 beside it */
    int *way;             /* [h][w] pixels along the surface to a believed one, where asked */
    uint8_t *seed;        /* [h][w] BS_SEED_* */
    float *cost;          /* [h][w] of the cheapest way from a seed; INFINITY: none */
    float *label;         /* [h][w] 1/m: of the surface that came that way */
} bs_clean;

/* Whether two inverse depths are too far apart to be one surface's, slopes aside. */
static inline int bs_clean_apart(float a, float b)
{
    const float step = BS_STEP_SHARE * (a > b ? a : b), apart = a > b ? a - b : b - a;

    return apart > (step > BS_STEP_INV ? step : BS_STEP_INV);
}

/* clean_doubt.c: 1 if 'plane' [h][w] shows two surfaces at (x, y) and (x + dx, y + dy), both in the frame: a
 * step that the slope on one side does not foretell. */
int bs_clean_step(const bs_scene *s, const float *plane, int x, int y, int dx, int dy);

/* clean_doubt.c: whether 'tears' [h][w] has one between (x, y) and its neighbour (x + dx, y + dy), both in the frame. */
int bs_clean_torn(const bs_scene *s, const uint8_t *tears, int x, int y, int dx, int dy);

/* clean_doubt.c: 'tears', 'dist' and 'seed' from 'prior' and 'known'.  Returns 0 if nothing is in doubt. */
int bs_clean_doubt(bs_clean *c);

/* clean_flood.c: 'cost' and 'label'. */
void bs_clean_flood(bs_clean *c);

/* clean_outline.c: 'label' again, with its outlines regular.  'other' is a second plane like 'label'. */
void bs_clean_outline(bs_clean *c, float *other);

#endif /* BS_CLEAN_H */
