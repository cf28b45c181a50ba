export interface OperatorSpec {
  /** What stands on its right: nothing, a number, a text, or a list of texts in parentheses. */
  readonly takes: "nothing" | "number" | "text" | "list";
  readonly says: string;
}

/** Every operator of the condition language (falco.org, "Condition Syntax"). Longer names first where one begins another. */
export const OPERATORS = {
  exists: { takes: "nothing", says: "the field has a value" },
  "<=": { takes: "number", says: "at most" },
  "<": { takes: "number", says: "less than" },
  ">=": { takes: "number", says: "at least" },
  ">": { takes: "number", says: "more than" },
  "==": { takes: "text", says: "the same as =" },
  "=": { takes: "text", says: "equal" },
  "!=": { takes: "text", says: "not equal; false where the field has no value" },
  glob: { takes: "text", says: "the whole value matches a shell pattern with *, ? and [...]" },
  iglob: { takes: "text", says: "glob, upper and lower case alike" },
  contains: { takes: "text", says: "the value holds this text" },
  icontains: { takes: "text", says: "contains, upper and lower case alike" },
  bcontains: { takes: "text", says: "the value holds these bytes, given as hexadecimal digits" },
  startswith: { takes: "text", says: "the value begins with this text" },
  bstartswith: { takes: "text", says: "the value begins with these bytes, given as hexadecimal digits" },
  endswith: { takes: "text", says: "the value ends with this text" },
  regex: { takes: "text", says: "the whole value matches a regular expression (RE2 syntax, linear time)" },
  intersects: { takes: "list", says: "one of the field's values is in the list" },
  in: { takes: "list", says: "all of the field's values are in the list" },
  pmatch: { takes: "list", says: "the path is one of these, or below one; parts may hold * and ?" },
} as const satisfies Record<string, OperatorSpec>;

export type OperatorName = keyof typeof OPERATORS;
export const OPERATOR_NAMES = Object.keys(OPERATORS) as OperatorName[];

/** `FIELD OPERATOR MODIFIER (a, b)`: how many of the values the comparison has to hold for. */
export const MODIFIERS = {
  oneof: "the comparison holds for exactly one of the values",
  anyof: "the comparison holds for at least one of the values",
  allof: "the comparison holds for each of the values",
} as const;

export type ModifierName = keyof typeof MODIFIERS;
export const MODIFIER_NAMES = Object.keys(MODIFIERS) as ModifierName[];
