import type { CallEvent } from "../../../core/event.ts";
import { CALL_ARGUMENTS } from "./call-arguments.ts";
import type { Facts, FieldTable } from "./field.ts";
import { absolute } from "./path-of.ts";

/** Argument names that hold a path that is read or made (Falco: fs.path.name). */
const NAMES = ["path", "name", "filename", "pathname", "dir", "linkpath", "newpath"] as const;
const SOURCES = ["oldpath", "dev", "from_path", "linkpath"] as const;
const TARGETS = ["newpath", "target", "dir", "to_path"] as const;

type Which = readonly string[];

function typed({ event }: Facts, which: Which): string | undefined {
  if (!("call" in event)) return undefined;
  const rows = CALL_ARGUMENTS[event.call] ?? [];
  for (const name of which) {
    const value = rows.find(([each]) => each === name)?.[1](event);
    if (typeof value === "string" && value !== "") return value;
  }
  return undefined;
}

/** `fd` holds the folder that a relative path begins at, where one was given by descriptor. */
function full(facts: Facts, which: Which): string | undefined {
  const path = typed(facts, which);
  if (path === undefined) return undefined;
  const event = facts.event as CallEvent;
  const folder =
    event.fd?.type === "directory" && event.fd.path !== "" ? event.fd.path : (facts.process?.details?.cwd ?? "");
  return absolute(path, folder);
}

/** Paths that a call names, whatever the call calls them. */
export const FS_PATH_FIELDS: FieldTable = {
  "fs.path.name": { type: "text", get: (facts) => full(facts, NAMES), says: "path that the call is about" },
  "fs.path.nameraw": { type: "text", get: (facts) => typed(facts, NAMES), says: "the same as typed" },
  "fs.path.source": { type: "text", get: (facts) => full(facts, SOURCES), says: "path that something is taken from" },
  "fs.path.sourceraw": { type: "text", get: (facts) => typed(facts, SOURCES), says: "the same as typed" },
  "fs.path.target": { type: "text", get: (facts) => full(facts, TARGETS), says: "path that something is brought to" },
  "fs.path.targetraw": { type: "text", get: (facts) => typed(facts, TARGETS), says: "the same as typed" },
  "evt.abspath": {
    type: "text",
    argument: "name",
    bare: true,
    get: (facts, which) => full(facts, ABSOLUTE[which] ?? []),
    says: "path that the call is about; evt.abspath.src and evt.abspath.dst where it has two",
  },
};

const ABSOLUTE: Readonly<Record<string, Which>> = { "": NAMES, src: SOURCES, dst: TARGETS };
