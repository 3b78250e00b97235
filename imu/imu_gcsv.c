#include <string.h>

#include "imu/imu_internal.h"

/* A "key,value" line of the log's head. */
typedef struct entry {
    const char *path;
    size_t line;
    bs_span key, value;
} entry;

static int is(bs_span s, const char *text)
{
    return s.n == strlen(text) && !memcmp(s.s, text, s.n);
}

static int bad(const entry *e, const char *expected, bs_err *err)
{
    return bs_fail(err, BS_EFORMAT, "%s:%zu: %s \"%s\": expected %s", e->path, e->line,
                   bs_quote(e->key.s, e->key.n).text, bs_quote(e->value.s, e->value.n).text, expected);
}

static int read_positive(const entry *e, double *out, bs_err *err)
{
    double v;

    if (!e->value.n || bs_parse_number(e->value.s, &v) != e->value.s + e->value.n || !(v > 0) || v > 1e12)
        return bad(e, "a positive number", err);
    *out = v;
    return BS_OK;
}

/* "YxZ": the sensor's x is the file's y, its y the file's x negated, its z the file's. */
static int read_orientation(const entry *e, bs_imu_format *out, bs_err *err)
{
    const char *const axes = "XYZxyz", *found;
    int seen = 0;

    for (size_t i = 0; i < 3 && e->value.n == 3; i++)
        if ((found = strchr(axes, e->value.s[i]))) {
            out->axis[i] = (signed char)((found - axes) % 3);
            out->sign[i] = found - axes < 3 ? 1 : -1;
            seen |= 1 << out->axis[i];
        }
    return seen == 7 ? BS_OK
                     : bad(e, "each axis once, negated where it is in lower case, as in XYZ or YxZ", err);
}

static int read_direction(const entry *e, bs_imu_format *out, bs_err *err)
{
    static const struct {
        const char *words[3];
        int direction;
    } known[] = {
        { { "0", "TopToBottom", "TopToBottom" }, 0 },
        { { "1", "BottomToTop", "180" }, 1 },
        { { "2", "LeftToRight", "270" }, 2 },
        { { "3", "RightToLeft", "90" }, 3 },
    };

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        for (int k = 0; k < 3; k++)
            if (is(e->value, known[i].words[k])) {
                out->readout_direction = known[i].direction;
                return BS_OK;
            }
    return bad(e, "0 (top to bottom), 1 (bottom to top), 2 (left to right) or 3 (right to left)", err);
}

/* What the head says, as far as it is wanted. */
typedef struct head {
    bs_imu_format format; /* scales, axes and readout of it count */
    double tick_s;
} head;

static int read_entry(const entry *e, head *h, bs_err *err)
{
    double ms;
    int rc = BS_OK;

    if (is(e->key, "tscale"))
        return read_positive(e, &h->tick_s, err);
    if (is(e->key, "gscale"))
        return read_positive(e, &h->format.gyro_scale, err);
    if (is(e->key, "ascale"))
        return read_positive(e, &h->format.accel_scale, err);
    if (is(e->key, "orientation"))
        return read_orientation(e, &h->format, err);
    if (is(e->key, "frame_readout_direction"))
        return read_direction(e, &h->format, err);
    if (is(e->key, "frame_readout_time") && !is(e->value, "0") && !is(e->value, "0.0")) {
        rc = read_positive(e, &ms, err);
        h->format.readout_s = rc ? 0 : 1e-3 * ms;
    }
    return rc;
}

/* Exact where a tick is a power of ten, which most are. */
static void use_ticks(double tick_s, bs_imu_format *out)
{
    static const struct {
        double tick_s;
        int power;
    } exact[] = { { 1, 9 }, { 1e-3, 6 }, { 1e-6, 3 }, { 1e-9, 0 } };

    for (size_t i = 0; i < sizeof exact / sizeof exact[0]; i++)
        if (tick_s == exact[i].tick_s) {
            out->columns.time_power = exact[i].power;
            return;
        }
    out->tick_ns = 1e9 * tick_s;
}

/* The format of the rows: columns by their names, the rest from the head. */
static void use_head(const head *h, bs_imu_format *out)
{
    out->name = "gyroflow";
    out->gyro_scale = h->format.gyro_scale;
    out->accel_scale = h->format.accel_scale;
    out->accel_unit = (bs_imu_unit){ "g", BS_STANDARD_GRAVITY, 0 };
    memcpy(out->axis, h->format.axis, sizeof out->axis);
    memcpy(out->sign, h->format.sign, sizeof out->sign);
    out->readout_s = h->format.readout_s;
    out->readout_direction = h->format.readout_direction;
    use_ticks(h->tick_s, out);
}

int bs_imu_gcsv_head(bs_lines *in, bs_imu_format *out, bs_err *err)
{
    head h = { .format = { .gyro_scale = 1,
                           .accel_scale = 1,
                           .axis = { 0, 1, 2 },
                           .sign = { 1, 1, 1 },
                           .readout_direction = -1 },
               .tick_s = 1e-3 };
    entry e = { .path = in->path };
    bs_imu_line what;
    const char *text, *rest;
    int rc;

    while (!(rc = bs_lines_next(in, &text, err)) && text) {
        rest = bs_next_column(text, ',', &e.key);
        e.line = in->line;
        if (is(e.key, "t") || is(e.key, "time")) {
            rc = bs_imu_recognise(in->path, in->line, text, &what, out, err);
            if (!rc && what != BS_LINE_HEADER)
                rc = bs_fail(err, BS_EFORMAT, "%s:%zu: \"%s\": expected the columns t,gx,gy,gz[,ax,ay,az]",
                             in->path, in->line, bs_quote(text, strlen(text)).text);
            if (!rc)
                use_head(&h, out);
            return rc;
        }
        if (rest) {
            bs_next_column(rest, ',', &e.value);
            if ((rc = read_entry(&e, &h, err)))
                return rc;
        }
    }
    return rc ? rc
              : bs_fail(err, BS_EFORMAT, "%s: a gyroflow log without the line t,gx,gy,gz: it has no rows",
                        in->path);
}
