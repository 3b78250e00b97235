#!/usr/bin/env bash
# Inputs as disks, downloads and strangers break them: each is named, and the rest is made.
# test_hazards.sh BLURSYNTH MAKE_SAMPLE
set -u
exe=$(realpath "$1")
make_sample=$(realpath "$2")
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
fails=0

# check WHAT COMMAND...: one line for one check; COMMAND says whether it holds.
check() {
    local what=$1
    shift
    if "$@" >/dev/null 2>&1; then
        echo "ok   $what"
    else
        echo "FAIL $what: $*"
        echo "     status $status; stderr: $(tail -n 40 stderr)"
        fails=$((fails + 1))
    fi
}

# run ARGUMENTS...: the program on the broken sample, every frame of it.
run() {
    "$exe" --scenenet s --poses s/handheld.csv --frames-per-trajectory all "$@" >stdout 2>stderr </dev/null
    status=$?
}

is() { [ "$status" = "$1" ]; }

# flip FILE: another byte in its middle.
flip() {
    local at=$(($(stat -c %s "$1") / 2)) byte
    byte=$(od -An -tu1 -j $at -N 1 "$1")
    # shellcheck disable=SC2059 # the format is the byte
    printf "\\$(printf %03o $((byte ^ 16)))" | dd of="$1" bs=1 seek=$at conv=notrunc status=none
}

"$make_sample" s --size 64x48 --trajectories 3 --frames 6 || exit 1
"$make_sample" other --size 32x24 --trajectories 1 --frames 1 || exit 1
run --output clean --quiet
check "the clean sample: done" is 0

# In order of key: trajectory 0 loses frames 0 to 5, trajectory 1 frames 0 to 3 and 5.
# A PNG header of 65535 x 65535 pixels, all checksums right.
printf '%b' '\211PNG\r\n\032\n\0\0\0\015IHDR\0\0\0377\0377\0\0\0377\0377\010\002\0\0\0' >huge.png
printf '%b' '\071\0147\0116\007' >>huge.png
rm s/0/0/photo/0.jpg
cp huge.png s/0/0/photo/0.png
rm s/0/0/photo/25.jpg # a flipped bit in a PNG photo
cp clean/sharp/00000001.png s/0/0/photo/25.png
flip s/0/0/photo/25.png
flip s/0/0/depth/50.png
cp clean/mask/00000003.png s/0/0/depth/75.png # 8-bit grey
cp other/0/0/depth/0.png s/0/0/depth/100.png  # of another size
rm s/0/0/depth/125.png
truncate -s 500 s/0/1/photo/0.jpg
: >s/0/1/photo/25.jpg
head -c 4000 /dev/urandom >s/0/1/photo/50.jpg
cp clean/blur/00000000.png s/0/1/depth/75.png # a colour image
cp huge.png s/0/1/depth/125.png
mkdir -p s/0/3/photo s/0/3/depth # an empty trajectory
echo x >s/0/2/photo/notes.txt

run --output out
check "broken inputs: done, with skips" is 3
check "broken inputs: 7 of 17 planned tuples made" grep -q 'made 7 tuples' stderr
check "broken inputs: 10 lost" grep -q 'lost *10 planned' stderr
check "broken inputs: the count" grep -q 'skipped *13 inputs' stderr
inputs=(0/0/photo/0.png 0/0/photo/25.png 0/0/photo/50.jpg 0/0/photo/75.jpg 0/0/photo/100.jpg
    0/0/photo/125.jpg 0/1/photo/0.jpg 0/1/photo/25.jpg 0/1/photo/50.jpg 0/1/photo/75.jpg 0/1/photo/125.jpg
    0/2/photo/notes.txt 0/3)
for input in "${inputs[@]}"; do
    check "$input: named in the summary" grep -qF "       $input" stderr
    check "$input: listed" grep -qF "{\"input\":\"$input\",\"reason\":\"" out/__meta__/skipped.jsonl
done
check "nothing else is listed" test "$(wc -l <out/__meta__/skipped.jsonl)" = 13
check "no path of this machine is listed" test "$(grep -c "$work\|\"s/" out/__meta__/skipped.jsonl)" = 0
check "a depth file at fault is named" grep -q '0/0/photo/100.jpg.*32x24' out/__meta__/skipped.jsonl
# One frame less was found, so the rest moved by one key; what does not depend on the key is as it was.
check "the rest is as it was: sharp" cmp out/sharp/00000016.png clean/sharp/00000017.png
check "the rest is as it was: depth" cmp out/depth/00000016.png clean/depth/00000017.png
check "what is made is all there" test "$(find out -name '000000[01]?.*' | wc -l)" = 42

run --output json --json --quiet
check "--json: silent" test ! -s stderr
check "--json: one object" python3 -m json.tool stdout
check "--json: counts" grep -q '"exit":3,.*"made":7,"kept":0,"lost":10,"n_skipped":13' stdout
cp -r out again
run --output again
check "again: still says what is missing" is 3
check "again: the same" diff -r out again
run --output strict --strict
check "--strict: stops" is 1
check "--strict: before anything is made" test ! -e strict
rm -r s/0/3 s/0/2/photo/notes.txt s/0/0/photo/125.jpg
run --output strict --strict --threads 1
check "--strict at a bad frame: stops" is 1
check "--strict at a bad frame: names it" grep -qF "0/0/photo/0.png" stderr
run --output dry --dry-run
check "--dry-run: does not decode all, done" is 0

# With nothing left that is good, nothing can be made, and that is said.
find s/0 -name '*.jpg' -exec truncate -s 100 {} +
run --output none
check "no photo can be read: failed" is 1
check "no photo can be read: named" grep -qF "s/0/" stderr
check "no photo can be read: nothing made" test ! -e none
find s/0 -name '*.jpg' -delete
run --output none
check "no frames: failed" is 1

echo "$fails failed"
[ $fails = 0 ]
