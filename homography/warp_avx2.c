#include "homography/simd_avx2.h"

#include "homography/warp_simd.h"
