#!/bin/sh
# `npm test`: sets up what the tests need and runs them all; the last line is "N passed, N failed, N skipped".
#   sh test.sh [FILE ...]    only these files
set -eu
here=$(dirname -- "$(readlink -f -- "$0")")
. "$here/setup.sh"
swarms_setup dev
setup_libbpf
cd "$here"
if [ $# -eq 0 ]; then set -- 'src/**/*.test.ts' 'bench/**/*.test.ts' 'fuzz/*.test.ts' 'vm/*.test.ts' 'ui/*.test.ts' 'packaging/**/*.test.ts'; fi
exec "$NODE" --disable-warning=ExperimentalWarning --import ./test-seed.ts --test --test-concurrency=2 --test-timeout=120000 \
  --test-reporter=./test-reporter.ts --test-reporter-destination=stdout "$@"
