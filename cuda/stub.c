#include "cuda/cuda.h"

int bs_cuda_available(bs_err *err)
{
    return bs_fail(err, BS_ENODEV,
                   "this version of blursynth has no CUDA back end yet; use --backend openmp");
}
