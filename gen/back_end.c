/* What blurs the images of a dataset: the processor, or a device. */
#include <stdio.h>
#include <string.h>

#include "cuda/seat.h"
#include "gen/dataset.h"

/* Views that memory of the device's is taken for before it is known how many poses there will be. */
#define POSES 64

static size_t views_at_first(const bs_dataset *ds)
{
    const bs_camera *cam = &ds->plan.camera;
    const int n = ds->opt.n_poses ? ds->opt.n_poses : POSES;

    return (size_t)n * (size_t)bs_shutter_lines(ds->plan.shutter, cam->width, cam->height);
}

static int open_device(bs_dataset *ds, bs_err *err)
{
    const bs_camera *cam = &ds->plan.camera;
    int rc = bs_cuda_open(ds->opt.batch, &ds->cuda, err);

    if (rc == BS_OK)
        rc = bs_cuda_reserve(ds->cuda, cam->width, cam->height, views_at_first(ds), err);
    if (rc != BS_OK)
        bs_cuda_close(&ds->cuda);
    return rc == BS_ENOMEM ? BS_ENODEV : rc; /* whatever the device lacks, it cannot be used */
}

/* Whether any image is blurred, and in a way that a device knows. */
static int is_of_use(const bs_dataset *ds)
{
    return ds->opt.method == BS_METHOD_FIRST_HIT && ds->opt.emit & (BS_EMIT_BLUR | BS_EMIT_MASK);
}

static void say_device(bs_dataset *ds)
{
    const bs_cuda_device *d = bs_cuda_device_of(ds->cuda);

    ds->plan.backend = "cuda";
    snprintf(ds->backend_why, sizeof ds->backend_why, "%s, device %d", d->name, d->number);
    ds->plan.backend_why = ds->backend_why;
}

int bs_dataset_open_back_end(bs_dataset *ds, bs_err *err)
{
    const bs_backend asked = ds->opt.backend;
    bs_err why = { 0 };
    int rc;

    ds->plan.backend = "openmp";
    if (asked == BS_BACKEND_OPENMP || !is_of_use(ds))
        return BS_OK;
    rc = open_device(ds, &why);
    if (rc == BS_OK) {
        ds->owns_cuda = 1;
        say_device(ds);
        return BS_OK;
    }
    if (asked == BS_BACKEND_CUDA)
        return bs_fail(err, rc, "%s", why.text);
    memcpy(ds->backend_why, why.text, sizeof ds->backend_why);
    ds->plan.backend_why = ds->backend_why;
    return BS_OK;
}
