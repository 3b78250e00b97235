#!/usr/bin/env bash
# The program as a stranger at the shell meets it: test_program.sh BLURSYNTH MAKE_SAMPLE
#
# Every check prints "ok WHAT" or "FAIL WHAT" with what was seen; any FAIL makes the status 1.
set -u
exe=$(realpath "$1")
make_sample=$(realpath "$2")
work=$(mktemp -d) || exit 1
job=
cleanup() {
    [ -z "$job" ] || kill -9 "$job" 2>/dev/null
    rm -rf "$work"
}
trap cleanup EXIT
cd "$work" || exit 1
fails=0

# run ARGUMENTS...: the program, with its status in $status, its output in the files stdout and stderr.
run() {
    "$exe" "$@" >stdout 2>stderr </dev/null
    status=$?
}

# check WHAT COMMAND...: one line for one check; COMMAND says whether it holds.
check() {
    local what=$1
    shift
    if "$@" >/dev/null 2>check.log; then
        echo "ok   $what"
    else
        echo "FAIL $what: $*"
        echo "     status ${status:-?}; stdout: $(head -c 300 stdout); stderr: $(tail -n 5 stderr)"
        head -n 5 check.log
        fails=$((fails + 1))
    fi
}

is() { [ "$status" = "$1" ]; }
empty() { [ ! -s "$1" ]; }
absent() { [ ! -e "$1" ]; }
says() { grep -qF -e "$1" stderr; }
prints() { grep -qF -e "$1" stdout; }
everything() { # files and when they were written, but for those of this script
    find . -type f ! -name std\* ! -name check.log ! -name files.\* -printf '%p %s %T@\n' | sort
}
same() { diff -r "$1" "$2"; }
one_object() {
    [ "$(wc -l <stdout)" = 1 ] && python3 -m json.tool stdout && grep -q "\"exit\":${status}[,}]" stdout
}

# wait_for FILE PID: until the file is there; false if the process ends before.
wait_for() {
    local n=0
    until [ -e "$1" ]; do
        kill -0 "$2" 2>/dev/null && [ $((n += 1)) -lt 3000 ] || return 1
        sleep 0.01
    done
}

"$make_sample" s --size 64x48 --trajectories 2 --frames 3 || exit 1
from_s=(--scenenet s --poses s/handheld.csv)

# -- talking to it

run
check "no arguments: done" is 0
check "no arguments: what it is" prints "motion-blur datasets"
check "no arguments: three examples" test "$(grep -c '^  blursynth --' stdout)" = 3
check "no arguments: nothing on stderr" empty stderr
run --help
check "--help: done, on stdout" is 0
check "--help: every part" prints "Exit status"
check "--help: nothing on stderr" empty stderr
run --version
check "--version: done" is 0
check "--version: a number" grep -Eq '^blursynth [0-9]+\.[0-9]+\.[0-9]+' stdout
cp stdout version
run "${from_s[@]}" --output out --expsure 0.05
check "misspelt option: refused" is 2
check "misspelt option: suggestion" says "--exposure"
check "misspelt option: nothing made" absent out
run "${from_s[@]}" --output out --threads many
check "no number: refused, named" says '--threads "many"'
check "no number: status" is 2
run "${from_s[@]}" surplus
check "surplus argument: refused, named" says surplus
check "surplus argument: status" is 2

# -- before any work

run --scenenet nowhere --poses s/handheld.csv --output out
check "missing source: failed" is 1
check "missing source: named" says nowhere
run --scenenet s --poses s/nothing.csv --output out
check "missing trace: failed" is 1
check "missing trace: named" says s/nothing.csv
sed '7s/,.*/,1,2/' s/handheld.csv >broken.csv
run --scenenet s --poses broken.csv --output out
check "broken trace: failed" is 1
check "broken trace: file and line" says "broken.csv:7"
sed '7s/,[^,]*,/,nan,/' s/handheld.csv >nan.csv
run --scenenet s --poses nan.csv --output out
check "NaN in a trace: file and line" says "nan.csv:7"
run "${from_s[@]}" --exposure 20 --output out
check "trace shorter than the exposure: failed" is 1
check "trace shorter than the exposure: says so" says "does not fit"
awk -F, 'NR == 1 || $1 < 4 || $1 > 5' s/handheld.csv >gap.csv
run --scenenet s --poses gap.csv --exposure 0.05 --start 4.2 --output out
check "--start in a gap: failed" is 1
check "--start in a gap: where it is" says "gap of the trace from 3.995"
run --scenenet s --poses gap.csv --exposure 5 --output out
check "exposure longer than every stretch: says so" says "without a gap"
run "${from_s[@]}" --start 99 --exposure 0.05 --output out
check "--start behind the end: failed" is 1
check "--start behind the end: says so" says "not inside the trace"
printf 'timestamp,ax,ay,az\n0,0,0,9.8\n0.01,0,0,9.8\n' >imu.csv
run --scenenet s --poses imu.csv --output out
check "accelerometer alone: failed" is 1
check "accelerometer alone: recognised" grep -q "accelerometer alone" stderr
check "accelerometer alone: what is expected" says "timestamp,gx,gy,gz,ax,ay,az"
run info s/handheld.csv
check "info: done" is 0
check "info: kind" prints "kind      poses, CSV"
check "info: rate and duration" prints "rows      "
check "info: says nothing else" empty stderr
awk 'BEGIN { print "timestamp,gx,gy,gz,ax,ay,az"
    for (i = 0; i <= 600; i++) {
        t = i / 200; s = t < 2 ? 0 : sin(30 * t)
        printf "%.3f,%.6f,%.6f,%.6f,%.6f,0,9.81\n", i < 400 ? t : t + 1, 0.01 + s, 0.3 * s, 0, 0.5 * s
    } }' >imu.csv
run info imu.csv
check "info of an IMU: done" is 0
check "info of an IMU: units" prints "gyroscope in rad/s, accelerometer in m/s^2"
check "info of an IMU: rest" prints "at rest   1.99"
check "info of an IMU: its bias" prints "0.01000, 0.00000, 0.00000 rad/s, as it reads at rest"
check "info of an IMU: its gap" prints "gaps      1 longer than 0.025 s: 1.005 s at 1.995 s"
run info imu.csv --json
check "info --json: one object" python3 -c 'import json; o = json.load(open("stdout"));
assert o["imu"]["gyro_bias_from"] == "rest" and len(o["gaps"]) == 1 and o["rows"] == 601'
run info imu.csv --imu-units deg/s,g
check "info: the wrong unit" is 1
check "info: what it looks like" says "m/s"
run info s
check "info of a folder: wrong use" is 2
check "info of a folder: says so" says "s: a folder: info describes a trace"
run info none.csv
check "info of no file" is 1
check "nothing was made so far" absent out
everything >files.before
run "${from_s[@]}" --output out --dry-run
check "--dry-run: done" is 0
check "--dry-run: what would be made" says "6 tuples"
check "--dry-run: stdout empty" empty stdout
everything >files.after
check "--dry-run: nothing written" cmp files.before files.after
run "${from_s[@]}" --output out --dry-run --json
check "--dry-run --json: one object" one_object

# -- making

run "${from_s[@]}" --output out
check "a dataset: done" is 0
check "a dataset: stdout empty" empty stdout
check "a dataset: all tuples" test "$(find out/blur -name '*.png' | wc -l)" = 6
check "a dataset: first and last progress line" grep -q '100%.*6/6' stderr
check "a dataset: summary" says "made 6 tuples"
run "${from_s[@]}" --output out
check "again: nothing to do" says "nothing was left to make"
run "${from_s[@]}" --output out --noise none --seed 3
check "another configuration: refused" is 2
check "another configuration: what differs" says "noise, seed"
run "${from_s[@]}" --output quiet --quiet
check "--quiet: silent" empty stderr
check "--quiet: stdout empty" empty stdout
check "--quiet: the same" same out quiet
run "${from_s[@]}" --output json --json --quiet
check "--json: one object" one_object
check "--json: counts" prints '"planned":6,"made":6,"kept":0,"lost":0'
run "${from_s[@]}" --output out --json --seed 9
check "--json refused: one object" one_object
run "${from_s[@]}" --output out --json --nonsense
check "--json with wrong use: one object" one_object
run "${from_s[@]}" --output out --threads 0.5 --json
check "--json with a wrong value: one object" one_object
run "${from_s[@]}" --format null --output null
check "null format: done" is 0
check "null format: nothing there" absent null
for method in telea ns; do
    run "${from_s[@]}" --output "$method" --inpaint "$method"
    if grep -q 'telea, ns' version; then
        check "$method: done" is 0
    else
        check "$method: refused, not built in" is 2
        check "$method: says so" says OpenCV
    fi
done
run "${from_s[@]}" --output scatter --method scatter
if grep -q 'telea, ns' version; then
    check "scatter: done" is 0
    check "scatter: fills by Telea" grep -q '"inpaint":.*"telea"' scatter/dataset.json
else
    check "scatter: refused, nothing to fill with" is 2
    check "scatter: says what to do" says "add --inpaint none"
    check "scatter: nothing made" absent scatter
fi
run "${from_s[@]}" --output unfilled --method scatter --inpaint none
check "scatter, unfilled: done" is 0
run "${from_s[@]}" --output unfilled --method first-hit --inpaint none
check "scatter, then first-hit: refused" is 2
check "scatter, then first-hit: what differs" says "method, interpolation"
run "${from_s[@]}" --output scattered --backend cuda --method scatter --inpaint none
check "scatter, cuda: refused" is 2
check "scatter, cuda: says what to do" says "leave --backend cuda away"
run "${from_s[@]}" --output auto --backend auto --dry-run
check "auto: says what blurs" says "  back end  "
run "${from_s[@]}" --output cuda --backend cuda
if grep -q 'cuda: yes' version; then
    check "cuda: done" is 0
    check "cuda: the same bytes" same out cuda
else
    check "cuda: not there" is 6
    check "cuda: nothing made" absent cuda
fi

# -- the same bytes wherever it runs

cp -r s elsewhere
(cd elsewhere && TZ=Pacific/Kiritimati LANG=C LC_ALL=C "$exe" --scenenet . --poses handheld.csv \
    --output ../moved --quiet)
check "another folder, zone and locale: the same" same out moved
(umask 077 && LC_ALL=de_DE.UTF-8 OMP_NUM_THREADS=3 "$exe" --scenenet "$work/elsewhere///" --threads 3 \
    --poses "$work/elsewhere/handheld.csv" --output "$work/masked" --quiet)
check "umask, absolute paths, other threads: the same" same out masked
check "umask: holds" test "$(find masked -perm /077 | wc -l)" = 0

# -- output that cannot be written

echo x >in_the_way
for where in /dev/null/x in_the_way in_the_way/below /proc/nothing/here; do
    run "${from_s[@]}" --output "$where"
    check "output $where: cannot be written" is 5
    check "output $where: named" says "${where%/here}"
done
check "output that was in the way: untouched" test "$(cat in_the_way)" = x
if [ -e /dev/full ]; then
    "$exe" "${from_s[@]}" --output out --json >/dev/full 2>stderr
    status=$?
    check "--json to a full disk: cannot be written" is 5
fi
# A full disk: a small file system of its own, where this may be made.
cat >full.sh <<'EOF'
mkdir full && mount -t tmpfs -o size=200k none full || exit 77
exe=$1; shift
"$exe" "$@" --output full/out >stdout 2>stderr
[ $? = 5 ] || exit 1
grep -q 'make room' stderr || exit 2
mount -o remount,size=4m full
"$exe" "$@" --output full/out >stdout 2>stderr || exit 3
diff -r out full/out || exit 4
EOF
status=77
if [ "$(id -u)" = 0 ] && unshare -m true 2>/dev/null; then # not in a chroot
    unshare -m bash full.sh "$exe" "${from_s[@]}" 2>/dev/null
    status=$?
fi
if [ $status = 77 ]; then
    echo "skip full disk: no file system can be mounted here"
else
    check "full disk: 5, says to make room, then goes on to the same" is 0
fi

# -- two runs at once into one folder

"$exe" "${from_s[@]}" --output both --quiet --samples-per-frame 9 --shard-size 5 2>stderr &
run "${from_s[@]}" --output both --quiet --samples-per-frame 9 --shard-size 5
check "two at once: this one is done" is 0
wait $!
status=$?
check "two at once: the other is done" is 0
run "${from_s[@]}" --output alone --quiet --samples-per-frame 9 --shard-size 5
check "two at once: as one alone" same alone both

# -- signals: a job that one thread needs seconds for, and the same job uninterrupted

"$make_sample" big --size 160x120 --trajectories 1 --frames 1 || exit 1
long=(--scenenet big --poses big/handheld.csv --samples-per-frame 200 --shard-size 6)
run "${long[@]}" --output whole --quiet
check "long job: done" is 0

# interrupt OUT SIGNAL: starts the job, and sends the signal once a shard is committed.
interrupt() {
    "$exe" "${long[@]}" --threads 1 --output "$1" >stdout 2>stderr </dev/null &
    job=$!
    check "$2: sent while it works" wait_for "$1/__meta__/000000.jsonl" $job
    kill "-$2" $job
    wait $job 2>/dev/null
    status=$?
    job=
}

# Whether every file under a final name is whole, dataset-wide ones apart.
whole_files() {
    (cd "$1" && find . -mindepth 2 -type f ! -path './__meta__/tmp/*' ! -name '*.part.jsonl' -print0 |
        xargs -0 -I{} cmp {} ../whole/{})
}

for signal in INT TERM KILL; do
    interrupt "after$signal" $signal
    if [ $signal = KILL ]; then
        check "$signal: killed" is 137
    else
        check "$signal: interrupted" is 75
        check "$signal: says how to continue" says "run the same command again"
        check "$signal: stdout empty" empty stdout
        check "$signal: no leftovers" absent "after$signal/__meta__/tmp"
    fi
    check "$signal: it was in the middle" absent "after$signal/metadata.jsonl"
    check "$signal: no partial file" whole_files "after$signal"
    run "${long[@]}" --output "after$signal"
    check "$signal: the same command completes" is 0
    check "$signal: and kept what was finished" says "of an earlier run"
    check "$signal: as if nothing had happened" same whole "after$signal"
done

echo "$fails failed"
[ $fails = 0 ]
