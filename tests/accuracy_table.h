/*
 * tests/accuracy_table.h - the methods that are compared, what they reach, and the tables that say so.
 */
#ifndef ACCURACY_TABLE_H
#define ACCURACY_TABLE_H

#include <stdio.h>

#include "tests/accuracy.h"

typedef struct acc_method {
    const char *name;
    bs_synth_options opt;
    int is_sharp; /* 1: nothing is blurred; the sharp frame itself is measured */
} acc_method;

enum { ACC_FIRST_HIT, ACC_BICUBIC, ACC_TELEA, ACC_SCATTER, ACC_SCATTER_ENCODED, ACC_SHARP, ACC_METHODS };
extern const acc_method acc_methods[ACC_METHODS];

/* One kind of case, means over its seeds. */
typedef struct acc_row {
    const acc_kind *kind;
    int n_seeds;
    double db[ACC_METHODS][ACC_REGIONS]; /* NaN: the method is not in this build, or the region is empty */
    double kernel_p99_px;                /* the worst */
    double unseen;                       /* acc_unseen() */
    acc_stats stats;
} acc_row;

/* Finds out, once and before all else, which methods this build has; says on stderr which it lacks. */
void acc_find_methods(bs_synth *synth);

/* The 8-bit picture that a method makes of a case, until the next call; NULL if this build has no such
 * method.  '*t' is filled in unless it is NULL or the method is the sharp frame. */
const uint8_t *acc_run(bs_synth *synth, const acc_case *c, const acc_method *m, bs_tuple *t);

/* Measures seeds 1 to 'n_seeds' of a kind. */
acc_row acc_measure_kind(bs_synth *synth, const acc_kind *kind, int n_seeds, const acc_setup *setup);

/* Markdown: means and worst of all rows by method, then row by row, then what the cases are like. */
void acc_print_means(FILE *f, const char *title, const acc_row *rows, int n);
void acc_print_rows(FILE *f, const acc_row *rows, int n);
void acc_print_stats(FILE *f, const acc_row *rows, int n);

/* The same as the members of a JSON object's array. */
void acc_print_json(FILE *f, const acc_row *rows, int n);

#endif /* ACCURACY_TABLE_H */
