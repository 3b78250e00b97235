/* The memory of one frame size. */
#include "inpaint/builder.h"

#include <stdlib.h>

#include "homography/camera.h"

int bs_builder_create(int width, int height, bs_builder **out, bs_err *err)
{
    bs_builder *b;
    int rc;

    if (width < 1 || height < 1 || width > BS_MAX_SIDE || height > BS_MAX_SIDE)
        return bs_fail(err, BS_EINVAL, "image size %dx%d; each side must be 1 to %d pixels", width, height,
                       BS_MAX_SIDE);
    b = calloc(1, sizeof *b);
    if (!b)
        return bs_fail(err, BS_ENOMEM, "no memory for a %dx%d frame", width, height);
    rc = bs_scene_create(width, height, &b->scene, err);
    if (rc != BS_OK) {
        bs_builder_destroy(&b);
        return rc;
    }
    *out = b;
    return BS_OK;
}

void bs_builder_destroy(bs_builder **b)
{
    if (!*b)
        return;
    bs_scene_destroy(&(*b)->scene);
    free((*b)->scratch);
    free(*b);
    *b = NULL;
}

int bs_builder_scratch(bs_builder *b, size_t n, size_t size, bs_err *err)
{
    if (n * size <= b->scratch_size)
        return BS_OK;
    free(b->scratch);
    b->scratch_size = 0;
    b->scratch = malloc(n * size);
    if (!b->scratch)
        return bs_fail(err, BS_ENOMEM, "no memory for a %dx%d frame", b->scene.width, b->scene.height);
    b->scratch_size = n * size;
    return BS_OK;
}
