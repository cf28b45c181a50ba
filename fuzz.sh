#!/bin/sh
# `npm run fuzz [-- TARGET ...] [--runs N] [--seed N]`: hostile bytes into everything that reads across a trust boundary.
set -eu
here=$(dirname -- "$(readlink -f -- "$0")")
. "$here/setup.sh"
swarms_setup dev
cd "$here"
exec "$NODE" --disable-warning=ExperimentalWarning --max-old-space-size=512 fuzz/main.ts "$@"
