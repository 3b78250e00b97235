#include "imu/integrate_internal.h"
#include "imu/rotation.h"

bs_slope bs_slope_of(double h0, double h1, int at)
{
    const double h = h0 + h1;

    if (at == 0)
        return (bs_slope){ (h0 + h) / (h0 * h), -h0 / (h1 * h) };
    if (at == 1)
        return (bs_slope){ h1 / (h0 * h), h0 / (h1 * h) };
    return (bs_slope){ -h1 / (h0 * h), (h1 + h) / (h1 * h) };
}

bs_reading bs_reading_of(const bs_imu_sample *rows, size_t n, size_t i)
{
    const size_t first = n < 3 || i == 0 ? 0 : i == n - 1 ? n - 3 : i - 1;
    const bs_imu_sample *x = rows + first, *y = n > 1 ? x + 1 : x, *z = n > 2 ? y + 1 : y;
    bs_slope c = { 0, 0 };
    bs_reading r;

    if (n == 2)
        c.before = 1 / bs_seconds_between(x->t_ns, y->t_ns);
    else if (n > 2)
        c = bs_slope_of(bs_seconds_between(x->t_ns, y->t_ns), bs_seconds_between(y->t_ns, z->t_ns),
                        (int)(i - first));
    for (int k = 0; k < 3; k++) {
        r.w_rad_s[k] = rows[i].gyro_rad_s[k];
        r.a_m_s2[k] = rows[i].accel_m_s2[k];
        r.dw_rad_s2[k] = c.before * (y->gyro_rad_s[k] - x->gyro_rad_s[k]) +
                         c.after * (z->gyro_rad_s[k] - y->gyro_rad_s[k]);
        r.da_m_s3[k] = c.before * (y->accel_m_s2[k] - x->accel_m_s2[k]) +
                       c.after * (z->accel_m_s2[k] - y->accel_m_s2[k]);
    }
    return r;
}

/*
 * Magnus' series for R' = R [w]x, which appends on the right: the integral of the cubic, and half the double
 * integral of w(s) x w(t) over s < t, which is h^2/12 w0 x w1 but for the fifth order.
 */
void bs_step_turn(const bs_reading *p, const bs_reading *q, double h, double v[3])
{
    double cone[3];

    bs_cross(p->w_rad_s, q->w_rad_s, cone);
    for (int k = 0; k < 3; k++)
        v[k] = 0.5 * h * (p->w_rad_s[k] + q->w_rad_s[k]) +
               h * h / 12 * (p->dw_rad_s2[k] - q->dw_rad_s2[k] + cone[k]);
}

bs_push bs_push_of(const bs_reading *r, const double q_world_body[4], const double gravity_m_s2[3])
{
    double turning[3];
    bs_push out;

    bs_cross(r->w_rad_s, r->a_m_s2, turning);
    for (int k = 0; k < 3; k++)
        turning[k] += r->da_m_s3[k];
    bs_quat_rotate(q_world_body, r->a_m_s2, out.a_m_s2);
    bs_quat_rotate(q_world_body, turning, out.da_m_s3);
    for (int k = 0; k < 3; k++)
        out.a_m_s2[k] += gravity_m_s2[k];
    return out;
}

/* The cubic with both accelerations and slopes, integrated once and twice. */
void bs_step_move(const bs_push *p, const bs_push *q, double h, double dv_m_s[3], double dp_m[3])
{
    for (int k = 0; k < 3; k++) {
        dv_m_s[k] = 0.5 * h * (p->a_m_s2[k] + q->a_m_s2[k]) + h * h / 12 * (p->da_m_s3[k] - q->da_m_s3[k]);
        dp_m[k] = h * h / 20 * (7 * p->a_m_s2[k] + 3 * q->a_m_s2[k]) +
                  h * h * h / 60 * (3 * p->da_m_s3[k] - 2 * q->da_m_s3[k]);
    }
}

/* Values and slopes of one column of the cubic between two rows, at 's' in [0, 1]. */
static void cubic(double x0, double x1, double m0, double m1, double h, double s, double *x, double *slope)
{
    const double d = x1 - x0, a = h * m0, b = 3 * d - 2 * h * m0 - h * m1, c = h * m0 + h * m1 - 2 * d;

    *x = x0 + s * (a + s * (b + s * c));
    *slope = (a + s * (2 * b + 3 * s * c)) / h;
}

/* The reading at 't_ns', less the biases; '*row' is the last row that is not after it. */
static bs_reading reading_at(const bs_imu *imu, const bs_imu_calibration *cal, int64_t t_ns, size_t row)
{
    bs_reading r = bs_reading_of(imu->rows, imu->n, row), q;

    if (imu->rows[row].t_ns != t_ns) {
        const double h = bs_seconds_between(imu->rows[row].t_ns, imu->rows[row + 1].t_ns);
        const double s = bs_seconds_between(imu->rows[row].t_ns, t_ns) / h;

        q = bs_reading_of(imu->rows, imu->n, row + 1);
        for (int k = 0; k < 3; k++) {
            cubic(r.w_rad_s[k], q.w_rad_s[k], r.dw_rad_s2[k], q.dw_rad_s2[k], h, s, &r.w_rad_s[k],
                  &r.dw_rad_s2[k]);
            cubic(r.a_m_s2[k], q.a_m_s2[k], r.da_m_s3[k], q.da_m_s3[k], h, s, &r.a_m_s2[k], &r.da_m_s3[k]);
        }
    }
    for (int k = 0; k < 3; k++) {
        r.w_rad_s[k] -= cal->gyro_bias_rad_s[k];
        r.a_m_s2[k] -= cal->accel_bias_m_s2[k];
    }
    return r;
}

/* The last row that is not after 't_ns', which lies in the readings. */
static size_t row_at(const bs_imu *imu, int64_t t_ns)
{
    size_t low = 0, high = imu->n - 1;

    while (low < high) {
        const size_t middle = high - (high - low) / 2;

        if (imu->rows[middle].t_ns <= t_ns)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

/* Carries '*s' on to 't_ns', whose reading is '*q'; '*p' is that of s->t_ns. */
static void advance(bs_state *s, const bs_reading *p, const bs_reading *q, const double gravity_m_s2[3],
                    int64_t t_ns)
{
    const double h = bs_seconds_between(s->t_ns, t_ns);
    const bs_push before = bs_push_of(p, s->T_world_body.q, gravity_m_s2);
    double v[3], turn[4], dv[3], dp[3];
    bs_push after;

    bs_step_turn(p, q, h, v);
    bs_rotation_exp(v, turn);
    bs_quat_mul(s->T_world_body.q, turn, s->T_world_body.q);
    bs_quat_normalise(s->T_world_body.q);
    after = bs_push_of(q, s->T_world_body.q, gravity_m_s2);
    bs_step_move(&before, &after, h, dv, dp);
    for (int k = 0; k < 3; k++) {
        s->T_world_body.t_m[k] += h * s->v_m_s[k] + dp[k];
        s->v_m_s[k] += dv[k];
        s->w_rad_s[k] = q->w_rad_s[k];
    }
    s->t_ns = t_ns;
}

int bs_imu_integrate(const bs_imu *imu, const bs_imu_calibration *cal, const bs_state *start, int64_t end_ns,
                     bs_state *end, bs_err *err)
{
    const int64_t first_ns = imu->rows[0].t_ns, last_ns = imu->rows[imu->n - 1].t_ns;
    bs_state s = *start;
    bs_reading p;
    size_t row;

    if (s.t_ns < first_ns || end_ns < s.t_ns || end_ns > last_ns)
        return bs_fail(err, BS_ERANGE,
                       "%s: from %.9f s to %.9f s after the first row is no piece of the readings, which are "
                       "%.9f s long",
                       imu->path, 1e-9 * ((double)s.t_ns - (double)first_ns),
                       1e-9 * ((double)end_ns - (double)first_ns), bs_seconds_between(first_ns, last_ns));
    row = row_at(imu, s.t_ns);
    p = reading_at(imu, cal, s.t_ns, row);
    for (int k = 0; k < 3; k++)
        s.w_rad_s[k] = p.w_rad_s[k];
    while (s.t_ns < end_ns) {
        const int whole = imu->rows[row + 1].t_ns <= end_ns;
        const int64_t t_ns = whole ? imu->rows[row + 1].t_ns : end_ns;
        bs_reading q;

        row += (size_t)whole;
        q = reading_at(imu, cal, t_ns, row);
        advance(&s, &p, &q, cal->gravity_m_s2, t_ns);
        p = q;
    }
    *end = s;
    return BS_OK;
}
