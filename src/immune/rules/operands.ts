import type { Remark, Span } from "../../core/config-positions.ts";
import { nearest } from "../../core/nearest.ts";
import type { Facts, FieldType, FieldValue } from "./fields/field.ts";
import { generationOf } from "./fields/field.ts";
import { FIELDS, fieldNamed, type FieldUse } from "./fields/fields.ts";
import type { ResolvedConstant, ResolvedOperand } from "./resolved.ts";
import { TRANSFORM } from "./transform.ts";

export type Read = (facts: Facts) => FieldValue;

/** What compiling found, beside the test. */
export interface Findings {
  readonly wrong: Remark[];
  /** Every field that was compiled, once. */
  readonly uses: Map<string, FieldUse & { readonly span: Span }>;
}

/** What is compared: a field, or what transformers make of some. */
export interface Operand {
  readonly read: Read;
  readonly type: FieldType;
  /** Two operands with the same name read the same. */
  readonly name: string;
  /** Whether it may have many values for one event. */
  readonly isOfMany: boolean;
}

/** Operands of all rules: each is read at most once for an event, on demand. */
export class Operands {
  private readonly reads = new Map<string, Read>();

  of(operand: ResolvedOperand, findings: Findings): Operand {
    const name = operandName(operand);
    if (operand.kind === "field") return this.field(operand.name, operand.argument, operand.span, findings, name);
    const parts = operand.operands.map((part): Operand =>
      part.kind === "constant" ? constantOperand(part) : this.of(part, findings),
    );
    const change = TRANSFORM[operand.by];
    const reads = parts.map(({ read }) => read);
    const argument = operand.argument;
    const type = transformedType(operand.by, parts[0]?.type ?? "text", argument);
    const make: Read = (facts) =>
      change(
        reads.map((read) => read(facts)),
        argument,
      );
    return { read: this.kept(name, make), type, name, isOfMany: true };
  }

  private field(name: string, argument: string | undefined, span: Span, findings: Findings, key: string): Operand {
    const use = fieldNamed(name, argument);
    const wrong = use === undefined ? unknownField(name) : argumentFault(use, argument);
    if (use === undefined || wrong !== undefined) {
      findings.wrong.push({ span, says: wrong ?? "" });
      return { read: () => undefined, type: "text", name: key, isOfMany: true };
    }
    if (!findings.uses.has(key)) findings.uses.set(key, { ...use, span });
    const { get, type, bare } = use.spec;
    const read = this.kept(key, get === undefined ? () => undefined : (facts) => get(facts, use.argument));
    return { read, type, name: key, isOfMany: bare === true && use.argument === "" };
  }

  private kept(name: string, read: Read): Read {
    const known = this.reads.get(name);
    if (known !== undefined) return known;
    let turn = -1;
    let value: FieldValue;
    const kept: Read = (facts) => {
      if (turn !== facts.turn) {
        turn = facts.turn;
        value = read(facts);
      }
      return value;
    };
    this.reads.set(name, kept);
    return kept;
  }
}

export function operandName(operand: ResolvedOperand | ResolvedConstant): string {
  if (operand.kind === "constant") return JSON.stringify(operand.text);
  const argument = operand.argument === undefined ? "" : `[${operand.argument}]`;
  if (operand.kind === "field") return `${operand.name}${argument}`;
  return `${operand.by}(${operand.operands.map(operandName).join(",")})${argument}`;
}

function constantOperand({ text }: ResolvedConstant): Operand {
  return { read: () => text, type: "text", name: JSON.stringify(text), isOfMany: false };
}

function transformedType(by: string, inner: FieldType, argument: string | undefined): FieldType {
  if (by === "val") return inner;
  if (by === "len") return "number";
  if (by === "getopt") return argument === undefined ? "list" : "text";
  return inner === "list" ? "list" : "text";
}

function unknownField(name: string): string {
  const meant = nearest(name, Object.keys(FIELDS));
  return `there is no field \`${name}\`${meant === undefined ? "; `swarms rules fields` lists them" : `: did you mean \`${meant}\`?`}`;
}

function argumentFault({ name, spec, argument }: FieldUse, given: string | undefined): string | undefined {
  if (spec.argument === undefined) return given === undefined ? undefined : `\`${name}\` takes nothing in brackets`;
  if (argument === "")
    return spec.bare === true
      ? undefined
      : `\`${name}\` needs something in brackets, such as ${name}[${spec.argument === "index" ? "1" : "name"}]`;
  if (spec.argument === "index" && generationOf(argument) === undefined)
    return `\`${name}\` takes the number of an ancestor, 0 being the process itself, not \`${argument}\``;
  return undefined;
}
