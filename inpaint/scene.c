/* The memory of a scene. */
#include "inpaint/scene.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Spots and queue numbers that are made room for at first. */
#define BS_SPOTS_AT_FIRST 1024

static size_t plane_size(const bs_scene *s)
{
    return (size_t)s->stride * (size_t)(s->height + 2 * BS_MARGIN);
}

/* Everywhere; only the frame itself is written to again. */
static void start_margin(bs_scene *s)
{
    const size_t n = plane_size(s);

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
    int rc;

    *s = (bs_scene){ .width = width, .height = height };
    s->stride = (width + 2 * BS_MARGIN + BS_GROUP - 1) / BS_GROUP * BS_GROUP;
    n = plane_size(s);
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
    rc = bs_scene_grow_spots(s, BS_SPOTS_AT_FIRST, err);
    rc = rc ? rc : bs_scene_grow_queue(s, BS_SPOTS_AT_FIRST, err);
    if (rc != BS_OK)
        return rc;
    s->spots[0] = (bs_spot){ .level = BS_LEVEL_NONE };
    return BS_OK;
}

void bs_scene_destroy(bs_scene *s)
{
    free(s->planes);
    free(s->spots);
    free(s->queue);
    *s = (bs_scene){ 0 };
}

void bs_scene_begin(bs_scene *s, const float *rgb, const float *inv_depth, const float *parallax_px_m)
{
    const size_t width = (size_t)s->width;

    s->rgb = rgb;
    s->parallax_px_m = parallax_px_m;
    s->first = s->n_spots = 1;
    memset(s->busy, 0, plane_size(s) / BS_GROUP);
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
    s->first = s->n_spots;
    memset(s->busy, 0, plane_size(s) / BS_GROUP);
    for (int y = 0; y < s->height; y++)
        memset(&s->role[bs_plane_at(s, 0, y)], 0, (size_t)s->width);
}

/* A larger array in place of '*old', with room for half as many again as are needed. */
static int grow(void *old, int needed, size_t size, int *capacity, void **out, bs_err *err)
{
    const size_t wanted = (size_t)needed + (size_t)needed / 2;

    *out = wanted <= INT_MAX ? realloc(old, wanted * size) : NULL;
    if (!*out) {
        *out = old;
        return bs_fail(err, BS_ENOMEM, "no memory for the edges of a frame");
    }
    *capacity = (int)wanted;
    return BS_OK;
}

int bs_scene_grow_spots(bs_scene *s, int n, bs_err *err)
{
    void *spots = s->spots;
    const int rc = grow(s->spots, n, sizeof *s->spots, &s->capacity, &spots, err);

    s->spots = spots;
    return rc;
}

int bs_scene_grow_queue(bs_scene *s, int n, bs_err *err)
{
    void *queue = s->queue;
    const int rc = grow(s->queue, n, sizeof *s->queue, &s->queue_capacity, &queue, err);

    s->queue = queue;
    return rc;
}
