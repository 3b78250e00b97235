/* Readings of an IMU with errors, and the poses that are integrated from them. */
#include "imu/noise_internal.h"

#include <math.h>
#include <stdlib.h>

#include "homography/sensor_px.h"
#include "imu/rotation.h"

/* Beyond this many readings in an exposure the rate is lowered, and the noise of a reading with it. */
#define BS_MAX_READINGS 65536

/* How the vertical is turned, for 'down' in axes of the IMU: about two horizontal axes. */
static void tilt_of(const double down[3], const double tilt_rad[2], double q[4])
{
    /* The first axis is x made horizontal or, where x is nearly vertical itself, z. */
    const int axis = fabs(down[0]) < 0.9 ? 0 : 2;
    double a[3] = { 0 }, b[3], v[3], length;

    a[axis] = 1;
    for (int i = 0; i < 3; i++)
        a[i] -= down[axis] * down[i];
    length = bs_norm(a);
    for (int i = 0; i < 3; i++)
        a[i] /= length;
    bs_cross(down, a, b);
    for (int i = 0; i < 3; i++)
        v[i] = tilt_rad[0] * a[i] + tilt_rad[1] * b[i];
    bs_rotation_exp(v, q);
}

static double step_s(const bs_imu_drift *d, int k)
{
    return 1e-9 * (double)(bs_drift_step_ns(d, k + 1) - bs_drift_step_ns(d, k));
}

static int fit(bs_imu_drift *d, const bs_exposure *window, double rate_hz, bs_err *err)
{
    const double wanted = ceil(1e-9 * (double)window->length_ns * rate_hz);
    bs_pose *a, *b;
    int n = wanted < BS_MAX_READINGS ? (int)wanted : BS_MAX_READINGS;

    n = n > window->length_ns ? (int)window->length_ns : n; /* times are whole nanoseconds */
    n = n < 1 ? 1 : n;
    if (n + 1 > d->capacity) {
        a = realloc(d->T_cam_taken, (size_t)(n + 1) * sizeof *a);
        d->T_cam_taken = a ? a : d->T_cam_taken;
        b = realloc(d->T_start_true, (size_t)(n + 1) * sizeof *b);
        d->T_start_true = b ? b : d->T_start_true;
        if (!a || !b)
            return bs_fail(err, BS_ENOMEM, "no memory for %d readings of an IMU", n + 1);
        d->capacity = n + 1;
    }
    d->window = *window;
    d->n = n;
    return BS_OK;
}

typedef struct integral {
    const bs_imu_noise *noise;
    const bs_imu_draw *draw;
    uint64_t seed, sample;
    const bs_pose *T_start_true; /* [n + 1] of the camera */
    double g_m_s2[3];            /* true, in axes of the camera at the start */
    double q_imu_cam[4];         /* misalignment */
    double gyro_bias[3], accel_bias[3];
    /* What is taken for the IMU's state, in its axes at the start. */
    double g_taken[3], v_m_s[3];
    bs_pose T;
} integral;

/* White noise of a reading that stands for 'dt' seconds, and the bias; then the bias walks on. */
static void add_errors(integral *s, uint32_t white, uint32_t walk, double density, double walk_density,
                       double bias[3], int k, double dt, double v[3])
{
    for (uint32_t i = 0; i < 3; i++) {
        const uint32_t number = 3 * (uint32_t)k + i;
        bs_random r;

        v[i] += bias[i];
        r = bs_draw(s->seed, s->sample, white, number);
        v[i] += density / sqrt(dt) * (double)bs_normal(&r);
        r = bs_draw(s->seed, s->sample, walk, number);
        bias[i] += walk_density * sqrt(dt) * (double)bs_normal(&r);
    }
}

/* The mean angular rate from step k to the next, as read. */
static void read_gyro(integral *s, int k, double dt, double w[3])
{
    const double *q = s->T_start_true[k].q, back[4] = { -q[0], -q[1], -q[2], q[3] };
    double step[4];

    bs_quat_mul(back, s->T_start_true[k + 1].q, step);
    bs_rotation_log(step, w);
    for (int i = 0; i < 3; i++)
        w[i] /= dt;
    bs_quat_rotate(s->q_imu_cam, w, w);
    add_errors(s, BS_DRAW_IMU_GYRO, BS_DRAW_IMU_GYRO_WALK, s->noise->gyro_noise, s->noise->gyro_walk,
               s->gyro_bias, k, dt, w);
}

/* The specific force at step k of acceleration 'a', as read over 'dt'. */
static void read_accel(integral *s, int k, double dt, const double a[3], double f[3])
{
    for (int i = 0; i < 3; i++)
        f[i] = a[i] - s->g_m_s2[i];
    bs_quat_rotate_back(s->T_start_true[k].q, f, f);
    bs_quat_rotate(s->q_imu_cam, f, f);
    add_errors(s, BS_DRAW_IMU_ACCEL, BS_DRAW_IMU_ACCEL_WALK, s->noise->accel_noise, s->noise->accel_walk,
               s->accel_bias, k, dt, f);
}

/* The mean velocity from step k to the next. */
static void true_velocity(const integral *s, int k, double dt, double v[3])
{
    for (int i = 0; i < 3; i++)
        v[i] = (s->T_start_true[k + 1].t_m[i] - s->T_start_true[k].t_m[i]) / dt;
}

/*
 * The acceleration at step k, and the time it stands for, 'dt' seconds: from the middle of the step before to
 * the middle of this one.  At the start it is taken to be that of the next step, over half the time.
 */
static void true_accel(const integral *s, const bs_imu_drift *d, int k, double a[3], double *dt)
{
    const int at = k ? k : 1;
    double v0[3], v1[3];

    *dt = k ? (step_s(d, k - 1) + step_s(d, k)) / 2 : step_s(d, 0) / 2;
    a[0] = a[1] = a[2] = 0;
    if (d->n < 2)
        return;
    true_velocity(s, at - 1, step_s(d, at - 1), v0);
    true_velocity(s, at, step_s(d, at), v1);
    for (int i = 0; i < 3; i++)
        a[i] = (v1[i] - v0[i]) / ((step_s(d, at - 1) + step_s(d, at)) / 2);
}

static void begin(integral *s, const bs_imu_drift *d, const bs_pose *T_world_start,
                  const double down_world[3])
{
    const bs_imu_draw *draw = s->draw;
    double down[3], a[3], dt, tilt[4];

    bs_rotation_exp(draw->misalign_rad, s->q_imu_cam);
    s->T = bs_pose_identity();
    bs_quat_rotate_back(T_world_start->q, down_world, down);
    for (int i = 0; i < 3; i++) {
        s->g_m_s2[i] = BS_GRAVITY_M_S2 * down[i];
        s->gyro_bias[i] = draw->gyro_bias_rad_s[i];
        s->accel_bias[i] = draw->accel_bias_m_s2[i];
    }
    bs_quat_rotate(s->q_imu_cam, down, down);
    tilt_of(down, draw->tilt_rad, tilt);
    bs_quat_rotate(tilt, down, s->g_taken);
    true_accel(s, d, 0, a, &dt);
    true_velocity(s, 0, step_s(d, 0), s->v_m_s);
    for (int i = 0; i < 3; i++)
        s->v_m_s[i] -= a[i] * dt;
    bs_quat_rotate(s->q_imu_cam, s->v_m_s, s->v_m_s);
    for (int i = 0; i < 3; i++) {
        s->g_taken[i] *= BS_GRAVITY_M_S2;
        s->v_m_s[i] += draw->velocity_m_s[i];
    }
}

/* From step k to the next, by what is read and taken. */
static void advance(integral *s, const bs_imu_drift *d, int k)
{
    const double dt = step_s(d, k);
    double a[3], f[3], w[3], q[4], kick_s;

    true_accel(s, d, k, a, &kick_s);
    read_accel(s, k, kick_s, a, f);
    read_gyro(s, k, dt, w);
    bs_quat_rotate(s->T.q, f, f);
    for (int i = 0; i < 3; i++) {
        s->v_m_s[i] += (f[i] + s->g_taken[i]) * kick_s;
        s->T.t_m[i] += s->v_m_s[i] * dt;
        w[i] *= dt;
    }
    bs_rotation_exp(w, q);
    bs_quat_mul(s->T.q, q, s->T.q);
    bs_quat_normalise(s->T.q);
}

int bs_imu_drift_make(const bs_trace *tr, const bs_imu_noise *noise, uint64_t seed, uint64_t sample,
                      const bs_exposure *window, const double down_world[3], bs_imu_draw *draw,
                      bs_imu_drift *d, bs_err *err)
{
    integral s = { .noise = noise, .draw = draw, .seed = seed, .sample = sample };
    const int64_t late_ns = bs_drift_cut_delay(tr, window, draw);
    bs_pose T_world_start, T_true_start;
    int rc = fit(d, window, noise->rate_hz, err);

    rc = rc ? rc : bs_drift_follow(tr, d, late_ns, d->T_start_true, &T_world_start, err);
    if (rc != BS_OK)
        return rc;
    s.T_start_true = d->T_start_true;
    begin(&s, d, &T_world_start, down_world);
    d->T_cam_taken[0] = s.T;
    for (int k = 0; k < d->n; k++) {
        advance(&s, d, k);
        d->T_cam_taken[k + 1] = s.T;
    }
    if (late_ns) /* what was read was another time's motion */
        rc = bs_drift_follow(tr, d, 0, d->T_start_true, &T_world_start, err);
    for (int k = 0; rc == BS_OK && k <= d->n; k++) {
        T_true_start = bs_pose_inverse(&d->T_start_true[k]);
        d->T_cam_taken[k] = bs_pose_mul(&T_true_start, &d->T_cam_taken[k]);
    }
    return rc;
}

/* Where the camera is taken to be at 't_ns', seen from where it is. */
static bs_pose taken_at(const bs_imu_drift *d, int64_t t_ns)
{
    const double at = (double)(t_ns - d->window.start_ns) / (double)d->window.length_ns * d->n;
    const int k = at < 0 ? 0 : at < d->n ? (int)at : d->n - 1;

    return bs_pose_interpolate(&d->T_cam_taken[k], &d->T_cam_taken[k + 1], at - k);
}

bs_pose bs_imu_drift_apply(const bs_imu_drift *d, int64_t anchor_ns, int64_t t_ns,
                           const bs_pose *T_anchor_cam)
{
    const bs_pose anchor = taken_at(d, anchor_ns), taken = taken_at(d, t_ns);
    const bs_pose back = bs_pose_inverse(&anchor), T = bs_pose_mul(T_anchor_cam, &taken);

    return bs_pose_mul(&back, &T);
}

void bs_imu_drift_free(bs_imu_drift *d)
{
    free(d->T_cam_taken);
    free(d->T_start_true);
    *d = (bs_imu_drift){ 0 };
}
