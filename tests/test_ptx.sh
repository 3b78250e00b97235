#!/usr/bin/env bash
# tests/test_ptx.sh OUT NVCC ARGUMENT...: what the kernels are compiled to rounds as the C compiler's code does: nothing is
# contracted but where the rules say fmaf(), nothing is approximate, and no small number is taken for 0.
set -euo pipefail
cd "$(dirname "$0")/.."
out=$1
shift

"$@" -arch=sm_75 -ptx cuda/kernels.cu -o "$out"
"$@" -arch=sm_75 -ptx cuda/layers_kernel.cu -o "$out.layers"
if grep -n 'fma\.' "$out.layers" >&2; then
    echo 'fused where layers are built' >&2
    exit 1
fi
wrong=$(grep -nE '\.approx|\.ftz|mad\.[a-z.]*f(32|64)|\.f64|(sin|cos|ex2|lg2|tanh|rsqrt)\.|(fma|div|rcp|sqrt)\.r[mpz]' "$out" "$out.layers" | head -n 5 || true)
if [ -n "$wrong" ]; then
    printf 'not as the C compiler rounds:\n%s\n' "$wrong" >&2
    exit 1
fi
# fmaf() is the series of bs_exp_minus() (homography/sensor_px.h), which only the exposure knows.
awk '/^\.(visible \.)?(entry|func)|^\.(entry|func)/ { name = $0 }
    /fma\.rn\.f32/ { if (name ~ /expose/) series++; else { print "fused in " name ": " $0; bad = 1 } }
    END { if (series != 9) { print series + 0 " fused operations in the exposure, expected 9"; bad = 1 } exit bad }' "$out" >&2
