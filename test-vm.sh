#!/bin/sh
# `npm run test:vm`: the live-kernel tests in stock kernels under QEMU (docs/testing.md). Exit 69 where that cannot be.
#   sh test-vm.sh [--kernel NAME] [--limit SECONDS] [SUITE | FILE ...]
#   sh test-vm.sh --systemd [NAME ...]    the units under a running systemd instead; only tests whose names hold one of these
set -eu
here=$(dirname -- "$(readlink -f -- "$0")")
. "$here/setup.sh"
swarms_setup dev
cd "$here"
main=vm/main.ts
if [ "${1:-}" = --systemd ]; then main=vm/systemd-main.ts && shift; fi
exec "$NODE" --disable-warning=ExperimentalWarning "$main" "$@"
