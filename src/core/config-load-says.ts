import { z } from "zod";
import { REFUSED_FILES } from "./actions-plugin.ts";
import { configSchema } from "./config.ts";
import type { Remark } from "./config-positions.ts";
import { keySpanAt, nodeAt, spanAt, valueOf, type Path, type Tree } from "./config-tree.ts";
import { nearest } from "./nearest.ts";
import { printable } from "./printable.ts";

type Issue = z.core.$ZodIssue;

/** What the schema found wrong, in words and in place. */
export function remarksOf(tree: Tree, issues: readonly Issue[], schema: z.ZodType = configSchema): Remark[] {
  return issues.flatMap((issue) => {
    if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey(schema, tree, issue.path, key));
    if (issue.code === "invalid_key")
      return [unknownKey(schema, tree, issue.path.slice(0, -1), String(issue.path.at(-1)))];
    return [{ span: spanAt(tree, issue.path), says: `${name(issue.path)} ${explain(issue, tree)}` }];
  });
}

function unknownKey(schema: z.ZodType, tree: Tree, path: Path, key: string): Remark {
  const known = knownKeys(schema, path);
  const meant = nearest(key, known);
  const inside = path.length === 0 ? "" : ` in ${name(path)}`;
  const way =
    refusedFile(key) ??
    elsewhere(schema, path, key) ??
    (meant === undefined ? `known here: ${known.join(", ")}` : `did you mean \`${meant}\`?`);
  return { span: keySpanAt(tree, path, key), says: `unknown key \`${printable(key, 60)}\`${inside}: ${way}` };
}

/** A kind of action that would be a plugin's knob, if it might be one. */
function refusedFile(key: string): string | undefined {
  if (!key.startsWith("knob.")) return undefined;
  const file = key.slice("knob.".length);
  const why = Object.hasOwn(REFUSED_FILES, file) ? REFUSED_FILES[file] : "is no file of a cgroup's controller";
  return `no plugin may turn it, for ${printable(file, 60)} ${why}`;
}

/** A key that stands one level too high: `balance:` belongs under `colonies:`. */
function elsewhere(schema: z.ZodType, path: Path, key: string): string | undefined {
  if (path.length > 0) return undefined;
  const parent = knownKeys(schema, []).find((top) => knownKeys(schema, [top]).includes(key));
  return parent === undefined || key === "mode" ? undefined : `it belongs under \`${parent}:\``;
}

function explain(issue: Issue, tree: Tree): string {
  const found = valueAt(tree, issue.path);
  const refused = UNION_CODES.has(issue.code) && typeof found === "string" ? refusedFile(found) : undefined;
  if (refused !== undefined) return `is ${shown(found)}: ${refused}`;
  switch (issue.code) {
    case "invalid_type":
      return found === undefined
        ? "is missing"
        : `must be ${TYPES[issue.expected] ?? issue.expected}, not ${shown(found)}`;
    case "invalid_value":
      return found === undefined
        ? `is missing: one of ${issue.values.join(", ")}`
        : `must be one of ${issue.values.join(", ")}, not ${shown(found)}${meantOneOf(found, issue.values)}`;
    case "too_small":
      return `must be ${issue.inclusive === false ? "more than" : "at least"} ${issue.minimum}${sized(issue.origin)}`;
    case "too_big":
      return `must be ${issue.inclusive === false ? "less than" : "at most"} ${issue.maximum}${sized(issue.origin)}`;
    case "invalid_format":
      if (found === "/") return "names the root group, which is never touched, on purpose: name the subtrees below it";
      if (issue.format === "starts_with") return "must be an absolute path, beginning with /";
      return issue.message.startsWith("must")
        ? issue.message
        : `is not well formed: it must match ${issue.pattern ?? issue.format}`;
    case "invalid_union":
      return unionWords(issue, tree);
    default:
      return issue.message;
  }
}

/** Of several ways to say it, the first is the usual one. */
function unionWords({ errors, message, path }: z.core.$ZodIssueInvalidUnion, tree: Tree): string {
  const first = errors[0]?.[0];
  return first === undefined ? message : explain({ ...first, path: [...path, ...first.path] } as Issue, tree);
}

/** What a kind of action may fail by. */
const UNION_CODES: ReadonlySet<string> = new Set(["custom", "invalid_union"]);

/** Names of types for people who write YAML. */
const TYPES: Readonly<Record<string, string>> = {
  object: "a mapping (indented `key: value` lines)",
  record: "a mapping (indented `key: value` lines)",
  array: "a list (lines that begin with `- `)",
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
};

function sized(origin: string): string {
  if (origin === "string") return " characters long";
  return origin === "array" ? " entries long" : "";
}

function meantOneOf(found: unknown, values: readonly unknown[]): string {
  const meant = typeof found === "string" ? nearest(found, values.map(String)) : undefined;
  return meant === undefined ? "" : `: did you mean \`${meant}\`?`;
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "a mapping";
  return `\`${printable(String(value), 60)}\``;
}

function valueAt(tree: Tree, path: Path): unknown {
  let value = valueOf(tree);
  for (const step of path) {
    value = typeof value === "object" && value !== null ? (value as Record<PropertyKey, unknown>)[step] : undefined;
  }
  return value ?? (nodeAt(tree, path).kind === "leaf" ? value : undefined);
}

/** "`workloads[0].kind`"; "the file" for the whole. */
function name(path: Path): string {
  if (path.length === 0) return "the file";
  const text = path.map((step) => (typeof step === "number" ? `[${step}]` : `.${String(step)}`)).join("");
  return `\`${printable(text.replace(/^\./, ""), 120)}\``;
}

interface Names {
  readonly enum?: readonly string[];
  readonly anyOf?: readonly Names[];
}

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly propertyNames?: Names;
  readonly items?: JsonSchema;
}

/** Made once for each schema: it takes milliseconds. */
const published = new WeakMap<z.ZodType, JsonSchema>();

/** The keys that the schema has at a path, read from its published form. */
function knownKeys(of: z.ZodType, path: Path): string[] {
  const whole = published.get(of) ?? (z.toJSONSchema(of, { io: "input" }) as JsonSchema);
  published.set(of, whole);
  let schema: JsonSchema | undefined = whole;
  for (const step of path) {
    const inner: JsonSchema | boolean | undefined =
      typeof step === "number" ? schema?.items : (schema?.properties?.[String(step)] ?? schema?.additionalProperties);
    schema = typeof inner === "object" ? inner : undefined;
  }
  return [...Object.keys(schema?.properties ?? {}), ...namesIn(schema?.propertyNames)];
}

function namesIn({ enum: names = [], anyOf = [] }: Names = {}): string[] {
  return [...names, ...anyOf.flatMap((each) => namesIn(each))];
}
