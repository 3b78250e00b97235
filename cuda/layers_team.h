/*
 * cuda/layers_team.h - what a team does for a frame whose layers are to be built.  Behind what the team is made of.
 */
#ifndef BS_LAYERS_TEAM_H
#define BS_LAYERS_TEAM_H

#include "cuda/layers_item.h"
#include "inpaint/build_px.h"

/* Builds it in a room of the frame's size, which only this team uses. */
BS_TEAM void bs_team_build(const bs_build_item *item, const bs_scene *room)
{
    bs_scene s = *room;
    bs_layers l = *item->layers;
    const int rc = bs_layers_build_team(&s, item->rgb, item->inv_depth, item->measured, item->parallax_px_m,
                                        item->reach, item->method, &l);

    BS_EACH (i, 1) {
        *item->layers = l;
        if (rc)
            item->layers->width = 0; /* nothing is to be blurred */
        item->wanted[i] = rc ? s.wanted : 0;
    }
    bs_team_sync();
}

#endif /* BS_LAYERS_TEAM_H */
