#!/usr/bin/env bash
# test_readme.sh SOURCE BLURSYNTH MAKE_SAMPLE ACCURACY: what README.md tells a stranger to type works, and gives what it says;
# so does the Python of docs/dataset.md; docs/accuracy.md names no option that its program lacks.
# scripts/quickstart and scripts/test, its first block, are run by scripts/test itself.
set -euo pipefail
src=$1 program=$(realpath "$2") sample=$(realpath "$3") accuracy=$(realpath "$4")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# block HEADING LANGUAGE: the first code block of that language below a heading.
block() {
    awk -v heading="## $1" -v want="\`\`\`$2" '
        $0 == heading { found = 1; next }
        /^```/ && !fenced { fenced = 1; inside = found && $0 == want; next }
        /^```/ { fenced = 0; if (inside) exit; next }
        inside { print }' "$src/README.md"
}

mkdir bin SceneNetRGBD
ln -s "$program" bin/blursynth
"$sample" "$work/SceneNetRGBD/val" --size 80x60 --trajectories 2 --frames 2 >/dev/null
cp SceneNetRGBD/val/handheld.csv .
commands=$(block "Make a dataset" sh)
[ -n "$commands" ] || { echo "README.md: no command below \"Make a dataset\""; exit 1; }
PATH=$work/bin:$PATH bash -euc "$commands"

# A second at rest, then shaking: what a phone's logger writes.
awk 'BEGIN { print "timestamp,gx,gy,gz,ax,ay,az"
    for (i = 0; i <= 800; i++) {
        t = i / 200; s = t < 1 ? 0 : 1
        printf "%.3f,%.6f,%.6f,%.6f,%.6f,%.6f,%.6f\n", t, 0.01 + s * 0.2 * sin(50 * t), s * 0.3 * cos(31 * t),
            -0.02 + s * 0.1 * sin(20 * t), s * 0.8 * sin(40 * t), s * 0.5 * cos(23 * t), 9.81 + s * 0.3 * sin(35 * t)
    } }' >imu.csv
commands=$(block "Motions" sh)
[ -n "$commands" ] || { echo "README.md: no command below \"Motions\""; exit 1; }
PATH=$work/bin:$PATH bash -euc "$commands" >motions.log

files=$(block "Make a dataset" "" | awk '{ print $1 }')
[ "$(wc -l <<<"$files")" -ge 8 ] || { echo "README.md: no list of files"; exit 1; }
for f in $files; do
    [ -s "$f" ] || { echo "README.md promises $f, and it is not there"; exit 1; }
done

# The snippet that loads a tuple, where Python has what it imports.
if /usr/bin/python3 -c 'import numpy, PIL' 2>/dev/null; then
    snippet=$(awk '/^```python$/ { inside = 1; next } /^```$/ { inside = 0 } inside' "$src/docs/dataset.md")
    [ -n "$snippet" ] || { echo "docs/dataset.md: no Python"; exit 1; }
    /usr/bin/python3 - <<END
${snippet/\"OUT\"/\"out\"}
assert blur.shape == sharp.shape == (60, 80, 3) and kernel.shape == (60, 80, 2), "shapes"
assert depth_m.shape == seen.shape == (60, 80) and 0 <= seen.min() and seen.max() == 1, "values"
END
else
    echo "docs/dataset.md: its Python not run, for want of numpy or PIL"
fi

options=$(awk '/^```sh$/ { inside = 1; next } /^```$/ { exit } inside' "$src/docs/accuracy.md" | grep -oE -- '--[a-z]+')
[ -n "$options" ] || { echo "docs/accuracy.md: no commands"; exit 1; }
for o in $options; do
    "$accuracy" --help | grep -q -- "^  $o " || { echo "docs/accuracy.md: accuracy has no $o"; exit 1; }
done

packages=$(block "Build by hand" sh | sed -n 's/^apt-get install //p')
[ -n "$packages" ] || { echo "README.md: no packages below \"Build by hand\""; exit 1; }
for p in $packages; do
    grep -qw -- "$p" "$src/scripts/setup" || { echo "README.md wants $p, scripts/setup does not"; exit 1; }
done
for link in $(grep -oE '\]\([^)#]+\)' "$src/docs/accuracy.md" | tr -d '])(' | grep -v '^http'); do
    [ -e "$src/docs/$link" ] || { echo "docs/accuracy.md links to $link, and it is not there"; exit 1; }
done
for link in $(grep -oE '\]\([^)#]+\)' "$src/README.md" | tr -d '])(' | grep -v '^http'); do
    [ -e "$src/$link" ] || { echo "README.md links to $link, and it is not there"; exit 1; }
done
if [ "${README_BUILD:-0}" = 1 ]; then # takes as long as the build did
    cp -r "$src/meson.build" "$src/meson_options.txt" "$src"/{gen,homography,inpaint,imu,cuda,tests} .
    block "Build by hand" sh | grep -v '^apt-get' | DESTDIR=$work/installed bash -eu
    [ -x installed/usr/local/bin/blursynth ]
fi
echo "ok"
