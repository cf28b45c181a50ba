import { failed, ok, type Result } from "./errors.ts";
import { printable } from "./printable.ts";

/** A module that waits for something at its top level, and never gets it. */
export const MODULE_LOAD_MS = 2000;

/**
 * What a plugin's text exports by default, which must be a function. It is loaded as a module of its own without a place in the file
 * system: it can import what Node brings along and nothing else. SW-PLUGIN. `file` is for words only.
 */
export async function importPlugin(
  text: string,
  file: string,
  waitMs = MODULE_LOAD_MS,
): Promise<Result<(...given: readonly unknown[]) => unknown>> {
  try {
    const loaded = await withinTime(import(addressOf(text)) as Promise<{ readonly default?: unknown }>, file, waitMs);
    const made = loaded.default;
    if (typeof made !== "function") return failed("SW-PLUGIN", `${file} exports no function by default`);
    return ok(made as (...given: readonly unknown[]) => unknown);
  } catch (error) {
    return failed("SW-PLUGIN", wordsOf(error));
  }
}

/** What a plugin threw, for people. */
export function wordsOf(error: unknown): string {
  return printable(error instanceof Error ? error.message : String(error), 200);
}

function addressOf(text: string): string {
  return `data:text/javascript;base64,${Buffer.from(text, "utf8").toString("base64")}`;
}

function withinTime<T>(work: Promise<T>, file: string, waitMs: number): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`${file} was not loaded within ${waitMs} ms`)), waitMs);
  return Promise.race([work, promise]).finally(() => clearTimeout(timer));
}
