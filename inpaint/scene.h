/*
 * inpaint/scene.h - a scene (inpaint/scene_px.h) in a builder's memory, and the passes over its planes as one thread
 * runs them (inpaint/passes_px.h).
 *
 * Internal to inpaint/.
 */
#ifndef BS_SCENE_H
#define BS_SCENE_H

#include "homography/error.h"
#include "homography/layers.h"
#include "inpaint/scene_px.h"

/* Lists the pixels 'x' to n - 1 of a row that are marked: returns how many there are.  'list' has room for all
 * of the row.  Without a branch for each, for nothing foretells them. */
static inline int bs_list_marked(const uint8_t *row, int x, int n, int *list)
{
    int found = 0;

    for (; x + BS_GROUP <= n; x += BS_GROUP) {
        uint64_t group;

        memcpy(&group, row + x, sizeof group);
        if (!group)
            continue;
        for (int i = 0; i < BS_GROUP; i++) {
            list[found] = x + i;
            found += row[x + i] != 0;
        }
    }
    for (; x < n; x++) {
        list[found] = x;
        found += row[x] != 0;
    }
    return found;
}

/* scene.c: BS_ENOMEM.  Destroy it then, too. */
int bs_scene_create(int width, int height, bs_scene *s, bs_err *err);
void bs_scene_destroy(bs_scene *s);

/* scene.c: room for more than s->wanted spots; those so far are lost.  BS_ENOMEM. */
int bs_scene_grow(bs_scene *s, bs_err *err);

/* scene.c: a frame without roles, tears and spots. */
void bs_scene_begin(bs_scene *s, const float *rgb, const float *inv_depth, const float *parallax_px_m);

/* scene.c: the next peeling: roles and spots so far are those of the one before. */
void bs_scene_peel(bs_scene *s);

/* tears.c: tears of 'inv', in 's->tears_other', where all that changed since 'tears' were found are spots of this
 * peeling. */
void bs_tears_again(bs_scene *s);

/*
 * tears.c: 'tears' of 'inv' and which of them are rims.  Once the frame is peeled not every tear is one: some
 * only say where the last peeling ended, between a pixel that was hidden and one of the same surface that was
 * not.
 */
void bs_tears_start(bs_scene *s);
void bs_tears_peeled(bs_scene *s);

/* ring.c: roles NEAR, FAR and RING of pixels beside rims, and the spots of the far ones.  -1: no room. */
int bs_ring_first(bs_scene *s);

/* build.c: layer 0 from the frame, and all others with it, as if there were no edges. */
void bs_copy_frame(const bs_scene *s, const uint8_t *measured, bs_layers *out);

/* build.c: marks the cells of layer 'k' that must not be interpolated: the tears are those of its depth, in
 * 's->tears_other'. */
void bs_mark_torn(bs_scene *s, int k, bs_layers *out);

#endif /* BS_SCENE_H */
