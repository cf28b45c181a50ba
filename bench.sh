#!/bin/sh
# `npm run bench [-- NAME ...] [--quick] [--json] [--check]`: all benches, or those named, one after the other.
set -eu
here=$(dirname -- "$(readlink -f -- "$0")")
. "$here/setup.sh"
swarms_setup dev
setup_libbpf
cd "$here"
names=
flags=
option=
for each in "$@"; do
  if [ -n "$option" ]; then
    flags="$flags $option=$each"
    option=
    continue
  fi
  case $each in
    --data) option=$each ;;
    -*) flags="$flags $each" ;;
    *) names="$names $each" ;;
  esac
done
status=0
for name in ${names:-field idle}; do
  # shellcheck disable=SC2086
  "$NODE" --disable-warning=ExperimentalWarning --expose-gc "bench/$name.ts" $flags || status=$?
done
exit "$status"
