/* Models of an IMU's errors: presets by name, their values by key, and what is drawn from them. */
#include <locale.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "homography/sensor_px.h"
#include "imu/noise.h"
#include "imu/trace_internal.h"

#define BS_DEG (3.14159265358979323846 / 180)

/* No limit is set to a delay beyond this: an IMU that is a second late has another fault. */
#define BS_DELAY_S 1.0

#define LATE .delay_min_s = -BS_DELAY_S, .delay_max_s = BS_DELAY_S

/* What calibration leaves: biases and velocity of ethz-asl/rio, rotation and delay of OpenVINS' simulator,
 * and the tilt of a camera levelled by that accelerometer, 0.07 / 9.81. */
#define CALIBRATED                                                                       \
    .gyro_bias = 3.6e-4, .accel_bias = 0.07, .misalign_rad = 0.001, .tilt_rad = 0.00714, \
    .velocity_m_s = 0.01, .delay_s = 0.01, LATE

/* Sources in docs/kernel_noisy.md. */
static const bs_imu_noise presets[] = {
    { .preset = "ideal", .rate_hz = 1000, LATE },
    { .preset = "phone",
      .rate_hz = 800,
      .gyro_noise = 1.2e-3,
      .accel_noise = 8e-3,
      .gyro_walk = 2e-5,
      .accel_walk = 5.5e-5,
      CALIBRATED },
    { .preset = "mems",
      .rate_hz = 200,
      .gyro_noise = 1.6968e-4,
      .accel_noise = 2e-3,
      .gyro_walk = 1.9393e-5,
      .accel_walk = 3e-3,
      CALIBRATED },
    { .preset = "esim",
      .rate_hz = 200,
      .gyro_noise = 1.86e-4,
      .accel_noise = 1.86e-3,
      .gyro_walk = 2.66e-5,
      .accel_walk = 4.33e-4,
      CALIBRATED },
    /* Its noise is given for a reading, at 200 Hz: 0.05 rad/s and 1e-5 m/s^2. */
    { .preset = "deblurimu",
      .rate_hz = 200,
      .gyro_noise = 3.5355e-3,
      .accel_noise = 7.0711e-7,
      .delay_mean_s = 0.03,
      .delay_s = 0.01,
      .delay_min_s = 0,
      .delay_max_s = 0.069,
      .centre = 0.25 },
};

/* Values as they are written: 'unit' is one of theirs in one of ours. */
static const struct key {
    const char *name, *unit_name;
    size_t field;
    double unit, min, max;
} keys[] = {
    { "rate", "Hz", offsetof(bs_imu_noise, rate_hz), 1, 1, 1e5 },
    { "gyro", "rad/s/sqrt(Hz)", offsetof(bs_imu_noise, gyro_noise), 1, 0, 10 },
    { "accel", "m/s^2/sqrt(Hz)", offsetof(bs_imu_noise, accel_noise), 1, 0, 100 },
    { "gyro_walk", "rad/s^2/sqrt(Hz)", offsetof(bs_imu_noise, gyro_walk), 1, 0, 10 },
    { "accel_walk", "m/s^3/sqrt(Hz)", offsetof(bs_imu_noise, accel_walk), 1, 0, 100 },
    { "gyro_bias", "rad/s", offsetof(bs_imu_noise, gyro_bias), 1, 0, 10 },
    { "accel_bias", "m/s^2", offsetof(bs_imu_noise, accel_bias), 1, 0, 100 },
    { "misalign", "degrees", offsetof(bs_imu_noise, misalign_rad), BS_DEG, 0, 90 },
    { "tilt", "degrees", offsetof(bs_imu_noise, tilt_rad), BS_DEG, 0, 90 },
    { "velocity", "m/s", offsetof(bs_imu_noise, velocity_m_s), 1, 0, 100 },
    { "centre", "widths and heights", offsetof(bs_imu_noise, centre), 1, 0, 10 },
    { "delay", "s, MEAN:STD or MEAN:STD:MIN:MAX", offsetof(bs_imu_noise, delay_mean_s), 1, -BS_DELAY_S,
      BS_DELAY_S },
};
#define N_KEYS (int)(sizeof keys / sizeof *keys)
#define DELAY_KEY (N_KEYS - 1)

static const bs_imu_noise *find_preset(const char *name, size_t n)
{
    for (size_t i = 0; i < sizeof presets / sizeof *presets; i++)
        if (strlen(presets[i].preset) == n && !memcmp(presets[i].preset, name, n))
            return &presets[i];
    return NULL;
}

static int find_key(const char *name, size_t n)
{
    int i = 0;

    while (i < N_KEYS && (strlen(keys[i].name) != n || memcmp(keys[i].name, name, n)))
        i++;
    return i;
}

/* A number in [min, max] at '*s', which then is behind it; 0 if there is none. */
static int read_number(const char **s, double min, double max, double *v)
{
    const char *end = bs_parse_number(*s, v);

    if (!end || !(*v >= min && *v <= max))
        return 0;
    *s = end;
    return 1;
}

/* "MEAN:STD" or "MEAN:STD:MIN:MAX" */
static int read_delay(const char **s, bs_imu_noise *m)
{
    const char *p = *s;

    m->delay_min_s = -BS_DELAY_S;
    m->delay_max_s = BS_DELAY_S;
    if (!read_number(&p, -BS_DELAY_S, BS_DELAY_S, &m->delay_mean_s) || *p++ != ':' ||
        !read_number(&p, 0, BS_DELAY_S, &m->delay_s))
        return 0;
    if (*p == ':' && (p++, !read_number(&p, -BS_DELAY_S, BS_DELAY_S, &m->delay_min_s) || *p++ != ':' ||
                               !read_number(&p, m->delay_min_s, BS_DELAY_S, &m->delay_max_s)))
        return 0;
    *s = p;
    return 1;
}

/* One "KEY=VALUE" of 'n' characters. */
static int read_pair(const char *s, size_t n, bs_imu_noise *m, bs_err *err)
{
    const char *value = memchr(s, '=', n), *end = s + n;
    const int i = value ? find_key(s, (size_t)(value - s)) : N_KEYS;
    double v = 0;
    int good;

    if (i == N_KEYS)
        return bs_fail(
            err, BS_EINVAL,
            "--imu-noise: \"%.*s\" is none of rate, gyro, accel, gyro_walk, accel_walk, gyro_bias, "
            "accel_bias, misalign, tilt, velocity, centre and delay, each =VALUE",
            n < 40 ? (int)n : 40, s);
    value++;
    if (i == DELAY_KEY)
        good = read_delay(&value, m);
    else if ((good = read_number(&value, keys[i].min, keys[i].max, &v)))
        *(double *)((char *)m + keys[i].field) = v * keys[i].unit;
    if (!good || value != end)
        return bs_fail(err, BS_EINVAL, "--imu-noise: \"%.*s\": expected a number (%s) from %g to %g",
                       n < 40 ? (int)n : 40, s, keys[i].unit_name, keys[i].min, keys[i].max);
    return BS_OK;
}

static int parse(const char *text, bs_imu_noise *out, bs_err *err)
{
    const size_t n = strcspn(text, ":");
    const bs_imu_noise *preset = find_preset(text, n);
    bs_imu_noise m;
    int rc = BS_OK;

    if (!preset)
        return bs_fail(
            err, BS_EINVAL,
            "--imu-noise: \"%.*s\" is no preset; there are phone, mems, esim, deblurimu, and ideal, "
            "which has no errors but those given as :KEY=VALUE,...",
            n < 40 ? (int)n : 40, text);
    m = *preset;
    text += n;
    while (rc == BS_OK && *text) { /* at the ':' or a ',' */
        const size_t len = strcspn(++text, ",");

        rc = read_pair(text, len, &m, err);
        text += len;
    }
    if (rc == BS_OK)
        *out = m;
    return rc;
}

int bs_imu_noise_parse(const char *text, bs_imu_noise *out, bs_err *err)
{
    /* Of this thread only: strtod must take a point for a point in a German host program, too. */
    const locale_t c = newlocale(LC_NUMERIC_MASK, "C", (locale_t)0);
    locale_t old;
    int rc;

    if (!c)
        return bs_fail(err, BS_ENOMEM, "no memory for a locale");
    old = uselocale(c);
    rc = parse(text, out, err);
    uselocale(old);
    freelocale(c);
    return rc;
}

int bs_imu_noise_key(const bs_imu_noise *noise, int i, const char **key, double *value)
{
    if (i >= N_KEYS)
        return 0;
    *key = keys[i].name;
    *value = *(const double *)((const char *)noise + keys[i].field) / keys[i].unit;
    return 1;
}

/* No error is 0, never -0. */
static double part(double deviation, double z)
{
    return deviation > 0 ? deviation * z : 0;
}

bs_imu_draw bs_imu_noise_draw(const bs_imu_noise *m, uint64_t seed, uint64_t sample)
{
    double z[17], delay_s;
    bs_imu_draw d;

    for (uint32_t i = 0; i < 17; i++) {
        const bs_random r = bs_draw(seed, sample, BS_DRAW_IMU, i);

        z[i] = (double)bs_normal(&r);
    }
    for (int i = 0; i < 3; i++) {
        d.gyro_bias_rad_s[i] = part(m->gyro_bias, z[i]);
        d.accel_bias_m_s2[i] = part(m->accel_bias, z[3 + i]);
        d.misalign_rad[i] = part(m->misalign_rad, z[6 + i]);
        d.velocity_m_s[i] = part(m->velocity_m_s, z[9 + i]);
    }
    for (int i = 0; i < 2; i++) {
        d.tilt_rad[i] = part(m->tilt_rad, z[12 + i]);
        d.centre[i] = part(m->centre, z[14 + i]);
    }
    delay_s = m->delay_mean_s + part(m->delay_s, z[16]);
    d.delay_s = fmin(fmax(delay_s, m->delay_min_s), m->delay_max_s);
    return d;
}
