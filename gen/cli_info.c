/* blursynth info FILE: what a trace is. */
#include <math.h>
#include <string.h>
#include <sys/stat.h>

#include <cjson/cJSON.h>

#include "gen/cli.h"
#include "gen/json_text.h"

/* Stretches and gaps beyond this are counted, not listed. */
#define MAX_LISTED 8

/* How a trace of poses moves, over the intervals that are no gap. */
typedef struct motion {
    double mean_m_s, max_m_s, mean_deg_s, max_deg_s;
} motion;

static double turned_rad(const bs_pose *a, const bs_pose *b)
{
    const bs_pose T_b_a = bs_pose_inverse(b), T = bs_pose_mul(&T_b_a, a);

    return 2 * atan2(sqrt(T.q[0] * T.q[0] + T.q[1] * T.q[1] + T.q[2] * T.q[2]), fabs(T.q[3]));
}

static motion find_motion(const bs_trace *tr)
{
    const bs_trace_info *info = bs_trace_describe(tr);
    const double degrees = 45 / atan(1);
    motion m = { 0 };
    double time_s = 0;
    int64_t t0, t1;
    bs_pose p, q;

    bs_trace_row(tr, 0, &t0, &p);
    for (size_t i = 1; i < info->rows; i++, t0 = t1, p = q) {
        double dt_s, way_m, angle_deg;

        bs_trace_row(tr, i, &t1, &q);
        if (t1 - t0 > info->max_gap_ns)
            continue;
        dt_s = 1e-9 * (double)(t1 - t0);
        way_m = hypot(hypot(q.t_m[0] - p.t_m[0], q.t_m[1] - p.t_m[1]), q.t_m[2] - p.t_m[2]);
        angle_deg = degrees * turned_rad(&p, &q);
        time_s += dt_s;
        m.mean_m_s += way_m;
        m.mean_deg_s += angle_deg;
        m.max_m_s = fmax(m.max_m_s, way_m / dt_s);
        m.max_deg_s = fmax(m.max_deg_s, angle_deg / dt_s);
    }
    m.mean_m_s /= fmax(time_s, 1e-9);
    m.mean_deg_s /= fmax(time_s, 1e-9);
    return m;
}

static const char *const kinds[] = { [BS_TRACE_CSV] = "poses, CSV",
                                     [BS_TRACE_TUM] = "poses, TUM",
                                     [BS_TRACE_EUROC] = "poses, EuRoC",
                                     [BS_TRACE_IMU] = "IMU",
                                     [BS_TRACE_MADE] = "generated" };

static double after_start_s(const bs_trace_info *info, int64_t t_ns)
{
    return 1e-9 * (double)(t_ns - info->start_ns);
}

static void print_gaps(const bs_trace_info *info)
{
    const size_t n = info->n_stretches - 1;

    if (!n) {
        printf("  gaps      none longer than %.4g s\n", 1e-9 * (double)info->max_gap_ns);
        return;
    }
    printf("  gaps      %zu longer than %.4g s:", n, 1e-9 * (double)info->max_gap_ns);
    for (size_t i = 0; i < n && i < MAX_LISTED; i++) {
        const bs_stretch *s = &info->stretches[i];

        printf("%s %.4g s at %.4g s", i ? "," : "", 1e-9 * (double)(s[1].start_ns - s->end_ns),
               after_start_s(info, s->end_ns));
    }
    puts(n > MAX_LISTED ? ", ..." : "");
}

static const char *const velocities[] = { "zero-mean", "rest", "poses" };
static const char *const biases[] = { [BS_BIAS_NONE] = "taken as 0: nowhere at rest",
                                      [BS_BIAS_REST] = "as it reads at rest",
                                      [BS_BIAS_GIVEN] = "given" };

static const char *const bias_words[] = {
    [BS_BIAS_NONE] = "none", [BS_BIAS_REST] = "rest", [BS_BIAS_GIVEN] = "given"
};

static void print_rests(const bs_trace_info *info)
{
    const bs_imu_summary *imu = info->imu;
    double sum_s = 0;

    for (size_t i = 0; i < imu->n_rests; i++)
        sum_s += 1e-9 * (double)(imu->rests[i].end_ns - imu->rests[i].start_ns);
    if (!imu->n_rests) {
        puts("  at rest   nowhere");
        return;
    }
    printf("  at rest   %.4g s in %zu stretch%s:", sum_s, imu->n_rests, imu->n_rests == 1 ? "" : "es");
    for (size_t i = 0; i < imu->n_rests && i < MAX_LISTED; i++)
        printf("%s %.4g to %.4g s", i ? "," : "", after_start_s(info, imu->rests[i].start_ns),
               after_start_s(info, imu->rests[i].end_ns));
    puts(imu->n_rests > MAX_LISTED ? ", ..." : "");
}

/* What an IMU read, and what was made of it. */
static void print_imu(const bs_trace_info *info)
{
    const bs_imu_summary *imu = info->imu;
    const double *bias = imu->gyro_bias_rad_s;

    printf("  format    %s, gyroscope in %s", imu->format, imu->gyro_unit);
    if (imu->has_accel)
        printf(", accelerometer in %s%s", imu->accel_unit, imu->gravity_removed ? " without gravity" : "");
    printf("\n  readings  |w| %.4g rad/s on average", imu->mean_gyro_rad_s);
    if (imu->has_accel)
        printf(", |a| %.4g m/s2", imu->mean_accel_m_s2);
    putchar('\n');
    print_rests(info);
    printf("  gyro bias %.5f, %.5f, %.5f rad/s, %s\n", bias[0], bias[1], bias[2], biases[imu->bias_source]);
    if (imu->has_accel)
        printf("  gravity   %.4g m/s2; velocity by the rule %s\n", imu->gravity_m_s2,
               velocities[imu->velocity]);
    for (const char *n = imu->notes, *end; *n; n = end + (*end == '\n')) {
        end = n + strcspn(n, "\n");
        fputs("  notice    ", stdout);
        fwrite(n, 1, (size_t)(end - n), stdout);
        putchar('\n');
    }
}

static void print_lines(const bs_cli *cli, const bs_trace *tr)
{
    const bs_trace_info *info = bs_trace_describe(tr);
    const motion m = find_motion(tr);

    printf("%s\n", cli->file);
    printf("  kind      %s\n", kinds[info->kind]);
    printf("  rows      %zu, %.6g Hz\n", info->rows, 1e9 / (double)info->median_interval_ns);
    printf("  time      %.6g s, from %lld ns\n", after_start_s(info, info->end_ns),
           (long long)info->start_ns);
    print_gaps(info);
    if (info->imu)
        print_imu(info);
    printf("  turning   %.3g deg/s on average, at most %.4g\n", m.mean_deg_s, m.max_deg_s);
    if (info->rotation_only)
        puts("  moving    unknown: a gyroscope alone; the camera turns on the spot");
    else
        printf("  moving    %.3g m/s on average, at most %.4g\n", m.mean_m_s, m.max_m_s);
}

static void add_number(cJSON *to, const char *key, double v)
{
    cJSON_AddNumberToObject(to, key, v);
}

static void add_gaps(cJSON *o, const bs_trace_info *info)
{
    cJSON *list = cJSON_AddArrayToObject(o, "gaps");

    for (size_t i = 0; i + 1 < info->n_stretches; i++) {
        cJSON *gap = cJSON_CreateObject();

        add_number(gap, "start_s", after_start_s(info, info->stretches[i].end_ns));
        add_number(gap, "end_s", after_start_s(info, info->stretches[i + 1].start_ns));
        cJSON_AddItemToArray(list, gap);
    }
}

static void add_imu(cJSON *o, const bs_trace_info *info)
{
    const bs_imu_summary *imu = info->imu;
    cJSON *i = cJSON_AddObjectToObject(o, "imu"), *list;

    bs_json_add_text(i, "format", imu->format);
    bs_json_add_text(i, "gyro_unit", imu->gyro_unit);
    bs_json_add_text(i, "accel_unit", imu->accel_unit);
    cJSON_AddBoolToObject(i, "gravity_removed", imu->gravity_removed);
    add_number(i, "mean_gyro_rad_s", imu->mean_gyro_rad_s);
    add_number(i, "mean_accel_m_s2", imu->mean_accel_m_s2);
    cJSON_AddItemToObject(i, "gyro_bias_rad_s", cJSON_CreateDoubleArray(imu->gyro_bias_rad_s, 3));
    bs_json_add_text(i, "gyro_bias_from", bias_words[imu->bias_source]);
    add_number(i, "gravity_m_s2", imu->gravity_m_s2);
    bs_json_add_text(i, "velocity", velocities[imu->velocity]);
    bs_json_add_text(i, "notice", *imu->notes ? imu->notes : NULL);
    list = cJSON_AddArrayToObject(i, "rests");
    for (size_t k = 0; k < imu->n_rests; k++) {
        cJSON *rest = cJSON_CreateObject();

        add_number(rest, "start_s", after_start_s(info, imu->rests[k].start_ns));
        add_number(rest, "end_s", after_start_s(info, imu->rests[k].end_ns));
        cJSON_AddItemToArray(list, rest);
    }
}

static int print_json(const bs_cli *cli, const bs_trace *tr)
{
    const bs_trace_info *info = bs_trace_describe(tr);
    const motion m = find_motion(tr);
    cJSON *o = cJSON_CreateObject();
    char *text, stamp[32];

    bs_json_add_text(o, "file", cli->file);
    bs_json_add_text(o, "kind", kinds[info->kind]);
    add_number(o, "rows", (double)info->rows);
    add_number(o, "hz", 1e9 / (double)info->median_interval_ns);
    add_number(o, "duration_s", after_start_s(info, info->end_ns));
    snprintf(stamp, sizeof stamp, "%lld", (long long)info->start_ns);
    cJSON_AddRawToObject(o, "start_ns", stamp); /* a date in nanoseconds does not fit a double */
    add_number(o, "max_gap_s", 1e-9 * (double)info->max_gap_ns);
    add_gaps(o, info);
    add_number(o, "mean_deg_s", m.mean_deg_s);
    add_number(o, "max_deg_s", m.max_deg_s);
    cJSON_AddBoolToObject(o, "rotation_only", info->rotation_only);
    add_number(o, "mean_m_s", m.mean_m_s);
    add_number(o, "max_m_s", m.max_m_s);
    if (info->imu)
        add_imu(o, info);
    text = cJSON_PrintUnformatted(o);
    cJSON_Delete(o);
    if (!text)
        return BS_ENOMEM;
    puts(text);
    cJSON_free(text);
    return BS_OK;
}

int bs_cli_info(const bs_cli *cli)
{
    const bs_trace_options opt = bs_dataset_trace_options(&cli->opt);
    struct stat st;
    bs_trace *tr = NULL;
    bs_err err = { 0 };
    int rc = BS_OK;

    if (!stat(cli->file, &st) && S_ISDIR(st.st_mode))
        rc = bs_fail(&err, BS_EINVAL,
                     "%s: a folder: info describes a trace; what a dataset is stands in its dataset.json",
                     cli->file);
    rc = rc ? rc : bs_trace_open(cli->file, &opt, &tr, &err);

    if (rc == BS_OK && cli->json)
        rc = print_json(cli, tr);
    else if (rc == BS_OK)
        print_lines(cli, tr);
    else
        bs_cli_print_error(stderr, err.text);
    bs_trace_close(&tr);
    return bs_cli_status(rc, 0);
}
