import { ofFolder, ofLastPart } from "./clue.ts";
import type { Demand } from "./demand.ts";
import type { FieldValue } from "./fields/field.ts";
import { folderOf, nameOf } from "./fields/path-of.ts";

/** Types of events whose fd.name is the path of a file, and nothing else. */
const OPENS: ReadonlySet<string> = new Set(["open", "openat", "openat2", "creat", "open_by_handle_at"]);

/**
 * Of an opened file, folder and last part are made from its name: what is demanded of them is looked up with it, once for all three.
 * `name` reads fd.name.
 */
export function byPath(demand: Demand, type: string, name: Demand["read"]): Demand {
  if (!OPENS.has(type)) return demand;
  const { field, meets, clues } = demand;
  const of = (part: (path: string) => string) => (value: FieldValue) =>
    meets(typeof value === "string" ? part(value) : undefined);
  const base = { ...demand, field: "fd.name", read: name };
  if (field === "fd.filename") return { ...base, meets: of(lastName), clues: ofLastPart(clues) };
  return field === "fd.directory" ? { ...base, meets: of(lastFolder), clues: ofFolder(clues) } : demand;
}

/** Many rules ask for the part of one path, one after the other: the same text each time, so that it is hashed once. */
function keptForLast(part: (path: string) => string): (path: string) => string {
  let last: string | undefined;
  let found = "";
  return (path) => {
    if (path !== last) [last, found] = [path, part(path)];
    return found;
  };
}

const lastName = keptForLast(nameOf);
const lastFolder = keptForLast(folderOf);
