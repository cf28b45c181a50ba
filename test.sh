#!/bin/sh
# `npm test`: sets up what the tests need and runs them all; the last line is "N passed, N failed, N skipped".
#   sh test.sh [FILE ...]    only these files, once
set -eu
here=$(dirname -- "$(readlink -f -- "$0")")
. "$here/setup.sh"
swarms_setup dev
setup_libbpf
cd "$here"
run() {
  "$NODE" --disable-warning=ExperimentalWarning --import ./test-seed.ts --test --test-concurrency=2 --test-timeout=120000 \
    --test-reporter=./test-reporter.ts --test-reporter-destination=stdout "$@"
}
if [ $# -gt 0 ]; then
  run "$@"
  exit
fi
result=$(mktemp)
trap 'rm -f "$result"' EXIT
code=0
SWARMS_TEST_RESULT=$result run \
  'src/**/*.test.ts' 'bench/**/*.test.ts' 'fuzz/*.test.ts' 'vm/*.test.ts' 'ui/*.test.ts' 'packaging/**/*.test.ts' || code=$?
# Live tests share the host with whatever else it does. Up to three files with a failure are run once more, alone, and that run decides; what
# failed first is said all the same. More are no accident.
[ "$code" -ne 0 ] && [ -s "$result" ] || exit "$code"
read -r passed failed skipped <"$result"
sed -i 1d "$result"
[ "$(wc -l <"$result")" -le 3 ] && [ -s "$result" ] || exit "$code"
set --
while read -r file; do set -- "$@" "$file"; done <"$result"
printf 'once more, alone, and that decides: %s\n' "$*"
code=0
SWARMS_TEST_RESULT=$result run --test-concurrency=1 "$@" || code=$?
read -r _ still _ <"$result"
[ "$code" -eq 0 ] || [ "$still" -gt 0 ] || still=1
printf '%d of %d failures came again\n%d passed, %d failed, %d skipped\n' "$still" "$failed" \
  "$((passed + failed - still))" "$still" "$skipped"
exit "$code"
