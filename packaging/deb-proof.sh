#!/bin/sh
# `npm run test:deb`: builds the .deb twice, lints it, installs it into a private copy of this machine's root (an overlay in a
# mount namespace of its own), uses it there, purges it, and looks for what was left behind. Needs root; exit 69 where it cannot.
#   DEB=FILE   this package instead of building one
set -eu
here=$(dirname -- "$(dirname -- "$(readlink -f -- "$0")")")
say() { printf 'deb: %s\n' "$*"; }
cannot() { say "cannot run here: $*" && exit 69; }
fail() { say "FAILED: $*" && exit 1; }

if [ "${1:-}" != inside ]; then
  [ "$(id -u)" -eq 0 ] || cannot "needs root for a private root"
  command -v dpkg-deb >/dev/null || cannot "needs dpkg"
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  if [ -z "${DEB:-}" ]; then
    DEB=$(OUT=$work/first DEB_LEVEL=1 sh "$here/packaging/deb.sh")
    again=$(umask 077 && OUT=$work/second DEB_LEVEL=1 TZ=Pacific/Apia LC_ALL=C sh "$here/packaging/deb.sh")
    cmp "$DEB" "$again" || fail "the same sources gave different bytes"
    say "built twice with the same bytes: $(sha256sum <"$DEB" | cut -c1-16), $(du -k "$DEB" | cut -f1) KB"
  fi
  mkdir "$work/over" "$work/root"
  cp "$DEB" "$work/swarms-layer.deb"
  code=0
  # What the overlay holds must be on a file system that can be one's upper layer: not on an overlay (mount(8), overlayfs).
  unshare --mount --pid --fork --propagation private sh "$here/packaging/deb-proof.sh" inside "$work" || code=$?
  exit "$code"
fi

work=$2
mount -t tmpfs -o size=2g tmpfs "$work/over"
mkdir "$work/over/upper" "$work/over/work"
mount -t overlay -o "lowerdir=/,upperdir=$work/over/upper,workdir=$work/over/work" overlay "$work/root" ||
  cannot "no overlay of this root can be made"
mount -t proc proc "$work/root/proc"
mount --rbind /sys "$work/root/sys"
mount --rbind /dev "$work/root/dev"
mount -t tmpfs tmpfs "$work/root/run"
mount -t tmpfs tmpfs "$work/root/tmp"
cp "$work/swarms-layer.deb" "$work/root/run/"
in_root() { env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive chroot "$work/root" "$@"; }
# Paths that differ from the machine's own root, without what dpkg and its triggers keep of every installation.
changed() {
  (cd "$work/over/upper" && find . ! -type d) |
    grep -Ev '^\./(var/lib/dpkg/|var/log/|var/cache/(man|ldconfig|debconf|apt)/|var/lib/apt/|etc/(ld\.so\.cache|(passwd|group|shadow|gshadow|subuid|subgid)-?|\.pwd\.lock)$)' |
    LC_ALL=C sort
}
if ! in_root sh -c 'dpkg -s libatomic1 libbpf1 init-system-helpers systemd' >/dev/null 2>&1; then
  in_root sh -c 'apt-get update -qq && apt-get install -y -qq --no-install-recommends libatomic1 libbpf1 init-system-helpers systemd' >/dev/null 2>&1 ||
    cannot "what the package depends on cannot be installed in the private root"
fi

lint=$(command -v lintian || true)
if [ -z "$lint" ] && [ -z "${NO_LINT:-}" ]; then
  say "lintian is not here: it is installed in the private root"
  in_root sh -c 'apt-get update -qq && apt-get install -y -qq --no-install-recommends lintian' >/dev/null 2>&1 || say "lintian cannot be had: not linted"
fi
if [ -z "${NO_LINT:-}" ] && in_root sh -c 'command -v lintian' >/dev/null; then
  in_root lintian --allow-root --fail-on error,warning --info /run/swarms-layer.deb || fail "lintian"
  say "lintian finds nothing to say"
fi

# What a layer of this machine's own has left is not the package's.
rm -rf "$work/root/var/lib/swarms" "$work/root/var/cache/swarms" "$work/root/etc/swarms"
changed >"$work/before"
in_root getent passwd >"$work/accounts-before"
in_root dpkg -i /run/swarms-layer.deb >"$work/log" 2>&1 || { cat "$work/log"; fail "not installed"; }
changed >"$work/installed"
[ -x "$work/root/usr/lib/swarms-layer/bin/node" ] || fail "Node is not there"
[ -s "$work/root/usr/lib/swarms-layer/dist/ui.json" ] || fail "the page is not there"
in_root getent passwd swarms-hive >/dev/null || fail "the hive's user is not there"
in_root swarms --version
in_root swarms run --help >/dev/null
in_root swarms validate >/dev/null || fail "the configuration that comes along is not valid"
in_root sh -c 'swarms doctor --json' >"$work/doctor.json" || fail "doctor"
"$work/root/usr/lib/swarms-layer/bin/node" -e '
  const { node, features } = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"));
  const there = features.filter(({ available }) => available).map(({ name }) => name);
  console.log(`deb: doctor under Node ${node}: ${there.length} of ${features.length} features`);
  if (there.length < 5) process.exit(1);' "$work/doctor.json" || fail "doctor finds nothing"
for name in swarms.1 swarms.yaml.5; do
  in_root sh -c "zcat /usr/share/man/man${name##*.}/$name.gz | groff -man -Tutf8 -ww 2>&1 >/dev/null" | grep . && fail "$name"
done
in_root bash -n /usr/share/bash-completion/completions/swarms
for path in "$work"/root/usr/lib/systemd/system/swarms*; do
  unit=${path##*/}
  in_root systemd-analyze verify --no-pager "/usr/lib/systemd/system/$unit" 2>&1 | grep swarms && fail "systemd finds fault with $unit"
done
say "installed: version, help, validate, doctor, manuals, completions and units are as they should be"

# The layer itself, for some seconds, from the package alone; it observes, so this host is as it was.
in_root sh -c 'exec swarms run --view plain' >"$work/run.log" 2>&1 &
run=$!
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
  sleep 1
  if in_root swarms status --json >"$work/status.json" 2>/dev/null; then break; fi
done
[ -s "$work/status.json" ] || { cat "$work/run.log"; fail "no layer answered"; }
# The page, from the link that a person is shown: built into the package, for a browser that asks nobody else.
"$work/root/usr/lib/swarms-layer/bin/node" -e '
  const link = /^dashboard: (http:\S+)$/m.exec(require("fs").readFileSync(process.argv[1], "utf8"))?.[1];
  if (link === undefined) throw new Error("no link was shown");
  (async () => {
    const { origin } = new URL(link);
    const first = await fetch(link, { redirect: "manual" });
    const cookie = first.headers.get("set-cookie")?.split(";")[0] ?? "";
    const get = async (path) => {
      const response = await fetch(new URL(path, origin), { headers: { cookie } });
      if (!response.ok) throw new Error(`${path}: HTTP ${response.status}`);
      return response.text();
    };
    const page = await get("/");
    const scripts = [...page.matchAll(/(?:src|href)="(\/[^"]+\.(?:ts|js|css))"/g)].map(([, path]) => path);
    for (const path of scripts) await get(path);
    const stranger = await fetch(new URL("/", origin), { redirect: "manual" });
    if (scripts.length < 3 || stranger.ok) throw new Error(`${scripts.length} files; without the token HTTP ${stranger.status}`);
    console.log(`deb: the page is served from the package, with ${scripts.length} files; without the token HTTP ${stranger.status}`);
  })().catch((error) => { console.log(`deb: the page: ${error.message}`); process.exit(1); });' "$work/run.log" || { cat "$work/run.log"; fail "the page is not served"; }
warden=$("$work/root/usr/lib/swarms-layer/bin/node" -p 'JSON.parse(require("fs").readFileSync(process.argv[1], "utf8")).pids.warden' "$work/status.json")
kill -TERM "$warden" && wait "$run" || { cat "$work/run.log"; fail "the layer did not end well"; }
say "run from the package: a layer answered, and ended at SIGTERM"

. "$here/packaging/container/proof.sh"
as_containers

in_root dpkg -r swarms-layer >>"$work/log" 2>&1 || { cat "$work/log"; fail "not removed"; }
[ -e "$work/root/etc/swarms/swarms.yaml" ] || fail "removal took the configuration along"
[ -d "$work/root/var/lib/swarms/journal" ] || fail "removal took the journal along"
in_root dpkg -P swarms-layer >>"$work/log" 2>&1 || { cat "$work/log"; fail "not purged"; }
changed >"$work/after"
in_root getent passwd >"$work/accounts-after"
diff "$work/before" "$work/after" || fail "purging left files behind"
diff "$work/accounts-before" "$work/accounts-after" || fail "purging left an account behind"
say "purged: of $(comm -13 "$work/before" "$work/installed" | wc -l) files nothing is left, and no account"
