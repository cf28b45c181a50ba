#!/bin/sh
# `npm run test:vm`: the live-kernel tests in stock kernels under QEMU (docs/testing.md). Exit 69 where that cannot be.
#   sh test-vm.sh [--kernel NAME] [--limit SECONDS] [SUITE | FILE ...]
set -eu
here=$(dirname -- "$(readlink -f -- "$0")")
. "$here/setup.sh"
swarms_setup dev
cd "$here"
exec "$NODE" --disable-warning=ExperimentalWarning vm/main.ts "$@"
