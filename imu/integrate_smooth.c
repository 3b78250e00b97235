#include <stdlib.h>

#include "imu/integrate_internal.h"

#define MAX_DIM 4

/*
 * A column of values between rows is a straight line, so that its integral from the first row to any time is
 * exact, and a mean over any window is the difference of two of them.
 */
typedef struct integral {
    const double *t_s; /* [n]: seconds after the first row */
    size_t n;
    int dim;
    const double *x; /* [n][dim] */
    double *sum;     /* [n][dim]: the integral of x from the first row to this one */
    double *moment;  /* likewise of t x; NULL if not needed */
} integral;

/* The integral of the straight line from (t0, x0) to (t1, x1), and that of t times it. */
static double area(double t0, double x0, double t1, double x1)
{
    return 0.5 * (t1 - t0) * (x0 + x1);
}

static double moment_of_area(double t0, double x0, double t1, double x1)
{
    return (t1 - t0) / 6 * (t0 * (2 * x0 + x1) + t1 * (x0 + 2 * x1));
}

static void sum_up(const integral *in)
{
    const size_t dim = (size_t)in->dim;

    for (size_t k = 0; k < dim; k++) {
        in->sum[k] = 0;
        if (in->moment)
            in->moment[k] = 0;
    }
    for (size_t i = dim; i < in->n * dim; i++) {
        const double t0 = in->t_s[i / dim - 1], t1 = in->t_s[i / dim];

        in->sum[i] = in->sum[i - dim] + area(t0, in->x[i - dim], t1, in->x[i]);
        if (in->moment)
            in->moment[i] = in->moment[i - dim] + moment_of_area(t0, in->x[i - dim], t1, in->x[i]);
    }
}

/* Both integrals from the first row to 't_s'; '*row', the last one not after it, only ever goes on. */
static void up_to(const integral *in, double t_s, size_t *row, double sum[MAX_DIM], double moment[MAX_DIM])
{
    const size_t dim = (size_t)in->dim;
    double t0, share;

    while (*row + 2 < in->n && in->t_s[*row + 1] <= t_s)
        ++*row;
    t0 = in->t_s[*row];
    share = (t_s - t0) / (in->t_s[*row + 1] - t0);
    for (size_t k = 0; k < dim; k++) {
        const size_t at = *row * dim + k;
        const double x0 = in->x[at], x1 = x0 + share * (in->x[at + dim] - x0);

        sum[k] = in->sum[at] + area(t0, x0, t_s, x1);
        if (in->moment)
            moment[k] = in->moment[at] + moment_of_area(t0, x0, t_s, x1);
    }
}

/* At each row the mean over 2 'half_s' around it, or the line fitted where the window is cut. */
static void moving_mean(const integral *in, double half_s, double *out)
{
    const double end_s = in->t_s[in->n - 1];
    const size_t dim = (size_t)in->dim;
    size_t low = 0, high = 0;

    for (size_t i = 0; i < in->n; i++) {
        const double t = in->t_s[i];
        const double a = t - half_s > 0 ? t - half_s : 0, b = t + half_s < end_s ? t + half_s : end_s;
        const double length = b - a, centre = 0.5 * (a + b);
        const double tilt =
            in->moment && (a == 0 || b == end_s) ? 12 * (t - centre) / (length * length * length) : 0;
        double sum[2][MAX_DIM], moment[2][MAX_DIM];

        up_to(in, a, &low, sum[0], moment[0]);
        up_to(in, b, &high, sum[1], moment[1]);
        for (size_t k = 0; k < dim; k++) {
            const double s = sum[1][k] - sum[0][k];

            out[i * dim + k] = s / length;
            if (tilt != 0)
                out[i * dim + k] += tilt * (moment[1][k] - moment[0][k] - centre * s);
        }
    }
}

int bs_smooth(const bs_state *rows, size_t n, double *x, int dim, double width_s, bs_smooth_ends ends,
              bs_err *err)
{
    const size_t columns = (size_t)dim, parts = (ends == BS_SMOOTH_LINE ? 3 : 2) * columns + 1;
    integral in = { .n = n, .dim = dim, .x = x };
    double *work, *t_s;

    if (n < 2)
        return BS_OK;
    work = n <= SIZE_MAX / (parts * sizeof *work) ? malloc(n * parts * sizeof *work) : NULL;
    if (!work)
        return bs_fail(err, BS_ENOMEM, "no memory to smooth %zu rows", n);
    in.sum = work + n * columns;
    in.moment = ends == BS_SMOOTH_LINE ? work + 2 * n * columns : NULL;
    in.t_s = t_s = work + n * (parts - 1);
    for (size_t i = 0; i < n; i++)
        t_s[i] = bs_seconds_between(rows[0].t_ns, rows[i].t_ns);
    sum_up(&in);
    moving_mean(&in, 0.25 * width_s, work); /* means of half the width make a triangle of the whole */
    in.x = work;
    sum_up(&in);
    moving_mean(&in, 0.25 * width_s, x);
    free(work);
    return BS_OK;
}
