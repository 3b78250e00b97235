#include <string.h>

#include "imu/imu_internal.h"

typedef struct spelling {
    const char *words; /* without blanks inside a word, in lower case */
    bs_imu_unit unit;
} spelling;

/* The degree sign in UTF-8, its look-alike of Spanish ordinals, and the sign in Latin-1. */
static const spelling gyro_units[] = {
    { "rad/s rads^-1 rads-1 rad/sec rads/s rad*s^-1 rad.s^-1 rad\xc2\xb7s^-1 radians/s radian/s",
      { "rad/s", 1, 1 } },
    { "deg/s degs^-1 dps deg/sec degrees/s degree/s \xc2\xb0/s \xc2\xba/s \xb0/s",
      { "deg/s", BS_DEGREE, 1 } },
};

static const spelling accel_units[] = {
    { "m/s^2 ms^-2 ms-2 m/s2 m/s/s m/s**2 m/sec^2 m*s^-2 m.s^-2 m\xc2\xb7s^-2 m/s\xc2\xb2 m/s\xb2",
      { "m/s^2", 1, 1 } },
    { "g gs g0 g_0", { "g", BS_STANDARD_GRAVITY, 1 } },
};

static int find(const char *text, const spelling *s, size_t n, bs_imu_unit *out)
{
    char tight[32];
    size_t length = 0;

    for (; *text && length < sizeof tight - 1; text++)
        if (*text != ' ')
            tight[length++] = *text;
    tight[length] = '\0';
    for (size_t i = 0; i < n; i++)
        if (bs_is_one_of(tight, s[i].words)) {
            *out = s[i].unit;
            return 1;
        }
    return 0;
}

int bs_imu_gyro_unit(const char *text, bs_imu_unit *out)
{
    return find(text, gyro_units, sizeof gyro_units / sizeof gyro_units[0], out);
}

int bs_imu_accel_unit(const char *text, bs_imu_unit *out)
{
    return find(text, accel_units, sizeof accel_units / sizeof accel_units[0], out);
}
