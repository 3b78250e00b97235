/*
 * gen/cli_progress.h - how far a run is: one line rewritten on a terminal, else a line now and then.
 *
 * Lines go to standard error.  The rate is that of the last ten seconds or so, and counts only what this run
 * made: one that was stopped and woken, or found half of its work done, still tells the truth.
 */
#ifndef BS_CLI_PROGRESS_H
#define BS_CLI_PROGRESS_H

#include <signal.h>

#include "gen/cli_options.h"

#define BS_PROGRESS_MARKS 32

typedef struct bs_progress_mark {
    double t_s;
    int64_t made;
} bs_progress_mark;

/* What a line tells. */
typedef struct bs_progress_state {
    int64_t done, planned, skipped;
    double rate; /* tuples/s; 0 = not known yet */
} bs_progress_state;

typedef struct bs_progress {
    enum { BS_PROGRESS_SILENT, BS_PROGRESS_LINES, BS_PROGRESS_BAR } look;
    bs_progress_state now;
    bs_progress_mark marks[BS_PROGRESS_MARKS]; /* a ring; mark i is at i modulo its length */
    long n_marks;
    int64_t made;                     /* of now.done: by this run, as far as one can see */
    double told_s;                    /* when the last line was written */
    int64_t told_done;                /* and how many were done then */
    int told_len;                     /* its length, which the next one has to cover */
    volatile sig_atomic_t *bar_is_up; /* borrowed; may be NULL */
} bs_progress;

void bs_progress_begin(bs_progress *p, bs_cli_show show, int quiet, int64_t planned,
                       volatile sig_atomic_t *bar_is_up);

/* A bs_dataset_watch's 'progress'; 'progress' is the bs_progress. */
void bs_progress_tell(void *progress, int64_t done, int64_t planned, int64_t skipped);

/* Clears the bar, or writes the last line. */
void bs_progress_end(bs_progress *p);

/* ---- the parts, for tests ---- */

/* Notes that 'made' were made by 't_s', and gives the rate over the last ten seconds; 0 = not known yet. */
double bs_progress_rate(bs_progress *p, double t_s, int64_t made);

/* One line of fewer than 'columns' columns if it can be, without newline; its length. */
int bs_progress_line(const bs_progress_state *s, int bar, int columns, char *out, size_t n);

#endif /* BS_CLI_PROGRESS_H */
