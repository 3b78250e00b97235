#include <math.h>
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

/* The digits as a whole number; 0 if there are more than an uint64 surely holds. */
static int collect(const decimal *d, uint64_t *digits)
{
    int significant = 0;

    *digits = 0;
    for (const char *p = d->digits; p < d->digits_end; p++) {
        if (*p == '.')
            continue;
        *digits = 10 * *digits + (uint64_t)(*p - '0');
        significant += significant || *p != '0';
        if (significant > 19)
            return 0;
    }
    return 1;
}

#ifdef __SIZEOF_INT128__
__extension__ typedef unsigned __int128 uint128;

/*
 * digits / 10^places, places <= 27, rounded to nearest: 10^p = 5^p 2^p, and 5^27 fits 64 bits.  Both
 * numbers are moved up to their highest bit, so that the quotient of whole numbers has 63 or 64 bits; a
 * remainder only needs to be told from none, in the lowest of them.
 */
static double divide(uint64_t digits, int places)
{
    static const uint64_t powers_of_5[] = { UINT64_C(1),
                                            UINT64_C(5),
                                            UINT64_C(25),
                                            UINT64_C(125),
                                            UINT64_C(625),
                                            UINT64_C(3125),
                                            UINT64_C(15625),
                                            UINT64_C(78125),
                                            UINT64_C(390625),
                                            UINT64_C(1953125),
                                            UINT64_C(9765625),
                                            UINT64_C(48828125),
                                            UINT64_C(244140625),
                                            UINT64_C(1220703125),
                                            UINT64_C(6103515625),
                                            UINT64_C(30517578125),
                                            UINT64_C(152587890625),
                                            UINT64_C(762939453125),
                                            UINT64_C(3814697265625),
                                            UINT64_C(19073486328125),
                                            UINT64_C(95367431640625),
                                            UINT64_C(476837158203125),
                                            UINT64_C(2384185791015625),
                                            UINT64_C(11920928955078125),
                                            UINT64_C(59604644775390625),
                                            UINT64_C(298023223876953125),
                                            UINT64_C(1490116119384765625),
                                            UINT64_C(7450580596923828125) };
    const int up = __builtin_clzll(digits), down = __builtin_clzll(powers_of_5[places]);
    const uint64_t five = powers_of_5[places] << down;
    const uint128 numerator = (uint128)(digits << up) << 63;
    uint64_t quotient = (uint64_t)(numerator / five);

    quotient |= (uint128)quotient * five != numerator;
    return ldexp((double)quotient, down - up - 63 - places);
}
#endif

/* digits * 10^exponent rounded as strtod() does; 0 where no short way is known. */
static int scale(uint64_t digits, long long exponent, double *v)
{
    /* The powers of ten that a double holds exactly. */
    static const double powers[] = { 1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                     1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22 };
    const int exact = digits <= (uint64_t)1 << 53;

    if (!digits)
        *v = 0;
    else if (exact && exponent <= 0 && exponent >= -22)
        *v = (double)digits / powers[-exponent];
    else if (exact && exponent > 0 && exponent <= 22)
        *v = (double)digits * powers[exponent];
#ifdef __SIZEOF_INT128__
    else if (exponent <= 0 && exponent >= -27)
        *v = divide(digits, (int)-exponent);
#endif
    else
        return 0;
    return 1;
}

/* Traces have millions of numbers, nearly all of few digits: strtod would take most of the time. */
const char *bs_parse_number(const char *s, double *v)
{
    uint64_t digits;
    decimal d;

    if (!scan(s, &d))
        return NULL;
    if (!collect(&d, &digits) || !scale(digits, d.exponent - d.after, v))
        *v = strtod(s, NULL);
    else if (d.negative)
        *v = -*v;
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
