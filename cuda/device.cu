/* A device by CUDA's runtime: every call is checked, and what it says is told with its name, the device and what to do. */
#include <cuda_runtime.h>
#include <stdlib.h>
#include <string.h>

#include "cuda/device.h"
#include "cuda/kernels.h"
#include "cuda/layers_kernel.h"

typedef struct device {
    bs_cuda_device info;
} device;

#define MB (1024.0 * 1024.0)

/* Failures that say that there is nothing to run on, or nothing that runs this. */
static int is_absent(cudaError_t rc)
{
    return rc == cudaErrorNoDevice || rc == cudaErrorInsufficientDriver || rc == cudaErrorStubLibrary ||
           rc == cudaErrorSystemDriverMismatch || rc == cudaErrorSystemNotReady ||
           rc == cudaErrorInitializationError || rc == cudaErrorDevicesUnavailable;
}

static int fail_absent(cudaError_t rc, bs_err *err)
{
    int driver = 0, runtime = 0;

    (void)cudaRuntimeGetVersion(&runtime);
    if (cudaDriverGetVersion(&driver) != cudaSuccess || driver == 0)
        return bs_fail(
            err, BS_ENODEV,
            "CUDA finds no driver: install NVIDIA's, for CUDA %d.%d or later, or use --backend openmp, "
            "which makes the same bytes",
            runtime / 1000, runtime % 1000 / 10);
    if (driver < runtime)
        return bs_fail(
            err, BS_ENODEV,
            "NVIDIA's driver is for CUDA %d.%d, and this blursynth needs %d.%d: update the driver, or use "
            "--backend openmp, which makes the same bytes",
            driver / 1000, driver % 1000 / 10, runtime / 1000, runtime % 1000 / 10);
    return bs_fail(
        err, BS_ENODEV,
        "CUDA finds no device (%s): nvidia-smi and CUDA_VISIBLE_DEVICES say which are there; or use "
        "--backend openmp, which makes the same bytes",
        cudaGetErrorString(rc));
}

/* 'rc' of a call that was about 'n' bytes, or 0. */
static int check(const device *d, cudaError_t rc, const char *call, size_t n, bs_err *err)
{
    size_t unused = 0, all = 0;

    if (rc == cudaSuccess)
        return BS_OK;
    (void)cudaGetLastError(); /* so that the next call does not report it again */
    if (rc == cudaErrorMemoryAllocation) {
        (void)cudaMemGetInfo(&unused, &all);
        return bs_fail(err, BS_ENOMEM,
                       "%s, device %d, has too little memory (%s; %.0f MB wanted at once, %.0f of %.0f MB unused): end "
                       "what else runs there, give a smaller --batch, or use --backend openmp, which makes the same "
                       "bytes",
                       d->info.name, d->info.number, call, (double)n / MB, (double)unused / MB, (double)all / MB);
    }
    return bs_fail(err, BS_ENODEV,
                   "%s, device %d, failed (%s, %s, %s): run again, on it or with --backend openmp, which makes the same "
                   "bytes",
                   d->info.name, d->info.number, call, cudaGetErrorName(rc), cudaGetErrorString(rc));
}

static int use(const device *d, bs_err *err)
{
    return check(d, cudaSetDevice(d->info.number), "cudaSetDevice", 0, err);
}

/* ---- memory */

static int device_alloc(void *self, size_t n, void **out, bs_err *err)
{
    const device *d = (const device *)self;
    const int rc = use(d, err);

    return rc ? rc : check(d, cudaMalloc(out, n), "cudaMalloc", n, err);
}

/* What is given back cannot be asked for again, whatever CUDA says. */
static void device_release(void *self, void *memory)
{
    if (memory && use((const device *)self, NULL) == BS_OK)
        (void)cudaFree(memory);
}

static int device_alloc_host(void *self, size_t n, void **out, bs_err *err)
{
    const device *d = (const device *)self;
    cudaError_t rc;

    if (use(d, err) != BS_OK)
        return BS_ENODEV;
    rc = cudaMallocHost(out, n);
    if (rc == cudaErrorMemoryAllocation) {
        (void)cudaGetLastError();
        return bs_fail(
            err, BS_ENOMEM,
            "the system locks no %.0f MB of memory for a device (cudaMallocHost): fewer --threads need less, or "
            "use --backend openmp, which makes the same bytes",
            (double)n / MB);
    }
    return check(d, rc, "cudaMallocHost", n, err);
}

static void device_release_host(void *self, void *memory)
{
    if (memory && use((const device *)self, NULL) == BS_OK)
        (void)cudaFreeHost(memory);
}

/* ---- streams */

/* Waiting sleeps: the processor has other tuples to make. */
typedef struct stream {
    cudaStream_t at;
    cudaEvent_t done;
} stream;

static void device_close_stream(void *self, void *of)
{
    stream *s = (stream *)of;

    if (use((const device *)self, NULL) == BS_OK) {
        if (s->done)
            (void)cudaEventDestroy(s->done);
        if (s->at)
            (void)cudaStreamDestroy(s->at);
    }
    free(s);
}

static int device_open_stream(void *self, void **out, bs_err *err)
{
    const device *d = (const device *)self;
    stream *s = (stream *)calloc(1, sizeof *s);
    int rc;

    if (!s)
        return bs_fail(err, BS_ENOMEM, "no memory for a stream of the CUDA back end");
    rc = use(d, err);
    rc = rc ? rc
            : check(d, cudaStreamCreateWithFlags(&s->at, cudaStreamNonBlocking), "cudaStreamCreateWithFlags",
                    0, err);
    rc = rc ? rc
            : check(d, cudaEventCreateWithFlags(&s->done, cudaEventBlockingSync | cudaEventDisableTiming),
                    "cudaEventCreateWithFlags", 0, err);
    if (rc == BS_OK)
        *out = s;
    else
        device_close_stream(self, s);
    return rc;
}

static int copy(void *self, void *of, void *to, const void *from, size_t n, cudaMemcpyKind kind, bs_err *err)
{
    const device *d = (const device *)self;
    const int rc = use(d, err);

    return rc ? rc
              : check(d, cudaMemcpyAsync(to, from, n, kind, ((stream *)of)->at), "cudaMemcpyAsync", n, err);
}

static int device_upload(void *self, void *of, void *to, const void *from, size_t n, bs_err *err)
{
    return copy(self, of, to, from, n, cudaMemcpyHostToDevice, err);
}

static int device_download(void *self, void *of, void *to, const void *from, size_t n, bs_err *err)
{
    return copy(self, of, to, from, n, cudaMemcpyDeviceToHost, err);
}

static int device_build(void *self, void *of, const bs_blur_batch *batch, const bs_build_item *items, int n,
                        const bs_scene *rooms, bs_err *err)
{
    const device *d = (const device *)self;
    const cudaStream_t at = ((stream *)of)->at;
    int rc = use(d, err);

    rc = rc ? rc : check(d, bs_kernels_decode(batch, at), "the launch of decode", 0, err);
    return rc ? rc
              : check(d, bs_layers_kernel_build(items, n, rooms, at), "the launch of build_layers",
                      0, err);
}

static int device_blur(void *self, void *of, const bs_blur_batch *batch, void *stores, int teams, int *next,
                       bs_err *err)
{
    const device *d = (const device *)self;
    const int rc = use(d, err);

    return rc ? rc
              : check(d, bs_kernels_blur(batch, stores, teams, next, ((stream *)of)->at),
                      "the launch of blur_tiles", 0, err);
}

static int device_wait(void *self, void *of, bs_err *err)
{
    const device *d = (const device *)self;
    stream *s = (stream *)of;
    int rc = use(d, err);

    rc = rc ? rc : check(d, cudaEventRecord(s->done, s->at), "cudaEventRecord", 0, err);
    return rc ? rc : check(d, cudaEventSynchronize(s->done), "cudaEventSynchronize", 0, err);
}

static void device_close(void *self)
{
    free(self);
}

/* ---- which devices there are */

static cudaError_t describe(int number, bs_cuda_device *out)
{
    cudaDeviceProp prop;
    const cudaError_t rc = cudaGetDeviceProperties(&prop, number);

    memset(out, 0, sizeof *out);
    if (rc != cudaSuccess)
        return rc;
    out->number = number;
    memcpy(out->name, prop.name, sizeof out->name - 1); /* a longer name is cut */
    out->major = prop.major;
    out->minor = prop.minor;
    out->multiprocessors = prop.multiProcessorCount;
    out->memory = prop.totalGlobalMem;
    return cudaSuccess;
}

int bs_device_list(bs_cuda_device *out, int room, bs_err *err)
{
    int n = 0, found = 0;
    cudaError_t rc = cudaGetDeviceCount(&n);

    if (rc != cudaSuccess || n == 0) {
        (void)cudaGetLastError();
        (void)fail_absent(rc ? rc : cudaErrorNoDevice, err);
        return 0;
    }
    for (int i = 0; i < n && found < room; i++) {
        rc = describe(i, &out[found]);
        found += rc == cudaSuccess;
    }
    if (!found)
        (void)fail_absent(rc, err);
    return found;
}

/* The device has nothing that it could run of this. */
static int fail_too_old(const device *d, cudaError_t rc, bs_err *err)
{
    return bs_fail(
        err, BS_ENODEV,
        "%s, device %d, of compute capability %d.%d, runs nothing of this blursynth (%s): it is built for "
        "%s; or use --backend openmp, which makes the same bytes",
        d->info.name, d->info.number, d->info.major, d->info.minor, cudaGetErrorString(rc),
        BS_CUDA_ARCHITECTURES);
}

static int prepare(device *d, bs_err *err)
{
    int rc = check(d, bs_kernels_prepare(0), "the launch of blur_tiles", 0, err);

    rc = rc ? rc : check(d, cudaDeviceSynchronize(), "cudaDeviceSynchronize", 0, err);
    return rc ? rc : check(d, cudaMemGetInfo(&d->info.unused, &d->info.memory), "cudaMemGetInfo", 0, err);
}

int bs_device_open(bs_device *out, bs_err *err)
{
    device *d = (device *)calloc(1, sizeof *d);
    cudaError_t rc;
    int per_multiprocessor = 0, failed = BS_OK;

    if (!d)
        return bs_fail(err, BS_ENOMEM, "no memory for the CUDA back end");
    if (bs_device_list(&d->info, 1, err) < 1) { /* CUDA puts the best one first */
        free(d);
        return BS_ENODEV;
    }
    failed = use(d, err);
    if (failed == BS_OK) {
        rc = bs_kernels_teams(&per_multiprocessor);
        if (is_absent(rc))
            failed = fail_absent(rc, err);
        else if (rc != cudaSuccess)
            failed = fail_too_old(d, rc, err);
        else
            failed = prepare(d, err);
    }
    if (failed != BS_OK) {
        free(d);
        return BS_ENODEV;
    }
    memset(out, 0, sizeof *out);
    out->self = d;
    out->info = d->info;
    out->teams = per_multiprocessor * d->info.multiprocessors;
    out->store_bytes = bs_kernels_store_bytes();
    out->alloc = device_alloc;
    out->release = device_release;
    out->alloc_host = device_alloc_host;
    out->release_host = device_release_host;
    out->open_stream = device_open_stream;
    out->close_stream = device_close_stream;
    out->upload = device_upload;
    out->download = device_download;
    out->build = device_build;
    out->blur = device_blur;
    out->wait = device_wait;
    out->close = device_close;
    return BS_OK;
}
