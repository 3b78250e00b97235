/*
 * tests/accuracy_extra.h - what accuracy can do besides its tables.
 */
#ifndef ACCURACY_EXTRA_H
#define ACCURACY_EXTRA_H

#include "tests/accuracy.h"

#define ACC_CURVE_POINTS 10

/* PSNR in dB inside the frame, the mean over the main kinds, by placement and number of poses. */
typedef struct acc_curve_data {
    int n_poses[ACC_CURVE_POINTS];
    double truth_db[2][ACC_CURVE_POINTS]; /* the 8-bit blur against the ray-traced continuous exposure */
    double limit_db[2][ACC_CURVE_POINTS]; /* its light against the library's own blur of very many poses */
    double auto_n[2], auto_truth_db[2], auto_limit_db[2]; /* as many poses as keep steps below 1 px */
} acc_curve_data;

/* Measures it and prints a Markdown table; with 'svg' a drawing as well.  The program's exit status. */
int acc_curve(bs_synth *synth, const char *svg);
int acc_curve_draw(const acc_curve_data *d, const char *path);

/* Writes PNG files into 'dir', which is made: see docs/accuracy.md.  The program's exit status. */
int acc_pictures(bs_synth *synth, const char *dir);

/* Prints, for simulated sensors, PSNR inside the frame without and with the clean-up of depth; the mean over
 * 'n_seeds' worlds of each main kind that has depth edges.  The program's exit status. */
int acc_sensors(bs_synth *synth, int n_seeds);

/* Prints, for captures of a rolling shutter, PSNR beside that of a global one with the same exposures, for
 * the main kinds or the 'only' one.  The program's exit status. */
int acc_rolling(bs_synth *synth, int n_seeds, const acc_setup *setup, const char *only);

/* Prints how close the later frames of sequences are, by how far points are from where the RGB-D frame has
 * them; over 'n_seeds' worlds of each main kind, or of 'only' one of them.  The program's exit status. */
int acc_sequence(bs_synth *synth, int n_seeds, const char *only);

#endif /* ACCURACY_EXTRA_H */
