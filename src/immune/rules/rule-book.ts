import type { Remark } from "../../core/config-positions.ts";
import type { Branch, Tree } from "../../core/config-tree.ts";
import { nearest } from "../../core/nearest.ts";
import { printable } from "../../core/printable.ts";
import {
  type Definition,
  type ListDefinition,
  type MacroDefinition,
  PRIORITIES,
  PRIORITY_ALIASES,
  type Priority,
  type RuleDefinition,
} from "./definitions.ts";
import { addExceptions, completeException, readExceptions, type WrittenException } from "./read-exceptions.ts";
import {
  ENGINE_VERSION,
  ENTRY_KEYS,
  FILE_KEYS,
  type KeySpec,
  LIST_KEYS,
  MACRO_KEYS,
  type Override,
  RULE_KEYS,
} from "./rule-keys.ts";
import { TreeReader, textOf } from "./tree-reader.ts";
import { appended, type Written } from "./written.ts";

/** A rule while files still add to it. */
interface OpenRule extends Omit<RuleDefinition, "exceptions"> {
  /** Each as it was defined, with what later files gave values for behind. */
  readonly exceptions: readonly (readonly WrittenException[])[];
}

/** What a rule cannot do without. */
const NEEDED: readonly string[] = ["condition", "desc", "output", "priority"];

type Kind = "list" | "macro" | "rule";
const KEYS: Readonly<Record<Kind, Readonly<Record<string, KeySpec>>>> = {
  list: LIST_KEYS,
  macro: MACRO_KEYS,
  rule: RULE_KEYS,
};

/**
 * The lists, macros and rules of all files, each file in its order: later ones redefine, append to or replace parts of
 * earlier ones (falco.org, "Overriding Rules" and "Rule Exceptions").
 */
export class RuleBook {
  readonly wrong: Remark[] = [];
  readonly warnings: Remark[] = [];
  readonly lists = new Map<string, ListDefinition>();
  readonly macros = new Map<string, MacroDefinition>();
  private readonly open = new Map<string, OpenRule>();

  /** The entries of one file. */
  add(tree: Tree): void {
    if (tree.kind !== "list") {
      this.wrong.push({
        span: tree.span,
        says: "a rule file is a list of entries, each beginning with `- rule:`, `- macro:` or `- list:`",
      });
      return;
    }
    for (const item of tree.items) {
      if (item.kind === "map") this.entry(item);
      else this.wrong.push({ span: item.span, says: "expected an entry such as `- rule: NAME`" });
    }
  }

  /** In the order in which they were first defined. */
  rules(): readonly RuleDefinition[] {
    return [...this.open.values()].map((rule) => ({ ...rule, exceptions: this.exceptionsOf(rule) }));
  }

  definitions(): readonly Definition[] {
    return [...this.lists.values(), ...this.macros.values(), ...this.rules()];
  }

  private entry(branch: Branch): void {
    const reader = new TreeReader(branch, branch.span, this.wrong);
    const kind = (["rule", "macro", "list"] as const).find((each) => reader.has(each));
    if (kind === undefined) return this.fileKey(reader);
    const name = reader.text(kind);
    if (name === undefined || name === "") {
      this.wrong.push({ span: reader.keySpan(kind), says: `this ${kind} has no name` });
      return;
    }
    this.warnOfUnknown(reader, KEYS[kind], kind);
    const overrides = this.overridesOf(reader, kind, name);
    if (overrides === undefined) return;
    if (kind === "list") this.list(reader, name, overrides);
    else if (kind === "macro") this.macro(reader, name, overrides);
    else this.rule(reader, name, overrides);
  }

  private fileKey(reader: TreeReader): void {
    const key = FILE_KEYS.find((each) => reader.has(each));
    if (key === undefined) {
      this.wrong.push({ span: reader.span, says: "expected an entry that begins with `rule`, `macro` or `list`" });
      return;
    }
    if (key === "required_engine_version") this.engineVersion(reader, key);
  }

  private engineVersion(reader: TreeReader, key: string): undefined {
    const wanted = reader.text(key) ?? "";
    // "26" is what "0.26.0" was called once.
    const parts = (wanted.includes(".") ? wanted : `0.${wanted}.0`).split(".").map(Number);
    if (!/^\d+(\.\d+)*$/.test(wanted)) return reader.reject(reader.keySpan(key), "expected a version such as 0.40.0");
    const newer = ENGINE_VERSION.findIndex((part, index) => (parts[index] ?? 0) !== part);
    if (newer >= 0 && (parts[newer] ?? 0) > (ENGINE_VERSION[newer] ?? 0))
      this.warnings.push({
        span: reader.keySpan(key),
        says: `written for engine ${printable(wanted, 20)}; this one reads ${ENGINE_VERSION.join(".")}, so what is newer may be refused below`,
      });
  }

  private warnOfUnknown(reader: TreeReader, known: Readonly<Record<string, KeySpec>>, kind: Kind): void {
    const names = [...Object.keys(known), ...ENTRY_KEYS];
    for (const key of reader.keys) {
      if (names.includes(key)) continue;
      const meant = nearest(key, names);
      const way = meant === undefined ? "it is ignored" : `did you mean \`${meant}\`?`;
      this.warnings.push({
        span: reader.keySpan(key),
        says: `unknown key \`${printable(key, 60)}\` in a ${kind}: ${way}`,
      });
    }
  }

  /** Which keys add to or replace what is there; `append: true` is the older form. Undefined where the entry is of no use. */
  private overridesOf(reader: TreeReader, kind: Kind, name: string): ReadonlyMap<string, Override> | undefined {
    const overrides = new Map<string, Override>();
    if (reader.flag("append") === true) {
      if (reader.has("override"))
        return reader.reject(
          reader.keySpan("append"),
          "`append: true` and `override` exclude each other: keep the latter",
        );
      const appendable = kind === "list" ? ["items"] : kind === "macro" ? ["condition"] : ["condition", "exceptions"];
      for (const key of appendable) if (reader.has(key)) overrides.set(key, "append");
      if (overrides.size === 0) {
        const says = `\`append: true\` needs ${appendable.join(" or ")}`;
        if (kind !== "rule") return reader.reject(reader.span, says);
        // Of a rule Falco lets that pass.
        this.warnings.push({ span: reader.keySpan("append"), says: `${says}: the entry changes nothing` });
        return undefined;
      }
    }
    const tree = reader.value("override");
    if (tree?.kind === "map") {
      for (const [key, { key: at, value }] of tree.entries) {
        const how = textOf(value);
        const allowed: readonly string[] = KEYS[kind][key]?.overrides ?? [];
        if (how === undefined || !allowed.includes(how)) {
          const way = allowed.length === 0 ? "it cannot be overridden" : `one of ${allowed.join(", ")}`;
          return reader.reject(at, `\`${printable(key, 60)}\` of a ${kind}: ${way}`);
        }
        if (!reader.has(key))
          return reader.reject(at, `\`${key}\` is to be overridden, but is not given in this entry`);
        overrides.set(key, how as Override);
      }
      const stray = reader.keys.find((key) => key in KEYS[kind] && key !== kind && !overrides.has(key));
      if (stray !== undefined)
        return reader.reject(
          reader.keySpan(stray),
          `with \`override\`, each key has to be named there: add \`${stray}: replace\``,
        );
    } else if (tree !== undefined)
      return reader.reject(reader.keySpan("override"), "`override` must be a mapping such as {items: append}");
    const isThere =
      kind === "list" ? this.lists.has(name) : kind === "macro" ? this.macros.has(name) : this.open.has(name);
    // To replace the only part of a list or a macro is to define it.
    const isDefined = kind !== "rule" && ![...overrides.values()].includes("append");
    if (overrides.size > 0 && !isThere && !isDefined) {
      const names = kind === "list" ? this.lists : kind === "macro" ? this.macros : this.open;
      const meant = nearest(name, [...names.keys()]);
      const way = meant === undefined ? "files are read in order, so define it before" : `did you mean \`${meant}\`?`;
      return reader.reject(reader.keySpan(kind), `there is no ${kind} \`${printable(name, 80)}\` to change: ${way}`);
    }
    return overrides;
  }

  private list(reader: TreeReader, name: string, overrides: ReadonlyMap<string, Override>): void {
    const items = reader.items("items");
    if (items === undefined) {
      if (!reader.has("items"))
        this.wrong.push({ span: reader.keySpan("list"), says: `list \`${name}\` needs \`items\`` });
      return;
    }
    const before = overrides.get("items") === "append" ? (this.lists.get(name)?.items ?? []) : [];
    this.lists.set(name, { kind: "list", name, items: [...before, ...items], span: reader.keySpan("list") });
  }

  private macro(reader: TreeReader, name: string, overrides: ReadonlyMap<string, Override>): void {
    const condition = reader.written("condition");
    if (condition === undefined) {
      if (!reader.has("condition"))
        this.wrong.push({ span: reader.keySpan("macro"), says: `macro \`${name}\` needs a \`condition\`` });
      return;
    }
    const before = overrides.get("condition") === "append" ? this.macros.get(name)?.condition : undefined;
    const whole = before === undefined ? condition : appended(before, condition);
    this.macros.set(name, { kind: "macro", name, condition: whole, span: reader.keySpan("macro") });
  }

  private rule(reader: TreeReader, name: string, overrides: ReadonlyMap<string, Override>): void {
    const known = this.open.get(name);
    const missing = NEEDED.filter((key) => !reader.has(key));
    // Whatever else such an entry gives is not read, as with Falco.
    const isSwitch = reader.has("enabled") && missing.length === NEEDED.length;
    if (known !== undefined && (overrides.size > 0 || isSwitch)) {
      const changes = isSwitch ? new Map<string, Override>([["enabled", "replace"]]) : overrides;
      this.open.set(name, this.changed(known, reader, changes));
      return;
    }
    if (missing.length > 0) {
      this.wrong.push({
        span: reader.keySpan("rule"),
        says: `rule \`${printable(name, 80)}\` needs ${missing.join(", ")}`,
      });
      return;
    }
    const [condition, output] = [reader.written("condition"), reader.written("output")];
    const [description, priority] = [reader.text("desc"), this.priorityOf(reader)];
    if (condition === undefined || output === undefined || description === undefined || priority === undefined) return;
    this.open.set(name, {
      kind: "rule",
      name,
      description: description.trim(),
      condition,
      output,
      priority,
      enabled: reader.flag("enabled") ?? true,
      tags: this.tagsOf(reader),
      exceptions: readExceptions(reader, this.wrong).map((one) => [one]),
      eventSource: reader.text("source") ?? "syscall",
      warnsWithoutType: reader.flag("warn_evttypes") ?? true,
      skipsUnknown: reader.flag("skip-if-unknown-filter") ?? false,
      span: reader.keySpan("rule"),
    });
  }

  private changed(rule: OpenRule, reader: TreeReader, overrides: ReadonlyMap<string, Override>): OpenRule {
    const adds = (key: string): boolean => overrides.get(key) === "append";
    /** Of keys that are not named, what `append: true` gives beside its own is not read. */
    const given = <T>(key: string, read: () => T | undefined, before: T): T =>
      overrides.has(key) ? (read() ?? before) : before;
    const merged = (before: Written, key: string): Written =>
      given(
        key,
        () => {
          const more = reader.written(key);
          return more !== undefined && adds(key) ? appended(before, more) : more;
        },
        before,
      );
    const exceptions = given("exceptions", () => readExceptions(reader, this.wrong), []);
    const description = given("desc", () => reader.text("desc")?.trim(), "");
    return {
      ...rule,
      condition: merged(rule.condition, "condition"),
      output: merged(rule.output, "output"),
      description: overrides.has("desc") && !adds("desc") ? description : `${rule.description} ${description}`.trim(),
      priority: given("priority", () => this.priorityOf(reader), rule.priority),
      enabled: given("enabled", () => reader.flag("enabled"), rule.enabled),
      tags: given("tags", () => [...(adds("tags") ? rule.tags : []), ...this.tagsOf(reader)], rule.tags),
      exceptions:
        overrides.get("exceptions") === "replace"
          ? exceptions.map((one) => [one])
          : addExceptions(rule.exceptions, exceptions),
      warnsWithoutType: given("warn_evttypes", () => reader.flag("warn_evttypes"), rule.warnsWithoutType),
      skipsUnknown: given("skip-if-unknown-filter", () => reader.flag("skip-if-unknown-filter"), rule.skipsUnknown),
    };
  }

  private priorityOf(reader: TreeReader): Priority | undefined {
    const word = reader.text("priority")?.trim().toUpperCase();
    if (word === undefined) return undefined;
    const priority = PRIORITY_ALIASES[word] ?? PRIORITIES.find((each) => each === word);
    return (
      priority ?? reader.reject(reader.keySpan("priority"), `\`priority\` must be one of ${PRIORITIES.join(", ")}`)
    );
  }

  private tagsOf(reader: TreeReader): readonly string[] {
    return (reader.items("tags") ?? []).map(({ text }) => text);
  }

  private exceptionsOf(rule: OpenRule): RuleDefinition["exceptions"] {
    return rule.exceptions.flatMap((parts) => completeException(parts) ?? []);
  }
}
