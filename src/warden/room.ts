import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** An unprivileged account: what getpwnam(3) gives. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** Where the hive finds itself after start: the same on every host, whatever the clone's or the state folder's place. */
export const ROOM = { dir: "/mnt", folder: "/mnt/state", code: "/mnt/code" } as const;

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
node=$1 code=$2 state=$3 uid=$4 gid=$5
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
mount -t tmpfs -o mode=0755,size=256m,nosuid,nodev swarms-room /mnt
mkdir -p /mnt/code/node_modules /mnt/state
mount --bind -- "$state" /mnt/state
mount -o remount,bind,nosuid,nodev /mnt/state
show "$node" /mnt/node
chmod a+x /mnt/node 2>/dev/null || true
while [ "$1" != -- ]; do
  mkdir -p "$(dirname "/mnt/code/$1")"
  show "$2" "/mnt/code/$1"
  shift 2
done
shift
printf '{"type":"module"}\n' > /mnt/code/package.json
mount -o remount,ro /mnt
cd /mnt/state
ulimit -c 0
ulimit -n 1024
exec setpriv --reuid "$uid" --regid "$gid" --clear-groups --no-new-privs --inh-caps=-all --bounding-set=-all --pdeathsig KILL -- \
  env -i PATH=/usr/bin:/bin HOME=/mnt/state LANG=C.UTF-8 NODE_COMPILE_CACHE=/mnt/state/cache /mnt/node "$@"
`;

/** Command and arguments that start the hive in its room. */
export function roomCommand(options: {
  readonly node: string;
  readonly stateFolder: string;
  readonly account: Account;
}): { readonly command: string; readonly args: readonly string[] } {
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
  const args = ["--mount", "--propagation", "private", "sh", "-c", SCRIPT, "swarms-room"];
  args.push(options.node, source, options.stateFolder, String(uid), String(gid), ...shown, "--");
  args.push(...nodeFlags(), `${ROOM.code}/${root}/hive/${entry}`);
  return { command: "unshare", args };
}

/** Node's own permission model on top: reads its room only, writes its state only, no child, no worker, no addon. */
function nodeFlags(): string[] {
  return [
    "--permission",
    `--allow-fs-read=${ROOM.dir}/`,
    `--allow-fs-write=${ROOM.folder}/`,
    "--allow-net",
    "--disable-warning=ExperimentalWarning",
    "--disable-warning=SecurityWarning",
    "--max-semi-space-size=1",
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
