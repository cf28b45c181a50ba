import { RE2JS } from "re2js";
import { failed, ok, type Result } from "../../core/errors.ts";
import type { Matcher } from "./glob.ts";
import { regexLiterals } from "./regex-literals.ts";

const MAX_PATTERN = 4096;

/**
 * A regular expression that has to match the whole text, in time linear in its length whatever the pattern (RE2). That takes
 * microseconds, so texts without the letters that every match has are ruled out before.
 */
export function regexMatcher(pattern: string): Result<Matcher> {
  if (pattern.length > MAX_PATTERN) return failed("SW-RULE", `a regular expression may have ${MAX_PATTERN} characters`);
  try {
    const compiled = RE2JS.compile(pattern);
    const { beginning, held } = regexLiterals(pattern);
    return ok((text) => {
      if (!text.startsWith(beginning)) return false;
      for (const literal of held) if (!text.includes(literal)) return false;
      return compiled.matches(text);
    });
  } catch (error) {
    return failed("SW-RULE", error instanceof Error ? error.message : String(error));
  }
}
