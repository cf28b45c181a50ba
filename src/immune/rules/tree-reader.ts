import type { Remark, Span } from "../../core/config-positions.ts";
import type { Branch, Tree } from "../../core/config-tree.ts";
import type { Item } from "./definitions.ts";
import { parseItem } from "./language/parse.ts";
import { type Written, written } from "./written.ts";

/** Reads one mapping of a rule file key by key, and collects what is wrong with it. */
export class TreeReader {
  readonly branch: Branch;
  readonly span: Span;
  private readonly wrong: Remark[];

  constructor(branch: Branch, span: Span, wrong: Remark[]) {
    this.branch = branch;
    this.span = span;
    this.wrong = wrong;
  }

  has(key: string): boolean {
    return this.branch.entries.has(key);
  }

  get keys(): readonly string[] {
    return [...this.branch.entries.keys()];
  }

  value(key: string): Tree | undefined {
    return this.branch.entries.get(key)?.value;
  }

  keySpan(key: string): Span {
    return this.branch.entries.get(key)?.key ?? this.span;
  }

  reject(span: Span, says: string): undefined {
    this.wrong.push({ span, says });
    return undefined;
  }

  /** Undefined, and a remark, where it is no text. */
  text(key: string): string | undefined {
    const tree = this.value(key);
    if (tree === undefined) return undefined;
    const text = textOf(tree);
    return text ?? this.reject(this.keySpan(key), `\`${key}\` must be a text`);
  }

  written(key: string): Written | undefined {
    const text = this.text(key);
    const tree = this.value(key);
    return text === undefined || tree === undefined ? undefined : written(text, tree.span);
  }

  flag(key: string): boolean | undefined {
    const tree = this.value(key);
    if (tree === undefined) return undefined;
    const value = tree.kind === "leaf" ? tree.value : undefined;
    if (typeof value === "boolean") return value;
    const word = typeof value === "string" ? FLAGS[value.toLowerCase()] : undefined;
    return word ?? this.reject(this.keySpan(key), `\`${key}\` must be true or false`);
  }

  /** Items of a list, lists in it not allowed; undefined where the key is missing. */
  items(key: string): readonly Item[] | undefined {
    const tree = this.value(key);
    if (tree === undefined) return undefined;
    // `items:` with nothing behind it is an empty list.
    if (tree.kind === "leaf" && tree.value === null) return [];
    if (tree.kind !== "list") return this.reject(this.keySpan(key), `\`${key}\` must be a list such as [a, b]`);
    return tree.items.flatMap((item) => this.item(item) ?? []);
  }

  item(tree: Tree): Item | undefined {
    const raw = textOf(tree);
    if (raw === undefined) return this.reject(tree.span, "an item must be a text or a number");
    const parsed = parseItem(raw);
    if (!parsed.ok) return this.reject(tree.span, parsed.says);
    return { text: parsed.value, quoted: parsed.value !== raw, span: tree.span };
  }
}

/** YAML 1.1, which rule files are written for. */
const FLAGS: Readonly<Record<string, boolean>> = { yes: true, on: true, no: false, off: false };

/** Numbers and flags as they are written, not as YAML understands them: 0644 is no 420. */
export function textOf(tree: Tree): string | undefined {
  if (tree.kind !== "leaf" || tree.value === null) return undefined;
  if (typeof tree.value === "string") return tree.value;
  const { source, start, end } = tree.span;
  return source.text.slice(start, end).trim();
}
