/*
 * tests/bench.h - what the parts of the benchmark share (scripts/bench, docs/benchmarks.md).
 *
 *   bench.c         options, and which tables are printed        bench_time.c    clocks, medians
 *   bench_case.c    a frame and its motion, ready to be blurred  bench_remap.*   the rival
 *   bench_blur.c    blur and background layer                    bench_synth.c   whole tuples in memory
 *   bench_stages.c  each step of the pipeline                    bench_input.c   frames as files
 *   bench_run.c     the program on them                          bench_long.c    the same for long
 *   bench_process.c starts a program and watches it              bench_device.c  blur by a CUDA device
 *   bench_ceiling.* what that can do at most
 *
 * Tables are Markdown on standard output.  Each function that prints stops the program with a message where
 * something cannot be done: there is nothing to go on with.
 */
#ifndef BENCH_H
#define BENCH_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "homography/isa.h"
#include "homography/layers.h"
#include "homography/warp_px.h"
#include "inpaint/background.h"
#include "tests/accuracy.h"

/* How much is measured: for a look whether it works at all, in half a minute, or all. */
typedef enum bench_extent { BENCH_TINY, BENCH_QUICK, BENCH_FULL } bench_extent;

typedef struct bench_options {
    bench_extent extent;
    const char *variant; /* of the blur, by name; "all": one after the other; NULL: the library's choice */
    const char *only;    /* name of the one table to print, or NULL */
    const char *program, *sample;  /* paths of blursynth and make_sample */
    const char *dir;               /* where files are made: a folder of its own, removed in the end */
    const char *long_dir, *format; /* of the long run; NULL: none */
    const char *svg;               /* file for its drawing, or NULL */
    int64_t long_n;
    int is_device_once;
} bench_options;

/* ---- bench_time.c ---- */

/* Seconds on the clock, and of this thread's work: the latter leaves out what other programs take. */
double bench_wall_s(void);
double bench_work_s(void);
/* Puts the numbers in order. */
double bench_median(double *v, int n);
/* Says what and why on standard error, and exits. */
void bench_stop(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));

#define BENCH_MAX_REPS 31

/* Whether to measure once more: 'n' are done since 'began_s' (bench_wall_s()). */
int bench_again(const bench_options *o, int n, double began_s);

/* ---- bench_variant.c ---- */

/* Makes bench_case_warp() use this variant from now on; BS_ISAS: the library's choice. */
void bench_use_variant(bs_isa isa);
/* The one in force. */
bs_isa bench_variant(void);
/* Stops the program if this machine runs none of that name. */
bs_isa bench_variant_named(const char *name);

/* ---- bench_case.c ---- */

/* A frame as bs_synth_run() has it when it comes to the layers. */
typedef struct bench_case {
    acc_case *c; /* without truth; owned, as all below */
    int n_poses;
    bs_response response;
    bs_builder *builder;
    bs_layers layers; /* built */
    bs_view *views;   /* [n_poses] */
    uint8_t *measured;
    float *light, *inv_depth, *parallax, *blur, *seen;
    bs_reach *reach;
} bench_case;

typedef struct bench_size {
    int width, height;
    int enlarged; /* colours are traced for every so manyth pixel of every so manyth row */
} bench_size;

/* Three worlds of acc_main: a slanted plane, a furnished room, thin poles. */
#define BENCH_KINDS 3
extern const char *const bench_kind_names[BENCH_KINDS];

/* Rays: one for the colour of a pixel, one for its depth. */
bench_case *bench_case_create(int kind, bench_size size, int n_poses);
void bench_case_destroy(bench_case **b);
void bench_case_layers(bench_case *b); /* builds the layers, again */
void bench_case_warp(bench_case *b, int threads);
void bench_case_input(const bench_case *b, bs_synth_input *in); /* borrows */
/* The map that cv::remap would be given for the middle pose: where in the frame is what it sees. */
void bench_case_map(const bench_case *b, float *x, float *y);

/* ---- bench_input.c ---- */

/* Makes "DIR/frames": SceneNet's layout, 'n_frames' photos (JPEG) with depth (PNG), of which at most
 * 'n_distinct' differ, all of them files of their own; and "DIR/handheld.csv". */
void bench_input_make(const bench_options *o, const char *dir, bench_size size, int n_rays, int64_t n_frames,
                      int n_distinct);
void bench_remove(const char *dir);
/* dir/name in a static buffer each of the last four calls has to itself. */
const char *bench_path(const char *dir, const char *name);

/* ---- bench_process.c ---- */

/* What is told of a program while it works: 't_s' since its start, resident memory in MB (1e6 bytes), and
 * "done/planned" as its progress has it. */
typedef void bench_look(void *user, double t_s, double resident_mb, int64_t done);

typedef struct bench_usage {
    double wall_s, work_s; /* work: user and system time of all threads */
    double peak_mb;        /* largest resident memory, 1e6 bytes */
} bench_usage;

/* Runs argv[0] with its standard error read for progress ('look' may be NULL).  Stops the program with what
 * the other one said last if that fails. */
bench_usage bench_process(const char *const *argv, double look_every_s, bench_look *look, void *user);

/* ---- bench_run.c ---- */

/* One way of running the program; threads: "0" for all processors. */
typedef struct bench_way {
    const char *name, *threads, *format, *png_level, *back_end;
} bench_way;

/* The i-th run on the frames in 'dir'. */
bench_usage bench_run(const bench_options *o, const char *dir, const bench_way *w, int i);

/* ---- tables ---- */

void bench_print_blur(const bench_options *o);
void bench_print_tuple(const bench_options *o);
void bench_print_scaling(const bench_options *o);
void bench_print_stages(const bench_options *o);
void bench_print_runs(const bench_options *o);
void bench_print_memory(const bench_options *o);
void bench_print_long(const bench_options *o);
void bench_print_device(const bench_options *o);

/* Blurs of 320x240 pixels, 30 poses, that bench_device_once() makes in one batch; exits with 77 without a device. */
#define BENCH_ONCE 64
void bench_device_once(void);

#endif /* BENCH_H */
