# Sourced by packaging/deb-proof.sh, with the package installed below $work/root: both halves as their containers start them, with
# the rights that the manifest gives, in namespaces of their own, without a container runtime.
# shellcheck shell=sh disable=SC2154
as_containers() {
  rights=$("$work/root/usr/lib/swarms-layer/bin/node" -e '
    const text = require("fs").readFileSync(process.argv[1], "utf8");
    const names = [...text.matchAll(/^ +- ([A-Z_]+) # /gm)].map(([, name]) => name.toLowerCase());
    // setpriv(1) of bookworm knows these two by number only (linux/capability.h).
    const numbers = { perfmon: "cap_38", bpf: "cap_39" };
    console.log(["-all", ...names.map((name) => `+${numbers[name] ?? name}`)].join(","));' "$here/packaging/container/daemonset.yaml")
  mkdir -p "$work/root/usr/lib/swarms-layer/container" "$work/root/run/swarms"
  cp "$here"/packaging/container/warden.sh "$here"/packaging/container/hive.sh "$work/root/usr/lib/swarms-layer/container/"
  # As an emptyDir is handed over: everybody's.
  chmod 777 "$work/root/run/swarms"
  uid=$(in_root id -u swarms-hive)
  # A cgroup namespace of its own, as a runtime makes one; no network.
  SWARMS_DOOR=/run/swarms SWARMS_NO_INSTALL=1 unshare --cgroup --net chroot "$work/root" \
    setpriv --no-new-privs --inh-caps=-all --bounding-set="$rights" -- \
    /bin/sh /usr/lib/swarms-layer/container/warden.sh >"$work/warden.log" 2>&1 &
  warden=$!
  until_there "$work/root/run/swarms/channel.sock" || { cat "$work/warden.log"; fail "the warden's container opened no door"; }
  SWARMS_DOOR=/run/swarms NODE_DISABLE_COMPILE_CACHE=1 unshare --net chroot "$work/root" \
    setpriv --reuid "$uid" --regid "$uid" --clear-groups --no-new-privs --inh-caps=-all --bounding-set=-all -- \
    /bin/sh /usr/lib/swarms-layer/container/hive.sh >"$work/hive.log" 2>&1 &
  hive=$!
  answered=
  for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    sleep 1
    if in_root swarms status --json >"$work/container.json" 2>/dev/null; then answered=yes && break; fi
  done
  [ -n "$answered" ] || { cat "$work/warden.log" "$work/hive.log"; fail "no layer answered from the containers"; }
  "$work/root/usr/lib/swarms-layer/bin/node" -e '
    const { readFileSync, readlinkSync } = require("fs");
    const { pids, arrangement, missing } = JSON.parse(readFileSync(process.argv[1], "utf8"));
    const proc = process.argv[2];
    const field = (pid, name) => new RegExp(`^${name}:\\s*(\\S+)`, "m").exec(readFileSync(`${proc}/${pid}/status`, "utf8"))[1];
    // A machine that is a container itself has not all of them to give.
    const had = BigInt(`0x${field("self", "CapBnd")}`);
    const bits = [1, 2, 5, 12, 19, 23, 24, 38, 39].reduce((mask, bit) => mask | (1n << BigInt(bit)), 0n) & had;
    const wrong = [
      ["the warden keeps the nine of its unit", BigInt(`0x${field(pids.warden, "CapBnd")}`) === bits],
      ["and has them in force", BigInt(`0x${field(pids.warden, "CapEff")}`) === bits],
      ["it is in the cgroup namespace of the first process", readlinkSync(`${proc}/${pids.warden}/ns/cgroup`) === readlinkSync(`${proc}/1/ns/cgroup`)],
      ["the hive is another user", field(pids.hive, "Uid") !== "0"],
      ["and has no capability", BigInt(`0x${field(pids.hive, "CapBnd")}`) === 0n],
    ].filter(([, holds]) => !holds);
    for (const [says] of wrong) console.log(`deb: not so: ${says} (${field(pids.warden, "CapBnd")}, ${field(pids.warden, "CapEff")})`);
    console.log(`deb: as containers: ${arrangement}; missing: ${missing.map((one) => one.split(":")[0]).join(", ") || "nothing"}`);
    process.exit(wrong.length === 0 && arrangement === "warden and hive" ? 0 : 1);' "$work/container.json" "$work/root/proc" ||
    { cat "$work/warden.log"; fail "the containers are not what the manifest says"; }
  pid=$("$work/root/usr/lib/swarms-layer/bin/node" -p 'JSON.parse(require("fs").readFileSync(process.argv[1], "utf8")).pids.warden' "$work/container.json")
  kill -TERM "$pid"
  wait "$warden" || { cat "$work/warden.log"; fail "the warden's container did not end well"; }
  wait "$hive" || true
  rm -rf "$work/root/usr/lib/swarms-layer/container" "$work/root/run/swarms"
  say "as containers: both halves with the rights of the manifest, and a clean end"
}

until_there() {
  for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    if [ -e "$1" ]; then return 0; fi
    sleep 1
  done
  return 1
}
