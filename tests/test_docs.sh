#!/usr/bin/env bash
# test_docs.sh SOURCE BLURSYNTH MAKE_SAMPLE IMU_ACCURACY: what the documents on motion tell one to type works, and their links lead
# somewhere.  README.md and docs/accuracy.md have test_readme.sh.
set -euo pipefail
src=$1 program=$(realpath "$2") sample=$(realpath "$3") imu_accuracy=$(realpath "$4")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# fenced DOCUMENT N: the lines of its N-th fenced block of shell.
fenced() {
    awk -v n="$2" '/^```sh$/ { inside = ++k == n; next } /^```/ { inside = 0 } inside' "$src/docs/$1"
}

# run WHERE COMMANDS: there must be some, and they must work.
run() {
    [ -n "$2" ] || { echo "$1: no commands"; exit 1; }
    PATH=$work/bin:$PATH bash -euc "$2" >log 2>&1 || { echo "$1: does not work:"; echo "$2"; tail -n 20 log; exit 1; }
}

mkdir bin SceneNetRGBD
ln -s "$program" bin/blursynth
ln -s "$sample" bin/make_sample
"$sample" "$work/SceneNetRGBD/val" --size 48x36 --trajectories 1 --frames 2 >/dev/null
cp SceneNetRGBD/val/handheld.csv .

run docs/motion.md "$(fenced motion.md 1 | sed 's/-o out/--overwrite &/')"
run docs/sequences.md "$(fenced sequences.md 1)"

# "blursynth … OPTIONS   what it is for", and the table of errors with few tuples.
options=$(sed -nE 's/^    blursynth … (.*)/\1/p' "$src/docs/kernel_noisy.md" | sed 's/   .*//')
run docs/kernel_noisy.md "$(while read -r o; do
    echo "blursynth --scenenet SceneNetRGBD/val --poses handheld.csv $o -o k --overwrite"
done <<<"$options")"
run docs/kernel_noisy.md "$(fenced kernel_noisy.md 1 | sed 's/--samples-per-frame 400/--samples-per-frame 2/')"

"$imu_accuracy" >tables 2>/dev/null
while read -r row; do # simulated motions: the same rows, whatever the last digit
    grep -qF "${row%% | *}" tables || { echo "docs/imu.md has a row that is not printed: $row"; exit 1; }
done < <(grep -E '^\| (hand shake|brisk motion),' "$src/docs/imu.md")

# The device's document, on whatever blurs here; its check is test_gpu_check.sh's.
run docs/cuda.md "$(fenced cuda.md 1 | grep -v gpu-check | sed 's/-o out --backend cuda/-o there --backend auto/')"
for script in $(grep -oE 'scripts/[a-z-]+' "$src/docs/cuda.md" | sort -u); do
    [ -x "$src/$script" ] || { echo "docs/cuda.md names $script, and it is not there"; exit 1; }
done
for option in $(grep -oE -- '--(fetch-libs|libs|quick|build)' "$src/docs/cuda.md" | sort -u); do
    grep -q -- "$option" "$src/scripts/gpu-check" || { echo "scripts/gpu-check has no $option"; exit 1; }
done
for file in $(grep -oE '`[a-z_]+/[a-z_]+\.(h|c|cu)`' "$src/docs/cuda.md" | tr -d '`' | sort -u); do
    [ -e "$src/$file" ] || { echo "docs/cuda.md names $file, and it is not there"; exit 1; }
done

for doc in cuda imu imu_formats motion sequences kernel_noisy conventions dataset; do
    for link in $(grep -oE '\]\([^)#]+\)' "$src/docs/$doc.md" | tr -d '])(' | grep -v '^http'); do
        [ -e "$src/docs/$link" ] || { echo "docs/$doc.md links to $link, and it is not there"; exit 1; }
    done
done
echo "ok"
