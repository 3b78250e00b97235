/*
 * cuda/cuda.h - the CUDA back end: the rules of homography/ on a GPU, nothing of its own.  Part of the public interface.
 *
 *   device.h    what is asked of a device, and what a test puts in its place
 *   device.cu   a device, by CUDA's runtime; device_none.c where blursynth was built without it
 *   kernels.cu  a grid around the rules of the blur, layers_kernel.cu: of the layers; warp_team.h, block_team.h: a warp,
 *               and a block, as a team of lanes; batch_px.h, layers_item.h: what they are given
 *   engine.c    bs_cuda: the device, and the queue of what is to be blurred
 *   crew.c      a thread, a stream and their memory: takes what waits, as a batch
 *   batch.c     what it does with a batch; memory.c: in what memory of the device's
 *   seat.h      what one caller has: memory that the device reads and writes, one blur at a time
 */
#ifndef BS_CUDA_H
#define BS_CUDA_H

#include <stddef.h>

#include "homography/error.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct bs_cuda bs_cuda;

/* A device, as far as it can be told without using it. */
typedef struct bs_cuda_device {
    int number;       /* by which CUDA knows it */
    char name[128];   /* "NVIDIA H200" */
    int major, minor; /* compute capability */
    int multiprocessors;
    size_t memory, unused; /* bytes in all, and not in use by anyone; 0, 0 if that is not known */
} bs_cuda_device;

/*
 * bs_cuda_devices() tells the devices that there are: at most 'room' of them in 'out', and returns how many.  None:
 * 0, and '*err' says why; BS_ENODEV.
 */
BS_API int bs_cuda_devices(bs_cuda_device *out, int room, bs_err *err);

/*
 * bs_cuda_open() makes a device ready: any number of bs_synth, of any threads, may share it, and are blurred in batches
 * of at most 'batch' at a time (0: as many as fill the device; fewer where memory is short).
 *
 * Takes half a second, most of it CUDA's own.  BS_ENODEV if there is no device that can be used, and why; BS_ENOMEM.
 */
BS_API int bs_cuda_open(int batch, bs_cuda **out, bs_err *err);

/* All that use it must be gone before. */
BS_API void bs_cuda_close(bs_cuda **cuda);

/* What it runs on; borrowed. */
BS_API const bs_cuda_device *bs_cuda_device_of(const bs_cuda *cuda);

#ifdef __cplusplus
}
#endif

#endif /* BS_CUDA_H */
