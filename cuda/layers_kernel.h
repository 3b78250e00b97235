/* cuda/layers_kernel.h - the kernel that builds layers, as the device calls it.  Internal to cuda/. */
#ifndef BS_LAYERS_KERNEL_H
#define BS_LAYERS_KERNEL_H

#include "cuda/layers_item.h"

/* Builds the layers of 'n' frames: 'items' [n] and 'rooms' [n] are the device's. */
cudaError_t bs_layers_kernel_build(const bs_build_item *items, int n, const bs_scene *rooms,
                                   cudaStream_t stream);

#endif /* BS_LAYERS_KERNEL_H */
