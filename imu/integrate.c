#include "imu/integrate.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "imu/integrate_internal.h"
#include "imu/rotation.h"

/* Gravity is nowhere on earth, and no accelerometer is, farther off. */
#define MAX_GRAVITY_ERROR_M_S2 0.5

#define MAX_READING 1e6

typedef struct integration {
    const bs_trace_options *opt;
    bs_imu imu;          /* rows: owned, less their biases */
    bs_state *reference; /* owned; [imu.n]: BS_VELOCITY_POSES at the rows' times; else NULL */
    bs_still *rests;     /* owned */
    size_t n_rests;
    bs_trace *tr; /* owned */
    /* Gravity found by poses, times the rows of stretches: its length, its direction. */
    double gravity_sum, fall_sum[3], gravity_rows;
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
    in->tr->info.rotation_only = !in->imu.has_accel && !in->reference;
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
    sum->gravity_m_s2 = in->n_rests ? bs_rests_gravity(in->rests, in->n_rests) : BS_GRAVITY_M_S2;
    if (!in->n_rests && fabs(sum->mean_accel_m_s2 - BS_GRAVITY_M_S2) > 0.5 * BS_GRAVITY_M_S2)
        note(in,
             "the accelerometer reads %.3g m/s^2 on the mean, and gravity is 9.81: a wrong unit, or "
             "gravity is removed already",
             sum->mean_accel_m_s2);
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

/* What gravity was in a stretch, where it was found. */
static void add_gravity(integration *in, const bs_run *run)
{
    const double length = bs_norm(run->gravity_m_s2), n = (double)run->n;

    if (run->n < 2 || !(length > 0))
        return;
    in->gravity_sum += length * n;
    in->gravity_rows += n;
    for (int k = 0; k < 3; k++)
        in->fall_sum[k] += run->gravity_m_s2[k] * n;
}

static int integrate_all(integration *in, bs_err *err)
{
    const bs_imu_summary *sum = &in->tr->imu->summary;
    const size_t n = in->imu.n;
    size_t restless = 0;
    int rc = BS_OK;

    for (size_t first = 0, last; !rc && first < n; first = last + 1) {
        bs_run run = { .rows = in->imu.rows + first, .states = in->tr->rows + first, .first_row = first };

        for (last = first; last + 1 < n && !bs_trace_is_gap(in->tr, last); last++)
            ;
        run.n = last - first + 1;
        run.reference = in->reference ? in->reference + first : NULL;
        rests_of_run(in, &run);
        rc = bs_run_integrate(&run, sum, err);
        add_gravity(in, &run);
        restless += !run.n_rests;
    }
    if (in->tr->info.rotation_only)
        note(in, "gyroscope only: the camera turns on the spot");
    else if (in->opt->velocity == BS_VELOCITY_REST && restless)
        note(in, "%zu of %zu stretches without rest: each is taken to begin at rest", restless,
             in->tr->info.n_stretches);
    return rc;
}

/* What came out of the poses, and where down is. */
static void conclude(integration *in, size_t readings)
{
    bs_imu_summary *sum = &in->tr->imu->summary;
    const double fall = bs_norm(in->fall_sum);

    for (int k = 0; k < 3 && fall > 0; k++)
        sum->down_world[k] = in->fall_sum[k] / fall;
    if (!in->reference)
        return;
    if (in->imu.n < readings)
        note(in, "%zu of %zu rows have no pose of the velocity's trace at their time, and are left out",
             readings - in->imu.n, readings);
    if (!in->imu.has_accel || in->imu.gravity_removed)
        return;
    sum->gravity_m_s2 = in->gravity_rows > 0 ? in->gravity_sum / in->gravity_rows : 0;
    if (fabs(sum->gravity_m_s2 - BS_GRAVITY_M_S2) > MAX_GRAVITY_ERROR_M_S2)
        note(in,
             "gravity by these poses is %.3g m/s^2 instead of 9.81: are they poses of the IMU, in its axes?",
             sum->gravity_m_s2);
}

static int integrate_readings(integration *in, const bs_imu *imu, bs_err *err)
{
    int rc;

    if ((rc = check_readings(imu, in->opt, err)) || (rc = copy_readings(in, imu, err)))
        return rc;
    if (in->opt->velocity == BS_VELOCITY_POSES &&
        (rc = bs_reference_take(in->opt, &in->imu, &in->reference, err)))
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
    free(in.reference);
    free(in.rests);
    free(in.imu.rows);
    return rc;
}
