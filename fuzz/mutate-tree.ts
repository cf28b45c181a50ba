import type { Random } from "../src/core/random.ts";

/** Values that parsers, schemas and arithmetic have tripped over elsewhere. */
const ODD_VALUES: readonly (() => unknown)[] = [
  () => null,
  () => true,
  () => 0,
  () => -0,
  () => -1,
  () => 0.1,
  () => 2 ** 31,
  () => 2 ** 53,
  () => 1e308,
  () => "",
  () => "\0",
  () => "\ud800",
  () => "__proto__",
  () => "/../../etc",
  () => "\u202e\u0007\n",
  () => "x".repeat(5000),
  () => [],
  () => ({}),
  () => Array.from({ length: 300 }, (_, at) => at),
  () => JSON.parse('{"__proto__": {"ok": true}, "constructor": 1}') as unknown,
  () => deep(200),
];

/** A value like the one given, with one to three of its members replaced, removed, repeated, renamed or moved. */
export function mutateTree(value: unknown, random: Random): unknown {
  let tree = value;
  for (let left = 1 + Math.floor(random() * 3); left > 0; left--) tree = mutateOnce(tree, random);
  return tree;
}

function mutateOnce(value: unknown, random: Random): unknown {
  const inside = typeof value === "object" && value !== null ? Object.keys(value) : [];
  // A fifth stop here; the rest go down, so that every depth is met.
  if (inside.length === 0 || random() < 0.2) return random() < 0.1 ? [value] : pick(ODD_VALUES, random)();
  const name = pick(inside, random);
  if (Array.isArray(value)) {
    const at = Number(name);
    const list: unknown[] = [...value];
    const how = random();
    if (how < 0.2) list.splice(at, 1);
    else if (how < 0.4) list.push(list[at]);
    else list[at] = mutateOnce(list[at], random);
    return list;
  }
  const members = Object.entries(value as object).map(([key, member]): [string, unknown] => {
    if (key !== name) return [key, member];
    if (random() < 0.1) return [pick(inside, random), member];
    return [key, mutateOnce(member, random)];
  });
  if (random() < 0.1) members.push([`${name}${random() < 0.5 ? "" : "x"}`, pick(ODD_VALUES, random)()]);
  return Object.fromEntries(random() < 0.15 ? members.filter(([key]) => key !== name) : members);
}

function deep(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

function pick<T>(from: readonly T[], random: Random): T {
  return from[Math.floor(random() * from.length)]!;
}

/** Half of the inputs are a mutated `values` member instead, as JSON in the bytes that `wrap` makes of it. */
export function orTree(
  values: readonly unknown[],
  wrap: (json: Uint8Array, random: Random) => Uint8Array,
): (input: Uint8Array, random: Random) => Uint8Array {
  return (input, random) => {
    if (random() < 0.5) return input;
    return wrap(Buffer.from(JSON.stringify(mutateTree(pick(values, random), random)) ?? "null"), random);
  };
}
