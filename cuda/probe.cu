/* Compiled when the build is set up: whether nvcc compiles anything. */
__global__ void probe(float *v)
{
    *v += 1.0f;
}
