#include "imu/rest.h"

#include <stdlib.h>

#include "imu/rotation.h"

#define BLOCK_NS 50000000
#define BLOCKS 10 /* that must be quiet together */

/* How far means of blocks may scatter.  Measured on a MEMS IMU on the floor: 0.0014 rad/s and 0.015 m/s^2;
 * with a helicopter's motors idling 0.003 to 0.01 and 0.05 to 0.15; in flight never below 0.058 rad/s. */
#define MAX_GYRO_SCATTER_RAD_S 0.004
#define MAX_ACCEL_SCATTER_M_S2 0.08

/* The largest bias of a gyroscope that is looked for. */
#define MAX_BIAS_RAD_S 0.1

/* How far the bias may wander during one stretch at rest, and from one to another. */
#define MAX_WANDER_RAD_S 0.01
#define MAX_CHANGE_RAD_S 0.02

#define MAX_GRAVITY_ERROR_M_S2 1.0

typedef struct block {
    size_t first, last;
    int after_gap; /* does not follow the block before */
    double gyro[3], accel[3];
} block;

/* The row after the block that begins at 'first'. */
static size_t block_end(const bs_imu *imu, size_t first, int64_t max_gap_ns)
{
    size_t i = first + 1;

    while (i < imu->n && imu->rows[i].t_ns - imu->rows[first].t_ns < BLOCK_NS &&
           imu->rows[i].t_ns - imu->rows[i - 1].t_ns <= max_gap_ns)
        i++;
    return i;
}

static void mean_of_rows(const bs_imu *imu, size_t first, size_t last, double gyro[3], double accel[3])
{
    const double n = (double)(last - first + 1);

    for (int k = 0; k < 3; k++) {
        gyro[k] = accel[k] = 0;
        for (size_t i = first; i <= last; i++) {
            gyro[k] += imu->rows[i].gyro_rad_s[k];
            accel[k] += imu->rows[i].accel_m_s2[k];
        }
        gyro[k] /= n;
        accel[k] /= n;
    }
}

static int make_blocks(const bs_imu *imu, int64_t max_gap_ns, block **out, size_t *n, bs_err *err)
{
    *n = 0;
    for (size_t i = 0; i < imu->n; i = block_end(imu, i, max_gap_ns))
        ++*n;
    *out = malloc(*n * sizeof **out); /* fewer than rows, and little larger */
    if (!*out)
        return bs_fail(err, BS_ENOMEM, "%s: no memory for %zu blocks", imu->path, *n);
    *n = 0;
    for (size_t i = 0, end; i < imu->n; i = end) {
        block *b = &(*out)[(*n)++];

        end = block_end(imu, i, max_gap_ns);
        b->first = i;
        b->last = end - 1;
        b->after_gap = i == 0 || imu->rows[i].t_ns - imu->rows[i - 1].t_ns > max_gap_ns;
        mean_of_rows(imu, b->first, b->last, b->gyro, b->accel);
    }
    return BS_OK;
}

/* Mean of three columns over BLOCKS blocks, and their scatter: the root of the three variances' sum. */
static double scatter(const block *b, int of_accel, double mean[3])
{
    double sum = 0;

    for (int k = 0; k < 3; k++) {
        mean[k] = 0;
        for (int i = 0; i < BLOCKS; i++)
            mean[k] += (of_accel ? b[i].accel[k] : b[i].gyro[k]) / BLOCKS;
        for (int i = 0; i < BLOCKS; i++) {
            const double d = (of_accel ? b[i].accel[k] : b[i].gyro[k]) - mean[k];

            sum += d * d / BLOCKS;
        }
    }
    return sqrt(sum);
}

static double distance(const double a[3], const double b[3])
{
    const double d[3] = { a[0] - b[0], a[1] - b[1], a[2] - b[2] };

    return bs_norm(d);
}

/* Whether BLOCKS blocks from 'b' on are at rest, and what the gyroscope reads meanwhile. */
static int is_quiet(const bs_imu *imu, const block *b, double gyro[3])
{
    const double gravity = imu->gravity_removed ? 0 : BS_GRAVITY_M_S2;
    double accel[3];

    for (int i = 1; i < BLOCKS; i++)
        if (b[i].after_gap)
            return 0;
    if (scatter(b, 0, gyro) > MAX_GYRO_SCATTER_RAD_S || bs_norm(gyro) >= MAX_BIAS_RAD_S)
        return 0;
    if (!imu->has_accel)
        return 1;
    return scatter(b, 1, accel) <= MAX_ACCEL_SCATTER_M_S2 &&
           fabs(bs_norm(accel) - gravity) <= MAX_GRAVITY_ERROR_M_S2;
}

/* The blocks at rest as stretches, into 'out' if it is not NULL.  Returns how many. */
static size_t join(const bs_imu *imu, const block *b, size_t n, bs_still *out)
{
    double gyro[3], before[3] = { 0 };
    size_t found = 0, last = 0; /* the last block of the stretch at hand */

    for (size_t i = 0; i + BLOCKS <= n; i++) {
        if (!is_quiet(imu, b + i, gyro))
            continue;
        /* Windows overlap within a stretch; one that the bias wandered away from ends. */
        if (found && i <= last && distance(gyro, before) > MAX_WANDER_RAD_S)
            continue;
        if (!found || i > last) {
            found++;
            for (int k = 0; k < 3; k++)
                before[k] = gyro[k];
            if (out)
                out[found - 1].first = b[i].first;
        }
        last = i + BLOCKS - 1;
        if (out)
            out[found - 1].last = b[last].last;
    }
    return found;
}

static int64_t length_ns(const bs_imu *imu, const bs_still *s)
{
    return imu->rows[s->last].t_ns - imu->rows[s->first].t_ns;
}

/* Leaves those out whose gyroscope does not agree with the longest.  Returns how many stay. */
static size_t keep_agreeing(const bs_imu *imu, bs_still *s, size_t n)
{
    bs_still longest = s[0];
    size_t kept = 0;

    for (size_t i = 1; i < n; i++)
        if (length_ns(imu, &s[i]) > length_ns(imu, &longest))
            longest = s[i];
    for (size_t i = 0; i < n; i++)
        if (distance(s[i].gyro_rad_s, longest.gyro_rad_s) <= MAX_CHANGE_RAD_S)
            s[kept++] = s[i];
    return kept;
}

int bs_rests_find(const bs_imu *imu, int64_t max_gap_ns, bs_still **out, size_t *n, bs_err *err)
{
    block *blocks = NULL;
    bs_still *found = NULL;
    size_t n_blocks = 0, n_found;
    int rc = make_blocks(imu, max_gap_ns, &blocks, &n_blocks, err);

    if (rc)
        return rc;
    n_found = join(imu, blocks, n_blocks, NULL);
    found = n_found ? malloc(n_found * sizeof *found) : NULL;
    if (n_found && !found)
        rc = bs_fail(err, BS_ENOMEM, "%s: no memory for %zu rests", imu->path, n_found);
    else if (n_found) {
        join(imu, blocks, n_blocks, found);
        for (size_t i = 0; i < n_found; i++)
            mean_of_rows(imu, found[i].first, found[i].last, found[i].gyro_rad_s, found[i].accel_m_s2);
        n_found = keep_agreeing(imu, found, n_found);
    }
    free(blocks);
    if (rc)
        return rc;
    *out = found;
    *n = n_found;
    return BS_OK;
}

/* The middle of a rest, seconds after the first row. */
static double middle_s(const bs_imu *imu, const bs_still *s)
{
    const int64_t begin = imu->rows[0].t_ns;

    return 0.5e-9 * ((double)(imu->rows[s->first].t_ns - begin) + (double)(imu->rows[s->last].t_ns - begin));
}

void bs_rests_unbias(bs_imu *imu, const bs_still *rests, size_t n)
{
    size_t next = 0; /* the first rest whose middle is not before the row */

    for (size_t i = 0; i < imu->n; i++) {
        const double t_s = 1e-9 * (double)(imu->rows[i].t_ns - imu->rows[0].t_ns);
        const bs_still *a, *b;
        double share = 0;

        while (next < n && middle_s(imu, &rests[next]) < t_s)
            next++;
        a = &rests[next ? next - 1 : 0];
        b = &rests[next < n ? next : n - 1];
        if (a != b)
            share = (t_s - middle_s(imu, a)) / (middle_s(imu, b) - middle_s(imu, a));
        for (int k = 0; k < 3; k++)
            imu->rows[i].gyro_rad_s[k] -= (1 - share) * a->gyro_rad_s[k] + share * b->gyro_rad_s[k];
    }
}

double bs_rests_gravity(const bs_still *rests, size_t n)
{
    double sum = 0, rows = 0;

    for (size_t i = 0; i < n; i++) {
        const double weight = (double)(rests[i].last - rests[i].first + 1);

        sum += weight * bs_norm(rests[i].accel_m_s2);
        rows += weight;
    }
    return sum / rows;
}
