/* tests/nvcc_host.h - whole images by the rules as nvcc compiles them for the host. */
#ifndef NVCC_HOST_H
#define NVCC_HOST_H

#include "cuda/batch_px.h"

#ifdef __cplusplus
extern "C" {
#endif

void nvcc_blur(const bs_blur_item *item);
void nvcc_expose(const bs_blur_item *item);
void nvcc_depth(const bs_layers *l, const bs_view *view, float *inv_depth, uint8_t *seen);

#ifdef __cplusplus
}
#endif

#endif /* NVCC_HOST_H */
