/*
 * tests/warp_isa_case.h - frames and motions that take the blur through all its branches, and their layers.
 */
#ifndef WARP_ISA_CASE_H
#define WARP_ISA_CASE_H

#include "homography/layers.h"
#include "homography/views.h"
#include "inpaint/method.h"
#include "tests/rolling_case.h"

/* A move by t and a turn by the vector r, metres and radians, from minus half of it to plus half during an
 * exposure; 'jumps': every instant is anywhere between. */
typedef struct move {
    const char *name;
    double t[3], r[3];
    int jumps;
} move;

extern const move moves[];
extern const int n_moves;

/* Frames: those of blur_case.h, ray-traced worlds, and depth that no camera would give. */
extern const char *const source_names[];
extern const int n_sources;

/* A frame as layers are built of it; [height][width]. */
typedef struct source {
    bs_camera cam;
    float *rgb, *inv; /* linear, 1/m */
    uint8_t *measured;
} source;

source make_source(int kind, int w, int h);
void free_source(source *s);

/* What is asked of one. */
typedef struct asked {
    const move *move;
    bs_shutter shutter;
    int n; /* poses */
    bs_inpaint method;
    int bicubic;
    double known; /* share of the parallax that the layers are made for; below 1 steep surfaces stay whole as
                     well */
} asked;

/* Its views, [n][lines]; free() them. */
bs_view *make_views(const source *s, const asked *a);

/* Its layers; bs_layers_destroy() them.  Without OpenCV its methods become that of the library. */
bs_layers make_layers(const source *s, const asked *a, const bs_view *views);

#endif /* WARP_ISA_CASE_H */
