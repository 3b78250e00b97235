/*
 * tests/dataset_case.h - a small source to make datasets from, and whole folders to compare.
 *
 * What cannot be set up fails the test.
 */
#ifndef DATASET_CASE_H
#define DATASET_CASE_H

#include <stddef.h>

#include "gen/blursynth.h"
#include "gen/bytes.h"
#include "tests/tree.h"

#define CASE_W 48
#define CASE_H 36

/* A tree with ray-traced frames "in/0/<trajectory>/{photo,depth}/<n>.png" (n = 0, 25, ...), two seconds of
 * a hand-held trace in "hand.csv", and options to make "out" from them: two threads, all else default. */
typedef struct dataset_case {
    tree t;
    bs_dataset_options opt;
    char in[300], poses[300], out[300];
} dataset_case;

/* Without frames if 'trajectories' is 0. */
void case_open(dataset_case *c, int trajectories, int frames);
void case_close(dataset_case *c);

/* The same case with another output folder. */
void case_output(dataset_case *c, const char *name);

/* One more frame: "in/0/<trajectory>/photo/<25 * frame>.png" and its depth. */
void case_frame(dataset_case *c, int trajectory, int frame);

/* Opens, runs and closes.  'watch' and 'sum' may be NULL; '*err' is cleared first. */
int case_run(const dataset_case *c, const bs_dataset_watch *watch, bs_dataset_summary *sum, bs_err *err);

/* The run must work, and make this many tuples. */
bs_dataset_summary case_make(const dataset_case *c, int64_t made);

/* The run must fail with 'code', and its text must hold 'part'. */
void case_refused(const dataset_case *c, int code, const char *part);

/* Runs until 'after' tuples are done and asks to stop then. */
int case_run_until(const dataset_case *c, int64_t after, bs_dataset_summary *sum);

/* The mean of a mask of the case's size, 0 to 1. */
double case_mask_mean(const dataset_case *c, const char *name);

/* Every file and folder below a folder, sorted by name. */
typedef struct snap_file {
    char *name; /* relative; ends in '/' for a folder */
    bs_bytes data;
} snap_file;

typedef struct snap {
    snap_file *file;
    size_t n;
} snap;

snap snap_take(const tree *t, const char *name);
void snap_free(snap *s);

/* The file 'name', or NULL. */
const snap_file *snap_find(const snap *s, const char *name);

/* The content of a file that must be there, as text. */
const char *snap_text(const snap *s, const char *name);

int same_file(const snap_file *a, const snap_file *b);

/* Fails with the first name that only one of them has, or whose content differs. */
void assert_same_snap(const snap *a, const snap *b);

/* Every file of 'part' whose name begins with 'prefix' is in 'whole' with the same content; how many. */
size_t assert_part_of(const snap *part, const snap *whole, const char *prefix);

/* Likewise of the meta files of 'part', which has no image, and of 'whole', which says one thing more: the
 * share of its images' light that was seen. */
size_t assert_meta_without_seen(const snap *part, const snap *whole);

/* DIR/name now is what it was; frees 'before'. */
void assert_untouched(const tree *t, const char *name, snap *before);

#endif /* DATASET_CASE_H */
