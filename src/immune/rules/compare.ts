import { nearest } from "../../core/nearest.ts";
import { isWithin, parseNetwork } from "./addresses.ts";
import type { FieldType, FieldValue } from "./fields/field.ts";
import { globMatcher, type Matcher, prefixMatcher } from "./glob.ts";
import type { OperatorName } from "./language/operators.ts";
import { regexMatcher } from "./regex.ts";

/** Whether a field's value, which is there, meets a comparison. */
export type Comparison = (value: Exclude<FieldValue, undefined>) => boolean;

export type Made = { readonly ok: true; readonly value: Comparison } | { readonly ok: false; readonly says: string };

const bad = (says: string): Made => ({ ok: false, says });
const made = (value: Comparison): Made => ({ ok: true, value });

/** Comparisons of texts with one constant. */
const TEXT: Readonly<Partial<Record<OperatorName, (constant: string) => Matcher>>> = {
  "=": (constant) => (text) => text === constant,
  "==": (constant) => (text) => text === constant,
  contains: (constant) => (text) => text.includes(constant),
  icontains: (constant) => {
    const folded = constant.toLowerCase();
    return (text) => text.toLowerCase().includes(folded);
  },
  startswith: (constant) => (text) => text.startsWith(constant),
  endswith: (constant) => (text) => text.endsWith(constant),
  glob: (constant) => globMatcher(constant),
  iglob: (constant) => globMatcher(constant, true),
};

/** Values that belong to the ends of one connection. */
const OF_ENDS: readonly FieldType[] = ["ip", "net", "host", "port"];

const NUMBER: Readonly<Partial<Record<OperatorName, (value: number, constant: number) => boolean>>> = {
  "=": (value, constant) => value === constant,
  "==": (value, constant) => value === constant,
  "<": (value, constant) => value < constant,
  "<=": (value, constant) => value <= constant,
  ">": (value, constant) => value > constant,
  ">=": (value, constant) => value >= constant,
};

/** Where a field has many values, one that meets the comparison is enough; see `all` for what asks for each. */
function any(test: Matcher): Comparison {
  return (value) => {
    if (typeof value === "string") return test(value);
    return Array.isArray(value) ? (value as readonly string[]).some(test) : test(String(value));
  };
}

/** Compares with one constant. */
export function withConstant(type: FieldType, operator: OperatorName, constant: string): Made {
  if (operator === "!=") {
    const equal = withConstant(type, "=", constant);
    if (!equal.ok) return equal;
    // Of what may be either end, neither may be it, nor any of its names; of a line of ancestors, one that differs is enough.
    const differs: Comparison = (value) => !equal.value(value);
    return made(
      OF_ENDS.includes(type)
        ? differs
        : (value) => (Array.isArray(value) ? value.some((one: string) => differs(one)) : differs(value)),
    );
  }
  if (operator === "regex") {
    const matcher = regexMatcher(constant);
    return matcher.ok ? made(any(matcher.value)) : bad(`no regular expression: ${matcher.says}`);
  }
  if (operator === "bcontains" || operator === "bstartswith") return bytes(operator, constant);
  if (type === "ip" || type === "net") return address(operator, constant, type);
  if (type === "bool") return flag(operator, constant);
  const byNumber = NUMBER[operator];
  if (type === "number" || type === "port" || (byNumber !== undefined && TEXT[operator] === undefined))
    return number(operator, constant);
  const byText = TEXT[operator];
  return byText === undefined ? bad(`\`${operator}\` compares with a list`) : made(any(byText(constant)));
}

/** Compares with several constants at once: in, intersects, pmatch. */
export function withList(type: FieldType, operator: OperatorName, constants: readonly string[]): Made {
  if (operator === "pmatch") return made(any(prefixMatcher(constants)));
  const isOne = membership(type, constants);
  if (!isOne.ok) return isOne;
  if (operator === "in" && type === "list")
    return made((value) =>
      Array.isArray(value) ? value.every((one: string) => isOne.value(one)) : isOne.value(value),
    );
  return made((value) => (Array.isArray(value) ? value.some((one: string) => isOne.value(one)) : isOne.value(value)));
}

function membership(type: FieldType, constants: readonly string[]): Made {
  if (type === "text" || type === "flags" || type === "list" || type === "host") {
    const set = new Set(constants);
    return made((value) => set.has(typeof value === "string" ? value : String(value)));
  }
  const tests: Comparison[] = [];
  for (const constant of constants) {
    const test = withConstant(type, "=", constant);
    if (!test.ok) return test;
    tests.push(test.value);
  }
  return made((value) => tests.some((test) => test(value)));
}

function number(operator: OperatorName, constant: string): Made {
  const test = NUMBER[operator];
  if (test === undefined) {
    const byText = TEXT[operator];
    return byText === undefined ? bad(`\`${operator}\` does not compare numbers`) : made(any(byText(constant)));
  }
  const wanted = numberOf(constant);
  if (wanted === undefined) return bad(`\`${constant}\` is no number, and this field is one`);
  return made((value) =>
    Array.isArray(value)
      ? value.some((one: string) => test(Number(one), wanted))
      : test(typeof value === "number" ? value : Number(value), wanted),
  );
}

export function numberOf(text: string): number | undefined {
  const value = /^[+-]?(0x[0-9a-f]+|\d+(\.\d*)?(e[+-]?\d+)?)$/i.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(value) ? value : undefined;
}

const FLAGS: Readonly<Record<string, boolean>> = {
  true: true,
  false: false,
  "1": true,
  "0": false,
  yes: true,
  no: false,
};

function flag(operator: OperatorName, constant: string): Made {
  const wanted = FLAGS[constant.toLowerCase()];
  if (wanted === undefined) {
    const meant = nearest(constant, ["true", "false"]);
    return bad(
      `this field is true or false, not \`${constant}\`${meant === undefined ? "" : `: did you mean ${meant}?`}`,
    );
  }
  if (operator !== "=" && operator !== "==") return bad(`\`${operator}\` does not compare true and false`);
  return made((value) => value === wanted);
}

function address(operator: OperatorName, constant: string, type: "ip" | "net"): Made {
  const byText = TEXT[operator];
  if (operator !== "=" && operator !== "==") {
    return byText === undefined ? bad(`\`${operator}\` does not compare addresses`) : made(any(byText(constant)));
  }
  const network = parseNetwork(constant);
  if (network === undefined)
    return bad(`\`${constant}\` is no ${type === "ip" ? "address" : "network"} such as 10.0.0.0/8 or ::1`);
  return made(any((own) => isWithin(own, network)));
}

/** Names come with escapes in place of what cannot be shown: looked for in the bytes that they stand for. */
function bytes(operator: "bcontains" | "bstartswith", constant: string): Made {
  if (!/^([0-9a-f]{2})+$/i.test(constant)) return bad(`\`${operator}\` takes pairs of hexadecimal digits such as CAFE`);
  const wanted = Buffer.from(constant, "hex").toString("latin1");
  return made(
    any(operator === "bcontains" ? (text) => rawOf(text).includes(wanted) : (text) => rawOf(text).startsWith(wanted)),
  );
}

/** The bytes of a text that is shown (core/printable.ts), each as one character. */
function rawOf(text: string): string {
  const plain = Buffer.from(text, "utf8").toString("latin1");
  if (!plain.includes("\\")) return plain;
  return plain.replaceAll(/\\(?:\\|x([0-9a-f]{2})|u\{([0-9a-f]{1,6})\})/g, (escape, byte?: string, code?: string) => {
    if (byte !== undefined) return String.fromCharCode(Number.parseInt(byte, 16));
    const point = code === undefined ? Number.NaN : Number.parseInt(code, 16);
    if (point <= 0x10ffff) return Buffer.from(String.fromCodePoint(point), "utf8").toString("latin1");
    return escape === "\\\\" ? "\\" : escape;
  });
}
