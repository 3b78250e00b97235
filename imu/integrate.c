#include "imu/integrate.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "imu/attitude.h"
#include "imu/integrate_internal.h"
#include "imu/rotation.h"

#define GRAVITY_M_S2 9.81

/* Gravity is nowhere on earth, and no accelerometer is, farther off. */
#define MAX_GRAVITY_ERROR_M_S2 0.5

#define MAX_READING 1e6

/* Slower than this, the attitude is the poses'; as for the velocity. */
#define POSES_WIDTH_S 0.5

typedef struct integration {
    const bs_trace_options *opt;
    bs_imu imu;          /* rows: owned, less their biases */
    bs_trace *poses;     /* owned; NULL but for BS_VELOCITY_POSES */
    bs_state *reference; /* owned; [imu.n]: the poses at the rows' times; NULL without */
    bs_still *rests;     /* owned */
    size_t n_rests;
    bs_trace *tr;       /* owned */
    double gravity_sum; /* lengths of gravity found by poses, times rows */
} integration;

/* Adds a sentence to what was assumed. */
static void BS_PRINTF(2, 3) note(integration *in, const char *fmt, ...)
{
    char *notes = in->tr->imu->notes;
    const size_t size = sizeof in->tr->imu->notes;
    size_t used = strlen(notes);
    va_list ap;

    if (used && used + 2 < size) {
        notes[used++] = '\n';
        notes[used] = '\0';
    }
    va_start(ap, fmt);
    vsnprintf(notes + used, size - used, fmt, ap);
    va_end(ap);
}

/* Whether each of three numbers is finite, and small enough for its square and that of any interval to be. */
static int in_range(const double v[3])
{
    return fabs(v[0]) <= MAX_READING && fabs(v[1]) <= MAX_READING && fabs(v[2]) <= MAX_READING;
}

static int check_readings(const bs_imu *imu, const bs_trace_options *opt, bs_err *err)
{
    if (imu->n < 2)
        return bs_fail(err, BS_EINVAL, "%s: %zu rows: expected at least two", imu->path, imu->n);
    if (opt->has_gyro_bias && !in_range(opt->gyro_bias_rad_s))
        return bs_fail(err, BS_EINVAL, "the gyroscope's bias is %g %g %g rad/s: expected numbers below %g",
                       opt->gyro_bias_rad_s[0], opt->gyro_bias_rad_s[1], opt->gyro_bias_rad_s[2],
                       MAX_READING);
    for (size_t i = 0; i < imu->n; i++) {
        const bs_imu_sample *r = &imu->rows[i];

        if (r->t_ns > BS_MAX_TIME_NS || r->t_ns < -BS_MAX_TIME_NS || (i && r->t_ns <= r[-1].t_ns))
            return bs_fail(err, BS_EINVAL,
                           "%s: row %zu: %lld ns: expected times that increase, below 4.6e18 ns", imu->path,
                           i, (long long)r->t_ns);
        if (!in_range(r->gyro_rad_s) || !in_range(r->accel_m_s2))
            return bs_fail(err, BS_EINVAL, "%s: row %zu: expected readings below %g", imu->path, i,
                           MAX_READING);
    }
    return BS_OK;
}

static int copy_readings(integration *in, const bs_imu *imu, bs_err *err)
{
    in->imu = *imu;
    in->imu.rows = imu->n <= SIZE_MAX / sizeof *imu->rows ? malloc(imu->n * sizeof *imu->rows) : NULL;
    if (!in->imu.rows)
        return bs_fail(err, BS_ENOMEM, "%s: no memory for %zu rows", imu->path, imu->n);
    memcpy(in->imu.rows, imu->rows, imu->n * sizeof *imu->rows);
    return BS_OK;
}

static int no_overlap(const integration *in, bs_err *err)
{
    const bs_trace_info *p = &in->poses->info;

    return bs_fail(
        err, BS_EINVAL,
        "%s: no poses at the times of %s: they run from %.3f s to %.3f s, the readings from %.3f s to "
        "%.3f s: expected both by the same clock",
        in->poses->path, in->imu.path, 1e-9 * (double)p->start_ns, 1e-9 * (double)p->end_ns,
        1e-9 * (double)in->imu.rows[0].t_ns, 1e-9 * (double)in->imu.rows[in->imu.n - 1].t_ns);
}

/* Keeps only rows at whose times there is a pose, and notes it there. */
static int take_reference(integration *in, bs_err *err)
{
    size_t kept = 0;
    int rc;

    if ((rc = bs_reference_open(in->opt, &in->poses, err)))
        return rc;
    in->reference =
        in->imu.n <= SIZE_MAX / sizeof *in->reference ? malloc(in->imu.n * sizeof *in->reference) : NULL;
    if (!in->reference)
        return bs_fail(err, BS_ENOMEM, "%s: no memory for %zu rows", in->imu.path, in->imu.n);
    for (size_t i = 0; i < in->imu.n; i++)
        if (bs_reference_at(in->poses, in->imu.rows[i].t_ns, &in->reference[kept]))
            in->imu.rows[kept++] = in->imu.rows[i];
    if (kept < 2)
        return no_overlap(in, err);
    in->imu.n = kept;
    return BS_OK;
}

/* A trace whose rows have nothing but their times yet. */
static int make_trace(integration *in, bs_err *err)
{
    bs_state *rows = in->imu.n <= SIZE_MAX / sizeof *rows ? calloc(in->imu.n, sizeof *rows) : NULL;
    bs_imu_record *record;
    int rc;

    if (!rows)
        return bs_fail(err, BS_ENOMEM, "%s: no memory for %zu rows", in->imu.path, in->imu.n);
    for (size_t i = 0; i < in->imu.n; i++)
        rows[i].t_ns = in->imu.rows[i].t_ns;
    rc = bs_trace_build(in->imu.path, BS_TRACE_IMU, rows, in->imu.n, 1, in->opt, &in->tr, err);
    if (rc)
        return rc;
    if (!(record = in->tr->imu = calloc(1, sizeof *record)))
        return bs_fail(err, BS_ENOMEM, "%s: no memory for a trace", in->imu.path);
    record->summary = (bs_imu_summary){ .format = in->imu.format,
                                        .gyro_unit = in->imu.gyro_unit,
                                        .accel_unit = in->imu.accel_unit,
                                        .has_accel = in->imu.has_accel,
                                        .gravity_removed = in->imu.gravity_removed,
                                        .rate_hz = 1e9 / (double)in->tr->info.median_interval_ns,
                                        .velocity = in->opt->velocity,
                                        .notes = record->notes };
    in->tr->info.imu = &record->summary;
    in->tr->info.rotation_only = !in->imu.has_accel && !in->poses;
    return BS_OK;
}

/* What the reader had to say. */
static void pass_on(integration *in, const bs_imu *imu)
{
    static const char *const directions[] = { "top-down", "bottom-up", "left-right", "right-left" };
    const int d = imu->readout_direction;

    if (*imu->notice)
        note(in, "%s", imu->notice);
    if (imu->readout_s > 0)
        note(in, "the file says that the camera reads a frame in %.6g s: --shutter rolling:%.6g%s%s does so",
             imu->readout_s, imu->readout_s, d > 0 && d < 4 ? ":" : "", d > 0 && d < 4 ? directions[d] : "");
}

static void mean_gyro(const bs_imu *imu, double mean[3])
{
    for (int k = 0; k < 3; k++) {
        mean[k] = 0;
        for (size_t i = 0; i < imu->n; i++)
            mean[k] += imu->rows[i].gyro_rad_s[k];
        mean[k] /= (double)imu->n;
    }
}

static void take_off_bias(integration *in)
{
    bs_imu_summary *sum = &in->tr->imu->summary;
    double before[3], after[3];

    mean_gyro(&in->imu, before);
    sum->bias_source = in->opt->has_gyro_bias ? BS_BIAS_GIVEN : in->n_rests ? BS_BIAS_REST : BS_BIAS_NONE;
    if (sum->bias_source == BS_BIAS_GIVEN)
        for (size_t i = 0; i < in->imu.n; i++)
            for (int k = 0; k < 3; k++)
                in->imu.rows[i].gyro_rad_s[k] -= in->opt->gyro_bias_rad_s[k];
    else if (sum->bias_source == BS_BIAS_REST)
        bs_rests_unbias(&in->imu, in->rests, in->n_rests);
    else
        note(in, "no stretch at rest: the gyroscope's bias is taken as 0");
    mean_gyro(&in->imu, after);
    for (int k = 0; k < 3; k++)
        sum->gyro_bias_rad_s[k] = before[k] - after[k];
    for (size_t i = 0; i < in->imu.n; i++) {
        sum->mean_gyro_rad_s += bs_norm(in->imu.rows[i].gyro_rad_s) / (double)in->imu.n;
        sum->mean_accel_m_s2 += bs_norm(in->imu.rows[i].accel_m_s2) / (double)in->imu.n;
    }
}

/* Rests are found by the trace's clock and shown by the camera's. */
static int find_rests(integration *in, bs_err *err)
{
    bs_imu_record *record = in->tr->imu;
    int rc = bs_rests_find(&in->imu, in->tr->info.max_gap_ns, &in->rests, &in->n_rests, err);

    if (rc || !in->n_rests)
        return rc;
    record->rests = malloc(in->n_rests * sizeof *record->rests);
    if (!record->rests)
        return bs_fail(err, BS_ENOMEM, "%s: no memory for %zu rests", in->imu.path, in->n_rests);
    for (size_t i = 0; i < in->n_rests; i++) {
        record->rests[i].start_ns = in->tr->rows[in->rests[i].first].t_ns;
        record->rests[i].end_ns = in->tr->rows[in->rests[i].last].t_ns;
    }
    record->summary.rests = record->rests;
    record->summary.n_rests = in->n_rests;
    return BS_OK;
}

static void find_gravity(integration *in)
{
    bs_imu_summary *sum = &in->tr->imu->summary;

    if (!in->imu.has_accel || in->imu.gravity_removed)
        return;
    sum->gravity_m_s2 = in->n_rests ? bs_rests_gravity(in->rests, in->n_rests) : GRAVITY_M_S2;
    if (!in->n_rests && fabs(sum->mean_accel_m_s2 - GRAVITY_M_S2) > 0.5 * GRAVITY_M_S2)
        note(in,
             "the accelerometer reads %.3g m/s^2 on the mean, and gravity is 9.81: a wrong unit, or "
             "gravity is removed already",
             sum->mean_accel_m_s2);
}

/* Gravity in the world of the poses: what the accelerometer reads there on the mean, less the gain in speed. */
static void gravity_by_poses(integration *in, bs_run *run)
{
    const double time_s = bs_seconds_between(run->states[0].t_ns, run->states[run->n - 1].t_ns);
    double f[3];

    if (run->n < 2)
        return;
    for (size_t i = 0; i < run->n; i++) {
        bs_quat_rotate(run->states[i].T_world_body.q, run->rows[i].accel_m_s2, f);
        for (int k = 0; k < 3; k++)
            run->gravity_m_s2[k] -= f[k] / (double)run->n;
    }
    for (int k = 0; k < 3; k++)
        run->gravity_m_s2[k] += (run->reference[run->n - 1].v_m_s[k] - run->reference[0].v_m_s[k]) / time_s;
    in->gravity_sum += bs_norm(run->gravity_m_s2) * (double)run->n;
}

static int follow_poses(const bs_run *run, bs_err *err)
{
    double(*q)[4] = malloc(run->n * sizeof *q); /* smaller than the states, which fit */
    int rc;

    if (!q)
        return bs_fail(err, BS_ENOMEM, "no memory for the attitude at %zu rows", run->n);
    for (size_t i = 0; i < run->n; i++)
        memcpy(q[i], run->reference[i].T_world_body.q, sizeof q[i]);
    rc = bs_attitude_follow(run->states, run->n, q, POSES_WIDTH_S, err);
    free(q);
    return rc;
}

/* Rests inside a stretch: neither meets a gap. */
static void rests_of_run(const integration *in, bs_run *run)
{
    size_t first = 0, end;

    while (first < in->n_rests && in->rests[first].first < run->first_row)
        first++;
    for (end = first; end < in->n_rests && in->rests[end].first < run->first_row + run->n; end++)
        ;
    run->n_rests = end - first;
    run->rests = run->n_rests ? in->rests + first : NULL;
}

static int integrate_run(integration *in, bs_run *run, bs_err *err)
{
    const bs_imu_summary *sum = &in->tr->imu->summary;
    const int gravity = in->imu.has_accel && !in->imu.gravity_removed;
    int rc = BS_OK;

    bs_attitude_turn(run->rows, run->states, run->n);
    if (in->poses)
        rc = follow_poses(run, err);
    else if (gravity)
        rc = bs_attitude_level(run->rows, run->states, run->n, err);
    if (rc || in->tr->info.rotation_only)
        return rc;
    if (in->poses && gravity)
        gravity_by_poses(in, run);
    else
        run->gravity_m_s2[2] = -sum->gravity_m_s2;
    rests_of_run(in, run);
    return bs_run_move(run, sum->velocity, err);
}

static int integrate_all(integration *in, bs_err *err)
{
    const size_t n = in->imu.n;
    size_t restless = 0;
    int rc = BS_OK;

    for (size_t first = 0, last; !rc && first < n; first = last + 1) {
        bs_run run = { .rows = in->imu.rows + first, .states = in->tr->rows + first, .first_row = first };

        for (last = first; last + 1 < n && !bs_trace_is_gap(in->tr, last); last++)
            ;
        run.n = last - first + 1;
        run.reference = in->poses ? in->reference + first : NULL;
        rc = integrate_run(in, &run, err);
        restless += !run.n_rests;
    }
    if (in->tr->info.rotation_only)
        note(in, "gyroscope only: the camera turns on the spot");
    else if (in->opt->velocity == BS_VELOCITY_REST && restless)
        note(in, "%zu of %zu stretches without rest: each is taken to begin at rest", restless,
             in->tr->info.n_stretches);
    return rc;
}

/* What came out of the poses. */
static void conclude(integration *in, size_t readings)
{
    bs_imu_summary *sum = &in->tr->imu->summary;

    if (!in->poses)
        return;
    if (in->imu.n < readings)
        note(in, "%zu of %zu rows have no pose of the velocity's trace at their time, and are left out",
             readings - in->imu.n, readings);
    if (!in->imu.has_accel || in->imu.gravity_removed)
        return;
    sum->gravity_m_s2 = in->gravity_sum / (double)in->imu.n;
    if (fabs(sum->gravity_m_s2 - GRAVITY_M_S2) > MAX_GRAVITY_ERROR_M_S2)
        note(in,
             "gravity by these poses is %.3g m/s^2 instead of 9.81: are they poses of the IMU, in its axes?",
             sum->gravity_m_s2);
}

static int integrate_readings(integration *in, const bs_imu *imu, bs_err *err)
{
    int rc;

    if ((rc = check_readings(imu, in->opt, err)) || (rc = copy_readings(in, imu, err)))
        return rc;
    if (in->opt->velocity == BS_VELOCITY_POSES && (rc = take_reference(in, err)))
        return rc;
    if ((rc = make_trace(in, err)) || (rc = find_rests(in, err)))
        return rc;
    pass_on(in, imu);
    take_off_bias(in);
    find_gravity(in);
    if ((rc = integrate_all(in, err)))
        return rc;
    conclude(in, imu->n);
    return BS_OK;
}

int bs_trace_from_imu(const bs_imu *imu, const bs_trace_options *opt, bs_trace **out, bs_err *err)
{
    const bs_trace_options defaults = { 0 };
    integration in = { .opt = opt ? opt : &defaults };
    const int rc = integrate_readings(&in, imu, err);

    if (!rc) {
        *out = in.tr;
        in.tr = NULL;
    }
    bs_trace_close(&in.tr);
    bs_trace_close(&in.poses);
    free(in.reference);
    free(in.rests);
    free(in.imu.rows);
    return rc;
}
