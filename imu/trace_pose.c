#include "imu/rotation.h"
#include "imu/trace_internal.h"

/* Rows farther apart than this in rotation, radians, have no rotation vector to speak of between them. */
#define MAX_HERMITE_ANGLE 3.0

double bs_trace_seconds(const bs_trace *tr, int64_t t_ns)
{
    /* Halves first: 't_ns' may be any number, and so far away that the difference does not fit. */
    const int64_t half = t_ns / 2 - tr->info.origin_ns / 2;

    return 1e-9 * (2.0 * (double)half + (double)(t_ns % 2 - tr->info.origin_ns % 2));
}

int bs_trace_locate(const bs_trace *tr, int64_t t_ns, size_t *row, bs_err *err)
{
    size_t low = 0, high = tr->info.rows - 1;

    if (t_ns < tr->info.start_ns || t_ns > tr->info.end_ns)
        return bs_fail(
            err, BS_ERANGE, "%s: %.9f s after the first row lies outside the trace, which is %.9f s long",
            tr->path, bs_trace_seconds(tr, t_ns), 1e-9 * (double)(tr->info.end_ns - tr->info.start_ns));
    while (low < high) { /* the last row with a time not after 't_ns' */
        const size_t middle = high - (high - low) / 2;

        if (tr->rows[middle].t_ns <= t_ns)
            low = middle;
        else
            high = middle - 1;
    }
    if (tr->rows[low].t_ns != t_ns && bs_trace_is_gap(tr, low))
        return bs_fail(err, BS_EGAP,
                       "%s: %.9f s after the first row lies in a gap of the trace, from %.9f s to %.9f s",
                       tr->path, bs_trace_seconds(tr, t_ns), bs_trace_seconds(tr, tr->rows[low].t_ns),
                       bs_trace_seconds(tr, tr->rows[low + 1].t_ns));
    *row = low;
    return BS_OK;
}

int bs_pose_same(const bs_pose *a, const bs_pose *b)
{
    int equal = 1, opposite = 1;

    for (int i = 0; i < 4; i++) {
        equal &= a->q[i] == b->q[i];
        opposite &= a->q[i] == -b->q[i];
    }
    return (equal || opposite) && a->t_m[0] == b->t_m[0] && a->t_m[1] == b->t_m[1] && a->t_m[2] == b->t_m[2];
}

/* The cubic from 0 to 'd' whose slopes are 'm0' and 'm1', at 's' in [0, 1]. */
static double hermite(double d, double m0, double m1, double s)
{
    return s * (m0 + s * (3 * d - 2 * m0 - m1 + s * (m0 + m1 - 2 * d)));
}

/* Between two rows that know their rates. */
static bs_pose interpolate_moving(const bs_state *a, const bs_state *b, double s)
{
    const double h = 1e-9 * (double)(b->t_ns - a->t_ns);
    const bs_pose *p = &a->T_world_body, *q = &b->T_world_body;
    const double back[4] = { -p->q[0], -p->q[1], -p->q[2], p->q[3] };
    double turn[4], v[3], rate[3], at[3];
    bs_pose out;

    bs_quat_mul(back, q->q, turn);
    bs_rotation_log(turn, v);
    if (bs_norm(v) > MAX_HERMITE_ANGLE)
        out = bs_pose_interpolate(p, q, s);
    else {
        bs_rotation_vector_rate(v, b->w_rad_s, rate);
        for (int i = 0; i < 3; i++)
            at[i] = hermite(v[i], h * a->w_rad_s[i], h * rate[i], s);
        bs_rotation_exp(at, turn);
        bs_quat_mul(p->q, turn, out.q);
        bs_quat_normalise(out.q);
    }
    for (int i = 0; i < 3; i++)
        out.t_m[i] = p->t_m[i] + hermite(q->t_m[i] - p->t_m[i], h * a->v_m_s[i], h * b->v_m_s[i], s);
    return out;
}

/* A camera at rest is at rest in every bit, which rounding would not keep. */
static int is_still(const bs_trace *tr, const bs_state *a, const bs_state *b)
{
    int still = bs_pose_same(&a->T_world_body, &b->T_world_body);

    for (int i = 0; i < 3 && tr->has_rates; i++)
        still &= a->v_m_s[i] == 0 && b->v_m_s[i] == 0 && a->w_rad_s[i] == 0 && b->w_rad_s[i] == 0;
    return still;
}

static bs_pose mounted(const bs_trace *tr, const bs_pose *T_world_body)
{
    return tr->has_mount ? bs_pose_mul(T_world_body, &tr->T_body_cam) : *T_world_body;
}

void bs_trace_row(const bs_trace *tr, size_t i, int64_t *t_ns, bs_pose *T_world_cam)
{
    *t_ns = tr->rows[i].t_ns;
    *T_world_cam = mounted(tr, &tr->rows[i].T_world_body);
}

int bs_trace_pose_at(const bs_trace *tr, int64_t t_ns, bs_pose *T_world_cam, bs_err *err)
{
    const bs_state *a, *b;
    bs_pose body;
    double s;
    size_t row = 0;
    int rc;

    if ((rc = bs_trace_locate(tr, t_ns, &row, err)))
        return rc;
    a = &tr->rows[row];
    b = a + 1;
    if (a->t_ns == t_ns || is_still(tr, a, b))
        body = a->T_world_body;
    else {
        s = (double)(t_ns - a->t_ns) / (double)(b->t_ns - a->t_ns);
        body = tr->has_rates ? interpolate_moving(a, b, s)
                             : bs_pose_interpolate(&a->T_world_body, &b->T_world_body, s);
    }
    *T_world_cam = mounted(tr, &body);
    return BS_OK;
}
