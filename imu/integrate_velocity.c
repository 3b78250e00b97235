#include <stdlib.h>

#include "imu/integrate_internal.h"

/* What a hand does in less than this passes.  Longer keeps more of the motion and of the error, both in
 * docs/imu.md: of a hand-held camera's way in 100 ms 2 s lose half, 4 s a quarter, 8 s a sixth; a MEMS
 * accelerometer's error is 0.9, 2.2 and 4.9 mm. */
#define ZERO_MEAN_WIDTH_S 4.0

/* v_int into v, and what each interval adds to the position into the later row's position. */
static void integrate(const bs_run *run)
{
    bs_state *s = run->states;
    bs_reading r = bs_reading_of(run->rows, run->n, 0);
    bs_push p = bs_push_of(&r, s[0].T_world_body.q, run->gravity_m_s2);
    double dv[3], dp[3];

    for (int k = 0; k < 3; k++)
        s[0].v_m_s[k] = s[0].T_world_body.t_m[k] = 0;
    for (size_t i = 1; i < run->n; i++) {
        const double h = bs_seconds_between(s[i - 1].t_ns, s[i].t_ns);
        bs_push q;

        r = bs_reading_of(run->rows, run->n, i);
        q = bs_push_of(&r, s[i].T_world_body.q, run->gravity_m_s2);
        bs_step_move(&p, &q, h, dv, dp);
        for (int k = 0; k < 3; k++) {
            s[i].v_m_s[k] = s[i - 1].v_m_s[k] + dv[k];
            s[i].T_world_body.t_m[k] = h * s[i - 1].v_m_s[k] + dp[k];
        }
        p = q;
    }
}

/* v_ref - v_int at each row. */
static void velocity_missing(const bs_run *run, double (*c)[3])
{
    for (size_t i = 0; i < run->n; i++)
        for (int k = 0; k < 3; k++)
            c[i][k] = (run->reference ? run->reference[i].v_m_s[k] : 0) - run->states[i].v_m_s[k];
}

/* Straight lines between rests, constant before the first and after the last. */
static void between_rests(const bs_run *run, double (*c)[3])
{
    const bs_state *s = run->states;
    size_t known = 0; /* the last row whose correction is final; rows before the first rest wait */
    int any = 0;

    for (size_t r = 0; r < run->n_rests; r++) {
        const size_t first = run->rests[r].first - run->first_row;

        for (size_t i = any ? known + 1 : 0; i < first; i++) {
            const double share = !any ? 1
                                      : bs_seconds_between(s[known].t_ns, s[i].t_ns) /
                                            bs_seconds_between(s[known].t_ns, s[first].t_ns);

            for (int k = 0; k < 3; k++)
                c[i][k] = any ? (1 - share) * c[known][k] + share * c[first][k] : c[first][k];
        }
        known = run->rests[r].last - run->first_row;
        any = 1;
    }
    if (!any) /* the first row is at rest, and c[0] = -v_int there */
        known = 0;
    for (size_t i = known + 1; i < run->n; i++)
        for (int k = 0; k < 3; k++)
            c[i][k] = c[known][k];
}

/* v = v_int + c, and its integral. */
static void apply(const bs_run *run, double (*c)[3])
{
    bs_state *s = run->states;

    for (int k = 0; k < 3; k++) {
        s[0].v_m_s[k] += c[0][k];
        s[0].T_world_body.t_m[k] = run->reference ? run->reference[0].T_world_body.t_m[k] : 0;
    }
    for (size_t i = 1; i < run->n; i++) {
        const double h = bs_seconds_between(s[i - 1].t_ns, s[i].t_ns);

        for (int k = 0; k < 3; k++) {
            s[i].v_m_s[k] += c[i][k];
            s[i].T_world_body.t_m[k] += s[i - 1].T_world_body.t_m[k] + 0.5 * h * (c[i - 1][k] + c[i][k]);
        }
    }
}

/* At rest positions are the same in every bit; what comes later moves along with them. */
static void hold(const bs_run *run)
{
    bs_state *s = run->states;
    double off[3] = { 0, 0, 0 };
    size_t r = 0;

    for (size_t i = 0; i < run->n; i++) {
        const size_t row = run->first_row + i;

        while (r < run->n_rests && run->rests[r].last < row)
            r++;
        for (int k = 0; k < 3; k++) {
            double *p = &s[i].T_world_body.t_m[k];

            if (i && r < run->n_rests && run->rests[r].first < row) {
                off[k] = s[i - 1].T_world_body.t_m[k] - *p;
                *p = s[i - 1].T_world_body.t_m[k];
            } else
                *p += off[k];
        }
    }
}

int bs_run_move(const bs_run *run, bs_velocity rule, bs_err *err)
{
    double(*c)[3] = run->n <= SIZE_MAX / sizeof *c ? malloc(run->n * sizeof *c) : NULL;
    int rc = BS_OK;

    if (!c)
        return bs_fail(err, BS_ENOMEM, "no memory for the velocity at %zu rows", run->n);
    integrate(run);
    velocity_missing(run, c);
    if (rule == BS_VELOCITY_REST)
        between_rests(run, c);
    else
        rc = bs_smooth(run->states, run->n, *c, 3,
                       rule == BS_VELOCITY_POSES ? BS_POSES_WIDTH_S : ZERO_MEAN_WIDTH_S, BS_SMOOTH_LINE, err);
    if (!rc)
        apply(run, c);
    if (!rc && rule == BS_VELOCITY_REST)
        hold(run);
    free(c);
    return rc;
}
