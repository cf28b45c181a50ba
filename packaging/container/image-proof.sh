#!/bin/sh
# `npm run test:container`: builds the image by its Containerfile, on a base made from this distribution's packages, runs both halves by the very
# commands of docs/operations.md, asks, kills and ends them. In namespaces and a store of its own; nothing stays. Needs root, podman, runc or
# crun, and mmdebstrap; installs none of them: exit 69 names what lacks.
#   STORE=FOLDER   kept, with base and layers, for the next run
#   CA=FILE        certificates for npm, where a proxy has its own (else NODE_EXTRA_CA_CERTS)
#   MIRROR=ADDRESS of Debian's packages
set -eu
here=$(dirname -- "$(dirname -- "$(dirname -- "$(readlink -f -- "$0")")")")
say() { printf 'image: %s\n' "$*"; }
cannot() { say "cannot run here: $*" && exit 69; }
fail() { say "FAILED: $*" && exit 1; }

if [ "${1:-}" != inside ]; then
  [ "$(id -u)" -eq 0 ] || cannot "needs root"
  for tool in podman mmdebstrap; do
    command -v $tool >/dev/null || cannot "$tool is missing (→ apt-get install --no-install-recommends podman runc mmdebstrap)"
  done
  work=$(mktemp -d)
  store=${STORE:-$work}
  group=swarms-proof-$$
  # Podman makes these wherever its store is.
  new=
  for path in /dev/shm/libpod_lock /run/libpod /run/runc /run/crun /var/lib/containers; do
    [ -e $path ] || new="$new $path"
  done
  left() {
    find /sys/fs/cgroup -depth -type d -path "*/$group*" -exec rmdir {} + 2>/dev/null || true
    # shellcheck disable=SC2086
    rm -rf "$work" $new
  }
  trap left EXIT
  mkdir -p "$store"
  code=0
  # Whatever still runs ends with this pid namespace, and mounts go with it.
  timeout --signal=KILL 1500 unshare --mount --pid --fork --kill-child --propagation private sh "$0" inside "$work" "$store" "$group" || code=$?
  exit "$code"
fi

work=$2 store=$3 group=$4
mount -t proc proc /proc
# As on the hosts that the layer is for: one hierarchy, and nothing of another version below it.
if [ "$(stat -f -c %T /sys/fs/cgroup)" != cgroup2fs ]; then
  umount -R /sys/fs/cgroup && mount -t cgroup2 none /sys/fs/cgroup || cannot "no second version of cgroups"
fi
mkdir -p "$store/run" "$store/tmp"
: >"$work/none.conf"
runtime=$(command -v crun || command -v runc) || cannot "neither crun nor runc is here (→ apt-get install runc)"
extra="--cgroup-parent=/$group"
without=none-of-it
if [ $((0x$(sed -n 's/^CapBnd:\t//p' /proc/self/status) >> 24 & 1)) -eq 0 ]; then
  # No CAP_SYS_RESOURCE to give, as in a container: no limit can be raised, which crun insists on.
  runtime=$(command -v runc) || cannot "without CAP_SYS_RESOURCE it takes runc (→ apt-get install runc)"
  without=SYS_RESOURCE,
  extra="$extra --ulimit=nofile=$(ulimit -Hn):$(ulimit -Hn) --ulimit=nproc=$(ulimit -Hp):$(ulimit -Hp)"
  say "this machine has no CAP_SYS_RESOURCE to give"
fi
if ! grep -qw pids /sys/fs/cgroup/cgroup.controllers; then extra="$extra --pids-limit=-1"; fi
unbounded=none-of-it
if ! grep -qw memory /sys/fs/cgroup/cgroup.controllers; then
  unbounded='--memory=[^ ]*'
  say "no group can be bounded in memory here"
fi
export CONTAINERS_CONF="$work/none.conf"
podman() {
  verb=$1 && shift
  # shellcheck disable=SC2086
  case $verb in
    run) set -- run $extra "$@" ;;
    *) set -- "$verb" "$@" ;;
  esac
  command timeout 900 podman --root "$store/storage" --runroot "$store/run" --tmpdir "$store/tmp" --cgroup-manager cgroupfs --events-backend file --runtime "$runtime" "$@"
}
clean() {
  podman rm -f -t 5 swarms-hive swarms-warden >/dev/null 2>&1 || true
  podman volume rm swarms-door swarms-state >/dev/null 2>&1 || true
}
trap clean EXIT

base=docker.io/library/debian:bookworm-slim
if ! podman image exists $base; then
  # As the published one: no manuals and translations.
  mmdebstrap --quiet --variant=minbase --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
    bookworm "$work/base.tar" ${MIRROR:+"$MIRROR"} >"$work/log" 2>&1 || { cat "$work/log"; cannot "no base could be made"; }
  podman import --quiet "$work/base.tar" $base >/dev/null
  rm "$work/base.tar"
fi
ca=${CA:-${NODE_EXTRA_CA_CERTS:-}}
podman build --pull=never --isolation=chroot --network=host ${ca:+"--secret=id=ca,src=$ca"} \
  --build-arg SOURCE_DATE_EPOCH="$(git -C "$here" log -1 --format=%ct 2>/dev/null || date +%s)" \
  -f "$here/packaging/container/Containerfile" -t swarms-layer "$here" >"$work/log" 2>&1 || { tail -n 20 "$work/log"; fail "not built"; }
say "built: $(podman image inspect --format '{{.Size}}' swarms-layer | awk '{ printf "%d MB", $1 / 1e6 }')"

# The commands that a reader is given, but the last, which asks a layer that is not up yet.
sed -n '/^podman volume create/,/^```/p' "$here/docs/operations.md" | grep -v -e '^```' -e '^podman exec' | sed "s/$without//; s/$unbounded//" >"$work/commands"
grep -c '^podman run' "$work/commands" | grep -qx 2 || fail "docs/operations.md has not two commands that run"
hive_pid() { tr -d ' \n' <"$work/status.json" | sed -n 's/.*"pids":{[^}]*"hive":\([0-9]*\).*/\1/p'; }
# Another hive than the one before, of which nothing can answer any more.
answers() {
  before=${hive:-none}
  for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do
    sleep 2
    if podman exec -u 0 swarms-warden swarms status --json >"$work/status.json" 2>/dev/null; then
      hive=$(hive_pid)
      if [ -n "$hive" ] && [ "$hive" != "$before" ]; then return 0; fi
    fi
  done
  podman ps -a
  podman logs swarms-warden
  podman logs swarms-hive
  fail "$1"
}
. "$work/commands" >"$work/log" 2>&1 || { cat "$work/log"; fail "not started"; }
answers "no layer answered"
podman exec -u 0 swarms-warden swarms status
podman exec -u 0 swarms-warden swarms doctor --security || fail "doctor --security"
pid=$(podman inspect --format '{{.State.Pid}}' swarms-hive)
kill -KILL "$pid"
answers "the hive did not come back after it was killed"
say "the hive was killed: it is back"
podman kill swarms-warden >/dev/null
podman start swarms-warden >/dev/null
answers "no layer answered after the warden was killed"
say "the warden was killed: it is back"
podman stop -t 20 swarms-warden >/dev/null
code=$(podman inspect --format '{{.State.ExitCode}}' swarms-warden)
podman logs swarms-warden 2>&1 | tail -n 12
[ "$code" = 0 ] || fail "the warden ended with $code"
say "stopped: a clean end"
