#include <string.h>

#include "imu/imu_internal.h"

/* A whole number of nanoseconds that a clock would show a second after it was started, or later. */
#define LEAST_STAMP_NS 1000000000

/* A stamp in nanoseconds, also one that lost its digits: the row's reader says what became of it. */
static int is_stamp(bs_span s)
{
    int64_t t_ns;
    double v;

    if (bs_parse_integer_ns(s.s, &t_ns) == s.s + s.n)
        return t_ns >= LEAST_STAMP_NS;
    return s.n && bs_parse_number(s.s, &v) == s.s + s.n && v >= 1e15;
}

/* A row of three numbers and a time says of which sensor it is only by the name of its file. */
static void use_vector(const char *path, size_t time, size_t first, bs_imu_format *out)
{
    const int accel = bs_imu_named(path, "accel") && !bs_imu_named(path, "gyro");

    out->has_gyro = !accel;
    out->has_accel = accel;
    out->columns.field_of[time] = BS_READING_TIME;
    for (size_t i = 0; i < 3; i++)
        out->columns.field_of[first + i] = (signed char)((accel ? BS_READING_ACCEL : BS_READING_GYRO) + i);
}

/* Rows of DeepGyro: which sensor, a stamp and three numbers. */
static void use_typed(bs_imu_format *out)
{
    out->name = "DeepGyro";
    out->typed = out->has_gyro = out->has_accel = 1;
    out->columns.field_of[0] = BS_READING_SENSOR;
    out->columns.field_of[1] = BS_READING_TIME;
    for (int i = 0; i < 3; i++)
        out->columns.field_of[2 + i] = (signed char)(BS_READING_GYRO + i);
}

bs_imu_line bs_imu_recognise_row(const char *path, const char *text, bs_imu_format *out)
{
    bs_span column[8];
    size_t n = 0, used = 0;

    *out = bs_imu_format_empty(strchr(text, ',') ? ',' : strchr(text, ';') ? ';' : ' ');
    for (const char *p = text; p && n < sizeof column / sizeof column[0]; n++) {
        p = bs_next_column(p, out->columns.separator, &column[n]);
        if (column[n].n)
            used = n + 1;
    }
    out->columns.n = used;
    if (used == 7 && is_stamp(column[0])) {
        out->name = "EuRoC";
        out->has_gyro = out->has_accel = 1;
        for (int i = 0; i < 7; i++)
            out->columns.field_of[i] = (signed char)i;
    } else if (used == 4 && is_stamp(column[3])) {
        out->name = "OpenCamera Sensors";
        use_vector(path, 3, 0, out);
    } else if (used == 4 && is_stamp(column[0])) {
        out->name = "CSV";
        use_vector(path, 0, 1, out);
    } else if (used == 4 && out->columns.separator != ' ') {
        out->name = "CSV";
        out->columns.time_power = 9;
        out->time_guessed = 1;
        use_vector(path, 3, 0, out);
    } else if (used == 5 && column[0].n == 1 && strchr("124", *column[0].s) && is_stamp(column[1])) {
        use_typed(out);
    }
    return out->name ? BS_LINE_ROW : BS_LINE_OTHER;
}
