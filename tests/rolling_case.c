#include "tests/rolling_case.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

const char *const shutter_names[] = { "global", "top-down", "bottom-up", "left-right", "right-left" };

double line_start_s(const capture *k, const bs_camera *cam, double line)
{
    const double n = bs_shutter_lines(k->shutter, cam->width, cam->height);
    const double at = fmin(fmax(line, 0), n - 1);
    const int backwards = k->shutter == BS_SHUTTER_BOTTOM_UP || k->shutter == BS_SHUTTER_RIGHT_LEFT;

    return (backwards ? n - 1 - at : at) * k->readout_s / n - k->anchor_s;
}

bs_synth_input make_input(const frame *f, const capture *k)
{
    const int lines = bs_shutter_lines(k->shutter, f->cam.width, f->cam.height);
    bs_pose *pose = malloc((size_t)((k->n + 2) * lines) * sizeof *pose);
    double *when = malloc((size_t)k->n * sizeof *when);

    assert_true(pose && when);
    for (int j = 0; j < k->n + 2; j++) { /* the last two: start and end */
        const double s = j < k->n ? (j + 0.5) / k->n : j - k->n;

        if (j < k->n)
            when[j] = s;
        for (int i = 0; i < lines; i++)
            pose[j * lines + i] = k->pose(k->user, line_start_s(k, &f->cam, i) + s * k->exposure_s);
    }
    return (bs_synth_input){ .camera = f->cam,
                             .rgb = f->rgb,
                             .depth_m = f->depth,
                             .shutter = k->shutter,
                             .T_anchor_cam = pose,
                             .n_poses = k->n,
                             .T_anchor_first = &pose[k->n * lines],
                             .T_anchor_last = &pose[(k->n + 1) * lines],
                             .when = when };
}

void free_input(bs_synth_input *in)
{
    free((void *)in->T_anchor_cam);
    free((void *)in->when);
}

bs_tuple blur_input(bs_synth *s, const bs_synth_input *in, const bs_synth_options *opt)
{
    bs_err err = { 0 };
    bs_tuple out;

    if (bs_synth_run(s, in, opt, &out, &err) != BS_OK)
        fail_msg("%s: code %d: %s", shutter_names[in->shutter], err.code, err.text);
    return out;
}
