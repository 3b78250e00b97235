/* blursynth info FILE: what a trace is. */
#include <math.h>
#include <string.h>

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
