import { isAlias, isMap, isScalar, isSeq, parseAllDocuments, parseDocument, type Document } from "yaml";
import type { Remark, Source, Span } from "./config-positions.ts";
import type { Tree } from "./config-tree.ts";
import { printable } from "./printable.ts";

/** A configuration has some hundreds of values; far more means an alias bomb or the wrong file. */
const MAX_NODES = 20_000;
const MAX_DEPTH = 24;
const MAX_REMARKS = 20;

interface Parsed {
  /** Undefined where the file says nothing, or cannot be understood. */
  readonly tree: Tree | undefined;
  readonly wrong: readonly Remark[];
}

/** Where the parser speaks to programmers. */
const SAYS: Readonly<Record<string, string>> = {
  MULTIPLE_DOCS: "a second document begins here: one file is one document, so take the `---` out",
};

const OPTIONS = {
  uniqueKeys: false,
  merge: false,
  prettyErrors: false,
  schema: "core",
  // Not "silent": that would let a second document pass unread.
  logLevel: "error",
} as const;

/** YAML 1.2 into values with their places. Never throws, whatever the text. */
export function parseYaml(source: Source): Parsed {
  return guarded(source, () => built(source, parseDocument(source.text, OPTIONS)));
}

/** The same of a file that may hold several documents, one after the other; the values of each in their order. */
export function parseYamlDocuments(source: Source): {
  readonly trees: readonly Tree[];
  readonly wrong: readonly Remark[];
} {
  const parsed: Parsed[] = [];
  const whole = guarded(source, () => {
    for (const document of parseAllDocuments(source.text, OPTIONS)) parsed.push(built(source, document as Document));
    return { tree: undefined, wrong: [] };
  });
  const trees = parsed.flatMap(({ tree }) => tree ?? []);
  return { trees, wrong: [...whole.wrong, ...parsed.flatMap(({ wrong }) => wrong)].slice(0, MAX_REMARKS) };
}

function built(source: Source, document: Document): Parsed {
  const wrong = [...document.errors, ...document.warnings].slice(0, MAX_REMARKS).map((error): Remark => ({
    span: { source, start: error.pos[0], end: Math.max(error.pos[1], error.pos[0] + 1) },
    says: SAYS[error.code] ?? printable(error.message.replaceAll(/\s+/g, " "), 300),
  }));
  return wrong.length > 0 ? { tree: undefined, wrong } : new TreeBuilder(source, document).build();
}

function guarded(source: Source, parse: () => Parsed): Parsed {
  try {
    return parse();
  } catch (error) {
    // The parser goes down once for every level: thousands of them end its stack.
    const says =
      error instanceof RangeError ? "nested too deep to be read" : `cannot be read: ${printable(String(error))}`;
    return { tree: undefined, wrong: [{ span: { source, start: 0, end: 1 }, says }] };
  }
}

class TreeBuilder {
  private readonly source: Source;
  private readonly document: Document;
  private readonly wrong: Remark[] = [];
  private nodes = 0;

  constructor(source: Source, document: Document) {
    this.source = source;
    this.document = document;
  }

  build(): Parsed {
    const { contents } = this.document;
    if (contents === null || (isScalar(contents) && contents.value === null)) return { tree: undefined, wrong: [] };
    const tree = this.convert(contents, 0);
    return this.wrong.length > 0 ? { tree: undefined, wrong: this.wrong } : { tree, wrong: [] };
  }

  private convert(node: unknown, depth: number): Tree | undefined {
    const span = this.spanOf(node);
    // One remark is enough: everything after it would be about the same thing.
    if (this.nodes > MAX_NODES) return undefined;
    if (++this.nodes > MAX_NODES) return this.reject(span, `more than ${MAX_NODES} values, aliases counted each time`);
    if (depth > MAX_DEPTH) return this.reject(span, `nested deeper than ${MAX_DEPTH} levels`);
    if (isAlias(node)) return this.convert(node.resolve(this.document), depth + 1);
    if (isSeq(node)) {
      return { kind: "list", span, items: node.items.flatMap((item) => this.convert(item, depth + 1) ?? []) };
    }
    if (isMap(node)) return this.convertMap(node.items, span, depth);
    return { kind: "leaf", span, value: isScalar(node) ? node.value : null };
  }

  private convertMap(
    pairs: readonly { readonly key: unknown; readonly value: unknown }[],
    span: Span,
    depth: number,
  ): Tree {
    const entries = new Map<string, { key: Span; value: Tree }>();
    for (const pair of pairs) {
      const key = this.spanOf(pair.key);
      if (!isScalar(pair.key) || pair.key.value === null) {
        this.reject(key, "a key must be a word");
        continue;
      }
      const name = String(pair.key.value);
      if (entries.has(name)) this.reject(key, `\`${printable(name, 60)}\` is given twice here: keep one`);
      const value = this.convert(pair.value, depth + 1);
      if (value !== undefined) entries.set(name, { key, value });
    }
    return { kind: "map", span, entries };
  }

  private reject(span: Span, says: string): undefined {
    if (this.wrong.length < MAX_REMARKS) this.wrong.push({ span, says });
  }

  private spanOf(node: unknown): Span {
    const range: unknown = typeof node === "object" && node !== null && "range" in node ? node.range : undefined;
    const [start, end]: unknown[] = Array.isArray(range) ? range : [];
    if (typeof start !== "number" || typeof end !== "number") return { source: this.source, start: 0, end: 1 };
    return { source: this.source, start, end: Math.max(end, start + 1) };
  }
}
