/*
 * homography/error.h - how every function of the library says that something went wrong.
 *
 * A fallible function returns BS_OK (0) or one of the codes below and takes a 'bs_err *' as its last
 * argument.  The text is made once, where the fault is found, and says what, where, why and what to do;
 * callers hand it on unchanged.  The struct belongs to the outermost caller: no globals, so any number of
 * threads may fail at once.  A NULL 'bs_err *' is fine: the code is still returned.
 */
#ifndef BS_ERROR_H
#define BS_ERROR_H

#include "homography/api.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    BS_OK = 0,
    BS_EINVAL,     /* an argument or option is wrong; nothing was done */
    BS_EIO,        /* a file is missing or cannot be read */
    BS_EFORMAT,    /* a file was read, and is not what it should be */
    BS_ENOMEM,     /* no memory */
    BS_ERANGE,     /* a time lies outside the trace */
    BS_EGAP,       /* a time lies in a gap of the trace */
    BS_EOUTPUT,    /* the output cannot be written: full, read-only, in the way */
    BS_ECONFIG,    /* the output belongs to another configuration */
    BS_ENODEV,     /* the back end asked for is not there */
    BS_EINTERRUPT, /* asked to stop; what is finished is kept */
    BS_EDEVICE,    /* the back end failed at its work; what is finished is kept */
};

#define BS_ERR_TEXT 1024

typedef struct bs_err {
    int code;               /* 0 = nothing went wrong so far */
    char text[BS_ERR_TEXT]; /* UTF-8, no newline at the end, control characters escaped */
} bs_err;

/*
 * bs_fail() records the first failure in '*err' (a later one is dropped: the first is the cause) and returns
 * 'code', so that "return bs_fail(...)" reads as one sentence.  Text longer than BS_ERR_TEXT is cut; control
 * characters, which may come from a file name, are shown as '?'.  'err' may be NULL.
 */
BS_API int bs_fail(bs_err *err, int code, const char *fmt, ...) BS_PRINTF(3, 4);

#ifdef __cplusplus
}
#endif

#endif /* BS_ERROR_H */
