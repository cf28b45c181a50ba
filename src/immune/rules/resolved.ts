import type { Span } from "../../core/config-positions.ts";
import type { ModifierName, OperatorName } from "./language/operators.ts";
import type { TransformerName } from "./language/transformer-names.ts";

/** A condition without macros and names of lists, ready to be compiled. Each part knows where it was written. */
export type Resolved = ResolvedGroup | ResolvedNot | ResolvedCheck;

export interface ResolvedGroup {
  readonly kind: "and" | "or";
  readonly parts: readonly Resolved[];
}

export interface ResolvedNot {
  readonly kind: "not";
  readonly part: Resolved;
}

export interface ResolvedCheck {
  readonly kind: "check";
  readonly left: ResolvedOperand;
  readonly operator: OperatorName;
  readonly modifier?: ModifierName;
  readonly right: ResolvedRight;
  readonly span: Span;
}

export type ResolvedOperand = ResolvedField | ResolvedTransform;

export interface ResolvedField {
  readonly kind: "field";
  readonly name: string;
  readonly argument?: string;
  readonly span: Span;
}

export interface ResolvedTransform {
  readonly kind: "transformed";
  readonly by: TransformerName;
  readonly operands: readonly (ResolvedOperand | ResolvedConstant)[];
  readonly argument?: string;
  readonly span: Span;
}

export interface ResolvedConstant {
  readonly kind: "constant";
  readonly text: string;
}

export type ResolvedRight =
  | { readonly kind: "nothing" }
  | { readonly kind: "value"; readonly text: string }
  | { readonly kind: "list"; readonly texts: readonly string[] }
  | ResolvedOperand;
