import type { Resolved, ResolvedCheck, ResolvedGroup } from "./resolved.ts";

/** What a check says where the type of the event is known; undefined where that does not decide it. */
export type Decide = (check: ResolvedCheck) => boolean | undefined;

/** A condition, or what it always is. */
export type Folded = Resolved | boolean;

/**
 * Leaves out what is decided already, such as all that is said of other types of event. What is shared in the condition stays shared in
 * what is made of it.
 */
export function fold(resolved: Resolved, decide: Decide, known: Map<Resolved, Folded>): Folded {
  const before = known.get(resolved);
  if (before !== undefined) return before;
  const folded = folding(resolved, decide, known);
  known.set(resolved, folded);
  return folded;
}

function folding(resolved: Resolved, decide: Decide, known: Map<Resolved, Folded>): Folded {
  switch (resolved.kind) {
    case "check":
      return decide(resolved) ?? resolved;
    case "not": {
      const part = fold(resolved.part, decide, known);
      if (typeof part === "boolean") return !part;
      return part === resolved.part ? resolved : { kind: "not", part };
    }
    case "and":
    case "or":
      return group(resolved, decide, known);
  }
}

function group(resolved: ResolvedGroup, decide: Decide, known: Map<Resolved, Folded>): Folded {
  // Of `and` false decides, of `or` true.
  const decisive = resolved.kind === "or";
  const left: Resolved[] = [];
  for (const part of resolved.parts) {
    const folded = fold(part, decide, known);
    if (folded === decisive) return decisive;
    if (typeof folded !== "boolean") left.push(folded);
  }
  const [only] = left;
  if (only === undefined) return !decisive;
  if (left.length === 1) return only;
  const isSame = left.length === resolved.parts.length && left.every((part, at) => part === resolved.parts[at]);
  return isSame ? resolved : { kind: resolved.kind, parts: left };
}
