import { existsSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { failed, ok, type Result } from "../core/errors.ts";

/** An unprivileged account: what getpwnam(3) gives. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/**
 * Where the room may be mounted: folders that every host has (hier(7)). It hides what lies below, for the hive
 * alone, so it must not be above anything that the room shows.
 */
const PLACES = ["/mnt", "/media", "/srv", "/opt", "/home", "/tmp"];

export interface RoomCommand {
  readonly command: string;
  readonly args: readonly string[];
  /** The state folder as the hive sees it. */
  readonly folder: string;
}

/** Folders of the source tree that the hive may see. kernel/ is not among them: it has no way to the kernel. */
const CODE_FOLDERS = ["core", "swarm", "senses", "store", "immune", "balance", "mesh", "api", "hive"];
const DEPENDENCIES = ["hono", "@hono/node-server"];

/**
 * The hive's room: a private mount namespace (mount_namespaces(7)) with a small tmpfs that shows only the
 * code, the Node binary and its state folder. So the clone may lie where only root can read, and so may
 * the state folder. What others may read anyway is bound, the rest is copied. Then every identity,
 * capability and way to new privileges is dropped (setpriv(1)) before Node starts.
 */
const SCRIPT = String.raw`
set -eu
umask 022
room=$1 node=$2 state=$3 uid=$4 gid=$5
shift 5
show() { # SOURCE TARGET: by bind where anybody may read it, else as a copy
  case $(stat -Lc %A -- "$1") in
    d??????r?x | -??????r?x | -??????r??)
      if [ -d "$1" ]; then mkdir -p "$2"; else : > "$2"; fi
      if [ -z "$(find "$1" ! -type l ! -perm -o=r -print -quit)" ]; then
        mount --bind -- "$1" "$2" && mount -o remount,bind,ro "$2"
        return
      fi ;;
  esac
  rm -rf -- "$2"
  cp -rL --no-preserve=all -- "$1" "$2"
  chmod -R a+rX,go-w "$2"
}
mount -t tmpfs -o mode=0755,size=256m,nosuid,nodev swarms-room "$room"
mkdir -p "$room/code/node_modules" "$room/state"
mount --bind -- "$state" "$room/state"
mount -o remount,bind,nosuid,nodev "$room/state"
show "$node" "$room/node"
chmod a+x "$room/node" 2>/dev/null || true
while [ "$1" != -- ]; do
  mkdir -p "$(dirname "$room/code/$1")"
  show "$2" "$room/code/$1"
  shift 2
done
shift
printf '{"type":"module"}\n' > "$room/code/package.json"
mount -o remount,ro "$room"
cd "$room/state"
ulimit -c 0
ulimit -n 1024
exec setpriv --reuid "$uid" --regid "$gid" --clear-groups --no-new-privs --inh-caps=-all --bounding-set=-all --pdeathsig KILL -- \
  env -i PATH=/usr/bin:/bin HOME="$room/state" LANG=C.UTF-8 NODE_COMPILE_CACHE="$room/state/cache" "$room/node" "$@"
`;

/** Command and arguments that start the hive in its room. SW-STATE-REACH where no place is left for it. */
export function roomCommand(options: {
  readonly node: string;
  readonly stateFolder: string;
  readonly account: Account;
}): Result<RoomCommand> {
  const source = dirname(dirname(fileURLToPath(import.meta.url)));
  const root = source.endsWith("/dist") ? "dist" : "src";
  const entry = root === "dist" ? "main.js" : "main.ts";
  const shown = [
    ...CODE_FOLDERS.filter((name) => existsSync(join(source, name))).flatMap((name) => [
      `${root}/${name}`,
      join(source, name),
    ]),
    ...DEPENDENCIES.flatMap((name) => [`node_modules/${name}`, packageFolder(name)]),
  ];
  const { uid, gid } = options.account;
  const room = placeFor([options.node, source, options.stateFolder, ...shown.filter((path) => path.startsWith("/"))]);
  if (room === undefined) {
    return failed(
      "SW-STATE-REACH",
      `none of ${PLACES.join(", ")} is free of the layer's own files; move the state folder`,
    );
  }
  const args = ["--mount", "--propagation", "private", "sh", "-c", SCRIPT, "swarms-room"];
  args.push(room, options.node, options.stateFolder, String(uid), String(gid), ...shown, "--");
  args.push(...nodeFlags(room), `${room}/code/${root}/hive/${entry}`);
  return ok({ command: "unshare", args, folder: `${room}/state` });
}

/** The first place that holds nothing of what the room shows. */
function placeFor(sources: readonly string[]): string | undefined {
  const real = sources.map((path) => realpathSync(path));
  return PLACES.find(
    (place) => existsSync(place) && !real.some((path) => path === place || path.startsWith(`${place}/`)),
  );
}

/** Node's own permission model on top: reads its room only, writes its state only, no child, no worker, no addon. */
function nodeFlags(room: string): string[] {
  return [
    "--permission",
    `--allow-fs-read=${room}/`,
    `--allow-fs-write=${room}/state/`,
    "--allow-net",
    "--disable-warning=ExperimentalWarning",
    "--disable-warning=SecurityWarning",
    // MB, and taken only under load: at 1, V8 collects 60 times a second at 100,000 events a second, 4 % of a core more.
    "--max-semi-space-size=4",
    "--max-old-space-size=256",
  ];
}

/** Folder of an installed package, wherever npm put it. */
function packageFolder(name: string): string {
  const entry = fileURLToPath(import.meta.resolve(name));
  const mark = `/node_modules/${name}/`;
  const at = entry.lastIndexOf(mark);
  return at < 0 ? dirname(entry) : entry.slice(0, at + mark.length - 1);
}
