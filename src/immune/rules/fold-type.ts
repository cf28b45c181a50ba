import type { Compiler } from "./compile.ts";
import type { ResolvedCheck } from "./resolved.ts";

const IS_TYPE = "evt.type.is.";

/** What a check of the event's type says of this one; undefined where it asks for something else. */
export function decidedByType(check: ResolvedCheck, type: string, compiler: Compiler): boolean | undefined {
  if (check.left.kind !== "field") return undefined;
  const { name } = check.left;
  const isType = name === "evt.type" || name === "syscall.type";
  if (!isType && !name.startsWith(IS_TYPE)) return undefined;
  return compiler.constantCheck(check)?.meets(isType ? type : name.slice(IS_TYPE.length) === type);
}
