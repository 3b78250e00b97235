/*
 * imu/trace_internal.h - what the files of the trace readers share; not installed.
 *
 *     trace_lines.c    bytes -> lines               time.c           text -> ns, numbers
 *     trace_names.c    a header -> its names        trace_fields.c   a row -> its numbers, checked
 *     trace_header.c   names -> columns of poses    trace_rows.c     lines -> poses
 *     trace.c          rows -> gaps                 trace_pose.c     rows -> a pose between them
 *     imu*.c           likewise for readings of an IMU
 */
#ifndef BS_TRACE_INTERNAL_H
#define BS_TRACE_INTERNAL_H

#include <stdio.h>

#include "imu/trace.h"

/* A line beyond this is no row of a trace; the limit keeps a file without newlines out of memory. */
#define BS_LINE_BYTES 65536

/* Columns beyond this are counted, but not looked at. */
#define BS_MAX_COLUMNS 64

/* Time stamps are refused beyond this, so that the difference of any two of a trace fits (4.6e9 s: 2116). */
#define BS_MAX_TIME_NS (INT64_MAX / 2)

/* The files people already have are read; this is what we ask for where we cannot. */
#define BS_WANTED_COLUMNS "timestamp,tx,ty,tz,qx,qy,qz,qw"

/* What a trace of an IMU holds beside its rows. */
typedef struct bs_imu_record {
    bs_imu_summary summary;
    bs_rest *rests; /* owned; summary.rests lends it out */
    char notes[2 * BS_ERR_TEXT];
} bs_imu_record;

struct bs_trace {
    bs_trace_info info;
    char *path;            /* owned; for messages */
    bs_state *rows;        /* owned; info.rows of them; t_ns, camera clock, strictly increasing */
    int has_rates;         /* 1: the rows' rates count, and interpolation uses them */
    bs_stretch *stretches; /* owned; info.stretches lends it out */
    int has_mount;
    bs_pose T_body_cam; /* counts if has_mount */
    bs_imu_record *imu; /* owned; NULL for a trace of poses */
};

/* A part of a line; not NUL-terminated. */
typedef struct bs_span {
    const char *s;
    size_t n;
} bs_span;

/* What a pose trace says in a row.  The order is that of BS_WANTED_COLUMNS and of bs_pose's q. */
typedef enum bs_field {
    BS_FIELD_TIME,
    BS_FIELD_X,
    BS_FIELD_Y,
    BS_FIELD_Z,
    BS_FIELD_QX,
    BS_FIELD_QY,
    BS_FIELD_QZ,
    BS_FIELD_QW,
    BS_N_FIELDS
} bs_field;

/* Behind them the velocity, which a few traces tell: three more fields of a row. */
#define BS_FIELD_VX BS_N_FIELDS
#define BS_N_STATE_FIELDS (BS_N_FIELDS + 3)

extern const char *const bs_field_names[BS_N_STATE_FIELDS];

/* What else the name of a column can mean; each group is three axes. */
enum {
    BS_NAME_UNKNOWN = -1,
    BS_NAME_GYRO = BS_N_FIELDS,
    BS_NAME_ACCEL = BS_NAME_GYRO + 3,
    BS_NAME_LINEAR = BS_NAME_ACCEL + 3, /* acceleration less gravity */
    BS_NAME_ALPHA = BS_NAME_LINEAR + 3, /* angular acceleration, or the rate, as Stray Scanner has it */
    BS_NAME_ELAPSED = BS_NAME_ALPHA + 3,
    BS_NAME_VELOCITY, /* of a pose trace */
    BS_N_NAMES = BS_NAME_VELOCITY + 3
};

/* A column name taken apart: lower case, without quotes; the unit is what stood in brackets. */
typedef struct bs_name {
    int what; /* a bs_field or BS_NAME_... */
    char name[32];
    char unit[32];
    bs_span as_written; /* borrowed from the line */
} bs_name;

/* The names in a line. */
typedef struct bs_header {
    size_t line;
    char separator; /* ',' or ';', or ' ' for any run of blanks */
    size_t n;       /* columns; trailing separators make none */
    bs_name column[BS_MAX_COLUMNS];
    int has[BS_N_NAMES]; /* columns of each meaning */
    int known;           /* columns with a meaning, the time excepted */
    int unknown;         /* columns without */
    int time_first;
    int euroc; /* names as in "p_RS_R_x" or "w_RS_S_x" */
} bs_header;

/*
 * Whether the line is a header; reads it.  What is no comment must be one.  A comment is one if it names a
 * time first, or nothing but columns: prose does not.
 */
int bs_header_find(size_t line, const char *text, bs_header *out);

/* Whether 's' is among 'words', which blanks separate. */
int bs_is_one_of(const char *s, const char *words);

/* The unit of a time, as a power of ten in ns: 9 for "s", 6 "ms", 3 "us", 0 "ns"; -1 for anything else. */
int bs_time_power(const char *unit);

/* How the rows of a file are to be read. */
typedef struct bs_columns {
    char separator;                       /* ',' or ';', or ' ' for any run of blanks */
    int time_power;                       /* times count 10^time_power ns; 0: whole nanoseconds */
    size_t header_line;                   /* 0 if there was none */
    size_t n;                             /* columns in a row */
    signed char field_of[BS_MAX_COLUMNS]; /* of a column, below 'n_fields'; -1 for one that is not used */
    const char *const *names;             /* of the fields, for messages; field 0 is the time */
} bs_columns;

/* A row at hand. */
typedef struct bs_place {
    const char *path;
    size_t line;
    const bs_columns *columns;
} bs_place;

/* Takes a row apart: '*field' of each field that a column has.  BS_EFORMAT: too few or too many columns. */
int bs_row_split(const bs_place *at, const char *text, bs_span *field, bs_err *err);

/* The number in 's', finite.  BS_EFORMAT. */
int bs_row_number(const bs_place *at, int field, bs_span s, double *out, bs_err *err);

/* The time in 's', within +-BS_MAX_TIME_NS.  BS_EFORMAT. */
int bs_row_time(const bs_place *at, bs_span s, int64_t *t_ns, bs_err *err);

/* BS_EFORMAT unless 't_ns' is later than 'before_ns', the time of line 'before_line'. */
int bs_row_order(const bs_place *at, int64_t t_ns, int64_t before_ns, size_t before_line, bs_err *err);

/* Reads a file line by line in constant memory. */
typedef struct bs_lines {
    FILE *f;           /* borrowed */
    const char *path;  /* borrowed */
    size_t line;       /* number of the line last returned, from 1 */
    size_t begin, end; /* the bytes of 'buf' not yet returned */
    int at_end;        /* nothing more comes from 'f' */
    char buf[BS_LINE_BYTES + 1];
} bs_lines;

/*
 * The next line that is not empty, without byte-order mark, surrounding blanks and line end; it lives until
 * the next call.  '*text' = NULL at the end of the file.  BS_EIO, BS_EFORMAT (NUL byte, too long).
 */
int bs_lines_next(bs_lines *in, const char **text, bs_err *err);

/*
 * Calls read(reader, err) while this thread's decimal point is a point: strtod must take one for one in a German
 * host program, too.  Returns what it returns, or BS_ENOMEM, naming 'path'.
 */
int bs_read_plainly(const char *path, int (*read)(void *reader, bs_err *err), void *reader, bs_err *err);

/*
 * Takes one column off 'p': '*out' is it without surrounding blanks (it may be empty).  Returns where the
 * next column begins, or NULL after the last one.
 */
const char *bs_next_column(const char *p, char separator, bs_span *out);

/* Text from a file, made fit for a message: at most 60 bytes, then "..."; what is not ASCII becomes '?'. */
typedef struct bs_quoted {
    char text[64];
} bs_quoted;
bs_quoted bs_quote(const char *s, size_t n);

/*
 * Looks at one line before the first row.  BS_OK with '*found' = 0: a comment, go on; 1: a header, this line
 * is used up; 2: no header, but a first row of eight numbers.  BS_EFORMAT otherwise.
 */
int bs_header_read(const char *path, size_t line, const char *text, bs_trace_kind *kind, bs_columns *out,
                   int *found, bs_err *err);

/*
 * Reads all rows of 'path' into '*rows' (the caller frees it, also on failure), checks each and that times
 * increase; quaternions are brought to unit length.  'velocity', unless
 * NULL: their velocities are read, too, if columns have them in m/s, and '*velocity' says whether.
 */
int bs_rows_read(const char *path, bs_trace_kind *kind, bs_state **rows, size_t *n_rows, int *velocity,
                 bs_err *err);

/*
 * Makes a trace of rows as a file stamps them; 'rows' is taken over, also on failure.  'opt' may be NULL.
 * BS_EINVAL (an option), BS_ENOMEM.
 */
int bs_trace_build(const char *name, bs_trace_kind kind, bs_state *rows, size_t n, int has_rates,
                   const bs_trace_options *opt, bs_trace **out, bs_err *err);

/* The number of the row at 't_ns' or, if it lies between two, of the earlier one.  BS_ERANGE, BS_EGAP. */
int bs_trace_locate(const bs_trace *tr, int64_t t_ns, size_t *row, bs_err *err);

/* Whether two poses are the same in every bit; q and -q are the same rotation. */
int bs_pose_same(const bs_pose *a, const bs_pose *b);

/* Whether the interval after 'row' is too long to be interpolated. */
static inline int bs_trace_is_gap(const bs_trace *tr, size_t row)
{
    return tr->rows[row + 1].t_ns - tr->rows[row].t_ns > tr->info.max_gap_ns;
}

/* Seconds after the origin of the trace, as --start counts them, for messages. */
double bs_trace_seconds(const bs_trace *tr, int64_t t_ns);

/*
 * The end of the decimal number ("-1.5e-3") that 's' begins with, or NULL.  Hex, nan, inf and blanks in front
 * are no decimal numbers.
 */
const char *bs_scan_decimal(const char *s);

/* Likewise, and its nearest double, which is infinite for 1e400.  The thread's locale must use a point. */
const char *bs_parse_number(const char *s, double *v);

/* As bs_parse_time_ns(), of a number that counts 10^power ns instead of seconds. */
const char *bs_parse_time_in(const char *s, int power, int64_t *t_ns);

/* Whole nanoseconds; as bs_parse_time_ns() otherwise. */
const char *bs_parse_integer_ns(const char *s, int64_t *t_ns);

#endif /* BS_TRACE_INTERNAL_H */
