import type { Span } from "./config-positions.ts";

/** A configuration value that remembers where it was written. */
export type Tree = Branch | List | Leaf;

export interface Branch {
  readonly kind: "map";
  readonly span: Span;
  readonly entries: ReadonlyMap<string, { readonly key: Span; readonly value: Tree }>;
}

export interface List {
  readonly kind: "list";
  readonly span: Span;
  readonly items: readonly Tree[];
}

export interface Leaf {
  readonly kind: "leaf";
  readonly span: Span;
  readonly value: unknown;
}

export type Path = readonly PropertyKey[];

/** Later files add to lists, go into mappings, and replace anything else. */
export function mergeTrees(earlier: Tree, later: Tree): Tree {
  if (later.kind === "leaf" && later.value === null) return earlier;
  if (earlier.kind === "list" && later.kind === "list") {
    return { ...later, items: [...earlier.items, ...later.items] };
  }
  if (earlier.kind !== "map" || later.kind !== "map") return later;
  const entries = new Map(earlier.entries);
  for (const [name, entry] of later.entries) {
    const known = entries.get(name);
    entries.set(name, known === undefined ? entry : { ...entry, value: mergeTrees(known.value, entry.value) });
  }
  return { ...later, entries };
}

/** Plain values. A key without a value ("scope:" and nothing more) counts as left out. */
export function valueOf(tree: Tree): unknown {
  if (tree.kind === "leaf") return tree.value;
  if (tree.kind === "list") return tree.items.map(valueOf);
  const value: Record<string, unknown> = {};
  for (const [name, entry] of tree.entries) {
    const inner = valueOf(entry.value);
    // Defined, not assigned: a key named __proto__ is a key like any other.
    if (inner !== null)
      Object.defineProperty(value, name, { value: inner, enumerable: true, writable: true, configurable: true });
  }
  return value;
}

/** What stands at a path, or the last thing on the way to it. */
export function nodeAt(tree: Tree, path: Path): Tree {
  let node = tree;
  for (const step of path) {
    const next = node.kind === "map" ? node.entries.get(String(step))?.value : childOf(node, step);
    if (next === undefined) return node;
    node = next;
  }
  return node;
}

/** Where a path is written: its key where the value is a block, else the value; the nearest thing around it where it is missing. */
export function spanAt(tree: Tree, path: Path): Span {
  const node = nodeAt(tree, path);
  if (node.kind === "leaf") return node.span;
  const around = nodeAt(tree, path.slice(0, -1));
  const key = around.kind === "map" ? around.entries.get(String(path.at(-1)))?.key : undefined;
  return key ?? firstLine(node.span);
}

/** Where a key is written, for a key that should not be there. */
export function keySpanAt(tree: Tree, path: Path, key: string): Span {
  const node = nodeAt(tree, path);
  return (node.kind === "map" ? node.entries.get(key)?.key : undefined) ?? firstLine(node.span);
}

function childOf(node: List | Leaf, step: PropertyKey): Tree | undefined {
  return node.kind === "list" ? node.items[Number(step)] : undefined;
}

function firstLine(span: Span): Span {
  const lineEnd = span.source.text.indexOf("\n", span.start);
  return { ...span, end: lineEnd < 0 ? span.end : Math.min(span.end, lineEnd) };
}
