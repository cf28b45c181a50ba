#!/bin/sh
# `npm run docs [-- --check]`: writes docs/reference from the tables in the code, or says what is stale.
set -eu
here=$(dirname -- "$(readlink -f -- "$0")")
. "$here/setup.sh"
swarms_setup dev
exec "$NODE" --disable-warning=ExperimentalWarning "$here/src/cli/reference/main.ts" "$@"
