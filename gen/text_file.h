/*
 * gen/text_file.h - a small text file as one string.
 */
#ifndef BS_TEXT_FILE_H
#define BS_TEXT_FILE_H

#include <stddef.h>

#include "homography/error.h"

/*
 * Reads all of 'path' into '*text', NUL-terminated and without a byte-order mark; free() it.  BS_EIO: cannot
 * be opened or read.  BS_EFORMAT: more than 'max_bytes', or a NUL byte inside, so not text.  BS_ENOMEM.
 * Every text begins with the path.  On failure '*text' is untouched.
 */
int bs_text_read(const char *path, size_t max_bytes, char **text, bs_err *err);

#endif /* BS_TEXT_FILE_H */
