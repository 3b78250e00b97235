#include "imu/shake.h"

#include <math.h>
#include <stdlib.h>

#include "imu/rotation.h"
#include "imu/shake_internal.h"

/* Rows of a path are at least so many for an exposure, so that a flash of 1 ms has a motion, too. */
#define MIN_ROWS 64

/* Half a gigabyte of trace. */
#define MAX_ROWS 4000000.0

static int fit(bs_path *p, size_t n, bs_err *err)
{
    void *t = realloc(p->t_ns, n * sizeof *p->t_ns), *x, *dx;

    p->t_ns = t ? t : p->t_ns;
    x = realloc(p->x, n * sizeof *p->x);
    p->x = x ? x : p->x;
    dx = realloc(p->dx, n * sizeof *p->dx);
    p->dx = dx ? dx : p->dx;
    if (!t || !x || !dx)
        return bs_fail(err, BS_ENOMEM, "no memory for a motion of %zu rows", n);
    p->n = n;
    return BS_OK;
}

/* How many equal intervals a motion of 'length_ns' has. */
static double count_intervals(const bs_shake *s, int64_t exposure_ns, int64_t length_ns)
{
    const double interval_ns = fmin(1e9 / s->rate_hz, (double)exposure_ns / MIN_ROWS);

    return fmin(ceil((double)length_ns / interval_ns), (double)length_ns);
}

int bs_shake_check_length(const bs_shake *s, int64_t exposure_ns, int64_t length_ns, bs_err *err)
{
    const double intervals = count_intervals(s, exposure_ns, length_ns);

    if (intervals < MAX_ROWS)
        return BS_OK;
    return bs_fail(
        err, BS_EINVAL,
        "--poses: %.6g s of motion for exposures of %.6g s would need %.0f rows, %d or more for an "
        "exposure, and may have %.0f; give a lower rate=, a longer --exposure, or less time from the "
        "first one to the last",
        1e-9 * (double)length_ns, 1e-9 * (double)exposure_ns, intervals, MIN_ROWS, MAX_ROWS);
}

/* Rows at equal distances, both ends included. */
static int place_rows(const bs_shake *s, int64_t exposure_ns, int64_t length_ns, bs_path *p, bs_err *err)
{
    const double intervals = count_intervals(s, exposure_ns, length_ns);
    int rc = bs_shake_check_length(s, exposure_ns, length_ns, err);

    rc = rc ? rc : fit(p, (size_t)intervals + 1, err);
    if (rc != BS_OK)
        return rc;
    for (size_t i = 0; i < p->n; i++)
        p->t_ns[i] = llround((double)length_ns * ((double)i / intervals));
    return BS_OK;
}

int bs_shake_path(const bs_shake *s, uint64_t seed, uint64_t sample, uint32_t attempt, int64_t exposure_ns,
                  int64_t length_ns, bs_path *out, bs_err *err)
{
    const bs_dice dice = { seed, sample, BS_DRAW_SHAKE + attempt };
    int rc = place_rows(s, exposure_ns, length_ns, out, err);

    if (rc != BS_OK)
        return rc;
    out->drawn = (bs_shake_drawn){ 0 };
    out->has_rates = s->kind != BS_SHAKE_WALK; /* which has corners */
    switch (s->kind) {
    case BS_SHAKE_HAND:
        bs_shake_hand(s, &dice, out);
        break;
    case BS_SHAKE_WALK:
        bs_shake_walk(s, &dice, exposure_ns, out);
        break;
    case BS_SHAKE_SPLINE:
        rc = bs_shake_spline(s, &dice, exposure_ns, out, err);
        break;
    }
    return rc;
}

void bs_path_free(bs_path *p)
{
    free(p->t_ns);
    free(p->x);
    free(p->dx);
    *p = (bs_path){ 0 };
}

/* The body rate of a rotation vector that changes: w = Jr(v) v'. */
static void rate_of_vector(const double v[3], const double dv[3], double w[3])
{
    const double angle = bs_norm(v), squared = angle * angle;
    /* Below 1e-4 rad the next terms of the series are below 1e-16. */
    const double a = angle > 1e-4 ? (1 - cos(angle)) / squared : 0.5 - squared / 24;
    const double b = angle > 1e-4 ? (angle - sin(angle)) / (squared * angle) : 1.0 / 6 - squared / 120;
    double once[3], twice[3];

    bs_cross(v, dv, once);
    bs_cross(v, once, twice);
    for (int i = 0; i < 3; i++)
        w[i] = dv[i] - a * once[i] + b * twice[i];
}

int bs_path_trace(const bs_path *p, double scale, const char *name, bs_trace **out, bs_err *err)
{
    bs_state *rows = malloc(p->n * sizeof *rows);
    int rc;

    if (!rows)
        return bs_fail(err, BS_ENOMEM, "no memory for a motion of %zu rows", p->n);
    for (size_t i = 0; i < p->n; i++) {
        double v[3], dv[3];

        rows[i].t_ns = p->t_ns[i];
        for (int k = 0; k < 3; k++) {
            v[k] = scale * p->x[i][k];
            dv[k] = scale * p->dx[i][k];
            rows[i].T_world_body.t_m[k] = scale * p->x[i][3 + k];
            rows[i].v_m_s[k] = scale * p->dx[i][3 + k];
        }
        bs_rotation_exp(v, rows[i].T_world_body.q);
        rate_of_vector(v, dv, rows[i].w_rad_s);
    }
    rc = bs_trace_from_rows(name, BS_TRACE_MADE, rows, p->n, p->has_rates, NULL, out, err);
    free(rows);
    return rc;
}
