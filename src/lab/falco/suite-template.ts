import { failed, ok, type Result } from "../../core/errors.ts";
import { printable } from "../../core/printable.ts";

/** A value of a YAML document. */
export type Plain = null | boolean | number | string | readonly Plain[] | { readonly [key: string]: Plain };
export type PlainMap = { readonly [key: string]: Plain };

export const isMap = (value: Plain | undefined): value is PlainMap =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const WHOLE = /^\s*%\{\s*item\.(\S+?)\s*\}\s*$/;
/** A plain scalar may not begin with "%" in YAML, but suites write it so. */
const UNQUOTED = /^(\s*(?:-\s+)*(?:[\w.$-]+:\s+)?)(%\{[^}"']*\})(\s*(?:#.*)?)$/gm;
const UNQUOTED_IN_FLOW = /([[{,:]\s*)(%\{[^}"']*\})(?=\s*[\]},])/g;

/** Puts quotes around templates that stand bare. */
export function quoteTemplates(text: string): string {
  return text.replaceAll(UNQUOTED, '$1"$2"$3').replaceAll(UNQUOTED_IN_FLOW, '$1"$2"');
}

/** The value with each "%{ item.NAME }" in it replaced by what it stands for, whatever that is. */
export function filled(template: Plain, item: PlainMap): Result<Plain> {
  if (typeof template === "string") {
    const name = WHOLE.exec(template)?.[1];
    if (name === undefined) return ok(template);
    const value = item[name];
    if (value === undefined) return failed("SW-FALCO-SUITE", `no case gives ${printable(template.trim(), 80)} a value`);
    return ok(value);
  }
  if (Array.isArray(template)) return gathered(template.map((each: Plain) => filled(each, item)));
  if (!isMap(template)) return ok(template);
  const values = gathered(Object.values(template).map((each) => filled(each, item)));
  if (!values.ok) return values;
  return ok(Object.fromEntries(Object.keys(template).map((key, i) => [key, values.value[i] ?? null])));
}

function gathered(results: readonly Result<Plain>[]): Result<readonly Plain[]> {
  const values: Plain[] = [];
  for (const result of results) {
    if (!result.ok) return result;
    values.push(result.value);
  }
  return ok(values);
}

const MOST_CASES = 20_000;

/** The cases of a test: "vector" gives one, "matrix" each combination of its lists, the last key turning fastest. */
export function casesOf(specs: Plain): Result<readonly PlainMap[]> {
  if (!Array.isArray(specs)) return failed("SW-FALCO-SUITE", "`cases` is a list");
  const cases: PlainMap[] = [];
  let keys: string | undefined;
  for (const spec of specs as readonly Plain[]) {
    const values = isMap(spec) ? spec["values"] : undefined;
    if (!isMap(spec) || !isMap(values)) return failed("SW-FALCO-SUITE", "a case has `strategy` and `values`");
    const own = Object.keys(values).sort().join(", ");
    if ((keys ??= own) !== own)
      return failed("SW-FALCO-SUITE", `all cases of a test name the same values: ${keys} here, ${own} there`);
    const combined = combine(spec["strategy"], values);
    if (!combined.ok) return combined;
    cases.push(...combined.value);
    if (cases.length > MOST_CASES) return failed("SW-FALCO-SUITE", `more than ${MOST_CASES} cases in one test`);
  }
  return ok(cases);
}

function combine(strategy: Plain | undefined, values: PlainMap): Result<readonly PlainMap[]> {
  if (strategy === "vector") return ok([values]);
  if (strategy !== "matrix")
    return failed("SW-FALCO-SUITE", `a case's strategy is vector or matrix, not ${printable(String(strategy), 40)}`);
  let combined: PlainMap[] = [{}];
  for (const [key, list] of Object.entries(values)) {
    if (!Array.isArray(list)) return failed("SW-FALCO-SUITE", `\`${printable(key, 40)}\` of a matrix is a list`);
    if (combined.length * list.length > MOST_CASES)
      return failed("SW-FALCO-SUITE", `more than ${MOST_CASES} cases in one test`);
    combined = combined.flatMap((each) => (list as readonly Plain[]).map((value) => ({ ...each, [key]: value })));
  }
  return ok(combined);
}
