/*
 * tests/accuracy.h - blurred pictures measured against ray-traced truth: what tests/accuracy.c and
 * tests/test_accuracy.c share.
 *
 * A case is a world, a lens and an exposure, with the frame that the library gets to see and the truth that
 * it does not.  Every number is a pure function of the case's kind, seed and set-up.
 */
#ifndef ACCURACY_H
#define ACCURACY_H

#include <stddef.h>
#include <stdint.h>

#include "gen/blursynth.h"
#include "tests/scene.h"

/* The way of the camera from start to end of the exposure. */
typedef enum acc_motion {
    ACC_HAND,     /* a shaking hand, scaled to make points travel 'amount' px (at 320x240) on average */
    ACC_SIDEWAYS, /* 'amount' metres to the right and a third of it down */
    ACC_FORWARD,  /* 'amount' metres */
    ACC_ROLL,     /* 'amount' radians about the optical axis */
    ACC_TURN,     /* 'amount' radians about an axis across it */
} acc_motion;

typedef struct acc_kind {
    const char *name, *scene;
    acc_motion motion;
    double amount;
    int size;            /* the picture is 'size' times that of the set-up */
    int is_middle_sharp; /* 1: the sharp frame is that of the exposure's middle; 0: of its start */
} acc_kind;

/* The six that stand for the whole, and motions unlike theirs. */
extern const acc_kind acc_main[], acc_other[];
extern const int acc_n_main, acc_n_other;

typedef struct acc_setup {
    int width, height; /* of size 1 */
    int n_poses;
    bs_placement placement;
    int sharp_rays, pose_rays; /* rays a pixel: of the sharp frame, and of each pose of the truth */
    bs_shutter shutter;
    double readout; /* of the whole frame, in lengths of a line's exposure */
    int n_bands; /* above 0: the lines of each of so many bands are exposed together, when the band's middle
                       line would be */
} acc_setup;

/* That of the tables: an exposure as the main kinds' model has it.  And that of the test suite. */
extern const acc_setup acc_full, acc_quick;

typedef struct acc_case {
    const acc_kind *kind;
    uint32_t seed;
    scene *scene;
    bs_camera camera;
    size_t n_px;
    double scale; /* of hand-held motion */
    bs_shutter shutter;
    int lines;
    double exposed; /* length of a line's exposure in that of the capture */
    double readout; /* in lengths of a line's exposure */
    int n_bands;
    int n_poses;
    bs_pose *T_ref_cam;                /* [n_poses][lines]; the reference camera is the world's */
    bs_pose *T_ref_first, *T_ref_last; /* [lines] */
    double *when;                      /* [n_poses] 0 to 1 */
    uint8_t *sharp;                    /* [h][w][3] sRGB */
    float *depth_m;                    /* [h][w] z, after whole millimetres of ray length */
    float *truth;                      /* [h][w][3] light: the mean over the poses */
    float *kernel;                     /* [h][w][2] px: truth */
    uint8_t *doubt;                    /* [h][w]: scene_doubt() of the poses */
} acc_case;

/* What a case is like, for comparing one set of cases with another. */
typedef struct acc_stats {
    double kernel_px, extent_px, max_extent_px; /* mean length of the kernel; tracks, see scene_extent() */
    double hidden_share, inside_share;          /* of the pixels: hidden and inside; inside */
    double gradient;               /* root mean square of the photo's luma gradient, 8-bit steps */
    double depth_lo_m, depth_hi_m; /* 5th and 95th percentile of ray length */
} acc_stats;

/* Regions of a picture, as they are told apart by scene_doubt(). */
typedef enum acc_region { ACC_INSIDE, ACC_VISIBLE, ACC_HIDDEN, ACC_REGIONS } acc_region;

/* Stops the program with a message when memory or a scene is missing. */
acc_case *acc_case_create(const acc_kind *kind, uint32_t seed, const acc_setup *setup);
/* World, lens and poses of the same without what takes rays: the arrays of pixels are NULL.  What is put
 * there is the case's. */
acc_case *acc_case_begin(const acc_kind *kind, uint32_t seed, const acc_setup *setup);
void acc_case_destroy(acc_case **c);

/* The moving camera at 'when', 0 to 1, of the capture: from the start of the first line's exposure to the end
 * of the last one's, the exposure itself for a global shutter. */
bs_pose acc_pose(const acc_case *c, double when);
/* The same at 'when', 0 to 1, of the exposure of a line, which may lie between two. */
bs_pose acc_line_pose(const acc_case *c, double line, double when);
/* The instants of 'n' poses. */
void acc_instants(bs_placement placement, int n, double *when);

/* What the library is asked to blur; borrows from 'c'. */
bs_synth_input acc_input(const acc_case *c);

acc_stats acc_measure(const acc_case *c);

/* The sRGB value of light, 0 to 1. */
double acc_encode(double light);
/* PSNR in dB of an 8-bit sRGB picture against the truth's exact sRGB values; NaN where no pixel is of the
 * region. */
double acc_psnr(const acc_case *c, const uint8_t *rgb, acc_region region);
/* The same over those pixels where 'where' [h][w] is not 0. */
double acc_psnr_where(const acc_case *c, const uint8_t *rgb, acc_region region, const uint8_t *where);
/* The mean over the hidden region of the light that a mask calls unseen, 0 to 1; NaN if it is empty. */
double acc_unseen(const acc_case *c, const uint8_t *mask);
/* 99th percentile of a kernel map's error, px. */
double acc_kernel_p99(const acc_case *c, const float *kernel);

/* What a case of a rolling shutter reaches: PSNR in dB, [0] of it and [1] of global shutters with the same
 * exposures; 99th percentile of the kernel map's error. */
typedef struct acc_rolling_figures {
    double db[2][ACC_REGIONS], kernel_p99_px;
} acc_rolling_figures;

/* accuracy_bands.c: 'setup' has a rolling shutter and no bands. */
acc_rolling_figures acc_measure_rolling(bs_synth *synth, const acc_kind *kind, uint32_t seed,
                                        const acc_setup *setup);

/* The p-th percentile, 0 to 1, of numbers that it puts in order. */
double acc_percentile(double *v, size_t n, double p);
/* malloc() or the end. */
void *acc_alloc(size_t n, size_t size);

#endif /* ACCURACY_H */
