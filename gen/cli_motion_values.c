/* How the values of options of motion are read. */
#include <string.h>

#include "gen/cli_options.h"

bs_cli_verdict bs_cli_read_exposure(const bs_cli_option *o, const char *value, bs_cli *cli)
{
    int64_t lo, hi;
    const char *end;

    (void)o;
    if (!bs_cli_seconds(value, ':', &lo, &end))
        return BS_CLI_WRONG;
    hi = lo;
    if (*end == ':' && !bs_cli_seconds(end + 1, '\0', &hi, &end))
        return BS_CLI_WRONG;
    if (lo <= 0 || hi < lo)
        return BS_CLI_WRONG;
    cli->opt.exposure_min_ns = lo;
    cli->opt.exposure_max_ns = hi;
    return BS_CLI_GOOD;
}

bs_cli_verdict bs_cli_read_start(const bs_cli_option *o, const char *value, bs_cli *cli)
{
    int64_t t_ns;
    const char *end;

    (void)o;
    if (!bs_cli_seconds(value, '\0', &t_ns, &end) || t_ns < 0)
        return BS_CLI_WRONG;
    cli->opt.has_start = 1;
    cli->opt.start_ns = t_ns;
    return BS_CLI_GOOD;
}

bs_cli_verdict bs_cli_read_gap(const bs_cli_option *o, const char *value, bs_cli *cli)
{
    int64_t t_ns;
    const char *end;

    (void)o;
    if (!bs_cli_seconds(value, '\0', &t_ns, &end) || t_ns <= 0)
        return BS_CLI_WRONG;
    cli->opt.max_gap_ns = t_ns;
    return BS_CLI_GOOD;
}

bs_cli_verdict bs_cli_read_interval(const bs_cli_option *o, const char *value, bs_cli *cli)
{
    int64_t t_ns;
    const char *end;

    (void)o;
    if (!bs_cli_seconds(value, '\0', &t_ns, &end) || t_ns <= 0)
        return BS_CLI_WRONG;
    cli->opt.frame_interval_ns = t_ns;
    return BS_CLI_GOOD;
}

bs_cli_verdict bs_cli_read_velocity(const bs_cli_option *o, const char *value, bs_cli *cli)
{
    (void)o;
    if (!strcmp(value, "zero-mean")) {
        cli->opt.velocity = BS_VELOCITY_ZERO_MEAN;
    } else if (!strcmp(value, "rest")) {
        cli->opt.velocity = BS_VELOCITY_REST;
    } else if (!strncmp(value, "poses:", 6) && value[6]) {
        cli->opt.velocity = BS_VELOCITY_POSES;
        cli->opt.velocity_poses = value + 6;
    } else {
        return BS_CLI_WRONG;
    }
    return BS_CLI_GOOD;
}

bs_cli_verdict bs_cli_read_imu_units(const bs_cli_option *o, const char *value, bs_cli *cli)
{
    const size_t n = strcspn(value, ",");
    const char *accel = value[n] ? value + n + 1 : NULL;
    bs_imu_options *imu = &cli->opt.imu;

    (void)o;
    if (n != 5 || (strncmp(value, "rad/s", 5) && strncmp(value, "deg/s", 5)) ||
        (accel && strcmp(accel, "m/s2") && strcmp(accel, "g")))
        return BS_CLI_WRONG;
    imu->gyro_unit = *value == 'r' ? BS_GYRO_RAD_S : BS_GYRO_DEG_S;
    if (accel)
        imu->accel_unit = *accel == 'g' ? BS_ACCEL_G : BS_ACCEL_M_S2;
    return BS_CLI_GOOD;
}

bs_cli_verdict bs_cli_read_gyro_bias(const bs_cli_option *o, const char *value, bs_cli *cli)
{
    double v[3];
    char piece[64];

    (void)o;
    for (int i = 0; i < 3; i++) {
        value = bs_cli_piece(value, piece, sizeof piece);
        if (!value || !bs_cli_number(piece, &v[i]) || *value != (i < 2 ? ',' : '\0'))
            return BS_CLI_WRONG;
        value += i < 2;
    }
    cli->opt.has_gyro_bias = 1;
    memcpy(cli->opt.gyro_bias_rad_s, v, sizeof v);
    return BS_CLI_GOOD;
}

bs_cli_verdict bs_cli_read_shutter(const bs_cli_option *o, const char *value, bs_cli *cli)
{
    int64_t readout_ns = 0;
    const char *end;
    int direction = BS_SHUTTER_TOP_DOWN;

    (void)o;
    if (!strcmp(value, "global")) {
        direction = BS_SHUTTER_GLOBAL;
    } else {
        if (strncmp(value, "rolling:", 8) || !bs_cli_seconds(value + 8, ':', &readout_ns, &end) ||
            readout_ns < 0 || readout_ns > BS_MAX_READOUT_NS)
            return BS_CLI_WRONG;
        while (*end && direction <= BS_SHUTTER_RIGHT_LEFT &&
               strcmp(end + 1, bs_shutter_direction((bs_shutter)direction)))
            direction++;
        if (direction > BS_SHUTTER_RIGHT_LEFT)
            return BS_CLI_WRONG;
    }
    cli->opt.has_shutter = 1;
    cli->opt.shutter = (bs_shutter)direction;
    cli->opt.readout_ns = readout_ns;
    return BS_CLI_GOOD;
}

bs_cli_verdict bs_cli_read_blur(const bs_cli_option *o, const char *value, bs_cli *cli)
{
    const size_t n = strcspn(value, ":");
    char low[32];
    double lo, hi;

    (void)o;
    if (!value[n] || n >= sizeof low)
        return BS_CLI_WRONG;
    memcpy(low, value, n);
    low[n] = '\0';
    if (!bs_cli_number(low, &lo) || !bs_cli_number(value + n + 1, &hi) || !(lo >= 0 && hi > 0 && hi >= lo))
        return BS_CLI_WRONG;
    cli->opt.blur_min_px = lo;
    cli->opt.blur_max_px = hi;
    return BS_CLI_GOOD;
}
