#!/bin/sh
# `npm run test:falco -- --rules FILE --suites DIR`: Falco's end-to-end suites, live; needs root, changes nothing on the host.
set -eu
here=$(dirname -- "$(readlink -f -- "$0")")
. "$here/setup.sh"
swarms_setup dev
setup_libbpf
exec "$NODE" --disable-warning=ExperimentalWarning --max-old-space-size=512 "$here/src/lab/falco/main.ts" "$@"
