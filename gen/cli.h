/*
 * gen/cli.h - the program around the library: what it prints, and with which status it ends.
 *
 *     main.c          signals and file descriptors
 *     cli.c           from the command line to the exit status
 *     cli_help.c      what it prints about itself       cli_status.c  exit statuses
 *     cli_plan.c      what will be made                 cli_summary.c what was made, and errors
 *     cli_json.c      both for programs                 cli_progress  how far it is
 *     cli_info.c      what a trace is
 *     cli_options.h   the command line
 *
 * Talk goes to standard error; standard output carries help and the JSON summary.
 */
#ifndef BS_CLI_H
#define BS_CLI_H

#include <signal.h>
#include <stdio.h>

#include "gen/cli_options.h"

/* ---- exit status ---- */

typedef struct bs_cli_status_info {
    int status;
    const char *word;     /* in the JSON summary */
    const char *sentence; /* in help */
} bs_cli_status_info;

extern const bs_cli_status_info bs_cli_statuses[]; /* ends with a NULL word */

enum { BS_CLI_STATUS_WRONG_USE = 2, BS_CLI_STATUS_OUTPUT = 5, BS_CLI_STATUS_SECOND_SIGNAL = 130 };

/*
 *     BS_OK                   0, or 3 if inputs were skipped
 *     BS_EINVAL, BS_ECONFIG   2
 *     BS_EOUTPUT              5
 *     BS_ENODEV               6
 *     BS_EINTERRUPT          75
 *     every other code        1
 */
int bs_cli_status(int code, size_t n_skips);

/* The word for 'status'. */
const char *bs_cli_status_word(int status);

/* ---- printing ---- */

/* How a run ended, or that it was never begun. */
typedef struct bs_cli_outcome {
    const bs_cli *cli;
    const bs_dataset *ds;        /* NULL if it could not be opened */
    const bs_dataset_plan *plan; /* of ds, or NULL */
    bs_dataset_summary sum;
    double seconds; /* spent in the run */
    int code, status;
    const char *error; /* NULL if none */
} bs_cli_outcome;

void bs_cli_print_intro(FILE *to);
void bs_cli_print_help(FILE *to);
void bs_cli_print_version(FILE *to);

/* "blursynth: TEXT"; further lines are indented. */
void bs_cli_print_error(FILE *to, const char *text);

/* What will be made: a few lines, or with 'all' a line per thing. */
void bs_cli_print_plan(FILE *to, const bs_cli *cli, const bs_dataset *ds, int all);

void bs_cli_print_summary(FILE *to, const bs_cli_outcome *out);

/* Skipped inputs grouped by reason, with examples. */
void bs_cli_print_skips(FILE *to, const bs_dataset *ds, size_t n_skips);

/* "118 MB" */
const char *bs_cli_format_bytes(double bytes, char out[32]);

/* "" for one, "s" for any other number */
const char *bs_cli_s(long long n);

/* One JSON object and a newline.  BS_ENOMEM. */
int bs_cli_print_json(FILE *to, const bs_cli_outcome *out, bs_err *err);

/* ---- info ---- */

/* Describes the trace cli->file on standard output, as lines or as one JSON object; the exit status. */
int bs_cli_info(const bs_cli *cli);

/* ---- the program ---- */

/* Between the signal handler and the program. */
typedef struct bs_cli_signals {
    volatile sig_atomic_t stop;      /* set by the handler: end soon */
    volatile sig_atomic_t bar_is_up; /* set by the program: the cursor is not at the start of a line */
} bs_cli_signals;

/* Everything but the signals; returns the exit status. */
int bs_cli_main(int argc, char *const *argv, bs_cli_signals *signals);

#endif /* BS_CLI_H */
