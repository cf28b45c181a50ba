import type { Remark } from "../../core/config-positions.ts";
import type { Tree } from "../../core/config-tree.ts";
import type { ExceptionDefinition, ExceptionValue, Item } from "./definitions.ts";
import { parseCondition } from "./language/parse.ts";
import { OPERATOR_NAMES, OPERATORS, type OperatorName } from "./language/operators.ts";
import { TreeReader, textOf } from "./tree-reader.ts";

/** The operators that take a list, which is what one field alone may be compared by. */
const LIST_OPERATORS: readonly string[] = OPERATOR_NAMES.filter((name) => OPERATORS[name].takes === "list");

/** An exception of which a later file may have given only the values. */
export interface WrittenException {
  readonly name: string;
  readonly fields?: readonly string[];
  readonly comparisons?: readonly string[];
  readonly isSingle?: boolean;
  readonly values: readonly Tree[];
  readonly reader: TreeReader;
}

export function readExceptions(owner: TreeReader, wrong: Remark[]): readonly WrittenException[] {
  const tree = owner.value("exceptions");
  if (tree === undefined || (tree.kind === "leaf" && tree.value === null)) return [];
  if (tree.kind !== "list") {
    wrong.push({ span: owner.keySpan("exceptions"), says: "`exceptions` must be a list" });
    return [];
  }
  return tree.items.flatMap((item) => readOne(item, wrong) ?? []);
}

function readOne(item: Tree, wrong: Remark[]): WrittenException | undefined {
  if (item.kind !== "map") {
    wrong.push({ span: item.span, says: "an exception must be a mapping with a name and fields" });
    return undefined;
  }
  const reader = new TreeReader(item, item.span, wrong);
  const name = reader.text("name");
  if (name === undefined) return reader.reject(item.span, "an exception needs a `name`");
  const fields = words(reader, "fields");
  const comparisons = words(reader, "comps");
  const isSingle = reader.value("fields")?.kind === "leaf";
  const values = valuesOf(reader);
  return {
    name,
    ...(fields === undefined ? {} : { fields, isSingle }),
    ...(comparisons === undefined ? {} : { comparisons }),
    values,
    reader,
  };
}

function words(reader: TreeReader, key: string): readonly string[] | undefined {
  const tree = reader.value(key);
  if (tree === undefined) return undefined;
  if (tree.kind === "list") return tree.items.map((item) => textOf(item) ?? "");
  const text = reader.text(key);
  return text === undefined ? undefined : [text];
}

function valuesOf(reader: TreeReader): readonly Tree[] {
  const tree = reader.value("values");
  if (tree === undefined || (tree.kind === "leaf" && tree.value === null)) return [];
  if (tree.kind === "list") return tree.items;
  reader.reject(reader.keySpan("values"), "`values` must be a list");
  return [];
}

/**
 * What a later file adds: values to the first exception of that name, or an exception of its own. Of one that is there neither
 * fields nor comparisons can be given anew, and a new one is of no use without values. Of one definition two exceptions of the same
 * name are two.
 */
export function addExceptions(
  before: readonly (readonly WrittenException[])[],
  more: readonly WrittenException[],
): readonly (readonly WrittenException[])[] {
  const all = [...before];
  for (const each of more) {
    const at = all.findIndex(([first]) => first?.name === each.name);
    if (at >= 0) {
      if (isOnlyValues(each)) all[at] = [...(all[at] ?? []), each];
    } else if (each.fields === undefined || each.values.length > 0) all.push([each]);
    else
      each.reader.reject(
        each.reader.span,
        `exception \`${each.name}\` needs \`values\`, since no earlier file defines it`,
      );
  }
  return all;
}

function isOnlyValues({ name, fields, comparisons, reader }: WrittenException): boolean {
  const key = fields !== undefined ? "fields" : comparisons !== undefined ? "comps" : undefined;
  if (key === undefined) return true;
  reader.reject(
    reader.keySpan(key),
    `exception \`${name}\` is defined already, so only \`values\` can be added: leave \`${key}\` out, or give it another name`,
  );
  return false;
}

/** All that files said of one exception, in order, as one; undefined, and a remark, where it makes no sense. */
export function completeException(parts: readonly WrittenException[]): ExceptionDefinition | undefined {
  const [first] = parts;
  if (first === undefined) return undefined;
  const { fields, isSingle = false, reader, name } = first;
  if (fields === undefined) return reader.reject(reader.span, `exception \`${name}\` needs \`fields\``);
  const comparisons = first.comparisons ?? (isSingle ? ["in"] : fields.map(() => "="));
  if (comparisons.length !== fields.length)
    return reader.reject(
      reader.keySpan("comps"),
      `exception \`${name}\` has ${fields.length} fields and ${comparisons.length} comps: give one for each`,
    );
  const unknown = comparisons.find((word) => !(OPERATOR_NAMES as readonly string[]).includes(word));
  if (unknown !== undefined)
    return reader.reject(reader.keySpan("comps"), `\`${unknown}\` is no operator: one of ${OPERATOR_NAMES.join(", ")}`);
  if (isSingle && !LIST_OPERATORS.includes(comparisons[0] ?? ""))
    return reader.reject(
      reader.keySpan("comps"),
      `one field alone is compared with a list: one of ${LIST_OPERATORS.join(", ")}`,
    );
  const tuples = isSingle
    ? singleTuple(parts)
    : parts
        .flatMap((part) => part.values.map((tree) => tuple(part.reader, tree, comparisons)))
        .filter((one) => one !== undefined);
  return { name, fields, comparisons, isSingle, tuples, span: reader.span };
}

function singleTuple(parts: readonly WrittenException[]): readonly (readonly ExceptionValue[])[] {
  const items = parts.flatMap((part) => part.values.flatMap((tree) => part.reader.item(tree) ?? []));
  const one: readonly ExceptionValue[] = [items];
  return items.length === 0 ? [] : [one];
}

function tuple(reader: TreeReader, tree: Tree, comparisons: readonly string[]): readonly ExceptionValue[] | undefined {
  if (tree.kind !== "list" || tree.items.length !== comparisons.length)
    return reader.reject(tree.span, `each of \`values\` must be a list of ${comparisons.length}, one for each field`);
  const values = tree.items.flatMap((item, index): ExceptionValue[] => {
    const takesList = OPERATORS[comparisons[index] as OperatorName].takes === "list";
    if (item.kind === "list") {
      if (!takesList) {
        reader.reject(item.span, `\`${comparisons[index]}\` compares with one value, not with a list`);
        return [];
      }
      return [item.items.flatMap((each) => reader.item(each) ?? [])];
    }
    const one = reader.item(item);
    if (one === undefined) return [];
    return [takesList ? writtenList(one) : one];
  });
  return values.length === comparisons.length ? values : undefined;
}

/** A list in one text, "(a, b)" or "a, b", is one. */
function writtenList(item: Item): readonly Item[] {
  if (item.quoted || !/[(,]/.test(item.text)) return [item];
  const parsed = parseCondition(`proc.name in ${item.text.startsWith("(") ? item.text : `(${item.text})`}`);
  const right = parsed.ok && parsed.value.kind === "check" ? parsed.value.right : undefined;
  if (right?.kind !== "list") return [item];
  return right.values.map(({ text, quoted }) => ({ text, quoted, span: item.span }));
}
