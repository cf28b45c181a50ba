#!/bin/sh
# `npm run fuzz [-- TARGET ...] [--runs N] [--seed N]`: hostile bytes into everything that reads across a trust boundary.
# `npm run faults [-- --runs N] [--seed N]`: the guard on a host where everything fails and dies.
# `npm run faults -- live [--runs N] [--seed N]`: real processes that are killed and stopped, on cgroups of the run's own; needs root.
set -eu
here=$(dirname -- "$(readlink -f -- "$0")")
. "$here/setup.sh"
swarms_setup dev
cd "$here"
entry=main
if [ "${1:-}" = faults ]; then
  entry=faults
  shift
fi
if [ "$entry ${1:-}" = "faults live" ]; then
  entry=live
  setup_libbpf
fi
exec "$NODE" --disable-warning=ExperimentalWarning --max-old-space-size=512 "fuzz/$entry.ts" "$@"
