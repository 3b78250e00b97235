/* gen/output_internal.h - what output.c and output_write.c share. */
#ifndef BS_OUTPUT_INTERNAL_H
#define BS_OUTPUT_INTERNAL_H

#include <limits.h>
#include <stdatomic.h>

#include "gen/output.h"

/* Where files are written before they are put in place, as HOST-PID-NUMBER. */
#define BS_TMP "__meta__/tmp"
#define BS_HOST 65

struct bs_output {
    char *dir;   /* owned */
    int is_open; /* for writing */
    atomic_uint next_tmp;
};

/* BS_EOUTPUT: "PATH: cannot WHAT: reason of errno". */
int bs_output_cannot(bs_err *err, const char *what, const char *path);

/* This machine's name, for telling its temporary files from those of others. */
const char *bs_output_host(char host[BS_HOST]);

/* Makes every folder of 'path' up to its last slash, or all of it with 'whole'. */
int bs_make_folders(const char *path, int whole, bs_err *err);

#endif /* BS_OUTPUT_INTERNAL_H */
