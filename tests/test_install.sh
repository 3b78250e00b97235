#!/usr/bin/env bash
# test_install.sh SOURCE BUILD: the library as its users meet it: what is installed, what it exports, headers that
# stand alone in C and C++, and a program built by pkg-config alone.
set -euo pipefail
src=$1 build=$2
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
failed=0
check() { # SENTENCE COMMAND...
    local sentence=$1
    shift
    if "$@" >"$root/log" 2>&1; then
        echo "ok   $sentence"
    else
        echo "FAIL $sentence"
        head -n 20 "$root/log"
        failed=1
    fi
}

DESTDIR=$root meson install -C "$build" --no-rebuild >"$root/log" 2>&1 || { cat "$root/log"; exit 1; }
pc=$(find "$root" -name blursynth.pc)
so=$(find "$root" -name 'libblursynth.so')
include=$(dirname "$(find "$root" -name blursynth.h)")
check "a pkg-config file, a library and the program" test -n "$pc" -a -n "$so" -a -x "$(find "$root" -name blursynth -type f -perm -u+x)"

foreign=$(nm -D --defined-only "$so" | awk '{ print $3 }' |
    grep -vE '^(bs_|__|_edata$|_end$|_init$|_fini$|\.gomp)' || true)
check "only bs_ symbols are exported${foreign:+, but: $foreign}" test -z "$foreign"

# shellcheck disable=SC2317 # called through check
alone() { # COMPILER-AND-FLAGS... HEADER: a file with nothing but the header in it
    printf '#include "%s"\nextern int nothing_else;\n' "${@: -1}" | "${@:1:$#-1}" -Wall -Wextra -Werror -fsyntax-only -
}
for h in $(cd "$include" && find . -name '*.h'); do
    check "${h#./} alone as C" alone cc -std=c11 -Wpedantic -I"$include" -x c "${h#./}"
    ! command -v c++ >/dev/null || check "${h#./} alone as C++" alone c++ -Wpedantic -I"$include" -x c++ "${h#./}"
done
own=(cc -std=c11 -D_POSIX_C_SOURCE=200809L -Wno-unused-function -I"$src")
avx2=(-mavx2) avx512=(-mavx512f -mavx512dq -mavx512bw -mavx512vl)
is_x86=$(cc -dM -E -x c - </dev/null | grep -c '__x86_64__ 1' || true)
for h in $(cd "$src" && ls homography/*.h imu/*.h inpaint/*.h cuda/*.h gen/*.h); do
    case $h in
    homography/simd_*.h | homography/warp_simd*.h) ;; # as below
    homography/find_px.h | homography/flow_px.h) # behind the loops of a machine
        check "$h behind loops as C" alone "${own[@]}" -include homography/loops_px.h -x c "$h"
        ;;
    cuda/block_team.h | cuda/warp_team.h | cuda/kernels.h | cuda/layers_kernel.h) ;; # only nvcc reads these
    *) check "$h alone as C" alone "${own[@]}" -x c "$h" ;;
    esac
done
# Only files that are compiled for an instruction set read its operations, and the blur behind them.
if [ "$is_x86" = 0 ]; then
    echo "skip headers for AVX2 and AVX-512: the compiler is for another processor"
else
    for isa in avx2 avx512; do
        declare -n flags=$isa
        check "homography/simd_$isa.h alone as C for it" alone "${own[@]}" "${flags[@]}" -x c "homography/simd_$isa.h"
        check "homography/warp_simd.h behind it" alone "${own[@]}" "${flags[@]}" \
            -include "homography/simd_$isa.h" -x c homography/warp_simd.h
    done
fi

if grep -q __asan <<<"$(nm -D "$so")"; then
    echo "skip a program of its own: the library is built with a sanitizer"
else
    export PKG_CONFIG_PATH=${pc%/*} PKG_CONFIG_SYSROOT_DIR=$root
    # shellcheck disable=SC2046
    check "a program builds by pkg-config" cc -std=c11 -Wall -Wextra -Werror "$src/tests/install_example.c" \
        -o "$root/example" $(pkg-config --cflags --libs blursynth)
    check "and makes a tuple" env LD_LIBRARY_PATH="${so%/*}" "$root/example"
fi
exit $failed
