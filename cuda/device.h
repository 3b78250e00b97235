/*
 * cuda/device.h - what the back end asks of a device, in a table, so that a test can put something else in its place.
 *
 * A call returns BS_OK, or fails where the fault is found: naming the call, the device and what to do.  BS_ENOMEM where
 * there is no memory, which harms nothing; after BS_ENODEV the device is not to be used any more.  Any thread may call;
 * a stream belongs to one.
 */
#ifndef BS_DEVICE_H
#define BS_DEVICE_H

#include "cuda/batch_px.h"
#include "cuda/cuda.h"
#include "cuda/layers_item.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct bs_device {
    void *self;
    bs_cuda_device info;
    int teams;          /* that it runs at a time at most; each needs a store */
    size_t store_bytes; /* of one */

    /* Memory of the device's, of anything. */
    int (*alloc)(void *self, size_t n, void **out, bs_err *err);
    void (*release)(void *self, void *memory);
    /* Memory of the host's that copies to and from the device may go on with while the host does something else. */
    int (*alloc_host)(void *self, size_t n, void **out, bs_err *err);
    void (*release_host)(void *self, void *memory);

    /* What is given to a stream is done in that order, later: what it reads and writes is to be left alone until wait()
     * has returned. */
    int (*open_stream)(void *self, void **stream, bs_err *err);
    void (*close_stream)(void *self, void *stream);
    int (*upload)(void *self, void *stream, void *to, const void *from, size_t n, bs_err *err);
    int (*download)(void *self, void *stream, void *to, const void *from, size_t n, bs_err *err);
    /* The layers of 'n' of a batch's frames: light from colours, then 'items' [n], each in one of 'rooms' [n]; all are
     * the device's. */
    int (*build)(void *self, void *stream, const bs_blur_batch *batch, const bs_build_item *items, int n,
                 const bs_scene *rooms, bs_err *err);
    /* All blurs of a batch, and their exposure: 'stores' [teams] and 'next', a number, are the device's. */
    int (*blur)(void *self, void *stream, const bs_blur_batch *batch, void *stores, int teams, int *next,
                bs_err *err);
    int (*wait)(void *self, void *stream, bs_err *err);

    void (*close)(void *self);
} bs_device;

/* device.cu, or device_none.c: as bs_cuda_devices(); and the best of them.  BS_ENODEV. */
int bs_device_list(bs_cuda_device *out, int room, bs_err *err);
int bs_device_open(bs_device *out, bs_err *err);

#ifdef __cplusplus
}
#endif

#endif /* BS_DEVICE_H */
