/* What may be asked of bs_synth_run(). */
#include "gen/synth_check.h"

#include <math.h>

#include "gen/scatter.h"

size_t bs_synth_n_views(const bs_synth_input *in)
{
    const size_t lines = (size_t)bs_shutter_lines(in->shutter, in->camera.width, in->camera.height);

    return (size_t)in->n_poses > SIZE_MAX / sizeof(bs_pose) / lines ? 0 : (size_t)in->n_poses * lines;
}

int bs_synth_is_elsewhere(const bs_synth_input *in)
{
    const bs_pose *p = in->T_frame_anchor;

    return p && (p->t_m[0] != 0 || p->t_m[1] != 0 || p->t_m[2] != 0 || p->q[0] != 0 || p->q[1] != 0 ||
                 p->q[2] != 0);
}

static int pose_is_finite(const bs_pose *p)
{
    double sum = 0;

    for (int i = 0; i < 4; i++)
        sum += p->q[i];
    for (int i = 0; i < 3; i++)
        sum += p->t_m[i];
    return isfinite(sum);
}

/* The choices: an enum that C lets hold any number. */
static int check_choices(const bs_synth_options *opt, bs_err *err)
{
    if ((int)opt->method < 0 || opt->method > BS_METHOD_SCATTER)
        return bs_fail(err, BS_EINVAL, "method %d is none of its values", (int)opt->method);
    if ((int)opt->inpaint < 0 || opt->inpaint > BS_INPAINT_NONE)
        return bs_fail(err, BS_EINVAL, "inpaint %d is none of its values", (int)opt->inpaint);
    if ((int)opt->interpolation < 0 || opt->interpolation > BS_INTERPOLATION_BICUBIC)
        return bs_fail(err, BS_EINVAL, "interpolation %d is none of its values", (int)opt->interpolation);
    if ((int)opt->cleanup < 0 || opt->cleanup > BS_CLEANUP_OFF)
        return bs_fail(err, BS_EINVAL, "cleanup %d is none of its values", (int)opt->cleanup);
    if ((int)opt->response < 0 || opt->response > BS_RESPONSE_NONE)
        return bs_fail(err, BS_EINVAL, "response %d is none of its values", (int)opt->response);
    return opt->method == BS_METHOD_SCATTER ? bs_scatter_check(opt->inpaint, err) : BS_OK;
}

static int check_poses(const bs_synth_input *in, bs_err *err)
{
    const int lines = bs_shutter_lines(in->shutter, in->camera.width, in->camera.height);
    const size_t n = bs_synth_n_views(in);
    int finite = 1;

    if (!n)
        return bs_fail(err, BS_EINVAL, "%d poses of %d lines are more than memory can hold", in->n_poses,
                       lines);
    for (int i = 0; i < lines; i++)
        finite = finite && pose_is_finite(&in->T_anchor_first[i]) && pose_is_finite(&in->T_anchor_last[i]);
    for (size_t i = 0; i < n; i++)
        finite = finite && pose_is_finite(&in->T_anchor_cam[i]);
    for (int i = 0; i < in->n_span; i++)
        finite = finite && pose_is_finite(&in->T_frame_span[i]);
    finite = finite && (!in->T_frame_anchor || pose_is_finite(in->T_frame_anchor));
    return finite ? BS_OK : bs_fail(err, BS_EINVAL, "a pose holds NaN or infinity");
}

int bs_synth_check(const bs_synth_input *in, const bs_synth_options *opt, bs_err *err)
{
    int rc = bs_camera_check(&in->camera, "camera", err);

    if (rc != BS_OK)
        return rc;
    if ((int)in->shutter < 0 || in->shutter > BS_SHUTTER_RIGHT_LEFT)
        return bs_fail(err, BS_EINVAL, "shutter %d is none of its values", (int)in->shutter);
    if (in->n_poses < 1)
        return bs_fail(err, BS_EINVAL, "%d poses; an exposure needs at least one", in->n_poses);
    if (in->n_span < 0 || (in->n_span && !in->T_frame_span))
        return bs_fail(err, BS_EINVAL, "n_span is %d: expected the number of poses of T_frame_span",
                       in->n_span);
    rc = check_poses(in, err);
    if (rc != BS_OK)
        return rc;
    if (!(opt->noise_peak >= 0 && opt->noise_peak <= 1e7))
        return bs_fail(err, BS_EINVAL, "noise peak %g: expected 0 (none) to 1e7 photo-electrons",
                       opt->noise_peak);
    if (opt->method == BS_METHOD_SCATTER && in->shutter != BS_SHUTTER_GLOBAL)
        return bs_fail(err, BS_EINVAL,
                       "--method scatter has a global shutter; --shutter rolling needs "
                       "--method first-hit");
    if (opt->method == BS_METHOD_SCATTER && bs_synth_is_elsewhere(in))
        return bs_fail(err, BS_EINVAL,
                       "--method scatter shows the frame from its own place only; use first-hit");
    return check_choices(opt, err);
}
