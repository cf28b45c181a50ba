import { RE2JS } from "re2js";
import { failed, ok, type Result } from "../../core/errors.ts";
import type { Matcher } from "./glob.ts";

const MAX_PATTERN = 4096;

/** A regular expression that has to match the whole text, in time linear in its length whatever the pattern (RE2). */
export function regexMatcher(pattern: string): Result<Matcher> {
  if (pattern.length > MAX_PATTERN) return failed("SW-RULE", `a regular expression may have ${MAX_PATTERN} characters`);
  try {
    const compiled = RE2JS.compile(pattern);
    return ok((text) => compiled.matches(text));
  } catch (error) {
    return failed("SW-RULE", error instanceof Error ? error.message : String(error));
  }
}
