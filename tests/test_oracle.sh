#!/usr/bin/env bash
# The program on six recorded ray-traced scenes, scored by a tool that is not ours; skipped where they are not.
# test_oracle.sh BLURSYNTH
set -u
exe=$(realpath "$1")
data=${BLURSYNTH_SHARED:-}/data/oracle score=${BLURSYNTH_SHARED:-}/tools/score.py

[ -n "${BLURSYNTH_SHARED:-}" ] && [ -d "$data" ] && [ -f "$score" ] || exit 77
for python in python3 /usr/bin/python3; do
    "$python" -c 'import numpy, cv2' 2>/dev/null && break
done
"$python" -c 'import numpy, cv2' 2>/dev/null || exit 77
out=$(mktemp -d) || exit 1
trap 'rm -rf "$out"' EXIT

# run NAME TRUTH OPTION...: blurs each scene and keeps its scores in $out/NAME-SCENE.json.
run() {
    local name=$1 truth=$2 scene exposure
    shift 2
    for scene in "$data"/*/; do
        scene=$(basename "$scene")
        exposure=$("$python" -c "import json, sys; print(json.load(open(sys.argv[1]))['tau'])" \
            "$data/$scene/truth/meta.json")
        "$exe" --scenenet "$data/$scene" --exposure "$exposure" --anchor start --response srgb --noise none \
            --quiet -o "$out/$name/$scene" "${@/POSES/$data/$scene}" &&
            "$python" "$score" "$out/$name/$scene/blur/00000000.png" "$data/$scene" --truth "$truth" --json \
                >"$out/$name-$scene.json" || exit 1
    done
}

run plain disc --poses POSES/poses.csv --start 0 --poses-per-exposure 30 --pose-placement endpoints
run bicubic disc --poses POSES/poses.csv --start 0 --poses-per-exposure 30 --pose-placement endpoints \
    --interpolation bicubic
run dense dense --poses POSES/trace_1khz.csv --start 0.05

# Means of PSNR in dB, and how far each may fall; kernel maps by the 99th percentile of their error.
"$python" - "$out" "$data" <<'P'
import glob, json, sys
import numpy as np

out, data = sys.argv[1:]
least = {'plain': (47.0, 51.0, 39.9), 'bicubic': (47.6, 52.3, 40.0), 'dense': (47.0, 51.0, 39.7)}
bad = False
for name, floors in least.items():
    scores = [json.load(open(f)) for f in sorted(glob.glob(f'{out}/{name}-*.json'))]
    means = [np.mean([s[r]['psnr'] for s in scores if r in s]) for r in ('inside', 'visible', 'disocc')]
    print(f'{name:8s} inside {means[0]:.2f} dB, visible {means[1]:.2f}, uncovered {means[2]:.2f}')
    bad |= len(scores) != 6 or any(m < f for m, f in zip(means, floors))
for f in sorted(glob.glob(f'{data}/*/truth/kernel.npy')):
    scene = f.split('/')[-3]
    error = np.hypot(*np.moveaxis(np.load(f'{out}/plain/{scene}/kernel/00000000.npy') - np.load(f), 2, 0))
    p99 = np.percentile(error[np.isfinite(error)], 99)
    print(f'{scene:13s} kernel within {p99:.4f} px')
    bad |= not p99 <= 0.02
sys.exit(bad)
P
