/* cuda/kernels.h - the kernels, as the device calls them.  Internal to cuda/. */
#ifndef BS_KERNELS_H
#define BS_KERNELS_H

#include "cuda/batch_px.h"

/* Bytes of a team's store. */
size_t bs_kernels_store_bytes(void);

/* Teams that a multiprocessor runs at a time: what registers and shared memory leave room for. */
cudaError_t bs_kernels_teams(int *per_multiprocessor);

/* Runs the blur on nothing, so that CUDA takes the memory that its lanes' stacks want before anybody else does. */
cudaError_t bs_kernels_prepare(cudaStream_t stream);

/* Light from the colours of all frames of a batch that have any. */
cudaError_t bs_kernels_decode(const bs_blur_batch *batch, cudaStream_t stream);

/* Blurs and exposes a batch. */
cudaError_t bs_kernels_blur(const bs_blur_batch *batch, void *stores, int teams, int *next,
                            cudaStream_t stream);

#endif /* BS_KERNELS_H */
