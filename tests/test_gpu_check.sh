#!/usr/bin/env bash
# test_gpu_check.sh SOURCE: where there is no device, scripts/gpu-check says so and what it wanted, and exits with 77.
set -euo pipefail
check=$1/scripts/gpu-check
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rc=0

"$check" --fast >"$work/out" 2>&1 || rc=$?
[ $rc = 2 ] && grep -q '^usage: ' "$work/out" || { echo "a wrong option is taken: $rc"; cat "$work/out"; exit 1; }
rc=0
mkdir "$work/bin" # the tools without nvcc, wherever that is
for tool in bash env dirname mktemp realpath rm cat; do
    ln -s "$(command -v $tool)" "$work/bin/$tool"
done
PATH=$work/bin "$check" >"$work/out" 2>&1 || rc=$?
[ $rc = 77 ] && grep -q '^gpu-check: skipped: no nvcc' "$work/out" || { echo "without nvcc: $rc"; cat "$work/out"; exit 1; }
if [ -e /dev/nvidia0 ] || ! command -v nvcc >/dev/null; then
    exit 0 # with a device it takes minutes
fi
rc=0
"$check" >"$work/out" 2>&1 || rc=$?
[ $rc = 77 ] && grep -q '^gpu-check: skipped: ' "$work/out" || { echo "without a device: $rc"; cat "$work/out"; exit 1; }
