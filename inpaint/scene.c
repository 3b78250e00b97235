/* The memory of a scene. */
#include "inpaint/scene.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Pixels for each spot that is made room for at first, as many as frames with few edges have; and the most spots
 * that their neighbours can be counted of. */
#define BS_PX_A_SPOT 8
#define BS_SPOTS_MOST (INT_MAX / BS_WAYS)

/* Everywhere; only the frame itself is written to again. */
static void start_margin(bs_scene *s)
{
    const size_t n = bs_plane_size(s);

    for (size_t i = 0; i < n; i++)
        s->inv[i] = NAN;
    memset(s->slot, 0, n * sizeof *s->slot);
    memset(s->role, BS_ROLE_MARGIN, n);
    memset(s->tears, 0, n);
    memset(s->tears_other, 0, n);
}

int bs_scene_create(int width, int height, bs_scene *s, bs_err *err)
{
    size_t n;

    *s = (bs_scene){ .width = width, .height = height };
    s->stride = bs_stride_of(width);
    n = bs_plane_size(s);
    s->planes = malloc(n * (sizeof *s->inv + sizeof *s->slot + 3) + n / BS_GROUP +
                       (size_t)s->stride * sizeof *s->marked);
    if (!s->planes)
        return bs_fail(err, BS_ENOMEM, "no memory for a %dx%d frame", width, height);
    s->inv = s->planes;
    s->slot = (int *)(s->inv + n);
    s->marked = s->slot + n;
    s->role = (uint8_t *)(s->marked + s->stride);
    s->tears = s->role + n;
    s->tears_other = s->tears + n;
    s->busy = s->tears_other + n;
    start_margin(s);
    s->wanted = (int)((size_t)width * (size_t)height / BS_PX_A_SPOT / 2);
    return bs_scene_grow(s, err);
}

void bs_scene_destroy(bs_scene *s)
{
    free(s->planes);
    free(s->spots);
    free(s->told);
    *s = (bs_scene){ 0 };
}

void bs_scene_begin(bs_scene *s, const float *rgb, const float *inv_depth, const float *parallax_px_m)
{
    const size_t width = (size_t)s->width;

    s->rgb = rgb;
    s->parallax_px_m = parallax_px_m;
    s->first = s->far_end = s->ring_end = s->n_spots = 1;
    memset(s->busy, 0, bs_plane_size(s) / BS_GROUP);
    for (int y = 0; y < s->height; y++) {
        const size_t i = bs_plane_at(s, 0, y);

        memcpy(&s->inv[i], &inv_depth[bs_at(s, 0, y)], width * sizeof *s->inv);
        memset(&s->slot[i], 0, width * sizeof *s->slot);
        memset(&s->role[i], 0, width);
    }
}

void bs_scene_peel(bs_scene *s)
{
    for (int k = s->first; k < s->n_spots; k++)
        s->spots[k].level = BS_LEVEL_NONE;
    s->first = s->far_end = s->ring_end = s->n_spots;
    memset(s->busy, 0, bs_plane_size(s) / BS_GROUP);
    for (int y = 0; y < s->height; y++)
        memset(&s->role[bs_plane_at(s, 0, y)], 0, (size_t)s->width);
}

int bs_scene_grow(bs_scene *s, bs_err *err)
{
    const size_t wanted = 2 * (size_t)s->wanted + 64;

    free(s->spots);
    free(s->told);
    s->capacity = 0;
    s->spots = wanted <= BS_SPOTS_MOST ? malloc(wanted * sizeof *s->spots) : NULL;
    s->told = wanted <= BS_SPOTS_MOST ? malloc(wanted * sizeof *s->told) : NULL;
    if (!s->spots || !s->told)
        return bs_fail(err, BS_ENOMEM, "no memory for the edges of a frame");
    s->spots[0] = (bs_spot){ .level = BS_LEVEL_NONE };
    s->capacity = (int)wanted;
    return BS_OK;
}
