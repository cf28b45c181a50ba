import { spawnSync } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { failed, ok, type Result } from "../core/errors.ts";
import type { Launch } from "./room-main.ts";
import { roomLimits } from "./room-limits.ts";
import { ROOM_SCRIPT } from "./room-script.ts";

/** An unprivileged account: what getpwnam(3) gives. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** Who lives in a room, and what is seen from it. */
export interface RoomSpec {
  /** First file, below the source folder and without its ending: "hive/main". */
  readonly entry: string;
  /** Folders of the source tree. kernel/ must not be among them: then there is no way to the kernel. */
  readonly folders: readonly string[];
  /** Packages. */
  readonly dependencies: readonly string[];
  /** own: none at all. host: may call out (not listen for packets), and read what a resolver needs. */
  readonly network: "own" | "host";
  /** Of Node's heap, in MB. */
  readonly heapMegabytes: number;
}

export interface RoomOptions {
  readonly node: string;
  readonly account: Account;
  /** Arguments for the entry. */
  readonly args?: readonly string[];
  /** The one folder that may be written, seen as /state; must belong to the account. */
  readonly stateFolder?: string;
  /** Of the compiler; `fill`: it may be written. */
  readonly cache?: { readonly folder: string; readonly fill: boolean };
}

export interface RoomCommand {
  readonly command: string;
  readonly args: readonly string[];
  /** The state folder as seen from the room. */
  readonly folder: string;
  /** Kinds of namespace that it has of its own (namespaces(7)). */
  readonly namespaces: readonly string[];
  /** Everything that its code is loaded from, as the host has it. */
  readonly sources: readonly string[];
}

/**
 * Where the room may be mounted: folders that every host has (hier(7)). It hides what lies below, for this process
 * alone, so it must not be above anything that the room shows.
 */
const PLACES = ["/mnt", "/media", "/srv", "/opt", "/home", "/tmp"];

/**
 * Namespaces by the flag of unshare(1). Mounts and processes are needed; the others are used where the kernel grants
 * them: without a network of its own a hive that was taken over could call out.
 */
const NAMESPACES = {
  mount: ["--mount", "--propagation", "private"],
  // The kernel ends every process of a pid namespace with its first: nothing that a hive starts outlives it.
  pid: ["--pid", "--fork", "--kill-child=SIGKILL"],
  net: ["--net"],
  ipc: ["--ipc"],
  uts: ["--uts"],
} as const;
type Namespace = keyof typeof NAMESPACES;
const NEEDED: readonly Namespace[] = ["mount", "pid"];

/** What getaddrinfo(3) reads. */
const RESOLVER_FILES = ["etc/hosts", "etc/resolv.conf"];

/** In the room the state folder is here. */
const STATE = "/state";

/**
 * What is started ends with this process, from its first instruction on: a room in the making hears of no closed channel, and
 * unshare(1) would wait for it for ever. The kernel's signal comes only to who has asked already (PR_SET_PDEATHSIG(2const)), so
 * whoever has another parent by then ends by itself. Arguments: the parent that it must have, then the command.
 */
const BOUND_SCRIPT = '[ "$PPID" = "$1" ] || exit 1; shift; exec "$@"';
const BOUND = ["--pdeathsig", "KILL", "sh", "-c", BOUND_SCRIPT, "swarms-bound"];

/** Command and arguments that start a process in its room, from this process alone. SW-STATE-REACH where no place is left for it. */
export function roomCommand(spec: RoomSpec, options: RoomOptions): Result<RoomCommand> {
  const source = dirname(dirname(fileURLToPath(import.meta.url)));
  const built = source.endsWith("/dist");
  const [root, ending] = built ? ["dist", "js"] : ["src", "ts"];
  const shown = [
    ...spec.folders
      .filter((name) => existsSync(join(source, name)))
      .map((name) => [`code/${root}/${name}`, join(source, name)] as const),
    ...spec.dependencies.map((name) => [`code/node_modules/${name}`, packageFolder(name)] as const),
    ...(spec.network === "host" ? RESOLVER_FILES : [])
      .filter((name) => existsSync(`/${name}`))
      .map((name) => [name, `/${name}`] as const),
  ];
  const launcher = [options.node, source, packageFolder("koffi")];
  const room = placeFor([...launcher, ...[options.stateFolder ?? []].flat(), ...shown.map(([, path]) => path)]);
  if (room === undefined) {
    const says = `none of ${PLACES.join(", ")} is free of the layer's own files; move the state folder`;
    return failed("SW-STATE-REACH", says);
  }
  const namespaces = grantedNamespaces().filter((name) => name !== "net" || spec.network === "own");
  const { cache } = options;
  const launch: Launch = {
    root: room,
    uid: options.account.uid,
    gid: options.account.gid,
    limits: roomLimits(options.account),
    families: spec.network === "host" ? ["unix", "inet", "inet6"] : ["unix"],
    program: "/node",
    args: [...nodeFlags(spec, options), `/code/${root}/${spec.entry}.${ending}`, ...(options.args ?? [])],
    env: {
      PATH: "/",
      HOME: options.stateFolder === undefined ? "/" : STATE,
      LANG: "C.UTF-8",
      ...(cache === undefined ? { NODE_DISABLE_COMPILE_CACHE: "1" } : { NODE_COMPILE_CACHE: "/cache" }),
    },
  };
  const args = [...BOUND, String(process.pid), "unshare", ...namespaces.flatMap((name) => NAMESPACES[name])];
  args.push("sh", "-c", ROOM_SCRIPT, "swarms-room");
  args.push(room, options.node, options.stateFolder ?? "", cache?.folder ?? "", cache?.fill === true ? "rw" : "ro");
  args.push(process.env["NODE_COMPILE_CACHE"] ?? "", ...shown.flat(), "--");
  args.push("--disable-warning=ExperimentalWarning", "--max-semi-space-size=1");
  args.push(join(source, "warden", `room-main.${ending}`), JSON.stringify(launch));
  return ok({ command: "setpriv", args, folder: STATE, namespaces, sources: shown.map(([, path]) => path) });
}

/** The same room with something else in it; for tests that try what cannot be done from there. */
export function relaunched(command: RoomCommand, change: (launch: Launch) => Partial<Launch>): RoomCommand {
  const launch = JSON.parse(command.args.at(-1) ?? "{}") as Launch;
  return { ...command, args: [...command.args.slice(0, -1), JSON.stringify({ ...launch, ...change(launch) })] };
}

let granted: readonly Namespace[] | undefined;

/** Those that can be had here; asked once. */
function grantedNamespaces(): readonly Namespace[] {
  granted ??= (Object.keys(NAMESPACES) as Namespace[]).filter((name) => NEEDED.includes(name) || canUnshare(name));
  return granted;
}

function canUnshare(name: Namespace): boolean {
  return spawnSync("unshare", [...NAMESPACES[name], "true"], { timeout: 5000, stdio: "ignore" }).status === 0;
}

/** The first place that holds nothing of what the room shows. */
function placeFor(sources: readonly string[]): string | undefined {
  const real = sources.map((path) => realpathSync(path));
  return PLACES.find(
    (place) => existsSync(place) && !real.some((path) => path === place || path.startsWith(`${place}/`)),
  );
}

/** Node's own permission model on top: reads its code and state only, writes its state only, no child, no worker, no addon. */
function nodeFlags({ heapMegabytes, network }: RoomSpec, { stateFolder, cache }: RoomOptions): string[] {
  const reads = ["/code/", ...(network === "host" ? RESOLVER_FILES.map((name) => `/${name}`) : [])];
  const both = [...(cache === undefined ? [] : ["/cache/"]), ...(stateFolder === undefined ? [] : [`${STATE}/`])];
  return [
    "--permission",
    ...[...reads, ...both].map((path) => `--allow-fs-read=${path}`),
    // Node uses no cache that it may not write; the mount is read-only, and the files are root's.
    ...both.map((path) => `--allow-fs-write=${path}`),
    "--allow-net",
    "--disable-warning=ExperimentalWarning",
    "--disable-warning=SecurityWarning",
    // MB, taken only under load. V8's profile at 50,000 to 100,000 connections a second: 1.3 µs of collecting an event at 1,
    // a quarter of that at 4.
    "--max-semi-space-size=4",
    `--max-old-space-size=${heapMegabytes}`,
  ];
}

/** Folder of an installed package, wherever npm put it. */
function packageFolder(name: string): string {
  const entry = fileURLToPath(import.meta.resolve(name));
  const mark = `/node_modules/${name}/`;
  const at = entry.lastIndexOf(mark);
  return at < 0 ? dirname(entry) : entry.slice(0, at + mark.length - 1);
}
