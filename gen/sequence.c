#include "gen/sequence.h"

#include <stdlib.h>

/* Instants of each exposure at which the camera is followed, and about how many of all of them are enough:
 * the parallax of a long sequence is that of its ends. */
#define BS_SPAN_STEPS 16
#define BS_SPAN_ENOUGH 4096

int bs_sequence_check(const bs_dataset_options *opt, bs_err *err)
{
    const int64_t readout_ns = opt->shutter != BS_SHUTTER_GLOBAL ? opt->readout_ns : 0;
    const int64_t longest_ns = readout_ns > opt->exposure_max_ns ? readout_ns : opt->exposure_max_ns;

    if (opt->frames_per_sequence < 1 || opt->frames_per_sequence > 100000)
        return bs_fail(err, BS_EINVAL, "--frames-per-sequence: expected 1 to 100000");
    if (opt->frames_per_sequence == 1)
        return BS_OK;
    if (opt->frame_interval_ns < 1 || opt->frame_interval_ns > 3600000000000)
        return bs_fail(
            err, BS_EINVAL,
            "--frames-per-sequence needs --frame-interval: the time from the start of one exposure "
            "to the next, above 0 to 3600 seconds");
    /* A line is not exposed twice at once, and the lines of one frame are read before those of the next;
     * but the first lines of the next are exposed while the last are read. */
    if (opt->frame_interval_ns < longest_ns)
        return bs_fail(
            err, BS_EINVAL,
            "--frame-interval %.9g: %s of up to %.9g s would overlap, and one camera takes them one "
            "after the other; give a longer interval or a shorter %s",
            1e-9 * (double)opt->frame_interval_ns, longest_ns == readout_ns ? "readouts" : "exposures",
            1e-9 * (double)longest_ns, longest_ns == readout_ns ? "readout" : "--exposure");
    if (opt->method == BS_METHOD_SCATTER)
        return bs_fail(err, BS_EINVAL,
                       "--frames-per-sequence: --method scatter cannot show the frame from elsewhere; use "
                       "first-hit");
    return BS_OK;
}

int64_t bs_sequence_span_ns(const bs_dataset_options *opt, int64_t capture_ns)
{
    return capture_ns + (opt->frames_per_sequence - 1) * opt->frame_interval_ns;
}

static int fit(bs_sequence *s, int64_t n, bs_err *err)
{
    void *t, *p;

    if (n <= s->capacity)
        return BS_OK;
    t = realloc(s->t_ns, (size_t)n * sizeof *s->t_ns);
    s->t_ns = t ? t : s->t_ns;
    p = realloc(s->T_frame_span, (size_t)n * sizeof *s->T_frame_span);
    s->T_frame_span = p ? p : s->T_frame_span;
    if (!t || !p)
        return bs_fail(err, BS_ENOMEM, "no memory for the %lld poses of a sequence", (long long)n);
    s->capacity = (int)n;
    return BS_OK;
}

int bs_sequence_place(const bs_dataset_options *opt, const bs_trace *trace, const bs_exposure *capture,
                      int64_t index, bs_sequence *s, bs_err *err)
{
    const int64_t n = opt->frames_per_sequence,
                  each = n * BS_SPAN_STEPS <= BS_SPAN_ENOUGH ? BS_SPAN_STEPS : 2;
    const int64_t anchor_ns = bs_exposure_anchor_ns(capture, opt->anchor);
    bs_exposure first = *capture;
    int64_t frame_ns;
    int rc;

    s->n_span = 0;
    s->T_frame_anchor = bs_pose_identity();
    if (n == 1)
        return BS_OK;
    rc = fit(s, n * (each + 1), err);
    if (rc != BS_OK)
        return rc;
    first.start_ns -= index * opt->frame_interval_ns;
    frame_ns = bs_exposure_anchor_ns(&first, opt->anchor);
    s->n_span = (int)(n * (each + 1));
    for (int i = 0; i < s->n_span; i++)
        s->t_ns[i] =
            bs_exposure_instant_ns(&first, BS_PLACEMENT_ENDPOINTS, (int)each + 1, i % ((int)each + 1)) +
            i / (each + 1) * opt->frame_interval_ns;
    rc = bs_exposure_poses(trace, frame_ns, s->t_ns, s->n_span, s->T_frame_span, err);
    return rc ? rc : bs_exposure_poses(trace, frame_ns, &anchor_ns, 1, &s->T_frame_anchor, err);
}

void bs_sequence_free(bs_sequence *s)
{
    free(s->t_ns);
    free(s->T_frame_span);
    *s = (bs_sequence){ 0 };
}
