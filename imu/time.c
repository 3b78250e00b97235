#include <stdlib.h>

#include "imu/trace_internal.h"

/* Exponents beyond this are as good as infinite; the limit keeps the sums below in range. */
#define MAX_EXPONENT 1000000

/* A decimal number taken apart: digits with at most one point among them, times ten to the exponent. */
typedef struct decimal {
    int negative;
    const char *digits, *digits_end;
    long long before, after; /* digits before and after the point */
    long long exponent;
    const char *end; /* of the whole number */
} decimal;

static int is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Reads "e-12" at 's' if it is there; a lone "e" is not part of the number, as for strtod. */
static const char *scan_exponent(const char *s, long long *exponent)
{
    const char *p = s + 1;
    int negative = 0;
    long long e = 0;

    *exponent = 0;
    if (*s != 'e' && *s != 'E')
        return s;
    if (*p == '+' || *p == '-')
        negative = *p++ == '-';
    if (!is_digit(*p))
        return s;
    for (; is_digit(*p); p++)
        if (e < MAX_EXPONENT)
            e = 10 * e + (*p - '0');
    *exponent = negative ? -e : e;
    return p;
}

static int scan(const char *s, decimal *d)
{
    *d = (decimal){ .negative = *s == '-' };
    if (*s == '+' || *s == '-')
        s++;
    d->digits = s;
    while (is_digit(*s))
        s++;
    d->before = s - d->digits;
    if (*s == '.') {
        const char *point = s++;

        while (is_digit(*s))
            s++;
        d->after = s - point - 1;
    }
    d->digits_end = s;
    d->end = scan_exponent(s, &d->exponent);
    return d->before + d->after > 0;
}

const char *bs_parse_number(const char *s, double *v)
{
    /* Up to 15 digits and these powers are exact in a double, so that one division rounds as strtod does, at
     * a third of its time; traces have millions of numbers, nearly all of this kind. */
    static const double powers[] = { 1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                     1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15 };
    uint64_t digits = 0;
    decimal d;

    if (!scan(s, &d))
        return NULL;
    if (d.exponent || d.before + d.after > 15) {
        *v = strtod(s, NULL);
        return d.end;
    }
    for (const char *p = d.digits; p < d.digits_end; p++)
        if (*p != '.')
            digits = 10 * digits + (uint64_t)(*p - '0');
    *v = (d.negative ? -(double)digits : (double)digits) / powers[d.after];
    return d.end;
}

const char *bs_scan_decimal(const char *s)
{
    decimal d;

    return scan(s, &d) ? d.end : NULL;
}

/* '*v' * 10 + 'digit', or 0 if that does not fit an int64. */
static int push_digit(uint64_t *v, unsigned digit)
{
    if (*v > ((uint64_t)INT64_MAX - digit) / 10)
        return 0;
    *v = 10 * *v + digit;
    return 1;
}

const char *bs_parse_time_ns(const char *s, int64_t *t_ns)
{
    return bs_parse_time_in(s, 9, t_ns);
}

const char *bs_parse_time_in(const char *s, int power, int64_t *t_ns)
{
    uint64_t v = 0;
    long long place; /* the power of ten, in ns, of the digit at hand */
    decimal d;

    if (!scan(s, &d))
        return NULL;
    place = d.before + d.exponent + power - 1;
    for (const char *p = d.digits; p < d.digits_end; p++) {
        const unsigned digit = (unsigned)(*p - '0');

        if (*p == '.')
            continue;
        if (place >= 0 && !push_digit(&v, digit))
            return NULL;
        if (place == -1 && digit >= 5) {
            if (v == (uint64_t)INT64_MAX)
                return NULL;
            v++;
        }
        place--;
    }
    for (; v && place >= 0; place--)
        if (!push_digit(&v, 0))
            return NULL;
    *t_ns = d.negative ? -(int64_t)v : (int64_t)v;
    return d.end;
}

const char *bs_parse_integer_ns(const char *s, int64_t *t_ns)
{
    const int negative = *s == '-';
    uint64_t v = 0;

    if (*s == '+' || *s == '-')
        s++;
    if (!is_digit(*s))
        return NULL;
    for (; is_digit(*s); s++)
        if (!push_digit(&v, (unsigned)(*s - '0')))
            return NULL;
    *t_ns = negative ? -(int64_t)v : (int64_t)v;
    return s;
}
