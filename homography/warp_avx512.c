#include "homography/simd_avx512.h"

#include "homography/warp_simd.h"
