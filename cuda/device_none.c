/* A build without CUDA has no device. */
#include "cuda/device.h"

static int none(bs_err *err)
{
    return bs_fail(
        err, BS_ENODEV,
        "this blursynth was built without CUDA: build it where nvcc is, with -Dcuda=enabled; or use "
        "--backend openmp, which makes the same bytes");
}

int bs_device_list(bs_cuda_device *out, int room, bs_err *err)
{
    (void)out;
    (void)room;
    (void)none(err);
    return 0;
}

int bs_device_open(bs_device *out, bs_err *err)
{
    (void)out;
    return none(err);
}
