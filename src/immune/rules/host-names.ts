import type { Remark } from "../../core/config-positions.ts";
import { HOST_NAMES, isHostName } from "../../core/host-name.ts";
import { printable } from "../../core/printable.ts";
import { fieldNamed } from "./fields/fields.ts";
import type { OperatorName } from "./language/operators.ts";
import type { Resolved, ResolvedCheck, ResolvedConstant, ResolvedOperand } from "./resolved.ts";

/*
 * A connection has addresses, no names. So names are looked up beforehand: those that rules compare with `fd.sip.name` and its kin, in the
 * rules themselves (falco.org, "Resolving Domain Names in Falco Rules"). Of an event's address the field then has the names that lead to it.
 */

/** What one comparison asks of names. */
export interface HostCheck {
  /** To be looked up. */
  readonly names: readonly string[];
  /** What cannot be, a sentence each. */
  readonly faults: readonly string[];
  /** Nothing of it can be: it is never met. */
  readonly isVoid: boolean;
}

/** Operators that compare with whole names. */
const WHOLE: readonly OperatorName[] = ["=", "==", "!=", "in", "intersects"];

/** Undefined where it is not about names of hosts. */
export function hostCheck({ left, operator, right }: ResolvedCheck): HostCheck | undefined {
  const field =
    hostField(left) ?? (right.kind === "field" || right.kind === "transformed" ? hostField(right) : undefined);
  if (field === undefined) return undefined;
  if (left.kind !== "field")
    return { names: [], faults: [`${field} names are looked up only where it stands by itself`], isVoid: false };
  if (operator === "exists")
    return {
      names: [],
      faults: [`${field} it exists only for addresses of names that rules compare with`],
      isVoid: false,
    };
  if ((right.kind !== "value" && right.kind !== "list") || !WHOLE.includes(operator)) {
    const how = right.kind === "value" || right.kind === "list" ? `\`${operator}\`` : "a field on the right";
    return {
      names: [],
      faults: [`${field} only whole names can be looked up, by =, != or in: ${how} names none`],
      isVoid: true,
    };
  }
  const texts = right.kind === "value" ? [right.text] : right.texts;
  const names = texts.filter(isHostName);
  const others = texts.filter((text) => !isHostName(text));
  const faults = others.length === 0 ? [] : [`${field} ${shownSome(others)} cannot be looked up: no name of a host`];
  return { names, faults, isVoid: names.length === 0 && others.length > 0 };
}

/** The beginning of what is said of it. */
function hostField(operand: ResolvedOperand | ResolvedConstant): string | undefined {
  if (operand.kind === "constant") return undefined;
  if (operand.kind === "transformed") return operand.operands.map(hostField).find((name) => name !== undefined);
  return fieldNamed(operand.name, operand.argument)?.spec.type === "host" ? `\`${operand.name}\`:` : undefined;
}

const SHOWN = 3;

function shownSome(texts: readonly string[]): string {
  const first = texts.slice(0, SHOWN).map((text) => `\`${printable(text, 80)}\``);
  return texts.length > SHOWN ? `${first.join(", ")} and ${texts.length - SHOWN} more` : first.join(", ");
}

export interface HostsOfRule {
  readonly names: readonly string[];
  readonly faults: readonly Remark[];
}

/** All comparisons of a condition, each once. */
export function hostsOf(condition: Resolved): HostsOfRule {
  const names = new Set<string>();
  const faults: Remark[] = [];
  const seen = new Set<Resolved>();
  const walk = (part: Resolved): void => {
    if (seen.has(part)) return;
    seen.add(part);
    if (part.kind === "not") return walk(part.part);
    if (part.kind !== "check") return part.parts.forEach(walk);
    const check = hostCheck(part);
    check?.names.forEach((name) => names.add(name));
    check?.faults.forEach((says) => faults.push({ span: part.span, says }));
  };
  walk(condition);
  return { names: [...names], faults };
}

/** The names of all rules, as many as are looked up. */
export class HostNameList {
  private readonly kept = new Set<string>();

  get names(): readonly string[] {
    return [...this.kept];
  }

  /** Says what there is no room for. */
  add(names: readonly string[]): string | undefined {
    const over = names.filter((name) => !this.kept.has(name) && this.isFull(name));
    if (over.length === 0) return undefined;
    return `${shownSome(over)} ${over.length === 1 ? "is" : "are"} not looked up: rules may compare with ${HOST_NAMES.most} names together`;
  }

  private isFull(name: string): boolean {
    if (this.kept.size >= HOST_NAMES.most) return true;
    this.kept.add(name);
    return false;
  }
}
