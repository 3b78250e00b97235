#include "tests/imu_accuracy.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "imu/integrate_internal.h"
#include "imu/rotation.h"
#include "tests/imu_motion.h"

/* Errors of windows as they come. */
typedef struct list {
    double *turn_deg, *way_mm;
    size_t n;
} list;

static list list_make(size_t n)
{
    return (list){ malloc(n * sizeof(double)), malloc(n * sizeof(double)), 0 };
}

static void list_add(list *l, motion_error e)
{
    l->turn_deg[l->n] = e.turn_deg;
    l->way_mm[l->n++] = 1e3 * e.way_m;
}

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static acc_errors conclude(list *l)
{
    acc_errors e = { .n = l->n };

    qsort(l->turn_deg, l->n, sizeof(double), compare);
    qsort(l->way_mm, l->n, sizeof(double), compare);
    if (l->n) {
        e.turn_deg_median = l->turn_deg[l->n / 2];
        e.turn_deg_p95 = l->turn_deg[(l->n - 1) * 95 / 100];
        e.way_mm_median = l->way_mm[l->n / 2];
        e.way_mm_p95 = l->way_mm[(l->n - 1) * 95 / 100];
    }
    free(l->turn_deg);
    free(l->way_mm);
    return e;
}

acc_errors acc_of_trace(const bs_imu *imu, const bs_trace *tr, const bs_trace *truth, int64_t window_ns)
{
    list l = list_make(imu->n);

    for (size_t i = 0; i < imu->n; i++) {
        const int64_t a = imu->rows[i].t_ns, b = a + window_ns;
        bs_pose p0, p1, q0, q1;

        if (!bs_trace_pose_at(tr, a, &p0, NULL) && !bs_trace_pose_at(tr, b, &p1, NULL) &&
            !bs_trace_pose_at(truth, a, &q0, NULL) && !bs_trace_pose_at(truth, b, &q1, NULL))
            list_add(&l, motion_compare(&p0, &p1, &q0, &q1));
    }
    return conclude(&l);
}

acc_errors acc_of_pieces(const bs_imu *imu, const double gyro_bias_rad_s[3], double gravity_m_s2,
                         const bs_trace *truth, acc_start start, int64_t window_ns)
{
    const int falling = start == ACC_START_FALLING || start == ACC_START_RAW;
    bs_imu_calibration cal = { .gravity_m_s2 = { 0, 0, falling ? 0 : -gravity_m_s2 } };
    list l = list_make(imu->n);

    for (int k = 0; k < 3; k++)
        cal.gyro_bias_rad_s[k] = gyro_bias_rad_s[k];
    for (size_t i = 0; i < imu->n; i++) {
        const int64_t end_ns = imu->rows[i].t_ns + window_ns;
        bs_state from, to, end;

        if (!bs_reference_at(truth, imu->rows[i].t_ns, &from) || !bs_reference_at(truth, end_ns, &to))
            continue;
        if (start == ACC_START_RESTING || start == ACC_START_RAW)
            from.v_m_s[0] = from.v_m_s[1] = from.v_m_s[2] = 0;
        if (start == ACC_START_STILL)
            list_add(&l, motion_compare(&from.T_world_body, &from.T_world_body, &from.T_world_body,
                                        &to.T_world_body));
        else if (!bs_imu_integrate(imu, &cal, &from, end_ns, &end, NULL))
            list_add(&l, motion_compare(&from.T_world_body, &end.T_world_body, &from.T_world_body,
                                        &to.T_world_body));
    }
    return conclude(&l);
}

acc_errors acc_tilt(const bs_imu *imu, const bs_trace *tr, const bs_trace *truth)
{
    const double z[3] = { 0, 0, 1 };
    list l = list_make(imu->n);

    for (size_t i = 0; i < imu->n; i++) {
        double ours[3], theirs[3], across[3];
        bs_pose p, q;

        if (bs_trace_pose_at(tr, imu->rows[i].t_ns, &p, NULL) ||
            bs_trace_pose_at(truth, imu->rows[i].t_ns, &q, NULL))
            continue;
        bs_quat_rotate_back(p.q, z, ours);
        bs_quat_rotate_back(q.q, z, theirs);
        bs_cross(ours, theirs, across);
        list_add(&l, (motion_error){ .turn_deg = 57.29577951308232 * asin(fmin(1, bs_norm(across))) });
    }
    return conclude(&l);
}

bs_trace *acc_truth(const char *path)
{
    const bs_trace_options opt = { .velocity_poses = path };
    bs_trace *tr = NULL;
    bs_err err = { 0 };

    if (bs_reference_open(&opt, &tr, &err))
        fprintf(stderr, "%s\n", err.text);
    return tr;
}
