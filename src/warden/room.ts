import { spawnSync } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { failed, ok, type Result } from "../core/errors.ts";
import { ROOM_SCRIPT } from "./room-script.ts";

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
  /** Kinds of namespace that the hive has of its own (namespaces(7)). */
  readonly namespaces: readonly string[];
  /** Everything that the hive's code is loaded from, as the host has it. */
  readonly sources: readonly string[];
}

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

/** Folders of the source tree that the hive may see. kernel/ is not among them: it has no way to the kernel. */
const CODE_FOLDERS = ["core", "swarm", "senses", "store", "immune", "balance", "mesh", "api", "hive"];
const DEPENDENCIES = ["hono", "@hono/node-server"];

/** In the room the state folder is here. */
const STATE = "/state";

/** Command and arguments that start the hive in its room. SW-STATE-REACH where no place is left for it. */
export function roomCommand(options: {
  readonly node: string;
  readonly stateFolder: string;
  readonly account: Account;
  /** Of the compiler; `fill`: everything is loaded, nothing is done, and what the compiler made is kept there. */
  readonly cache?: { readonly folder: string; readonly fill: boolean };
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
  const namespaces = grantedNamespaces();
  const args = [...namespaces.flatMap((name) => NAMESPACES[name]), "sh", "-c", ROOM_SCRIPT, "swarms-room"];
  const { cache } = options;
  const fill = cache?.fill === true;
  args.push(room, options.node, options.stateFolder, String(uid), String(gid));
  args.push(cache?.folder ?? "", fill ? "rw" : "ro", ...shown, "--");
  args.push(...nodeFlags(), `/code/${root}/hive/${entry}`);
  if (fill) args.push("--warm");
  const sources = shown.filter((path) => path.startsWith("/"));
  return ok({ command: "unshare", args, folder: STATE, namespaces, sources });
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
function nodeFlags(): string[] {
  return [
    "--permission",
    "--allow-fs-read=/code/",
    `--allow-fs-read=${STATE}/`,
    "--allow-fs-read=/cache/",
    // Node uses no cache that it may not write; the mount is read-only, and the files are root's.
    "--allow-fs-write=/cache/",
    `--allow-fs-write=${STATE}/`,
    "--allow-net",
    "--disable-warning=ExperimentalWarning",
    "--disable-warning=SecurityWarning",
    // MB, taken only under load. V8's profile at 50,000 to 100,000 connections a second: 1.3 µs of collecting an event at 1,
    // a quarter of that at 4.
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
