/*
 * gen/output.h - the folder a dataset is written to.
 *
 * A file appears under its final name only when it is complete: it is written below __meta__/tmp first and
 * renamed.  All paths are relative to the folder.  Any failure to write is BS_EOUTPUT and names the file.
 * Reading, writing and removing single files is thread-safe, bringing them to the disk too; the rest is not.
 */
#ifndef BS_OUTPUT_H
#define BS_OUTPUT_H

#include <stddef.h>

#include "gen/bytes.h"

typedef struct bs_output bs_output;

/* What is at 'dir' before anything is written. */
typedef enum bs_output_state {
    BS_OUTPUT_ABSENT,  /* nothing, or an empty folder */
    BS_OUTPUT_DATASET, /* a folder with our dataset.json */
    BS_OUTPUT_FOREIGN, /* something else: never touched */
} bs_output_state;

/* BS_EOUTPUT if 'dir' cannot be looked at. */
int bs_output_look(const char *dir, bs_output_state *state, bs_err *err);

/* Makes the folder and __meta__ where missing and removes the leftovers of runs that died (not of those that
 * work here at the same time); checks that a file can be written. */
int bs_output_open(const char *dir, bs_output **out, bs_err *err);
/* The folder as it is, for reading: nothing is made, removed or checked. */
int bs_output_view(const char *dir, bs_output **out, bs_err *err);
void bs_output_close(bs_output **o);

/* "DIR/path" in the caller's buffer; BS_EOUTPUT if it is too long. */
int bs_output_path(const bs_output *o, const char *path, char *out, size_t n, bs_err *err);

/* Writes a whole file; folders on the way are made. */
int bs_output_write(bs_output *o, const char *path, const void *data, size_t n, bs_err *err);

/* The same of 'data' and 'n_more' bytes behind it that lie elsewhere. */
int bs_output_write_two(bs_output *o, const char *path, const void *data, size_t n, const void *more,
                        size_t n_more, bs_err *err);

/* The same for the few files that say what the others are: on the disk before they are in place. */
int bs_output_write_synced(bs_output *o, const char *path, const void *data, size_t n, bs_err *err);

/* The same piece by piece, for files that do not fit into memory.  'finish' puts the file in place; 'abandon'
 * forgets it; either frees '*f' and nulls it. */
typedef struct bs_output_file bs_output_file;
int bs_output_begin(bs_output *o, const char *path, bs_output_file **f, bs_err *err);
int bs_output_append(bs_output_file *f, const void *data, size_t n, bs_err *err);
int bs_output_finish(bs_output_file **f, bs_err *err);
void bs_output_abandon(bs_output_file **f);

/* Puts everything written so far on the disk. */
int bs_output_sync(bs_output *o, bs_err *err);

/* Size of a file, or -1 if it is not there. */
long long bs_output_size(const bs_output *o, const char *path);

/* Removes a file; one that is not there is fine. */
int bs_output_remove(bs_output *o, const char *path, bs_err *err);

/* Reads a whole file; BS_EIO if it cannot be read. */
int bs_output_read(const bs_output *o, const char *path, bs_bytes *out, bs_err *err);

/* Removes the files of a dataset with these split folders ("--overwrite"), and no others. */
int bs_output_clear(bs_output *o, const char *const *splits, int n_splits, bs_err *err);

#endif /* BS_OUTPUT_H */
