/*
 * cuda/cuda.h - the CUDA back end: device twins of the '*_px.h' rules of homography/, nothing of its own.
 *
 * This version holds the place: the functions are there, and say that no device can be used.
 */
#ifndef BS_CUDA_H
#define BS_CUDA_H

#include "homography/error.h"

#ifdef __cplusplus
extern "C" {
#endif

/* BS_OK if the back end can run here, else BS_ENODEV and why not. */
int bs_cuda_available(bs_err *err);

#ifdef __cplusplus
}
#endif

#endif /* BS_CUDA_H */
