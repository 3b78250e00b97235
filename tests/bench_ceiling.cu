#include <cuda_runtime.h>

#include "tests/bench_ceiling.h"

#define ROUNDS 4096
#define CHAINS 8
#define TIMES 20

/* CHAINS additions a round, none of which waits for another: in time the counter of the loop is an instruction or two
 * more for UNROLL of them. */
static __global__ void add(float *out, float step)
{
    float v[CHAINS];

    for (int i = 0; i < CHAINS; i++)
        v[i] = (float)(threadIdx.x + i);
#pragma unroll 32
    for (int r = 0; r < ROUNDS; r++)
#pragma unroll
        for (int i = 0; i < CHAINS; i++)
            v[i] += step;
    for (int i = 1; i < CHAINS; i++)
        v[0] += v[i];
    if (v[0] < 0)
        out[0] = v[0];
}

/* Seconds of what is between two events. */
static double between(cudaEvent_t from, cudaEvent_t to)
{
    float ms = 0;

    cudaEventSynchronize(to);
    cudaEventElapsedTime(&ms, from, to);
    return 1e-3 * (double)ms;
}

static void measure_adds(int blocks, float *to, cudaEvent_t e[2], bench_ceilings *out)
{
    const int threads = 512;

    add<<<blocks, threads>>>(to, 1.0f);
    cudaEventRecord(e[0]);
    for (int i = 0; i < TIMES; i++)
        add<<<blocks, threads>>>(to, 1.0f);
    cudaEventRecord(e[1]);
    out->instructions_s = (double)TIMES * blocks * (threads / 32) * ROUNDS * CHAINS / between(e[0], e[1]);
}

static double measure_copy(void *to, const void *from, size_t n, cudaMemcpyKind kind, cudaEvent_t e[2])
{
    cudaMemcpyAsync(to, from, n, kind);
    cudaEventRecord(e[0]);
    for (int i = 0; i < TIMES; i++)
        cudaMemcpyAsync(to, from, n, kind);
    cudaEventRecord(e[1]);
    return (double)TIMES * (double)n / between(e[0], e[1]);
}

const char *bench_measure_ceilings(size_t n, bench_ceilings *out)
{
    char *device = NULL, *host = NULL;
    cudaEvent_t e[2] = { NULL, NULL };
    cudaDeviceProp prop;
    cudaError_t rc = cudaGetDeviceProperties(&prop, 0);

    rc = rc ? rc : cudaMalloc(&device, 2 * n);
    rc = rc ? rc : cudaMallocHost(&host, n);
    rc = rc ? rc : cudaMemset(device, 1, 2 * n);
    rc = rc ? rc : cudaEventCreate(&e[0]);
    rc = rc ? rc : cudaEventCreate(&e[1]);
    if (rc == cudaSuccess) {
        measure_adds(8 * prop.multiProcessorCount, (float *)device, e, out);
        out->copy_bytes_s = 2 * measure_copy(device + n, device, n, cudaMemcpyDeviceToDevice, e);
        out->upload_bytes_s = measure_copy(device, host, n, cudaMemcpyHostToDevice, e);
        rc = cudaDeviceSynchronize();
    }
    cudaFree(device);
    cudaFreeHost(host);
    return rc == cudaSuccess ? NULL : cudaGetErrorString(rc);
}
