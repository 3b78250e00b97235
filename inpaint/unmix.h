/*
 * inpaint/unmix.h - the two colours and the coverage of pixels that see two surfaces. Internal to inpaint/.
 */
#ifndef BS_UNMIX_H
#define BS_UNMIX_H

#include "inpaint/scene.h"

/* A pixel beside a tear: near * cover + far * (1 - cover) is the pixel's colour exactly. */
typedef struct bs_mix {
    float cover;
    float near[3], far[3];
} bs_mix;

/* Finds 'cover' of all spots for what follows. */
void bs_unmix_start(bs_scene *s);

/*
 * Splits a far or hidden pixel of the frame, never peeled, into the nearer surface, told by its neighbours, and
 * the farther one, as filled.  The less the two differ in colour, the more uneven the farther one is, and the
 * less the pixel's colour is a mixture of them, the more of the pixel stays with the surface that its depth
 * belongs to.  A hidden pixel that is not beside a tear is all near.
 */
bs_mix bs_unmix(const bs_scene *s, const bs_spot *spot);

#endif /* BS_UNMIX_H */
