#include <string.h>

#include "imu/trace_internal.h"

const char *const bs_field_names[BS_N_FIELDS] = { "timestamp", "tx", "ty", "tz", "qx", "qy", "qz", "qw" };

/* What a column name can mean besides a bs_field. */
enum { NAME_UNKNOWN = -1, NAME_IMU = BS_N_FIELDS };

/*
 * One rule recognises every header: a column is a time, or a group and an axis.  "p_RS_R_y [m]" is the group
 * "p_rs_r_" of positions, axis y, unit m.
 */
static const struct {
    const char *name;
    const char *unit; /* implied, or NULL */
} time_names[] = {
    { "timestamp", NULL },  { "time", NULL },  { "t", NULL },     { "ts", NULL },
    { "timestamp_s", "s" }, { "time_s", "s" }, { "t_s", "s" },    { "timestamp_ns", "ns" },
    { "time_ns", "ns" },    { "t_ns", "ns" },  { "ts_ns", "ns" },
};

static const struct {
    const char *name;
    int first; /* BS_FIELD_X, BS_FIELD_QX or NAME_IMU */
} groups[] = {
    { "", BS_FIELD_X },          { "t", BS_FIELD_X },        { "t_", BS_FIELD_X },
    { "p", BS_FIELD_X },         { "p_", BS_FIELD_X },       { "pos_", BS_FIELD_X },
    { "position_", BS_FIELD_X }, { "p_rs_r_", BS_FIELD_X },  { "q", BS_FIELD_QX },
    { "q_", BS_FIELD_QX },       { "quat_", BS_FIELD_QX },   { "q_rs_", BS_FIELD_QX },
    { "g", NAME_IMU },           { "a", NAME_IMU },          { "w", NAME_IMU },
    { "g_", NAME_IMU },          { "a_", NAME_IMU },         { "w_", NAME_IMU },
    { "gyro_", NAME_IMU },       { "acc_", NAME_IMU },       { "accel_", NAME_IMU },
    { "omega_", NAME_IMU },      { "alpha_", NAME_IMU },     { "w_rs_s_", NAME_IMU },
    { "a_rs_s_", NAME_IMU },     { "gyroscope ", NAME_IMU }, { "acceleration ", NAME_IMU },
};

static const char *const logs_of_imus[] = { "GYROFLOW IMU LOG", "CAMERA IMU LOG" };

/* A column name taken apart: lower case, without quotes; the unit is what stood in brackets. */
typedef struct name_and_unit {
    char name[32];
    char unit[32];
} name_and_unit;

static void copy_lower(char *out, size_t n_out, const char *s, size_t n)
{
    n = n < n_out ? n : n_out - 1;
    for (size_t i = 0; i < n; i++)
        out[i] = s[i] >= 'A' && s[i] <= 'Z' ? (char)(s[i] + ('a' - 'A')) : s[i];
    out[n] = '\0';
}

static name_and_unit take_apart(bs_span s)
{
    name_and_unit out = { "", "" };
    size_t n = 0, end;

    while (s.n && (*s.s == '"' || *s.s == '#' || *s.s == ' ')) {
        s.s++;
        s.n--;
    }
    while (n < s.n && !strchr("[(\"", s.s[n]))
        n++;
    if (n < s.n && s.s[n] != '"') {
        for (end = n + 1; end < s.n && !strchr("])\"", s.s[end]); end++)
            ;
        copy_lower(out.unit, sizeof out.unit, s.s + n + 1, end - n - 1);
    }
    while (n && (s.s[n - 1] == ' ' || s.s[n - 1] == '\t'))
        n--;
    copy_lower(out.name, sizeof out.name, s.s, n);
    return out;
}

/* What a column is: a bs_field, NAME_IMU or NAME_UNKNOWN; a unit in the name of a time becomes its unit. */
static int meaning_of(name_and_unit *c)
{
    const char *const axes = "xyzw", *axis;
    const size_t n = strlen(c->name);

    for (size_t i = 0; i < sizeof time_names / sizeof time_names[0]; i++)
        if (!strcmp(c->name, time_names[i].name)) {
            if (time_names[i].unit)
                strcpy(c->unit, time_names[i].unit);
            return BS_FIELD_TIME;
        }
    if (!n || !(axis = strchr(axes, c->name[n - 1])))
        return NAME_UNKNOWN;
    for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++)
        if (strlen(groups[i].name) == n - 1 && !strncmp(c->name, groups[i].name, n - 1)) {
            if (*axis == 'w' && groups[i].first != BS_FIELD_QX)
                return NAME_UNKNOWN;
            return groups[i].first == NAME_IMU ? NAME_IMU : groups[i].first + (int)(axis - axes);
        }
    return NAME_UNKNOWN;
}

/* Whether 's' is among 'words', which blanks separate. */
static int is_one_of(const char *s, const char *words)
{
    bs_span w;

    while (words) {
        words = bs_next_column(words, ' ', &w);
        if (strlen(s) == w.n && !strncmp(s, w.s, w.n))
            return 1;
    }
    return 0;
}

/* A header under examination. */
typedef struct header {
    const char *path;
    size_t line;
    const char *text;
    bs_columns columns;
    int has[BS_N_FIELDS]; /* columns of each field */
    int known;            /* columns with a meaning, the time excepted */
    int unknown;          /* columns without */
    int time_first;
    bs_span imu;           /* the first column of a raw IMU trace, if any */
    const char *time_unit; /* NULL: not said */
    bs_err fault;          /* a unit that is not read: a fault only if this is a header */
} header;

static void check_unit(header *h, int field, const char *unit)
{
    if (field == BS_FIELD_TIME && is_one_of(unit, "ns nanosec nanoseconds"))
        h->time_unit = "ns";
    else if (field == BS_FIELD_TIME && is_one_of(unit, "s sec seconds"))
        h->time_unit = "s";
    else if (field == BS_FIELD_TIME)
        bs_fail(&h->fault, BS_EFORMAT, "%s:%zu: times are in [%s]: expected seconds [s] or nanoseconds [ns]",
                h->path, h->line, bs_quote(unit, strlen(unit)).text);
    else if (field <= BS_FIELD_Z && !is_one_of(unit, "m metres meters meter"))
        bs_fail(&h->fault, BS_EFORMAT, "%s:%zu: positions are in [%s]: expected metres [m]", h->path, h->line,
                bs_quote(unit, strlen(unit)).text);
}

static void add_column(header *h, bs_span s)
{
    name_and_unit c = take_apart(s);
    const int what = meaning_of(&c);
    const size_t i = h->columns.n++;

    h->known += what > BS_FIELD_TIME;
    h->unknown += what == NAME_UNKNOWN;
    h->time_first |= i == 0 && what == BS_FIELD_TIME;
    if (what == NAME_IMU && !h->imu.n)
        h->imu = s;
    if (what < 0 || what >= BS_N_FIELDS || i >= BS_MAX_COLUMNS)
        return;
    h->columns.field_of[i] = (signed char)what;
    h->has[what]++;
    if (c.unit[0])
        check_unit(h, what, c.unit);
    if (what == BS_FIELD_X && strstr(c.name, "_rs_"))
        h->columns.kind = BS_TRACE_EUROC;
}

/* Where blanks separate, "timestamp [ns]" is two words and one name. */
static const char *with_its_unit(const char *rest, bs_span *name)
{
    const char *end;

    if (!rest || (*rest != '[' && *rest != '(') || !(end = strpbrk(rest, "])")))
        return rest;
    name->n = (size_t)(end + 1 - name->s);
    rest = end + 1 + strspn(end + 1, " \t");
    return *rest ? rest : NULL;
}

/* Reads the names in the line from 'p' on; trailing separators make no columns. */
static void read_names(header *h, const char *p)
{
    size_t used = 0;
    bs_columns *c = &h->columns;

    p += strspn(p, "# \t");
    memset(c->field_of, -1, sizeof c->field_of);
    c->separator = strchr(p, ',') ? ',' : strchr(p, ';') ? ';' : ' ';
    c->kind = c->separator == ' ' ? BS_TRACE_TUM : BS_TRACE_CSV;
    c->header_line = h->line;
    while (p && *p) {
        bs_span s;

        p = bs_next_column(p, c->separator, &s);
        if (c->separator == ' ')
            p = with_its_unit(p, &s);
        add_column(h, s);
        if (s.n)
            used = c->n;
    }
    c->n = used;
    c->in_ns = h->time_unit ? !strcmp(h->time_unit, "ns") : c->kind == BS_TRACE_EUROC;
}

/*
 * Whether the line is a header; reads it.  What is no comment must be one.  A comment is one if it names a
 * time first, or nothing but columns: prose does not.  "# format: time tx ..." is looked at behind the colon,
 * because there, too, the order may not be the usual one.
 */
static int find_header(header *h)
{
    const header blank = *h;
    const char *start = h->text, *colon = strchr(start, ':');

    read_names(h, start);
    if (*start != '#')
        return 1;
    if (h->known >= 3 && (h->time_first || !h->unknown))
        return 1;
    if (!colon)
        return 0;
    *h = blank;
    read_names(h, colon + 1);
    return h->known >= 3 && (h->time_first || !h->unknown);
}

static int raw_imu(const header *h, const char *what, size_t n, bs_err *err)
{
    return bs_fail(err, BS_EFORMAT,
                   "%s:%zu: this is a raw IMU trace (\"%s\"): pose traces are read, IMU traces not "
                   "yet: give a file with the columns " BS_WANTED_COLUMNS,
                   h->path, h->line, bs_quote(what, n).text);
}

static int unknown(const header *h, bs_err *err)
{
    return bs_fail(
        err, BS_EFORMAT,
        "%s:%zu: not a pose trace: expected the header " BS_WANTED_COLUMNS ", a EuRoC header "
        "(#timestamp [ns], p_RS_R_x [m], ..., q_RS_z []) or TUM rows of eight numbers separated by "
        "blanks; found \"%s\"",
        h->path, h->line, bs_quote(h->text, strlen(h->text)).text);
}

/* Each field must have one column; the first that has none, or several, is named. */
static int check_fields(const header *h, bs_err *err)
{
    for (int i = 0; i < BS_N_FIELDS; i++)
        if (h->has[i] != 1)
            return bs_fail(err, BS_EFORMAT,
                           "%s:%zu: the header has %s column for %s: expected " BS_WANTED_COLUMNS
                           "; found \"%s\"",
                           h->path, h->line, h->has[i] ? "more than one" : "no", bs_field_names[i],
                           bs_quote(h->text, strlen(h->text)).text);
    return BS_OK;
}

/* A trace without header: eight numbers separated by blanks can only be TUM's; nothing else is guessed at. */
static int headerless(const header *h, bs_columns *out, bs_err *err)
{
    bs_columns c = { .kind = BS_TRACE_TUM, .separator = ' ' };

    memset(c.field_of, -1, sizeof c.field_of);
    for (const char *p = h->text; p; c.n++) {
        bs_span s;

        p = bs_next_column(p, c.separator, &s);
        if (c.n < BS_N_FIELDS)
            c.field_of[c.n] = (signed char)c.n;
    }
    if (c.n != BS_N_FIELDS)
        return unknown(h, err);
    *out = c;
    return BS_OK;
}

int bs_header_read(const char *path, size_t line, const char *text, bs_columns *out, int *found, bs_err *err)
{
    header h = { .path = path, .line = line, .text = text };

    for (size_t i = 0; i < sizeof logs_of_imus / sizeof logs_of_imus[0]; i++)
        if (!strncmp(text, logs_of_imus[i], strlen(logs_of_imus[i])))
            return raw_imu(&h, logs_of_imus[i], strlen(logs_of_imus[i]), err);
    if (bs_scan_decimal(text)) {
        *found = 2;
        return headerless(&h, out, err);
    }
    *found = find_header(&h);
    if (!*found)
        return BS_OK;
    for (int i = 0; i < BS_N_FIELDS; i++)
        if (!h.has[i] && h.imu.n)
            return raw_imu(&h, h.imu.s, h.imu.n, err);
    if (!h.known)
        return unknown(&h, err);
    if (h.fault.code)
        return bs_fail(err, h.fault.code, "%s", h.fault.text);
    *out = h.columns;
    return check_fields(&h, err);
}
