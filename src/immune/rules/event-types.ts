import type { Resolved } from "./resolved.ts";

/** The event types that a condition can hold for; "all" where it does not say. */
export type EventTypes = ReadonlySet<string> | "all";

/**
 * By what it asks of evt.type: with `and` all have to agree, with `or` one. What is negated, or asked in another way, says nothing:
 * too many types cost time, too few would make a rule blind.
 */
export function eventTypes(condition: Resolved, known: WeakMap<Resolved, EventTypes> = new WeakMap()): EventTypes {
  const before = known.get(condition);
  if (before !== undefined) return before;
  const types = typesOf(condition, known);
  known.set(condition, types);
  return types;
}

function typesOf(condition: Resolved, known: WeakMap<Resolved, EventTypes>): EventTypes {
  switch (condition.kind) {
    case "not":
      return "all";
    case "and":
      return condition.parts.map((part) => eventTypes(part, known)).reduce(both);
    case "or":
      return condition.parts.map((part) => eventTypes(part, known)).reduce(either);
    case "check": {
      const { left, operator, right, modifier } = condition;
      if (left.kind !== "field" || modifier !== undefined) return "all";
      if (left.name.startsWith("evt.type.is.")) return new Set([left.name.slice("evt.type.is.".length)]);
      if (left.name !== "evt.type" && left.name !== "syscall.type") return "all";
      if ((operator === "=" || operator === "==") && right.kind === "value") return new Set([right.text]);
      if ((operator === "in" || operator === "intersects") && right.kind === "list") return new Set(right.texts);
      return "all";
    }
  }
}

function both(a: EventTypes, b: EventTypes): EventTypes {
  if (a === "all") return b;
  return b === "all" ? a : new Set([...a].filter((type) => b.has(type)));
}

function either(a: EventTypes, b: EventTypes): EventTypes {
  return a === "all" || b === "all" ? "all" : new Set([...a, ...b]);
}
