import type { AgentContext } from "../../../core/agent.ts";
import { processKey, type EntityKey, type FileRef } from "../../../core/entity.ts";
import type { CallEvent, SensedEvent } from "../../../core/event.ts";
import type { CallKind } from "../../../core/event-kinds.ts";
import { absolute } from "../../rules/fields/path-of.ts";

/** open(2), include/uapi/asm-generic/fcntl.h: the same on x86-64 and arm64. */
const O_RDWR = 0o2;
const O_CREAT = 0o100;
const O_TRUNC = 0o1000;
const O_APPEND = 0o2000;
const CREAT_FLAGS = 0o1 | O_CREAT | O_TRUNC;

/** Which argument holds the flags of open(2); of openat2(2) those of its structure. */
const FLAGS_AT: Readonly<Record<string, number>> = { open: 1, openat: 2, openat2: 4, open_by_handle_at: 2 };
/** Which argument holds the mode of chmod(2); the calls that change owners are not here. */
const MODE_AT: Readonly<Record<string, number>> = { chmod: 1, fchmod: 1, fchmodat: 2, fchmodat2: 2 };

/** Kinds of event that `fileActOf` makes acts of and most agents want; of "truncate" it does too. */
export const FILE_KINDS = [
  "open.read",
  "open.write",
  "open.failed",
  "rename",
  "unlink",
  "link",
  "symlink",
  "chmod",
  "memfd",
] as const satisfies readonly CallKind[];

/** What was done to a file, with its path from the root. */
export interface FileAct {
  readonly act: "read" | "missed" | "write" | "remove" | "rename" | "link" | "symlink" | "mode" | "cut";
  readonly by: EntityKey;
  /** Where it is; of what is renamed or linked, where it comes to be. */
  readonly path: string;
  /** Where what is renamed or linked was; what a symbolic link says; else "". */
  readonly from: string;
  /** Of opens, and of changes through a descriptor. */
  readonly file: FileRef | undefined;
  /** Of opens: O_RDWR, O_CREAT, O_TRUNC, O_APPEND. What is cut is emptied where nothing, or a part filled with zeros, is left. */
  readonly reads: boolean;
  readonly creates: boolean;
  readonly empties: boolean;
  readonly appends: boolean;
  /** New mode, of "mode" alone. */
  readonly mode: number | undefined;
}

const ACTS: Partial<Readonly<Record<CallKind, FileAct["act"]>>> = {
  "open.read": "read",
  "open.write": "write",
  "open.failed": "missed",
  rename: "rename",
  unlink: "remove",
  link: "link",
  symlink: "symlink",
  chmod: "mode",
  memfd: "write",
  truncate: "cut",
};

/**
 * Undefined of what is no act on a file: other kinds, changes that failed, folders and devices. Where the kernel told what was opened, its
 * path is taken, whatever was typed; else what was typed, from the folder that it begins at. Of a renaming between two
 * descriptors only the first folder is known (senses: blind spots).
 */
export function fileActOf(event: SensedEvent, context: Pick<AgentContext, "processes">): FileAct | undefined {
  if (!("call" in event)) return undefined;
  const act = ACTS[event.kind];
  if (act === undefined || (event.result < 0 && act !== "missed")) return undefined;
  const isOpen = act === "read" || act === "write";
  // A request to an io_uring is told when it is handed in: there is no descriptor yet, but the kernel's own copy of the path.
  const isRequest = event.entry === "io_uring";
  if (isOpen && !isRequest && event.fd?.type !== "file") return undefined;
  const by = processKey(event.process);
  const places = isOpen && !isRequest ? { path: event.fd?.path ?? "", from: "" } : placesOf(event, act, by, context);
  if (places.path === "") return undefined;
  const flags = act === "write" && event.kind !== "memfd" ? flagsOf(event) : 0;
  const modeAt = MODE_AT[event.call];
  return {
    act,
    by,
    ...places,
    file: event.fd?.type === "file" ? event.fd.file : undefined,
    reads: act === "read" || (flags & O_RDWR) !== 0,
    creates: (flags & O_CREAT) !== 0,
    empties: (flags & O_TRUNC) !== 0 || (act === "cut" && (event.call === "fallocate" || event.args[1] === 0)),
    appends: (flags & O_APPEND) !== 0,
    mode: act === "mode" && modeAt !== undefined ? event.args[modeAt] : undefined,
  };
}

function flagsOf(event: CallEvent): number {
  if (event.call === "creat") return CREAT_FLAGS;
  return event.args[FLAGS_AT[event.call] ?? -1] ?? 0;
}

function placesOf(
  event: CallEvent,
  act: FileAct["act"],
  by: EntityKey,
  context: Pick<AgentContext, "processes">,
): { readonly path: string; readonly from: string } {
  if (event.path === "" && event.fd !== undefined) return { path: event.fd.path, from: "" };
  const folder =
    event.fd?.type === "directory" && event.fd.path !== ""
      ? event.fd.path
      : (context.processes.get(by)?.details?.cwd ?? "");
  const path = absolute(event.path, folder) ?? "";
  if (event.path2 === "") return { path, from: "" };
  // A symbolic link's text is what it says, not a place.
  return { path: absolute(event.path2, folder) ?? "", from: act === "symlink" ? event.path : path };
}
