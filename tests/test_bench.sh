#!/usr/bin/env bash
# test_bench.sh SOURCE BENCH BLURSYNTH MAKE_SAMPLE: the benchmark prints its tables, with a number wherever one
# belongs; and what docs/benchmarks.md tells one to type works.  No time is held to anything.
set -euo pipefail
src=$1 bench=$(realpath "$2") program=$(realpath "$3") sample=$(realpath "$4")
doc=$src/docs/benchmarks.md
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# tiny OPTION...: the benchmark on frames that are over at once, whatever the options say of their size.
tiny() {
    "$bench" --program "$program" --sample "$sample" "$@" --tiny 2>log ||
        { { echo "bench $*:"; cat log; } >&2; exit 1; }
}

# check FILE: each row has as many cells as its head, and behind its name (and, of the blur, scene and variant)
# only numbers.
check() {
    awk -F ' *[|] *' -v file="$1" '
        function bad(what) { print file ": " what ": " $0; failed = 1; exit 1 }
        /^[|]---/ { head = width; tables++; inside = 1; next }
        /^[|]/ && !inside { width = NF; first = $2 ~ /^blur,/ ? 5 : 3 }
        /^[|]/ && inside {
            if (NF != head) bad("not as wide as its head")
            for (i = first; i < NF; i++)
                if ($i !~ /^-?[0-9]+([.][0-9]+)?( %)?$/ && $i != "no OpenCV" && $i != "-") bad("no number")
            rows++
        }
        !/^[|]/ { inside = 0 }
        END { if (!failed && (!tables || rows < tables)) { print file ": tables without rows"; exit 1 } }' "$1"
}

# names FILE: the first cells of rows.
names() {
    sed -nE '/^\|---/d; s/^\| ([^|]*[^| ]) *\|.*/\1/p' "$1"
}

# The document's commands; 27,000 tuples are 30 here.
commands=$(awk '/^```sh$/ { inside = 1; next } /^```$/ { inside = 0 } inside' "$doc" | sed 's/ *#.*//')
grep -qx 'scripts/bench' <<<"$commands" || { echo "$doc: no commands"; exit 1; }
while read -r command; do
    case $command in
    scripts/bench*)
        read -ra args <<<"${command#scripts/bench}"
        tiny "${args[@]/27000/30}" >out.md
        check out.md
        [ "$command" != scripts/bench ] || cp out.md all.md
        ;;
    "meson test -C build --benchmark"*)
        grep -q "^benchmark('bench'" "$src/tests/meson.build" || { echo "$doc: there is no such benchmark"; exit 1; }
        ;;
    *)
        echo "$doc: what is this? $command"
        exit 1
        ;;
    esac
done <<<"$commands"
[ "$(wc -l <bench-long/out/metadata.jsonl)" = 30 ] || { echo "the long run: not 30 tuples"; exit 1; }
[ "$(grep -c '^| 64x48 | \(plane\|room\|thin\) ' all.md)" = 3 ] || { echo "blur: not three scenes"; exit 1; }

# The document's tables have no row that is not printed, but for sizes, which are not those of this test.
words='decode|read|motion|light|depth|parallax|background|blur|noise|kernel|linearity|encode|SHA|line|all|write'
sed -n '/^<!-- scripts.bench -->/,/^<!-- end -->/p' "$doc" | names /dev/stdin | grep -E "^($words|folder|\`--format null\`|plane|room|thin)" |
    while read -r row; do
        names all.md | grep -qxF -- "$row" || { echo "$doc has a row that is not printed: $row"; exit 1; }
    done

if (tiny --only blur --variant abacus) >/dev/null 2>&1; then
    echo "a variant that is not there is taken"
    exit 1
fi
tiny --only blur --variant all >out.md
grep -q '^| 64x48 | thin | plain ' out.md || { echo "--variant all: no row of the plain one"; exit 1; }
for link in $(grep -oE '\]\([^)#]+\)' "$doc" | tr -d '])(' | grep -v '^http'); do
    [ -e "$src/docs/$link" ] || { echo "docs/benchmarks.md links to $link, and it is not there"; exit 1; }
done
echo "ok"
