import type { ModifierName, OperatorName } from "./operators.ts";
import type { TransformerName } from "./transformer-names.ts";

/** Where something stands in the text of its condition: offsets, the end excluded. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

/** A condition as it was written: names of macros and lists are not resolved yet. */
export type Condition = AllOf | AnyOf | Negation | MacroName | Check;

export interface AllOf {
  readonly kind: "and";
  readonly parts: readonly Condition[];
  readonly at: Place;
}

export interface AnyOf {
  readonly kind: "or";
  readonly parts: readonly Condition[];
  readonly at: Place;
}

export interface Negation {
  readonly kind: "not";
  readonly part: Condition;
  readonly at: Place;
}

export interface MacroName {
  readonly kind: "macro";
  readonly name: string;
  readonly at: Place;
}

export interface Check {
  readonly kind: "check";
  readonly left: Operand;
  readonly operator: OperatorName;
  readonly modifier?: ModifierName;
  /** Absent for `exists`. */
  readonly right?: RightSide;
  readonly at: Place;
}

/** What gives a value for each event. */
export type Operand = Field | Transformed;

export interface Field {
  readonly kind: "field";
  readonly name: string;
  /** What stands in brackets. */
  readonly argument?: string;
  readonly at: Place;
}

export interface Transformed {
  readonly kind: "transformed";
  readonly by: TransformerName;
  readonly operands: readonly (Operand | Value)[];
  /** What stands in brackets behind it. */
  readonly argument?: string;
  readonly at: Place;
}

export type RightSide = Value | ValueList | Operand;

export interface Value {
  readonly kind: "value";
  readonly text: string;
  /** A quoted value is never the name of a list. */
  readonly quoted: boolean;
  readonly at: Place;
}

export interface ValueList {
  readonly kind: "list";
  readonly values: readonly Value[];
  readonly at: Place;
}
