/*
 * gen/cli_options.h - the command line's options: one table, and the parser that reads it.
 *
 *     cli_table.c    the table: help, parsing, suggestions and error messages all come from it
 *     cli_values.c   how each kind of value is read      cli_motion_values.c  likewise, of motion
 *     cli_options.c  the walk along the command line, and what several options say together
 *
 * The program's files use nothing of the library but what blursynth.h declares.
 */
#ifndef BS_CLI_OPTIONS_H
#define BS_CLI_OPTIONS_H

#include <stddef.h>

#include "gen/blursynth.h"

#define BS_CLI_MAX_OPTIONS 96
#define BS_CLI_MAX_ERRORS 16

typedef enum bs_cli_show { BS_CLI_SHOW_AUTO, BS_CLI_SHOW_ALWAYS, BS_CLI_SHOW_NEVER } bs_cli_show;

/* What the first word asks for; none of these: a dataset. */
typedef enum bs_cli_command { BS_CLI_MAKE, BS_CLI_INFO } bs_cli_command;

/* A command line, read.  Texts are borrowed from argv. */
typedef struct bs_cli {
    bs_dataset_options opt;
    const char *scenenet, *tum, *rgbd; /* one of them becomes opt.source and opt.source_dir */
    bs_cli_command command;
    const char *file; /* for BS_CLI_INFO */
    bs_cli_show progress;
    int dry_run, quiet, json, help, version;
    unsigned char given[BS_CLI_MAX_OPTIONS]; /* [i]: option i of the table was there, right or wrong */
} bs_cli;

/* Everything that is wrong with a command line, in the order it was found. */
typedef struct bs_cli_errors {
    int n; /* may exceed BS_CLI_MAX_ERRORS: only so many texts are kept */
    bs_err err[BS_CLI_MAX_ERRORS];
} bs_cli_errors;

/* A word that is known but not in this version has the value BS_CLI_LATER; help does not show it. */
typedef struct bs_cli_word {
    const char *word; /* NULL ends a list */
    int value;
} bs_cli_word;

#define BS_CLI_LATER (-1)

typedef enum bs_cli_group {
    BS_CLI_SOURCE,
    BS_CLI_MOTION,
    BS_CLI_BLUR,
    BS_CLI_OUTPUT,
    BS_CLI_RUNNING,
    BS_CLI_GROUPS
} bs_cli_group;

typedef struct bs_cli_option bs_cli_option;

typedef enum bs_cli_verdict {
    BS_CLI_GOOD,
    BS_CLI_WRONG,   /* the option's 'expected' says what would be right */
    BS_CLI_NOT_YET, /* right, but not in this version */
} bs_cli_verdict;

/* Reads 'value' into the field of '*cli' that 'o' names; leaves '*cli' alone unless the value is good. */
typedef bs_cli_verdict bs_cli_reader(const bs_cli_option *o, const char *value, bs_cli *cli);

struct bs_cli_option {
    bs_cli_group group;
    char letter;              /* short form, or 0 */
    const char *name;         /* without the dashes */
    const char *meta;         /* stands for the value in help; NULL: made of 'words' */
    const bs_cli_word *words; /* allowed words, or NULL */
    const char *dflt;         /* value in force when the option is absent, or NULL */
    const char *unset;        /* the same in words, where no value says it, or NULL */
    const char *sentence;
    const char *expected;    /* for errors; NULL: made of 'words', else of 'min' and 'max' */
    bs_cli_reader *read;     /* NULL: a switch, which takes no value and sets an int to 1 */
    size_t field;            /* offset in bs_cli */
    double min, max;         /* of numbers */
    bs_source_kind only_for; /* BS_SOURCE_NONE: for any source */
    int for_info;            /* 1: means something to the command info as well */
};

extern const bs_cli_option bs_cli_table[];
extern const int bs_cli_table_size;

/* Whole commands and options of later versions; NULL ends each list. */
extern const char *const bs_cli_later_commands[], *const bs_cli_later_options[];

bs_cli_reader bs_cli_read_text, bs_cli_read_output, bs_cli_read_word, bs_cli_read_count, bs_cli_read_int,
    bs_cli_read_seed, bs_cli_read_positive, bs_cli_read_intrinsics, bs_cli_read_exposure, bs_cli_read_start,
    bs_cli_read_gap, bs_cli_read_velocity, bs_cli_read_imu_units, bs_cli_read_gyro_bias, bs_cli_read_shutter,
    bs_cli_read_interval, bs_cli_read_blur, bs_cli_read_response, bs_cli_read_noise, bs_cli_read_emit,
    bs_cli_read_split;

/* For the readers: a plain decimal number and nothing else; seconds, exactly, up to 'stop' or the end; the
 * next piece of a list between commas into 'out', NULL at its end or if the piece is too long. */
int bs_cli_number(const char *s, double *v);
int bs_cli_seconds(const char *s, char stop, int64_t *t_ns, const char **end);
const char *bs_cli_piece(const char *list, char *out, size_t n);

/* "a|b|c" into 'out' from the words of 'o', or its 'meta'; "" for a switch. */
void bs_cli_meta(const bs_cli_option *o, const char *between, char *out, size_t n);

/* The word that stands for 'value' in an option that has words: ("anchor", BS_ANCHOR_END) is "end". */
const char *bs_cli_word_in_force(const char *option, int value);

/*
 * bs_cli_parse() reads a whole command line and finds everything that is wrong with it.  What is right is in
 * '*cli' even then, so that --json, --quiet and --help count.  BS_OK, or BS_EINVAL with 'errs->n' > 0.
 */
int bs_cli_parse(int argc, char *const *argv, bs_cli *cli, bs_cli_errors *errs);

#endif /* BS_CLI_OPTIONS_H */
