/*
 * inpaint/build_px.h - bs_layers_build() for a team, by the methods BACKGROUND and NONE; and its steps, between which
 * a builder fills in colours by other methods.
 *
 * A GPU gives a frame to a block of threads (cuda/layers_kernel.cu).
 */
#ifndef BS_BUILD_PX_H
#define BS_BUILD_PX_H

#include "inpaint/peel_px.h"

/* Starts on a frame.  1: colours of the first peeling's spots are to be filled in, then bs_build_on() follows; 0: there
 * are no edges, and 'out' is complete; -1: there is no room for the spots, s->wanted of them at least. */
BS_TEAM int bs_build_start(bs_scene *s, const float *rgb, const float *inv_depth, const uint8_t *measured,
                           const float *parallax_px_m, bs_layers *out)
{
    bs_scene_begin(s, rgb, inv_depth, parallax_px_m);
    bs_copy_frame(s, measured, out);
    if (bs_moves(parallax_px_m, s->width * s->height)) {
        bs_tears_start(s);
        if (bs_peel_study(s))
            return -1;
        if (s->n_spots > s->first)
            return 1;
    }
    bs_finish(s, out);
    return 0;
}

/* Peels the frame of the rims of peeling 'k', 0 or 1, whose colours are filled in.  What it returns is that of
 * bs_build_start(). */
BS_TEAM int bs_build_on(bs_scene *s, int k, bs_inpaint method, bs_layers *out)
{
    bs_peel_off(s, k, method, out);
    if (k == 0) {
        bs_tears_peeled(s);
        bs_scene_peel(s);
        return bs_peel_study(s) ? -1 : 1;
    }
    bs_tears_again(s);
    bs_mark_torn(s, BS_LAYERS - 1, out);
    bs_finish(s, out);
    return 0;
}

/*
 * bs_layers_build_team() does what bs_layers_build() does (inpaint/background.h), bit for bit, in memory that others
 * bring: 's' is a scene as bs_room_place() lays it out, '*out' layers of the same size, of bs_layers_create() or
 * bs_layers_place(), with 'bicubic' set.  'method' is BACKGROUND, or NONE.
 *
 * All lanes of a team call it, each with a bs_scene and a bs_layers of its own that are the same; they are so again
 * afterwards, and what they point to is complete for all lanes.
 *
 * Returns 0; or -1 if the frame has more spots than there is room for, when '*out' is unfinished and s->wanted is more
 * than fit, though it may not be enough.  Nothing beyond the room is written.
 */
BS_TEAM int bs_layers_build_team(bs_scene *s, const float *rgb, const float *inv_depth,
                                 const uint8_t *measured, const float *parallax_px_m, const bs_reach *reach,
                                 bs_inpaint method, bs_layers *out)
{
    int more;

    s->widen = 1;
    s->reach = reach;
    more = bs_build_start(s, rgb, inv_depth, measured, parallax_px_m, out);
    for (int k = 0; more > 0; k++) {
        bs_fill_background(s);
        more = bs_build_on(s, k, method, out);
    }
    return more;
}

#endif /* BS_BUILD_PX_H */
