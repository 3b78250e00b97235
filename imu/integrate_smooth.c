#include <stdlib.h>

#include "imu/integrate_internal.h"

#define MAX_DIM 4

/*
 * A column of values between rows is a straight line, so that its integral from the first row to any time is
 * exact, and a mean over any window is the difference of two of them.
 */
typedef struct integral {
    const bs_state *rows;
    size_t n;
    int dim;
    const double *x; /* [n][dim] */
    double *sum;     /* [n][dim]: the integral of x from the first row to this one */
    double *moment;  /* likewise of t x, t in seconds after the first row; NULL if not needed */
} integral;

static double time_of(const integral *in, size_t i)
{
    return bs_seconds_between(in->rows[0].t_ns, in->rows[i].t_ns);
}

/* Adds the integral, and that of t x, of the straight line from (t0, x0) to (t1, x1). */
static void add_line(double t0, double x0, double t1, double x1, double *sum, double *moment)
{
    const double h = t1 - t0;

    *sum += 0.5 * h * (x0 + x1);
    *moment += h / 6 * (t0 * (2 * x0 + x1) + t1 * (x0 + 2 * x1));
}

static void sum_up(const integral *in)
{
    const int dim = in->dim;

    for (int k = 0; k < dim; k++) {
        double sum = 0, moment = 0;

        in->sum[k] = 0;
        if (in->moment)
            in->moment[k] = 0;
        for (size_t i = 1; i < in->n; i++) {
            const double *x = in->x + (i - 1) * (size_t)dim + k;

            add_line(time_of(in, i - 1), x[0], time_of(in, i), x[dim], &sum, &moment);
            in->sum[i * (size_t)dim + (size_t)k] = sum;
            if (in->moment)
                in->moment[i * (size_t)dim + (size_t)k] = moment;
        }
    }
}

/* Both integrals from the first row to 't_s'; '*row', the last one not after it, only ever goes on. */
static void up_to(const integral *in, double t_s, size_t *row, double sum[MAX_DIM], double moment[MAX_DIM])
{
    double t0, share;

    while (*row + 2 < in->n && time_of(in, *row + 1) <= t_s)
        ++*row;
    t0 = time_of(in, *row);
    share = (t_s - t0) / (time_of(in, *row + 1) - t0);
    for (int k = 0; k < in->dim; k++) {
        const size_t at = *row * (size_t)in->dim + (size_t)k;
        const double x0 = in->x[at], x1 = in->x[at + (size_t)in->dim];

        sum[k] = in->sum[at];
        moment[k] = in->moment ? in->moment[at] : 0;
        add_line(t0, x0, t_s, x0 + share * (x1 - x0), &sum[k], &moment[k]);
    }
}

/* At each row the mean over 2 'half_s' around it, or the line fitted where the window is cut. */
static void moving_mean(const integral *in, double half_s, double *out)
{
    const double end_s = time_of(in, in->n - 1);
    size_t low = 0, high = 0;

    for (size_t i = 0; i < in->n; i++) {
        const double t = time_of(in, i);
        const double a = t - half_s > 0 ? t - half_s : 0, b = t + half_s < end_s ? t + half_s : end_s;
        const double length = b - a, centre = 0.5 * (a + b);
        const int cut = in->moment && (a == 0 || b == end_s);
        double sum[2][MAX_DIM], moment[2][MAX_DIM];

        up_to(in, a, &low, sum[0], moment[0]);
        up_to(in, b, &high, sum[1], moment[1]);
        for (int k = 0; k < in->dim; k++) {
            const double s = sum[1][k] - sum[0][k], m = moment[1][k] - moment[0][k] - centre * s;

            out[i * (size_t)in->dim + (size_t)k] =
                s / length + (cut ? 12 * m / (length * length * length) * (t - centre) : 0);
        }
    }
}

int bs_smooth(const bs_state *rows, size_t n, double *x, int dim, double width_s, bs_smooth_ends ends,
              bs_err *err)
{
    const size_t columns = (size_t)dim, parts = ends == BS_SMOOTH_LINE ? 3 : 2;
    integral in = { .rows = rows, .n = n, .dim = dim, .x = x };
    double *work;

    if (n < 2)
        return BS_OK;
    work =
        n <= SIZE_MAX / (parts * columns * sizeof *work) ? malloc(n * parts * columns * sizeof *work) : NULL;
    if (!work)
        return bs_fail(err, BS_ENOMEM, "no memory to smooth %zu rows", n);
    in.sum = work + n * columns;
    in.moment = ends == BS_SMOOTH_LINE ? work + 2 * n * columns : NULL;
    sum_up(&in);
    moving_mean(&in, 0.25 * width_s, work); /* means of half the width make a triangle of the whole */
    in.x = work;
    sum_up(&in);
    moving_mean(&in, 0.25 * width_s, x);
    free(work);
    return BS_OK;
}
