#include "imu/exposure.h"

#include "imu/trace_internal.h"

/* length * num / den rounded to nearest, in integers: 0 <= length, 0 <= num <= den < 2^32. */
static int64_t fraction_ns(int64_t length_ns, uint64_t num, uint64_t den)
{
    const uint64_t whole = (uint64_t)length_ns / den, rest = (uint64_t)length_ns % den;

    return (int64_t)(whole * num + (rest * num + den / 2) / den);
}

static int check_length(const bs_trace *tr, int64_t length_ns, bs_err *err)
{
    if (length_ns < 0)
        return bs_fail(err, BS_EINVAL, "%s: an exposure of %.9f s: expected a time that is not negative",
                       tr->path, 1e-9 * (double)length_ns);
    return BS_OK;
}

int64_t bs_exposure_longest_ns(const bs_trace *tr)
{
    int64_t longest = 0;

    for (size_t i = 0; i < tr->info.n_stretches; i++) {
        const bs_stretch *s = &tr->stretches[i];

        if (s->end_ns - s->start_ns > longest)
            longest = s->end_ns - s->start_ns;
    }
    return longest;
}

/* How many whole nanoseconds an exposure can start at within 's'. */
static int64_t starts_in(const bs_stretch *s, int64_t length_ns)
{
    const int64_t spare = s->end_ns - s->start_ns - length_ns;

    return spare < 0 ? 0 : spare + 1;
}

int bs_exposure_place(const bs_trace *tr, int64_t length_ns, double u, bs_exposure *out, bs_err *err)
{
    const bs_stretch *s = tr->stretches;
    int64_t n = 0, k;
    int rc;

    if ((rc = check_length(tr, length_ns, err)))
        return rc;
    if (!(u >= 0 && u < 1))
        return bs_fail(err, BS_EINVAL, "a draw of %g: expected a number in [0, 1)", u);
    for (size_t i = 0; i < tr->info.n_stretches; i++)
        n += starts_in(&s[i], length_ns);
    if (!n)
        return bs_fail(err, BS_EGAP,
                       "%s: an exposure of %.9f s does not fit: the longest stretch of the trace without "
                       "a gap is %.9f s",
                       tr->path, 1e-9 * (double)length_ns, 1e-9 * (double)bs_exposure_longest_ns(tr));
    k = (int64_t)(u * (double)n);
    if (k >= n) /* beyond 2^53 (double)n may be above n */
        k = n - 1;
    while (k >= starts_in(s, length_ns))
        k -= starts_in(s++, length_ns);
    *out = (bs_exposure){ .start_ns = s->start_ns + k, .length_ns = length_ns };
    return BS_OK;
}

/* The last stretch that begins at or before 't_ns', which lies in the trace. */
static const bs_stretch *stretch_at(const bs_trace *tr, int64_t t_ns)
{
    size_t low = 0, high = tr->info.n_stretches - 1;

    while (low < high) {
        const size_t middle = high - (high - low) / 2;

        if (tr->stretches[middle].start_ns <= t_ns)
            low = middle;
        else
            high = middle - 1;
    }
    return &tr->stretches[low];
}

int bs_exposure_check(const bs_trace *tr, const bs_exposure *ex, bs_err *err)
{
    const bs_trace_info *info = &tr->info;
    const double start_s = bs_trace_seconds(tr, ex->start_ns), end_s = start_s + 1e-9 * (double)ex->length_ns;
    const bs_stretch *s;
    int rc;

    if ((rc = check_length(tr, ex->length_ns, err)))
        return rc;
    if (ex->start_ns < info->start_ns || ex->start_ns > info->end_ns ||
        ex->length_ns > info->end_ns - ex->start_ns)
        return bs_fail(err, BS_ERANGE,
                       "%s: the exposure from %.9f s to %.9f s is not inside the trace, which runs from "
                       "%.9g s to %.9f s after its first row",
                       tr->path, start_s, end_s, bs_trace_seconds(tr, info->start_ns),
                       bs_trace_seconds(tr, info->end_ns));
    s = stretch_at(tr, ex->start_ns);
    if (ex->start_ns > s->end_ns || ex->length_ns > s->end_ns - ex->start_ns)
        return bs_fail(err, BS_EGAP,
                       "%s: the exposure from %.9f s to %.9f s meets the gap of the trace from %.9f s to "
                       "%.9f s after its first row (intervals of up to %.9f s are bridged)",
                       tr->path, start_s, end_s, bs_trace_seconds(tr, s->end_ns),
                       bs_trace_seconds(tr, s[1].start_ns), 1e-9 * (double)info->max_gap_ns);
    return BS_OK;
}

int64_t bs_exposure_instant_ns(const bs_exposure *ex, bs_placement placement, int n, int i)
{
    if (placement == BS_PLACEMENT_ENDPOINTS && n > 1)
        return ex->start_ns + fraction_ns(ex->length_ns, (uint64_t)i, (uint64_t)n - 1);
    return ex->start_ns + fraction_ns(ex->length_ns, 2 * (uint64_t)i + 1, 2 * (uint64_t)n);
}

int64_t bs_exposure_anchor_ns(const bs_exposure *ex, bs_anchor anchor)
{
    switch (anchor) {
    case BS_ANCHOR_START:
        return ex->start_ns;
    case BS_ANCHOR_END:
        return ex->start_ns + ex->length_ns;
    case BS_ANCHOR_MIDDLE:
        break;
    }
    return ex->start_ns + fraction_ns(ex->length_ns, 1, 2);
}

int bs_exposure_poses(const bs_trace *tr, int64_t anchor_ns, const int64_t *t_ns, int n,
                      bs_pose *T_anchor_cam, bs_err *err)
{
    bs_pose T_world_anchor, T_anchor_world, T_world_cam;
    size_t row;
    int rc;

    if ((rc = bs_trace_pose_at(tr, anchor_ns, &T_world_anchor, err)))
        return rc;
    for (int i = 0; i < n; i++) /* all times first, so that a failure leaves the result untouched */
        if ((rc = bs_trace_locate(tr, t_ns[i], &row, err)))
            return rc;
    T_anchor_world = bs_pose_inverse(&T_world_anchor);
    for (int i = 0; i < n; i++) {
        if ((rc = bs_trace_pose_at(tr, t_ns[i], &T_world_cam, err)))
            return rc;
        /* q^-1 q is the identity but for rounding; a camera that has not moved must not blur by that. */
        T_anchor_cam[i] = bs_pose_same(&T_world_anchor, &T_world_cam)
                              ? bs_pose_identity()
                              : bs_pose_mul(&T_anchor_world, &T_world_cam);
    }
    return BS_OK;
}
