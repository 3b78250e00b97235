/* "handheld:rotation=8,tremor=0.3": the text of a generator. */
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "imu/shake.h"

#define HAND (1u << BS_SHAKE_HAND)
#define WALK (1u << BS_SHAKE_WALK)
#define SPLINE (1u << BS_SHAKE_SPLINE)

static const char *const kind_names[] = { "handheld", "random-walk", "spline" };
enum { KINDS = sizeof kind_names / sizeof *kind_names };

/* A key of one or several generators; one that is a pair is written MIN:MAX and lies in two fields. */
typedef struct key {
    const char *name;
    unsigned kinds;
    size_t at;
    double low, high;
    const char *unit;
    int pair, whole;
} key;

#define AT(field) offsetof(bs_shake, field)

static const key keys[] = {
    { "rotation", HAND | WALK, AT(rotation_deg_s), 0, 500, " deg/s", 0, 0 },
    { "translation", HAND | WALK, AT(translation_m_s), 0, 10, " m/s", 0, 0 },
    { "tremor", HAND, AT(tremor), 0, 1, "", 0, 0 },
    { "peak", HAND, AT(peak_hz), 4, 12, " Hz", 0, 0 },
    { "drift", HAND, AT(drift_hz), 0.2, 2, " Hz", 0, 0 },
    { "jitter", WALK, AT(jitter), 0, 100, "", 0, 0 },
    { "pull", WALK, AT(pull), 0, 1000, "", 0, 0 },
    { "impulses", WALK, AT(impulses), 0, 50, "", 0, 0 },
    { "angle", SPLINE, AT(angle_deg), 0, 90, " deg", 0, 0 },
    { "shift", SPLINE, AT(shift_m), 0, 10, " m", 0, 0 },
    { "order", SPLINE, AT(order_min), 1, 8, "", 1, 1 },
    { "roll", HAND | WALK | SPLINE, AT(roll), 0, 10, "", 0, 0 },
    { "rate", HAND | WALK | SPLINE, AT(rate_hz), 50, 20000, " Hz", 0, 0 },
    { "blur", HAND | WALK | SPLINE, AT(blur_min_px), 0, 1000, " px", 1, 0 },
};
enum { KEYS = sizeof keys / sizeof *keys };

/* Strengths of a held camera, by what they are like: docs/motion.md compares them with recordings. */
static const struct strength {
    const char *name;
    double rotation_deg_s, translation_m_s;
} strengths[] = { { "light", 2, 0.01 }, { "normal", 8, 0.04 }, { "strong", 30, 0.12 } };
enum { STRENGTHS = sizeof strengths / sizeof *strengths };

static const char strength_words[] = "light|normal|strong";

static bs_shake defaults(bs_shake_kind kind)
{
    return (bs_shake){ .kind = kind,
                       .rate_hz = 1000,
                       .roll = kind == BS_SHAKE_SPLINE ? 1 : 0.6,
                       .rotation_deg_s = kind == BS_SHAKE_WALK ? 20 : 8,
                       .translation_m_s = kind == BS_SHAKE_WALK ? 0.06 : 0.04,
                       .tremor = 0.2,
                       .peak_hz = 9,
                       .drift_hz = 2,
                       .jitter = 6,
                       .pull = 12,
                       .impulses = 1.5,
                       .angle_deg = 0.54,
                       .shift_m = 0.005,
                       .order_min = 1,
                       .order_max = 4 };
}

static size_t kind_length(const char *text)
{
    return strcspn(text, ":");
}

/* KINDS if it is none. */
static int find_kind(const char *text)
{
    const size_t n = kind_length(text);
    int kind = 0;

    while (kind < KINDS && (strlen(kind_names[kind]) != n || strncmp(text, kind_names[kind], n) != 0))
        kind++;
    return kind;
}

int bs_shake_is(const char *poses)
{
    return find_kind(poses) < KINDS;
}

/* Millionths, whose text is the number that was read; no locale has a say in it. */
static void print_number(double v, char out[32])
{
    const long long millionths = llround(v * 1e6);
    size_t n = (size_t)snprintf(out, 32, "%lld.%06lld", millionths / 1000000, millionths % 1000000);

    while (out[n - 1] == '0')
        n--;
    out[out[n - 1] == '.' ? n - 1 : n] = '\0';
}

/* A plain decimal number of at most 15 characters, to millionths, up to 'end'. */
static int read_number(const char *s, const char *end, double *v)
{
    double digits = 0, unit = 1;
    int any = 0, point = 0;

    if (end - s > 15)
        return 0;
    for (; s < end; s++) {
        if (*s == '.' && !point) {
            point = 1;
        } else if (*s >= '0' && *s <= '9') {
            any = 1;
            digits = 10 * digits + (*s - '0');
            unit *= point ? 10 : 1;
        } else {
            return 0;
        }
    }
    *v = (double)llround(digits / unit * 1e6) / 1e6;
    return any;
}

static double *field(const key *k, bs_shake *s)
{
    return (double *)(void *)((char *)s + k->at);
}

/* "0 to 500 deg/s", "MIN:MAX of 1 to 8" */
static void print_range(const key *k, char *out, size_t n)
{
    char low[32], high[32];

    print_number(k->low, low);
    print_number(k->high, high);
    snprintf(out, n, "%s%s to %s%s", k->pair ? "MIN:MAX of " : "", low, high, k->unit);
}

/* Every key of the generator with its range. */
static void list_keys(bs_shake_kind kind, char *out, size_t n)
{
    size_t used = 0;

    if (kind != BS_SHAKE_SPLINE)
        used += (size_t)snprintf(out, n, "strength (%s), ", strength_words);
    for (int i = 0; i < KEYS; i++) {
        char range[96];

        if (!(keys[i].kinds & 1u << kind))
            continue;
        print_range(&keys[i], range, sizeof range);
        used += (size_t)snprintf(out + used, n - used, "%s (%s)%s", keys[i].name, range,
                                 i + 1 < KEYS ? ", " : ""); /* the last is a key of all */
    }
}

static int refuse(const char *text, bs_shake_kind kind, const char *at, size_t n, const char *why,
                  bs_err *err)
{
    char list[512];

    list_keys(kind, list, sizeof list);
    return bs_fail(err, BS_EINVAL, "--poses %.*s: \"%.*s\" %s; its keys are %s", (int)kind_length(text), text,
                   n < 60 ? (int)n : 60, at, why, list);
}

/* The value of 'k' at 'value' up to 'end': one number, or two between a colon. */
static int read_value(const key *k, const char *value, const char *end, bs_shake *s)
{
    const char *colon = k->pair ? memchr(value, ':', (size_t)(end - value)) : NULL;
    double v[2];

    if (!read_number(value, colon ? colon : end, &v[0]))
        return 0;
    v[1] = v[0];
    if (colon && !read_number(colon + 1, end, &v[1]))
        return 0;
    if (v[0] < k->low || v[1] > k->high || v[1] < v[0] ||
        (k->whole && (v[0] != floor(v[0]) || v[1] != floor(v[1]))))
        return 0;
    if (k->at == AT(blur_min_px) && (!colon || v[1] <= 0))
        return 0;
    field(k, s)[0] = v[0];
    if (k->pair)
        field(k, s)[1] = v[1];
    return 1;
}

static int read_strength(bs_shake *s, const char *value, size_t n)
{
    for (int i = 0; i < STRENGTHS; i++)
        if (strlen(strengths[i].name) == n && !strncmp(value, strengths[i].name, n)) {
            s->rotation_deg_s = strengths[i].rotation_deg_s;
            s->translation_m_s = strengths[i].translation_m_s;
            return 1;
        }
    return 0;
}

/* One "key=value" of 'n' characters.  A strength is read in the first of two passes, so that the other keys
 * change it wherever they stand. */
static int read_key(const char *text, bs_shake *s, const char *at, size_t n, int first, bs_err *err)
{
    const char *equals = memchr(at, '=', n), *end = at + n;
    const size_t name = equals ? (size_t)(equals - at) : n;
    const int is_strength = name == 8 && !strncmp(at, "strength", 8) && s->kind != BS_SHAKE_SPLINE;
    const key *k = NULL;

    for (int i = 0; i < KEYS; i++)
        if (keys[i].kinds & 1u << s->kind && strlen(keys[i].name) == name && !strncmp(at, keys[i].name, name))
            k = &keys[i];
    if (!k && !is_strength)
        return refuse(text, s->kind, at, name, "is none of its keys", err);
    if (!equals)
        return refuse(text, s->kind, at, n, "has no value", err);
    if (is_strength)
        return !first || read_strength(s, equals + 1, (size_t)(end - equals - 1))
                   ? BS_OK
                   : refuse(text, s->kind, at, n, "is no value of it", err);
    if (!first && !read_value(k, equals + 1, end, s))
        return refuse(text, s->kind, at, n, "is out of range", err);
    return BS_OK;
}

int bs_shake_parse(const char *text, bs_shake *out, bs_err *err)
{
    const int kind = find_kind(text);
    const char *list = text + kind_length(text);
    bs_shake s;

    if (kind == KINDS)
        return bs_fail(err, BS_EINVAL, "--poses %s: no generator of motion", text);
    s = defaults((bs_shake_kind)kind);
    for (int first = 1; *list && first >= 0; first--)
        for (const char *at = list; *at;) {
            const size_t n = strcspn(at + 1, ",");
            const int rc = read_key(text, &s, at + 1, n, first, err);

            if (rc != BS_OK)
                return rc;
            at += 1 + n;
        }
    *out = s;
    return BS_OK;
}

void bs_shake_text(const bs_shake *s, char out[BS_SHAKE_TEXT])
{
    size_t used = (size_t)snprintf(out, BS_SHAKE_TEXT, "%s", kind_names[s->kind]);
    char between = ':';

    for (int i = 0; i < KEYS; i++) {
        const double *v = (const double *)(const void *)((const char *)s + keys[i].at);
        char number[2][32];

        if (!(keys[i].kinds & 1u << s->kind) || keys[i].at == AT(blur_min_px))
            continue;
        print_number(v[0], number[0]);
        print_number(keys[i].pair ? v[1] : 0, number[1]);
        used += (size_t)snprintf(out + used, BS_SHAKE_TEXT - used, "%c%s=%s%s%s", between, keys[i].name,
                                 number[0], keys[i].pair ? ":" : "", keys[i].pair ? number[1] : "");
        between = ',';
    }
}
