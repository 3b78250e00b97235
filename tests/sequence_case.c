#include "tests/sequence_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

later later_at(double tx, double ty, double tz, double rx, double ry, double rz)
{
    return (later){ .T_frame_anchor = make_pose(tx, ty, tz, rx, ry, rz).pose[0] };
}

int later_run(bs_synth *s, const frame *f, const motion *m, const later *l, const bs_synth_options *opt,
              bs_tuple *out, bs_err *err)
{
    const bs_synth_input in = { .camera = f->cam,
                                .rgb = f->rgb,
                                .depth_m = f->depth,
                                .T_anchor_cam = m->pose,
                                .n_poses = m->n,
                                .T_anchor_first = &m->pose[0],
                                .T_anchor_last = &m->pose[m->n - 1],
                                .when = m->when,
                                .T_frame_anchor = &l->T_frame_anchor,
                                .T_frame_span = l->T_frame_span,
                                .n_span = l->n_span,
                                .span_id = l->span_id,
                                .frame_id = f->id };

    return bs_synth_run(s, &in, opt, out, err);
}

bs_tuple later_make(bs_synth *s, const frame *f, const motion *m, const later *l, const bs_synth_options *opt)
{
    bs_err err = { 0 };
    bs_tuple t;

    if (later_run(s, f, m, l, opt, &t, &err) != BS_OK)
        fail_msg("code %d: %s", err.code, err.text);
    return t;
}
